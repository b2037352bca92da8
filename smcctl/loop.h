/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A loop of events for verbs that go on until Ctrl-C, which ends them well. */
#ifndef SMCCTL_LOOP_H
#define SMCCTL_LOOP_H

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>
#include "bus-client.h"

#define loop_cleanup __attribute__((cleanup(loop_freep)))

/* With @bus attached, and SIGINT and SIGTERM caught; at most one at a time. */
int loop_new(sd_bus *bus, sd_event **ret_loop, struct failure *failure);
void loop_freep(sd_event **loop);

/* Until a signal or sd_event_exit(). Fails if the bus goes, or the output cannot be written. */
int loop_run(sd_event *loop, struct failure *failure);

#endif
