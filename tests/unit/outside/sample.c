// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plugin as somebody else would write it: built by test-daemon-plugins.sh outside of the tree,
 * against what is installed. It has the device "fixed", which appears a moment after start, with
 * which nothing can be done, and others of kind sample that are made of nothing.
 *
 * cc -shared -fPIC $(pkg-config --cflags smcd) -o sample.so sample.c $(pkg-config --libs smcd)
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <smcd-plugin.h>

#define MADE_MAX 4

struct sample {
	const struct smcd_host *host;
	sd_event_source *timer;
	bool has_fixed;
	struct smcd_device made[MADE_MAX];	/* without a name: free */
};

static void count_nothing(struct smcd_device *device)
{
	device->stats = (struct smcd_stats)SMCD_STATS_UNKNOWN;
	device->stats.tx_bytes = device->priority;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct sample *sample = userdata;

	(void)source, (void)usec;
	sample->has_fixed = true;
	sample->host->changed(sample->host);
	return 0;
}

static void sample_stop(void *context)
{
	struct sample *sample = context;

	sd_event_source_disable_unref(sample->timer);
	free(sample);
}

static int sample_start(const struct smcd_host *host, void **ret_context)
{
	struct sample *sample = calloc(1, sizeof(*sample));
	int r;

	if (!sample)
		return -ENOMEM;
	sample->host = host;
	r = sd_event_add_time_relative(host->event, &sample->timer, CLOCK_MONOTONIC, 200000, 0,
				       on_timer, sample);
	if (r < 0) {
		host->error(host, "sample: no timer: %s", strerror(-r));
		sample_stop(sample);
		return r;
	}
	*ret_context = sample;
	return 0;
}

static int sample_enumerate(void *context, smcd_device_fn fn, void *userdata)
{
	struct smcd_device fixed = {
		.name = "fixed", .kind = "sample", .chid = 0x1234, .rank = 1, .up = true,
		.attached = true, .has_fid = true, .fid = 0x2f, .instead = "the sample has it once and for all",
	};
	struct sample *sample = context;
	int r;

	count_nothing(&fixed);
	r = sample->has_fixed ? fn(&fixed, userdata) : 0;
	for (size_t i = 0; r >= 0 && i < MADE_MAX; i++)
		if (sample->made[i].name[0])
			r = fn(&sample->made[i], userdata);
	return r;
}

/* @name "" finds a free place. */
static struct smcd_device *find(struct sample *sample, const char *name)
{
	for (size_t i = 0; i < MADE_MAX; i++)
		if (strcmp(sample->made[i].name, name) == 0)
			return &sample->made[i];
	return NULL;
}

static int sample_create(void *context, const struct smcd_wanted *wanted)
{
	struct sample *sample = context;
	struct smcd_device *device = find(sample, "");

	if (!device) {
		sample->host->error(sample->host, "sample: no room for device %s", wanted->name);
		return -ENOSPC;
	}
	memset(device, 0, sizeof(*device));
	memcpy(device->name, wanted->name, sizeof(device->name));
	memcpy(device->kind, wanted->kind, sizeof(device->kind));
	device->chid = wanted->chid;
	device->gid = wanted->gid;
	device->priority = wanted->priority;
	device->max_dmbs = wanted->max_dmbs;
	device->up = device->attached = wanted->up;
	device->caps = SMCD_CAN_DELETE | SMCD_CAN_UPDOWN | SMCD_CAN_PRIORITY | SMCD_CAN_DRAIN;
	count_nothing(device);
	return 0;
}

static int sample_delete(void *context, const char *name, bool force)
{
	struct smcd_device *device = find(context, name);

	(void)force;
	if (!device)
		return -ENODEV;
	device->name[0] = '\0';
	return 0;
}

static int sample_set_up(void *context, const char *name, bool up)
{
	struct smcd_device *device = find(context, name);

	if (!device)
		return -ENODEV;
	device->up = device->attached = up;
	device->drain = SMCD_DRAIN_NONE;
	return 0;
}

static int sample_set_priority(void *context, const char *name, uint32_t priority)
{
	struct smcd_device *device = find(context, name);

	if (!device)
		return -ENODEV;
	device->priority = priority;
	count_nothing(device);
	return 0;
}

static int sample_drain(void *context, const char *name, uint32_t timeout)
{
	struct smcd_device *device = find(context, name);

	(void)timeout;
	if (!device)
		return -ENODEV;
	device->up = device->attached = false;
	device->drain = SMCD_DRAIN_DONE;
	return 0;
}

const struct smcd_plugin smcd_plugin = {
	.abi = SMCD_PLUGIN_ABI,
	.name = "sample",
	.kinds = (const char *const[]){ "sample", NULL },
	.start = sample_start,
	.stop = sample_stop,
	.enumerate = sample_enumerate,
	.create = sample_create,
	.delete = sample_delete,
	.set_up = sample_set_up,
	.set_priority = sample_set_priority,
	.drain = sample_drain,
};
