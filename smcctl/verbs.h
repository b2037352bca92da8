/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one table of what smcctl understands: objects, verbs, arguments, options.
 *
 * Parsing, --help and the shells' completion all follow it; verbs.c says how
 * to add a verb.
 */
#ifndef SMCCTL_VERBS_H
#define SMCCTL_VERBS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define VERBS_ARGUMENTS_MAX 2
#define VERBS_ERROR_SIZE 256
#define VERBS_PRIORITY_MAX 65535
#define VERBS_TIMEOUT_MAX 86400

enum verb_option_bit {
	OPTION_HELP       = 1 << 0,
	OPTION_VERSION    = 1 << 1,
	OPTION_JSON       = 1 << 2,
	OPTION_NOHEADINGS = 1 << 3,
	OPTION_SAVE       = 1 << 4,
	OPTION_TIMEOUT    = 1 << 5,
	OPTION_FORCE      = 1 << 6,
	OPTION_DRY_RUN    = 1 << 7,
	OPTION_BUSY       = 1 << 8,
	OPTION_CONFIRM    = 1 << 9,
	OPTION_ROOT       = 1 << 10,
};

/* Options that every verb takes. */
#define OPTIONS_GLOBAL (OPTION_HELP | OPTION_VERSION | OPTION_JSON | OPTION_NOHEADINGS)

struct verb_option {
	const char *name;	/* with its dashes; NULL ends the table */
	const char *letter;	/* the short form with its dash, NULL if there is none */
	const char *value;	/* what follows it, as help shows it: words that are allowed have
				 * '|' between them; NULL: nothing does */
	unsigned int bit;
	const char *help;
};

enum verb_argument_kind {
	ARGUMENT_DEVICE,	/* the name of a device */
	ARGUMENT_LINKGROUP,	/* the ID of a link group, in hexadecimal */
	ARGUMENT_PRIORITY,	/* 0 to VERBS_PRIORITY_MAX */
};

struct verb_argument {
	const char *name;	/* as help shows it; NULL: no argument */
	enum verb_argument_kind kind;
	bool optional;		/* those that follow are optional too */
	const char *help;
};

struct command;

struct verb {
	const char *object;	/* NULL: the verb stands alone */
	const char *name;	/* NULL ends the table */
	const char *summary;	/* one line */
	const char *details;	/* sentences, broken into lines */
	unsigned int options;	/* besides the global ones */
	struct verb_argument arguments[VERBS_ARGUMENTS_MAX];
	int (*run)(const struct command *command);	/* returns an enum exit_status */
};

struct object {
	const char *name;	/* NULL ends the table */
	const char *summary;
	const char *verb;	/* what the object alone means; NULL: a verb has to follow */
};

extern const struct verb_option verbs_options[];
extern const struct object verbs_objects[];
extern const struct verb verbs[];

/* A command line as it was understood. Strings are those of argv. */
struct command {
	const struct object *object;	/* the one that was named, NULL if there was none */
	const struct verb *verb;	/* NULL: help for smcctl or for the object */
	unsigned int options;		/* OPTION_ bits */
	const char *device;		/* NULL: not given */
	bool has_priority;
	uint32_t priority;
	uint32_t linkgroup;
	uint32_t timeout;		/* s; 0: not given */
	uint32_t confirm;		/* likewise */
	const char *busy;		/* NULL: not given */
	const char *root;		/* likewise */
};

/*
 * Parses @argc words, the name of the program not among them. Returns 0, or -EINVAL with
 * @error, of VERBS_ERROR_SIZE bytes, saying what is wrong and what to do. No words at all
 * mean the verb "status".
 */
int verbs_parse(int argc, char *const *argv, struct command *ret_command, char *error);

/* NULL if there is none; @object is NULL for verbs that stand alone. */
const struct object *verbs_find_object(const char *name);
const struct verb *verbs_find(const struct object *object, const char *name);

/* The option that @word is, whether or not a verb takes it, "--name=value" too; NULL: none. */
const struct verb_option *verbs_find_option(const char *word);

/* Help as the command asks for: on smcctl, on an object, or on a verb. */
void verbs_help(const struct command *command, FILE *stream);

#endif
