// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints --help out of the table of verbs; see verbs.h. */
#include <string.h>
#include "verbs.h"

static void help_options(const struct verb *verb, FILE *stream)
{
	const struct verb_option *option;
	enum verb_option_id id;
	char name[64];

	fputs("\nOptions:\n", stream);
	for (id = OPTION_NONE + 1; id < OPTIONS; id++) {
		if (!verbs_takes(verb, id))
			continue;
		option = &verbs_options[id];
		snprintf(name, sizeof(name), "%s%s%s", option->name, option->value ? " " : "",
			 option->value ?: "");
		fprintf(stream, "  %-3s %-19s", option->letter ?: "", name);
		/* A long one has a line of its own. */
		fprintf(stream, strlen(name) > 18 ? "\n%26s%s\n" : "%1s%s\n", "", option->help);
	}
}

static void help_arguments(const struct verb *verb, FILE *stream)
{
	const struct verb_argument *argument = verb->arguments;
	int i;

	for (i = 0; i < VERBS_ARGUMENTS_MAX && argument[i].name; i++)
		fprintf(stream, "%s  %-23s %s\n", i ? "" : "\nArguments:\n", argument[i].name,
			argument[i].help);
}

/* " NAME [VALUE]"; words of a VALUE_COMMAND come behind all options. */
static void usage_arguments(const struct verb *verb, FILE *stream)
{
	const struct verb_argument *argument = verb->arguments;
	bool command = false;
	int i, n;

	for (n = 0; n < VERBS_ARGUMENTS_MAX && argument[n].name; n++) {
		command = argument[n].type.kind == VALUE_COMMAND;
		if (command)
			fputs(" [OPTION...]", stream);
		fprintf(stream, argument[n].optional ? " [%s" : " %s", argument[n].name);
		if (command)
			fputs(" [ARGUMENT...]", stream);
	}
	for (i = 0; i < n; i++)
		fputs(argument[i].optional ? "]" : "", stream);
	fputs(command ? "\n" : " [OPTION...]\n", stream);
}

static void help_verb(const struct verb *verb, FILE *stream)
{
	char text[64];

	verbs_text(verb, text, sizeof(text));
	fprintf(stream, "Usage: smcctl %s", text);
	usage_arguments(verb, stream);
	if (verb->also_name)
		fprintf(stream, "The same: smcctl %s%s%s\n",
			verb->also_object ? verb->also_object : "", verb->also_object ? " " : "",
			verb->also_name);
	fprintf(stream, "\n%s", verb->details);
	help_arguments(verb, stream);
	help_options(verb, stream);
	fprintf(stream, "\nsmcctl%s%s(1) says more.\n", verbs_page(verb) ? "-" : "",
		verbs_page(verb) ?: "");
}

/* What @verb is called in the help on @object, or on all; false: it is not in it. */
static bool listed_as(const struct verb *verb, const struct object *object, char text[64])
{
	const char *name = verbs_name(verb, object);

	if (!object)
		verbs_text(verb, text, 64);
	else if (name)
		snprintf(text, 64, "%s %s", object->name, name);
	return !object || name;
}

/* Those of @object; without one, all, each once. */
static void help_verbs(const struct object *object, FILE *stream)
{
	const struct verb *verb;
	int width = 0, length;
	char text[64];

	for (verb = verbs; verb->name; verb++) {
		length = listed_as(verb, object, text) ? strlen(text) : 0;
		width = length > width ? length : width;
	}
	fputs("\nVerbs:\n", stream);
	for (verb = verbs; verb->name; verb++)
		if (listed_as(verb, object, text))
			fprintf(stream, "  %-*s  %s\n", width, text, verb->summary);
}

void verbs_help(const struct command *command, FILE *stream)
{
	const struct object *object = command->object;

	if (command->verb) {
		help_verb(command->verb, stream);
		return;
	}
	if (object && object->verb)
		fprintf(stream, "Usage: smcctl %s [VERB [ARGUMENT...]] [OPTION...]\n\n"
			"Acts on %s.\nWithout a verb: %s.\n", object->name, object->summary,
			object->verb);
	else if (object)
		fprintf(stream, "Usage: smcctl %s VERB [ARGUMENT...] [OPTION...]\n\nActs on %s.\n",
			object->name, object->summary);
	else
		fputs("Usage: smcctl [[OBJECT] VERB [ARGUMENT...]] [OPTION...]\n\n"
		      "Shows and changes what smcd does with the SMC-D devices of this machine.\n"
		      "Without a verb: status.\n", stream);
	help_verbs(object, stream);
	help_options(NULL, stream);
	fprintf(stream, "\nEach verb has its own --help; smcctl%s%s(1) says more.\n",
		object ? "-" : "", object ? object->name : "");
}
