// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests smcctl's table of verbs: parsing, help, completion, and that the manual has it all. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "complete.h"
#include "run.h"
#include "verbs-malformed.h"
#include "verbs-manual.h"
#include "verbs.h"

#define WORDS_MAX 8

/* Splits @line at single blanks; an empty line has no words, "''" is an empty word. */
static int split(char *line, char *words[WORDS_MAX])
{
	int n = 0;
	char *word;

	while ((word = strsep(&line, " ")) && (n || *word || line)) {
		assert_true(n < WORDS_MAX);
		words[n++] = strcmp(word, "''") ? word : word + 2;
	}
	return n;
}

/* The strings of @ret_command live as long as @copy. */
static int parse(const char *line, char copy[256], struct command *ret_command, char *error)
{
	char *words[WORDS_MAX];
	int n;

	snprintf(copy, 256, "%s", line);
	n = split(copy, words);
	return verbs_parse(n, words, ret_command, error);
}

/* Those and no others. */
static void check_options(const struct command *command, const enum verb_option_id given[2])
{
	enum verb_option_id id;

	for (id = OPTION_NONE + 1; id < OPTIONS; id++)
		assert_int_equal(command_has(command, id), id == given[0] || id == given[1]);
}

static void test_good(void **state)
{
	static const struct {
		const char *line;
		int (*run)(const struct command *command);
		enum verb_option_id options[2];
		const char *device;
		int priority;			/* -1: none */
	} table[] = {
		{ "", run_status, {}, NULL, -1 },
		{ "--json", run_status, { OPTION_JSON }, NULL, -1 },
		{ "status", run_status, {}, NULL, -1 },
		{ "stats", run_stats_show, {}, NULL, -1 },
		{ "stats --json --noheadings", run_stats_show, { OPTION_JSON, OPTION_NOHEADINGS },
		  NULL, -1 },
		{ "stats show", run_stats_show, {}, NULL, -1 },
		{ "stats fallback --json", run_stats_fallback, { OPTION_JSON }, NULL, -1 },
		{ "reload", run_reload, {}, NULL, -1 },
		{ "apply", run_apply, {}, NULL, -1 },
		{ "apply --dry-run --json", run_apply, { OPTION_DRY_RUN, OPTION_JSON }, NULL, -1 },
		{ "apply --busy refuse --confirm=86400", run_apply, { OPTION_BUSY, OPTION_CONFIRM },
		  NULL, -1 },
		{ "apply --busy=defer", run_apply, { OPTION_BUSY }, NULL, -1 },
		{ "apply --busy=force", run_apply, { OPTION_BUSY }, NULL, -1 },
		{ "top", run_top, {}, NULL, -1 },
		{ "top --interval 5", run_top, { OPTION_INTERVAL }, NULL, -1 },
		{ "confirm", run_confirm, {}, NULL, -1 },
		{ "rollback", run_rollback, {}, NULL, -1 },
		{ "verify", run_verify, {}, NULL, -1 },
		{ "verify --root /mnt", run_verify, { OPTION_ROOT }, NULL, -1 },
		{ "connection list", run_connection_list, {}, NULL, -1 },
		{ "device list", run_device_list, {}, NULL, -1 },
		{ "device --json list", run_device_list, { OPTION_JSON }, NULL, -1 },
		{ "--noheadings device list", run_device_list, { OPTION_NOHEADINGS }, NULL, -1 },
		{ "device show lo0", run_device_show, {}, "lo0", -1 },
		{ "device show list", run_device_show, {}, "list", -1 },
		{ "device show -- --json", run_device_show, {}, "--json", -1 },
		{ "device priority", run_device_priority, {}, NULL, -1 },
		{ "device priority lo0", run_device_priority, {}, "lo0", -1 },
		{ "device priority lo0 0", run_device_priority, {}, "lo0", 0 },
		{ "device priority lo0 65535", run_device_priority, {}, "lo0", 65535 },
		{ "device priority lo0 007", run_device_priority, {}, "lo0", 7 },
		{ "device priority --save lo0 400", run_device_priority, { OPTION_SAVE }, "lo0", 400 },
		{ "device up lo0", run_device_up, {}, "lo0", -1 },
		{ "device down lo0 --json", run_device_down, { OPTION_JSON }, "lo0", -1 },
		{ "device drain lo0", run_device_drain, {}, "lo0", -1 },
		{ "device drain --timeout 30 lo0", run_device_drain, { OPTION_TIMEOUT }, "lo0", -1 },
		{ "device drain lo0 --timeout=86400", run_device_drain, { OPTION_TIMEOUT }, "lo0", -1 },
		{ "device delete lo0 --force", run_device_delete, { OPTION_FORCE }, "lo0", -1 },
		{ "connection list --fallback --pid 1", run_connection_list,
		  { OPTION_FALLBACK, OPTION_PID }, NULL, -1 },
		{ "ueid list", run_ueid_list, {}, NULL, -1 },
		{ "ueid add A.B-C --save", run_ueid_add, { OPTION_SAVE }, NULL, -1 },
		{ "ueid add auto", run_ueid_add, {}, NULL, -1 },
		{ "ueid delete A", run_ueid_delete, {}, NULL, -1 },
		{ "seid", run_seid_show, {}, NULL, -1 },
		{ "seid disable --save", run_seid_disable, { OPTION_SAVE }, NULL, -1 },
		{ "pnet list --json", run_pnet_list, { OPTION_JSON }, NULL, -1 },
		{ "pnet add net1 --interface eth0", run_pnet_add, { OPTION_INTERFACE }, NULL, -1 },
		{ "pnet add N --device=mlx5_0/2 --save", run_pnet_add,
		  { OPTION_DEVICE, OPTION_SAVE }, NULL, -1 },
		{ "pnet delete N", run_pnet_delete, {}, NULL, -1 },
		{ "config check", run_verify, {}, NULL, -1 },
		{ "config apply --dry-run", run_apply, { OPTION_DRY_RUN }, NULL, -1 },
		{ "-- status", run_status, {}, NULL, -1 },
	};
	char copy[256], error[VERBS_ERROR_SIZE];
	const char *device, *priority;
	struct command command;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		assert_int_equal(parse(table[i].line, copy, &command, error), 0);
		assert_ptr_equal(command.verb->run, table[i].run);
		check_options(&command, table[i].options);
		priority = command_argument(&command, VALUE_PRIORITY);
		assert_int_equal(!!priority, table[i].priority >= 0);
		if (priority)
			assert_int_equal(command_argument_number(&command, VALUE_PRIORITY),
					 table[i].priority);
		device = command_argument(&command, VALUE_DEVICE);
		assert_int_equal(!!device, !!table[i].device);
		if (device)
			assert_string_equal(device, table[i].device);
	}
}

static void test_bad(void **state)
{
	static const struct {
		const char *line, *error;	/* a part of the message */
	} table[] = {
		{ "xyzzy", "unknown verb 'xyzzy': see smcctl --help" },
		{ "''", "unknown verb '': see smcctl --help" },
		{ "statsu", "did you mean 'stats'?" },
		{ "stat", "did you mean 'stats'?" },	/* a prefix is no verb */
		{ "list", "did you mean 'device list'?" },
		{ "devices list", "did you mean 'device'?" },
		{ "device", "a verb is missing: see smcctl device --help" },
		{ "device lst", "did you mean 'device list'?" },
		{ "device prio", "did you mean 'device priority'?" },
		{ "device status", "unknown verb 'status'" },
		{ "stats fallbak", "did you mean 'stats fallback'?" },
		{ "stats xyzzy", "unknown verb 'xyzzy': see smcctl stats --help" },
		{ "stats show lo0", "'lo0' is too much" },
		{ "device xyzzy", "see smcctl device --help" },
		{ "status device", "'device' is too much" },
		{ "device list lo0", "'lo0' is too much" },
		{ "linkgroup show", "ID is missing" },
		{ "linkgroup show 123456789", "at most 8 hexadecimal digits" },
		{ "linkgroup show 0x1", "at most 8 hexadecimal digits" },
		{ "device show", "NAME is missing" },
		{ "device show ''", "device '': must not be empty" },
		{ "device show a b", "'b' is too much" },
		{ "device priority a 1 2", "'2' is too much" },
		{ "device priority a ''", "priority '': must be a number from 0 to 65535" },
		{ "device priority a -1", "priority '-1': must be a number from 0 to 65535" },
		{ "device priority a 65536", "from 0 to 65535" },
		{ "device priority a 4294967296", "from 0 to 65535" },
		{ "device priority a 18446744073709551617", "from 0 to 65535" },
		{ "device priority a 1x", "from 0 to 65535" },
		{ "device priority a 0x10", "from 0 to 65535" },
		{ "device priority a +1", "from 0 to 65535" },
		{ "device priority a b", "from 0 to 65535" },
		{ "device drain lo0 --timeout", "--timeout: SECONDS is missing" },
		{ "device drain lo0 --timeout 0", "'0': must be a number of seconds" },
		{ "device drain lo0 --timeout=86401", "'86401': must be" },
		{ "device drain lo0 --timeout=", "'': must be" },
		{ "device drain lo0 --timeout -5", "'-5': must be" },
		{ "device drain lo0 --timeout 5s", "'5s': must be" },
		{ "device drain lo0 --timeou 5", "did you mean '--timeout'?" },
		{ "device down lo0 --timeout 5", "device down does not take --timeout" },
		{ "apply --busy", "--busy: defer|refuse|force is missing" },
		{ "apply --busy=never", "'never': must be one of defer|refuse|force" },
		{ "apply --busy=", "'': must be one of" },
		{ "apply --busy=def", "'def': must be one of" },
		{ "apply --busy=defer|refuse", "'defer|refuse': must be one of" },
		{ "apply --busy=forced", "'forced': must be one of" },
		{ "apply --confirm", "--confirm: SECONDS is missing" },
		{ "apply --confirm 0", "--confirm '0': must be a number of seconds from 1 to 86400" },
		{ "apply --dry-run --confirm 5", "apply: --dry-run does nothing that could be" },
		{ "top --json", "top does not take --json: see smcctl top --help" },
		{ "top --color=never", "top does not take --color" },
		{ "top --interval 0", "must be a number of seconds" },
		{ "apply --dry-run --busy=force", "apply: --dry-run does nothing that could be" },
		{ "apply lo0", "'lo0' is too much" },
		{ "reload --dry-run", "reload does not take --dry-run" },
		{ "verify --root", "--root: DIR is missing" },
		{ "verfy", "did you mean 'verify'?" },
		{ "config verify", "unknown verb 'verify': see smcctl config --help" },
		{ "config chek", "did you mean 'config check'?" },
		{ "device delete", "NAME is missing" },
		{ "device down lo0 --force", "device down does not take --force" },
		{ "device up", "NAME is missing: see smcctl device up --help" },
		{ "device down lo0 emu0", "'emu0' is too much" },
		{ "device down lo0 --save", "device down does not take --save" },
		{ "device priority --save", "--save needs a VALUE" },
		{ "device priority a --save", "--save needs a VALUE" },
		{ "device list --save", "device list does not take --save" },
		{ "status --save", "status does not take --save" },
		{ "ueid add", "UEID is missing" },
		{ "ueid add a", "EID 'a': it has a lower-case letter" },
		{ "ueid add A..B", "it has two dots in a row" },
		{ "ueid add .A", "it does not begin with a letter or digit" },
		{ "ueid add ABCDEFGHIJKLMNOPQRSTUVWXYZ1234567", "it is longer than 32 characters" },
		{ "ueid list --save", "ueid list does not take --save" },
		{ "seid enable A", "'A' is too much" },
		{ "pnet add N", "one of --interface and --device is needed" },
		{ "pnet add N --interface eth0 --device lo", "one of --interface and --device" },
		{ "pnet add N_1 --interface eth0", "PNETID 'N_1': it has a character other than" },
		{ "pnet add ABCDEFGHIJKLMNOPQ --device a", "it is longer than 16 characters" },
		{ "pnet add N --interface abcdefghijklmnop", "longer than 15 characters" },
		{ "pnet delete N --interface a --device b", "--interface and --device is enough" },
		{ "status --jsn", "unknown option '--jsn': did you mean '--json'?" },
		{ "status --js", "did you mean '--json'?" },
		{ "status --json=1", "unknown option '--json=1'" },
		{ "status -x", "unknown option '-x': see smcctl --help" },
		{ "status -hV", "unknown option '-hV'" },
		{ "-", "unknown verb '-'" },
		{ "nonsense --help", "unknown verb 'nonsense'" },
	};
	char copy[256], error[VERBS_ERROR_SIZE];
	struct command command;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		assert_int_equal(parse(table[i].line, copy, &command, error), -EINVAL);
		if (!strstr(error, table[i].error))
			fail_msg("'%s' says '%s'", table[i].line, error);
	}
}

static void test_values(void **state)
{
	char copy[256], error[VERBS_ERROR_SIZE];
	struct command command;

	(void)state;
	assert_int_equal(parse("apply --confirm 30 --busy refuse", copy, &command, error), 0);
	assert_int_equal(command_number(&command, OPTION_CONFIRM), 30);
	assert_int_equal(command_number(&command, OPTION_TIMEOUT), 0);
	assert_string_equal(command_text(&command, OPTION_BUSY), "refuse");
	assert_int_equal(parse("device drain lo0 --timeout=7", copy, &command, error), 0);
	assert_int_equal(command_number(&command, OPTION_TIMEOUT), 7);
	assert_int_equal(command_number(&command, OPTION_CONFIRM), 0);
	assert_null(command_text(&command, OPTION_BUSY));
	assert_int_equal(parse("verify --root=/mnt", copy, &command, error), 0);
	assert_string_equal(command_text(&command, OPTION_ROOT), "/mnt");
}

static void test_long_words(void **state)
{
	char word[100001], error[VERBS_ERROR_SIZE], *words[] = { word, word };
	struct command command;

	(void)state;
	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	assert_int_equal(verbs_parse(2, words, &command, error), -EINVAL);
	word[0] = '-';
	assert_int_equal(verbs_parse(2, words, &command, error), -EINVAL);
}

static void test_help_and_version(void **state)
{
	char copy[256], error[VERBS_ERROR_SIZE];
	struct command command;

	(void)state;
	assert_int_equal(parse("--help", copy, &command, error), 0);
	assert_true(command_has(&command, OPTION_HELP));
	assert_null(command.verb);
	assert_int_equal(parse("device -h", copy, &command, error), 0);
	assert_null(command.verb);
	assert_string_equal(command.object->name, "device");
	assert_int_equal(parse("stats -h", copy, &command, error), 0);
	assert_null(command.verb);
	assert_string_equal(command.object->name, "stats");
	/* Who asks for help need not know how many arguments there are. */
	assert_int_equal(parse("device show --help", copy, &command, error), 0);
	assert_ptr_equal(command.verb->run, run_device_show);
	assert_int_equal(parse("device show a b c --help", copy, &command, error), 0);
	assert_int_equal(parse("--version", copy, &command, error), 0);
	assert_true(command_has(&command, OPTION_VERSION));
	assert_int_equal(parse("-V whatever", copy, &command, error), 0);
}

/* The caller frees the text. */
static char *help_text(const struct command *command)
{
	FILE *stream;
	size_t size;
	char *text;

	stream = open_memstream(&text, &size);
	assert_non_null(stream);
	verbs_help(command, stream);
	assert_int_equal(fclose(stream), 0);
	return text;
}

static void need(const char *text, const char *part, const char *where)
{
	if (!strstr(text, part))
		fail_msg("%s does not have '%s'", where, part);
}

static void check_verb_help(const struct verb *verb)
{
	struct command command = { .verb = verb };
	enum verb_option_id id;
	char *text = help_text(&command), *line, *rest = text;
	int i;

	need(text, "Usage: smcctl ", verb->name);
	need(text, verb->name, verb->name);
	need(text, verb->details, verb->name);
	for (i = 0; i < VERBS_ARGUMENTS_MAX && verb->arguments[i].name; i++) {
		need(text, verb->arguments[i].name, verb->name);
		need(text, verb->arguments[i].help, verb->name);
	}
	for (id = OPTION_NONE + 1; id < OPTIONS; id++)
		if (verbs_takes(verb, id))
			need(text, verbs_options[id].help, verb->name);
	while ((line = strsep(&rest, "\n")))
		assert_true(strlen(line) <= 80);
	free(text);
}

static void test_help_texts(void **state)
{
	struct command command = {};
	const struct object *object;
	const struct verb *verb;
	char *text, *rest, *line;

	(void)state;
	for (verb = verbs; verb->name; verb++) {
		assert_true(*verb->summary && *verb->details);
		assert_non_null(verb->run);
		assert_true(!verb->object || verbs_find_object(verb->object));
		check_verb_help(verb);
	}
	rest = text = help_text(&command);
	for (verb = verbs; verb->name; verb++)
		need(text, verb->summary, "smcctl --help");
	while ((line = strsep(&rest, "\n")))
		assert_true(strlen(line) <= 80);
	free(text);
	for (object = verbs_objects; object->name; object++) {
		command.object = object;
		text = help_text(&command);
		need(text, object->summary, object->name);
		assert_true(!object->verb || verbs_find(object, object->verb));
		assert_null(strstr(text, "status"));
		free(text);
	}
}

/* What the comments in verbs.h ask of the table. */
static void check_row(const struct verb *verb)
{
	const struct verb_argument *a = verb->arguments;
	int i, j;

	for (i = 0; i < VERBS_ARGUMENTS_MAX && a[i].name; i++) {
		assert_int_not_equal(a[i].type.kind, VALUE_NONE);
		assert_true(!i || a[i].optional || !a[i - 1].optional);
		assert_true(!i || a[i - 1].type.kind != VALUE_COMMAND);
		for (j = 0; j < i; j++)
			assert_int_not_equal(a[i].type.kind, a[j].type.kind);
	}
	for (i = 0; i < VERBS_OPTIONS_MAX && verb->options[i]; i++)
		assert_false(verbs_options[verb->options[i]].global);
	assert_int_equal(!!verb->columns, verbs_takes(verb, OPTION_COLUMNS));
}

/* Whether an option or an argument is of it. */
static bool kind_is_used(enum value_kind kind)
{
	const struct verb *verb;
	enum verb_option_id id;
	int i;

	for (id = OPTION_NONE + 1; id < OPTIONS; id++)
		if (verbs_options[id].type.kind == kind)
			return true;
	for (verb = verbs; verb->name; verb++)
		for (i = 0; i < VERBS_ARGUMENTS_MAX && verb->arguments[i].name; i++)
			if (verb->arguments[i].type.kind == kind)
				return true;
	return false;
}

static void test_table(void **state)
{
	enum value_kind kind;
	const struct verb_option *option;
	const struct verb *verb;
	enum verb_option_id id, other;
	bool taken;

	(void)state;
	for (kind = VALUE_NONE; kind < VALUE_KINDS; kind++)
		assert_true(kind_is_used(kind));
	for (verb = verbs; verb->name; verb++)
		check_row(verb);
	for (id = OPTION_NONE + 1; id < OPTIONS; id++) {
		option = &verbs_options[id];
		assert_non_null(option->name);
		assert_non_null(option->help);
		assert_int_equal(!!option->value, option->type.kind != VALUE_NONE);
		assert_int_equal(verbs_find_option(option->name), id);
		for (verb = verbs, taken = false; verb->name; verb++)
			taken |= verbs_takes(verb, id);
		assert_true(taken);
		for (other = OPTION_NONE + 1; other < id; other++)
			assert_true(!option->letter || !verbs_options[other].letter ||
				    strcmp(option->letter, verbs_options[other].letter));
	}
}

static void some_words(enum value_kind kind, void (*fn)(const char *word, void *userdata),
		       void *userdata)
{
	if (kind == VALUE_LINKGROUP)
		fn("00000100", userdata);
	if (kind != VALUE_DEVICE)
		return;
	fn("lo0", userdata);
	fn("emu0", userdata);
}

/* What completes @line; the caller frees it. */
static char *completions(const char *line)
{
	char copy[256], *words[WORDS_MAX], *text;
	FILE *stream;
	size_t size;

	snprintf(copy, sizeof(copy), "%s", line);
	stream = open_memstream(&text, &size);
	assert_non_null(stream);
	complete(split(copy, words), words, some_words, stream);
	assert_int_equal(fclose(stream), 0);
	return text;
}

/* Takes the descriptions off @text, but leaves lines that begin with a tab. */
static void words_only(char *text)
{
	char *from, *to;

	for (from = to = text; *from; from++) {
		if (*from == '\t' && to > text && to[-1] != '\n')
			from += strcspn(from, "\n");
		*to++ = *from;
	}
	*to = '\0';
}

static void check_complete(const char *line, const char *expected)
{
	char *text = completions(line);

	words_only(text);
	assert_string_equal(text, expected);
	free(text);
}

static void test_complete(void **state)
{
	(void)state;
	check_complete("connection l", "list\n");
	check_complete("st", "stats\nstatus\n");
	check_complete("stats f", "fallback\n");
	check_complete("device p", "priority\n");
	check_complete("device down ''", "lo0\nemu0\n");
	check_complete("device drain --t", "--timeout\n");
	check_complete("device drain --timeout ''", "");
	check_complete("device drain --timeout 5 l", "lo0\n");
	check_complete("device drain --timeout=5 l", "lo0\n");
	check_complete("device drain --timeout=", "");
	check_complete("apply --busy ''", "defer\nrefuse\nforce\n");
	check_complete("apply --busy r", "refuse\n");
	check_complete("apply --busy=", "--busy=defer\n--busy=refuse\n--busy=force\n");
	check_complete("apply --busy=f", "--busy=force\n");
	check_complete("apply --busy force --c", "--confirm\n--color\n");
	check_complete("linkgroup list -o PE", "PEER-GID\nPEER\n");
	check_complete("linkgroup list -oID,+PE", "");
	check_complete("linkgroup list -oID,PE", "-oID,PEER-GID\n-oID,PEER\n");
	check_complete("linkgroup list --output +PE", "+PEER-GID\n+PEER\n");
	check_complete("linkgroup list --output=+ID,PE",
		       "--output=+ID,PEER-GID\n--output=+ID,PEER\n");
	check_complete("verify --root ''", "\tfiles\n");
	check_complete("verify --root=/m", "\tfiles\n");
	check_complete("device show ''", "lo0\nemu0\n");
	check_complete("device show e", "emu0\n");
	check_complete("device show -- ''", "lo0\nemu0\n");
	check_complete("device show -- --j", "");
	check_complete("device show lo0 ''", "");
	check_complete("linkgroup show ''", "00000100\n");
	check_complete("device priority ''", "lo0\nemu0\n");
	check_complete("device priority lo0 ''", "");
	check_complete("device priority lo0 1 2 3 ''", "");
	check_complete("device priority --s", "--save\n");
	check_complete("device list --s", "");
	check_complete("--json dev", "device\n");
	check_complete("device list --noh", "--noheadings\n");
	check_complete("pnet add NET1 --de", "--device\n");
	check_complete("pnet add NET1 --device ''", "lo0\nemu0\n");
	check_complete("nonsense ''", "");
	check_complete("device nonsense ''", "");
}

/* Each verb is completed, with its summary, and each of its options with its help. */
static void test_complete_all(void **state)
{
	const struct object *object;
	const struct verb *verb;
	enum verb_option_id id;
	char line[256], entry[256], *text;

	(void)state;
	for (object = verbs_objects; object->name; object++) {
		snprintf(line, sizeof(line), "%.*s", (int)strlen(object->name) - 1, object->name);
		snprintf(entry, sizeof(entry), "%s\t%s\n", object->name, object->summary);
		text = completions(line);
		need(text, entry, line);
		free(text);
	}
	for (verb = verbs; verb->name; verb++) {
		snprintf(line, sizeof(line), "%s%s%.*s", verb->object ?: "", verb->object ? " " : "",
			 (int)strlen(verb->name) - 1, verb->name);
		snprintf(entry, sizeof(entry), "%s\t%s\n", verb->name, verb->summary);
		text = completions(line);
		need(text, entry, line);
		free(text);
		for (id = OPTION_NONE + 1; id < OPTIONS; id++) {
			snprintf(line, sizeof(line), "%s%s%s %s", verb->object ?: "",
				 verb->object ? " " : "", verb->name, verbs_options[id].name);
			snprintf(entry, sizeof(entry), "%s\t%s\n", verbs_options[id].name,
				 verbs_options[id].help);
			text = completions(line);
			assert_int_equal(!!strstr(text, entry), verbs_takes(verb, id));
			free(text);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_long_words),
		cmocka_unit_test(test_help_and_version),
		cmocka_unit_test(test_help_texts),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_manual_pages),
		cmocka_unit_test(test_manual_sections),
		cmocka_unit_test(test_manual_synopses),
		cmocka_unit_test(test_manual_options),
		cmocka_unit_test(test_manual_from_smc_tools),
		cmocka_unit_test(test_verbs_case),
		cmocka_unit_test(test_malformed_options),
		cmocka_unit_test(test_malformed_values),
		cmocka_unit_test(test_malformed_arguments),
		cmocka_unit_test(test_malformed_long),
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_complete_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
