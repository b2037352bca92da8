/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A policy that was applied on trial, and what the verbs that know of one share. */
#ifndef SMCCTL_TRIAL_H
#define SMCCTL_TRIAL_H

#include "bus-client.h"
#include "verbs.h"

/* How long it still has to be confirmed, rounded up; 0: nothing has to be. */
uint64_t trial_seconds_left(const struct manager *manager);

/*
 * From now on, before there is a trial, Ctrl-C and SIGTERM are for trial_run(): they come where it
 * waits, and nothing else is under way.
 */
void trial_catch_interrupts(void);

/* Asks whether to keep it, and waits for its end; returns an exit status. */
int trial_run(const struct command *command, sd_bus *bus);

#endif
