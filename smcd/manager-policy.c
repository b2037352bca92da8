// SPDX-License-Identifier: GPL-2.0-or-later
/* The running policy: read from the files, tried, and taken. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include "bus.h"
#include "config-files.h"
#include "log.h"
#include "manager.h"
#include "policy.h"

void manager_notify_status(const struct manager *manager)
{
	size_t devices = registry_count(manager->registry);

	if (manager->trial.active)
		sd_notifyf(0, "STATUS=The new policy has to be confirmed within %u s, see smcctl",
			   manager->trial.seconds);
	else if (manager->older[0])
		sd_notifyf(0, "STATUS=The older policy runs, %s", manager->older);
	else if (manager->config_error[0])
		sd_notifyf(0, "STATUS=The older policy runs, the files are bad: %s",
			   manager->config_error);
	else if (manager->problems.count)
		sd_notifyf(0, "STATUS=Devices: %zu, problems: %zu: %s", devices,
			   manager->problems.count, manager->problems.items[0]);
	else
		sd_notifyf(0, "STATUS=Devices: %zu, all as the files say", devices);
}

void manager_notify_reloading(void)
{
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, manager_now());
}

static void set_config_error(struct manager *manager, const char *text)
{
	char *copy;

	if (!strcmp(manager->config_error, text))
		return;
	/* What is over must not stay for want of memory. */
	if (!*text) {
		manager->config_error[0] = '\0';
	} else {
		copy = strdup(text);
		if (!copy)
			return;
		free(manager->config_error);
		manager->config_error = copy;
	}
	bus_manager_changed(manager->bus, BUS_CONFIG_ERROR);
}

void manager_policy_clear(struct manager_policy *policy)
{
	config_free(policy->config);
	config_sources_clear(&policy->sources);
	*policy = (struct manager_policy){ 0 };
}

int manager_read_files(const struct manager *manager, const char *root,
		       struct manager_policy *ret_policy, struct config_error *error)
{
	struct manager_policy policy;
	int r;

	r = config_files_load_sources(root, &policy.config, &policy.sources, error);
	if (r < 0)
		return r;
	r = backends_check(manager->options.plugin_directory, &manager->backends, policy.config,
			   error);
	if (r < 0) {
		manager_policy_clear(&policy);
		return r;
	}
	*ret_policy = policy;
	return 0;
}

int manager_try_plugins(struct manager *manager, const struct config *config,
			struct config_error *error)
{
	int r = backends_open(&manager->backends, config, error);

	if (r < 0)
		backends_reject(&manager->backends);
	return r;
}

int manager_load(struct manager *manager, const char *root, struct manager_policy *ret_policy,
		 struct config_error *error)
{
	struct manager_policy policy;
	int r;

	r = manager_read_files(manager, root, &policy, error);
	if (r < 0)
		return r;
	r = manager_try_plugins(manager, policy.config, error);
	if (r < 0) {
		manager_policy_clear(&policy);
		return r;
	}
	*ret_policy = policy;
	return 0;
}

static bool same_files(const struct config *a, const struct config *b)
{
	size_t i = 0;

	if (!a || !a->files || !b->files)
		return a && !a->files && !b->files;
	while (a->files[i] && b->files[i] && !strcmp(a->files[i], b->files[i]))
		i++;
	return !a->files[i] && !b->files[i];
}

/* A plugin that the files no longer name goes when none of its devices is ours any more. */
static bool has_managed_devices(const struct manager *manager, const struct backend *backend)
{
	for (size_t i = 0; i < registry_count(manager->registry); i++) {
		const struct registry_device *device = registry_get(manager->registry, i);

		if (!strcmp(device->plugin, backend->name) &&
		    state_has_device(&manager->managed, device->device.name))
			return true;
	}
	return false;
}

static bool close_unlisted(struct manager *manager)
{
	bool closed = false;

	for (size_t i = manager->backends.count; i-- > 0; ) {
		struct backend *backend = &manager->backends.items[i];

		if (backend->listed || has_managed_devices(manager, backend))
			continue;
		log_info("plugin %s is closed", backend->name);
		backends_close(&manager->backends, backend);
		closed = true;
	}
	return closed;
}

int manager_adopt(struct manager *manager, struct manager_policy *policy, bool force)
{
	bool files_changed = !same_files(manager->config, policy->config);
	const struct config *config = policy->config;
	int r;

	config_free(manager->config);
	config_sources_clear(&manager->sources);
	manager->config = policy->config;
	manager->sources = policy->sources;
	*policy = (struct manager_policy){ 0 };
	backends_accept(&manager->backends, config);
	set_config_error(manager, "");
	r = manager_apply(manager, force);
	if (!r && close_unlisted(manager))
		r = manager_apply(manager, force);
	/* Taken is taken: what could not be done now is tried as after a change in the kernel. */
	if (r < 0)
		manager_schedule(NULL, manager);
	bus_manager_changed(manager->bus, BUS_PLUGINS | (files_changed ? BUS_CONFIG_FILES : 0));
	return r;
}

#define BUSY_NAMES_MAX 6	/* as many of the longest as an error has room for */

/* -EBUSY, with their names, if steps of @plan need devices to go that connections use. */
static int refuse_busy(const struct manager *manager, const struct policy_plan *plan,
		       struct config_error *error)
{
	size_t size = sizeof(error->text), used = 0, n = 0;

	for (size_t i = 0; i < plan->n_steps; i++) {
		const char *name = plan->steps[i].wanted.name;
		const struct registry_device *device = registry_find(manager->registry, name);
		uint32_t count = device ? device->device.connections : 0;

		if (plan->steps[i].verb != POLICY_DELETE || !count || ++n > BUSY_NAMES_MAX)
			continue;
		used += snprintf(error->text + used, size - used, "%s%s: %" PRIu32
				 " connection%s", n > 1 ? ", " : "", name, count,
				 count == 1 ? "" : "s");
	}
	if (n > BUSY_NAMES_MAX)
		used += snprintf(error->text + used, size - used, ", and %zu more devices",
				 n - BUSY_NAMES_MAX);
	if (!n)
		return 0;
	snprintf(error->text + used, size - used, "; what is in use would have to go, so nothing "
		 "was done");
	return -EBUSY;
}
/* As far as it can be told without starting a plugin. */
static int refuse_at_once(struct manager *manager, struct config_error *error)
{
	struct manager_preview preview;
	int r;

	r = manager_preview(manager, &preview, error);
	if (r < 0)
		return r;
	r = refuse_busy(manager, preview.plan, error);
	manager_preview_clear(&preview);
	return r;
}

/* Plugins that were started for @config may have found devices that are in use. */
static int refuse_started(struct manager *manager, const struct config *config,
			  struct config_error *error)
{
	__attribute__((cleanup(policy_plan_freep))) struct policy_plan *plan = NULL;
	static const struct strings none;
	int r;

	r = manager_refresh(manager);
	if (!r)
		r = manager_make_plan(manager, config, &none, &plan);
	return r < 0 ? r : refuse_busy(manager, plan, error);
}

/* What plugins had found that do not stay is forgotten as well. */
static void reject(struct manager *manager, struct manager_policy *policy)
{
	backends_reject(&manager->backends);
	manager_policy_clear(policy);
	(void)manager_refresh(manager);
}

/* Reads the files, and goes on only if @busy allows what they ask for. */
static int load_allowed(struct manager *manager, enum manager_busy busy,
			struct manager_policy *ret_policy, struct config_error *error)
{
	struct manager_policy policy;
	int r = 0;

	if (busy == MANAGER_REFUSE)
		r = refuse_at_once(manager, error);
	if (r < 0)
		return r;
	r = manager_load(manager, manager->options.root, &policy, error);
	if (r < 0)
		return r == -ENOMEM ? r : -EBADMSG;
	if (busy == MANAGER_REFUSE)
		r = refuse_started(manager, policy.config, error);
	if (r < 0) {
		reject(manager, &policy);
		return r;
	}
	*ret_policy = policy;
	return 0;
}

static int take_files(struct manager *manager, const struct manager_apply_options *options,
		      struct config_error *error)
{
	struct manager_policy policy;
	int r;

	r = load_allowed(manager, options->busy, &policy, error);
	if (r == -EBADMSG)
		set_config_error(manager, error->text);
	if (r < 0)
		return r;
	/* The policy that runs is kept, or what was kept is forgotten. */
	if (options->confirm)
		r = manager_begin_trial(manager, policy.config, options->confirm, error);
	else
		r = manager_leave_older(manager, error);
	if (r < 0) {
		reject(manager, &policy);
		return r;
	}
	strings_clear(&manager->deleted);
	r = manager_adopt(manager, &policy, options->busy == MANAGER_FORCE);
	if (r < 0)
		snprintf(error->text, sizeof(error->text), "cannot make the kernel match: %s",
			 strerror(-r));
	if (r < 0 && options->confirm)
		(void)manager_end_trial(manager, error->text);
	return r;
}

int manager_apply_files(struct manager *manager, const struct manager_apply_options *options,
			struct config_error *error)
{
	int r;

	manager_notify_reloading();
	r = manager_check_trial(manager, error);
	if (!r)
		r = take_files(manager, options, error);
	if (r < 0)
		log_error("%s", error->text);
	else if (options->confirm)
		log_notice("the files are applied for %" PRIu32 " s, until they are confirmed; "
			   "problems: %zu", options->confirm, manager->problems.count);
	else
		log_info("the files are applied, problems: %zu", manager->problems.count);
	manager_notify_status(manager);
	sd_notify(0, "READY=1");
	return r;
}

int manager_reload(struct manager *manager, struct config_error *error)
{
	static const struct manager_apply_options options = { .busy = MANAGER_DEFER };

	return manager_apply_files(manager, &options, error);
}
