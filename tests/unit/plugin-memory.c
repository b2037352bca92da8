// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A backend without a kernel, for tests of the daemon: each device is a file of the directory
 * $SMCD_MEMORY_DIR, so that a test changes them behind the daemon's back, and
 * that they outlive it. Steps are noted in the file .steps there.
 *
 * A device's file is one line: KIND CHID GID PRIORITY MAX-DMBS UP CONNECTIONS.
 * The file .broken keeps the plugin from starting, .refuse refuses to create, .fixed keeps
 * devices from being switched, .late ends drains by time; with .tells they tell of growth, which
 * is whenever .grew is written.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>
#include "smcd-plugin.h"

#define DEVICES_MAX 64

struct memory {
	const struct smcd_host *host;
	const char *directory;
	sd_event_source *watch;
};

static void path_of(const struct memory *memory, const char *name, char path[512])
{
	snprintf(path, 512, "%s/%s", memory->directory, name);
}

__attribute__((format(printf, 2, 3)))
static void note(const struct memory *memory, const char *format, ...)
{
	char path[512];
	va_list args;
	FILE *file;

	path_of(memory, ".steps", path);
	file = fopen(path, "ae");
	if (!file)
		return;
	va_start(args, format);
	vfprintf(file, format, args);
	va_end(args);
	fputc('\n', file);
	fclose(file);
}

static bool flag_is_set(const struct memory *memory, const char *name)
{
	char path[512];

	path_of(memory, name, path);
	return access(path, F_OK) == 0;
}

/* The file .drain-NAME says that it is drained. */
static enum smcd_drain load_drain(const struct memory *memory, const struct smcd_device *device)
{
	char flag[64];

	snprintf(flag, sizeof(flag), ".drain-%s", device->name);
	if (device->up || !flag_is_set(memory, flag))
		return SMCD_DRAIN_NONE;
	if (!device->attached)
		return SMCD_DRAIN_DONE;
	return flag_is_set(memory, ".late") ? SMCD_DRAIN_TIMEOUT : SMCD_DRAIN_ACTIVE;
}

static int load(const struct memory *memory, const char *name, struct smcd_device *device)
{
	char path[512];
	unsigned int up;
	FILE *file;
	int n;

	path_of(memory, name, path);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	*device = (struct smcd_device){ 0 };
	n = fscanf(file, "%15s %" SCNx16 " %" SCNx64 " %" SCNu32 " %" SCNu32 " %u %" SCNu32,
		   device->kind, &device->chid, &device->gid, &device->priority,
		   &device->max_dmbs, &up, &device->connections);
	fclose(file);
	if (n != 7)
		return -EIO;
	snprintf(device->name, sizeof(device->name), "%s", name);
	device->up = up;
	device->attached = up || device->connections;
	device->caps = SMCD_CAN_DELETE | SMCD_CAN_PRIORITY |
		       (flag_is_set(memory, ".fixed") ? 0 : SMCD_CAN_UPDOWN);
	device->caps |= SMCD_CAN_DRAIN;
	device->drain = load_drain(memory, device);
	device->stats.tx_bytes = device->connections * UINT64_C(1000);
	device->stats.signals = SMCD_UNKNOWN;
	return 0;
}

static int store(const struct memory *memory, const struct smcd_device *device)
{
	char path[512], temporary[512];
	FILE *file;

	path_of(memory, device->name, path);
	path_of(memory, ".new", temporary);
	file = fopen(temporary, "we");
	if (!file)
		return -errno;
	fprintf(file, "%s %x %" PRIx64 " %u %u %d %u\n", device->kind, device->chid, device->gid,
		device->priority, device->max_dmbs, device->up, device->connections);
	if (fclose(file) != 0 || rename(temporary, path) < 0)
		return -errno;
	return 0;
}

static int on_change(sd_event_source *source, const struct inotify_event *event, void *userdata)
{
	struct memory *memory = userdata;

	(void)source;
	if (event->len && !strcmp(event->name, ".grew"))
		memory->host->grew(memory->host);
	if (!event->len || event->name[0] != '.')
		memory->host->changed(memory->host);
	return 0;
}

static int memory_start(const struct smcd_host *host, void **ret_context)
{
	struct memory *memory = calloc(1, sizeof(*memory));
	int r;

	if (!memory)
		return -ENOMEM;
	memory->host = host;
	memory->directory = getenv("SMCD_MEMORY_DIR");
	if (!memory->directory || flag_is_set(memory, ".broken")) {
		host->error(host, "plugin memory: broken on purpose");
		free(memory);
		return -ENODEV;
	}
	r = sd_event_add_inotify(host->event, &memory->watch, memory->directory,
				 IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE, on_change, memory);
	if (r < 0) {
		free(memory);
		return r;
	}
	*ret_context = memory;
	return 0;
}

static void memory_stop(void *context)
{
	struct memory *memory = context;

	note(memory, "stop");
	sd_event_source_disable_unref(memory->watch);
	free(memory);
}

static int is_better(const struct smcd_device *a, const struct smcd_device *b)
{
	if (!a->up)
		return false;
	if (a->priority != b->priority)
		return a->priority > b->priority;
	return strcmp(a->name, b->name) < 0;
}

static int load_all(const struct memory *memory, struct smcd_device *devices, size_t *ret_count)
{
	DIR *dir = opendir(memory->directory);
	struct dirent *entry;
	size_t n = 0;
	int r = 0;

	if (!dir)
		return -errno;
	while (!r && n < DEVICES_MAX && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			r = load(memory, entry->d_name, &devices[n++]);
	closedir(dir);
	*ret_count = n;
	return r;
}

static int memory_enumerate(void *context, smcd_device_fn fn, void *userdata)
{
	struct smcd_device devices[DEVICES_MAX];
	size_t count = 0;
	int r = load_all(context, devices, &count);

	note(context, "enumerate");
	for (size_t i = 0; i < count && !r; i++) {
		devices[i].rank = devices[i].up;
		devices[i].tells_growth = flag_is_set(context, ".tells");
		for (size_t j = 0; j < count && devices[i].up; j++)
			devices[i].rank += is_better(&devices[j], &devices[i]);
		r = fn(&devices[i], userdata);
	}
	return r;
}

static int memory_create(void *context, const struct smcd_wanted *wanted)
{
	static uint64_t next_gid = 0x1000;
	struct memory *memory = context;
	struct smcd_device device = {
		.chid = wanted->chid ?: 0xFFFF,
		.gid = wanted->gid ?: next_gid++,
		.priority = wanted->priority,
		.max_dmbs = wanted->max_dmbs ?: 4096,
		.up = wanted->up,
	};

	note(memory, "create %s", wanted->name);
	if (flag_is_set(memory, ".refuse")) {
		memory->host->error(memory->host, "no more devices, says the test");
		return -ENOSPC;
	}
	if (flag_is_set(memory, wanted->name))
		return -EEXIST;
	snprintf(device.name, sizeof(device.name), "%s", wanted->name);
	snprintf(device.kind, sizeof(device.kind), "%s", wanted->kind);
	return store(memory, &device);
}

static int memory_delete(void *context, const char *name, bool force)
{
	struct memory *memory = context;
	struct smcd_device device;
	char path[512];
	int r = load(memory, name, &device);

	note(memory, "delete %s%s", name, force ? " by force" : "");
	if (r < 0)
		return r;
	if (device.connections && !force) {
		memory->host->error(memory->host, "%u connections use it%s", device.connections,
				    flag_is_set(memory, ".garble") ? "\xff\x1b" : "");
		return -EBUSY;
	}
	path_of(memory, name, path);
	return unlink(path) < 0 ? -errno : 0;
}

static int memory_set_up(void *context, const char *name, bool up)
{
	struct smcd_device device;
	int r = load(context, name, &device);

	note(context, "set %s %s", name, up ? "up" : "down");
	if (r < 0)
		return r;
	device.up = up;
	return store(context, &device);
}

static int memory_set_priority(void *context, const char *name, uint32_t priority)
{
	struct smcd_device device;
	int r = load(context, name, &device);

	note(context, "priority %s %" PRIu32, name, priority);
	if (r < 0)
		return r;
	device.priority = priority;
	return store(context, &device);
}

static int memory_drain(void *context, const char *name, uint32_t timeout)
{
	struct smcd_device device;
	char flag[64], path[512];
	FILE *file;
	int r = load(context, name, &device);

	note(context, "drain %s %" PRIu32, name, timeout);
	if (r < 0)
		return r;
	snprintf(flag, sizeof(flag), ".drain-%s", name);
	path_of(context, flag, path);
	file = fopen(path, "we");
	if (!file)
		return -errno;
	fclose(file);
	device.up = false;
	return store(context, &device);
}

static const char *const kinds[] = { "loopback", "ism-emu", NULL };
static const char *const no_modules[] = { NULL };

const struct smcd_plugin smcd_plugin = {
	.abi = SMCD_PLUGIN_ABI,
	.name = "memory",
	.kinds = kinds,
	.modules = no_modules,
	.start = memory_start,
	.stop = memory_stop,
	.enumerate = memory_enumerate,
	.create = memory_create,
	.delete = memory_delete,
	.set_up = memory_set_up,
	.set_priority = memory_set_priority,
	.drain = memory_drain,
};
