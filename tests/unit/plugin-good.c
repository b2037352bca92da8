// SPDX-License-Identifier: GPL-2.0-or-later
/* A sample for test-plugin.c: a backend of one device that does what it is told. */
#include <errno.h>
#include <string.h>
#include "../../smcd/smcd-plugin.h"

static struct smcd_device device;
static const struct smcd_host *host;

static int good_start(const struct smcd_host *with, void **ret_context)
{
	host = with;
	memset(&device, 0, sizeof(device));
	*ret_context = &device;
	return 0;
}

static void good_stop(void *context)
{
	memset(context, 0, sizeof(device));
	host = NULL;
}

static int good_enumerate(void *context, smcd_device_fn fn, void *userdata)
{
	const struct smcd_device *only = context;

	return only->name[0] ? fn(only, userdata) : 0;
}

static int good_create(void *context, const struct smcd_wanted *wanted)
{
	struct smcd_device *only = context;

	if (only->name[0]) {
		host->error(host, "device %s: there is one already", wanted->name);
		return -EEXIST;
	}
	memcpy(only->name, wanted->name, sizeof(only->name));
	memcpy(only->kind, wanted->kind, sizeof(only->kind));
	only->priority = wanted->priority;
	host->changed(host);
	return 0;
}

static int good_delete(void *context, const char *name, bool force)
{
	(void)force;
	struct smcd_device *only = context;

	if (strcmp(only->name, name) != 0)
		return -ENOENT;
	only->name[0] = '\0';
	host->changed(host);
	return 0;
}

static int good_set_priority(void *context, const char *name, uint32_t priority)
{
	struct smcd_device *only = context;

	(void)name;
	only->priority = priority;
	return 0;
}

/* As if the kernel could not. */
static int good_drain(void *context, const char *name, uint32_t timeout)
{
	(void)context, (void)name, (void)timeout;
	return -ENODEV;
}

const struct smcd_plugin smcd_plugin = {
	.abi = SMCD_PLUGIN_ABI,
	.name = "plugin-good",
	.kinds = (const char *const[]){ "good", "better", NULL },
	.optional_modules = (const char *const[]){ "no-such-module", NULL },
	.start = good_start,
	.stop = good_stop,
	.enumerate = good_enumerate,
	.create = good_create,
	.delete = good_delete,
	.set_priority = good_set_priority,
	.drain = good_drain,
};
