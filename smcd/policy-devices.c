// SPDX-License-Identifier: GPL-2.0-or-later
/* The plan for devices: what is deleted, created, ordered and switched. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy-planner.h"

static int compare_names(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* Indexes @n elements of @stride bytes that begin with their name. */
static int names_init(struct names *names, const void *array, size_t stride, size_t n)
{
	size_t i;

	if (n == 0)
		return 0;
	names->entries = calloc(n, sizeof(*names->entries));
	if (!names->entries)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		names->entries[i] = (struct name) { (const char *)array + i * stride, i };
	names->n = n;
	qsort(names->entries, n, sizeof(*names->entries), compare_names);
	return 0;
}

static const struct name *names_find(const struct names *names, const char *name)
{
	const struct name key = { .name = name };

	if (names->n == 0)
		return NULL;
	return bsearch(&key, names->entries, names->n, sizeof(*names->entries), compare_names);
}

const struct smcd_device *planner_find_device(const struct planner *p, const char *name)
{
	const struct name *found = names_find(&p->present, name);

	return found ? &p->state->devices[found->index] : NULL;
}

static bool has_kind(const char (*kinds)[SMCD_KIND_SIZE], size_t n, const char *kind)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(kinds[i], kind) == 0)
			return true;
	return false;
}

static bool differs(const struct config_device *device, const struct smcd_device *present)
{
	return strcmp(device->kind, present->kind) != 0 ||
	       (device->chid && present->chid && device->chid != present->chid) ||
	       (device->gid && present->gid && device->gid != present->gid) ||
	       (device->has_max_dmbs && present->max_dmbs &&
		device->max_dmbs != present->max_dmbs) ||
	       (device->max_memory && present->caps & SMCD_CAN_LIMIT_MEMORY &&
		device->max_memory != present->max_memory);
}

static bool is_deleted(const struct planner *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->state->n_deleted; i++)
		if (strcmp(p->state->deleted[i], name) == 0)
			return true;
	return false;
}

static enum fate decide(const struct planner *p, const struct config_device *device,
			const struct smcd_device *present)
{
	bool fixed = has_kind(p->state->fixed_kinds, p->state->n_fixed_kinds, device->kind);

	if (is_deleted(p, device->name))
		return FATE_DELETED;
	if (!present)
		return fixed ? FATE_ABSENT : FATE_CREATE;
	if (!differs(device, present))
		return FATE_ADJUST;
	return fixed || !(present->caps & SMCD_CAN_DELETE) ? FATE_WRONG : FATE_RECREATE;
}

/* @named: NULL if only rules say something of the device, and then all else is as it is. */
static void add_want(struct planner *p, const struct config_device *named,
		     const struct smcd_device *present)
{
	struct want *want = &p->wants[p->n_wants];
	const struct config_device *device = &want->device;

	if (!policy_settings(p->config, named, present, &want->device))
		return;
	p->n_wants++;
	want->present = present;
	want->priority = named || device->has_priority ? policy_priority(p->config, device) :
							 present->priority;
	want->up = device->has_up ? device->up : named || present->up;
	want->fate = decide(p, device, present);
}

/* What was ours, and no file names any longer, is deleted; else rules are for all there is. */
static bool is_for_rules(const struct planner *p, const struct smcd_device *device)
{
	if (names_find(&p->wanted, device->name))
		return false;
	return !names_find(&p->managed, device->name) || !(device->caps & SMCD_CAN_DELETE);
}

static void decide_all(struct planner *p)
{
	const struct policy_state *state = p->state;
	size_t i;

	for (i = 0; i < p->config->n_devices; i++)
		add_want(p, &p->config->devices[i],
			 planner_find_device(p, p->config->devices[i].name));
	for (i = 0; i < state->n_devices && p->config->n_rules; i++)
		if (is_for_rules(p, &state->devices[i]))
			add_want(p, NULL, &state->devices[i]);
}

/* Equal ones stay in the order of the files. */
static int compare_wants(const void *a, const void *b)
{
	const struct want *x = *(const struct want *const *)a;
	const struct want *y = *(const struct want *const *)b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return x < y ? -1 : 1;
}

static int index_names(struct planner *p)
{
	const struct policy_state *state = p->state;
	const struct config *config = p->config;

	if (names_init(&p->present, state->devices, sizeof(*state->devices),
		       state->n_devices) < 0 ||
	    names_init(&p->managed, state->managed, sizeof(*state->managed),
		       state->n_managed) < 0 ||
	    names_init(&p->wanted, config->devices, sizeof(*config->devices),
		       config->n_devices) < 0)
		return -ENOMEM;
	return 0;
}

int planner_collect_devices(struct planner *p)
{
	size_t i, n = p->config->n_devices + (p->config->n_rules ? p->state->n_devices : 0);
	int r;

	r = index_names(p);
	if (r < 0 || n == 0)
		return r;
	p->wants = calloc(n, sizeof(*p->wants));
	p->order = calloc(n, sizeof(*p->order));
	if (!p->wants || !p->order)
		return -ENOMEM;
	decide_all(p);
	for (i = 0; i < p->n_wants; i++)
		p->order[i] = &p->wants[i];
	qsort(p->order, p->n_wants, sizeof(*p->order), compare_wants);
	return 0;
}

void planner_free_devices(struct planner *p)
{
	free(p->present.entries);
	free(p->managed.entries);
	free(p->wanted.entries);
	free(p->wants);
	free(p->order);
}

static void fill_wanted(struct smcd_wanted *wanted, const struct want *want)
{
	const struct config_device *device = &want->device;

	memcpy(wanted->name, device->name, sizeof(wanted->name));
	memcpy(wanted->kind, device->kind, sizeof(wanted->kind));
	wanted->chid = device->chid;
	wanted->gid = device->gid;
	wanted->priority = want->priority;
	wanted->max_dmbs = device->has_max_dmbs ? device->max_dmbs : 0;
	wanted->max_memory = device->max_memory;
	wanted->up = want->up;
}

/* @device: the one that is created in its place, NULL if none is. */
static struct policy_step *add_delete(struct planner *p, const struct smcd_device *present,
				      const struct config_device *device)
{
	struct policy_step *step;

	if (device)
		step = planner_step(p, POLICY_DELETE, &device->origin,
				    "delete %s of kind %s, to create it anew",
				    present->name, present->kind);
	else
		step = planner_step(p, POLICY_DELETE, &planner_nowhere,
				    "delete %s, which no file wants any longer", present->name);
	if (step) {
		memcpy(step->wanted.name, present->name, sizeof(step->wanted.name));
		memcpy(step->wanted.kind, present->kind, sizeof(step->wanted.kind));
	}
	return step;
}

static int plan_deletes(struct planner *p)
{
	size_t i;

	for (i = 0; i < p->state->n_devices; i++) {
		const struct smcd_device *present = &p->state->devices[i];
		const struct name *found = names_find(&p->wanted, present->name);
		const struct want *want = found ? &p->wants[found->index] : NULL;

		/* A second device of the same name is another backend's, and nobody's wish. */
		if (want ? want->fate != FATE_RECREATE || want->present != present :
		    !names_find(&p->managed, present->name) ||
		    !(present->caps & SMCD_CAN_DELETE) || is_deleted(p, present->name))
			continue;
		if (!add_delete(p, present, want ? &want->device : NULL))
			return -ENOMEM;
	}
	return 0;
}

static int plan_create(struct planner *p, const struct want *want)
{
	const struct config_device *device = &want->device;
	char chid[16] = "", gid[32] = "", size[32] = "", memory[48] = "";
	struct policy_step *step;

	if (device->chid)
		snprintf(chid, sizeof(chid), ", CHID 0x%04X", device->chid);
	if (device->gid)
		snprintf(gid, sizeof(gid), ", GID 0x%016" PRIX64, device->gid);
	if (device->has_max_dmbs)
		snprintf(size, sizeof(size), ", at most %" PRIu32 " DMBs", device->max_dmbs);
	if (device->max_memory)
		snprintf(memory, sizeof(memory), ", at most %" PRIu64 " bytes of memory",
			 device->max_memory);

	step = planner_step(p, POLICY_CREATE, &device->origin,
			    "create %s of kind %s%s%s, priority %" PRIu32 "%s%s, %s",
			    device->name, device->kind, chid, gid, want->priority, size, memory,
			    want->up ? "up" : "down");
	if (!step)
		return -ENOMEM;
	fill_wanted(&step->wanted, want);
	return 0;
}

static int plan_priority(struct planner *p, const struct want *want)
{
	const struct config_origin *origin = planner_priority_origin(p->config, &want->device);
	const char *name = want->device.name;
	struct policy_step *step;

	if (want->present->priority == want->priority)
		return 0;
	if (!(want->present->caps & SMCD_CAN_PRIORITY)) {
		/* Asked for by name; a default just does not apply. */
		if (!want->device.has_priority)
			return 0;
		return planner_problem(p, origin, "priority of %s cannot be set to %" PRIu32
				       "; nothing can order this device", name, want->priority);
	}

	step = planner_step(p, POLICY_SET_PRIORITY, origin, "set priority of %s to %" PRIu32,
			    name, want->priority);
	if (!step)
		return -ENOMEM;
	fill_wanted(&step->wanted, want);
	return 0;
}

static int plan_up(struct planner *p, const struct want *want)
{
	const struct config_device *device = &want->device;
	const struct config_origin *origin = device->has_up ? &device->up_origin : &device->origin;
	const char *state = want->up ? "up" : "down";
	struct policy_step *step;

	if (want->present->up == want->up)
		return 0;
	if (!(want->present->caps & SMCD_CAN_UPDOWN)) {
		if (!device->has_up)
			return 0;
		return planner_problem(p, origin,
				       "%s cannot be set %s; nothing can switch this device",
				       device->name, state);
	}

	step = planner_step(p, POLICY_SET_UP, origin, "set %s %s", device->name, state);
	if (!step)
		return -ENOMEM;
	fill_wanted(&step->wanted, want);
	return 0;
}

static int plan_downs(struct planner *p)
{
	size_t i;

	for (i = 0; i < p->n_wants; i++) {
		const struct want *want = p->order[i];
		int r;

		if (want->fate != FATE_ADJUST || want->up)
			continue;
		r = plan_up(p, want);
		if (r < 0)
			return r;
	}
	return 0;
}

/* A limit that differs, where there can be one, makes the device another one. */
static int check_memory(struct planner *p, const struct want *want)
{
	const struct config_device *device = &want->device;

	if (!device->max_memory || want->present->caps & SMCD_CAN_LIMIT_MEMORY)
		return 0;
	return planner_problem(p, &device->max_memory_origin, "memory of %s is not limited to "
			       "%" PRIu64 " bytes; nothing can limit it for this device",
			       device->name, device->max_memory);
}

/* The priority comes first: a device comes up in its place. */
static int plan_adjust(struct planner *p, const struct want *want)
{
	int r;

	r = check_memory(p, want);
	if (r >= 0)
		r = plan_priority(p, want);
	if (r < 0 || !want->up)
		return r;
	return plan_up(p, want);
}

static int plan_device(struct planner *p, const struct want *want)
{
	const struct config_device *device = &want->device;

	switch (want->fate) {
	case FATE_ADJUST:
		return plan_adjust(p, want);
	case FATE_DELETED:
		return 0;
	case FATE_ABSENT:
		return planner_problem(p, &device->origin, "%s is not there, and nothing "
				       "can create a device of kind %s", device->name, device->kind);
	case FATE_WRONG:
		return planner_problem(p, &device->origin, "%s of kind %s is not as the file says, "
				       "and cannot be created anew", device->name, want->present->kind);
	default:
		return plan_create(p, want);
	}
}

int planner_devices(struct planner *p)
{
	size_t i;
	int r;

	r = plan_deletes(p);
	if (r < 0)
		return r;
	r = plan_downs(p);
	if (r < 0)
		return r;
	for (i = 0; i < p->n_wants; i++) {
		r = plan_device(p, p->order[i]);
		if (r < 0)
			return r;
	}
	return 0;
}
