// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of policy*.c: properties of plans for random files and kernels. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy-world.h"

#define ROUNDS 20000

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
		cmocka_unit_test(applied_plans_leave_nothing),
		cmocka_unit_test(no_step_is_superfluous),
		cmocka_unit_test(strangers_survive_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
