// SPDX-License-Identifier: GPL-2.0-or-later
/* From the state to a plan, and what is kept of it: manager_apply(), at once or after a change. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "bus.h"
#include "config-error.h"
#include "files.h"
#include "log.h"
#include "manager.h"
#include "policy.h"

#define USEC_PER_SEC UINT64_C(1000000)
#define REFRESH_DELAY (USEC_PER_SEC / 100)	/* a burst of changes is one */
#define REFRESH_INTERVAL (USEC_PER_SEC / 10)	/* and a storm of them is a few */
#define REPAIR_INTERVAL USEC_PER_SEC		/* between plans that changes lead to */
#define RETRY_FIRST USEC_PER_SEC		/* after a plugin could not tell its devices */
#define RETRY_LAST (64 * USEC_PER_SEC)		/* and again, with pauses that double up to this */

uint64_t manager_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * USEC_PER_SEC + ts.tv_nsec / 1000;
}

/* What policy_state points to. */
struct snapshot {
	struct smcd_device *devices;
	struct state ueids;
	char (*fixed_kinds)[SMCD_KIND_SIZE];
	size_t n_fixed_kinds;
	struct strings interfaces;
};

static void clear_snapshot(struct snapshot *snapshot)
{
	free(snapshot->devices);
	free(snapshot->fixed_kinds);
	state_clear(&snapshot->ueids);
	strings_clear(&snapshot->interfaces);
}

static int take_snapshot(const struct manager *manager, struct snapshot *snapshot)
{
	size_t n = registry_count(manager->registry);
	int r = 0;

	snapshot->devices = calloc(n + 1, sizeof(*snapshot->devices));
	if (!snapshot->devices)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		snapshot->devices[i] = registry_get(manager->registry, i)->device;
	for (size_t i = 0; i < manager->ueids.count && !r; i++)
		r = state_add_ueid(&snapshot->ueids, manager->ueids.items[i]);
	return r < 0 ? r : backends_fixed_kinds(&manager->backends, &snapshot->fixed_kinds,
						&snapshot->n_fixed_kinds);
}

int manager_make_plan(const struct manager *manager, const struct config *config,
		      const struct strings *deleted, struct policy_plan **ret_plan)
{
	__attribute__((cleanup(clear_snapshot))) struct snapshot snapshot = { 0 };
	const struct state *managed = &manager->managed;
	struct policy_state state;
	int r;

	r = take_snapshot(manager, &snapshot);
	if (r < 0)
		return r;
	state = (struct policy_state){
		.devices = snapshot.devices,
		.n_devices = registry_count(manager->registry),
		.ueids = (const char (*)[UEID_SIZE])snapshot.ueids.ueids,
		.n_ueids = snapshot.ueids.n_ueids,
		.managed = (const char (*)[SMCD_NAME_SIZE])managed->devices,
		.n_managed = managed->n_devices,
		.managed_ueids = (const char (*)[UEID_SIZE])managed->ueids,
		.n_managed_ueids = managed->n_ueids,
		.fixed_kinds = (const char (*)[SMCD_KIND_SIZE])snapshot.fixed_kinds,
		.n_fixed_kinds = snapshot.n_fixed_kinds,
		.deleted = (const char *const *)deleted->items,
		.n_deleted = deleted->count,
	};
	r = manager_describe_stack(manager, config, &snapshot.interfaces, &state);
	if (r < 0)
		return r;
	return policy_make_plan(config, manager->machine_ueid[0] ?
				manager->machine_ueid : NULL, &state, ret_plan);
}

static void save_state(struct manager *manager, const struct state *state)
{
	__attribute__((cleanup(free_charp))) char *directory = NULL;
	int r;

	if (asprintf(&directory, "%s/run/smcd", manager->options.root) < 0) {
		directory = NULL;
		return;
	}
	r = make_directories(directory);
	if (!r)
		r = state_save(manager->state_path, state);
	if (r < 0)
		(void)strings_addf(&manager->seen, "cannot write %s: %s: if smcd is killed, "
				   "devices that leave the files stay", manager->state_path, strerror(-r));
}

const char *manager_resolve_ueid(const struct manager *manager, const char *ueid)
{
	return strcmp(ueid, CONFIG_UEID_AUTO) ? ueid : manager->machine_ueid;
}

/* A trial takes over nothing that it finds, else that would go with the trial: confirmed, it does. */
static bool takes_device(const struct manager *manager, const char *name)
{
	return !manager->trial.active || !registry_find(manager->registry, name) ||
	       state_has_device(&manager->managed, name);
}

static bool takes_ueid(const struct manager *manager, const char *ueid)
{
	return !manager->trial.active || !strings_contain(&manager->ueids, ueid) ||
	       state_has_ueid(&manager->managed, ueid);
}

/*
 * What is ours: what was, and what the files name. With @existing only what the kernel has;
 * that can be told only when every plugin answers.
 */
static int list_managed(const struct manager *manager, bool existing, struct state *state)
{
	const struct config *config = manager->config;
	const struct state *old = &manager->managed;
	bool all_devices = !existing || !backends_complete(&manager->backends);
	bool all_ueids = !existing || !manager->ueids_known;
	int r = 0;

	for (size_t i = 0; i < old->n_devices && !r; i++)
		if (all_devices || registry_find(manager->registry, old->devices[i]))
			r = state_add_device(state, old->devices[i]);
	for (size_t i = 0; i < config->n_devices && !r; i++) {
		const char *name = config->devices[i].name;

		if (takes_device(manager, name) &&
		    (all_devices || registry_find(manager->registry, name)))
			r = state_add_device(state, name);
	}
	for (size_t i = 0; i < old->n_ueids && !r; i++)
		if (all_ueids || strings_contain(&manager->ueids, old->ueids[i]))
			r = state_add_ueid(state, old->ueids[i]);
	for (size_t i = 0; i < config->n_ueids && !r; i++) {
		const char *ueid = manager_resolve_ueid(manager, config->ueids[i].ueid);

		if (ueid[0] && takes_ueid(manager, ueid) &&
		    (all_ueids || strings_contain(&manager->ueids, ueid)))
			r = state_add_ueid(state, ueid);
	}
	memcpy(state->tuned, old->tuned, sizeof(state->tuned));
	return r < 0 ? r : manager_keep_pnets(manager, existing, state);
}

static int update_managed(struct manager *manager, bool existing)
{
	struct state state = { 0 };
	int r = list_managed(manager, existing, &state);

	if (r < 0) {
		state_clear(&state);
		return r;
	}
	state_clear(&manager->managed);
	manager->managed = state;
	save_state(manager, &manager->managed);
	return 0;
}

void manager_note_tuned(struct manager *manager, enum tunable tunable, uint32_t value)
{
	state_set_tuned(&manager->managed, tunable, value);
	save_state(manager, &manager->managed);
}

static void log_new_problems(const struct strings *problems, const struct strings *known)
{
	for (size_t i = 0; i < problems->count; i++)
		if (!strings_contain(known, problems->items[i]))
			log_warning("%s", problems->items[i]);
	if (known->count && !problems->count)
		log_info("no problems any more");
}

static int gather_problems(const struct manager *manager, struct strings *problems)
{
	int r = 0;

	for (size_t i = 0; i < manager->backends.count && !r; i++)
		if (manager->backends.items[i].problem)
			r = strings_add(problems, manager->backends.items[i].problem);
	for (size_t i = 0; i < manager->seen.count && !r; i++)
		r = strings_add(problems, manager->seen.items[i]);
	for (size_t i = 0; i < manager->failed.count && !r; i++)
		r = strings_add(problems, manager->failed.items[i]);
	for (size_t i = 0; i < problems->count; i++)
		config_make_printable(problems->items[i]);
	return r;
}

static void publish_problems(struct manager *manager)
{
	struct strings problems = { 0 };

	if (gather_problems(manager, &problems) < 0 ||
	    strings_equal(&problems, &manager->problems)) {
		strings_clear(&problems);
		return;
	}
	log_new_problems(&problems, &manager->problems);
	strings_clear(&manager->problems);
	manager->problems = problems;
	bus_manager_changed(manager->bus, BUS_PROBLEMS);
}

static int make_plan(const struct manager *manager, struct policy_plan **ret_plan)
{
	return manager_make_plan(manager, manager->config, &manager->deleted, ret_plan);
}

static int run(struct manager *manager, const struct policy_plan *plan, bool force)
{
	int r;

	strings_clear(&manager->failed);
	manager->step_error = 0;
	manager_note_pending(manager, plan);
	for (size_t i = 0; i < plan->n_problems; i++)
		(void)strings_add(&manager->failed, plan->problems[i].text);
	if (!plan->n_steps)
		return 0;
	/* The list is written first: what a killed daemon has begun is ours as well. */
	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].verb == POLICY_TUNE)
			state_set_tuned(&manager->managed, plan->steps[i].tunable,
					plan->steps[i].value);
	r = manager_note_pnets(manager, plan);
	if (!r)
		r = update_managed(manager, false);
	if (r < 0)
		return r;
	r = manager_run_plan(manager, plan, force);
	manager->last_run = manager_now();
	return r < 0 ? r : manager_refresh(manager);
}

static int finish(struct manager *manager)
{
	int r = update_managed(manager, true);

	publish_problems(manager);
	manager_notify_status(manager);
	return r;
}

int manager_apply(struct manager *manager, bool force)
{
	__attribute__((cleanup(policy_plan_freep))) struct policy_plan *plan = NULL;
	int r;

	r = manager_refresh(manager);
	if (!r)
		r = make_plan(manager, &plan);
	if (!r)
		r = run(manager, plan, force);
	return r < 0 ? r : finish(manager);
}

static int arm(struct manager *manager, uint64_t when);

/* Refreshes, and repairs what differs; but plans follow each other slowly. */
static int on_refresh(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct manager *manager = userdata;
	__attribute__((cleanup(policy_plan_freep))) struct policy_plan *plan = NULL;
	uint64_t next = manager->last_run ? manager->last_run + REPAIR_INTERVAL : 0;
	int r;

	(void)source;
	(void)usec;
	r = manager_refresh(manager);
	if (!r)
		manager_follow_buffers(manager);
	if (!r)
		r = make_plan(manager, &plan);
	if (!r)
		r = manager_hold_back(manager, plan);
	if (!r && plan->n_steps && manager_now() < next) {
		publish_problems(manager);
		r = arm(manager, next);
	} else if (!r) {
		r = run(manager, plan, false);
		if (!r)
			r = finish(manager);
	}
	if (r < 0) {
		log_error("cannot follow a change in the kernel: %s", strerror(-r));
		return arm(manager, manager_now() + REPAIR_INTERVAL);
	}
	return 0;
}

static int arm(struct manager *manager, uint64_t when)
{
	int r;

	if (!manager->refresh)
		r = sd_event_add_time(manager->event, &manager->refresh, CLOCK_MONOTONIC, when, 0,
				      on_refresh, manager);
	else
		r = sd_event_source_set_time(manager->refresh, when);
	if (r >= 0)
		r = sd_event_source_set_enabled(manager->refresh, SD_EVENT_ONESHOT);
	if (r < 0)
		log_error("cannot set a timer: %s", strerror(-r));
	return r < 0 ? r : 0;
}

/* Unless that happens earlier already: only a repair that waits longer is overtaken. */
static void refresh_at(struct manager *manager, uint64_t when)
{
	int enabled = SD_EVENT_OFF;
	uint64_t armed;

	if (manager->refresh &&
	    sd_event_source_get_enabled(manager->refresh, &enabled) >= 0 &&
	    enabled != SD_EVENT_OFF &&
	    sd_event_source_get_time(manager->refresh, &armed) >= 0 && armed <= when)
		return;
	(void)arm(manager, when);
}

void manager_schedule(struct plugin *plugin, void *userdata)
{
	struct manager *manager = userdata;
	uint64_t when = manager_now() + REFRESH_DELAY;
	uint64_t earliest = manager->last_refresh + REFRESH_INTERVAL;

	(void)plugin;
	refresh_at(manager, when < earliest ? earliest : when);
}

void manager_retry(struct manager *manager, bool failing)
{
	uint64_t now = manager_now();

	if (!failing) {
		manager->retry = manager->retry_delay = 0;
		return;
	}
	/* Others may look meanwhile: the pauses are those between our own looks. */
	if (now >= manager->retry) {
		manager->retry_delay = manager->retry_delay ? 2 * manager->retry_delay : RETRY_FIRST;
		if (manager->retry_delay > RETRY_LAST)
			manager->retry_delay = RETRY_LAST;
		manager->retry = now + manager->retry_delay;
	}
	refresh_at(manager, manager->retry);
}
