// SPDX-License-Identifier: GPL-2.0-or-later
/* What is done by hand with a device that exists: priority and state, a drain, its deletion. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include "config-error.h"
#include "config-files.h"
#include "log.h"
#include "manager.h"
#include "override.h"
#include "policy.h"

static const struct config_device *find_device(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->n_devices; i++)
		if (!strcmp(config->devices[i].name, name))
			return &config->devices[i];
	return NULL;
}

/* The kind has to stand in the override if no other file says it. */
static const char *kind_to_write(const struct manager *manager,
				 const struct registry_device *device)
{
	const struct config_device *wanted = find_device(manager->config, device->device.name);

	if (wanted && !config_files_is_override(wanted->kind_origin.file))
		return "";
	return device->device.kind;
}

static const char *const override_names[] = {
	[OVERRIDE_PRIORITY] = "priority",
	[OVERRIDE_STATE] = "state",
};

/* Another drop-in may come later and say something else. */
static int check_effect(const struct config *config, const struct override_request *request,
			struct config_error *error)
{
	const struct config_device *device = find_device(config, request->device);
	bool state = request->what == OVERRIDE_STATE;

	if (!device) {
		snprintf(error->text, sizeof(error->text), "the files on disk no longer name "
			 "device %s: reload first", request->device);
		return -EINVAL;
	}
	if (state ? device->has_up && device->up == request->up :
		    policy_priority(config, device) == request->priority)
		return 0;
	return config_fail(error, state ? &device->up_origin : &device->priority_origin,
			   "the %s of device '%s' is set here, after smcd's own drop-ins; change "
			   "it here", override_names[request->what], request->device);
}

/* The device has to show what was set, else a step failed, whose words are in Problems. */
static int check_outcome(const struct manager *manager, const struct override_request *request,
			 struct config_error *error)
{
	const struct registry_device *device = registry_find(manager->registry, request->device);
	const char *why = manager->failed.count ? manager->failed.items[0] : "see Problems";

	if (device && (request->what == OVERRIDE_STATE ?
		       device->device.up == request->up :
		       device->device.priority == request->priority))
		return 0;
	for (size_t i = 0; i < manager->failed.count; i++)
		if (strstr(manager->failed.items[i], request->device))
			why = manager->failed.items[i];
	snprintf(error->text, sizeof(error->text), "the new %s of %s is in the files, but "
		 "not in effect yet: %s", override_names[request->what], request->device, why);
	return manager->step_error < 0 ? manager->step_error : -EIO;
}

int manager_load_override(struct manager *manager, override_check_fn check,
			  const struct override_request *request,
			  struct manager_policy *ret_policy, struct config_error *error)
{
	const char *root;
	int r;

	r = manager_find_root(manager, false, &root, error);
	if (!r)
		r = manager_load(manager, root, ret_policy, error);
	if (r < 0)
		return r;
	r = check ? check(ret_policy->config, request, error) : 0;
	if (r < 0) {
		backends_reject(&manager->backends);
		manager_policy_clear(ret_policy);
	}
	return r;
}

int manager_adopt_override(struct manager *manager, struct manager_policy *policy,
			   struct config_error *error)
{
	int r;

	manager_notify_reloading();
	r = manager_adopt(manager, policy, false);
	manager_notify_status(manager);
	sd_notify(0, "READY=1");
	if (r < 0)
		snprintf(error->text, sizeof(error->text), "%s", strerror(-r));
	return r;
}

void manager_undo_override(const struct override_undo *undo)
{
	int r = override_undo(undo);

	if (r < 0)
		log_error("cannot put the drop-ins of smcctl back: %s", strerror(-r));
}

static int load_and_adopt(struct manager *manager, const struct override_request *request,
			  const struct override_undo *undo, struct config_error *error)
{
	struct manager_policy policy;
	int r;

	r = manager_load_override(manager, check_effect, request, &policy, error);
	if (r < 0) {
		manager_undo_override(undo);
		return r == -ENOMEM ? r : -EBADMSG;
	}
	r = manager_adopt_override(manager, &policy, error);
	return r < 0 ? r : check_outcome(manager, request, error);
}

/* 0 and *@ret_device, if there is such a device that has all of @caps. */
static int find_able(const struct manager *manager, const char *name, uint32_t caps,
		     const struct registry_device **ret_device, struct config_error *error)
{
	const struct registry_device *device = registry_find(manager->registry, name);

	if (!device) {
		snprintf(error->text, sizeof(error->text), "there is no device '%s'", name);
		return -ENODEV;
	}
	if ((device->device.caps & caps) != caps) {
		snprintf(error->text, sizeof(error->text), "smcd cannot %s device %s of kind "
			 "%s%s%s", caps & SMCD_CAN_PRIORITY ? "order" :
			 caps & SMCD_CAN_DELETE ? "delete" : "switch", name, device->device.kind,
			 device->device.instead[0] ? ": " : "", device->device.instead);
		return -EOPNOTSUPP;
	}
	*ret_device = device;
	return 0;
}

static int override(struct manager *manager, struct override_request *request, uint32_t caps,
		    struct config_error *error)
{
	const struct registry_device *device;
	struct override_undo *undo;
	int r;

	r = manager_check_trial(manager, error);
	if (!r)
		r = find_able(manager, request->device, caps, &device, error);
	if (r < 0)
		return r;
	/* One of that name is there again, and somebody cares for it. */
	strings_remove(&manager->deleted, request->device);
	request->kind = kind_to_write(manager, device);
	r = override_set(manager->options.root, request, &undo, error);
	if (r < 0)
		return r == -EINVAL ? -EBADMSG : r;
	r = load_and_adopt(manager, request, undo, error);
	override_undo_free(undo);
	return r;
}

int manager_set_priority(struct manager *manager, const char *name, uint32_t priority,
			 bool save, struct config_error *error)
{
	struct override_request request = {
		.device = name, .what = OVERRIDE_PRIORITY, .priority = priority, .save = save,
	};
	int r = override(manager, &request, SMCD_CAN_PRIORITY, error);

	log_message(r < 0 ? LOG_ERR : LOG_INFO, "priority of %s: %" PRIu32 "%s: %s", name, priority,
		    save ? ", saved" : "", r < 0 ? error->text : "set");
	return r;
}

int manager_set_up(struct manager *manager, const char *name, bool up, struct config_error *error)
{
	struct override_request request = {
		.device = name, .what = OVERRIDE_STATE, .up = up,
	};
	int r = override(manager, &request, SMCD_CAN_UPDOWN, error);

	log_message(r < 0 ? LOG_ERR : LOG_INFO, "%s is to be %s: %s", name, up ? "up" : "down",
		    r < 0 ? error->text : "set");
	return r;
}

/* NULL, with @error, if the device has gone meanwhile. */
static struct plugin *plugin_of(const struct manager *manager, const char *name,
				struct config_error *error)
{
	const struct registry_device *device = registry_find(manager->registry, name);
	struct backend *backend = device ? backends_find(&manager->backends, device->plugin) : NULL;

	if (backend && backend->plugin)
		return backend->plugin;
	snprintf(error->text, sizeof(error->text), "device %s has gone", name);
	return NULL;
}

/* The device is down already: whatever happens now, it takes no new connections. */
static int start_drain(struct manager *manager, const char *name, uint32_t timeout,
		       struct config_error *error)
{
	struct plugin *plugin = plugin_of(manager, name, error);
	int r;

	if (!plugin)
		return -ENODEV;
	r = plugin_drain(plugin, name, timeout);
	if (r < 0)
		snprintf(error->text, sizeof(error->text), "%s is down, but not drained: %s", name,
			 plugin_problem(plugin, r));
	else
		r = manager_apply(manager, false);
	return r;
}

int manager_drain(struct manager *manager, const char *name, uint32_t timeout,
		  struct config_error *error)
{
	struct override_request request = {
		.device = name, .what = OVERRIDE_STATE, .up = false,
	};
	int r = override(manager, &request, SMCD_CAN_UPDOWN | SMCD_CAN_DRAIN, error);

	if (!r)
		r = start_drain(manager, name, timeout, error);
	log_message(r < 0 ? LOG_ERR : LOG_INFO, "drain of %s: %s", name,
		    r < 0 ? error->text : "begun");
	return r;
}

static void drop_device(struct config *config, const struct config_device *device)
{
	size_t i = device - config->devices;

	config->n_devices--;
	memmove(&config->devices[i], &config->devices[i + 1],
		(config->n_devices - i) * sizeof(*config->devices));
}

/* A device that only we have named, in an override, is not to come back for that. */
static void forget_override(struct manager *manager, const char *name)
{
	const struct config_device *wanted = find_device(manager->config, name);
	struct config_error error;

	if (!wanted || !config_files_is_override(wanted->kind_origin.file))
		return;
	if (override_forget(manager->options.root, name, &error) < 0)
		log_warning("%s comes back with the next reload: %s", name, error.text);
	else
		drop_device(manager->config, wanted);
}

static int delete(struct manager *manager, const char *name, bool force,
		  struct config_error *error)
{
	const struct registry_device *device;
	struct plugin *plugin;
	bool noted;
	int r;

	r = manager_check_trial(manager, error);
	if (!r)
		r = find_able(manager, name, SMCD_CAN_DELETE, &device, error);
	if (r < 0)
		return r;
	plugin = plugin_of(manager, name, error);
	if (!plugin)
		return -ENODEV;
	/* First, as it would come back if there were no memory to note it. */
	noted = strings_contain(&manager->deleted, name);
	r = noted ? 0 : strings_add(&manager->deleted, name);
	if (r < 0)
		return r;
	r = plugin_delete(plugin, name, force);
	if (r < 0 && !noted)
		strings_remove(&manager->deleted, name);
	if (r < 0) {
		snprintf(error->text, sizeof(error->text), "%s%s", plugin_problem(plugin, r),
			 r == -EBUSY ? "; drain it first, or use force" : "");
		return r;
	}
	forget_override(manager, name);
	return manager_apply(manager, false);
}

int manager_delete(struct manager *manager, const char *name, bool force,
		   struct config_error *error)
{
	int r = delete(manager, name, force, error);

	log_message(r < 0 ? LOG_ERR : LOG_INFO, "deletion of %s%s: %s", name,
		    force ? " by force" : "", r < 0 ? error->text : "done");
	return r;
}
