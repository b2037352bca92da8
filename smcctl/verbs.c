// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes command lines apart by the table of verbs; see verbs.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "nearest.h"
#include "verbs.h"

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

const struct object *verbs_find_object(const char *name)
{
	const struct object *object;

	for (object = verbs_objects; object->name; object++)
		if (!strcmp(object->name, name))
			return object;
	return NULL;
}

const char *verbs_name(const struct verb *verb, const struct object *object)
{
	const char *name = object ? object->name : NULL;

	if (same(verb->object, name))
		return verb->name;
	return same(verb->also_object, name) ? verb->also_name : NULL;
}

const struct verb *verbs_find(const struct object *object, const char *name)
{
	const struct verb *verb;

	for (verb = verbs; verb->name; verb++)
		if (same(verbs_name(verb, object), name))
			return verb;
	return NULL;
}

const char *verbs_page(const struct verb *verb)
{
	return verb->own_page ? verb->name : verb->object;
}

void verbs_text(const struct verb *verb, char *text, size_t size)
{
	snprintf(text, size, "%s%s%s", verb->object ? verb->object : "", verb->object ? " " : "",
		 verb->name);
}

bool verbs_takes(const struct verb *verb, enum verb_option_id option)
{
	size_t i;

	if (verbs_options[option].global)
		return !verb || !verb->no_output || !verbs_options[option].of_output;
	for (i = 0; verb && i < VERBS_OPTIONS_MAX && verb->options[i]; i++)
		if (verb->options[i] == option)
			return true;
	return false;
}

const char *verbs_value_inside(enum verb_option_id option, const char *word)
{
	const struct verb_option *o = &verbs_options[option];
	size_t length = strlen(o->name);

	if (!o->value)
		return NULL;
	if (!strncmp(o->name, word, length))
		return word[length] == '=' ? word + length + 1 : NULL;
	return word[2] ? word + 2 : NULL;
}

static bool is_called(const struct verb_option *option, const char *word)
{
	size_t length = strlen(option->name);

	if (!strncmp(option->name, word, length))
		return !word[length] || (option->value && word[length] == '=');
	return option->letter && !strncmp(option->letter, word, 2) && (!word[2] || option->value);
}

enum verb_option_id verbs_find_option(const char *word)
{
	enum verb_option_id id;

	for (id = OPTION_NONE + 1; id < OPTIONS; id++)
		if (is_called(&verbs_options[id], word))
			return id;
	return OPTION_NONE;
}

bool command_has(const struct command *command, enum verb_option_id option)
{
	return command->options[option].text;
}

const char *command_text(const struct command *command, enum verb_option_id option)
{
	return command->options[option].text;
}

uint64_t command_number(const struct command *command, enum verb_option_id option)
{
	return command->options[option].number;
}

/* That of the verb which is of @kind, all zeros if there is none. */
static struct value argument(const struct command *command, enum value_kind kind)
{
	int i;

	for (i = 0; i < VERBS_ARGUMENTS_MAX && command->verb->arguments[i].name; i++)
		if (command->verb->arguments[i].type.kind == kind)
			return command->arguments[i];
	return (struct value){};
}

const char *command_argument(const struct command *command, enum value_kind kind)
{
	return argument(command, kind).text;
}

uint64_t command_argument_number(const struct command *command, enum value_kind kind)
{
	return argument(command, kind).number;
}

int command_refuse(const struct command *command, char *error, const char *format, ...)
{
	char text[64];
	va_list args;
	int length;

	verbs_text(command->verb, text, sizeof(text));
	length = snprintf(error, VERBS_ERROR_SIZE, "%s: ", text);
	va_start(args, format);
	vsnprintf(error + length, VERBS_ERROR_SIZE - length, format, args);
	va_end(args);
	return -EINVAL;
}

static int unknown(char *error, const char *what, const struct nearest *nearest, const char *help)
{
	if (*nearest->best)
		snprintf(error, VERBS_ERROR_SIZE, "%s '%.64s': did you mean '%s'?", what,
			 nearest->word, nearest->best);
	else
		snprintf(error, VERBS_ERROR_SIZE, "%s '%.64s': see %s --help", what,
			 nearest->word, help);
	return -EINVAL;
}

static int unknown_option(const char *word, char *error)
{
	enum verb_option_id id;
	struct nearest nearest;

	nearest_begin(&nearest, word);
	for (id = OPTION_NONE + 1; id < OPTIONS; id++)
		nearest_try(&nearest, NULL, verbs_options[id].name);
	return unknown(error, "unknown option", &nearest, "smcctl");
}

static int unknown_verb(const struct object *object, const char *word, char *error)
{
	const struct object *o;
	const struct verb *verb;
	struct nearest nearest;
	char help[64] = "smcctl";

	nearest_begin(&nearest, word);
	for (o = verbs_objects; o->name && !object; o++)
		nearest_try(&nearest, NULL, o->name);
	for (verb = verbs; verb->name; verb++)
		if (!object)
			nearest_try(&nearest, verb->object, verb->name);
		else if (verbs_name(verb, object))
			nearest_try(&nearest, object->name, verbs_name(verb, object));
	if (object)
		snprintf(help, sizeof(help), "smcctl %s", object->name);
	return unknown(error, "unknown verb", &nearest, help);
}

/* @next is the word behind the option, or NULL; returns how many words it took, or -EINVAL. */
static int set_option(struct command *command, enum verb_option_id id, const char *word,
		      const char *next, char *error)
{
	const struct verb_option *option = &verbs_options[id];
	const char *value = verbs_value_inside(id, word) ?: next;

	if (!option->value) {
		command->options[id].text = option->name;
		return 1;
	}
	if (!value) {
		snprintf(error, VERBS_ERROR_SIZE, "%s: %s is missing", option->name, option->value);
		return -EINVAL;
	}
	if (value_parse(&option->type, option->name, option->value, value, &command->options[id],
			error) < 0)
		return -EINVAL;
	return value == next ? 2 : 1;
}

static bool is_option(const char *word)
{
	/* A negative number is a priority out of range, which has its own message. */
	return word[0] == '-' && word[1] && !(word[1] >= '0' && word[1] <= '9');
}

/* What the first words of @n name; returns how many of them do, an object without a verb one. */
static int look_up(const char *const *words, int n, const struct object **ret_object,
		   const struct verb **ret_verb)
{
	int used;

	*ret_object = n ? verbs_find_object(words[0]) : NULL;
	used = *ret_object ? 1 : 0;
	*ret_verb = used < n ? verbs_find(*ret_object, words[used]) : NULL;
	return *ret_verb ? used + 1 : used;
}

/* Whether the word that follows the @n ones begins a VALUE_COMMAND. */
static bool command_begins(const char *const *words, int n)
{
	const struct object *object;
	const struct verb *verb;
	int arguments = n - look_up(words, n, &object, &verb);

	return verb && arguments < VERBS_ARGUMENTS_MAX &&
	       verb->arguments[arguments].type.kind == VALUE_COMMAND;
}

/* Collects options in @command, other words in @words; returns their number or -EINVAL. */
static int split(int argc, char *const *argv, struct command *command, const char **words,
		 char *error)
{
	enum verb_option_id option;
	bool options = true;
	int i, n = 0, used;

	for (i = 0; i < argc; i += used) {
		used = 1;
		if (options && !strcmp(argv[i], "--")) {
			options = false;
		} else if (options && is_option(argv[i])) {
			option = verbs_find_option(argv[i]);
			if (!option)
				return unknown_option(argv[i], error);
			used = set_option(command, option, argv[i],
					  i + 1 < argc ? argv[i + 1] : NULL, error);
			if (used < 0)
				return used;
		} else {
			if (command_begins(words, n)) {
				command->words = argv + i;
				command->n_words = used = argc - i;
			}
			words[n++] = argv[i];
		}
	}
	return n;
}

/* Finds object and verb; returns the number of words that they took, or -EINVAL. */
static int find_verb(struct command *command, const char *const *words, int n, char *error)
{
	bool help = command_has(command, OPTION_HELP);
	int used = look_up(words, n, &command->object, &command->verb);

	if (command->verb || (help && used == n))
		return used;
	if (!n) {
		command->verb = verbs_find(NULL, "status");
		return 0;
	}
	if (used < n)
		return unknown_verb(command->object, words[used], error);
	if (command->object->verb) {
		command->verb = verbs_find(command->object, command->object->verb);
		return used;
	}
	snprintf(error, VERBS_ERROR_SIZE, "%s: a verb is missing: see smcctl %s --help",
		 words[0], words[0]);
	return -EINVAL;
}

static int set_arguments(struct command *command, const char *const *words, int n, char *error)
{
	const struct verb_argument *argument = command->verb->arguments;
	char text[64];
	int i, r;

	verbs_text(command->verb, text, sizeof(text));
	for (i = 0; i < VERBS_ARGUMENTS_MAX && argument[i].name && i < n; i++) {
		r = value_parse(&argument[i].type,
				value_noun(argument[i].type.kind) ?: argument[i].name,
				argument[i].name, words[i], &command->arguments[i], error);
		if (r < 0)
			return r;
	}
	if (i < n)
		return command_refuse(command, error, "'%.64s' is too much: see smcctl %s --help",
				      words[i], text);
	if (i < VERBS_ARGUMENTS_MAX && argument[i].name && !argument[i].optional)
		return command_refuse(command, error, "%s is missing: see smcctl %s --help",
				      argument[i].name, text);
	return 0;
}

/* Refuses options that the verb does not take. */
static int check_options(const struct command *command, char *error)
{
	enum verb_option_id id;
	char text[64];

	for (id = OPTION_NONE + 1; id < OPTIONS; id++)
		if (command_has(command, id) && !verbs_takes(command->verb, id))
			break;
	if (id == OPTIONS)
		return 0;
	verbs_text(command->verb, text, sizeof(text));
	snprintf(error, VERBS_ERROR_SIZE, "%s does not take %s: see smcctl %s --help", text,
		 verbs_options[id].name, text);
	return -EINVAL;
}

static int parse_words(struct command *command, const char *const *words, int n, char *error)
{
	int used, r;

	used = find_verb(command, words, n, error);
	if (used < 0 || !command->verb || command_has(command, OPTION_HELP))
		return used;
	r = set_arguments(command, words + used, n - used, error);
	if (r >= 0)
		r = check_options(command, error);
	return r < 0 || !command->verb->check ? r : command->verb->check(command, error);
}

int verbs_parse(int argc, char *const *argv, struct command *ret_command, char *error)
{
	struct command command = {};
	const char **words;
	int r;

	words = calloc(argc + 1, sizeof(*words));
	if (!words) {
		snprintf(error, VERBS_ERROR_SIZE, "not enough memory");
		return -ENOMEM;
	}
	r = split(argc, argv, &command, words, error);
	if (r >= 0 && (command_has(&command, OPTION_HELP) || !command_has(&command, OPTION_VERSION)))
		r = parse_words(&command, words, r, error);
	free(words);
	if (r < 0)
		return r;
	*ret_command = command;
	return 0;
}
