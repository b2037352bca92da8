/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From configuration and state to a plan: the heart of smcd, and pure.
 *
 * A plan is the ordered, minimal list of steps that make the kernel match the
 * files. A plan of no steps means that nothing is written to the kernel.
 */
#ifndef SMCD_POLICY_H
#define SMCD_POLICY_H

#include "config.h"
#include "smcd-plugin.h"

enum policy_verb {
	POLICY_DELETE,		/* device: name */
	POLICY_CREATE,		/* device: wanted */
	POLICY_SET_UP,		/* device: wanted.name, wanted.up */
	POLICY_SET_PRIORITY,	/* device: wanted.name, wanted.priority */
	POLICY_ADD_UEID,	/* ueid */
	POLICY_DELETE_UEID,	/* ueid */
	POLICY_ENABLE_SEID,
	POLICY_DISABLE_SEID,
	POLICY_ADD_PNET,	/* pnet, restores */
	POLICY_TUNE,		/* tunable, value */
	POLICY_DELETE_PNETID,	/* pnet.pnetid: whatever has it, as the kernel knows no less */
};

#define POLICY_TEXT_SIZE 256

struct policy_step {
	enum policy_verb verb;
	struct smcd_wanted wanted;	/* device: name and kind are always set; the kind tells the backend */
	char ueid[UEID_SIZE];		/* unpadded */
	struct pnet_entry pnet;
	enum tunable tunable;
	uint32_t value;
	bool restores;			/* what is not ours, and went with what was */
	struct config_origin origin;	/* the line that wants it; file NULL: none does any longer */
	char text[POLICY_TEXT_SIZE];	/* the step in words, for the journal and for people */
};

enum policy_seid {
	POLICY_SEID_UNKNOWN,	/* the kernel tells only when it has a device for SMC-D V2 */
	POLICY_SEID_DISABLED,
	POLICY_SEID_ENABLED,
};

/* What the kernel has now. Any array may be NULL if it is empty. */
struct policy_state {
	const struct smcd_device *devices;
	size_t n_devices;
	const char (*ueids)[UEID_SIZE];		/* unpadded */
	size_t n_ueids;
	/* What earlier plans created or adopted; of the rest, what no file names is left alone. */
	const char (*managed)[SMCD_NAME_SIZE];
	size_t n_managed;
	const char (*managed_ueids)[UEID_SIZE];
	size_t n_managed_ueids;
	bool has_seid;				/* s390; elsewhere there is none to enable */
	enum policy_seid seid;
	struct policy_tunable {
		bool known;
		uint32_t value;
		bool ours;			/* we have set that value */
	} tuning[TUNABLES];
	uint32_t buffer_size;			/* that is chosen; 0: none can be */
	bool has_stack;				/* module smc is loaded */
	bool has_sysctls;			/* /proc/sys is not hidden by a sandbox */
	const struct pnet_entry *pnets;
	size_t n_pnets;
	bool pnets_known;			/* if not, nothing is done about them */
	const struct pnet_entry *managed_pnets;	/* what earlier plans added */
	size_t n_managed_pnets;
	const char *const *interfaces;		/* those that exist, of those that the files name */
	size_t n_interfaces;
	/* Hardware: their devices cannot be created. */
	const char (*fixed_kinds)[SMCD_KIND_SIZE];
	size_t n_fixed_kinds;
	/* What an administrator has deleted: nothing is done about it, whatever the files say. */
	const char *const *deleted;
	size_t n_deleted;
};

/* What the files want but no step can bring about. */
struct policy_problem {
	char text[POLICY_TEXT_SIZE];	/* what, why, and the file and line that want it */
	char awaited[POLICY_TEXT_SIZE];	/* the step in words that will be when it can; or empty */
};

struct policy_plan {
	struct policy_step *steps;	/* none that the device's caps do not allow */
	size_t n_steps;
	struct policy_problem *problems;
	size_t n_problems;
};

/*
 * Makes the plan for a @config that has passed config_check(). @machine_ueid
 * stands for "auto"; NULL if there is none.
 *
 * Order: UEIDs are added before any device is created, and removed last, but for
 * as many as the kernel needs room for; the SEID is disabled after UEIDs have been
 * added, as the kernel wants one EID at least; PNETIDs come before devices, which are
 * created with them then; devices are deleted before others that
 * may need their CHID, GID or name are created; devices are set down before
 * others come up; creations, priorities and setting up go from the lowest to the
 * highest priority.
 *
 * A device whose kind, CHID, GID, size or memory limit differs from what is wanted is deleted
 * and created anew; what the files do not say, or the backend does not know (0),
 * does not differ. Without "state" a device is wanted up. Returns 0 and
 * *@ret_plan, which the caller frees before @config, as origins point there;
 * or -ENOMEM.
 */
int policy_make_plan(const struct config *config, const char *machine_ueid,
		     const struct policy_state *state, struct policy_plan **ret_plan);

/*
 * Leaves of the steps of @plan only those whose words are among @kept, with their order; the others
 * become problems. 0 or -ENOMEM, with @plan as it was.
 */
int policy_report_only(struct policy_plan *plan, const char *const *kept, size_t n_kept);

/*
 * What the files say of a device: what @named says, NULL if no file names it, and what it does
 * not say by the rules, the last of which counts that matches and says it. @present is the
 * device of the kernel, NULL if there is none: one of both is needed. A rule looks at the kind
 * and name, the CHID as named or else present, and at the PNETID that the device will have. False:
 * nothing is said.
 */
bool policy_settings(const struct config *config, const struct config_device *named,
		     const struct smcd_device *present, struct config_device *ret_settings);

/* Whether the value is chosen: by a file, or as no file says anything else. */
bool policy_is_chosen(const struct config_tuning *wanted, enum tunable tunable);

/*
 * True if what is tuned is to have *@ret_value, whether it has it already or not. What nobody has
 * asked for is done only where others have not set anything but the kernel's default.
 */
bool policy_tuned(const struct config_tuning *wanted, const struct policy_state *state,
		  enum tunable tunable, uint32_t *ret_value);

/* The largest size that may be chosen, bytes. */
uint32_t policy_ceiling(const struct config *config);

/* "create", "delete", ...: for programs, see org.smcd1(5). */
const char *policy_verb_name(enum policy_verb verb);

/* What @step is about: the name of a device, a UEID, ... */
const char *policy_step_target(const struct policy_step *step);

/* The priority of @device: its own, else what @config gives to its kind, else the built-in one. */
uint32_t policy_priority(const struct config *config, const struct config_device *device);

/* The priority for devices of @kind that no file names. */
uint32_t policy_kind_priority(const struct config *config, const char *kind);

void policy_plan_free(struct policy_plan *plan);
void policy_plan_freep(struct policy_plan **plan);

#endif
