// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of verbs and what reads it: parsing and help.
 *
 * A new verb is a file with its run function, declared in run.h, a row here, and
 * its section in man/smcctl.1 or man/smcctl-OBJECT.1; test-verbs.c misses none of them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "run.h"
#include "verbs.h"

const struct verb_option verbs_options[] = {
	{ "--json", NULL, NULL, OPTION_JSON, "print JSON, with all numbers in full" },
	{ "--noheadings", NULL, NULL, OPTION_NOHEADINGS,
	  "print tables without the line of headings" },
	{ "--save", NULL, NULL, OPTION_SAVE,
	  "keep the new value over reboots, in /etc/smcd/smcd.d" },
	{ "--force", NULL, NULL, OPTION_FORCE, "abort connections that are in the way" },
	{ "--timeout", NULL, "SECONDS", OPTION_TIMEOUT, "wait no longer than that, 1 to 86400" },
	{ "--dry-run", NULL, NULL, OPTION_DRY_RUN, "only print what would be done" },
	{ "--busy", NULL, "defer|refuse|force", OPTION_BUSY, "what becomes of devices in use" },
	{ "--confirm", NULL, "SECONDS", OPTION_CONFIRM, "go back unless confirmed, 1 to 86400" },
	{ "--root", NULL, "DIR", OPTION_ROOT, "put DIR before the paths of all files" },
	{ "--help", "-h", NULL, OPTION_HELP, "print this help" },
	{ "--version", "-V", NULL, OPTION_VERSION, "print the version of smcctl" },
	{ NULL, NULL, NULL, 0, NULL }
};

const struct object verbs_objects[] = {
	{ "device", "devices that carry SMC-D connections", NULL },
	{ "connection", "connections of programs that asked for SMC", NULL },
	{ "linkgroup", "link groups, which connections of one device to one peer share", NULL },
	{ "stats", "counters of the devices and of the kernel", "show" },
	{ NULL, NULL, NULL }
};

const struct verb verbs[] = {
	{
		"device", "list", "list the devices",
		"One line a device, in the order in which the kernel proposes them to peers.\n"
		"RANK 1 is proposed first, \"-\" takes no new connections. TX and RX are the\n"
		"bytes that the device moved.\n",
		0, {}, run_device_list,
	}, {
		"device", "show", "show everything about one device",
		"All properties and counters of a device.\n",
		0,
		{ { "NAME", ARGUMENT_DEVICE, false, "a device of \"smcctl device list\"" } },
		run_device_show,
	}, {
		"device", "priority", "show or set priorities",
		"The device of the highest priority is preferred for new connections; those\n"
		"that exist live on. Without VALUE: shows the priority that is configured, the\n"
		"effective rank, and why it is another where that is so; without NAME: of all\n"
		"devices. With VALUE: sets the priority, until the next boot or, with --save,\n"
		"for good.\n",
		OPTION_SAVE,
		{
			{ "NAME", ARGUMENT_DEVICE, true, "a device of \"smcctl device list\"" },
			{ "VALUE", ARGUMENT_PRIORITY, true, "0 to 65535, higher is preferred" },
		},
		run_device_priority,
	}, {
		"device", "up", "let a device take new connections",
		"The device takes new connections again. This holds until the next boot, whatever\n"
		"the configuration says.\n",
		0,
		{ { "NAME", ARGUMENT_DEVICE, false, "a device of \"smcctl device list\"" } },
		run_device_up,
	}, {
		"device", "down", "keep a device from taking new connections",
		"The device takes no new connections; those that exist live on, and it is\n"
		"\"draining\" until the last one ends. This holds until the next boot, whatever the\n"
		"configuration says, or until \"smcctl device up\".\n",
		0,
		{ { "NAME", ARGUMENT_DEVICE, false, "a device of \"smcctl device list\"" } },
		run_device_down,
	}, {
		"device", "drain", "take a device down and wait for its connections",
		"Does what \"device down\" does, and prints how many connections are left, until\n"
		"there are none. When the time is up, or on Ctrl-C, the device stays down.\n",
		OPTION_TIMEOUT,
		{ { "NAME", ARGUMENT_DEVICE, false, "a device of \"smcctl device list\"" } },
		run_device_drain,
	}, {
		"device", "delete", "delete a device",
		"While connections use the device, it is refused; with --force they are\n"
		"aborted, and the device goes when the applications have closed their sockets.\n"
		"A device that the configuration names is made again at the next reload or\n"
		"start of smcd: take it out of the files, or use \"device down\".\n",
		OPTION_FORCE,
		{ { "NAME", ARGUMENT_DEVICE, false, "a device of \"smcctl device list\"" } },
		run_device_delete,
	}, {
		"connection", "list", "list the connections",
		"One line for each connection of an SMC socket in smcd's network namespace: by\n"
		"what it is carried, and if that is TCP, why: the reason of this side and, where\n"
		"the peer declined, that of the peer.\n",
		0, {}, run_connection_list,
	}, {
		"linkgroup", "list", "list the link groups",
		"One line for each link group of SMC-D: the device, the peer, and how many\n"
		"connections share it. VERSION and what follows are \"-\" where the kernel leaves\n"
		"a link group out of its list; such ones without connections are not shown.\n",
		0, {}, run_linkgroup_list,
	}, {
		"linkgroup", "show", "show everything about one link group",
		"All properties of a link group.\n",
		0,
		{ { "ID", ARGUMENT_LINKGROUP, false, "a link group of \"smcctl linkgroup list\"" } },
		run_linkgroup_show,
	}, {
		NULL, "reload", "read the configuration anew",
		"Makes the kernel match /etc/smcd/smcd.yaml and its drop-ins. When they have a\n"
		"mistake, it is printed as FILE:LINE:COLUMN, and all stays as it is.\n",
		0, {}, run_reload,
	}, {
		NULL, "apply", "make the kernel match the configuration",
		"Does what reload does. A device that has to go while connections use it takes no\n"
		"new ones, and goes after the last: --busy=refuse has nothing done instead, and\n"
		"--busy=force aborts them. With --confirm, smcctl asks whether to keep the new\n"
		"policy: without a \"yes\" in time the one before runs again, also when smcctl or\n"
		"smcd ends meanwhile. \"no\" or Ctrl-C goes back at once. The files stay as they\n"
		"are.\n",
		OPTION_DRY_RUN | OPTION_BUSY | OPTION_CONFIRM, {}, run_apply,
	}, {
		NULL, "confirm", "keep a policy that was applied on trial",
		"Confirms what \"smcctl apply --confirm\" has applied, from another terminal.\n",
		0, {}, run_confirm,
	}, {
		NULL, "rollback", "go back from a policy that was applied on trial",
		"Ends what \"smcctl apply --confirm\" has begun: the policy before runs again.\n",
		0, {}, run_rollback,
	}, {
		NULL, "verify", "check the configuration",
		"Reads the files and checks them, also whether the plugins know the kinds of the\n"
		"devices. The first mistake is printed as FILE:LINE:COLUMN. smcd need not run.\n",
		OPTION_ROOT, {}, run_verify,
	}, {
		"stats", "show", "show all counters",
		"The counters of each device and their totals, the kernel's statistics of SMC\n"
		"in smcd's network namespace, and why connections fell back to TCP. Statistics\n"
		"that are 0 are left out, but not of --json. This is what stats alone does.\n",
		0, {}, run_stats_show,
	}, {
		"stats", "fallback", "show why connections fell back to TCP",
		"One line for each reason, in smcd's network namespace: how many connections of\n"
		"either side fell back for it, what it means, and what is likely to help.\n",
		0, {}, run_stats_fallback,
	}, {
		NULL, "status", "show how smcd is",
		"Version and state of the daemon, its files, plugins and problems, and how many\n"
		"devices and connections there are. This is what smcctl does without a verb.\n",
		0, {}, run_status,
	},
	{ NULL, NULL, NULL, NULL, 0, {}, NULL }
};

static bool same_object(const struct verb *verb, const struct object *object)
{
	if (!verb->object || !object)
		return !verb->object && !object;
	return !strcmp(verb->object, object->name);
}

const struct object *verbs_find_object(const char *name)
{
	const struct object *object;

	for (object = verbs_objects; object->name; object++)
		if (!strcmp(object->name, name))
			return object;
	return NULL;
}

const struct verb *verbs_find(const struct object *object, const char *name)
{
	const struct verb *verb;

	for (verb = verbs; verb->name; verb++)
		if (same_object(verb, object) && !strcmp(verb->name, name))
			return verb;
	return NULL;
}

/* The nearest of some words to one that is not known. */
struct nearest {
	const char *word;
	unsigned int distance;		/* of @best; only smaller ones are taken */
	char best[64];			/* empty: none is near */
};

#define NEAREST_LENGTH 32		/* words beyond are near to nothing */

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's distance; @b has at most NEAREST_LENGTH characters. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[NEAREST_LENGTH + 1], diagonal, above, i, j;
	unsigned int length = strlen(b);

	for (j = 0; j <= length; j++)
		row[j] = j;
	for (i = 1; a[i - 1]; i++) {
		diagonal = row[0];
		row[0] = i;
		for (j = 1; j <= length; j++) {
			above = row[j];
			row[j] = min3(above + 1, row[j - 1] + 1,
				      diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[length];
}

/* At most a third of a word's characters may differ, but two of a short one. */
static void nearest_begin(struct nearest *nearest, const char *word)
{
	size_t length = strlen(word);

	*nearest = (struct nearest){ .word = word };
	nearest->distance = length > NEAREST_LENGTH ? 0 : length < 3 ? 2 : length < 6 ? 3 :
			    length / 3 + 1;
}

static void nearest_try(struct nearest *nearest, const char *object, const char *name)
{
	unsigned int d;

	if (!nearest->distance)
		return;
	/* A word that was cut short is near, however much is missing. */
	if (*nearest->word && !strncmp(name, nearest->word, strlen(nearest->word)))
		d = 1;
	else
		d = distance(name, nearest->word);
	if (d >= nearest->distance)
		return;
	nearest->distance = d;
	snprintf(nearest->best, sizeof(nearest->best), "%s%s%s", object ? object : "",
		 object ? " " : "", name);
}

static int refuse(char *error, const char *what, const struct nearest *nearest, const char *help)
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
	const struct verb_option *option;
	struct nearest nearest;

	nearest_begin(&nearest, word);
	for (option = verbs_options; option->name; option++)
		nearest_try(&nearest, NULL, option->name);
	return refuse(error, "unknown option", &nearest, "smcctl");
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
		if (!object || same_object(verb, object))
			nearest_try(&nearest, verb->object, verb->name);
	if (object)
		snprintf(help, sizeof(help), "smcctl %s", object->name);
	return refuse(error, "unknown verb", &nearest, help);
}

const struct verb_option *verbs_find_option(const char *word)
{
	const struct verb_option *option;
	size_t length = strcspn(word, "=");

	for (option = verbs_options; option->name; option++) {
		if (!strcmp(option->name, word) ||
		    (option->letter && !strcmp(option->letter, word)))
			return option;
		if (option->value && strlen(option->name) == length &&
		    !strncmp(option->name, word, length))
			return option;
	}
	return NULL;
}

/* A number up to @max in decimal digits; UINT32_MAX for anything else. */
static uint32_t parse_number(const char *word, uint32_t max)
{
	uint64_t value = 0;
	const char *p;

	for (p = word; *p >= '0' && *p <= '9' && value <= max; p++)
		value = 10 * value + (*p - '0');
	return *p || p == word || value > max ? UINT32_MAX : value;
}

static int set_seconds(uint32_t *ret_seconds, const char *name, const char *value, char *error)
{
	uint32_t seconds = parse_number(value, VERBS_TIMEOUT_MAX);

	if (!seconds || seconds == UINT32_MAX) {
		snprintf(error, VERBS_ERROR_SIZE, "%s '%.64s': must be a number of seconds from 1 "
			 "to %d", name, value, VERBS_TIMEOUT_MAX);
		return -EINVAL;
	}
	*ret_seconds = seconds;
	return 0;
}

/* One of the words of @option, which are "a|b|c". */
static int set_word(const char **ret_word, const struct verb_option *option, const char *value,
		    char *error)
{
	size_t length = strlen(value);
	const char *word = option->value;

	while (strcspn(word, "|") != length || strncmp(word, value, length)) {
		word = strchr(word, '|');
		if (!word) {
			snprintf(error, VERBS_ERROR_SIZE, "%s '%.64s': must be one of %s",
				 option->name, value, option->value);
			return -EINVAL;
		}
		word++;
	}
	*ret_word = value;
	return 0;
}

static int set_value(struct command *command, const struct verb_option *option,
		     const char *value, char *error)
{
	switch (option->bit) {
	case OPTION_TIMEOUT:
		return set_seconds(&command->timeout, option->name, value, error);
	case OPTION_CONFIRM:
		return set_seconds(&command->confirm, option->name, value, error);
	case OPTION_BUSY:
		return set_word(&command->busy, option, value, error);
	default:
		command->root = value;
		return 0;
	}
}

/* @next is the word behind the option, or NULL; returns how many words it took, or -EINVAL. */
static int set_option(struct command *command, const struct verb_option *option,
		      const char *word, const char *next, char *error)
{
	const char *value = strchr(word, '=');

	command->options |= option->bit;
	if (!option->value)
		return 1;
	value = value ? value + 1 : next;
	if (!value) {
		snprintf(error, VERBS_ERROR_SIZE, "%s: %s is missing", option->name, option->value);
		return -EINVAL;
	}
	if (set_value(command, option, value, error) < 0)
		return -EINVAL;
	return value == next ? 2 : 1;
}

static bool is_option(const char *word)
{
	/* A negative number is a priority out of range, which has its own message. */
	return word[0] == '-' && word[1] && !(word[1] >= '0' && word[1] <= '9');
}

/* Collects options in @command, other words in @words; returns their number or -EINVAL. */
static int split(int argc, char *const *argv, struct command *command, const char **words,
		 char *error)
{
	const struct verb_option *option;
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
			words[n++] = argv[i];
		}
	}
	return n;
}

/* Finds object and verb; returns the number of words that they took, or -EINVAL. */
static int find_verb(struct command *command, const char *const *words, int n, char *error)
{
	int used = 0;

	if (!n) {
		if (!(command->options & OPTION_HELP))
			command->verb = verbs_find(NULL, "status");
		return 0;
	}
	command->object = verbs_find_object(words[0]);
	if (command->object)
		used++;
	if (used == n) {
		if (command->options & OPTION_HELP)
			return used;
		if (command->object->verb) {
			command->verb = verbs_find(command->object, command->object->verb);
			return used;
		}
		snprintf(error, VERBS_ERROR_SIZE, "%s: a verb is missing: see smcctl %s --help",
			 words[0], words[0]);
		return -EINVAL;
	}
	command->verb = verbs_find(command->object, words[used]);
	if (!command->verb)
		return unknown_verb(command->object, words[used], error);
	return used + 1;
}

/* "device show" */
static void verb_text(const struct verb *verb, char *text, size_t size)
{
	snprintf(text, size, "%s%s%s", verb->object ? verb->object : "", verb->object ? " " : "",
		 verb->name);
}

static int set_priority(struct command *command, const char *word, char *error)
{
	uint32_t value = parse_number(word, VERBS_PRIORITY_MAX);

	if (value == UINT32_MAX) {
		snprintf(error, VERBS_ERROR_SIZE, "priority '%.64s': must be a number from 0 to %d",
			 word, VERBS_PRIORITY_MAX);
		return -EINVAL;
	}
	command->priority = value;
	command->has_priority = true;
	return 0;
}

static int set_linkgroup(struct command *command, const char *word, char *error)
{
	if (strlen(word) > 8 || word[strspn(word, "0123456789abcdefABCDEF")]) {
		snprintf(error, VERBS_ERROR_SIZE, "link group '%.64s': must be an ID of smcctl "
			 "linkgroup list, at most 8 hexadecimal digits", word);
		return -EINVAL;
	}
	command->linkgroup = strtoul(word, NULL, 16);
	return 0;
}

static int set_argument(struct command *command, const struct verb_argument *argument,
			const char *word, char *error)
{
	if (!*word) {
		snprintf(error, VERBS_ERROR_SIZE, "%s is empty", argument->name);
		return -EINVAL;
	}
	if (argument->kind == ARGUMENT_PRIORITY)
		return set_priority(command, word, error);
	if (argument->kind == ARGUMENT_LINKGROUP)
		return set_linkgroup(command, word, error);
	command->device = word;
	return 0;
}

static int set_arguments(struct command *command, const char *const *words, int n, char *error)
{
	const struct verb_argument *argument = command->verb->arguments;
	char text[64];
	int i, r;

	verb_text(command->verb, text, sizeof(text));
	for (i = 0; i < VERBS_ARGUMENTS_MAX && argument[i].name && i < n; i++) {
		r = set_argument(command, &argument[i], words[i], error);
		if (r < 0)
			return r;
	}
	if (i < n) {
		snprintf(error, VERBS_ERROR_SIZE, "%s: '%.64s' is too much: see smcctl %s --help",
			 text, words[i], text);
		return -EINVAL;
	}
	if (i < VERBS_ARGUMENTS_MAX && argument[i].name && !argument[i].optional) {
		snprintf(error, VERBS_ERROR_SIZE, "%s: %s is missing: see smcctl %s --help", text,
			 argument[i].name, text);
		return -EINVAL;
	}
	return 0;
}

/* Refuses options that the verb does not take, --save of nothing, and options for nothing. */
static int check_options(const struct command *command, char *error)
{
	unsigned int foreign = command->options & ~(OPTIONS_GLOBAL | command->verb->options);
	const struct verb_option *option;
	char text[64];

	verb_text(command->verb, text, sizeof(text));
	for (option = verbs_options; option->name; option++)
		if (option->bit & foreign)
			break;
	if (option->name)
		snprintf(error, VERBS_ERROR_SIZE, "%s does not take %s: see smcctl %s --help",
			 text, option->name, text);
	else if (command->options & OPTION_SAVE && !command->has_priority)
		snprintf(error, VERBS_ERROR_SIZE, "%s: --save needs a VALUE to save", text);
	else if (command->options & OPTION_DRY_RUN &&
		 command->options & (OPTION_BUSY | OPTION_CONFIRM))
		snprintf(error, VERBS_ERROR_SIZE, "%s: --dry-run does nothing that could be busy or "
			 "be confirmed", text);
	else
		return 0;
	return -EINVAL;
}

static int parse_words(struct command *command, const char *const *words, int n, char *error)
{
	int used, r;

	used = find_verb(command, words, n, error);
	if (used < 0 || !command->verb || command->options & OPTION_HELP)
		return used;
	r = set_arguments(command, words + used, n - used, error);
	return r < 0 ? r : check_options(command, error);
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
	if (r >= 0 && (command.options & (OPTION_VERSION | OPTION_HELP)) != OPTION_VERSION)
		r = parse_words(&command, words, r, error);
	free(words);
	if (r < 0)
		return r;
	*ret_command = command;
	return 0;
}

static void help_options(unsigned int bits, FILE *stream)
{
	const struct verb_option *option;
	char name[64];

	fputs("\nOptions:\n", stream);
	for (option = verbs_options; option->name; option++) {
		if (!(option->bit & bits))
			continue;
		snprintf(name, sizeof(name), "%s%s%s", option->name, option->value ? " " : "",
			 option->value ? option->value : "");
		fprintf(stream, "  %-3s %-18s %s\n", option->letter ? option->letter : "", name,
			option->help);
	}
}

static void help_verb(const struct verb *verb, FILE *stream)
{
	const struct verb_argument *argument = verb->arguments;
	char text[64];
	int i, n;

	verb_text(verb, text, sizeof(text));
	fprintf(stream, "Usage: smcctl %s", text);
	for (n = 0; n < VERBS_ARGUMENTS_MAX && argument[n].name; n++)
		fprintf(stream, argument[n].optional ? " [%s" : " %s", argument[n].name);
	for (i = 0; i < n; i++)
		fputs(argument[i].optional ? "]" : "", stream);
	fprintf(stream, " [OPTION...]\n\n%s", verb->details);
	for (i = 0; i < n; i++)
		fprintf(stream, "%s  %-18s %s\n", i ? "" : "\nArguments:\n", argument[i].name,
			argument[i].help);
	help_options(OPTIONS_GLOBAL | verb->options, stream);
	fprintf(stream, "\nsmcctl%s%s(1) says more.\n", verb->object ? "-" : "",
		verb->object ? verb->object : "");
}

static void help_verbs(const struct object *object, FILE *stream)
{
	const struct verb *verb;
	char text[64];

	fputs("\nVerbs:\n", stream);
	for (verb = verbs; verb->name; verb++) {
		if (object && !same_object(verb, object))
			continue;
		verb_text(verb, text, sizeof(text));
		fprintf(stream, "  %-18s %s\n", text, verb->summary);
	}
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
	help_options(OPTIONS_GLOBAL, stream);
	fprintf(stream, "\nEach verb has its own --help; smcctl%s%s(1) says more.\n",
		object ? "-" : "", object ? object->name : "");
}
