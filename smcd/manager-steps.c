// SPDX-License-Identifier: GPL-2.0-or-later
/* Carries out a plan: each step through its plugin, or through the SMC stack's own family. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "config-error.h"
#include "log.h"
#include "manager.h"
#include "policy.h"

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
		      bool force, char *words, size_t size)
{
	int r = plugin_delete(plugin, name, force);

	if (r < 0)
		snprintf(words, size, "%s", plugin_problem(plugin, r));
	if (r == -EBUSY)
		drain(manager, plugin, name);
	return r;
}

static int run_device_step(const struct manager *manager, const struct policy_step *step,
			   bool force, char *words, size_t size)
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
		return run_delete(manager, backend->plugin, wanted->name, force, words, size);
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

static bool is_device_step(const struct policy_step *step)
{
	switch (step->verb) {
	case POLICY_DELETE:
	case POLICY_CREATE:
	case POLICY_SET_UP:
	case POLICY_SET_PRIORITY:
		return true;
	default:
		return false;
	}
}

/* What failed, in words; @deferred: it will be done, without anybody's help. */
static void keep_problem(struct manager *manager, const struct policy_step *step, bool deferred,
			 const char *words)
{
	char problem[800];

	snprintf(problem, sizeof(problem), "%s%s: %s", deferred ? "deferred: " : "cannot ",
		 step->text, words);
	config_make_printable(problem);
	(void)strings_add(&manager->failed, problem);
}

/* @replaces: the device before it of the same name was deleted by force. */
static int run_step(struct manager *manager, const struct policy_step *step, bool force,
		    bool replaces)
{
	char words[512] = "";
	bool deferred;
	int r;

	if (is_device_step(step))
		r = run_device_step(manager, step, force, words, sizeof(words));
	else
		r = manager_run_stack_step(manager, step, words, sizeof(words));
	if (r >= 0) {
		log_info("%s%s", step->text,
			 force && step->verb == POLICY_DELETE ? ", by force" : "");
		return 0;
	}
	deferred = step->verb == POLICY_DELETE && r == -EBUSY;
	if (replaces && r == -EEXIST) {
		deferred = true;
		snprintf(words, sizeof(words), "the one before it goes when the applications have "
			 "closed their sockets");
	}
	keep_problem(manager, step, deferred, words);
	manager->step_error = r;
	return r;
}

/* Whether @step takes up what @earlier has deleted. */
static bool follows(const struct policy_step *step, const struct policy_step *earlier)
{
	if (earlier->verb == POLICY_DELETE && step->verb == POLICY_CREATE)
		return !strcmp(step->wanted.name, earlier->wanted.name);
	return earlier->verb == POLICY_DELETE_PNETID && step->restores &&
	       !strcmp(step->pnet.pnetid, earlier->pnet.pnetid);
}

/* True if @index takes up what was deleted before, and that failed or, else, succeeded. */
static bool follows_delete(const struct policy_plan *plan, const bool *failed, size_t index,
			   bool that_failed)
{
	for (size_t i = 0; i < index; i++)
		if (failed[i] == that_failed && follows(&plan->steps[index], &plan->steps[i]))
			return true;
	return false;
}

int manager_hold_back(const struct manager *manager, struct policy_plan *plan)
{
	if (manager->config->drift != CONFIG_DRIFT_REPORT)
		return 0;
	return policy_report_only(plan, (const char *const *)manager->pending.items,
				  manager->pending.count);
}

void manager_note_pending(struct manager *manager, const struct policy_plan *plan)
{
	strings_clear(&manager->pending);
	for (size_t i = 0; i < plan->n_problems; i++)
		if (plan->problems[i].awaited[0])
			(void)strings_add(&manager->pending, plan->problems[i].awaited);
}

int manager_run_plan(struct manager *manager, const struct policy_plan *plan, bool force)
{
	bool *failed = calloc(plan->n_steps + 1, sizeof(*failed));

	if (!failed)
		return -ENOMEM;
	for (size_t i = 0; i < plan->n_steps; i++) {
		/* What could not be deleted cannot be made anew either; once is said enough. */
		bool skipped = follows_delete(plan, failed, i, true);
		bool replaces = force && plan->steps[i].verb == POLICY_CREATE &&
				follows_delete(plan, failed, i, false);

		if (!skipped)
			failed[i] = run_step(manager, &plan->steps[i], force, replaces) < 0;
		if (skipped || failed[i])
			(void)strings_add(&manager->pending, plan->steps[i].text);
	}
	free(failed);
	return 0;
}
