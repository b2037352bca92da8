// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of policy*.c: plans for devices, in words. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "policy-world.h"

static void empty_world_is_filled(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	assert_plan("{}", &world, "");
	assert_plan("ueids: [auto, A]\n"
		    "devices:\n"
		    "  emu0: {kind: ism-emu, chid: 0x8001, gid: 1, max-dmbs: 64, state: down}\n"
		    "  lo0: {kind: loopback}\n"
		    "  other: {kind: strange, priority: 7}\n",
		    &world,
		    "add UEID SMCD-0123456789ABCDEF0123456789A (f:1)\n"
		    "add UEID A (f:1)\n"
		    "create other of kind strange, priority 7, up (f:5)\n"
		    "create lo0 of kind loopback, priority 100, up (f:4)\n"
		    "create emu0 of kind ism-emu, CHID 0x8001, GID 0x0000000000000001, "
		    "priority 300, at most 64 DMBs, down (f:3)\n");
}

static void steps_carry_values(void **state)
{
	CONFIG *config = parse("ueids: [A]\n"
			       "devices: {d: {kind: k, chid: 2, gid: 3, priority: 4, max-dmbs: 5, state: down}}");
	const struct policy_step *step;
	struct world world;
	PLAN *plan = NULL;

	(void)state;
	world_init(&world);
	plan = make_plan(config, &world);
	assert_int_equal(plan->n_steps, 2);
	step = &plan->steps[0];
	assert_int_equal(step->verb, POLICY_ADD_UEID);
	assert_string_equal(step->ueid, "A");
	step = &plan->steps[1];
	assert_int_equal(step->verb, POLICY_CREATE);
	assert_string_equal(step->wanted.name, "d");
	assert_string_equal(step->wanted.kind, "k");
	assert_int_equal(step->wanted.chid, 2);
	assert_int_equal(step->wanted.gid, 3);
	assert_int_equal(step->wanted.priority, 4);
	assert_int_equal(step->wanted.max_dmbs, 5);
	assert_false(step->wanted.up);
	assert_ptr_equal(step->origin.file, config->files[0]);
	assert_int_equal(step->origin.line, 2);
}

/* Neither made again, nor, while it goes, set up, ordered, made anew or deleted once more. */
static void deleted_ones_are_left_alone(void **state)
{
	static const char *const deleted[] = { "gone", "going", "unnamed" };
	struct world world;

	(void)state;
	world_init(&world);
	add_device(&world, "going", "ism-emu", 5, CAN_ALL)->up = false;
	add_device(&world, "unnamed", "ism-emu", 5, CAN_ALL);
	add_managed(&world, "unnamed");
	world.state.deleted = deleted;
	world.state.n_deleted = 3;
	assert_plan("devices:\n"
		    "  gone: {kind: loopback}\n"
		    "  going: {kind: loopback}\n"
		    "  lo0: {kind: loopback}\n",
		    &world, "create lo0 of kind loopback, priority 100, up (f:4)\n");
}

static void only_differences_are_planned(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	add_device(&world, "a", "loopback", 100, CAN_ALL);
	add_device(&world, "b", "loopback", 100, CAN_ALL)->up = false;
	add_device(&world, "c", "loopback", 100, CAN_ALL);
	assert_plan("devices:\n"
		    "  a: {kind: loopback}\n"
		    "  b: {kind: loopback, state: down}\n"
		    "  c: {kind: loopback, state: up}\n", &world, "");
	assert_plan("devices:\n"
		    "  a: {kind: loopback,\n"
		    "     priority: 400}\n"
		    "  b: {kind: loopback, priority: 90}\n"
		    "  c: {kind: loopback,\n"
		    "     state: down}\n", &world,
		    "set c down (f:6)\n"
		    "set priority of b to 90 (f:4)\n"
		    "set b up (f:4)\n"
		    "set priority of a to 400 (f:3)\n");
	assert_plan("priorities:\n  loopback: 5\n"
		    "devices: {a: {kind: loopback}}\n", &world,
		    "set priority of a to 5 (f:2)\n");
}

static void another_device_is_created_anew(void **state)
{
	static const char *const wanted[] = {
		"kind: other", "kind: k, chid: 2", "kind: k, gid: 2", "kind: k, max-dmbs: 2",
	};
	struct world world, unknown;
	char yaml[200];
	size_t i;

	(void)state;
	world_init(&world);
	add_device(&world, "d", "k", 100, CAN_ALL);
	world_copy(&unknown, &world);
	world.devices[0].chid = world.devices[0].gid = world.devices[0].max_dmbs = 1;
	assert_plan("devices: {d: {kind: k}}", &world, "");
	assert_plan("devices: {d: {kind: k, chid: 1, gid: 1, max-dmbs: 1}}", &world, "");
	assert_plan("devices: {d: {kind: k, chid: 1, gid: 1, max-dmbs: 1}}", &unknown, "");

	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		CONFIG *config = NULL;
		PLAN *plan = NULL;

		snprintf(yaml, sizeof(yaml), "devices: {d: {%s}}", wanted[i]);
		config = parse(yaml);
		plan = make_plan(config, &world);
		assert_int_equal(plan->n_steps, 2);
		assert_string_equal(plan->steps[0].text,
				    "delete d of kind k, to create it anew (f:1)");
		assert_int_equal(plan->steps[0].verb, POLICY_DELETE);
		assert_string_equal(plan->steps[0].wanted.kind, "k");
		assert_int_equal(plan->steps[1].verb, POLICY_CREATE);
	}
}

static void strangers_are_left_alone(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	add_device(&world, "theirs", "loopback", 7, CAN_ALL);
	add_device(&world, "ours", "loopback", 7, CAN_ALL);
	add_device(&world, "hardware", "ism", 7, SMCD_CAN_PRIORITY);
	add_managed(&world, "ours");
	add_managed(&world, "hardware");
	add_managed(&world, "gone");
	add_ueid(&world, "THEIRS", false);
	add_ueid(&world, "OURS", true);
	assert_plan("{}", &world,
		    "delete ours, which no file wants any longer\n"
		    "delete UEID OURS, which no file wants any longer\n");
	assert_plan("ueids: [OURS]\ndevices: {ours: {kind: loopback, priority: 7}}", &world, "");
}

static void deletes_come_before_creates(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	add_device(&world, "a", "k", 100, CAN_ALL)->gid = 1;
	add_device(&world, "b", "k", 100, CAN_ALL)->gid = 2;
	add_device(&world, "c", "k", 100, CAN_ALL)->gid = 3;
	add_managed(&world, "c");
	add_ueid(&world, "OLD", true);
	assert_plan("ueids: [NEW]\n"
		    "devices:\n  a: {kind: k, gid: 2}\n  b: {kind: k, gid: 1}\n  d: {kind: k, gid: 3}\n",
		    &world,
		    "add UEID NEW (f:1)\n"
		    "delete a of kind k, to create it anew (f:3)\n"
		    "delete b of kind k, to create it anew (f:4)\n"
		    "delete c, which no file wants any longer\n"
		    "create a of kind k, GID 0x0000000000000002, priority 100, up (f:3)\n"
		    "create b of kind k, GID 0x0000000000000001, priority 100, up (f:4)\n"
		    "create d of kind k, GID 0x0000000000000003, priority 100, up (f:5)\n"
		    "delete UEID OLD, which no file wants any longer\n");
}

static void what_caps_forbid_is_a_problem(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	add_device(&world, "i", "ism", 1, 0);
	add_device(&world, "j", "ism", 1, 0)->up = false;
	add_device(&world, "k", "loopback", 1, SMCD_CAN_UPDOWN)->chid = 1;
	assert_plan("devices: {i: {kind: ism}, j: {kind: ism}}", &world, "");
	assert_plan("devices:\n"
		    "  i: {kind: ism, priority: 9, state: down}\n"
		    "  j: {kind: ism, state: up}\n"
		    "  k: {kind: loopback, chid: 2}\n"
		    "  l: {kind: ism}\n", &world,
		    "! i cannot be set down; nothing can switch this device (f:2)\n"
		    "! priority of i cannot be set to 9; nothing can order this device (f:2)\n"
		    "! k of kind loopback is not as the file says, and cannot be created anew (f:4)\n"
		    "! j cannot be set up; nothing can switch this device (f:3)\n"
		    "! l is not there, and nothing can create a device of kind ism (f:5)\n");
	assert_plan("devices: {k: {kind: ism}}", &world,
		    "! k of kind loopback is not as the file says, and cannot be created anew (f:1)\n");
}

static void last_matching_rule_counts(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	add_device(&world, "emu0", "ism-emu", 300, CAN_ALL)->chid = 0x42;
	add_device(&world, "emu1", "ism-emu", 300, CAN_ALL)->chid = 0x43;
	strcpy(add_device(&world, "hard", "ism", 300, 0)->pnetid, "NET1");
	assert_plan("rules:\n"
		    "  - {match: {kind: ism-emu}, set: {priority: 5, state: down}}\n"
		    "  - {match: {name: 'emu[1-9]'}, set: {priority: 6}}\n"
		    "  - {match: {chid: 0x43}, set: {state: up}}\n", &world,
		    "set emu0 down (f:2)\n"
		    "set priority of emu0 to 5 (f:2)\n"
		    "set priority of emu1 to 6 (f:3)\n");
	assert_plan("rules: [{match: {name: '?*', kind: loopback}, set: {priority: 5}}]",
		    &world, "");
	assert_plan("rules:\n  - {match: {pnetid: net1}, set: {priority: 5, state: down}}\n",
		    &world,
		    "! hard cannot be set down; nothing can switch this device (f:2)\n"
		    "! priority of hard cannot be set to 5; nothing can order this device (f:2)\n");
}

static void names_come_before_rules(void **state)
{
	CONFIG *config = parse("priorities: {k: 3}\n"
			       "rules: [{match: {name: \"*\"}, set: {priority: 5, state: down}}]\n"
			       "devices: {a: {kind: k, priority: 7}, b: {kind: k, state: up}}\n");
	struct config_device settings;
	struct world world;

	(void)state;
	world_init(&world);
	assert_plan("priorities: {k: 3}\n"
		    "rules:\n"
		    "- match: {name: \"*\"}\n"
		    "  set: {priority: 5,\n"
		    "    state: down}\n"
		    "devices:\n  a: {kind: k, priority: 7}\n  b: {kind: k, state: up}\n", &world,
		    "create b of kind k, priority 5, up (f:8)\n"
		    "create a of kind k, priority 7, down (f:7)\n");
	assert_true(policy_settings(config, &config->devices[0], NULL, &settings));
	assert_int_equal(policy_priority(config, &settings), 7);
	assert_false(settings.up);
	assert_true(policy_settings(config, &config->devices[1], NULL, &settings));
	assert_int_equal(policy_priority(config, &settings), 5);
	assert_true(settings.up);
	add_device(&world, "stranger", "k", 1, CAN_ALL);
	assert_true(policy_settings(config, NULL, &world.devices[0], &settings));
	assert_int_equal(settings.priority, 5);
	assert_int_equal(settings.origin.line, 2);
}

/* A rule says how something is, not that it is to be. */
static void rules_keep_nothing(void **state)
{
	static const char *const deleted[] = { "gone" };
	struct config_device settings;
	CONFIG *config = parse("rules: [{match: {kind: l}, set: {state: down}}]");
	struct world world;

	(void)state;
	world_init(&world);
	add_device(&world, "ours", "k", 300, CAN_ALL);
	add_device(&world, "gone", "k", 300, CAN_ALL);
	add_device(&world, "hard", "k", 300, SMCD_CAN_UPDOWN);
	add_managed(&world, "ours");
	add_managed(&world, "hard");
	world.state.deleted = deleted;
	world.state.n_deleted = 1;
	assert_plan("rules: [{match: {kind: k}, set: {state: down}}]", &world,
		    "delete ours, which no file wants any longer\n"
		    "set hard down (f:1)\n");
	assert_false(policy_settings(config, NULL, &world.devices[0], &settings));
	assert_plan("rules: [{match: {kind: l}, set: {state: down}}]", &world,
		    "delete ours, which no file wants any longer\n");
}

static void rules_give_pnetids(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	add_device(&world, "a", "k", 300, CAN_ALL);
	add_device(&world, "b", "k", 300, CAN_ALL);
	add_device(&world, "c", "k", 300, CAN_ALL);
	/* The rule that matches the PNETID knows what the table, devices and rules will give. */
	assert_plan("rules:\n"
		    "  - {match: {kind: k}, set: {pnetid: one}}\n"
		    "  - {match: {pnetid: One}, set: {priority: 1}}\n"
		    "  - {match: {pnetid: TWO}, set: {priority: 2}}\n"
		    "pnetids: {TWO: {devices: [b]}}\n"
		    "devices: {c: {kind: k, pnetid: two}}\n", &world,
		    "give device b PNETID TWO (f:5)\n"
		    "give device c PNETID TWO (f:6)\n"
		    "give device a PNETID ONE (f:2)\n"
		    "set priority of a to 1 (f:3)\n"
		    "set priority of c to 2 (f:4)\n"
		    "set priority of b to 2 (f:4)\n");
}

static void drift_becomes_problems(void **state)
{
	static const char *const kept[] = {
		"delete PNETID N of interface gone, which no file wants any longer",
		"set b up (f:2)",
	};
	CONFIG *config = parse("devices:\n"
			       "  b: {kind: k}\n"
			       "  a: {kind: k, priority: 5}\n"
			       "pnetids: {P: {interfaces: [eth7]}}");
	struct world world;
	PLAN *plan = NULL;

	(void)state;
	world_init(&world);
	add_device(&world, "a", "k", 100, CAN_ALL);
	add_device(&world, "b", "k", 100, CAN_ALL)->up = false;
	add_pnet(&world, &(struct pnet_entry){ "M", "gone", 1 }, true);
	add_pnet(&world, &(struct pnet_entry){ "M", "theirs", 1 }, false);
	add_pnet(&world, &(struct pnet_entry){ "N", "gone", 0 }, true);
	add_pnet(&world, &(struct pnet_entry){ "N", "theirs", 0 }, false);
	plan = make_plan(config, &world);
	assert_int_equal(plan->n_steps, 6);
	assert_int_equal(plan->n_problems, 1);
	assert_string_equal(plan->problems[0].awaited, "give interface eth7 PNETID P (f:4)");

	assert_int_equal(policy_report_only(plan, kept, 2), 0);
	assert_int_equal(plan->n_steps, 3);
	assert_string_equal(plan->steps[0].text, kept[0]);
	assert_string_equal(plan->steps[1].text, "put back PNETID N of interface theirs, which "
			    "the kernel deletes with it");
	assert_string_equal(plan->steps[2].text, kept[1]);
	assert_int_equal(plan->n_problems, 4);
	assert_string_equal(plan->problems[0].awaited, "give interface eth7 PNETID P (f:4)");
	assert_string_equal(plan->problems[1].text, "drift is only reported, not: delete PNETID M "
			    "of device gone, which no file wants any longer");
	assert_string_equal(plan->problems[3].text,
			    "drift is only reported, not: set priority of a to 5 (f:3)");
	assert_string_equal(plan->problems[3].awaited, "");
	assert_int_equal(policy_report_only(plan, NULL, 0), 0);
	assert_int_equal(plan->n_steps, 0);
	assert_int_equal(plan->n_problems, 7);
}

static void memory_is_limited_where_it_can_be(void **state)
{
	CONFIG *config = parse("devices: {a: {kind: k, max-memory: 1M}}");
	struct world world;
	PLAN *plan = NULL;

	(void)state;
	world_init(&world);
	plan = make_plan(config, &world);
	assert_int_equal(plan->n_steps, 1);
	assert_string_equal(plan->steps[0].text, "create a of kind k, priority 100, at most 1048576 "
			    "bytes of memory, up (f:1)");
	assert_true(plan->steps[0].wanted.max_memory == 1 << 20);
	add_device(&world, "a", "k", 100, CAN_ALL);
	assert_plan("devices: {a: {kind: k,\n  max-memory: 1M}}", &world,
		    "! memory of a is not limited to 1048576 bytes; nothing can limit it for this "
		    "device (f:2)\n");
	world.devices[0].caps |= SMCD_CAN_LIMIT_MEMORY;
	assert_plan("devices: {a: {kind: k, max-memory: 1M}}", &world,
		    "delete a of kind k, to create it anew (f:1)\n"
		    "create a of kind k, priority 100, at most 1048576 bytes of memory, up (f:1)\n");
	assert_plan("devices: {a: {kind: k}}", &world, "");
	world.devices[0].max_memory = 1 << 20;
	assert_plan("devices: {a: {kind: k, max-memory: 1M}}", &world, "");
	assert_plan("devices: {a: {kind: k}}", &world, "");
}

static void priorities_have_defaults(void **state)
{
	CONFIG *config = parse("priorities: {loopback: 17, mine: 18}\n"
			       "devices: {a: {kind: mine, priority: 0}, b: {kind: mine}, c: {kind: ism}}");
	CONFIG *empty = parse("{}");

	(void)state;
	assert_int_equal(policy_kind_priority(empty, "ism"), 300);
	assert_int_equal(policy_kind_priority(empty, "ism-emu"), 300);
	assert_int_equal(policy_kind_priority(empty, "virtio-ism"), 200);
	assert_int_equal(policy_kind_priority(empty, "loopback"), 100);
	assert_int_equal(policy_kind_priority(empty, "unheard-of"), 100);
	assert_int_equal(policy_kind_priority(config, "loopback"), 17);
	assert_int_equal(policy_priority(config, &config->devices[0]), 0);
	assert_int_equal(policy_priority(config, &config->devices[1]), 18);
	assert_int_equal(policy_priority(config, &config->devices[2]), 300);
}

static void long_file_names_fit(void **state)
{
	CONFIG *config = NULL;
	struct config_error error;
	struct world world;
	PLAN *plan = NULL;
	char file[400];

	(void)state;
	memset(file, 'f', sizeof(file) - 1);
	file[sizeof(file) - 1] = 0;
	world_init(&world);
	assert_int_equal(config_parse(file, "ueids: [A]", 10, &config, &error), 0);
	plan = make_plan(config, &world);
	assert_int_equal(strlen(plan->steps[0].text), POLICY_TEXT_SIZE - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_world_is_filled),
		cmocka_unit_test(steps_carry_values),
		cmocka_unit_test(deleted_ones_are_left_alone),
		cmocka_unit_test(only_differences_are_planned),
		cmocka_unit_test(another_device_is_created_anew),
		cmocka_unit_test(strangers_are_left_alone),
		cmocka_unit_test(deletes_come_before_creates),
		cmocka_unit_test(what_caps_forbid_is_a_problem),
		cmocka_unit_test(last_matching_rule_counts),
		cmocka_unit_test(names_come_before_rules),
		cmocka_unit_test(rules_keep_nothing),
		cmocka_unit_test(rules_give_pnetids),
		cmocka_unit_test(drift_becomes_problems),
		cmocka_unit_test(memory_is_limited_where_it_can_be),
		cmocka_unit_test(priorities_have_defaults),
		cmocka_unit_test(long_file_names_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
