/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel made up for tests of the policy, and plans for it; include after cmocka.h. */
#ifndef TESTS_POLICY_WORLD_H
#define TESTS_POLICY_WORLD_H

#include <stdio.h>
#include <string.h>
#include "config.h"
#include "policy.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define CONFIG __attribute__((cleanup(config_freep))) struct config
#define PLAN __attribute__((cleanup(policy_plan_freep))) struct policy_plan
#define CAN_ALL (SMCD_CAN_DELETE | SMCD_CAN_UPDOWN | SMCD_CAN_PRIORITY)
#define MACHINE_UEID "SMCD-0123456789ABCDEF0123456789A"
#define DEVICES_MAX 32
#define PNETS_MAX 32

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

static inline void world_init(struct world *world)
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

static inline void world_copy(struct world *to, const struct world *from)
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

static inline struct smcd_device *add_device(struct world *world, const char *name, const char *kind,
				      uint32_t priority, uint32_t caps)
{
	struct smcd_device *device = &world->devices[world->state.n_devices++];

	*device = (struct smcd_device) { .priority = priority, .caps = caps, .up = true };
	snprintf(device->name, sizeof(device->name), "%s", name);
	snprintf(device->kind, sizeof(device->kind), "%s", kind);
	return device;
}

static inline void add_managed(struct world *world, const char *name)
{
	snprintf(world->managed[world->state.n_managed++], SMCD_NAME_SIZE, "%s", name);
}

static inline void add_ueid(struct world *world, const char *ueid, bool managed)
{
	snprintf(world->ueids[world->state.n_ueids++], UEID_SIZE, "%s", ueid);
	if (managed)
		snprintf(world->managed_ueids[world->state.n_managed_ueids++], UEID_SIZE,
			 "%s", ueid);
}

static inline void add_pnet(struct world *world, const struct pnet_entry *entry, bool managed)
{
	world->pnets[world->state.n_pnets++] = *entry;
	if (managed)
		world->managed_pnets[world->state.n_managed_pnets++] = *entry;
}

static inline struct config *parse(const char *text)
{
	struct config_error error = { "" };
	struct config *config = NULL;

	if (config_parse("f", text, strlen(text), &config, &error) < 0 ||
	    config_check(config, &error) < 0)
		fail_msg("%s in:\n%s", error.text, text);
	return config;
}

static inline struct policy_plan *make_plan(const struct config *config, const struct world *world)
{
	struct policy_plan *plan = NULL;

	assert_int_equal(policy_make_plan(config, MACHINE_UEID, &world->state, &plan), 0);
	assert_non_null(plan);
	return plan;
}

/* @expected: the words of the steps, then those of the problems, each with a newline. */
static inline void assert_plan(const char *yaml, const struct world *world, const char *expected)
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

#endif
