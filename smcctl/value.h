/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the words of a command line can be: kinds of values, and whether a word is one. Pure.
 *
 * A new kind is a line here and a row in value.c.
 */
#ifndef SMCCTL_VALUE_H
#define SMCCTL_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#define VALUE_ERROR_SIZE 256

enum value_kind {
	VALUE_NONE,		/* of an option: nothing follows it */
	VALUE_WORD,		/* one of few words */
	VALUE_NUMBER,		/* in decimal digits, in a range */
	VALUE_BYTES,		/* the same, with K, M or G behind it, of 1024 each */
	VALUE_SECONDS,		/* 1 to 86400 */
	VALUE_PATH,		/* of a file or directory */
	VALUE_COLUMNS,		/* of a table: names with ',' between them */
	VALUE_PID,		/* of a process */
	VALUE_DEVICE,		/* the name of a device */
	VALUE_LINKGROUP,	/* the ID of a link group, in hexadecimal; a number */
	VALUE_PRIORITY,		/* 0 to 65535 */
	VALUE_CHID,		/* 1 to 0xffff, in decimal or with 0x */
	VALUE_GID,		/* likewise, up to 64 bits */
	VALUE_KIND,		/* of a device */
	VALUE_PNETID,
	VALUE_EID,		/* a UEID */
	VALUE_INTERFACE,	/* of the network */
	VALUE_HOST,		/* HOST, HOST:PORT, ADDRESS or [ADDRESS]:PORT */
	VALUE_UNIT,		/* of systemd */
	VALUE_COMMAND,		/* a program and its arguments: all words that are left */
	VALUE_KINDS
};

/* The value of an option or of an argument, as its row says. */
struct value_type {
	enum value_kind kind;
	uint64_t min, max;	/* of VALUE_NUMBER and VALUE_BYTES */
};

struct value {
	const char *text;	/* the word; NULL: not given */
	uint64_t number;	/* of kinds that are numbers, else 0 */
};

/* What messages call an argument of that kind, "priority"; NULL: by its own name. */
const char *value_noun(enum value_kind kind);

/*
 * Takes @word into @ret_value if it is of @type. @name is what help shows for the value, which
 * has the words of a VALUE_WORD with '|' between them. Returns 0, or -EINVAL with @error, of
 * VALUE_ERROR_SIZE bytes, saying of @what it is and how it has to be.
 */
int value_parse(const struct value_type *type, const char *what, const char *name,
		const char *word, struct value *ret_value, char *error);

#endif
