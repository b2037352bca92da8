// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of config*.c: what is accepted, what is refused in which words, and merging. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "config-error.h"
#include "config-refused.h"

static void everything_is_read(void **state)
{
	CONFIG *config = parse("plugins: [loopback, ism]\n"
			       "priorities:\n"
			       "  ism-emu: 301\n"
			       "ueids: [auto, MY.EID-1]\n"
			       "devices:\n"
			       "  emu0:\n"
			       "    kind: ism-emu\n"
			       "    chid: 0x8001\n"
			       "    gid: 0xFFFFFFFFFFFFFFFF\n"
			       "    priority: 65535\n"
			       "    max-dmbs: 65536\n"
			       "    state: down\n"
			       "  lo.1_a-b:\n"
			       "    kind: \"loopback\"\n"
			       "    chid: 65535\n"
			       "    gid: 18446744073709551615\n"
			       "    priority: 0\n"
			       "    state: 'up'\n");
	const struct config_device *d = config->devices;

	(void)state;
	assert_string_equal(config->files[0], "f");
	assert_null(config->files[1]);
	assert_true(config->has_plugins && config->has_ueids);
	assert_int_equal(config->n_plugins, 2);
	assert_string_equal(config->plugins[1].name, "ism");
	assert_int_equal(config->n_priorities, 1);
	assert_string_equal(config->priorities[0].kind, "ism-emu");
	assert_int_equal(config->priorities[0].priority, 301);
	assert_int_equal(config->n_ueids, 2);
	assert_string_equal(config->ueids[0].ueid, "auto");
	assert_string_equal(config->ueids[1].ueid, "MY.EID-1");

	assert_int_equal(config->n_devices, 2);
	assert_string_equal(d[0].name, "emu0");
	assert_string_equal(d[0].kind, "ism-emu");
	assert_int_equal(d[0].chid, 0x8001);
	assert_true(d[0].gid == UINT64_MAX);
	assert_true(d[0].has_priority && d[0].priority == 65535);
	assert_true(d[0].has_max_dmbs && d[0].max_dmbs == 65536);
	assert_true(d[0].has_up && !d[0].up);
	assert_string_equal(d[1].name, "lo.1_a-b");
	assert_int_equal(d[1].chid, 0xFFFF);
	assert_true(d[1].gid == UINT64_MAX);
	assert_true(d[1].has_priority && d[1].priority == 0);
	assert_false(d[1].has_max_dmbs);
	assert_true(d[1].has_up && d[1].up);
}

static void assert_origin(struct config_origin origin, const struct config *config,
			  unsigned int line, unsigned int column)
{
	assert_ptr_equal(origin.file, config->files[0]);
	assert_int_equal(origin.line, line);
	assert_int_equal(origin.column, column);
}

static void origins_are_kept(void **state)
{
	CONFIG *config = parse("plugins: [loopback,\n"
			       "  ism]\n"
			       "priorities: {ism: 1}\n"
			       "ueids: [A]\n"
			       "devices:\n"
			       "  d:\n"
			       "    kind: k\n"
			       "    chid: 1\n"
			       "    gid:   2\n"
			       "    priority: 3\n"
			       "    state: up\n");

	(void)state;
	assert_origin(config->plugins[0].origin, config, 1, 11);
	assert_origin(config->plugins[1].origin, config, 2, 3);
	assert_origin(config->priorities[0].origin, config, 3, 14);
	assert_origin(config->ueids[0].origin, config, 4, 9);
	assert_origin(config->devices[0].origin, config, 6, 3);
	assert_origin(config->devices[0].kind_origin, config, 7, 11);
	assert_origin(config->devices[0].chid_origin, config, 8, 11);
	assert_origin(config->devices[0].gid_origin, config, 9, 12);
	assert_origin(config->devices[0].priority_origin, config, 10, 15);
	assert_origin(config->devices[0].up_origin, config, 11, 12);
}

static void absent_and_empty_differ(void **state)
{
	CONFIG *absent = parse("{}");
	CONFIG *empty = parse("plugins: []\nueids: []\npriorities: {}\ndevices: {}\n");
	CONFIG *device = parse("devices: {a: {}}");

	(void)state;
	assert_false(absent->has_plugins || absent->has_ueids);
	assert_int_equal(absent->n_devices, 0);
	assert_true(empty->has_plugins && empty->has_ueids);
	assert_int_equal(empty->n_plugins + empty->n_ueids, 0);
	assert_string_equal(device->devices[0].kind, "");
	assert_int_equal(device->devices[0].chid, 0);
	assert_false(device->devices[0].has_up);
}

static void nothing_is_refused(void **state)
{
	static const struct refused cases[] = {
		{ "", "f:1:1: ", "nothing is configured here; write" },
		{ "# only\n# comments\n", "f:1:1: ", "nothing is configured" },
		{ "---\n", "f:2:1: ", "nothing is configured" },
		{ "\n\n''", "f:3:1: ", "nothing is configured" },
	};

	(void)state;
	assert_refused(cases, ARRAY_SIZE(cases));
}

static void wrong_types_are_refused(void **state)
{
	static const struct refused cases[] = {
		{ "text", "f:1:1: ",
		  "must be a map, like 'plugins: [loopback]', but here is a text" },
		{ "[a]", "f:1:1: ", "here is a list" },
		{ "plugins:\n  loopback\n", "f:2:3: ",
		  "'plugins' must be a list of names, like [loopback], or [], but here is a text" },
		{ "plugins:", "f:1:9: ", "but here is nothing" },
		{ "plugins: [[a]]", "f:1:11: ", "but here is a list" },
		{ "priorities: []", "f:1:13: ", "'priorities' must be a map of kinds" },
		{ "priorities: {ism: {}}", "f:1:19: ",
		  "'priority' must be a number, like 100, but here is a map" },
		{ "ueids: auto", "f:1:8: ", "'ueids' must be a list of UEIDs" },
		{ "ueids: [{}]", "f:1:9: ", "but here is a map" },
		{ "devices: [a]", "f:1:10: ", "'devices' must be a map of names" },
		{ "devices:\n  a:\n  b: {}\n", "f:2:5: ",
		  "'a' must be a map of settings, like {kind: loopback}, but here is nothing" },
		{ "devices: {a: {kind: []}}", "f:1:21: ", "'kind' must be a kind of device" },
		{ "devices: {a: {chid: {}}}", "f:1:21: ",
		  "'chid' must be a number, like 4711 or 0x1267" },
		{ "devices: {a: {state: [up]}}", "f:1:22: ",
		  "'state' must be up or down, but here is a list" },
	};

	(void)state;
	assert_refused(cases, ARRAY_SIZE(cases));
}

static void unknown_keys_are_refused(void **state)
{
	static const struct refused cases[] = {
		{ "ueids: []\ndevcies: {}", "f:2:1: ",
		  "unknown key 'devcies'; did you mean 'devices'?" },
		{ "Plugins: []", "f:1:1: ", "did you mean 'plugins'?" },
		{ "xyz: 1", "f:1:1: ", "the keys here are plugins, priorities, ueids, " },
		{ "'': 1", "f:1:1: ", "unknown key ''; the keys here" },
		{ "<<: {}", "f:1:1: ", "unknown key '<<'" },
		{ "devices: {a: {\n max_dmbs: 1}}", "f:2:2: ", "did you mean 'max-dmbs'?" },
		{ "devices: {a: {prio: 1}}", "f:1:15: ", "did you mean 'priority'?" },
		{ "devices: {a: {colour: 1}}", "f:1:15: ",
		  "the keys here are kind, chid, gid, priority, max-dmbs, max-memory" },
		{ "a-key-of-more-than-thirty-two-letters: 1", "f:1:1: ", "the keys here are" },
	};

	(void)state;
	assert_refused(cases, ARRAY_SIZE(cases));
}

static void twice_is_refused(void **state)
{
	static const struct refused cases[] = {
		{ "plugins: []\nueids: []\nplugins: []\n", "f:3:1: ",
		  "'plugins' is here for the second time, the first is in line 1; remove one" },
		{ "devices: {b: {},\n a: {},\n a: {}, b: {}}", "f:3:2: ",
		  "'a' is here for the second time" },
		{ "devices: {b: {}, a: {}, a: {},\n b: {}}", "f:1:25: ",
		  "'a' is here for the second time" },
		{ "devices: {a: {chid: 1, \"chid\": 1}}", "f:1:24: ", "'chid' is here" },
		{ "priorities:\n  ism: 1\n  ism: 2\n", "f:3:3: ", "'ism' is here" },
		{ "plugins: [a, b, a]", "f:1:17: ", "plugin 'a' is here for the second time" },
		{ "ueids: [auto, auto]", "f:1:15: ", "UEID 'auto' is here for the second time" },
	};

	(void)state;
	assert_refused(cases, ARRAY_SIZE(cases));
}

static void out_of_range_is_refused(void **state)
{
	static const struct refused cases[] = {
		{ "devices: {a: {chid: 0}}", "f:1:21: ",
		  "chid '0' is out of range; it must be 0x1 to 0xFFFF" },
		{ "devices: {a: {chid: 65536}}", "f:1:21: ", "out of range" },
		{ "devices: {a: {chid: 0x10000}}", "f:1:21: ", "out of range" },
		{ "devices: {a: {gid: 0}}", "f:1:20: ", "must be 0x1 to 0xFFFFFFFFFFFFFFFF" },
		{ "devices: {a: {gid: 0x10000000000000000}}", "f:1:20: ", "out of range" },
		{ "devices: {a: {gid: 18446744073709551616}}", "f:1:20: ", "out of range" },
		{ "devices: {a: {priority: 65536}}", "f:1:25: ",
		  "priority '65536' is out of range; it must be 0 to 65535" },
		{ "priorities: {a: 65536}", "f:1:17: ", "out of range" },
		{ "devices: {a: {max-dmbs: 0}}", "f:1:25: ", "it must be 1 to 65536" },
		{ "devices: {a: {max-dmbs: 65537}}", "f:1:25: ", "out of range" },
		{ "devices: {a: {state: Up}}", "f:1:22: ", "'state' must be up or down, not 'Up'" },
	};

	(void)state;
	assert_refused(cases, ARRAY_SIZE(cases));
}

static void what_is_no_number_is_refused(void **state)
{
	static const char *const values[] = {
		"-1", "+1", "1.0", "1e3", "010", "00", "0b1", "0o7", "0x", "0x1", "1_000",
		"\" 1\"", "\"1 \"", "yes", "''", "\"1\\n\"",
	};
	char text[100];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		snprintf(text, sizeof(text), "devices: {a: {priority: %s}}", values[i]);
		assert_contains(refusal(text, strlen(text), -EINVAL),
				"is not a number; write a number, like 100");
	}
	assert_contains(refusal("devices: {a: {gid: 0x}}", 23, -EINVAL), "is not a number");
	assert_contains(refusal("devices: {a: {gid: 0xG}}", 24, -EINVAL), "is not a number");
	assert_contains(refusal("devices: {a: {gid: 0x0x1}}", 26, -EINVAL), "is not a number");
}

static void bad_names_are_refused(void **state)
{
	static const struct refused cases[] = {
		{ "plugins: [Loopback]", "f:1:11: ", "'Loopback' cannot be a plugin's name" },
		{ "plugins: [../x]", "f:1:11: ", "cannot be a plugin's name" },
		{ "plugins: ['']", "f:1:11: ", "cannot be a plugin's name" },
		{ "devices: {a%s: {}}", "f:1:11: ", "cannot be a device's name; write 1 to 31 of" },
		{ "devices: {.a: {}}", "f:1:11: ", "a letter or digit first" },
		{ "devices: {'': {}}", "f:1:11: ", "cannot be a device's name" },
		{ "devices: {a123456789a123456789a123456789aa: {}}", "f:1:11: ", "device's name" },
		{ "devices: {a: {kind: Loop}}", "f:1:21: ",
		  "'Loop' cannot be a kind of device; write 1 to 15" },
		{ "devices: {a: {kind: a123456789a12345}}", "f:1:21: ", "kind of device" },
		{ "devices: {a: {kind: }}", "f:1:21: ", "kind of device" },
		{ "priorities: {a.b: 1}", "f:1:14: ", "kind of device" },
		{ "ueids: [ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456]", "f:1:9: ",
		  "longer than 32 characters" },
		{ "ueids: [Auto]", "f:1:9: ",
		  "'Auto' cannot be a UEID: it has a lower-case letter" },
		{ "ueids: [A, B, C, D,\n E]", "f:2:2: ", "at most 4 UEIDs; remove this one" },
	};
	CONFIG *longest = parse("devices: {a123456789a123456789a123456789a: {kind: a123456789a1234}}");

	(void)state;
	assert_int_equal(strlen(longest->devices[0].name), SMCD_NAME_SIZE - 1);
	assert_int_equal(strlen(longest->devices[0].kind), SMCD_KIND_SIZE - 1);
	assert_refused(cases, ARRAY_SIZE(cases));
}

static void language_is_small(void **state)
{
	static const struct refused cases[] = {
		{ "plugins: &x [a]", "f:1:10: ", "anchor '&x'" },
		{ "devices: &d {}", "f:1:10: ", "anchor '&d'" },
		{ "plugins: [&p a]", "f:1:11: ", "anchor '&p'" },
		{ "plugins: *x", "f:1:10: ", "alias '*x'" },
		{ "plugins: !!seq [a]", "f:1:10: ", "tag 'tag:yaml.org,2002:seq'" },
		{ "plugins: [!x a]", "f:1:11: ", "tag '!x'" },
		{ "--- !!map {}", "f:1:5: ", "tag" },
		{ "{}\n---\n{}\n", "f:2:1: ", "a second document" },
		{ "[a]: b", "f:1:1: ", "a list or map cannot be a key" },
		{ "{{a: b}: c}", "f:1:2: ", "a list or map cannot be a key" },
		{ "devices: {\"a\\0b\": {}}", "f:1:11: ", "a NUL character" },
		{ "a: {a: {a: {a: {a: {a: {a: {a: {}}}}}}}}", "f:1:32: ",
		  "nested more than 8 deep" },
		{ "- - - - - - - - - a", "f:1:17: ", "nested more than 8 deep" },
		{ "plugins: [a", "f:2:1: ", "that begins in line 1; correct the YAML here" },
		{ "plugins:\n\t- a\n", "f:2:1: ", "found character that cannot start any token" },
		{ "a: b: c", "f:1:5: ", "mapping values are not allowed in this context" },
		{ "plugins: [a]\n  ueids: []", "f:2:3: ", "correct the YAML here" },
		{ "\"a", "f:1:3: ",
		  "found unexpected end of stream, while scanning a quoted scalar" },
	};

	(void)state;
	assert_refused(cases, ARRAY_SIZE(cases));
}

static void binary_is_refused(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		const char *where, *message;
	} cases[] = {
		{ "a: b\nc\0d", 8, "f:2:2: ",
		  "control characters are not allowed; the file must be text in UTF-8" },
		{ "\x7f" "ELF\2\1\1", 7, "f:1:1: ", "control characters" },
		{ "\xc3\xa4\xff", 3, "f:1:2: ", "invalid leading UTF-8 octet" },
		{ "\xc3", 1, "f:1:1: ", "incomplete UTF-8 octet sequence" },
		{ "\xff\xfe{\0}\0", 6, "f:1:1: ", "invalid leading UTF-8 octet" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *message = refusal(cases[i].text, cases[i].size, -EINVAL);

		assert_memory_equal(message, cases[i].where, strlen(cases[i].where));
		assert_contains(message, cases[i].message);
	}
}

static void large_files_are_refused(void **state)
{
	size_t size = CONFIG_SIZE_MAX + 1;
	char *text = malloc(size);

	(void)state;
	memset(text, ' ', size);
	memcpy(text, "{}", 2);
	assert_contains(refusal(text, size, -E2BIG), "f:1:1: the file has 1048577 bytes, more than 1048576");

	memset(text, '[', size);
	assert_contains(refusal(text, size - 1, -EINVAL), "nested more than 8 deep");

	memset(text, ',', size);
	memset(text, 'a', 1);
	memcpy(text, "plugins: [", 10);
	for (size_t i = 10; i < size; i += 2)
		text[i] = 'a';
	assert_contains(refusal(text, size - 1, -EINVAL), "more than 131072 values and keys");
	free(text);
}

/* Writes a map of @n devices into a new string. */
static char *many_devices(unsigned int n)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	unsigned int i;

	fprintf(stream, "devices:\n");
	for (i = 0; i < n; i++)
		fprintf(stream, "  d%u: {kind: ism-emu, chid: 7, gid: %u}\n", i, i + 1);
	fclose(stream);
	return text;
}

static void thousands_of_keys_are_read(void **state)
{
	char *most = many_devices(CONFIG_DEVICES_MAX), *more = many_devices(CONFIG_DEVICES_MAX + 1);
	CONFIG *config = parse(most), *over = parse("devices: {one-more: {kind: x}}");
	struct config_error error;

	(void)state;
	assert_int_equal(config->n_devices, CONFIG_DEVICES_MAX);
	assert_string_equal(config->devices[4095].name, "d4095");
	assert_int_equal(config_check(config, &error), 0);
	assert_contains(refusal(more, strlen(more), -EINVAL), "f:2:3: 4097 devices are more than 4096");
	free(most);
	free(more);

	assert_int_equal(config_merge(config, over), 0);
	over = NULL;
	assert_int_equal(config_check(config, &error), -EINVAL);
	assert_contains(error.text, "f:1:11: all files together have 4097 devices, more than 4096");
}

/* A map of the priorities of @n kinds, named with @letter. */
static char *many_kinds(char letter, unsigned int n)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	fprintf(stream, "priorities:\n");
	while (n-- > 0)
		fprintf(stream, "  %c%u: 1\n", letter, n);
	fclose(stream);
	return text;
}

static void kinds_are_bounded(void **state)
{
	char *a = many_kinds('a', CONFIG_KINDS_MAX), *b = many_kinds('b', 1);
	char *more = many_kinds('c', CONFIG_KINDS_MAX + 1);
	CONFIG *config = parse(a);
	struct config_error error;

	(void)state;
	assert_int_equal(config_check(config, &error), 0);
	assert_int_equal(config_merge(config, parse_as("b", b)), 0);
	assert_int_equal(config_check(config, &error), -EINVAL);
	assert_contains(error.text, "b:2:3: all files together have priorities of 257 kinds");
	assert_contains(refusal(more, strlen(more), -EINVAL), "257 kinds are more than 256");
	free(a);
	free(b);
	free(more);
}

static void messages_are_printable(void **state)
{
	struct config_origin where = { "\xff\nd\xc3\xa4", 1, 2 };
	struct config_error error;
	char name[600], text[] = "\xc2\x80 \xe0\x80\x80 \xed\xa0\x80 \xf0\x80\x80\x80 \xf4\x90\x80\x80 "
				 "\xf5 \xe2\x82\xac \xf0\x9f\x98\x80 \xe2\x82";

	(void)state;
	config_fail(&error, &where, "\x1b[1m%s", "\xe2\x82\xac");
	assert_string_equal(error.text, "??d\xc3\xa4:1:2: ?[1m\xe2\x82\xac");
	config_make_printable(text);
	assert_string_equal(text, "?? ??? ??? ???? ???? ? \xe2\x82\xac \xf0\x9f\x98\x80 ??");

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	where.file = name;
	assert_int_equal(config_fail(&error, &where, "m"), -EINVAL);
	assert_int_equal(strlen(error.text), sizeof(error.text) - 1);
	assert_contains(refusal("\"\\e\\u00e4\": 1", 12, -EINVAL), "f:1:1: unknown key '?\xc3\xa4'");
}

static void merge_overrides(void **state)
{
	CONFIG *config = parse_as("base", "plugins: [a, b]\n"
					  "priorities: {ism: 1, loopback: 2}\n"
					  "ueids: [auto, A]\n"
					  "devices:\n"
					  "  x: {kind: k, chid: 1, gid: 1, priority: 1, max-dmbs: 1, state: up}\n"
					  "  y: {kind: k}\n");
	const struct config_device *d;

	(void)state;
	assert_int_equal(config_merge(config, parse_as("over",
			"plugins: [c]\n"
			"priorities: {loopback: 3, more: 4}\n"
			"ueids: []\n"
			"devices:\n"
			"  z: {kind: k}\n"
			"  x: {kind: l, chid: 2, gid: 2, priority: 0, max-dmbs: 2, state: down}\n")), 0);
	assert_int_equal(config_merge(config, parse_as("last", "devices: {y: {}}")), 0);

	assert_string_equal(config->files[1], "over");
	assert_string_equal(config->files[2], "last");
	assert_null(config->files[3]);
	assert_int_equal(config->n_plugins, 1);
	assert_string_equal(config->plugins[0].name, "c");
	assert_true(config->has_ueids && config->n_ueids == 0);
	assert_int_equal(config->n_priorities, 3);
	assert_int_equal(config->priorities[0].priority, 1);
	assert_int_equal(config->priorities[1].priority, 3);
	assert_ptr_equal(config->priorities[1].origin.file, config->files[1]);
	assert_int_equal(config->n_devices, 3);

	d = config->devices;
	assert_string_equal(d[0].kind, "l");
	assert_int_equal(d[0].chid, 2);
	assert_true(d[0].gid == 2);
	assert_true(d[0].has_priority && d[0].priority == 0);
	assert_int_equal(d[0].max_dmbs, 2);
	assert_true(d[0].has_up && !d[0].up);
	assert_ptr_equal(d[0].origin.file, config->files[0]);
	assert_ptr_equal(d[0].kind_origin.file, config->files[1]);
	assert_ptr_equal(d[0].chid_origin.file, config->files[1]);
	assert_ptr_equal(d[0].priority_origin.file, config->files[1]);
	assert_string_equal(d[1].kind, "k");
	assert_string_equal(d[2].name, "z");
}

static void merge_keeps_what_is_not_said(void **state)
{
	CONFIG *config = parse_as("base", "plugins: [a]\nueids: [A]\n"
					  "devices: {x: {kind: k, chid: 1, gid: 1, max-dmbs: 1, state: down}}\n");
	const struct config_device *d;

	(void)state;
	assert_int_equal(config_merge(config, parse_as("over", "devices: {x: {priority: 7}}")), 0);
	d = config->devices;
	assert_int_equal(config->n_plugins, 1);
	assert_int_equal(config->n_ueids, 1);
	assert_int_equal(config->n_devices, 1);
	assert_string_equal(d->kind, "k");
	assert_true(d->chid == 1 && d->gid == 1 && d->max_dmbs == 1 && d->has_up && !d->up);
	assert_true(d->has_priority && d->priority == 7);
	assert_ptr_equal(d->kind_origin.file, config->files[0]);
	assert_ptr_equal(d->priority_origin.file, config->files[1]);
}

/* Of all files; those are added to what the last list says. */
static void further_ueids_join(void **state)
{
	CONFIG *config = parse_as("base", "ueids: [A, B]\nmore-ueids: [C, A]\n");
	struct config_error error;

	(void)state;
	assert_int_equal(config_merge(config, parse_as("o1", "more-ueids: [C, auto]")), 0);
	assert_int_equal(config_merge(config, parse_as("o2", "ueids: [D]")), 0);
	assert_int_equal(config_complete(config, &error), 0);
	assert_int_equal(config->n_ueids, 4);
	assert_string_equal(config->ueids[0].ueid, "D");
	assert_string_equal(config->ueids[1].ueid, "C");
	assert_string_equal(config->ueids[2].ueid, "A");
	assert_string_equal(config->ueids[3].ueid, "auto");
	assert_string_equal(config->ueids[1].origin.file, "base");
	assert_int_equal(config->ueids[1].origin.line, 2);
	assert_string_equal(config->ueids[3].origin.file, "o1");
	assert_int_equal(config_merge(config, parse_as("o3", "more-ueids: [D, E]")), 0);
	assert_int_equal(config_complete(config, &error), -EINVAL);
	assert_contains(error.text, "o3:1:17: all files together have more than the 4 UEIDs");
}

static void merge_takes_empty_ones(void **state)
{
	CONFIG *config = calloc(1, sizeof(*config));
	struct config_error error;

	(void)state;
	assert_int_equal(config_merge(config, calloc(1, sizeof(*config))), 0);
	assert_int_equal(config_check(config, &error), 0);
	assert_null(config->files[0]);
	assert_int_equal(config_merge(config, parse("plugins: [a]")), 0);
	assert_string_equal(config->files[0], "f");
	assert_null(config->files[1]);
	assert_string_equal(config->plugins[0].name, "a");
}

static void whole_is_checked(void **state)
{
	static const struct refused cases[] = {
		{ "devices: {a: {kind: k}, b: {chid: 1}}", "f:1:25: ",
		  "device 'b' has no kind in any file; add one, like 'kind: loopback', or remove" },
		{ "devices:\n  a: {kind: k, chid: 0x8001}\n  b: {kind: l, chid: 32769}\n", "f:3:22: ",
		  "CHID 0x8001 of 'b' (l) is that of 'a' (k), f:2; kinds cannot share one" },
		{ "pnetids: {A: {interfaces: [a], devices: [b, a]}}\n"
		  "devices: {a: {kind: k, pnetid: b}}", "f:2:32: ",
		  "PNETID B of 'a' is A in f:1; it can have one, remove the other" },
		{ "devices:\n  a: {kind: k, gid: 255}\n  b: {kind: k, gid: 0xff}\n", "f:3:21: ",
		  "GID 0xFF of 'b' is that of 'a', f:2; choose another" },
	};
	CONFIG *good = parse("pnetids: {A: {devices: [a]}, B: {interfaces: [b]}}\n"
			     "devices: {a: {kind: k, chid: 1, pnetid: A},"
			     " b: {kind: k, chid: 1, pnetid: A}, c: {kind: l},"
			     " d: {kind: l, gid: 1}, e: {kind: l, gid: 2}}");
	struct config_error error;
	size_t i;

	(void)state;
	assert_int_equal(config_check(good, &error), 0);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		CONFIG *config = parse(cases[i].text);

		assert_int_equal(config_check(config, &error), -EINVAL);
		assert_memory_equal(error.text, cases[i].where, strlen(cases[i].where));
		assert_contains(error.text, cases[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_read),
		cmocka_unit_test(origins_are_kept),
		cmocka_unit_test(absent_and_empty_differ),
		cmocka_unit_test(nothing_is_refused),
		cmocka_unit_test(wrong_types_are_refused),
		cmocka_unit_test(unknown_keys_are_refused),
		cmocka_unit_test(twice_is_refused),
		cmocka_unit_test(out_of_range_is_refused),
		cmocka_unit_test(what_is_no_number_is_refused),
		cmocka_unit_test(bad_names_are_refused),
		cmocka_unit_test(language_is_small),
		cmocka_unit_test(binary_is_refused),
		cmocka_unit_test(large_files_are_refused),
		cmocka_unit_test(thousands_of_keys_are_read),
		cmocka_unit_test(kinds_are_bounded),
		cmocka_unit_test(messages_are_printable),
		cmocka_unit_test(merge_overrides),
		cmocka_unit_test(merge_keeps_what_is_not_said),
		cmocka_unit_test(further_ueids_join),
		cmocka_unit_test(merge_takes_empty_ones),
		cmocka_unit_test(whole_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
