/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes what smcd knows as OpenMetrics text, version 1.0.0, for Prometheus and the like. Pure. */
#ifndef SMCCTL_OPENMETRICS_H
#define SMCCTL_OPENMETRICS_H

#include <stdio.h>
#include "bus-client.h"
#include "stats.h"

#define OPENMETRICS_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

struct metrics {
	struct manager manager;
	struct linkgroups linkgroups;
	struct stats stats;		/* devices, and the kernel's part if that is there */
};

/* All of it, to "# EOF". Failures to write stay in @stream's error flag. */
void openmetrics_write(const struct metrics *metrics, FILE *stream);

#endif
