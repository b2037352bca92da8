/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of smcctl run that is about systemd services. */
#ifndef SMCCTL_RUN_UNIT_H
#define SMCCTL_RUN_UNIT_H

#include "verbs.h"

/* smcctl run --unit; returns an enum exit_status. */
int run_unit(const struct command *command);

#endif
