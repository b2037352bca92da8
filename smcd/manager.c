// SPDX-License-Identifier: GPL-2.0-or-later
/* The life of the daemon: start and stop. */
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
			.grew = manager_buffers_grew,
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
	manager_clear_buffers(manager);
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
	manager_tell_older(manager);
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
