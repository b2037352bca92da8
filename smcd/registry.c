// SPDX-License-Identifier: GPL-2.0-or-later
/* The devices that the kernel has, by name, and what changes about them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "registry.h"

struct registry {
	struct registry_device **devices;	/* sorted by name */
	size_t count;
	const struct registry_ops *ops;
	void *userdata;
};

int registry_new(const struct registry_ops *ops, void *userdata, struct registry **ret_registry)
{
	struct registry *registry = calloc(1, sizeof(*registry));

	if (!registry)
		return -ENOMEM;
	registry->ops = ops;
	registry->userdata = userdata;
	*ret_registry = registry;
	return 0;
}

void registry_free(struct registry *registry)
{
	if (!registry)
		return;
	for (size_t i = 0; i < registry->count; i++)
		free(registry->devices[i]);
	free(registry->devices);
	free(registry);
}

const char *registry_state(const struct smcd_device *device)
{
	if (device->up)
		return device->attached ? "up" : "detached";
	return device->attached ? "draining" : "down";
}

const char *registry_drain(const struct smcd_device *device)
{
	switch (device->drain) {
	case SMCD_DRAIN_ACTIVE:
		return "active";
	case SMCD_DRAIN_DONE:
		return "done";
	case SMCD_DRAIN_TIMEOUT:
		return "timeout";
	default:
		return "none";
	}
}

static unsigned int bit_if(bool differs, unsigned int bit)
{
	return differs ? bit : 0;
}

static unsigned int compare_devices(const struct registry_device *a,
				    const struct registry_device *b)
{
	const struct smcd_device *x = &a->device, *y = &b->device;

	return bit_if(strcmp(x->kind, y->kind), REGISTRY_KIND) |
	       bit_if(strcmp(a->plugin, b->plugin), REGISTRY_PLUGIN) |
	       bit_if(x->chid != y->chid, REGISTRY_CHID) |
	       bit_if(x->gid != y->gid, REGISTRY_GID) |
	       bit_if(a->priority != b->priority, REGISTRY_PRIORITY) |
	       bit_if(x->rank != y->rank, REGISTRY_RANK) |
	       bit_if(strcmp(x->reason, y->reason), REGISTRY_REASON) |
	       bit_if(x->up != y->up || x->attached != y->attached, REGISTRY_STATE) |
	       bit_if(strcmp(x->pnetid, y->pnetid), REGISTRY_PNETID) |
	       bit_if(x->has_fid != y->has_fid || x->fid != y->fid, REGISTRY_FUNCTION_ID) |
	       bit_if(x->max_dmbs != y->max_dmbs, REGISTRY_MAX_DMBS) |
	       bit_if(a->managed != b->managed, REGISTRY_MANAGED) |
	       bit_if(x->drain != y->drain, REGISTRY_DRAIN) |
	       bit_if(x->connections != y->connections && y->drain == SMCD_DRAIN_ACTIVE,
		      REGISTRY_DRAINED) |
	       bit_if(x->priority != y->priority || x->held != y->held ||
		      x->caps != y->caps || strcmp(x->instead, y->instead), REGISTRY_OTHER);
}

static int by_name(const void *a, const void *b)
{
	const struct registry_device *x = a, *y = b;
	int r = strcmp(x->device.name, y->device.name);

	/* Of two plugins always the same one wins. */
	return r ? r : strcmp(x->plugin, y->plugin);
}

/* Leaves the first of each name in the sorted @devices; returns how many. */
static size_t drop_clashes(struct registry *registry, struct registry_device *devices,
			   size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (kept && !strcmp(devices[kept - 1].device.name, devices[i].device.name))
			registry->ops->clash(&devices[kept - 1], &devices[i],
					     registry->userdata);
		else
			devices[kept++] = devices[i];
	}
	return kept;
}

static ssize_t position(const struct registry *registry, const char *name)
{
	size_t low = 0, high = registry->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int r = strcmp(name, registry->devices[middle]->device.name);

		if (!r)
			return middle;
		if (r < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

static bool has_name(const struct registry_device *devices, size_t count, const char *name)
{
	for (size_t low = 0, high = count; low < high; ) {
		size_t middle = low + (high - low) / 2;
		int r = strcmp(name, devices[middle].device.name);

		if (!r)
			return true;
		if (r < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

static void remove_missing(struct registry *registry, const struct registry_device *devices,
			   size_t count)
{
	for (size_t i = registry->count; i-- > 0; ) {
		struct registry_device *old = registry->devices[i];

		if (has_name(devices, count, old->device.name))
			continue;
		registry->ops->removed(old, registry->userdata);
		registry->count--;
		memmove(&registry->devices[i], &registry->devices[i + 1],
			(registry->count - i) * sizeof(*registry->devices));
		free(old);
	}
}

static void free_all(struct registry_device **devices, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(devices[i]);
	free(devices);
}

/*
 * Allocates what is needed before anything changes: a table with room for all
 * of @devices and for those known, and an entry for each that is new.
 */
static int prepare(struct registry *registry, const struct registry_device *devices,
		   size_t count, struct registry_device ***ret_new)
{
	struct registry_device **table, **fresh;

	table = reallocarray(registry->devices, registry->count + count + 1, sizeof(*table));
	if (!table)
		return -ENOMEM;
	registry->devices = table;
	fresh = calloc(count + 1, sizeof(*fresh));
	if (!fresh)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		if (position(registry, devices[i].device.name) >= 0)
			continue;
		fresh[i] = malloc(sizeof(**fresh));
		if (!fresh[i]) {
			free_all(fresh, count);
			return -ENOMEM;
		}
		*fresh[i] = devices[i];
	}
	*ret_new = fresh;
	return 0;
}

static void change_known(struct registry *registry, const struct registry_device *devices,
			 size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ssize_t at = position(registry, devices[i].device.name);
		unsigned int what;

		if (at < 0)
			continue;
		what = compare_devices(registry->devices[at], &devices[i]);
		*registry->devices[at] = devices[i];
		if (what)
			registry->ops->changed(registry->devices[at], what, registry->userdata);
	}
}

static int pointers_by_name(const void *a, const void *b)
{
	return by_name(*(const void *const *)a, *(const void *const *)b);
}

static void add_new(struct registry *registry, struct registry_device **fresh, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fresh[i])
			registry->devices[registry->count++] = fresh[i];
	qsort(registry->devices, registry->count, sizeof(*registry->devices), pointers_by_name);
	for (size_t i = 0; i < count; i++)
		if (fresh[i])
			registry->ops->added(fresh[i], registry->userdata);
}

int registry_update(struct registry *registry, struct registry_device *devices, size_t count)
{
	struct registry_device **fresh;
	int r;

	if (count)
		qsort(devices, count, sizeof(*devices), by_name);
	count = drop_clashes(registry, devices, count);
	r = prepare(registry, devices, count, &fresh);
	if (r < 0)
		return r;
	remove_missing(registry, devices, count);
	change_known(registry, devices, count);
	add_new(registry, fresh, count);
	free(fresh);
	return 0;
}

void registry_update_counters(struct registry *registry,
			      const struct registry_device *devices, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct smcd_device *from = &devices[i].device;
		ssize_t at = position(registry, from->name);
		struct smcd_device *to;

		if (at < 0 || strcmp(registry->devices[at]->plugin, devices[i].plugin) != 0)
			continue;
		to = &registry->devices[at]->device;
		to->connections = from->connections;
		to->dmbs = from->dmbs;
		to->memory = from->memory;
		to->stats = from->stats;
	}
}

const struct registry_device *registry_find(const struct registry *registry, const char *name)
{
	ssize_t at = position(registry, name);

	return at < 0 ? NULL : registry->devices[at];
}

size_t registry_count(const struct registry *registry)
{
	return registry->count;
}

const struct registry_device *registry_get(const struct registry *registry, size_t index)
{
	return registry->devices[index];
}

static int by_rank(const void *a, const void *b)
{
	const struct registry_device *x = *(const struct registry_device *const *)a;
	const struct registry_device *y = *(const struct registry_device *const *)b;

	/* Rank 0 wraps to the greatest number, i.e. to the end. */
	if (x->device.rank != y->device.rank)
		return x->device.rank - 1 < y->device.rank - 1 ? -1 : 1;
	if (x->priority != y->priority)
		return x->priority > y->priority ? -1 : 1;
	return strcmp(x->device.name, y->device.name);
}

int registry_ranked(const struct registry *registry,
		    const struct registry_device ***ret_devices, size_t *ret_count)
{
	const struct registry_device **devices;

	devices = calloc(registry->count + 1, sizeof(*devices));
	if (!devices)
		return -ENOMEM;
	for (size_t i = 0; i < registry->count; i++)
		devices[i] = registry->devices[i];
	qsort(devices, registry->count, sizeof(*devices), by_rank);
	*ret_devices = devices;
	*ret_count = registry->count;
	return 0;
}
