// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of policy*.c: plans for EIDs, the PNET table and tuning, in words. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "before.h"
#include "policy-world.h"

static void ueids_share_four_places(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	add_ueid(&world, "S1", false);
	add_ueid(&world, "M1", true);
	add_ueid(&world, "M2", true);
	assert_plan("ueids: [A]", &world,
		    "add UEID A (f:1)\n"
		    "delete UEID M1, which no file wants any longer\n"
		    "delete UEID M2, which no file wants any longer\n");
	assert_plan("ueids: [A, B]", &world,
		    "delete UEID M1, which no file wants any longer\n"
		    "add UEID A (f:1)\n"
		    "add UEID B (f:1)\n"
		    "delete UEID M2, which no file wants any longer\n");
	assert_plan("ueids: [A, B, M1, C]", &world,
		    "delete UEID M2, which no file wants any longer\n"
		    "add UEID A (f:1)\n"
		    "add UEID B (f:1)\n"
		    "! UEID C is not added, as the kernel has 3 others; delete one with smcd-ueid(8) (f:1)\n");
	assert_plan("ueids: [M2, auto, M1]\n", &world,
		    "add UEID " MACHINE_UEID " (f:1)\n");
}

static void auto_is_the_machines(void **state)
{
	CONFIG *config = parse("ueids: [auto]");
	struct world world;
	PLAN *plan = NULL;

	(void)state;
	world_init(&world);
	assert_int_equal(policy_make_plan(config, NULL, &world.state, &plan), 0);
	assert_int_equal(plan->n_steps, 0);
	assert_int_equal(plan->n_problems, 1);
	assert_string_equal(plan->problems[0].text,
			    "UEID auto is not added, as there is no machine-id (f:1)");

	assert_plan("ueids:\n- " MACHINE_UEID "\n- auto\n", &world,
		    "add UEID " MACHINE_UEID " (f:2)\n");
	add_ueid(&world, MACHINE_UEID, true);
	assert_plan("ueids: [auto]", &world, "");
}

static void seid_is_disabled_after_ueids(void **state)
{
	CONFIG *config = parse("ueids: [auto]\nseid: disable");
	struct world world;
	PLAN *plan = NULL;

	(void)state;
	world_init(&world);
	world.state.has_seid = true;
	world.state.seid = POLICY_SEID_ENABLED;
	assert_plan("ueids: [A]\nseid: disable\ndevices: {a: {kind: k}}", &world,
		    "add UEID A (f:1)\n"
		    "disable the SEID (f:2)\n"
		    "create a of kind k, priority 100, up (f:3)\n");
	assert_plan("ueids: [A]\nseid: enable", &world, "add UEID A (f:1)\n");
	assert_plan("ueids: [A]\nseid: auto", &world, "add UEID A (f:1)\n");

	/* Without a machine-id there is no UEID: the kernel would refuse. */
	assert_int_equal(policy_make_plan(config, NULL, &world.state, &plan), 0);
	assert_int_equal(plan->n_steps, 0);
	assert_int_equal(plan->n_problems, 2);
	assert_string_equal(plan->problems[1].text, "SEID is not disabled: the kernel wants a "
			    "UEID in its place, and there is none (f:2)");

	world.state.seid = POLICY_SEID_UNKNOWN;
	assert_plan("ueids: [A]\nseid: disable", &world,
		    "add UEID A (f:1)\n"
		    "! SEID is not disabled yet: the kernel tells of it when it has a device for "
		    "SMC-D V2 (f:2)\n");
	assert_plan("seid: enable", &world, "");

	policy_plan_free(plan);
	plan = make_plan(config, &world);
	assert_string_equal(plan->problems[0].awaited, "disable the SEID (f:2)");

	world.state.seid = POLICY_SEID_DISABLED;
	assert_plan("seid: enable", &world, "enable the SEID (f:1)\n");
	add_ueid(&world, "THEIRS", false);
	assert_plan("ueids: [THEIRS]\nseid: disable", &world, "");
}

static void off_s390_there_is_no_seid(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	assert_plan("seid: auto", &world, "");
	assert_plan("seid: enable", &world,
		    "! SEID is not enabled: this kernel cannot do that off s390; SMC-D V2 needs a "
		    "UEID, like 'ueids: [auto]' (f:1)\n");
	assert_plan("ueids: [A]\nseid: enable", &world,
		    "add UEID A (f:1)\n"
		    "! SEID is not enabled: this kernel cannot do that off s390; a UEID is used "
		    "instead (f:2)\n");
	world.state.seid = POLICY_SEID_DISABLED;
	assert_plan("ueids: [A]\nseid: disable", &world, "add UEID A (f:1)\n");
	add_ueid(&world, "OURS", true);
	assert_plan("seid: enable", &world,
		    "delete UEID OURS, which no file wants any longer\n"
		    "! SEID is not enabled: this kernel cannot do that off s390; SMC-D V2 needs a "
		    "UEID, like 'ueids: [auto]' (f:1)\n");
	add_ueid(&world, "THEIRS", false);
	assert_plan("seid: enable", &world,
		    "delete UEID OURS, which no file wants any longer\n"
		    "! SEID is not enabled: this kernel cannot do that off s390; a UEID is used "
		    "instead (f:1)\n");
}

static void pnetids_are_given(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	assert_plan("ueids: [A]\n"
		    "pnetids:\n"
		    "  net1: {interfaces: [eth0, eth7],\n"
		    "    devices: [lo, mlx5_0/2]}\n"
		    "devices: {d: {kind: k,\n"
		    "  pnetid: N}}\n", &world,
		    "add UEID A (f:1)\n"
		    "give interface eth0 PNETID NET1 (f:3)\n"
		    "give device lo PNETID NET1 (f:4)\n"
		    "give port 2 of device mlx5_0 PNETID NET1 (f:4)\n"
		    "give device d PNETID N (f:6)\n"
		    "create d of kind k, priority 100, up (f:5)\n"
		    "! interface eth7 does not get PNETID NET1, as it is not there yet (f:3)\n");
	add_pnet(&world, &(struct pnet_entry){ "NET1", "eth0", 0 }, true);
	add_pnet(&world, &(struct pnet_entry){ "NET1", "lo", 1 }, false);
	assert_plan("pnetids: {NET1: {interfaces: [eth0], devices: [lo]}}", &world, "");
	world.state.pnets_known = false;
	assert_plan("pnetids: {A: {interfaces: [eth0, eth7], devices: [lo]}}", &world, "");
}

static void pnetids_that_were_ours_are_deleted(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	add_pnet(&world, &(struct pnet_entry){ "NET1", "eth0", 0 }, true);
	add_pnet(&world, &(struct pnet_entry){ "NET1", "lo", 1 }, true);
	add_pnet(&world, &(struct pnet_entry){ "NET1", "theirs", 0 }, false);
	add_pnet(&world, &(struct pnet_entry){ "OTHER", "eth0", 1 }, false);
	assert_plan("{}", &world,
		    "delete PNETID NET1 of interface eth0, which no file wants any longer\n"
		    "put back PNETID NET1 of interface theirs, which the kernel deletes with it\n");
	assert_plan("pnetids: {NET1: {interfaces: [eth0]}}", &world,
		    "delete PNETID NET1 of device lo, which no file wants any longer\n"
		    "put back PNETID NET1 of interface eth0, which the kernel deletes with it (f:1)\n"
		    "put back PNETID NET1 of interface theirs, which the kernel deletes with it\n");
	assert_plan("pnetids:\n  NET2: {interfaces: [eth0]}\n  NET1: {devices: [lo]}", &world,
		    "delete PNETID NET1 of interface eth0, which no file wants any longer\n"
		    "put back PNETID NET1 of device lo, which the kernel deletes with it (f:3)\n"
		    "put back PNETID NET1 of interface theirs, which the kernel deletes with it\n"
		    "give interface eth0 PNETID NET2 (f:2)\n");
	world.state.n_interfaces = 0;
	assert_plan("pnetids: {NET1: {interfaces: [eth0],\n devices: [lo]}}", &world,
		    "delete PNETID NET1 of interface eth0, which is gone (f:1)\n"
		    "put back PNETID NET1 of device lo, which the kernel deletes with it (f:2)\n"
		    "put back PNETID NET1 of interface theirs, which the kernel deletes with it\n"
		    "! interface eth0 does not get PNETID NET1, as it is not there yet (f:1)\n");
}

static void pnetids_of_others_stay(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	add_pnet(&world, &(struct pnet_entry){ "NET1", "eth0", 0 }, false);
	add_pnet(&world, &(struct pnet_entry){ "NET1", "lo", 2 }, false);
	strcpy(add_device(&world, "d", "ism", 300, 0)->pnetid, "HARD");
	assert_plan("{}", &world, "");
	assert_plan("pnetids: {NET2: {interfaces: [eth0], devices: [lo]}}\n"
		    "devices: {d: {kind: ism, pnetid: NET1}}", &world,
		    "! interface eth0 keeps PNETID NET1, which others gave it, instead of NET2; "
		    "delete it with 'smc_pnet -d NET1' (f:1)\n"
		    "! port 2 of device lo keeps PNETID NET1, which others gave it, instead of NET2; "
		    "delete it with 'smc_pnet -d NET1' (f:1)\n"
		    "! device d keeps PNETID HARD, which is that of its hardware, instead of NET1 "
		    "(f:2)\n");
	assert_plan("pnetids: {HARD: {devices: [d]}}", &world, "");
	/* One of the table is none of the hardware. */
	add_pnet(&world, &(struct pnet_entry){ "HARD", "d", 1 }, true);
	assert_plan("pnetids: {NET2: {devices: [d]}}", &world,
		    "delete PNETID HARD of device d, which no file wants any longer\n"
		    "give device d PNETID NET2 (f:1)\n");
}

static void only_what_is_named_is_tuned(void **state)
{
	static const char yaml[] = "tuning:\n  wmem: 1M\n  rmem: 64K\n  handshake-limit: on\n";
	CONFIG *config = parse(yaml);
	struct world world;
	PLAN *plan = NULL;

	(void)state;
	world_init(&world);
	assert_plan(yaml, &world,
		    "! net.smc.wmem is not set to 1048576: module smc is not loaded (f:2)\n"
		    "! net.smc.rmem is not set to 65536: module smc is not loaded (f:3)\n"
		    "! the handshake limit is not set to on: module smc is not loaded (f:4)\n");
	world.state.has_stack = true;
	world.state.tuning[TUNABLE_WMEM] = (struct policy_tunable){ true, 65536, false };
	world.state.tuning[TUNABLE_RMEM] = (struct policy_tunable){ true, 65536, false };
	world.state.tuning[TUNABLE_AUTOCORKING_SIZE] = (struct policy_tunable){ true, 5, false };
	assert_plan(yaml, &world,
		    "set net.smc.wmem to 1048576, which was 65536 (f:2)\n"
		    "! the handshake limit is not set to on: this kernel has no such setting (f:4)\n");
	assert_plan("tuning: {autocorking-size: 1, rmem: 64K}", &world,
		    "set net.smc.autocorking_size to 1, which was 5 (f:1)\n");
	world.state.tuning[TUNABLE_AUTOCORKING_SIZE].known = false;
	assert_plan("tuning: {autocorking-size: 1}", &world,
		    "! net.smc.autocorking_size is not set to 1: /proc/sys is hidden from smcd; "
		    "ProcSubset= of its unit must be all (f:1)\n");
	world.state.has_sysctls = true;
	assert_plan("tuning: {autocorking-size: 1}", &world,
		    "! net.smc.autocorking_size is not set to 1: this kernel has no such setting "
		    "(f:1)\n");
	world.state.tuning[TUNABLE_HANDSHAKE_LIMIT] = (struct policy_tunable){ true, 0, false };
	plan = make_plan(config, &world);
	assert_int_equal(plan->n_steps, 2);
	assert_int_equal(plan->steps[0].verb, POLICY_TUNE);
	assert_int_equal(plan->steps[0].tunable, TUNABLE_WMEM);
	assert_int_equal(plan->steps[0].value, 1 << 20);
	assert_string_equal(plan->steps[1].text,
			    "set the handshake limit to on, which was off (f:4)");
	assert_plan("tuning: {handshake-limit: off, wmem: 64K}", &world, "");
	assert_plan("{}", &world, "");
}

static void buffers_are_chosen(void **state)
{
	struct policy_tunable *wmem, *rmem;
	struct world world;

	(void)state;
	world_init(&world);
	wmem = &world.state.tuning[TUNABLE_WMEM];
	rmem = &world.state.tuning[TUNABLE_RMEM];
	assert_plan("tuning: {wmem: auto, rmem: keep}", &world,
		    "! net.smc.wmem is not chosen: /proc/meminfo cannot be read (f:1)\n");
	world.state.buffer_size = 1 << 19;
	assert_plan("{}", &world, "");
	assert_plan("tuning: {wmem: auto}", &world,
		    "! net.smc.wmem is not set to 524288: module smc is not loaded (f:1)\n");
	world.state.has_stack = true;
	*wmem = *rmem = (struct policy_tunable){ true, 65536, false };
	assert_plan("{}", &world, "set net.smc.wmem to 524288, which was 65536\n"
				  "set net.smc.rmem to 524288, which was 65536\n");
	assert_plan("tuning: {wmem: keep, rmem: 1M}", &world,
		    "set net.smc.rmem to 1048576, which was 65536 (f:1)\n");
	/* What others have set stays if no file says anything else. */
	wmem->value = 1 << 17;
	rmem->value = 1 << 18;
	rmem->ours = true;
	assert_plan("{}", &world, "set net.smc.rmem to 524288, which was 262144\n");
	assert_plan("tuning: {wmem: auto, rmem: keep}", &world,
		    "set net.smc.wmem to 524288, which was 131072 (f:1)\n");
	wmem->value = rmem->value = 1 << 19;
	assert_plan("{}", &world, "");
	assert_plan("tuning: {wmem: auto, rmem: auto}", &world, "");
}

static void steps_have_names_for_programs(void **state)
{
	static const struct {
		enum policy_verb verb;
		const char *name, *target;
	} table[] = {
		{ POLICY_DELETE, "delete", "lo0" },
		{ POLICY_CREATE, "create", "lo0" },
		{ POLICY_SET_UP, "set-up", "lo0" },
		{ POLICY_SET_PRIORITY, "set-priority", "lo0" },
		{ POLICY_ADD_UEID, "add-ueid", "U" },
		{ POLICY_DELETE_UEID, "delete-ueid", "U" },
		{ POLICY_ENABLE_SEID, "enable-seid", "SEID" },
		{ POLICY_DISABLE_SEID, "disable-seid", "SEID" },
		{ POLICY_ADD_PNET, "add-pnet", "NET1" },
		{ POLICY_DELETE_PNETID, "delete-pnetid", "NET1" },
		{ POLICY_TUNE, "tune", "net.smc.rmem" },
	};
	struct policy_step step = {
		.wanted = { .name = "lo0" }, .ueid = "U", .pnet = { .pnetid = "NET1" },
		.tunable = TUNABLE_RMEM,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		step.verb = table[i].verb;
		assert_string_equal(policy_verb_name(step.verb), table[i].name);
		assert_string_equal(policy_step_target(&step), table[i].target);
	}
}

/* @expected: without the first line; empty if nothing is to be added. */
static void assert_before(const struct config *before, const char *next_yaml,
			  const struct world *world, const char *expected)
{
	CONFIG *next = parse(next_yaml);
	char *text = NULL;

	assert_int_equal(before_describe(before, next, &world->state, "before", &text),
			 *expected != '\0');
	assert_string_equal(text ? strchr(text, '\n') + 1 : "", expected);
	free(text);
}

static void before_a_trial_says_what_changes(void **state)
{
	CONFIG *before = parse("ueids: [A]\ntuning: {rmem: 64K}");
	CONFIG *none = parse("{}");
	struct config *values = NULL;
	struct config_error error;
	struct world world;

	(void)state;
	world_init(&world);
	world.state.tuning[TUNABLE_WMEM] = (struct policy_tunable){ true, 65536, false };
	world.state.tuning[TUNABLE_RMEM] = (struct policy_tunable){ true, 65537, false };
	world.state.tuning[TUNABLE_HANDSHAKE_LIMIT] = (struct policy_tunable){ true, 1, false };
	assert_before(before, "{}", &world, "");
	assert_before(before, "tuning: {wmem: 64K, rmem: 1M, autocorking-size: 1}", &world, "");
	assert_before(before, "tuning: {wmem: 1M, handshake-limit: off}", &world,
		      "tuning:\n  wmem: 65536\n  handshake-limit: on\n");
	/* The files could not say it. */
	world.state.tuning[TUNABLE_WMEM].value = 1;
	assert_before(before, "tuning: {wmem: 1M}", &world, "");
	/* Nor need they say what is chosen anew; but what others have set. */
	world.state.buffer_size = 1 << 19;
	world.state.tuning[TUNABLE_WMEM].value = 1 << 19;
	world.state.tuning[TUNABLE_WMEM].ours = true;
	assert_before(before, "tuning: {wmem: 1M}", &world, "");
	world.state.tuning[TUNABLE_WMEM].value = 65536;
	world.state.tuning[TUNABLE_WMEM].ours = false;
	assert_before(before, "tuning: {wmem: 1M}", &world, "");
	world.state.tuning[TUNABLE_WMEM].value = 131072;
	assert_before(before, "tuning: {wmem: auto}", &world, "tuning:\n  wmem: 131072\n");
	assert_before(before, "tuning: {wmem: keep}", &world, "");
	world.state.buffer_size = 0;
	world.state.tuning[TUNABLE_WMEM].value = 1;

	world.state.seid = POLICY_SEID_DISABLED;
	assert_before(before, "seid: enable", &world, "");
	world.state.has_seid = true;
	assert_before(before, "seid: enable", &world, "seid: disable\n");
	assert_before(none, "seid: enable", &world, "");
	world.state.seid = POLICY_SEID_ENABLED;
	assert_before(before, "ueids: [A]\nseid: disable", &world, "seid: enable\n");

	/* What an earlier trial has added stays in the file. */
	assert_int_equal(config_parse("before", "tuning: {wmem: 32K}\nseid: enable", 32, &values,
				      &error), 0);
	assert_int_equal(config_merge(before, values), 0);
	assert_before(before, "tuning: {wmem: 1M}", &world, "");
	assert_before(before, "tuning: {wmem: 1M, handshake-limit: off}", &world,
		      "tuning:\n  wmem: 32768\n  handshake-limit: on\nseid: enable\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ueids_share_four_places),
		cmocka_unit_test(auto_is_the_machines),
		cmocka_unit_test(seid_is_disabled_after_ueids),
		cmocka_unit_test(before_a_trial_says_what_changes),
		cmocka_unit_test(off_s390_there_is_no_seid),
		cmocka_unit_test(pnetids_are_given),
		cmocka_unit_test(pnetids_that_were_ours_are_deleted),
		cmocka_unit_test(pnetids_of_others_stay),
		cmocka_unit_test(only_what_is_named_is_tuned),
		cmocka_unit_test(buffers_are_chosen),
		cmocka_unit_test(steps_have_names_for_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
