// SPDX-License-Identifier: GPL-2.0-or-later
/* A growing list of strings, NULL-terminated as sd-bus likes it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "strings-list.h"

static int add_owned(struct strings *strings, char *text)
{
	char **items;

	if (!text)
		return -ENOMEM;
	items = reallocarray(strings->items, strings->count + 2, sizeof(*items));
	if (!items) {
		free(text);
		return -ENOMEM;
	}
	strings->items = items;
	items[strings->count++] = text;
	items[strings->count] = NULL;
	return 0;
}

int strings_add(struct strings *strings, const char *text)
{
	return add_owned(strings, strdup(text));
}

int strings_addf(struct strings *strings, const char *format, ...)
{
	char *text;
	va_list args;
	int r;

	va_start(args, format);
	r = vasprintf(&text, format, args);
	va_end(args);
	return r < 0 ? -ENOMEM : add_owned(strings, text);
}

void strings_remove(struct strings *strings, const char *text)
{
	size_t kept = 0;

	for (size_t i = 0; i < strings->count; i++) {
		if (strcmp(strings->items[i], text) != 0)
			strings->items[kept++] = strings->items[i];
		else
			free(strings->items[i]);
	}
	strings->count = kept;
	if (strings->items)
		strings->items[kept] = NULL;
}

bool strings_contain(const struct strings *strings, const char *text)
{
	for (size_t i = 0; i < strings->count; i++)
		if (!strcmp(strings->items[i], text))
			return true;
	return false;
}

bool strings_equal(const struct strings *a, const struct strings *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	return true;
}

void strings_clear(struct strings *strings)
{
	for (size_t i = 0; i < strings->count; i++)
		free(strings->items[i]);
	free(strings->items);
	*strings = (struct strings){ 0 };
}
