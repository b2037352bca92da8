// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of policy.c: plans in words, and properties of plans for random files and kernels. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "config.h"
#include "policy.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define CONFIG __attribute__((cleanup(config_freep))) struct config
#define PLAN __attribute__((cleanup(policy_plan_freep))) struct policy_plan
#define CAN_ALL (SMCD_CAN_DELETE | SMCD_CAN_UPDOWN | SMCD_CAN_PRIORITY)
#define MACHINE_UEID "SMCD-0123456789ABCDEF0123456789A"
#define DEVICES_MAX 32
#define PNETS_MAX 32
#define ROUNDS 20000

/* A kernel that does what steps say, and a daemon's memory of them. */
struct world {
	struct smcd_device devices[DEVICES_MAX];
	char ueids[CONFIG_UEIDS_MAX][UEID_SIZE];
	char managed[DEVICES_MAX][SMCD_NAME_SIZE];
	char managed_ueids[2 * CONFIG_UEIDS_MAX][UEID_SIZE];
	struct pnet_entry pnets[PNETS_MAX], managed_pnets[PNETS_MAX];
	struct policy_state state;
};

static const char fixed_kinds[][SMCD_KIND_SIZE] = { "ism" };
static const char *const interfaces[] = { "eth0", "eth1", "x" };

static void world_init(struct world *world)
{
	memset(world, 0, sizeof(*world));
	world->state = (struct policy_state) {
		.devices = world->devices,
		.ueids = world->ueids,
		.managed = world->managed,
		.managed_ueids = world->managed_ueids,
		.pnets = world->pnets,
		.pnets_known = true,
		.managed_pnets = world->managed_pnets,
		.interfaces = interfaces,
		.n_interfaces = ARRAY_SIZE(interfaces),
		.fixed_kinds = fixed_kinds,
		.n_fixed_kinds = 1,
	};
}

static void world_copy(struct world *to, const struct world *from)
{
	struct policy_state state = from->state;

	*to = *from;
	state.devices = to->devices;
	state.ueids = to->ueids;
	state.managed = to->managed;
	state.managed_ueids = to->managed_ueids;
	state.pnets = to->pnets;
	state.managed_pnets = to->managed_pnets;
	to->state = state;
}

static struct smcd_device *add_device(struct world *world, const char *name, const char *kind,
				      uint32_t priority, uint32_t caps)
{
	struct smcd_device *device = &world->devices[world->state.n_devices++];

	*device = (struct smcd_device) { .priority = priority, .caps = caps, .up = true };
	snprintf(device->name, sizeof(device->name), "%s", name);
	snprintf(device->kind, sizeof(device->kind), "%s", kind);
	return device;
}

static void add_managed(struct world *world, const char *name)
{
	snprintf(world->managed[world->state.n_managed++], SMCD_NAME_SIZE, "%s", name);
}

static void add_ueid(struct world *world, const char *ueid, bool managed)
{
	snprintf(world->ueids[world->state.n_ueids++], UEID_SIZE, "%s", ueid);
	if (managed)
		snprintf(world->managed_ueids[world->state.n_managed_ueids++], UEID_SIZE,
			 "%s", ueid);
}

static void add_pnet(struct world *world, const struct pnet_entry *entry, bool managed)
{
	world->pnets[world->state.n_pnets++] = *entry;
	if (managed)
		world->managed_pnets[world->state.n_managed_pnets++] = *entry;
}

static struct config *parse(const char *text)
{
	struct config_error error = { "" };
	struct config *config = NULL;

	if (config_parse("f", text, strlen(text), &config, &error) < 0 ||
	    config_check(config, &error) < 0)
		fail_msg("%s in:\n%s", error.text, text);
	return config;
}

static struct policy_plan *make_plan(const struct config *config, const struct world *world)
{
	struct policy_plan *plan = NULL;

	assert_int_equal(policy_make_plan(config, MACHINE_UEID, &world->state, &plan), 0);
	assert_non_null(plan);
	return plan;
}

/* @expected: the words of the steps, then those of the problems, each with a newline. */
static void assert_plan(const char *yaml, const struct world *world, const char *expected)
{
	CONFIG *config = parse(yaml);
	PLAN *plan = make_plan(config, world);
	char words[4096] = "";
	size_t i;

	for (i = 0; i < plan->n_steps; i++)
		strcat(strcat(words, plan->steps[i].text), "\n");
	for (i = 0; i < plan->n_problems; i++)
		strcat(strcat(strcat(words, "! "), plan->problems[i].text), "\n");
	assert_string_equal(words, expected);
}

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

/* Neither made again, nor, while it goes, set up, ordered or made anew. */
static void deleted_ones_are_left_alone(void **state)
{
	static const char *const deleted[] = { "gone", "going" };
	struct world world;

	(void)state;
	world_init(&world);
	add_device(&world, "going", "ism-emu", 5, CAN_ALL)->up = false;
	world.state.deleted = deleted;
	world.state.n_deleted = 2;
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
	world.state.tuning[TUNABLE_WMEM] = (struct policy_tunable){ true, 65536 };
	world.state.tuning[TUNABLE_RMEM] = (struct policy_tunable){ true, 65536 };
	world.state.tuning[TUNABLE_AUTOCORKING_SIZE] = (struct policy_tunable){ true, 5 };
	assert_plan(yaml, &world,
		    "set net.smc.wmem to 1048576, which was 65536 (f:2)\n"
		    "! the handshake limit is not set to on: this kernel has no such setting (f:4)\n");
	world.state.tuning[TUNABLE_HANDSHAKE_LIMIT] = (struct policy_tunable){ true, 0 };
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

static struct smcd_device *find_device(struct world *world, const char *name)
{
	size_t i;

	for (i = 0; i < world->state.n_devices; i++)
		if (strcmp(world->devices[i].name, name) == 0)
			return &world->devices[i];
	return NULL;
}

static size_t find_ueid(const struct world *world, const char *ueid)
{
	size_t i;

	for (i = 0; i < world->state.n_ueids; i++)
		if (strcmp(world->ueids[i], ueid) == 0)
			break;
	return i;
}

static bool gid_is_taken(const struct world *world, uint64_t gid)
{
	size_t i;

	for (i = 0; gid && i < world->state.n_devices; i++)
		if (world->devices[i].gid == gid)
			return true;
	return false;
}

/* Like softism: refuses what is there already. */
static bool apply_create(struct world *world, const struct smcd_wanted *wanted)
{
	static uint64_t random_gid = 1000;
	struct smcd_device *device;

	if (find_device(world, wanted->name) || gid_is_taken(world, wanted->gid) ||
	    strcmp(wanted->kind, "ism") == 0)
		return false;
	device = add_device(world, wanted->name, wanted->kind, wanted->priority, CAN_ALL);
	device->chid = wanted->chid ?: 0xFFFF;
	device->gid = wanted->gid ?: random_gid++;
	device->max_dmbs = wanted->max_dmbs ?: 4096;
	device->up = wanted->up;
	return true;
}

static bool apply_to_device(struct world *world, const struct policy_step *step)
{
	struct smcd_device *device = find_device(world, step->wanted.name);

	if (!device || strcmp(device->kind, step->wanted.kind) != 0)
		return false;
	switch (step->verb) {
	case POLICY_DELETE:
		if (!(device->caps & SMCD_CAN_DELETE))
			return false;
		*device = world->devices[--world->state.n_devices];
		return true;
	case POLICY_SET_UP:
		device->up = step->wanted.up;
		return device->caps & SMCD_CAN_UPDOWN;
	default:
		device->priority = step->wanted.priority;
		return device->caps & SMCD_CAN_PRIORITY;
	}
}

static bool apply_to_ueids(struct world *world, const struct policy_step *step)
{
	size_t i = find_ueid(world, step->ueid), n = world->state.n_ueids;

	if (step->verb == POLICY_ADD_UEID) {
		if (i < n || n == CONFIG_UEIDS_MAX)
			return false;
		add_ueid(world, step->ueid, true);
		return true;
	}
	if (i == n)
		return false;
	memmove(world->ueids[i], world->ueids[i + 1], (n - i - 1) * UEID_SIZE);
	world->state.n_ueids--;
	return true;
}

/* As net/smc/smc_pnet.c: what has one gets no other; all that have one lose it. */
static bool apply_to_pnets(struct world *world, const struct policy_step *step)
{
	size_t i, n = world->state.n_pnets, kept = 0;

	if (step->verb == POLICY_ADD_PNET) {
		for (i = 0; i < n; i++)
			if (pnet_same_place(&world->pnets[i], &step->pnet))
				return false;
		add_pnet(world, &step->pnet, !step->restores);
		return true;
	}
	for (i = 0; i < n; i++)
		if (strcmp(world->pnets[i].pnetid, step->pnet.pnetid) != 0)
			world->pnets[kept++] = world->pnets[i];
	world->state.n_pnets = kept;
	return kept < n;
}

static bool apply(struct world *world, const struct policy_step *step)
{
	switch (step->verb) {
	case POLICY_ADD_PNET:
	case POLICY_DELETE_PNETID:
		return apply_to_pnets(world, step);
	case POLICY_ADD_UEID:
	case POLICY_DELETE_UEID:
		return apply_to_ueids(world, step);
	case POLICY_CREATE:
		return apply_create(world, &step->wanted);
	default:
		return apply_to_device(world, step);
	}
}

static unsigned int below(unsigned int *seed, unsigned int n)
{
	return rand_r(seed) % n;
}

static const char *const random_pnetids[] = { "A", "B", "C" };

static void random_pnets(struct world *world, unsigned int *seed)
{
	unsigned int i;

	for (i = 0; i < 6; i++) {
		struct pnet_entry entry = { .port = i < 3 ? 0 : 1 + below(seed, 2) };

		if (below(seed, 2))
			continue;
		strcpy(entry.pnetid, random_pnetids[below(seed, 3)]);
		snprintf(entry.name, sizeof(entry.name), i < 3 ? "eth%u" : "d%u", i % 3);
		add_pnet(world, &entry, below(seed, 2));
	}
}

static const char *const random_kinds[] = { "loopback", "ism-emu", "ism", "virtio-ism" };

/* Each kind has CHIDs of its own, each device's number a GID of its own. */
static void random_world(struct world *world, unsigned int *seed)
{
	unsigned int i, n = below(seed, 9);

	world_init(world);
	for (i = 0; i < n; i++) {
		unsigned int kind = below(seed, ARRAY_SIZE(random_kinds));
		struct smcd_device *device;
		char name[16];

		snprintf(name, sizeof(name), "d%u", i);
		device = add_device(world, name, random_kinds[kind], below(seed, 4) * 100,
				    below(seed, 3) ? CAN_ALL : below(seed, CAN_ALL + 1));
		if (kind == 2)
			device->caps &= ~SMCD_CAN_DELETE;
		device->chid = below(seed, 3) * 16 + kind;
		device->gid = below(seed, 4) ? 100 + i : 0;
		device->max_dmbs = below(seed, 3) * 64;
		device->up = below(seed, 4) != 0;
		if (below(seed, 2))
			add_managed(world, name);
	}
	random_pnets(world, seed);
	for (i = below(seed, 3); i < 7 && world->state.n_ueids < CONFIG_UEIDS_MAX;
	     i += 1 + below(seed, 4)) {
		char ueid[16];

		snprintf(ueid, sizeof(ueid), "U%u", i);
		add_ueid(world, ueid, below(seed, 2));
	}
}

static void print_device(FILE *stream, unsigned int *seed, unsigned int i)
{
	unsigned int kind = below(seed, ARRAY_SIZE(random_kinds));

	fprintf(stream, "  d%u:\n    kind: %s\n", i, random_kinds[kind]);
	if (below(seed, 2))
		fprintf(stream, "    chid: %u\n", (1 + below(seed, 2)) * 16 + kind);
	if (below(seed, 3) == 0)
		fprintf(stream, "    gid: %u\n", 100 + i + 50 * below(seed, 2));
	if (below(seed, 2))
		fprintf(stream, "    priority: %u\n", below(seed, 4) * 100);
	if (below(seed, 4) == 0)
		fprintf(stream, "    max-dmbs: %u\n", (1 + below(seed, 2)) * 64);
	if (below(seed, 2))
		fprintf(stream, "    state: %s\n", below(seed, 2) ? "up" : "down");
}

static void print_pnets(FILE *stream, unsigned int *seed)
{
	unsigned int i, in[2][3];

	for (i = 0; i < 6; i++)
		in[i / 3][i % 3] = below(seed, 4);
	fprintf(stream, "pnetids:\n");
	for (i = 0; i < 3; i++)
		fprintf(stream, "  %s: {interfaces: [%s%s], devices: [%s%s%s]}\n", random_pnetids[i],
			in[0][0] == i ? "eth0," : "", in[0][2] == i ? "eth2" : "",
			in[1][0] == i ? "d0/2," : "", in[1][1] == i ? "d1," : "",
			in[1][2] == i ? "d2" : "");
}

static void print_rules(FILE *stream, unsigned int *seed)
{
	unsigned int n = below(seed, 4);

	fprintf(stream, "rules:\n");
	if (!n)
		fprintf(stream, "  []\n");
	while (n-- > 0) {
		fprintf(stream, "  - match: {%s%s}\n", below(seed, 2) ? "kind: ism-emu, " : "",
			below(seed, 2) ? "name: 'd[0-4]'" : "name: 'd*'");
		fprintf(stream, "    set: {priority: %u%s}\n", below(seed, 4) * 100,
			below(seed, 2) ? ", state: down" : "");
	}
}

static struct config *random_config(unsigned int *seed)
{
	struct config *config;
	char *text = NULL;
	unsigned int i;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	fprintf(stream, "priorities: {loopback: %u}\nueids:\n- auto\n", below(seed, 3) * 100);
	for (i = 0; i < 3; i++)
		if (below(seed, 2))
			fprintf(stream, "- U%u\n", below(seed, 3) + 3 * i);
	print_pnets(stream, seed);
	print_rules(stream, seed);
	fprintf(stream, "devices:\n  last: {kind: loopback}\n");
	for (i = 0; i < 10; i++)
		if (below(seed, 2))
			print_device(stream, seed, i);
	fclose(stream);
	config = parse(text);
	free(text);
	return config;
}

static bool has_pnet(const struct world *world, const struct pnet_entry *entry)
{
	size_t i;

	for (i = 0; i < world->state.n_pnets; i++)
		if (pnet_equal(&world->pnets[i], entry))
			return true;
	return false;
}

/* What the files say is so, unless a problem says that it cannot be. */
static void assert_as_wanted(struct world *world, const struct config *config, const char *problems)
{
	size_t i;

	for (i = 0; i < config->n_pnets; i++) {
		const struct pnet_entry *entry = &config->pnets[i].entry;
		char name[80];

		snprintf(name, sizeof(name), " %s ", entry->name);
		assert_true(strstr(problems, name) || has_pnet(world, entry));
	}
	for (i = 0; i < config->n_devices; i++) {
		const struct config_device *wanted = &config->devices[i];
		const struct smcd_device *device = find_device(world, wanted->name);
		struct config_device settings;
		char name[64];

		snprintf(name, sizeof(name), " %s ", wanted->name);
		if (strstr(problems, name))
			continue;
		assert_non_null(device);
		assert_string_equal(device->kind, wanted->kind);
		if (wanted->chid && device->chid)
			assert_int_equal(device->chid, wanted->chid);
		if (wanted->gid && device->gid)
			assert_true(device->gid == wanted->gid);
		if (wanted->has_max_dmbs && device->max_dmbs)
			assert_int_equal(device->max_dmbs, wanted->max_dmbs);
		(void)policy_settings(config, wanted, device, &settings);
		if (settings.has_priority || device->caps & SMCD_CAN_PRIORITY)
			assert_int_equal(device->priority, policy_priority(config, &settings));
		if (settings.has_up || device->caps & SMCD_CAN_UPDOWN)
			assert_int_equal(device->up, settings.has_up ? settings.up : true);
	}
}

static void join_problems(const struct policy_plan *plan, char *words, size_t size)
{
	size_t i, n = 0;

	words[0] = 0;
	for (i = 0; i < plan->n_problems; i++)
		n += snprintf(words + n, size - n, " %s\n", plan->problems[i].text);
}

/* Applies the plan but for step @skipped, and what needs it. */
static void apply_all(struct world *world, const struct policy_plan *plan, size_t skipped)
{
	size_t i;

	for (i = 0; i < plan->n_steps; i++)
		if (i != skipped && !apply(world, &plan->steps[i]))
			assert_true(skipped < plan->n_steps);
}

static bool is_managed_pnet(const struct world *world, const struct pnet_entry *entry)
{
	size_t i;

	for (i = 0; i < world->state.n_managed_pnets; i++)
		if (pnet_equal(&world->managed_pnets[i], entry))
			return true;
	return false;
}

static void assert_strangers_stay(const struct world *before, const struct world *after)
{
	size_t i;

	for (i = 0; i < before->state.n_pnets; i++)
		assert_true(is_managed_pnet(before, &before->pnets[i]) ||
			    has_pnet(after, &before->pnets[i]));
}

static void applied_plans_leave_nothing(void **state)
{
	unsigned int round;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		unsigned int seed = round;
		CONFIG *config = random_config(&seed);
		PLAN *plan = NULL, *again = NULL;
		struct world world, before;
		char problems[8192];

		random_world(&world, &seed);
		world_copy(&before, &world);
		plan = make_plan(config, &world);
		apply_all(&world, plan, SIZE_MAX);
		assert_strangers_stay(&before, &world);
		join_problems(plan, problems, sizeof(problems));
		assert_as_wanted(&world, config, problems);

		again = make_plan(config, &world);
		if (again->n_steps > 0)
			fail_msg("seed %u: again '%s'", round, again->steps[0].text);
		assert_int_equal(again->n_problems, plan->n_problems);
	}
}

static void no_step_is_superfluous(void **state)
{
	unsigned int round;

	(void)state;
	for (round = 0; round < ROUNDS / 20; round++) {
		unsigned int seed = round;
		CONFIG *config = random_config(&seed);
		struct world world, other;
		PLAN *plan = NULL;
		size_t i;

		random_world(&world, &seed);
		plan = make_plan(config, &world);
		for (i = 0; i < plan->n_steps; i++) {
			PLAN *rest = NULL;

			/* Nobody asks for what others had. */
			if (plan->steps[i].restores)
				continue;
			world_copy(&other, &world);
			apply_all(&other, plan, i);
			rest = make_plan(config, &other);
			if (rest->n_steps == 0)
				fail_msg("seed %u: not needed: %s", round, plan->steps[i].text);
		}
	}
}

static void strangers_survive_everything(void **state)
{
	unsigned int round;

	(void)state;
	for (round = 0; round < ROUNDS / 20; round++) {
		unsigned int seed = round;
		CONFIG *config = random_config(&seed), *empty = parse("{}");
		struct world world;
		PLAN *plan = NULL, *cleanup = NULL;
		size_t i;

		random_world(&world, &seed);
		world.state.n_managed = world.state.n_managed_ueids = 0;
		world.state.n_managed_pnets = 0;
		cleanup = make_plan(empty, &world);
		assert_int_equal(cleanup->n_steps, 0);

		plan = make_plan(config, &world);
		for (i = 0; i < plan->n_steps; i++) {
			assert_int_not_equal(plan->steps[i].verb, POLICY_DELETE_UEID);
			assert_int_not_equal(plan->steps[i].verb, POLICY_DELETE_PNETID);
			if (plan->steps[i].verb == POLICY_DELETE)
				assert_non_null(plan->steps[i].origin.file);
		}
	}
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
		cmocka_unit_test(ueids_share_four_places),
		cmocka_unit_test(auto_is_the_machines),
		cmocka_unit_test(seid_is_disabled_after_ueids),
		cmocka_unit_test(off_s390_there_is_no_seid),
		cmocka_unit_test(pnetids_are_given),
		cmocka_unit_test(pnetids_that_were_ours_are_deleted),
		cmocka_unit_test(pnetids_of_others_stay),
		cmocka_unit_test(only_what_is_named_is_tuned),
		cmocka_unit_test(last_matching_rule_counts),
		cmocka_unit_test(names_come_before_rules),
		cmocka_unit_test(rules_keep_nothing),
		cmocka_unit_test(rules_give_pnetids),
		cmocka_unit_test(drift_becomes_problems),
		cmocka_unit_test(memory_is_limited_where_it_can_be),
		cmocka_unit_test(priorities_have_defaults),
		cmocka_unit_test(long_file_names_fit),
		cmocka_unit_test(applied_plans_leave_nothing),
		cmocka_unit_test(no_step_is_superfluous),
		cmocka_unit_test(strangers_survive_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
