/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hostile caller of org.smcd1: what it can call, and what it says there. */
#ifndef BUS_HOSTILE_H
#define BUS_HOSTILE_H

#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-bus.h>

#define SERVICE "org.smcd1"
#define ROOT_PATH "/org/smcd1"

/* A method, or a property: then @signature is its type. Strings are owned. */
struct target {
	char *path, *interface, *member, *signature;
	bool is_property;
};

struct targets {
	struct target *list;
	size_t n;
};

/* Adds what the objects at and below @path say of themselves; exits if they do not answer. */
void targets_introspect(sd_bus *bus, const char *path, struct targets *targets);

/* How values are made up. */
struct style {
	size_t text;		/* length of strings */
	size_t elements;	/* of arrays; 0: one */
	const char *option;	/* key of dictionaries; NULL: as strings */
};

/* Appends values for all of @signature. 0 or a negative errno. */
int values_append(sd_bus_message *message, const char *signature, const struct style *style);

#endif
