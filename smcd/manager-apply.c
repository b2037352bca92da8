// SPDX-License-Identifier: GPL-2.0-or-later
/* From the kernel's state to a plan, and its steps: manager_apply() and what leads to it. */
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

struct list {
	struct registry_device *devices;
	size_t count, allocated;
};

struct collector {
	struct manager *manager;
	const struct backend *backend;
	const struct config_device **by_name;	/* of the configuration, sorted */
	struct list *list;
};

static int compare_config(const void *a, const void *b)
{
	return strcmp((*(const struct config_device *const *)a)->name,
		      (*(const struct config_device *const *)b)->name);
}

static int sort_config(const struct config *config, const struct config_device ***ret_by_name)
{
	const struct config_device **by_name = calloc(config->n_devices + 1, sizeof(*by_name));

	if (!by_name)
		return -ENOMEM;
	for (size_t i = 0; i < config->n_devices; i++)
		by_name[i] = &config->devices[i];
	qsort(by_name, config->n_devices, sizeof(*by_name), compare_config);
	*ret_by_name = by_name;
	return 0;
}

static const struct config_device *find_wanted(const struct collector *collector, const char *name)
{
	struct config_device key;
	const struct config_device *pointer = &key, **found;

	snprintf(key.name, sizeof(key.name), "%s", name);
	found = bsearch(&pointer, collector->by_name, collector->manager->config->n_devices,
			sizeof(*collector->by_name), compare_config);
	return found ? *found : NULL;
}

static int append(struct list *list, const struct registry_device *device)
{
	if (list->count == list->allocated) {
		size_t more = list->allocated ? 2 * list->allocated : 8;
		void *larger = reallocarray(list->devices, more, sizeof(*list->devices));

		if (!larger)
			return -ENOMEM;
		list->devices = larger;
		list->allocated = more;
	}
	list->devices[list->count++] = *device;
	return 0;
}

/* Configured, for a device that no file names, is what its maker told the kernel. */
static uint32_t priority_of_stranger(const struct config *config, const struct smcd_device *device)
{
	if (device->caps & SMCD_CAN_PRIORITY)
		return device->priority;
	return policy_kind_priority(config, device->kind);
}

static int collect(const struct smcd_device *device, void *userdata)
{
	struct collector *collector = userdata;
	const struct config *config = collector->manager->config;
	const struct config_device *wanted = find_wanted(collector, device->name);
	struct registry_device entry = { .device = *device, .managed = wanted };

	snprintf(entry.plugin, sizeof(entry.plugin), "%s", collector->backend->name);
	entry.priority = wanted ? policy_priority(config, wanted) :
				  priority_of_stranger(config, device);
	return append(collector->list, &entry);
}

/* A plugin that cannot tell for now: what it said last is the best guess. */
static int keep_known(struct collector *collector)
{
	const struct registry *registry = collector->manager->registry;
	int r = 0;

	for (size_t i = 0; i < registry_count(registry) && !r; i++) {
		const struct registry_device *device = registry_get(registry, i);

		if (!strcmp(device->plugin, collector->backend->name))
			r = collect(&device->device, collector);
	}
	return r;
}

static int enumerate_backend(struct collector *collector, struct backend *backend)
{
	size_t before = collector->list->count;
	int r;

	if (!backend->plugin)
		return 0;
	collector->backend = backend;
	r = plugin_enumerate(backend->plugin, collect, collector);
	if (r == -ENOMEM)
		return r;
	/* No support in the kernel means no devices, and nothing is wrong with that. */
	backend->failing = r < 0 && r != -ENODEV;
	backend_set_problem(backend, backend->failing ? plugin_problem(backend->plugin, r) : NULL);
	if (!r)
		return 0;
	collector->list->count = before;
	return backend->failing ? keep_known(collector) : 0;
}

static int enumerate_all(struct manager *manager, struct list *ret_list)
{
	struct list list = { 0 };
	struct collector collector = { .manager = manager, .list = &list };
	int r;

	r = sort_config(manager->config, &collector.by_name);
	for (size_t i = 0; i < manager->backends.count && !r; i++)
		r = enumerate_backend(&collector, &manager->backends.items[i]);
	free(collector.by_name);
	if (r < 0) {
		free(list.devices);
		return r;
	}
	*ret_list = list;
	return 0;
}

int manager_netlink(struct manager *manager, struct smc_netlink **ret_netlink)
{
	if (!manager->netlink) {
		int r = smc_netlink_open(&manager->netlink);

		if (r < 0)
			return r;
	}
	*ret_netlink = manager->netlink;
	return 0;
}

static int read_ueids(struct manager *manager, struct strings *ueids)
{
	struct smc_netlink *netlink;
	char (*table)[UEID_SIZE] = NULL;
	size_t count = 0;
	int r;

	r = manager_netlink(manager, &netlink);
	if (r < 0)
		return r;
	r = smc_netlink_ueids(netlink, &table, &count);
	for (size_t i = 0; i < count && !r; i++)
		r = strings_add(ueids, table[i]);
	free(table);
	return r;
}

static bool cares_for_ueids(const struct manager *manager)
{
	return manager->config->n_ueids || manager->managed.n_ueids;
}

static void refresh_ueids(struct manager *manager)
{
	struct strings ueids = { 0 };
	int r = read_ueids(manager, &ueids);

	manager->ueids_known = !r;
	if (r < 0 && cares_for_ueids(manager))
		(void)strings_addf(&manager->seen, "UEIDs of the kernel cannot be read: %s",
				   r == -ENOENT ? "module smc is not loaded" : strerror(-r));
	if (r < 0)
		strings_clear(&ueids);
	if (strings_equal(&ueids, &manager->ueids)) {
		strings_clear(&ueids);
		return;
	}
	strings_clear(&manager->ueids);
	manager->ueids = ueids;
	bus_manager_changed(manager->bus, BUS_UEIDS);
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * USEC_PER_SEC + ts.tv_nsec / 1000;
}

static int refresh(struct manager *manager)
{
	struct list list;
	int r;

	manager->last_refresh = now();
	strings_clear(&manager->seen);
	r = enumerate_all(manager, &list);
	if (r < 0)
		return r;
	/* The signals of new devices carry counters: these are fresh. */
	(void)sd_event_get_iteration(manager->event, &manager->counters_iteration);
	r = registry_update(manager->registry, list.devices, list.count);
	free(list.devices);
	if (r < 0)
		return r;
	refresh_ueids(manager);
	return 0;
}

void manager_read_counters(struct manager *manager)
{
	struct list list;
	uint64_t iteration;

	/* One request may ask for many counters: they are read in one turn of the loop. */
	if (sd_event_get_iteration(manager->event, &iteration) < 0 ||
	    iteration == manager->counters_iteration)
		return;
	if (enumerate_all(manager, &list) < 0)
		return;
	manager->counters_iteration = iteration;
	registry_update_counters(manager->registry, list.devices, list.count);
	free(list.devices);
}

/* What policy_state points to. */
struct snapshot {
	struct smcd_device *devices;
	struct state ueids;
	char (*fixed_kinds)[SMCD_KIND_SIZE];
	size_t n_fixed_kinds;
};

static void clear_snapshot(struct snapshot *snapshot)
{
	free(snapshot->devices);
	free(snapshot->fixed_kinds);
	state_clear(&snapshot->ueids);
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

static int make_plan(const struct manager *manager, struct policy_plan **ret_plan)
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
		.deleted = (const char *const *)manager->deleted.items,
		.n_deleted = manager->deleted.count,
	};
	return policy_make_plan(manager->config, manager->machine_ueid[0] ?
				manager->machine_ueid : NULL, &state, ret_plan);
}

/* The backend that has the device, else the one that would. */
static struct backend *backend_of(const struct manager *manager, const struct policy_step *step)
{
	const struct registry_device *device = registry_find(manager->registry, step->wanted.name);
	struct backend *backend = NULL;

	if (device && step->verb != POLICY_CREATE)
		backend = backends_find(&manager->backends, device->plugin);
	return backend ?: backends_of_kind(&manager->backends, step->wanted.kind);
}

/* A busy device that is to go: without new connections it will be free one day. */
static void drain(const struct manager *manager, struct plugin *plugin, const char *name)
{
	const struct registry_device *device = registry_find(manager->registry, name);

	if (!device || !device->device.up || !(device->device.caps & SMCD_CAN_UPDOWN))
		return;
	if (!plugin_set_up(plugin, name, false))
		log_info("%s is busy: it takes no new connections, and goes after the last one",
			 name);
}

static int run_delete(const struct manager *manager, struct plugin *plugin, const char *name,
		      char *words, size_t size)
{
	int r = plugin_delete(plugin, name, false);

	if (r < 0)
		snprintf(words, size, "%s", plugin_problem(plugin, r));
	if (r == -EBUSY)
		drain(manager, plugin, name);
	return r;
}

static int run_device_step(const struct manager *manager, const struct policy_step *step,
			   char *words, size_t size)
{
	const struct smcd_wanted *wanted = &step->wanted;
	struct backend *backend = backend_of(manager, step);
	int r;

	if (!backend || !backend->plugin) {
		snprintf(words, size, "no plugin for devices of kind %s runs", wanted->kind);
		return -EOPNOTSUPP;
	}
	switch (step->verb) {
	case POLICY_DELETE:
		return run_delete(manager, backend->plugin, wanted->name, words, size);
	case POLICY_CREATE:
		r = plugin_create(backend->plugin, wanted);
		break;
	case POLICY_SET_UP:
		r = plugin_set_up(backend->plugin, wanted->name, wanted->up);
		break;
	default:
		r = plugin_set_priority(backend->plugin, wanted->name, wanted->priority);
		break;
	}
	if (r < 0)
		snprintf(words, size, "%s", plugin_problem(backend->plugin, r));
	return r;
}

static int run_ueid_step(struct manager *manager, const struct policy_step *step,
			 char *words, size_t size)
{
	struct smc_netlink *netlink;
	int r;

	r = manager_netlink(manager, &netlink);
	if (r == -ENOENT) {
		snprintf(words, size, "module smc is not loaded");
		return r;
	}
	if (!r && step->verb == POLICY_ADD_UEID)
		r = smc_netlink_add_ueid(netlink, step->ueid);
	else if (!r)
		r = smc_netlink_delete_ueid(netlink, step->ueid);
	if (r < 0)
		snprintf(words, size, "%s", strerror(-r));
	return r;
}

static bool is_ueid_step(const struct policy_step *step)
{
	return step->verb == POLICY_ADD_UEID || step->verb == POLICY_DELETE_UEID;
}

static int run_step(struct manager *manager, const struct policy_step *step)
{
	char words[512] = "", problem[800];
	int r;

	if (is_ueid_step(step))
		r = run_ueid_step(manager, step, words, sizeof(words));
	else
		r = run_device_step(manager, step, words, sizeof(words));
	if (r >= 0) {
		log_info("%s", step->text);
		return 0;
	}
	snprintf(problem, sizeof(problem), "cannot %s: %s", step->text, words);
	config_make_printable(problem);
	(void)strings_add(&manager->failed, problem);
	manager->step_error = r;
	return r;
}

/* A device that could not be deleted cannot be created anew either; once is said enough. */
static bool follows_failed_delete(const struct policy_plan *plan, const bool *failed, size_t index)
{
	if (plan->steps[index].verb != POLICY_CREATE)
		return false;
	for (size_t i = 0; i < index; i++)
		if (failed[i] && plan->steps[i].verb == POLICY_DELETE &&
		    !strcmp(plan->steps[i].wanted.name, plan->steps[index].wanted.name))
			return true;
	return false;
}

static int run_plan(struct manager *manager, const struct policy_plan *plan)
{
	bool *failed = calloc(plan->n_steps + 1, sizeof(*failed));

	if (!failed)
		return -ENOMEM;
	for (size_t i = 0; i < plan->n_steps; i++)
		if (!follows_failed_delete(plan, failed, i))
			failed[i] = run_step(manager, &plan->steps[i]) < 0;
	free(failed);
	return 0;
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

static const char *resolve_ueid(const struct manager *manager, const char *ueid)
{
	return strcmp(ueid, CONFIG_UEID_AUTO) ? ueid : manager->machine_ueid;
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
	for (size_t i = 0; i < config->n_devices && !r; i++)
		if (all_devices || registry_find(manager->registry, config->devices[i].name))
			r = state_add_device(state, config->devices[i].name);
	for (size_t i = 0; i < old->n_ueids && !r; i++)
		if (all_ueids || strings_contain(&manager->ueids, old->ueids[i]))
			r = state_add_ueid(state, old->ueids[i]);
	for (size_t i = 0; i < config->n_ueids && !r; i++) {
		const char *ueid = resolve_ueid(manager, config->ueids[i].ueid);

		if (ueid[0] && (all_ueids || strings_contain(&manager->ueids, ueid)))
			r = state_add_ueid(state, ueid);
	}
	return r;
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

static int run(struct manager *manager, const struct policy_plan *plan)
{
	int r;

	strings_clear(&manager->failed);
	manager->step_error = 0;
	for (size_t i = 0; i < plan->n_problems; i++)
		(void)strings_add(&manager->failed, plan->problems[i].text);
	if (!plan->n_steps)
		return 0;
	/* The list is written first: what a killed daemon has begun is ours as well. */
	r = update_managed(manager, false);
	if (r < 0)
		return r;
	r = run_plan(manager, plan);
	manager->last_run = now();
	return r < 0 ? r : refresh(manager);
}

static int finish(struct manager *manager)
{
	int r = update_managed(manager, true);

	publish_problems(manager);
	manager_notify_status(manager);
	return r;
}

int manager_apply(struct manager *manager)
{
	__attribute__((cleanup(policy_plan_freep))) struct policy_plan *plan = NULL;
	int r;

	r = refresh(manager);
	if (!r)
		r = make_plan(manager, &plan);
	if (!r)
		r = run(manager, plan);
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
	r = refresh(manager);
	if (!r)
		r = make_plan(manager, &plan);
	if (!r && plan->n_steps && now() < next) {
		publish_problems(manager);
		r = arm(manager, next);
	} else if (!r) {
		r = run(manager, plan);
		if (!r)
			r = finish(manager);
	}
	if (r < 0) {
		log_error("cannot follow a change in the kernel: %s", strerror(-r));
		return arm(manager, now() + REPAIR_INTERVAL);
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

void manager_schedule(struct plugin *plugin, void *userdata)
{
	struct manager *manager = userdata;
	uint64_t when = now() + REFRESH_DELAY;
	uint64_t earliest = manager->last_refresh + REFRESH_INTERVAL;
	int enabled = SD_EVENT_OFF;
	uint64_t armed;

	(void)plugin;
	if (when < earliest)
		when = earliest;
	/* An earlier change is waiting already; only a repair that waits longer is overtaken. */
	if (manager->refresh &&
	    sd_event_source_get_enabled(manager->refresh, &enabled) >= 0 &&
	    enabled != SD_EVENT_OFF &&
	    sd_event_source_get_time(manager->refresh, &armed) >= 0 && armed <= when)
		return;
	(void)arm(manager, when);
}
