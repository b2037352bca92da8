// SPDX-License-Identifier: GPL-2.0-or-later
/* Values for any signature of D-Bus; see bus-hostile.h. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bus-hostile.h"

/* The length of the complete type that @signature begins with. */
static size_t type_length(const char *signature)
{
	size_t length = 1;
	int depth;

	if (*signature == 'a')
		return 1 + type_length(signature + 1);
	if (*signature != '(' && *signature != '{')
		return *signature ? 1 : 0;
	for (depth = 1; depth > 0 && signature[length]; length++)
		depth += !!strchr("({", signature[length]) - !!strchr(")}", signature[length]);
	return length;
}

static char *text_of(size_t length)
{
	char *text = malloc(length + 1);

	if (text) {
		memset(text, 'A', length);
		text[length] = '\0';
	}
	return text;
}

static int append_text(sd_bus_message *message, size_t length)
{
	char *text = text_of(length);
	int r = text ? sd_bus_message_append_basic(message, 's', text) : -ENOMEM;

	free(text);
	return r;
}

/* As large as they can be. */
static int append_basic(sd_bus_message *message, char type, const struct style *style)
{
	static const uint64_t ones = UINT64_MAX;
	static const int yes = 1;

	switch (type) {
	case 's':
		return append_text(message, style->text);
	case 'o':
		return sd_bus_message_append_basic(message, type, "/org/smcd1/no/such/object");
	case 'g':
		return sd_bus_message_append_basic(message, type, "a{sa{sv}}");
	case 'b':
		return sd_bus_message_append_basic(message, type, &yes);
	case 'h':
		return sd_bus_message_append_basic(message, type, &(int){ STDERR_FILENO });
	default:
		return sd_bus_message_append_basic(message, type, &ones);
	}
}

static int append_one(sd_bus_message *message, const char *type, const struct style *style);

/* What is in a variant is of a type that no option has. */
static int append_variant(sd_bus_message *message, const struct style *style)
{
	int r = sd_bus_message_open_container(message, 'v', "(sas)");

	if (r >= 0)
		r = values_append(message, "(sas)", style);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

static int append_entry(sd_bus_message *message, const char *contents, const struct style *style)
{
	int r;

	if (*contents != 's' || !style->option)
		return values_append(message, contents, style);
	r = sd_bus_message_append_basic(message, 's', style->option);
	return r < 0 ? r : values_append(message, contents + 1, style);
}

/* @type is that of a structure, or of an entry of a dictionary. */
static int append_structure(sd_bus_message *message, const char *type, const struct style *style)
{
	char *contents = strndup(type + 1, strlen(type) - 2);
	int r;

	if (!contents)
		return -ENOMEM;
	r = sd_bus_message_open_container(message, *type == '{' ? 'e' : 'r', contents);
	if (r >= 0)
		r = *type == '{' ? append_entry(message, contents, style) :
				   values_append(message, contents, style);
	if (r >= 0)
		r = sd_bus_message_close_container(message);
	free(contents);
	return r;
}

/* Arrays in the array have one element. */
static int append_array(sd_bus_message *message, const char *type, const struct style *style)
{
	const struct style inner = { .text = style->text, .option = style->option };
	size_t i = 0;
	int r = sd_bus_message_open_container(message, 'a', type + 1);

	do {
		if (r >= 0)
			r = append_one(message, type + 1, &inner);
	} while (r >= 0 && ++i < style->elements);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

static int append_one(sd_bus_message *message, const char *type, const struct style *style)
{
	switch (*type) {
	case 'a':
		return append_array(message, type, style);
	case '(':
	case '{':
		return append_structure(message, type, style);
	case 'v':
		return append_variant(message, style);
	default:
		return append_basic(message, *type, style);
	}
}

int values_append(sd_bus_message *message, const char *signature, const struct style *style)
{
	size_t length;
	char *type;
	int r = 0;

	for (; r >= 0 && (length = type_length(signature)) > 0; signature += length) {
		type = strndup(signature, length);
		r = type ? append_one(message, type, style) : -ENOMEM;
		free(type);
	}
	return r;
}
