// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel has: devices from the plugins into the registry, UEIDs from the SMC stack. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bus.h"
#include "manager.h"
#include "policy.h"

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

/* The SMC stack of dibs does not list loopback devices, but its table has their PNETIDs. */
static void add_pnetid(const struct manager_stack *stack, struct smcd_device *device)
{
	for (size_t i = 0; i < stack->n_pnets && !device->pnetid[0]; i++)
		if (stack->pnets[i].port == 1 && !strcmp(stack->pnets[i].name, device->name))
			memcpy(device->pnetid, stack->pnets[i].pnetid, sizeof(device->pnetid));
}

static int collect(const struct smcd_device *device, void *userdata)
{
	struct collector *collector = userdata;
	const struct config *config = collector->manager->config;
	const struct config_device *wanted = find_wanted(collector, device->name);
	struct registry_device entry = { .device = *device, .managed = wanted };
	struct config_device settings;

	add_pnetid(&collector->manager->stack, &entry.device);
	snprintf(entry.plugin, sizeof(entry.plugin), "%s", collector->backend->name);
	(void)policy_settings(config, wanted, &entry.device, &settings);
	entry.priority = wanted || settings.has_priority ? policy_priority(config, &settings) :
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
	bool failing = false;
	int r;

	r = sort_config(manager->config, &collector.by_name);
	for (size_t i = 0; i < manager->backends.count && !r; i++) {
		r = enumerate_backend(&collector, &manager->backends.items[i]);
		failing |= manager->backends.items[i].failing;
	}
	free(collector.by_name);
	manager_retry(manager, failing);
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

int manager_refresh(struct manager *manager)
{
	struct list list;
	int r;

	manager->last_refresh = manager_now();
	strings_clear(&manager->seen);
	manager_refresh_stack(manager);
	r = enumerate_all(manager, &list);
	if (r < 0)
		return r;
	/* The signals of new devices carry counters: these are fresh. */
	(void)sd_event_get_iteration(manager->event, &manager->counters_iteration);
	r = registry_update(manager->registry, list.devices, list.count);
	free(list.devices);
	if (r < 0)
		return r;
	manager_refresh_buffers(manager);
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
