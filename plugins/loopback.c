// SPDX-License-Identifier: GPL-2.0-or-later
/* Backend of loopback devices: those of softism, and the one that the kernel brings itself. */
#include <errno.h>
#include <stdlib.h>
#include "kernel-loopback.h"
#include "softism-client.h"

struct loopback {
	struct softism *softism;
	struct kernel_loopback *kernel;
};

static void loopback_stop(void *context)
{
	struct loopback *loopback = context;

	kernel_loopback_free(loopback->kernel);
	softism_close(loopback->softism);
	free(loopback);
}

static int loopback_start(const struct smcd_host *host, void **ret_context)
{
	struct loopback *loopback;
	int r;

	loopback = calloc(1, sizeof(*loopback));
	if (!loopback)
		return -ENOMEM;
	r = softism_open(host, &loopback->softism);
	if (r >= 0)
		r = kernel_loopback_new(host, &loopback->kernel);
	if (r < 0) {
		loopback_stop(loopback);
		return r;
	}
	*ret_context = loopback;
	return 0;
}

static int loopback_enumerate(void *context, smcd_device_fn fn, void *userdata)
{
	struct loopback *loopback = context;
	struct smcd_device device;
	int r, found;

	found = kernel_loopback_find(loopback->kernel, &device);
	r = found > 0 ? fn(&device, userdata) : found;
	if (r < 0)
		return r;
	r = softism_enumerate(loopback->softism, "loopback", found ? &device : NULL, fn, userdata);
	/* Kernels that bring one do well without softism. */
	return r == -ENODEV && found ? 0 : r;
}

static int loopback_create(void *context, const struct smcd_wanted *wanted)
{
	struct loopback *loopback = context;

	return softism_create(loopback->softism, wanted);
}

static int loopback_delete(void *context, const char *name, bool force)
{
	struct loopback *loopback = context;

	return softism_delete(loopback->softism, name, force);
}

static int loopback_set_up(void *context, const char *name, bool up)
{
	struct loopback *loopback = context;

	return softism_set_up(loopback->softism, name, up);
}

static int loopback_set_priority(void *context, const char *name, uint32_t priority)
{
	struct loopback *loopback = context;

	return softism_set_priority(loopback->softism, name, priority);
}

static int loopback_drain(void *context, const char *name, uint32_t timeout)
{
	struct loopback *loopback = context;

	return softism_drain(loopback->softism, name, timeout);
}

const struct smcd_plugin smcd_plugin = {
	.abi = SMCD_PLUGIN_ABI,
	.name = "loopback",
	.kinds = (const char *const[]){ "loopback", NULL },
	.modules = (const char *const[]){ "smc", "smc_diag", NULL },
	.optional_modules = (const char *const[]){ "softism", NULL },
	.subsystems = (const char *const[]){ "dibs", NULL },
	.start = loopback_start,
	.stop = loopback_stop,
	.enumerate = loopback_enumerate,
	.create = loopback_create,
	.delete = loopback_delete,
	.set_up = loopback_set_up,
	.set_priority = loopback_set_priority,
	.drain = loopback_drain,
};
