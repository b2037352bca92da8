// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sizes of buffers that are chosen, `tuning: auto`: what is known of memory and connections, and
 * how the choice follows it while the daemon runs. New connections go by it.
 *
 * It is chosen anew with every plan; when a device tells that its buffers have grown, which takes
 * milliseconds; at the times when fallbacks are looked for, as an idle daemon wakes up for nothing
 * else; and every second while connections of devices that do not tell become more. Whether
 * connections are short is known from one of these times to the next.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "buffer-size.h"
#include "log.h"
#include "manager.h"
#include "memory.h"
#include "policy.h"
#include "tune.h"

#define USEC_PER_SEC UINT64_C(1000000)
#define LOOK_INTERVAL (USEC_PER_SEC / 100)	/* a storm of growth is looked at so often */
#define WATCH_INTERVAL USEC_PER_SEC		/* of what is not told */

/* Of buffers that are in use: DMBs are kept for later connections, and count for nothing then. */
static uint64_t used_by(const struct smcd_device *device)
{
	uint64_t sockets = device->connections, buffers = device->no_copy ? 1 : 2;

	if (!device->dmbs || !device->memory)
		return sockets * buffers * BUFFER_SIZE_CEILING;
	if (sockets > device->dmbs)
		sockets = device->dmbs;
	return device->memory / device->dmbs * sockets * buffers;
}

static void add_device(struct buffer_state *state, const struct smcd_device *device)
{
	state->sockets += device->connections;
	state->used += used_by(device);
	if (!device->rank)
		return;
	state->copied |= !device->no_copy;
	state->told &= device->tells_growth;
	if (device->max_memory) {
		uint64_t left = device->max_memory > device->memory ?
				device->max_memory - device->memory : 0;

		if (left < state->limit)
			state->limit = left;
	}
}

/* SMC-R goes by the same sizes, copies, and tells nothing. */
static bool has_rdma(const char *root)
{
	struct dirent *entry;
	char path[PATH_MAX];
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/sys/class/infiniband", root);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir)))
		found = entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return found;
}

static bool begins(const struct smc_counter *counter, const char *name)
{
	return strncmp(counter->name, name, strlen(name)) == 0;
}

/* Without an answer of the SMC stack it is as it was. */
static void look_at_churn(struct manager *manager)
{
	uint64_t sockets = 0, open = manager->buffers.state.sockets, bytes = 0;
	struct smc_netlink *netlink;
	struct smc_counter *counters;
	size_t n;

	if (manager_netlink(manager, &netlink) < 0 ||
	    smc_netlink_statistics(netlink, &counters, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		if (begins(&counters[i], "smcd-client-v") || begins(&counters[i], "smcd-server-v"))
			sockets += counters[i].value;
		else if (begins(&counters[i], "smcd-rx-bytes") ||
			 begins(&counters[i], "smcd-tx-bytes"))
			bytes += counters[i].value;
	}
	free(counters);
	/* Devices have those of other network namespaces as well. */
	sockets = sockets > open ? sockets - open : 0;
	manager->buffers.state.brief = churn_look(&manager->buffers.churn, sockets, bytes,
						  manager_now());
}

void manager_refresh_buffers(struct manager *manager)
{
	struct buffer_state state = {
		.limit = UINT64_MAX, .told = true, .brief = manager->buffers.churn.brief,
	};
	size_t n = registry_count(manager->registry);
	bool serves = false;

	for (size_t i = 0; i < n; i++) {
		const struct smcd_device *device = &registry_get(manager->registry, i)->device;

		add_device(&state, device);
		serves |= device->rank != 0;
	}
	if (has_rdma(manager->options.root)) {
		state.copied = true;
		state.told = false;
	}
	/* Devices that are to be made may copy. */
	state.copied |= !serves;
	manager->buffers.known = !memory_read(manager->options.root, &state.total,
					      &state.available);
	manager->buffers.state = state;
}

/* What we have chosen last: of both sizes the same. */
static uint32_t present_size(const struct manager *manager)
{
	for (enum tunable i = 0; i < TUNABLES; i++) {
		uint32_t value = manager->stack.tuning[i].value;

		if (tunable_is_buffer(i) && manager->stack.tuning[i].known &&
		    policy_is_chosen(&manager->config->tuning[i], i) &&
		    state_has_tuned(&manager->managed, i, value))
			return value;
	}
	return 0;
}

uint32_t manager_buffer_size(const struct manager *manager, const struct config *config)
{
	if (!manager->buffers.known)
		return 0;
	return buffer_choose(&manager->buffers.state, policy_ceiling(config),
			     present_size(manager));
}

void manager_explain_buffers(const struct manager *manager, char *text, size_t size)
{
	char words[BUFFER_TEXT_SIZE] = "/proc/meminfo cannot be read";

	if (manager->buffers.known)
		buffer_explain(&manager->buffers.state, policy_ceiling(manager->config),
			       manager_buffer_size(manager, manager->config), words);
	snprintf(text, size, "%s", words);
}

/* Whether somebody else has not set it since, which is for a plan to judge. */
static bool is_free(const struct manager *manager, enum tunable tunable)
{
	const struct config_tuning *wanted = &manager->config->tuning[tunable];
	uint32_t value = manager->stack.tuning[tunable].value;

	return policy_is_chosen(wanted, tunable) && manager->stack.tuning[tunable].known &&
	       (state_has_tuned(&manager->managed, tunable, value) ||
		(!wanted->origin.file && value == BUFFER_SIZE_KERNEL));
}

static bool is_followed(const struct manager *manager)
{
	return is_free(manager, TUNABLE_WMEM) || is_free(manager, TUNABLE_RMEM);
}

static bool set(struct manager *manager, enum tunable tunable, uint32_t size)
{
	char words[256] = "";

	manager_note_tuned(manager, tunable, size);
	if (tune_write(manager->options.root, NULL, tunable, size, words, sizeof(words)) < 0) {
		log_warning("cannot set %s to %" PRIu32 ": %s", tunable_name(tunable), size, words);
		return false;
	}
	manager->stack.tuning[tunable].value = size;
	return true;
}

static void choose(struct manager *manager)
{
	uint32_t size = manager_buffer_size(manager, manager->config), before = 0;
	char words[BUFFER_TEXT_SIZE] = "";
	bool changed = false;

	for (enum tunable i = 0; i < TUNABLES && size; i++) {
		uint32_t value;

		/* Somebody may have set it just now. */
		if (!is_free(manager, i) || tune_read(manager->options.root, NULL, i, &value) < 0 ||
		    value == size || value != manager->stack.tuning[i].value)
			continue;
		before = value;
		manager_explain_buffers(manager, words, sizeof(words));
		changed |= set(manager, i, size);
	}
	if (changed)
		log_info("new connections get other buffers, before %" PRIu32 "K, now %s",
			 before >> 10, words);
}

static int on_look(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source, (void)usec;
	manager_follow_buffers(userdata);
	return 0;
}

static void look_at(struct manager *manager, uint64_t when)
{
	int r;

	if (!manager->buffers.timer)
		r = sd_event_add_time(manager->event, &manager->buffers.timer, CLOCK_MONOTONIC,
				      when, 0, on_look, manager);
	else
		r = sd_event_source_set_time(manager->buffers.timer, when);
	if (r >= 0)
		r = sd_event_source_set_enabled(manager->buffers.timer, SD_EVENT_ONESHOT);
	if (r < 0)
		log_error("cannot set a timer: %s", strerror(-r));
}

void manager_follow_buffers(struct manager *manager)
{
	uint32_t before = manager->buffers.sockets;

	manager->buffers.last_look = manager_now();
	if (!is_followed(manager))
		return;
	manager_read_counters(manager);
	manager_refresh_buffers(manager);
	look_at_churn(manager);
	choose(manager);
	manager->buffers.sockets = manager->buffers.state.sockets;
	if (!manager->buffers.state.told && manager->buffers.sockets > before)
		look_at(manager, manager->buffers.last_look + WATCH_INTERVAL);
}

void manager_buffers_grew(struct plugin *plugin, void *userdata)
{
	struct manager *manager = userdata;
	uint64_t earliest = manager->buffers.last_look + LOOK_INTERVAL;

	(void)plugin;
	if (!manager->ready)
		return;
	if (manager_now() >= earliest)
		manager_follow_buffers(manager);
	else
		look_at(manager, earliest);
}

void manager_clear_buffers(struct manager *manager)
{
	sd_event_source_disable_unref(manager->buffers.timer);
	manager->buffers.timer = NULL;
}
