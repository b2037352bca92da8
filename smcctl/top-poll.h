/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks smcd, time and again, for what "smcctl top" shows, and says so where there is no answer: smcd
 * may go and come back, and so may the bus.
 */
#ifndef SMCCTL_TOP_POLL_H
#define SMCCTL_TOP_POLL_H

#include <systemd/sd-event.h>
#include "top.h"

struct top_poll;

/*
 * @changed is called when something in @top has changed; both must outlive the poll. It is an error,
 * with @failure filled, if there is no bus now. The caller frees *@ret_poll.
 */
int top_poll_new(sd_event *event, struct top *top, void (*changed)(void *userdata),
		 void *userdata, struct top_poll **ret_poll, struct failure *failure);
void top_poll_free(struct top_poll *poll);

/* Asks anew, but for what has not been answered yet. */
void top_poll_ask(struct top_poll *poll);

#endif
