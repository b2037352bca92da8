/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What smcctl doctor makes of the facts: for each check at least one finding, with its cure. Pure.
 */
#ifndef SMCCTL_JUDGE_H
#define SMCCTL_JUDGE_H

#include "facts.h"
#include "findings.h"

void judge_kernel(const struct facts *facts, struct findings *findings);
void judge_modules(const struct facts *facts, struct findings *findings);
void judge_daemon(const struct facts *facts, struct findings *findings);
void judge_devices(const struct facts *facts, struct findings *findings);
void judge_eids(const struct facts *facts, struct findings *findings);
void judge_pnetids(const struct facts *facts, struct findings *findings);
void judge_tuning(const struct facts *facts, struct findings *findings);
void judge_sockets(const struct facts *facts, struct findings *findings);
void judge_fallbacks(const struct facts *facts, struct findings *findings);

/* Of connections that were tried, be it to this machine or to a host. */
void judge_probes(const struct facts *facts, struct findings *findings);

#endif
