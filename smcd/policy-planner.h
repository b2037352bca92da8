/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan in the making: what the parts of the policy share. Pure, and for policy*.c only.
 *
 * Functions return 0, or -ENOMEM.
 */
#ifndef SMCD_POLICY_PLANNER_H
#define SMCD_POLICY_PLANNER_H

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
	struct config_device device;		/* with what rules say of it */
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

/* What the PNET table is to have. */
struct pnet_want {
	struct pnet_entry entry;
	const struct config_origin *origin;
};

struct planner {
	const struct config *config;
	const struct policy_state *state;
	struct policy_plan *plan;
	size_t steps_size, problems_size;	/* allocated */
	struct names present, managed;
	struct want *wants;			/* in the order of the files; then what only rules match */
	size_t n_wants;
	struct names wanted;			/* index of those that the files name */
	const struct want **order;		/* lowest priority first */
	const char *ueids[CONFIG_UEIDS_MAX];	/* wanted, without duplicates */
	struct config_origin ueid_origins[CONFIG_UEIDS_MAX];
	size_t n_ueids;
	struct pnet_want *pnets;
	size_t n_pnets;
};

/* The origin of what no file wants any longer. */
extern const struct config_origin planner_nowhere;

/* Adds a step with its words; the caller fills in the rest. NULL without memory. */
struct policy_step *planner_step(struct planner *p, enum policy_verb verb,
				 const struct config_origin *origin, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

int planner_problem(struct planner *p, const struct config_origin *origin,
		    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The words of the step that the last problem stands in the way of, as planner_step() has them. */
void planner_await(struct planner *p, const struct config_origin *origin,
		   const char *format, ...) __attribute__((format(printf, 3, 4)));

/* @machine_ueid: see policy_make_plan() */
int planner_collect_ueids(struct planner *p, const char *machine_ueid);

/* Adds what is missing, after as many deletions, *@ret_deleted, as it needs and can get. */
int planner_add_ueids(struct planner *p, size_t *ret_deleted);

/* Enables or disables the SEID; after planner_add_ueids(). */
int planner_seid(struct planner *p);

/* Deletes what no file wants any longer, but for the first @deleted, which are gone already. */
int planner_delete_ueids(struct planner *p, size_t deleted);

/* Decides about each device. */
int planner_collect_devices(struct planner *p);
void planner_free_devices(struct planner *p);

int planner_devices(struct planner *p);

int planner_tuning(struct planner *p);

/* The line that decides: that of the device or a rule, its kind's, else the one that names it. */
const struct config_origin *planner_priority_origin(const struct config *config,
						    const struct config_device *device);

/* After planner_collect_devices(), as devices may have a PNETID of their own. */
int planner_collect_pnets(struct planner *p);

int planner_pnets(struct planner *p);

/* The device of that name that the kernel has; NULL if there is none. */
const struct smcd_device *planner_find_device(const struct planner *p, const char *name);

#endif
