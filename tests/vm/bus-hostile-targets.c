// SPDX-License-Identifier: GPL-2.0-or-later
/* What the daemon says that can be called; see bus-hostile.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bus-hostile.h"

/* Where reading of an object's XML is. */
struct reader {
	sd_bus *bus;
	const char *path;
	char interface[256];
	struct target *method;		/* whose arguments come */
	unsigned int children;
	struct targets *targets;
};

/* Copies attribute @name of the element that begins at @element. */
static bool attribute(const char *element, const char *name, char *ret, size_t size)
{
	const char *end = strchr(element, '>'), *p, *q;
	char key[64];

	snprintf(key, sizeof(key), " %s=\"", name);
	p = strstr(element, key);
	if (!p || !end || p > end)
		return false;
	p += strlen(key);
	q = strchr(p, '"');
	if (!q || (size_t)(q - p) >= size)
		return false;
	memcpy(ret, p, q - p);
	ret[q - p] = '\0';
	return true;
}

static char *copy(const char *text)
{
	char *result = strdup(text);

	if (!result)
		abort();
	return result;
}

static struct target *add(struct reader *reader, const char *member, const char *signature)
{
	struct targets *targets = reader->targets;
	struct target *target;

	targets->list = reallocarray(targets->list, targets->n + 1, sizeof(*target));
	if (!targets->list)
		abort();
	target = &targets->list[targets->n++];
	*target = (struct target){
		.path = copy(reader->path), .interface = copy(reader->interface),
		.member = copy(member), .signature = copy(signature),
	};
	return target;
}

static void add_argument(struct target *method, const char *element)
{
	char type[256], direction[16], *longer;

	if (!method || !attribute(element, "type", type, sizeof(type)) ||
	    (attribute(element, "direction", direction, sizeof(direction)) &&
	     strcmp(direction, "in") != 0))
		return;
	if (asprintf(&longer, "%s%s", method->signature, type) < 0)
		abort();
	free(method->signature);
	method->signature = longer;
}

/* Below a directory of objects one is like the other. */
static void child(struct reader *reader, const char *name)
{
	char path[512];

	if (reader->children++ && strcmp(reader->path, ROOT_PATH) != 0)
		return;
	snprintf(path, sizeof(path), "%s/%s", reader->path, name);
	targets_introspect(reader->bus, path, reader->targets);
}

/* Interfaces that all objects have are called at one of them. */
static bool is_new(const struct reader *reader)
{
	return !strncmp(reader->interface, SERVICE ".", strlen(SERVICE) + 1) ||
	       !strcmp(reader->path, ROOT_PATH);
}

static void take_element(struct reader *reader, const char *element)
{
	char name[256] = "", type[256];

	(void)attribute(element, "name", name, sizeof(name));
	if (!strncmp(element, "interface", 9)) {
		snprintf(reader->interface, sizeof(reader->interface), "%s", name);
	} else if (!strncmp(element, "method", 6)) {
		reader->method = is_new(reader) ? add(reader, name, "") : NULL;
	} else if (!strncmp(element, "signal", 6)) {
		reader->method = NULL;
	} else if (!strncmp(element, "arg", 3)) {
		add_argument(reader->method, element);
	} else if (!strncmp(element, "property", 8) &&
		   attribute(element, "type", type, sizeof(type))) {
		add(reader, name, type)->is_property = true;
		reader->method = NULL;
	} else if (!strncmp(element, "node", 4) && *name) {
		child(reader, name);
	}
}

void targets_introspect(sd_bus *bus, const char *path, struct targets *targets)
{
	struct reader reader = { .bus = bus, .path = path, .targets = targets };
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *reply = NULL;
	const char *xml, *p;

	if (sd_bus_call_method(bus, SERVICE, path, "org.freedesktop.DBus.Introspectable",
			       "Introspect", &error, &reply, NULL) < 0 ||
	    sd_bus_message_read(reply, "s", &xml) < 0) {
		fprintf(stderr, "%s: %s\n", path, error.message);
		exit(1);
	}
	for (p = strchr(xml, '<'); p; p = strchr(p + 1, '<'))
		take_element(&reader, p + 1);
	sd_bus_message_unref(reply);
}
