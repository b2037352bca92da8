// SPDX-License-Identifier: GPL-2.0-or-later
/* From configuration and state to a plan. */

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config-error.h"
#include "policy.h"

/* What is to become of a device that the files name. */
enum fate {
	FATE_CREATE,
	FATE_RECREATE,
	FATE_ADJUST,		/* exists and is the right one */
	FATE_ABSENT,		/* cannot be created */
	FATE_WRONG,		/* exists, is another one, and cannot be created anew */
	FATE_DELETED,		/* by an administrator */
};

struct want {
	const struct config_device *device;
	const struct smcd_device *present;	/* NULL: the kernel has none of that name */
	uint32_t priority;
	enum fate fate;
	bool up;
};

/* Sorted, so that plans for thousands of devices are quick. */
struct names {
	struct name {
		const char *name;
		size_t index;		/* in the array that was indexed */
	} *entries;
	size_t n;
};

struct planner {
	const struct config *config;
	const struct policy_state *state;
	struct policy_plan *plan;
	size_t steps_size, problems_size;	/* allocated */
	struct names present, managed;
	struct want *wants;			/* in the order of the files */
	struct names wanted;			/* index of wants */
	const struct want **order;		/* lowest priority first */
	const char *ueids[CONFIG_UEIDS_MAX];	/* wanted, without duplicates */
	struct config_origin ueid_origins[CONFIG_UEIDS_MAX];
	size_t n_ueids;
};

/* Built-in, in the order of preference that the maintainers of SMC gave. */
static uint32_t builtin_priority(const char *kind)
{
	static const struct {
		const char *kind;
		uint32_t priority;
	} table[] = {
		{ "ism", 300 },
		{ "ism-emu", 300 },
		{ "virtio-ism", 200 },
		{ "loopback", 100 },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].kind, kind) == 0)
			return table[i].priority;
	return 100;
}

static const struct config_priority *find_kind(const struct config *config, const char *kind)
{
	size_t i;

	for (i = 0; i < config->n_priorities; i++)
		if (strcmp(config->priorities[i].kind, kind) == 0)
			return &config->priorities[i];
	return NULL;
}

uint32_t policy_kind_priority(const struct config *config, const char *kind)
{
	const struct config_priority *priority = find_kind(config, kind);

	return priority ? priority->priority : builtin_priority(kind);
}

uint32_t policy_priority(const struct config *config, const struct config_device *device)
{
	return device->has_priority ? device->priority : policy_kind_priority(config, device->kind);
}

/* The line that decides: the device's own, its kind's, else the one that names the device. */
static const struct config_origin *priority_origin(const struct config *config,
						   const struct config_device *device)
{
	const struct config_priority *kind = find_kind(config, device->kind);

	if (device->has_priority)
		return &device->priority_origin;
	return kind ? &kind->origin : &device->origin;
}

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

static bool has_kind(const char (*kinds)[SMCD_KIND_SIZE], size_t n, const char *kind)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(kinds[i], kind) == 0)
			return true;
	return false;
}

static bool has_ueid(const char (*ueids)[UEID_SIZE], size_t n, const char *ueid)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(ueids[i], ueid) == 0)
			return true;
	return false;
}

/* Room for one more element in @array of @n; NULL without memory, with @array as it was. */
static void *grow(void *array, size_t n, size_t *allocated, size_t size)
{
	size_t more = n ? 2 * n : 8;

	if (n < *allocated)
		return array;
	array = reallocarray(array, more, size);
	if (array)
		*allocated = more;
	return array;
}

/* Writes the words, and the file and line of @origin, if any, behind them. */
static void describe(char *text, const struct config_origin *origin,
		     const char *format, va_list ap)
{
	int n = vsnprintf(text, POLICY_TEXT_SIZE, format, ap);

	if (origin->file && n >= 0 && n < POLICY_TEXT_SIZE)
		snprintf(text + n, POLICY_TEXT_SIZE - n, " (%s:%u)", origin->file, origin->line);
	config_make_printable(text);
}

static const struct config_origin nowhere;

/* Adds a step with its words; the caller fills in the rest. NULL without memory. */
__attribute__((format(printf, 4, 5)))
static struct policy_step *add_step(struct planner *p, enum policy_verb verb,
				    const struct config_origin *origin, const char *format, ...)
{
	struct policy_plan *plan = p->plan;
	struct policy_step *steps, *step;
	va_list ap;

	steps = grow(plan->steps, plan->n_steps, &p->steps_size, sizeof(*steps));
	if (!steps)
		return NULL;
	plan->steps = steps;

	step = &steps[plan->n_steps++];
	*step = (struct policy_step) { .verb = verb, .origin = *origin };
	va_start(ap, format);
	describe(step->text, origin, format, ap);
	va_end(ap);
	return step;
}

__attribute__((format(printf, 3, 4)))
static int add_problem(struct planner *p, const struct config_origin *origin,
		       const char *format, ...)
{
	struct policy_plan *plan = p->plan;
	struct policy_problem *problems;
	va_list ap;

	problems = grow(plan->problems, plan->n_problems, &p->problems_size, sizeof(*problems));
	if (!problems)
		return -ENOMEM;
	plan->problems = problems;

	va_start(ap, format);
	describe(problems[plan->n_problems++].text, origin, format, ap);
	va_end(ap);
	return 0;
}

/* Keeps pointers to the UEIDs of the files; "auto" may turn out to be one of the others. */
static int collect_ueids(struct planner *p, const char *machine_ueid)
{
	size_t i, j;

	for (i = 0; i < p->config->n_ueids; i++) {
		const struct config_ueid *wanted = &p->config->ueids[i];
		bool is_auto = strcmp(wanted->ueid, CONFIG_UEID_AUTO) == 0;
		const char *ueid = is_auto ? machine_ueid : wanted->ueid;

		if (!ueid) {
			int r = add_problem(p, &wanted->origin,
					    "UEID auto is not added, as there is no machine-id");
			if (r < 0)
				return r;
			continue;
		}
		for (j = 0; j < p->n_ueids; j++)
			if (strcmp(p->ueids[j], ueid) == 0)
				break;
		if (j < p->n_ueids)
			continue;
		p->ueids[p->n_ueids] = ueid;
		p->ueid_origins[p->n_ueids++] = wanted->origin;
	}
	return 0;
}

static int add_ueid_step(struct planner *p, enum policy_verb verb, const char *ueid,
			 const struct config_origin *origin)
{
	struct policy_step *step;

	step = verb == POLICY_ADD_UEID ?
		add_step(p, verb, origin, "add UEID %s", ueid) :
		add_step(p, verb, origin, "delete UEID %s, which no file wants any longer", ueid);
	if (!step)
		return -ENOMEM;
	snprintf(step->ueid, sizeof(step->ueid), "%s", ueid);
	return 0;
}

/* Those of an earlier plan that no file wants now. */
static bool ueid_is_stale(const struct planner *p, const char *ueid)
{
	size_t i;

	for (i = 0; i < p->n_ueids; i++)
		if (strcmp(p->ueids[i], ueid) == 0)
			return false;
	return has_ueid(p->state->managed_ueids, p->state->n_managed_ueids, ueid);
}

/* Deletes stale UEIDs number @from to, but not including, @to. */
static int delete_ueids(struct planner *p, size_t from, size_t to)
{
	size_t i, n = 0;

	for (i = 0; i < p->state->n_ueids && n < to; i++) {
		int r;

		if (!ueid_is_stale(p, p->state->ueids[i]) || n++ < from)
			continue;
		r = add_ueid_step(p, POLICY_DELETE_UEID, p->state->ueids[i], &nowhere);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool ueid_is_missing(const struct planner *p, size_t index)
{
	return !has_ueid(p->state->ueids, p->state->n_ueids, p->ueids[index]);
}

/* Adds what is missing, after as many deletions, *@ret_deleted, as it needs and can get. */
static int plan_new_ueids(struct planner *p, size_t *ret_deleted)
{
	size_t i, missing = 0, stale = 0, free_slots = 0, needed;
	int r;

	for (i = 0; i < p->n_ueids; i++)
		missing += ueid_is_missing(p, i);
	for (i = 0; i < p->state->n_ueids; i++)
		stale += ueid_is_stale(p, p->state->ueids[i]);
	if (p->state->n_ueids < CONFIG_UEIDS_MAX)
		free_slots = CONFIG_UEIDS_MAX - p->state->n_ueids;

	needed = missing > free_slots ? missing - free_slots : 0;
	if (needed > stale)
		needed = stale;
	r = delete_ueids(p, 0, needed);
	if (r < 0)
		return r;
	free_slots += needed;

	for (i = 0; i < p->n_ueids; i++) {
		if (!ueid_is_missing(p, i))
			continue;
		if (free_slots > 0) {
			free_slots--;
			r = add_ueid_step(p, POLICY_ADD_UEID, p->ueids[i], &p->ueid_origins[i]);
		} else {
			r = add_problem(p, &p->ueid_origins[i],
					"UEID %s is not added, as the kernel has %zu others; "
					"delete one with smcd-ueid(8)",
					p->ueids[i], p->state->n_ueids);
		}
		if (r < 0)
			return r;
	}
	*ret_deleted = needed;
	return 0;
}

static bool differs(const struct config_device *device, const struct smcd_device *present)
{
	return strcmp(device->kind, present->kind) != 0 ||
	       (device->chid && present->chid && device->chid != present->chid) ||
	       (device->gid && present->gid && device->gid != present->gid) ||
	       (device->has_max_dmbs && present->max_dmbs &&
		device->max_dmbs != present->max_dmbs);
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

static void decide_all(struct planner *p)
{
	size_t i;

	for (i = 0; i < p->config->n_devices; i++) {
		const struct config_device *device = &p->config->devices[i];
		const struct name *found = names_find(&p->present, device->name);
		struct want *want = &p->wants[i];

		want->device = device;
		want->present = found ? &p->state->devices[found->index] : NULL;
		want->priority = policy_priority(p->config, device);
		want->up = device->has_up ? device->up : true;
		want->fate = decide(p, device, want->present);
	}
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

static int planner_init(struct planner *p, const char *machine_ueid)
{
	const struct policy_state *state = p->state;
	size_t i, n = p->config->n_devices;

	if (names_init(&p->present, state->devices, sizeof(*state->devices),
		       state->n_devices) < 0 ||
	    names_init(&p->managed, state->managed, sizeof(*state->managed),
		       state->n_managed) < 0 ||
	    names_init(&p->wanted, p->config->devices, sizeof(*p->config->devices), n) < 0)
		return -ENOMEM;

	if (n > 0) {
		p->wants = calloc(n, sizeof(*p->wants));
		p->order = calloc(n, sizeof(*p->order));
		if (!p->wants || !p->order)
			return -ENOMEM;
		decide_all(p);
		for (i = 0; i < n; i++)
			p->order[i] = &p->wants[i];
		qsort(p->order, n, sizeof(*p->order), compare_wants);
	}
	return collect_ueids(p, machine_ueid);
}

static void planner_deinit(struct planner *p)
{
	free(p->present.entries);
	free(p->managed.entries);
	free(p->wanted.entries);
	free(p->wants);
	free(p->order);
	policy_plan_free(p->plan);
}

static void fill_wanted(struct smcd_wanted *wanted, const struct want *want)
{
	const struct config_device *device = want->device;

	memcpy(wanted->name, device->name, sizeof(wanted->name));
	memcpy(wanted->kind, device->kind, sizeof(wanted->kind));
	wanted->chid = device->chid;
	wanted->gid = device->gid;
	wanted->priority = want->priority;
	wanted->max_dmbs = device->has_max_dmbs ? device->max_dmbs : 0;
	wanted->up = want->up;
}

/* @device: the one that is created in its place, NULL if none is. */
static struct policy_step *add_delete(struct planner *p, const struct smcd_device *present,
				      const struct config_device *device)
{
	struct policy_step *step;

	if (device)
		step = add_step(p, POLICY_DELETE, &device->origin,
				"delete %s of kind %s, to create it anew",
				present->name, present->kind);
	else
		step = add_step(p, POLICY_DELETE, &nowhere,
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
		    !(present->caps & SMCD_CAN_DELETE))
			continue;
		if (!add_delete(p, present, want ? want->device : NULL))
			return -ENOMEM;
	}
	return 0;
}

static int plan_create(struct planner *p, const struct want *want)
{
	const struct config_device *device = want->device;
	char chid[16] = "", gid[32] = "", size[32] = "";
	struct policy_step *step;

	if (device->chid)
		snprintf(chid, sizeof(chid), ", CHID 0x%04X", device->chid);
	if (device->gid)
		snprintf(gid, sizeof(gid), ", GID 0x%016" PRIX64, device->gid);
	if (device->has_max_dmbs)
		snprintf(size, sizeof(size), ", at most %" PRIu32 " DMBs", device->max_dmbs);

	step = add_step(p, POLICY_CREATE, &device->origin,
			"create %s of kind %s%s%s, priority %" PRIu32 "%s, %s",
			device->name, device->kind, chid, gid, want->priority, size,
			want->up ? "up" : "down");
	if (!step)
		return -ENOMEM;
	fill_wanted(&step->wanted, want);
	return 0;
}

static int plan_priority(struct planner *p, const struct want *want)
{
	const struct config_origin *origin = priority_origin(p->config, want->device);
	const char *name = want->device->name;
	struct policy_step *step;

	if (want->present->priority == want->priority)
		return 0;
	if (!(want->present->caps & SMCD_CAN_PRIORITY)) {
		/* Asked for by name; a default just does not apply. */
		if (!want->device->has_priority)
			return 0;
		return add_problem(p, origin, "priority of %s cannot be set to %" PRIu32
				   "; nothing can order this device", name, want->priority);
	}

	step = add_step(p, POLICY_SET_PRIORITY, origin, "set priority of %s to %" PRIu32,
			name, want->priority);
	if (!step)
		return -ENOMEM;
	fill_wanted(&step->wanted, want);
	return 0;
}

static int plan_up(struct planner *p, const struct want *want)
{
	const struct config_device *device = want->device;
	const struct config_origin *origin = device->has_up ? &device->up_origin : &device->origin;
	const char *state = want->up ? "up" : "down";
	struct policy_step *step;

	if (want->present->up == want->up)
		return 0;
	if (!(want->present->caps & SMCD_CAN_UPDOWN)) {
		if (!device->has_up)
			return 0;
		return add_problem(p, origin, "%s cannot be set %s; nothing can switch this device",
				   device->name, state);
	}

	step = add_step(p, POLICY_SET_UP, origin, "set %s %s", device->name, state);
	if (!step)
		return -ENOMEM;
	fill_wanted(&step->wanted, want);
	return 0;
}

static int plan_downs(struct planner *p)
{
	size_t i;

	for (i = 0; i < p->config->n_devices; i++) {
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

/* The priority comes first: a device comes up in its place. */
static int plan_adjust(struct planner *p, const struct want *want)
{
	int r;

	r = plan_priority(p, want);
	if (r < 0 || !want->up)
		return r;
	return plan_up(p, want);
}

static int plan_device(struct planner *p, const struct want *want)
{
	const struct config_device *device = want->device;

	switch (want->fate) {
	case FATE_ADJUST:
		return plan_adjust(p, want);
	case FATE_DELETED:
		return 0;
	case FATE_ABSENT:
		return add_problem(p, &device->origin, "%s is not there, and nothing "
				   "can create a device of kind %s", device->name, device->kind);
	case FATE_WRONG:
		return add_problem(p, &device->origin, "%s of kind %s is not as the file says, "
				   "and cannot be created anew", device->name, want->present->kind);
	default:
		return plan_create(p, want);
	}
}

static int plan_devices(struct planner *p)
{
	size_t i;
	int r;

	r = plan_deletes(p);
	if (r < 0)
		return r;
	r = plan_downs(p);
	if (r < 0)
		return r;
	for (i = 0; i < p->config->n_devices; i++) {
		r = plan_device(p, p->order[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int plan_all(struct planner *p)
{
	size_t deleted;
	int r;

	r = plan_new_ueids(p, &deleted);
	if (r < 0)
		return r;
	r = plan_devices(p);
	if (r < 0)
		return r;
	return delete_ueids(p, deleted, SIZE_MAX);
}

int policy_make_plan(const struct config *config, const char *machine_ueid,
		     const struct policy_state *state, struct policy_plan **ret_plan)
{
	__attribute__((cleanup(planner_deinit))) struct planner p = {
		.config = config,
		.state = state,
	};
	int r;

	p.plan = calloc(1, sizeof(*p.plan));
	if (!p.plan)
		return -ENOMEM;
	r = planner_init(&p, machine_ueid);
	if (r < 0)
		return r;
	r = plan_all(&p);
	if (r < 0)
		return r;

	*ret_plan = p.plan;
	p.plan = NULL;
	return 0;
}

void policy_plan_free(struct policy_plan *plan)
{
	if (!plan)
		return;
	free(plan->steps);
	free(plan->problems);
	free(plan);
}

void policy_plan_freep(struct policy_plan **plan)
{
	policy_plan_free(*plan);
}
