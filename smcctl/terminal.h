/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What verbs that own the terminal share: its signals, by way of an event loop. */
#ifndef SMCCTL_TERMINAL_H
#define SMCCTL_TERMINAL_H

#include <stdbool.h>
#include <systemd/sd-event.h>

/* Whether standard input and output both are terminals. */
bool terminal_is_there(void);

/*
 * Has @handler called in the loop for what a terminal and those who stop programs send: SIGWINCH,
 * SIGTSTP, SIGCONT, and those that end a program: SIGINT, SIGQUIT, SIGTERM, SIGHUP. 0 or a negative
 * errno.
 */
int terminal_watch_signals(sd_event *event, sd_event_signal_handler_t handler, void *userdata);

/* Does what the signal does by itself: stops the process for a while, or ends it. */
void terminal_take_signal(int number);

#endif
