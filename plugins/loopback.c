// SPDX-License-Identifier: GPL-2.0-or-later
/* Backend of the loopback devices of softism. */
#include <stddef.h>
#include "softism-client.h"

static int loopback_start(const struct smcd_host *host, void **ret_context)
{
	struct softism *softism;
	int r;

	r = softism_open(host, &softism);
	if (r < 0)
		return r;
	*ret_context = softism;
	return 0;
}

static void loopback_stop(void *context)
{
	softism_close(context);
}

static int loopback_enumerate(void *context, smcd_device_fn fn, void *userdata)
{
	return softism_enumerate(context, "loopback", fn, userdata);
}

static int loopback_create(void *context, const struct smcd_wanted *wanted)
{
	return softism_create(context, wanted);
}

static int loopback_delete(void *context, const char *name, bool force)
{
	return softism_delete(context, name, force);
}

static int loopback_set_up(void *context, const char *name, bool up)
{
	return softism_set_up(context, name, up);
}

static int loopback_set_priority(void *context, const char *name, uint32_t priority)
{
	return softism_set_priority(context, name, priority);
}

static int loopback_drain(void *context, const char *name, uint32_t timeout)
{
	return softism_drain(context, name, timeout);
}

const struct smcd_plugin smcd_plugin = {
	.abi = SMCD_PLUGIN_ABI,
	.name = "loopback",
	.kinds = (const char *const[]){ "loopback", NULL },
	.modules = (const char *const[]){ "smc", "smc_diag", "softism", NULL },
	.start = loopback_start,
	.stop = loopback_stop,
	.enumerate = loopback_enumerate,
	.create = loopback_create,
	.delete = loopback_delete,
	.set_up = loopback_set_up,
	.set_priority = loopback_set_priority,
	.drain = loopback_drain,
};
