// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the words that a command line can go on with, in the table of verbs; see complete.h. */
#include <string.h>
#include "columns.h"
#include "complete.h"
#include "verbs.h"

/* A command line, as far as it goes. */
struct line {
	const struct object *object;
	const struct verb *verb;
	int arguments;		/* of the verb, that stand before the word to complete */
	bool no_options;	/* "--" has come */
	enum verb_option_id wants;	/* the option whose value comes next */
	const char *prefix;	/* of the word, that stays: "--busy=" */
	int prefix_length;
	const char *word;	/* the rest of it: what is completed */
	FILE *stream;
};

static void described(const struct line *line, const char *name, const char *description)
{
	if (!strncmp(name, line->word, strlen(line->word)))
		fprintf(line->stream, "%.*s%s%s%s\n", line->prefix_length, line->prefix, name,
			description ? "\t" : "", description ?: "");
}

static void candidate(const char *name, void *userdata)
{
	described(userdata, name, NULL);
}

static enum verb_option_id find_option(const struct line *line, const char *word)
{
	return !line->no_options && word[0] == '-' ? verbs_find_option(word) : OPTION_NONE;
}

/* The argument that comes next; NULL: none. */
static const struct verb_argument *next_argument(const struct line *line)
{
	const struct verb_argument *argument;

	if (!line->verb || line->arguments >= VERBS_ARGUMENTS_MAX)
		return NULL;
	argument = &line->verb->arguments[line->arguments];
	return argument->name ? argument : NULL;
}

/* Whether @word, which comes next, is the first of a program's command line. */
static bool command_begins(const struct line *line, const char *word)
{
	const struct verb_argument *argument = next_argument(line);

	return !line->wants && argument && argument->type.kind == VALUE_COMMAND &&
	       (line->no_options || word[0] != '-');
}

static void take_option(struct line *line, const char *word)
{
	enum verb_option_id id = find_option(line, word);

	line->no_options = !strcmp(word, "--");
	if (verbs_options[id].value && !verbs_value_inside(id, word))
		line->wants = id;
}

/* Takes one word before the last; false if no verb of that name exists. */
static bool take(struct line *line, const char *word)
{
	if (line->wants)
		line->wants = OPTION_NONE;
	else if (!line->no_options && word[0] == '-')
		take_option(line, word);
	else if (line->verb)
		line->arguments++;
	else if (!line->object && verbs_find_object(word))
		line->object = verbs_find_object(word);
	else
		return (line->verb = verbs_find(line->object, word));
	return true;
}

static void options(const struct line *line)
{
	enum verb_option_id id;

	for (id = OPTION_NONE + 1; id < OPTIONS; id++)
		if (verbs_takes(line->verb, id))
			described(line, verbs_options[id].name, verbs_options[id].help);
}

static void verb_names(const struct line *line)
{
	const struct object *object;
	const struct verb *verb;
	const char *name;

	for (object = verbs_objects; object->name && !line->object; object++)
		described(line, object->name, object->summary);
	for (verb = verbs; verb->name; verb++) {
		name = verbs_name(verb, line->object);
		if (name)
			described(line, name, verb->summary);
	}
}

/* The words of @name, which are "a|b|c". */
static void words_of(struct line *line, const char *name)
{
	char text[64], *rest = text, *word;

	snprintf(text, sizeof(text), "%s", name);
	while ((word = strsep(&rest, "|")))
		candidate(word, line);
}

/* Those of the verb, behind what is chosen already: "+NAME,KIND," */
static void columns(struct line *line)
{
	const struct output_column *column = line->verb ? line->verb->columns : NULL;
	const char *comma = strrchr(line->word, ','), *begin = line->word;
	char heading[COLUMNS_NAME_SIZE];

	line->word = comma ? comma + 1 : begin + (*begin == '+');
	if (!line->prefix_length)
		line->prefix = begin;
	line->prefix_length += line->word - begin;
	for (; column && column->heading; column++)
		candidate(columns_heading(column, heading), line);
}

static void values(struct line *line, enum value_kind kind, const char *name,
		  complete_words_fn words)
{
	if (kind == VALUE_WORD)
		words_of(line, name);
	else if (kind == VALUE_COLUMNS)
		columns(line);
	else if (kind == VALUE_PATH)
		fputs("\tfiles\n", line->stream);
	else
		words(kind, candidate, line);
}

/* The value of an option, the first @length bytes of the word being before it. */
static void option_value(struct line *line, enum verb_option_id id, int length,
			 complete_words_fn words)
{
	const struct verb_option *option = &verbs_options[id];

	line->prefix = line->word;
	line->prefix_length = length;
	line->word += length;
	values(line, option->type.kind, option->value, words);
}

/* The last word, which no option wants. */
static void last_word(struct line *line, complete_words_fn words)
{
	const struct verb_argument *argument = next_argument(line);
	enum verb_option_id id = find_option(line, line->word);
	const char *inside = id ? verbs_value_inside(id, line->word) : NULL;

	if (inside)
		option_value(line, id, inside - line->word, words);
	else if (!line->no_options && line->word[0] == '-')
		options(line);
	else if (argument)
		values(line, argument->type.kind, argument->name, words);
	else if (!line->verb)
		verb_names(line);
}

void complete(int argc, char *const *argv, complete_words_fn words, FILE *stream)
{
	struct line line = { .word = argc ? argv[argc - 1] : "", .prefix = "", .stream = stream };
	int i;

	for (i = 0; i < argc; i++) {
		if (command_begins(&line, argv[i])) {
			fprintf(stream, "\tcommand %d\n", i);
			return;
		}
		if (i < argc - 1 && !take(&line, argv[i]))
			return;
	}
	if (line.wants)
		option_value(&line, line.wants, 0, words);
	else
		last_word(&line, words);
}
