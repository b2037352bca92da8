// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of config*.c: the keys beyond plugins, UEIDs and plain devices. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "config-refused.h"

static void seid_is_a_choice(void **state)
{
	static const struct refused cases[] = {
		{ "seid: on", "f:1:7: ", "'seid' must be auto, enable or disable, not 'on'" },
		{ "seid: [auto]", "f:1:7: ", "'seid' must be auto, enable or disable, but here is a list" },
	};
	CONFIG *base = parse("{}"), *none = parse("seid: disable");
	struct config_error error;

	(void)state;
	assert_refused(cases, ARRAY_SIZE(cases));
	assert_int_equal(base->seid, CONFIG_SEID_AUTO);
	assert_null(base->seid_origin.file);
	assert_int_equal(config_merge(base, parse("\nseid: enable")), 0);
	assert_int_equal(base->seid, CONFIG_SEID_ENABLE);
	assert_int_equal(base->seid_origin.line, 2);
	assert_int_equal(config_merge(base, parse("ueids: [auto]")), 0);
	assert_int_equal(base->seid, CONFIG_SEID_ENABLE);
	assert_int_equal(config_merge(base, parse("seid: disable")), 0);
	assert_int_equal(base->seid, CONFIG_SEID_DISABLE);
	assert_int_equal(config_check(base, &error), 0);
	assert_int_equal(config_merge(base, parse("seid: auto")), 0);
	assert_int_equal(base->seid, CONFIG_SEID_AUTO);

	assert_int_equal(config_check(none, &error), -EINVAL);
	assert_string_equal(error.text, "f:1:7: the SEID cannot be disabled without a UEID in its "
			    "place; add one, like 'ueids: [auto]', or write 'seid: auto'");
}

static void drift_is_a_choice(void **state)
{
	static const struct refused cases[] = {
		{ "drift: fix", "f:1:8: ", "'drift' must be repair or report, not 'fix'" },
	};
	CONFIG *base = parse("drift: report");

	(void)state;
	assert_refused(cases, ARRAY_SIZE(cases));
	assert_int_equal(base->drift, CONFIG_DRIFT_REPORT);
	assert_int_equal(config_merge(base, parse("{}")), 0);
	assert_int_equal(base->drift, CONFIG_DRIFT_REPORT);
	assert_int_equal(config_merge(base, parse("drift: repair")), 0);
	assert_int_equal(base->drift, CONFIG_DRIFT_REPAIR);
}

static void hardware_is_named_by_its_address(void **state)
{
	CONFIG *config = parse("rules: [{match: {name: \"0000:*\"}, set: {state: up}}]\n"
			       "devices: {\"0000:00:1f.3\": {kind: ism}}\n");

	(void)state;
	assert_string_equal(config->devices[0].name, "0000:00:1f.3");
	assert_string_equal(config->rules[0].match.name, "0000:*");
}

static void memory_is_bounded(void **state)
{
	static const struct refused cases[] = {
		{ "devices: {a: {max-memory: 1K}}", "f:1:27: ", "max-memory '1K' is out of range; "
		  "it must be 16384 to 1099511627776" },
		{ "devices: {a: {max-memory: 1025G}}", "f:1:27: ", "is out of range" },
		{ "devices: {a: {max-memory: 1T}}", "f:1:27: ", "is not a number of bytes" },
	};
	CONFIG *base = parse("devices: {a: {kind: k, max-memory: 1024G}, b: {kind: k}}");

	(void)state;
	assert_refused(cases, ARRAY_SIZE(cases));
	assert_true(base->devices[0].max_memory == CONFIG_MEMORY_MAX);
	assert_true(!base->devices[1].max_memory);
	assert_int_equal(config_merge(base, parse("devices:\n  b: {max-memory: 16K}")), 0);
	assert_int_equal(base->devices[1].max_memory, 16384);
	assert_int_equal(base->devices[1].max_memory_origin.line, 2);
}

static void pnetids_are_read(void **state)
{
	CONFIG *config = parse("pnetids:\n"
			       "  net1:\n"
			       "    interfaces: [eth0,\n"
			       "      x]\n"
			       "    devices: [x, mlx5_0/2]\n"
			       "  NET2: {devices: [lo]}\n"
			       "  NET3: {}\n"
			       "devices: {d: {kind: k, pnetid: Quiet}}\n");
	const struct pnet_entry *entry = &config->pnets[3].entry;

	(void)state;
	assert_int_equal(config->n_pnets, 5);
	assert_string_equal(config->pnets[1].entry.pnetid, "NET1");
	assert_string_equal(config->pnets[1].entry.name, "x");
	assert_int_equal(config->pnets[1].entry.port, 0);
	assert_int_equal(config->pnets[1].origin.line, 4);
	assert_int_equal(config->pnets[1].origin.column, 7);
	assert_int_equal(config->pnets[2].entry.port, 1);
	assert_string_equal(entry->name, "mlx5_0");
	assert_int_equal(entry->port, 2);
	assert_string_equal(config->pnets[4].entry.pnetid, "NET2");
	assert_string_equal(config->devices[0].pnetid, "QUIET");
	assert_int_equal(config->devices[0].pnetid_origin.line, 8);

	assert_int_equal(config_merge(config, parse("pnetids: {N: {interfaces: [x, y]}}\n"
						    "devices: {d: {pnetid: LOUD}}")), 0);
	assert_int_equal(config->n_pnets, 6);
	assert_string_equal(config->pnets[1].entry.pnetid, "N");
	assert_string_equal(config->pnets[2].entry.pnetid, "NET1");
	assert_string_equal(config->pnets[5].entry.name, "y");
	assert_string_equal(config->devices[0].pnetid, "LOUD");
}

static void bad_pnetids_are_refused(void **state)
{
	static const struct refused cases[] = {
		{ "pnetids: [A]", "f:1:10: ", "'pnetids' must be a map of PNETIDs, like" },
		{ "pnetids: {A: b}", "f:1:14: ", "'A' must be a map of lists, like" },
		{ "pnetids: {A-B: {}}", "f:1:11: ", "'A-B' cannot be a PNETID: it has a character" },
		{ "pnetids: {A: {device: []}}", "f:1:15: ", "did you mean 'devices'?" },
		{ "pnetids: {A: {devices: lo}}", "f:1:24: ", "'devices' must be a list of devices" },
		{ "pnetids: {A: {devices: [lo, [b]]}}", "f:1:29: ", "'devices' must be a list" },
		{ "pnetids: {A: {devices: [lo/3]}}", "f:1:25: ",
		  "'lo/3' cannot be the name of a device: the port" },
		{ "pnetids: {A: {interfaces: [a:b]}}", "f:1:28: ",
		  "'a:b' cannot be the name of an interface: no interface" },
		{ "pnetids:\n  A: {interfaces: [e]}\n  B: {interfaces: [e]}", "f:3:20: ",
		  "interface 'e' is here for the second time, the first is in line 2" },
		{ "pnetids: {A: {devices: [e, e/2]}}", "f:1:28: ", "device 'e' is here for the second" },
		{ "devices: {a: {pnetid: [b]}}", "f:1:23: ", "'pnetid' must be a PNETID, like NET1" },
		{ "devices: {a: {pnetid: a_b}}", "f:1:23: ", "'a_b' cannot be a PNETID" },
	};

	(void)state;
	assert_refused(cases, ARRAY_SIZE(cases));
}

static char *many_pnets(const char *prefix, unsigned int n)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	fputs("pnetids: {A: {interfaces: [", stream);
	while (n-- > 0)
		fprintf(stream, "%s%u, ", prefix, n);
	fputs("]}}", stream);
	fclose(stream);
	return text;
}

static void pnets_are_bounded(void **state)
{
	char *most = many_pnets("a", CONFIG_PNETS_MAX), *one = many_pnets("b", 1);
	char *more = many_pnets("c", CONFIG_PNETS_MAX + 1);
	struct config_error error;
	CONFIG *config = parse(most);

	(void)state;
	assert_contains(refusal(more, strlen(more), -EINVAL),
			"f:1:10: 1025 interfaces and devices are more than 1024; remove some");
	assert_int_equal(config->n_pnets, CONFIG_PNETS_MAX);
	assert_int_equal(config_check(config, &error), 0);
	assert_int_equal(config_merge(config, parse_as("g", one)), 0);
	assert_int_equal(config_check(config, &error), -EINVAL);
	assert_contains(error.text, "g:1:28: all files together have PNETIDs of 1025 interfaces");
	free(most);
	free(one);
	free(more);
}

static void tuning_is_read(void **state)
{
	static const struct refused cases[] = {
		{ "tuning: []", "f:1:9: ", "'tuning' must be a map of settings, like" },
		{ "tuning: {wmen: 1}", "f:1:10: ", "did you mean 'wmem'?" },
		{ "tuning: {wmem: 16383}", "f:1:16: ",
		  "wmem '16383' is out of range; it must be 16384 to 1073741823" },
		{ "tuning: {rmem: 1G}", "f:1:16: ", "rmem '1G' is out of range; it must be 16384 to" },
		{ "tuning: {rmem: 99999999999G}", "f:1:16: ", "is out of range" },
		{ "tuning: {rmem: 99999999999999999999999999}", "f:1:16: ", "is out of range" },
		{ "tuning: {autocorking-size: 4294967296}", "f:1:28: ", "it must be 0 to 4294967295" },
		{ "tuning: {wmem: 64k}", "f:1:16: ", "is not a number of bytes; write a number of "
		  "bytes, like 65536, 64K or 1M" },
		{ "tuning: {wmem: K}", "f:1:16: ", "is not a number" },
		{ "tuning: {wmem: 1KM}", "f:1:16: ", "is not a number" },
		{ "tuning: {wmem: 01M}", "f:1:16: ", "is not a number" },
		{ "tuning: {wmem: -1M}", "f:1:16: ", "is not a number" },
		{ "tuning: {wmem: }", "f:1:16: ", "is not a number" },
		{ "tuning: {wmem: [1]}", "f:1:16: ", "'wmem' must be a number of bytes, like" },
		{ "tuning: {wmem: Auto}", "f:1:16: ", "is not a number of bytes" },
		{ "tuning: {autocorking-size: auto}", "f:1:28: ", "is not a number of bytes" },
		{ "tuning: {handshake-limit: keep}", "f:1:27: ", "must be on or off" },
		{ "tuning: {ceiling: auto}", "f:1:19: ", "is not a number of bytes" },
		{ "tuning: {ceiling: 2M}", "f:1:19: ",
		  "ceiling '2M' is out of range; it must be 16384 to 1048576" },
		{ "tuning: {namespaces: {a: {ceiling: 1M}}}", "f:1:27: ", "unknown key 'ceiling'" },
		{ "tuning: {handshake-limit: 1}", "f:1:27: ",
		  "'handshake-limit' must be on or off, not '1'" },
	};
	CONFIG *config = parse("tuning:\n"
			       "  wmem: 1M\n"
			       "  autocorking-size: 0\n"
			       "  handshake-limit: on\n");

	(void)state;
	assert_refused(cases, ARRAY_SIZE(cases));
	assert_int_equal(config->tuning[TUNABLE_WMEM].value, 1 << 20);
	assert_int_equal(config->tuning[TUNABLE_WMEM].origin.line, 2);
	assert_null(config->tuning[TUNABLE_RMEM].origin.file);
	assert_int_equal(config->tuning[TUNABLE_AUTOCORKING_SIZE].value, 0);
	assert_int_equal(config->tuning[TUNABLE_AUTOCORKING_SIZE].origin.line, 3);
	assert_int_equal(config->tuning[TUNABLE_HANDSHAKE_LIMIT].value, 1);
	assert_int_equal(config_merge(config, parse("tuning: {rmem: 64K,\n"
						    "  handshake-limit: off}")), 0);
	assert_int_equal(config->tuning[TUNABLE_WMEM].value, 1 << 20);
	assert_int_equal(config->tuning[TUNABLE_RMEM].value, 65536);
	assert_int_equal(config->tuning[TUNABLE_HANDSHAKE_LIMIT].value, 0);
	assert_int_equal(config->tuning[TUNABLE_HANDSHAKE_LIMIT].origin.line, 2);
}

static void sizes_are_words(void **state)
{
	CONFIG *config = parse("tuning:\n"
			       "  ceiling: 256K\n"
			       "  wmem: auto\n"
			       "  rmem: keep\n"
			       "  namespaces: {blue: {rmem: auto}}\n");
	CONFIG *ceiling = parse("tuning: {ceiling: 1M}");

	(void)state;
	assert_int_equal(config->ceiling, 256 << 10);
	assert_int_equal(config->ceiling_origin.line, 2);
	assert_int_equal(config->tuning[TUNABLE_WMEM].mode, CONFIG_TUNING_AUTO);
	assert_int_equal(config->tuning[TUNABLE_WMEM].origin.line, 3);
	assert_int_equal(config->tuning[TUNABLE_RMEM].mode, CONFIG_TUNING_KEEP);
	assert_int_equal(config->namespaces[0].tuning[TUNABLE_RMEM].mode, CONFIG_TUNING_AUTO);
	assert_false(config_is_override(ceiling));
	assert_int_equal(config_merge(config, parse("tuning: {ceiling: 1M, wmem: 64K}")), 0);
	assert_int_equal(config->ceiling, 1 << 20);
	assert_int_equal(config->tuning[TUNABLE_WMEM].mode, CONFIG_TUNING_NUMBER);
	assert_int_equal(config->tuning[TUNABLE_WMEM].value, 65536);
}

static void rules_are_read(void **state)
{
	static const struct refused cases[] = {
		{ "rules: {}", "f:1:8: ", "'rules' must be a list of maps, like" },
		{ "rules: [a]", "f:1:9: ", "'rules' must be a list of maps, like" },
		{ "rules: [{match: {}, set: {priority: 1}}]", "f:1:17: ",
		  "'match' says nothing; to match all devices write {name: \"*\"}" },
		{ "rules: [{match: {kind: k}, set: {}}]", "f:1:33: ", "'set' says nothing" },
		{ "rules: [{match: {kind: k}}]", "f:1:9: ", "needs both, 'match' and 'set'" },
		{ "rules: [{set: {priority: 1}}]", "f:1:9: ", "needs both, 'match' and 'set'" },
		{ "rules: [{match: k}]", "f:1:17: ", "'match' must be a map, like {kind: ism}" },
		{ "rules: [{match: {kind: k}, set: up}]", "f:1:33: ", "'set' must be a map of" },
		{ "rules: [{match: {names: a}}]", "f:1:18: ", "did you mean 'name'?" },
		{ "rules: [{match: {name: [a]}}]", "f:1:24: ", "'name' must be a pattern" },
		{ "rules: [{match: {name: a b}}]", "f:1:24: ", "'a b' cannot be a pattern" },
		{ "rules: [{match: {name: ''}}]", "f:1:24: ", "'' cannot be a pattern" },
		{ "rules: [{match: {name: a2345678901234567890123456789012}}]", "f:1:24: ",
		  "cannot be a pattern for names; write 1 to 31" },
		{ "rules: [{match: {chid: 0}}]", "f:1:24: ", "it must be 0x1 to 0xFFFF" },
		{ "rules: [{match: {kind: k}, set: {chid: 1}}]", "f:1:34: ",
		  "unknown key 'chid'; the keys here are priority, state, pnetid" },
		{ "rules: [{match: {pnetid: a}, set: {pnetid: b}}]", "f:1:9: ",
		  "a rule that matches a PNETID cannot set one" },
	};
	CONFIG *config = parse("rules:\n"
			       "  - match: {kind: ism, chid: 0x17, pnetid: net1, name: 'a[0-9]*'}\n"
			       "    set: {priority: 7}\n"
			       "  - {match: {name: \"*\"}, set: {state: down, pnetid: x}}\n");
	const struct config_rule *rule = config->rules;

	(void)state;
	assert_refused(cases, ARRAY_SIZE(cases));
	assert_int_equal(config->n_rules, 2);
	assert_string_equal(rule->match.kind, "ism");
	assert_int_equal(rule->match.chid, 0x17);
	assert_string_equal(rule->match.pnetid, "NET1");
	assert_string_equal(rule->match.name, "a[0-9]*");
	assert_int_equal(rule->set.priority, 7);
	assert_false(rule->set.has_up);
	assert_int_equal(rule->origin.line, 2);
	assert_int_equal(rule->set.priority_origin.line, 3);
	assert_true(rule[1].set.has_up && !rule[1].set.up);
	assert_string_equal(rule[1].set.pnetid, "X");
	assert_int_equal(config_merge(config, parse("rules: [{match: {kind: k}, set: {state: up}}]")),
			 0);
	assert_int_equal(config->n_rules, 3);
	assert_string_equal(config->rules[2].match.kind, "k");
}

static void rules_are_bounded(void **state)
{
	static const char one[] = "{match: {kind: k}, set: {priority: 1}}, ";
	struct config_error error;
	CONFIG *config = NULL;
	char *text = NULL;
	size_t size, i;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	fputs("rules: [", stream);
	for (i = 0; i < CONFIG_RULES_MAX; i++)
		fputs(one, stream);
	fputs("]", stream);
	fclose(stream);
	config = parse(text);
	assert_int_equal(config_check(config, &error), 0);
	assert_int_equal(config_merge(config, parse_as("g", "rules: [{match: {kind: k}, "
						       "set: {priority: 1}}]")), 0);
	assert_int_equal(config_check(config, &error), -EINVAL);
	assert_contains(error.text, "g:1:9: all files together have 257 rules, more than 256");
	free(text);
}

static void namespaces_are_tuned(void **state)
{
	static const struct refused cases[] = {
		{ "tuning: {namespaces: [a]}", "f:1:22: ", "'namespaces' must be a map of names" },
		{ "tuning: {namespaces: {a: 1}}", "f:1:26: ", "'a' must be a map of settings" },
		{ "tuning: {namespaces: {a/b: {}}}", "f:1:23: ", "'a/b' cannot be the name of a" },
		{ "tuning: {namespaces: {..: {}}}", "f:1:23: ", "cannot be the name of a" },
		{ "tuning: {namespaces: {'': {}}}", "f:1:23: ", "cannot be the name of a" },
		{ "tuning: {namespaces: {a: {wmem: 1}}}", "f:1:33: ", "wmem '1' is out of range" },
		{ "tuning: {namespaces: {a: {namespaces: {}}}}", "f:1:27: ", "unknown key" },
	};
	CONFIG *config = parse("tuning:\n"
			       "  wmem: 1M\n"
			       "  namespaces:\n"
			       "    blue: {wmem: 2M}\n"
			       "    red-1: {}\n");

	(void)state;
	assert_refused(cases, ARRAY_SIZE(cases));
	assert_int_equal(config->n_namespaces, 2);
	assert_string_equal(config->namespaces[0].name, "blue");
	assert_int_equal(config->namespaces[0].tuning[TUNABLE_WMEM].value, 2 << 20);
	assert_int_equal(config->tuning[TUNABLE_WMEM].value, 1 << 20);
	assert_int_equal(config_merge(config, parse("tuning: {namespaces: {green: {rmem: 1M},"
						    " blue: {rmem: 1M}}}")), 0);
	assert_int_equal(config->n_namespaces, 3);
	assert_int_equal(config->namespaces[0].tuning[TUNABLE_WMEM].value, 2 << 20);
	assert_int_equal(config->namespaces[0].tuning[TUNABLE_RMEM].value, 1 << 20);
	assert_string_equal(config->namespaces[2].name, "green");
}

static char *many_namespaces(char prefix, unsigned int n)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	fputs("tuning: {namespaces: {", stream);
	while (n-- > 0)
		fprintf(stream, "%c%u: {}, ", prefix, n);
	fputs("}}", stream);
	fclose(stream);
	return text;
}

static void namespaces_are_bounded(void **state)
{
	char *most = many_namespaces('a', CONFIG_NAMESPACES_MAX), *one = many_namespaces('b', 1);
	struct config_error error;
	CONFIG *config = parse(most);

	(void)state;
	assert_int_equal(config_check(config, &error), 0);
	assert_int_equal(config_merge(config, parse_as("g", one)), 0);
	assert_int_equal(config_check(config, &error), -EINVAL);
	assert_contains(error.text, "g:1:23: all files together have 257 network namespaces");
	free(most);
	free(one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seid_is_a_choice),
		cmocka_unit_test(drift_is_a_choice),
		cmocka_unit_test(hardware_is_named_by_its_address),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(pnetids_are_read),
		cmocka_unit_test(bad_pnetids_are_refused),
		cmocka_unit_test(pnets_are_bounded),
		cmocka_unit_test(tuning_is_read),
		cmocka_unit_test(sizes_are_words),
		cmocka_unit_test(rules_are_read),
		cmocka_unit_test(rules_are_bounded),
		cmocka_unit_test(namespaces_are_tuned),
		cmocka_unit_test(namespaces_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
