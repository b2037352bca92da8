/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The devices that the kernel has, by name, and what changes about them.
 *
 * Pure: the manager enumerates the plugins and hands the whole list over; the
 * registry finds the differences and tells them.
 */
#ifndef SMCD_REGISTRY_H
#define SMCD_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "smcd-plugin.h"

#define REGISTRY_PLUGIN_SIZE 64		/* a plugin's name, with its NUL */

struct registry_device {
	struct smcd_device device;	/* as the kernel has it */
	char plugin[REGISTRY_PLUGIN_SIZE];
	uint32_t priority;		/* configured */
	bool managed;			/* named by the files */
};

/* What differs between two states of a device. Counters are no change, but in a drain. */
enum {
	REGISTRY_KIND      = 1 << 0,
	REGISTRY_PLUGIN    = 1 << 1,
	REGISTRY_CHID      = 1 << 2,
	REGISTRY_GID       = 1 << 3,
	REGISTRY_PRIORITY  = 1 << 4,
	REGISTRY_RANK      = 1 << 5,
	REGISTRY_REASON    = 1 << 6,
	REGISTRY_STATE     = 1 << 7,
	REGISTRY_PNETID    = 1 << 8,
	REGISTRY_MAX_DMBS  = 1 << 9,
	REGISTRY_MANAGED   = 1 << 10,
	REGISTRY_DRAIN     = 1 << 11,	/* how its drain stands */
	REGISTRY_DRAINED   = 1 << 12,	/* connections, while it is drained */
	REGISTRY_FUNCTION_ID = 1 << 13,
	REGISTRY_OTHER     = 1 << 14,	/* something that is not shown to users */
};

/*
 * Called in registry_update(). A device is removed after its callback, and
 * added or changed before it, so that each finds it in the registry.
 */
struct registry_ops {
	void (*removed)(const struct registry_device *device, void *userdata);
	void (*changed)(const struct registry_device *device, unsigned int what, void *userdata);
	void (*added)(const struct registry_device *device, void *userdata);
	/* Two plugins have a device of that name; @dropped is not shown. */
	void (*clash)(const struct registry_device *kept,
		      const struct registry_device *dropped, void *userdata);
};

struct registry;

int registry_new(const struct registry_ops *ops, void *userdata, struct registry **ret_registry);
void registry_free(struct registry *registry);

/*
 * Makes the registry hold @devices, which it sorts but does not keep, and
 * calls back for each difference. -ENOMEM: nothing has changed.
 */
int registry_update(struct registry *registry, struct registry_device *devices, size_t count);

/* Takes over the counters of those of @devices that are known; nothing else. */
void registry_update_counters(struct registry *registry,
			      const struct registry_device *devices, size_t count);

/* NULL if there is none. What is returned lives until it is removed. */
const struct registry_device *registry_find(const struct registry *registry, const char *name);

size_t registry_count(const struct registry *registry);

/* By name: @index is below registry_count(). */
const struct registry_device *registry_get(const struct registry *registry, size_t index);

/*
 * All devices in effective order: by rank, those without one last, then from
 * the highest priority down, then by name. The caller frees the array.
 */
int registry_ranked(const struct registry *registry,
		    const struct registry_device ***ret_devices, size_t *ret_count);

/* "up", "down", "draining" or "detached", see org.smcd1(5). */
const char *registry_state(const struct smcd_device *device);

/* "none", "active", "done" or "timeout", likewise. */
const char *registry_drain(const struct smcd_device *device);

#endif
