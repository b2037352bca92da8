// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A policy on trial: it is confirmed in time, or the one before it runs again.
 *
 * That one stays in memory, and its files in KEPT_PATH: whatever ends the daemon meanwhile, the
 * next one does not run what nobody has confirmed. They stay there until the files are taken anew.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include "before.h"
#include "bus.h"
#include "files.h"
#include "kept.h"
#include "log.h"
#include "manager.h"

#define USEC_PER_SEC UINT64_C(1000000)

/* Among the files that are kept, what these do not say of the kernel, but is to be as it was. */
#define BEFORE_PATH "/run/smcd/smcd.d/99-before-trial.yaml"

/* For programs, and for the catalogue; made with systemd-id128 new. */
#define MESSAGE_ROLLED_BACK "26f0ad0981d4473fa305b8478b92c707"

static const char *const rolled_back[] = { "MESSAGE_ID=" MESSAGE_ROLLED_BACK, NULL };

static void set_older(struct manager *manager, const char *why)
{
	snprintf(manager->older, sizeof(manager->older), "%s", why);
}

int manager_check_trial(const struct manager *manager, struct config_error *error)
{
	uint64_t now = manager_now(), deadline = manager->trial.deadline;

	if (!manager->trial.active)
		return 0;
	snprintf(error->text, sizeof(error->text), "the policy that was applied has to be "
		 "confirmed or rolled back first; it is rolled back by itself in %" PRIu64 " s",
		 deadline > now ? (deadline - now + USEC_PER_SEC - 1) / USEC_PER_SEC : 0);
	return -EBUSY;
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct manager *manager = userdata;
	char why[128];

	(void)source;
	(void)usec;
	snprintf(why, sizeof(why), "they were not confirmed within %" PRIu32 " s",
		 manager->trial.seconds);
	(void)manager_end_trial(manager, why);
	return 0;
}

static int arm(struct manager *manager, uint32_t seconds)
{
	struct manager_trial *trial = &manager->trial;
	uint64_t deadline = manager_now() + seconds * USEC_PER_SEC;
	int r;

	r = sd_event_add_time(manager->event, &trial->timer, CLOCK_MONOTONIC, deadline, 0,
			      on_deadline, manager);
	if (r < 0)
		return r;
	trial->seconds = seconds;
	trial->deadline = deadline;
	return 0;
}

static int describe_before(const struct manager *manager, const struct config *next,
			   const char *file, char **ret_text)
{
	__attribute__((cleanup(strings_clear))) struct strings interfaces = { 0 };
	struct policy_state state = { 0 };
	int r = manager_describe_stack(manager, next, &interfaces, &state);

	return r < 0 ? r : before_describe(manager->config, next, &state, file, ret_text);
}

/* What @next changes, and the running policy says nothing of, it says from now on. */
static int keep_values(struct manager *manager, const struct config *next)
{
	__attribute__((cleanup(free_charp))) char *file = NULL, *text = NULL;
	struct config_error error;
	struct config *values;
	int r;

	if (asprintf(&file, "%s" BEFORE_PATH, manager->kept_root) < 0) {
		file = NULL;
		return -ENOMEM;
	}
	r = describe_before(manager, next, file, &text);
	if (r <= 0)
		return r;
	r = config_parse(file, text, strlen(text), &values, &error);
	if (r < 0)
		return r;
	r = kept_add(manager->options.root, BEFORE_PATH, text, strlen(text));
	if (r < 0) {
		config_free(values);
		return r;
	}
	return config_merge(manager->config, values);
}

/* An older policy that runs stands there already. */
static int keep_running(struct manager *manager, const struct config *next)
{
	bool save = !manager->older[0];
	int r = save ? kept_save(manager->options.root, &manager->sources) : 0;

	if (r < 0)
		return r;
	r = keep_values(manager, next);
	if (r < 0 && save)
		(void)kept_drop(manager->options.root);
	return r;
}

int manager_begin_trial(struct manager *manager, const struct config *next, uint32_t seconds,
			struct config_error *error)
{
	struct manager_trial *trial = &manager->trial;
	int r;

	/* The kernel does not tell of all its changes. */
	r = manager_refresh(manager);
	if (!r)
		r = arm(manager, seconds);
	if (!r)
		r = keep_running(manager, next);
	if (r < 0) {
		trial->timer = sd_event_source_disable_unref(trial->timer);
		trial->deadline = 0;
		snprintf(error->text, sizeof(error->text), "cannot keep the running policy in "
			 "%s: %s", manager->kept_root, strerror(-r));
		return r == -EBADMSG || r == -EBUSY ? -EIO : r;
	}
	trial->active = true;
	trial->before = (struct manager_policy){ manager->config, manager->sources };
	manager->config = NULL;
	manager->sources = (struct config_sources){ 0 };
	set_older(manager, "");
	bus_manager_changed(manager->bus, BUS_POLICY);
	return 0;
}

/* The policy before is the caller's. */
static void end(struct manager *manager)
{
	struct manager_trial *trial = &manager->trial;

	sd_event_source_disable_unref(trial->timer);
	*trial = (struct manager_trial){ 0 };
	bus_manager_changed(manager->bus, BUS_POLICY);
}

int manager_end_trial(struct manager *manager, const char *why)
{
	struct manager_policy before = manager->trial.before;
	struct config_error error;
	char older[sizeof(manager->older)];
	int r;

	snprintf(older, sizeof(older), "rolled back: the files are not used, as %s", why);
	manager_notify_reloading();
	strings_clear(&manager->deleted);
	set_older(manager, older);
	end(manager);
	/* Steps that need a plugin that is no longer there fail, and say so. */
	if (manager_try_plugins(manager, before.config, &error) < 0)
		log_error("%s", error.text);
	r = manager_adopt(manager, &before, false);
	log_fields(r < 0 ? LOG_ERR : LOG_WARNING, rolled_back, "%s; the policy that ran before them "
		   "runs again%s%s; problems: %zu", older,
		   r < 0 ? ", but cannot be brought about: " : "", r < 0 ? strerror(-r) : "",
		   manager->problems.count);
	manager_notify_status(manager);
	sd_notify(0, "READY=1");
	return r;
}

static int fail_no_trial(struct config_error *error)
{
	snprintf(error->text, sizeof(error->text), "no policy waits to be confirmed");
	return -ENOENT;
}

int manager_confirm(struct manager *manager, struct config_error *error)
{
	struct manager_trial *trial = &manager->trial;
	int r;

	if (!trial->active)
		return fail_no_trial(error);
	r = kept_drop(manager->options.root);
	if (r < 0) {
		snprintf(error->text, sizeof(error->text), "cannot remove %s: %s, so the next "
			 "start of smcd would go back", manager->kept_root, strerror(-r));
		return r;
	}
	manager_policy_clear(&trial->before);
	end(manager);
	/* What it has found is taken over now. */
	manager_schedule(NULL, manager);
	log_notice("the files are confirmed");
	manager_notify_status(manager);
	return 0;
}

int manager_rollback(struct manager *manager, struct config_error *error)
{
	int r;

	if (!manager->trial.active)
		return fail_no_trial(error);
	r = manager_end_trial(manager, "somebody rolled them back");
	if (r < 0)
		snprintf(error->text, sizeof(error->text), "the policy before is back, but cannot "
			 "be brought about: %s", strerror(-r));
	return r;
}

int manager_leave_older(struct manager *manager, struct config_error *error)
{
	int r;

	if (!manager->older[0])
		return 0;
	r = kept_drop(manager->options.root);
	if (r < 0) {
		snprintf(error->text, sizeof(error->text), "cannot remove %s: %s",
			 manager->kept_root, strerror(-r));
		return r == -EBADMSG || r == -EBUSY ? -EIO : r;
	}
	set_older(manager, "");
	bus_manager_changed(manager->bus, BUS_POLICY);
	return 0;
}

int manager_find_root(struct manager *manager, bool starting, const char **ret_root,
		      struct config_error *error)
{
	int r;

	if (starting && kept_exists(manager->options.root))
		set_older(manager, "rolled back: the files are not used, as they were not confirmed "
			  "before smcd was started");
	if (!manager->older[0]) {
		*ret_root = manager->options.root;
		return 0;
	}
	r = kept_follow_overrides(manager->options.root);
	if (r < 0) {
		snprintf(error->text, sizeof(error->text), "cannot copy the drop-ins of smcctl "
			 "into %s: %s", manager->kept_root, strerror(-r));
		return r;
	}
	*ret_root = manager->kept_root;
	return 0;
}

void manager_tell_older(const struct manager *manager)
{
	if (manager->older[0])
		log_fields(LOG_WARNING, rolled_back, "%s; those in %s are, until the next reload",
			   manager->older, manager->kept_root);
}
