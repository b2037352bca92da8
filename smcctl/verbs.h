/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one table of what smcctl understands: objects, verbs, arguments, options.
 *
 * Parsing, --help, completion, the shell and the manual's synopses all follow it.
 *
 * A new verb is a file with its run function, declared in run.h, a row in verb-table.c, its
 * section and synopsis in man/smcctl.1 or man/smcctl-OBJECT.1, the schema of what it prints as
 * JSON in smcctl/schema, and a row in tests/vm/cases/95-verbs.sh. test-verbs and test-schema miss
 * none of them, and say how the synopsis has to be.
 * A new option is a line in enum verb_option_id, its row in verb-table.c, and its name in the
 * rows of the verbs that take it. Arguments are in the rows of verbs. What follows an option, or
 * is an argument, has a kind: value.h, where another is a line and a row as well, and
 * complete-words.c, if the machine knows words for it.
 * Run functions get at it all by command_has() and the like.
 */
#ifndef SMCCTL_VERBS_H
#define SMCCTL_VERBS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "value.h"

#define VERBS_ARGUMENTS_MAX 3
#define VERBS_OPTIONS_MAX 8
#define VERBS_ERROR_SIZE VALUE_ERROR_SIZE

/* In the order of help. */
enum verb_option_id {
	OPTION_NONE,		/* ends the options of a verb */
	OPTION_SAVE,
	OPTION_INTERFACE,
	OPTION_DEVICE,
	OPTION_KIND,
	OPTION_CHID,
	OPTION_GID,
	OPTION_PNETID,
	OPTION_PRIORITY,
	OPTION_MAX_DMBS,
	OPTION_MAX_MEMORY,
	OPTION_FALLBACK,
	OPTION_PID,
	OPTION_FORCE,
	OPTION_TIMEOUT,
	OPTION_DRY_RUN,
	OPTION_BUSY,
	OPTION_CONFIRM,
	OPTION_ROOT,
	OPTION_INTERVAL,
	OPTION_COUNT,
	OPTION_ABSOLUTE,
	OPTION_TEXTFILE,
	OPTION_HTTP,
	OPTION_COLUMNS,
	OPTION_SERVE,
	OPTION_PORT,
	OPTION_SUMMARY,
	OPTION_FILE,
	OPTION_UNIT,
	OPTION_REMOVE,
	OPTION_JSON,
	OPTION_NOHEADINGS,
	OPTION_COLOR,
	OPTION_NO_PAGER,
	OPTION_HELP,
	OPTION_VERSION,
	OPTIONS
};

struct verb_option {
	const char *name;	/* with its dashes */
	const char *letter;	/* the short form with its dash, NULL if there is none */
	const char *value;	/* what follows it, as help shows it: words that are allowed have
				 * '|' between them; NULL: nothing does */
	struct value_type type;
	bool global;		/* every verb takes it */
	bool of_output;		/* but not those that print nothing themselves */
	const char *help;
};

struct verb_argument {
	const char *name;	/* as help shows it; NULL: no argument */
	struct value_type type;	/* kinds differ within a verb; VALUE_COMMAND is the last one */
	bool optional;		/* those that follow are optional too */
	const char *help;
};

struct command;
struct output_column;

struct verb {
	const char *object;	/* NULL: the verb stands alone */
	const char *name;	/* NULL ends the table */
	const char *also_object, *also_name;	/* its other name; NULL: none */
	bool own_page;		/* standing alone, smcctl-NAME(1), not a section of smcctl(1) */
	const char *summary;	/* one line */
	const char *details;	/* sentences, broken into lines */
	enum verb_option_id options[VERBS_OPTIONS_MAX];		/* besides the global ones */
	struct verb_argument arguments[VERBS_ARGUMENTS_MAX];
	bool no_output;		/* what is printed is not the verb's: a screen, what others print */
	const struct output_column *columns;	/* that OPTION_COLUMNS chooses from, and an empty
						 * one; NULL where it is not among the options */
	/*
	 * Refuses, by command_refuse(), what is wrong though each word of it is good; NULL:
	 * nothing is. Pure.
	 */
	int (*check)(const struct command *command, char *error);
	int (*run)(const struct command *command);	/* returns an enum exit_status */
};

struct object {
	const char *name;	/* NULL ends the table */
	const char *summary;
	const char *verb;	/* what the object alone means; NULL: a verb has to follow */
};

extern const struct verb_option verbs_options[OPTIONS];	/* that of OPTION_NONE is empty */
extern const struct object verbs_objects[];
extern const struct verb verbs[];

/* A command line as it was understood. Strings are those of argv. */
struct command {
	const struct object *object;	/* the one that was named, NULL if there was none */
	const struct verb *verb;	/* NULL: help for smcctl or for the object */
	struct value options[OPTIONS];
	struct value arguments[VERBS_ARGUMENTS_MAX];
	char *const *words;		/* VALUE_COMMAND: the end of argv; NULL: not given */
	int n_words;
};

/* Whether the option was given; what followed it, NULL if it was not given; as number, or 0. */
bool command_has(const struct command *command, enum verb_option_id option);
const char *command_text(const struct command *command, enum verb_option_id option);
uint64_t command_number(const struct command *command, enum verb_option_id option);

/* The argument of that kind, NULL if it was not given or the verb has none; as number, or 0. */
const char *command_argument(const struct command *command, enum value_kind kind);
uint64_t command_argument_number(const struct command *command, enum value_kind kind);

/* Fills @error, of VERBS_ERROR_SIZE bytes, with the verb's name before it; is -EINVAL. */
int command_refuse(const struct command *command, char *error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Parses @argc words, the name of the program not among them. Returns 0, or -EINVAL with
 * @error, of VERBS_ERROR_SIZE bytes, saying what is wrong and what to do. No words at all
 * mean the verb "status". Options may stand anywhere, but behind the first word of a
 * VALUE_COMMAND all are its own.
 */
int verbs_parse(int argc, char *const *argv, struct command *ret_command, char *error);

/* Does what the command says, with the output that it wants; returns an enum exit_status. */
int verbs_run(const struct command *command);

/* NULL if there is none; @object is NULL for verbs that stand alone. */
const struct object *verbs_find_object(const char *name);
const struct verb *verbs_find(const struct object *object, const char *name);

/* What @verb is called behind @object, or alone if that is NULL; NULL: nothing there. */
const char *verbs_name(const struct verb *verb, const struct object *object);

/* What its page of the manual is called behind "smcctl-"; NULL: that is smcctl(1). */
const char *verbs_page(const struct verb *verb);

/* "device show" */
void verbs_text(const struct verb *verb, char *text, size_t size);

/* The option that @word is, whether or not a verb takes it, "--name=value" too; OPTION_NONE. */
enum verb_option_id verbs_find_option(const char *word);

/* Where its value begins in @word itself, "--name=value" or "-nvalue"; NULL: not there. */
const char *verbs_value_inside(enum verb_option_id option, const char *word);

/* Global ones, and those of @verb if that is not NULL. */
bool verbs_takes(const struct verb *verb, enum verb_option_id option);

/* Help as the command asks for: on smcctl, on an object, or on a verb. */
void verbs_help(const struct command *command, FILE *stream);

#endif
