/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing list of strings, NULL-terminated as sd-bus likes it. */
#ifndef SMCD_STRINGS_LIST_H
#define SMCD_STRINGS_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct strings {
	char **items;			/* NULL-terminated; NULL when empty */
	size_t count;
};

/* Adds a copy of @text, or formats one. 0 or -ENOMEM. */
int strings_add(struct strings *strings, const char *text);
int strings_addf(struct strings *strings, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Removes all that equal @text. */
void strings_remove(struct strings *strings, const char *text);

bool strings_contain(const struct strings *strings, const char *text);
bool strings_equal(const struct strings *a, const struct strings *b);
void strings_clear(struct strings *strings);

#endif
