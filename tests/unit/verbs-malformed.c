// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Malformed command lines of each verb, made from the table: each is refused, and the message
 * has what is wrong with it; see verbs-malformed.h.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "verbs-malformed.h"
#include "verbs.h"

#define WORDS_MAX 16
#define LONG 100000

/* A word that is good, and words that are not, of a kind. Those of VALUE_WORD are the row's. */
static const struct sample {
	const char *good, *bad[8];
} samples[VALUE_KINDS] = {
	[VALUE_WORD] = { NULL, { "", "nonsense", "|" } },
	[VALUE_NUMBER] = { NULL, { "", "x", "-1", "+1", " 1", "1.5", "18446744073709551617" } },
	[VALUE_BYTES] = { NULL, { "", "x", "-1", "1KK", "K", "1T", "18446744073709551617" } },
	[VALUE_SECONDS] = { "5", { "", "0", "86401", "-5", "5s", "1e3", "4294967297" } },
	[VALUE_PATH] = { "/tmp", { "", "a\nb", "\r" } },
	[VALUE_COLUMNS] = { "NAME", { "", ",", "NAME,", ",NAME", "A,,B", "NA\tME" } },
	[VALUE_PID] = { "1", { "", "0", "-1", "init", "4194305", "4294967297" } },
	[VALUE_DEVICE] = { "lo0", { "", "lo\n0", "\x1b[31m" } },
	[VALUE_LINKGROUP] = { "100", { "", "0x100", "123456789", "xyz", "-1" } },
	[VALUE_PRIORITY] = { "5", { "", "-1", "65536", "0x10", "high", "1 ", "4294967297" } },
	[VALUE_CHID] = { "0x42", { "", "0", "0x", "65536", "0x10000", "-1", "zz" } },
	[VALUE_GID] = { "0x42", { "", "0", "0x", "-1", "0x10000000000000000", "zz" } },
	[VALUE_KIND] = { "loopback", { "", "loop\nback" } },
	[VALUE_PNETID] = { "NET1", { "", "NET_1", "NET 1", "ABCDEFGHIJKLMNOPQ", "\xc3\x84" } },
	[VALUE_EID] = { "SMCD-1", { "", "smcd", "-A", "A..B", "A B", "A\n" } },
	[VALUE_INTERFACE] = { "eth0", { "", "a/b", "a b", "a\n", "0123456789abcdef" } },
	[VALUE_HOST] = { "host:1", { "", ":1", "host:", "host:0", "host:65536", "a b", "[::1" } },
	[VALUE_UNIT] = { "a.service", { "", "a/b", "a b", "a\n" } },
	[VALUE_COMMAND] = { "true", { "", "\n" } },
};

/* The words of a command line, and room for those that are made. */
struct words {
	const char *list[WORDS_MAX];
	int n;
	char room[WORDS_MAX][32];
};

/* Each verb by both of its names */
static void for_verbs(void (*fn)(const struct verb *verb, const struct words *words))
{
	const struct verb *verb;
	struct words words;

	for (verb = verbs; verb->name; verb++) {
		words.n = 0;
		if (verb->object)
			words.list[words.n++] = verb->object;
		words.list[words.n++] = verb->name;
		fn(verb, &words);
		if (!verb->also_name)
			continue;
		words.n = 0;
		if (verb->also_object)
			words.list[words.n++] = verb->also_object;
		words.list[words.n++] = verb->also_name;
		fn(verb, &words);
	}
}

static void add(struct words *words, const char *word)
{
	assert_true(words->n < WORDS_MAX);
	words->list[words->n++] = word;
}

/* A good word of that type, whose row shows it as @name. */
static void add_good(struct words *words, const struct value_type *type, const char *name)
{
	char *room = words->room[words->n];

	if (samples[type->kind].good)
		snprintf(room, sizeof(words->room[0]), "%s", samples[type->kind].good);
	else if (type->kind == VALUE_WORD)
		snprintf(room, sizeof(words->room[0]), "%.*s", (int)strcspn(name, "|"), name);
	else
		snprintf(room, sizeof(words->room[0]), "%llu", (unsigned long long)type->min);
	add(words, room);
}

static int n_arguments(const struct verb *verb)
{
	int n = 0;

	while (n < VERBS_ARGUMENTS_MAX && verb->arguments[n].name)
		n++;
	return n;
}

/* The first @n arguments of the verb. */
static void add_arguments(struct words *words, const struct verb *verb, int n)
{
	int i;

	for (i = 0; i < n; i++)
		add_good(words, &verb->arguments[i].type, verb->arguments[i].name);
}

static int parse(const struct words *words, char *error)
{
	struct command command;

	*error = '\0';
	return verbs_parse(words->n, (char *const *)words->list, &command, error);
}

/* The line is refused, and the message has @part. */
static void check_refused(const struct words *words, const char *part)
{
	char error[VERBS_ERROR_SIZE];

	if (parse(words, error) != -EINVAL || !strstr(error, part))
		fail_msg("%s %s ... %s: '%s' does not have '%s'", words->list[0],
			 words->n > 1 ? words->list[1] : "", words->list[words->n - 1], error, part);
}

static void try_options(const struct verb *verb, const struct words *begin)
{
	enum verb_option_id id;
	struct words words = *begin;
	char text[128];

	/* What comes first wins over a program's own options. */
	add(&words, "--nonsense");
	add_arguments(&words, verb, n_arguments(verb));
	check_refused(&words, "unknown option '--nonsense'");
	words.list[begin->n] = "-\x1b";
	check_refused(&words, "unknown option");
	for (id = OPTION_NONE + 1; id < OPTIONS; id++) {
		words = *begin;
		add(&words, verbs_options[id].name);
		if (verbs_options[id].value) {
			snprintf(text, sizeof(text), "%s: %s is missing", verbs_options[id].name,
				 verbs_options[id].value);
			check_refused(&words, text);
			add_good(&words, &verbs_options[id].type, verbs_options[id].value);
		} else {
			words.list[begin->n] = text;
			snprintf(text, sizeof(text), "%s=x", verbs_options[id].name);
			check_refused(&words, "unknown option");
			words.list[begin->n] = verbs_options[id].name;
		}
		add_arguments(&words, verb, n_arguments(verb));
		snprintf(text, sizeof(text), "%s does not take %s", verb->name,
			 verbs_options[id].name);
		if (!verbs_takes(verb, id))
			check_refused(&words, text);
	}
}

void test_malformed_options(void **state)
{
	(void)state;
	for_verbs(try_options);
}

static void try_value(const struct verb *verb, const struct words *begin, enum verb_option_id id)
{
	const struct verb_option *option = &verbs_options[id];
	const char *const *bad = samples[option->type.kind].bad;
	struct words words = *begin;
	char together[64];
	int i;

	assert_non_null(bad[0]);
	for (i = 0; bad[i]; i++) {
		words = *begin;
		add(&words, option->name);
		add(&words, bad[i]);
		add_arguments(&words, verb, n_arguments(verb));
		check_refused(&words, option->name);
		words = *begin;
		snprintf(together, sizeof(together), "%s=%s", option->name, bad[i]);
		add(&words, together);
		add_arguments(&words, verb, n_arguments(verb));
		check_refused(&words, option->name);
	}
}

static void try_values(const struct verb *verb, const struct words *begin)
{
	enum verb_option_id id;

	for (id = OPTION_NONE + 1; id < OPTIONS; id++)
		if (verbs_options[id].value && verbs_takes(verb, id))
			try_value(verb, begin, id);
}

void test_malformed_values(void **state)
{
	(void)state;
	for_verbs(try_values);
}

static void try_arguments(const struct verb *verb, const struct words *begin)
{
	const struct verb_argument *argument = verb->arguments;
	int i, j, n = n_arguments(verb);
	struct words words;

	for (i = 0; i < n; i++) {
		words = *begin;
		add_arguments(&words, verb, i);
		if (!argument[i].optional)
			check_refused(&words, argument[i].name);
		/* What begins with a dash is an argument behind this. */
		words.list[words.n++] = "--";
		for (j = 0; samples[argument[i].type.kind].bad[j]; j++) {
			words.list[words.n] = samples[argument[i].type.kind].bad[j];
			words.n++;
			check_refused(&words, value_noun(argument[i].type.kind) ?:
					      argument[i].name);
			words.n--;
		}
	}
	if (n && argument[n - 1].type.kind == VALUE_COMMAND)
		return;
	words = *begin;
	add_arguments(&words, verb, n);
	add(&words, "more");
	check_refused(&words, "'more' is too much");
}

void test_malformed_arguments(void **state)
{
	(void)state;
	for_verbs(try_arguments);
}

/* Words of any length are good for text only, and the message stays short. */
static void try_long(const struct verb *verb, const struct words *begin)
{
	char error[VERBS_ERROR_SIZE], *word = malloc(LONG + 1);
	struct words words = *begin;
	int i, n = n_arguments(verb);

	assert_non_null(word);
	memset(word, 'x', LONG);
	word[LONG] = '\0';
	for (i = 0; i <= n; i++) {
		words = *begin;
		add_arguments(&words, verb, i);
		add(&words, word);
		parse(&words, error);
		assert_true(strlen(error) < VERBS_ERROR_SIZE - 1);
	}
	for (i = 0; i < VERBS_OPTIONS_MAX && verb->options[i]; i++) {
		words = *begin;
		add(&words, verbs_options[verb->options[i]].name);
		add(&words, word);
		add_arguments(&words, verb, n);
		parse(&words, error);
		assert_true(strlen(error) < VERBS_ERROR_SIZE - 1);
	}
	word[0] = word[1] = '-';
	words = *begin;
	add(&words, word);
	check_refused(&words, "unknown option");
	free(word);
}

void test_malformed_long(void **state)
{
	(void)state;
	for_verbs(try_long);
}
