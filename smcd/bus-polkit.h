/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks polkit whether callers who are not root may do what they ask for.
 *
 * The daemon is one thread, and an answer may take as long as somebody needs to find a password. So
 * the message is kept, and dispatched anew when the answer is there: its handler runs a second
 * time, on what exists then. A caller that leaves the bus meanwhile is forgotten.
 */
#ifndef SMCD_BUS_POLKIT_H
#define SMCD_BUS_POLKIT_H

#include <systemd/sd-bus.h>
#include "bus.h"

struct bus_polkit;

int bus_polkit_new(struct bus_polkit **ret_polkit);
void bus_polkit_free(struct bus_polkit *polkit);

/* Forgets all questions: the connection, on which they were asked, is to be closed. */
void bus_polkit_forget(struct bus_polkit *polkit);

/* See bus_authorize(). */
int bus_polkit_authorize(struct bus_polkit *polkit, sd_bus_message *message,
			 const struct bus_action *action, const char *device,
			 sd_bus_error *error);

#endif
