/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ties the daemon together: files, plugins, registry, policy, bus.
 *
 * Data goes one way: the kernel's state through the plugins into the registry; from there and the
 * configuration the policy makes a plan; its steps go through the plugins to the kernel.
 */
#ifndef SMCD_MANAGER_H
#define SMCD_MANAGER_H

#include <systemd/sd-event.h>
#include "backends.h"
#include "buffer-size.h"
#include "churn.h"
#include "config-files.h"
#include "linkgroups.h"
#include "registry.h"
#include "smc-netlink.h"
#include "state.h"
#include "strings-list.h"

struct bus;
struct fallback_watch;
struct link_watch;
struct override_request;
struct override_undo;
struct policy_plan;
struct policy_state;
struct policy_step;

struct manager_options {
	const char *root;		/* before all paths of files; "" for the real ones */
	const char *plugin_directory;
};

/* What the SMC stack has besides devices and UEIDs. */
struct manager_stack {
	bool loaded;			/* module smc */
	bool seid_known, seid_enabled;
	struct {
		bool known;
		uint32_t value;
	} tuning[TUNABLES];		/* of this network namespace */
	struct pnet_entry *pnets;	/* the PNET table */
	size_t n_pnets;
	bool pnets_known;
	struct strings interfaces;	/* of those that the running policy names, the ones that exist */
	struct link_watch *links;	/* NULL: the files name none */
};

/* A policy, and what it was read from. */
struct manager_policy {
	struct config *config;
	struct config_sources sources;
};

/* A policy that goes again if it is not confirmed in time. */
struct manager_trial {
	bool active;
	uint32_t seconds;		/* that there were to confirm it */
	uint64_t deadline;		/* CLOCK_MONOTONIC, us; 0: none is active */
	sd_event_source *timer;
	struct manager_policy before;
};

/* What sizes of buffers are chosen by. */
struct manager_buffers {
	bool known;			/* memory */
	struct buffer_state state;
	uint32_t sockets;		/* when it was looked at last */
	uint64_t last_look;		/* CLOCK_MONOTONIC, us */
	struct churn churn;
	sd_event_source *timer;		/* of the next look, beside those of the daemon */
};

/* Written by manager*.c only; the bus reads. */
struct manager {
	struct manager_options options;
	sd_event *event;
	struct bus *bus;
	struct fallback_watch *fallback_watch;
	bool ready;			/* the start is over: changes are signalled */
	struct config *config;		/* the running policy */
	struct config_sources sources;	/* of it */
	struct manager_trial trial;
	/* Why it is older than the files; empty if it is not. No memory may be needed to know. */
	char older[sizeof(((struct config_error *)0)->text) + 64];
	char *kept_root;		/* KEPT_PATH below the root */
	char *config_error;		/* why the last reload was refused; empty if it was not */
	struct backends backends;
	struct registry *registry;
	struct smc_netlink *netlink;	/* NULL until the family is there */
	struct strings ueids;		/* of the kernel */
	bool ueids_known;
	struct manager_stack stack;
	struct manager_buffers buffers;
	char machine_ueid[UEID_SIZE];	/* empty: no machine-id */
	struct state managed;		/* what we have made or taken over */
	struct strings deleted;		/* over the bus, since the files were read */
	char *state_path;
	sd_event_source *refresh;	/* armed by changes in the kernel */
	uint64_t last_refresh, last_run;	/* CLOCK_MONOTONIC, us; 0: never */
	uint64_t retry, retry_delay;	/* when plugins that fail are asked again; 0: none does */
	uint64_t counters_iteration;	/* of the event loop, in which counters were read */
	struct linkgroups linkgroups;	/* when somebody asks for them */
	struct strings problems;	/* all of them, as the bus shows them */
	struct strings seen;		/* those of the last refresh */
	struct strings failed;		/* those of the last plan */
	struct strings pending;		/* its steps that failed or have to wait, in words */
	int step_error;			/* of its last step that failed; 0: none */
};

int manager_new(sd_event *event, const struct manager_options *options,
		struct manager **ret_manager);
void manager_free(struct manager *manager);

/*
 * Reads the files, takes the name on the bus, starts the plugins and runs the
 * first plan; says READY=1. -EBADMSG: the files are bad; -EEXIST: another smcd
 * runs. Errors have been logged.
 */
int manager_start(struct manager *manager);

/* What becomes of a device that has to go while connections use it. */
enum manager_busy {
	MANAGER_DEFER,			/* it takes no new ones, and goes after the last */
	MANAGER_REFUSE,			/* nothing at all is done */
	MANAGER_FORCE,			/* they are aborted */
};

#define MANAGER_CONFIRM_MAX 86400	/* s: a day */

struct manager_apply_options {
	enum manager_busy busy;
	uint32_t confirm;		/* s until the policy before runs again; 0: never */
};

/*
 * Reads the files anew and makes the kernel match. -EBADMSG: the files are bad
 * and @error->text says where; the running policy stays. -EBUSY: it is refused, likewise, also
 * while an earlier policy has to be confirmed.
 */
int manager_apply_files(struct manager *manager, const struct manager_apply_options *options,
			struct config_error *error);

/* Likewise, with the defaults. */
int manager_reload(struct manager *manager, struct config_error *error);

/* Ends the trial: the policy stays. -ENOENT: there is none. */
int manager_confirm(struct manager *manager, struct config_error *error);

/* Ends the trial: the policy before runs again. -ENOENT: there is none. */
int manager_rollback(struct manager *manager, struct config_error *error);

/* What a reload would do. */
struct manager_preview {
	struct manager_policy policy;	/* as the files are now; origins point there */
	struct strings plugins;		/* that would start, and may find devices then */
	struct policy_plan *plan;
};

/*
 * Reads the files, looks at the kernel, and changes nothing. The caller clears *@ret_preview.
 * -EBADMSG: as manager_reload().
 */
int manager_preview(struct manager *manager, struct manager_preview *ret_preview,
		    struct config_error *error);
void manager_preview_clear(struct manager_preview *preview);

/* Only reads and checks the files. -EBADMSG: as manager_reload(). */
int manager_verify(struct manager *manager, struct config_error *error);

/*
 * Sets the priority of a device in a drop-in, and reloads. -ENODEV: no such
 * device; -EOPNOTSUPP: it cannot be ordered; -EBADMSG: as manager_reload(), also
 * when another file sets the priority after ours; else what writing the file or
 * the step returned. @error->text says it in words.
 */
int manager_set_priority(struct manager *manager, const char *name, uint32_t priority,
			 bool save, struct config_error *error);

/*
 * Takes a device up or down until the next boot, likewise: no reload undoes it. Connections that
 * exist live on. -EOPNOTSUPP: nothing can switch it.
 */
int manager_set_up(struct manager *manager, const char *name, bool up,
		   struct config_error *error);

/*
 * Takes a device down as manager_set_up() does, and has its drain followed for @timeout
 * milliseconds, 0: without limit; its progress is told on the bus.
 */
int manager_drain(struct manager *manager, const char *name, uint32_t timeout,
		  struct config_error *error);

/*
 * Deletes a device; if the files name it, the next reload makes it again, and nothing before. What
 * only the overrides named is forgotten.
 * -EBUSY: connections use it, and all is as it was. With @force they are aborted, and the device
 * goes when the applications have closed their sockets.
 */
int manager_delete(struct manager *manager, const char *name, bool force,
		   struct config_error *error);

/*
 * What follows is set by hand: written to a drop-in, for good with @save and else until the next
 * boot, and brought about. If the kernel does not come to have it, all is as it was. -EINVAL: it
 * cannot be; -EEXIST: it is there already; -ENOENT: it is not there; -ENOSPC: there are too many;
 * -EOPNOTSUPP: the kernel, or no plugin, can do that; -EBADMSG: as manager_reload(), also when
 * another file wants it; -EBUSY: a policy has to be confirmed; else what writing the file or the
 * step returned. @error->text says it in words.
 */
int manager_add_ueid(struct manager *manager, const char *ueid, bool save,
		     struct config_error *error);
int manager_delete_ueid(struct manager *manager, const char *ueid, bool save,
			struct config_error *error);
int manager_set_seid(struct manager *manager, bool enable, bool save,
		     struct config_error *error);
int manager_add_pnet(struct manager *manager, const struct pnet_entry *entry, bool save,
		     struct config_error *error);
/* All of that PNETID if @entry has no name. */
int manager_delete_pnet(struct manager *manager, const struct pnet_entry *entry, bool save,
			struct config_error *error);
/* What @device does not say is as smcd.yaml(5) says. */
int manager_create(struct manager *manager, const struct config_device *device, bool save,
		   struct config_error *error);

/* Reads the counters of all devices into the registry, once for each turn of the event loop. */
void manager_read_counters(struct manager *manager);

/* The client of the SMC stack, opened when it is first there. -ENOENT: smc is not loaded. */
int manager_netlink(struct manager *manager, struct smc_netlink **ret_netlink);

/* What follows is shared between manager*.c. */

/* CLOCK_MONOTONIC, us */
uint64_t manager_now(void);

void manager_policy_clear(struct manager_policy *policy);

/* Reads and checks the files below @root; does nothing else. */
int manager_read_files(const struct manager *manager, const char *root,
		       struct manager_policy *ret_policy, struct config_error *error);

/* Starts the plugins that @config adds; those are closed again on failure. */
int manager_try_plugins(struct manager *manager, const struct config *config,
			struct config_error *error);

/* Both; manager_adopt() or backends_reject() follows. */
int manager_load(struct manager *manager, const char *root, struct manager_policy *ret_policy,
		 struct config_error *error);

/*
 * @policy, which is consumed, becomes the running policy, and the kernel is made to match; @force
 * as of MANAGER_FORCE.
 */
int manager_adopt(struct manager *manager, struct manager_policy *policy, bool force);

/* Whether the files say what was written into them, as another may come later. 0 or -EINVAL. */
typedef int (*override_check_fn)(const struct config *config,
				 const struct override_request *request,
				 struct config_error *error);

/* As manager_load(), after override_set(); @check may be NULL. manager_adopt_override() follows. */
int manager_load_override(struct manager *manager, override_check_fn check,
			  const struct override_request *request,
			  struct manager_policy *ret_policy, struct config_error *error);

/* As manager_adopt(), told to the service manager. */
int manager_adopt_override(struct manager *manager, struct manager_policy *policy,
			   struct config_error *error);

/* The drop-ins are as they were; what goes wrong is logged. */
void manager_undo_override(const struct override_undo *undo);

/* The UEID that @ueid of a file stands for; empty: there is none for "auto". */
const char *manager_resolve_ueid(const struct manager *manager, const char *ueid);

/* Only there SMC has a system EID (net/smc/smc_clc.c, CONFIG_S390). */
bool manager_has_seid(void);

/* 0, or -EBUSY with @error while a trial is active: then nobody changes anything. */
int manager_check_trial(const struct manager *manager, struct config_error *error);

/*
 * Keeps the running policy, in memory and on disk, for manager_adopt() follows with @next, which is
 * tried for @seconds.
 */
int manager_begin_trial(struct manager *manager, const struct config *next, uint32_t seconds,
			struct config_error *error);

/* The trial cannot go on: as manager_rollback(), for the reason @why. */
int manager_end_trial(struct manager *manager, const char *why);

/* What runs is to be what the files say, no longer an older policy that was kept. */
int manager_leave_older(struct manager *manager, struct config_error *error);

/*
 * The root whose files make up the running policy: its own, or KEPT_PATH below it, with the
 * overrides of the former. At a start, @starting, a policy that was not confirmed is noticed.
 */
int manager_find_root(struct manager *manager, bool starting, const char **ret_root,
		      struct config_error *error);

/* Says so if it is an older policy that runs from the start on. */
void manager_tell_older(const struct manager *manager);

/* Enumerates everything into the registry, and reads the UEIDs. -ENOMEM: all is as it was. */
int manager_refresh(struct manager *manager);

/* Reads manager->stack anew, and tells in manager->seen what cannot be read but is cared for. */
void manager_refresh_stack(struct manager *manager);

void manager_clear_stack(struct manager *manager);

/*
 * Fills in what a plan for @config has to know of manager->stack, which @state points to, as it
 * does to @interfaces, which the caller clears afterwards. -ENOMEM.
 */
int manager_describe_stack(const struct manager *manager, const struct config *config,
			   struct strings *interfaces, struct policy_state *state);

/* Reads how much memory there is, and what the registry knows of buffers. */
void manager_refresh_buffers(struct manager *manager);

/* The size of buffers that a policy @config chooses now; 0: it cannot. */
uint32_t manager_buffer_size(const struct manager *manager, const struct config *config);

/* Why the running policy has that size, in words. */
void manager_explain_buffers(const struct manager *manager, char *text, size_t size);

/*
 * Looks whether another size of buffers is to be chosen than runs, and sets it, but not where
 * somebody else has set one since. Does nothing if the running policy chooses none.
 */
void manager_follow_buffers(struct manager *manager);

/* Likewise, however often it is called; a plugin_changed_fn. */
void manager_buffers_grew(struct plugin *plugin, void *userdata);

void manager_clear_buffers(struct manager *manager);

/* @value of @tunable is ours, on disk as well; to be called before it is set. */
void manager_note_tuned(struct manager *manager, enum tunable tunable, uint32_t value);

/* What @plan adds to the PNET table is ours from now on. */
int manager_note_pnets(struct manager *manager, const struct policy_plan *plan);

/*
 * Makes problems of the steps of @plan, if drift is to be reported only; but for those that the
 * last plan could not carry out, as nobody else has brought these about.
 */
int manager_hold_back(const struct manager *manager, struct policy_plan *plan);

/* What @plan waits for is pending, and nothing else. */
void manager_note_pending(struct manager *manager, const struct policy_plan *plan);

/* Adds what is ours of the PNET table, with @existing only what the kernel has, to @state. */
int manager_keep_pnets(const struct manager *manager, bool existing, struct state *state);

/*
 * Carries out a step that is about the SMC stack, and no device. On failure @words, of @size
 * bytes, says why.
 */
int manager_run_stack_step(struct manager *manager, const struct policy_step *step,
			   char *words, size_t size);

/*
 * Makes the plan that leads from the state of the last refresh to @config, which has to outlive
 * it, but leaves those alone that were @deleted.
 */
int manager_make_plan(const struct manager *manager, const struct config *config,
		      const struct strings *deleted, struct policy_plan **ret_plan);

/*
 * Carries out the steps of @plan one by one. One that fails is put into manager->failed in words,
 * is pending, and does not keep the next from being tried. With @force, connections are no reason
 * to fail. -ENOMEM: none was.
 */
int manager_run_plan(struct manager *manager, const struct policy_plan *plan, bool force);

/* Enumerates everything, makes a plan, runs it, and enumerates anew if it had steps. */
int manager_apply(struct manager *manager, bool force);

/* Enumerates soon, however often it is called; a plugin_changed_fn. */
void manager_schedule(struct plugin *plugin, void *userdata);

/* After each enumeration: one that has failed is repeated, though the kernel tells of no change. */
void manager_retry(struct manager *manager, bool failing);

/* Tells the service manager that a change of the policy begins: READY=1 is to follow. */
void manager_notify_reloading(void);

/* Tells the service manager how things are. */
void manager_notify_status(const struct manager *manager);

#endif
