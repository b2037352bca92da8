// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the words that a command line can go on with, in the table of verbs; see complete.h. */
#include <string.h>
#include "bus-client.h"
#include "complete.h"
#include "linkgroup.h"
#include "verbs.h"

/* A command line, as far as it goes. */
struct line {
	const struct object *object;
	const struct verb *verb;
	int arguments;		/* of the verb, that stand before the word to complete */
	const char *word;	/* that one, or its beginning */
	FILE *stream;
};

static void candidate(const char *name, void *userdata)
{
	const struct line *line = userdata;

	if (!strncmp(name, line->word, strlen(line->word)))
		fprintf(line->stream, "%s\n", name);
}

/* Takes one word before the last; false if no verb of that name exists. */
static bool take(struct line *line, const char *word)
{
	if (word[0] == '-')
		return true;
	if (line->verb) {
		line->arguments++;
		return true;
	}
	if (!line->object) {
		line->object = verbs_find_object(word);
		if (line->object)
			return true;
	}
	line->verb = verbs_find(line->object, word);
	return line->verb;
}

static bool value_follows(const char *word)
{
	enum verb_option_id option = word[0] == '-' ? verbs_find_option(word) : OPTION_NONE;

	return verbs_options[option].value && !verbs_value_inside(option, word);
}

static void options(struct line *line)
{
	enum verb_option_id id;

	for (id = OPTION_NONE + 1; id < OPTIONS; id++)
		if (verbs_takes(line->verb, id))
			candidate(verbs_options[id].name, line);
}

static void verb_names(struct line *line)
{
	const struct object *object;
	const struct verb *verb;
	const char *name;

	for (object = verbs_objects; object->name && !line->object; object++)
		candidate(object->name, line);
	for (verb = verbs; verb->name; verb++) {
		name = verbs_name(verb, line->object);
		if (name)
			candidate(name, line);
	}
}

static void arguments(struct line *line, complete_words_fn words)
{
	const struct verb_argument *argument;

	if (line->arguments >= VERBS_ARGUMENTS_MAX)
		return;
	argument = &line->verb->arguments[line->arguments];
	if (argument->name)
		words(argument->type.kind, candidate, line);
}

/* The words that may follow an option, if it takes some of few. */
static void values(const struct line *line, const char *word)
{
	const struct verb_option *option = &verbs_options[verbs_find_option(word)];
	char text[64], *rest = text, *value;

	if (option->type.kind != VALUE_WORD)
		return;
	snprintf(text, sizeof(text), "%s", option->value);
	while ((value = strsep(&rest, "|")))
		candidate(value, (void *)line);
}

void complete(int argc, char *const *argv, complete_words_fn words, FILE *stream)
{
	struct line line = { .word = argc ? argv[argc - 1] : "", .stream = stream };
	int i;

	for (i = 0; i < argc - 1; i++) {
		if (!take(&line, argv[i]))
			return;
		if (value_follows(argv[i]))
			i++;
	}
	if (i > argc - 1 && argc)
		values(&line, argv[argc - 2]);
	else if (line.word[0] == '-')
		options(&line);
	else if (line.verb)
		arguments(&line, words);
	else
		verb_names(&line);
}

static void complete_devices(sd_bus *bus, void (*fn)(const char *word, void *userdata),
			     void *userdata)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._:-";
	devices_cleanup struct devices devices = {};
	struct failure failure;
	const char *name;
	size_t i;

	if (bus_client_devices(bus, &devices, &failure) < 0)
		return;
	for (i = 0; i < devices.n; i++) {
		name = devices.list[i].name;
		if (!name[strspn(name, plain)])
			fn(name, userdata);
	}
}

static void complete_linkgroups(sd_bus *bus, void (*fn)(const char *word, void *userdata),
				void *userdata)
{
	linkgroups_cleanup struct linkgroups linkgroups = {};
	char id[LINKGROUP_ID_SIZE];
	struct failure failure;
	size_t i;

	if (bus_client_linkgroups(bus, &linkgroups, &failure) < 0)
		return;
	for (i = 0; i < linkgroups.n; i++)
		fn(linkgroup_id(&linkgroups.list[i], id), userdata);
}

void complete_words(enum value_kind kind,
		    void (*fn)(const char *word, void *userdata), void *userdata)
{
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 || !bus_client_is_running(bus))
		return;
	if (kind == VALUE_DEVICE)
		complete_devices(bus, fn, userdata);
	else if (kind == VALUE_LINKGROUP)
		complete_linkgroups(bus, fn, userdata);
}
