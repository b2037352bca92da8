/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counts the connections of this process, if smcctl run asked for it; else nothing here does
 * anything. Nothing changes errno.
 */
#ifndef PRELOAD_OBSERVE_H
#define PRELOAD_OBSERVE_H

#include <stdbool.h>

/* Begins if the environment has TALLY_VARIABLE; and what is open when the process ends. */
void observe_begin(void);
void observe_end(void);

/* The kernel made no SMC socket: @error. */
void observe_refused(int error);

/* accept() returned @fd. */
void observe_accepted(int fd);

/* For observe_connect(): whether @fd is connected before connect() is called. */
bool observe_is_connected(int fd);

/* What connect() said of @fd; 0: it has succeeded. */
void observe_connect(int fd, bool before, int error);

/* What SO_ERROR said of @fd; 0: nothing went wrong yet, if it ever does. */
void observe_error(int fd, int error);

/* @fd is about to be closed. */
void observe_closing(int fd);

#endif
