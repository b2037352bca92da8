// SPDX-License-Identifier: GPL-2.0-or-later
/* The life of the daemon: start, override a priority or a state, delete a device, stop. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-id128.h>
#include "bus.h"
#include "config-error.h"
#include "config-files.h"
#include "fallback-watch.h"
#include "kept.h"
#include "log.h"
#include "manager.h"
#include "override.h"
#include "policy.h"
#include "ueid.h"

#define STATE_PATH "/run/smcd/managed"

/* Makes the machine's UEID; random once, and never to change. */
#define UEID_APPLICATION_ID SD_ID128_MAKE(8e,1f,67,5c,b2,0d,4a,39,9c,54,d7,06,3b,e8,a1,72)

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

static int load_checked(struct manager *manager, const struct override_request *request,
			struct manager_policy *ret_policy, struct config_error *error)
{
	const char *root;
	int r;

	r = manager_find_root(manager, false, &root, error);
	if (!r)
		r = manager_load(manager, root, ret_policy, error);
	if (r < 0)
		return r;
	r = check_effect(ret_policy->config, request, error);
	if (r < 0) {
		backends_reject(&manager->backends);
		manager_policy_clear(ret_policy);
	}
	return r;
}

static int load_and_adopt(struct manager *manager, const struct override_request *request,
			  const struct override_undo *undo, struct config_error *error)
{
	struct manager_policy policy;
	int r, r2;

	r = load_checked(manager, request, &policy, error);
	if (r < 0) {
		r2 = override_undo(undo);
		if (r2 < 0)
			log_error("cannot put the drop-ins of smcctl back: %s", strerror(-r2));
		return r == -ENOMEM ? r : -EBADMSG;
	}
	manager_notify_reloading();
	r = manager_adopt(manager, &policy, false);
	manager_notify_status(manager);
	sd_notify(0, "READY=1");
	if (r < 0)
		snprintf(error->text, sizeof(error->text), "%s", strerror(-r));
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

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	struct config_error error = { .text = "out of memory" };

	(void)source;
	(void)info;
	(void)manager_reload(userdata, &error);
	return 0;
}

static int on_terminate(sd_event_source *source, const struct signalfd_siginfo *info,
			void *userdata)
{
	(void)info;
	(void)userdata;
	log_info("stopping; devices and connections stay as they are");
	sd_notify(0, "STOPPING=1");
	return sd_event_exit(sd_event_source_get_event(source), 0);
}

static int add_signals(struct manager *manager)
{
	sigset_t set;
	int r;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	r = sd_event_add_signal(manager->event, NULL, SIGHUP, on_hangup, manager);
	if (r >= 0)
		r = sd_event_add_signal(manager->event, NULL, SIGTERM, on_terminate, manager);
	if (r >= 0)
		r = sd_event_add_signal(manager->event, NULL, SIGINT, on_terminate, manager);
	return r < 0 ? r : 0;
}

static void make_machine_ueid(struct manager *manager)
{
	sd_id128_t id;

	if (sd_id128_get_machine_app_specific(UEID_APPLICATION_ID, &id) >= 0)
		ueid_from_id(id.bytes, manager->machine_ueid);
}

/* -ENOMEM: better no start than one that overwrites what it has not read. */
static int load_state(struct manager *manager)
{
	int r = state_load(manager->state_path, &manager->managed);

	if (r < 0 && r != -ENOENT && r != -ENOMEM)
		log_warning("%s: %s: devices that leave the files are not removed, but those "
			    "made from now on", manager->state_path,
			    r == -EBADMSG ? "not a list of smcd's devices" : strerror(-r));
	return r == -ENOMEM ? r : 0;
}

static void device_removed(const struct registry_device *device, void *userdata)
{
	struct manager *manager = userdata;

	if (manager->ready)
		bus_device_removed(manager->bus, device);
}

static void device_changed(const struct registry_device *device, unsigned int what, void *userdata)
{
	struct manager *manager = userdata;

	if (manager->ready)
		bus_device_changed(manager->bus, device, what);
}

static void device_added(const struct registry_device *device, void *userdata)
{
	struct manager *manager = userdata;

	/* Nobody could have asked before: at the start all devices are there at once. */
	if (manager->ready)
		bus_device_added(manager->bus, device);
}

static void devices_clash(const struct registry_device *kept,
			  const struct registry_device *dropped, void *userdata)
{
	struct manager *manager = userdata;

	(void)strings_addf(&manager->seen, "plugins %s and %s both have a device %s: that of "
			   "the latter is not shown; rename one", kept->plugin, dropped->plugin,
			   kept->device.name);
}

static const struct registry_ops registry_callbacks = {
	.removed = device_removed,
	.changed = device_changed,
	.added = device_added,
	.clash = devices_clash,
};

static int init(struct manager *manager)
{
	int r;

	manager->config_error = strdup("");
	if (!manager->config_error)
		return -ENOMEM;
	if (asprintf(&manager->kept_root, "%s" KEPT_PATH, manager->options.root) < 0) {
		manager->kept_root = NULL;
		return -ENOMEM;
	}
	if (asprintf(&manager->state_path, "%s" STATE_PATH, manager->options.root) < 0) {
		manager->state_path = NULL;
		return -ENOMEM;
	}
	r = registry_new(&registry_callbacks, manager, &manager->registry);
	if (r < 0)
		return r;
	r = add_signals(manager);
	if (r < 0)
		return r;
	make_machine_ueid(manager);
	return bus_new(manager, &manager->bus);
}

int manager_new(sd_event *event, const struct manager_options *options,
		struct manager **ret_manager)
{
	struct manager *manager = calloc(1, sizeof(*manager));
	int r;

	if (!manager)
		return -ENOMEM;
	manager->options = *options;
	manager->event = sd_event_ref(event);
	manager->counters_iteration = UINT64_MAX;
	manager->linkgroups.iteration = UINT64_MAX;
	manager->backends = (struct backends){
		.site = {
			.directory = options->plugin_directory,
			.root = options->root,
			.event = event,
			.changed = manager_schedule,
			.userdata = manager,
		},
	};
	r = init(manager);
	if (r < 0) {
		manager_free(manager);
		return r;
	}
	*ret_manager = manager;
	return 0;
}

void manager_free(struct manager *manager)
{
	if (!manager)
		return;
	bus_free(manager->bus);
	fallback_watch_free(manager->fallback_watch);
	backends_close_all(&manager->backends);
	registry_free(manager->registry);
	smc_netlink_close(manager->netlink);
	sd_event_source_disable_unref(manager->refresh);
	config_free(manager->config);
	linkgroups_clear(&manager->linkgroups);
	config_sources_clear(&manager->sources);
	sd_event_source_disable_unref(manager->trial.timer);
	manager_policy_clear(&manager->trial.before);
	free(manager->kept_root);
	state_clear(&manager->managed);
	manager_clear_stack(manager);
	strings_clear(&manager->ueids);
	strings_clear(&manager->problems);
	strings_clear(&manager->seen);
	strings_clear(&manager->failed);
	strings_clear(&manager->pending);
	strings_clear(&manager->deleted);
	free(manager->config_error);
	free(manager->state_path);
	sd_event_unref(manager->event);
	free(manager);
}

static int fail_start(const struct manager *manager, int r, const struct config_error *error)
{
	log_error("%s", error->text);
	/* A reload, which does that, needs a daemon that runs. */
	if (manager->older[0])
		log_error("to start with the files instead, remove %s", manager->kept_root);
	sd_notifyf(0, "STATUS=%s", error->text);
	return r == -ENOMEM ? r : -EBADMSG;
}

/* Until plugins start and the kernel is touched, it is only looked whether all is well. */
static int begin(struct manager *manager, struct manager_policy *ret_policy)
{
	struct config_error error = { .text = "out of memory" };
	const char *root;
	int r;

	r = manager_find_root(manager, true, &root, &error);
	if (!r)
		r = manager_read_files(manager, root, ret_policy, &error);
	if (r < 0)
		return fail_start(manager, r, &error);
	/* Before anything is done to the kernel: the name tells that no other smcd runs. */
	r = bus_start(manager->bus);
	if (r < 0) {
		manager_policy_clear(ret_policy);
		return r;
	}
	r = manager_try_plugins(manager, ret_policy->config, &error);
	if (r < 0) {
		manager_policy_clear(ret_policy);
		return fail_start(manager, r, &error);
	}
	return 0;
}

int manager_start(struct manager *manager)
{
	struct manager_policy policy;
	int r;

	r = begin(manager, &policy);
	if (r < 0)
		return r;
	r = load_state(manager);
	if (!r)
		r = manager_adopt(manager, &policy, false);
	if (r < 0) {
		manager_policy_clear(&policy);
		log_error("cannot make the kernel match: %s", strerror(-r));
		return r;
	}
	r = fallback_watch_new(manager, &manager->fallback_watch);
	if (r < 0) {
		log_error("cannot watch for fallbacks to TCP: %s", strerror(-r));
		return r;
	}
	manager->ready = true;
	sd_notify(0, "READY=1");
	log_info("devices: %zu, problems: %zu", registry_count(manager->registry),
		 manager->problems.count);
	return 0;
}
