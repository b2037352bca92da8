// SPDX-License-Identifier: GPL-2.0-or-later
/* A sample for test-plugin.c: a kernel module that it needs does not exist. */
#include <stddef.h>
#include "../../smcd/smcd-plugin.h"

static int sample_start(const struct smcd_host *host, void **ret_context)
{
	(void)host;
	*ret_context = NULL;
	return 0;
}

static void sample_stop(void *context)
{
	(void)context;
}

static int sample_enumerate(void *context, smcd_device_fn fn, void *userdata)
{
	(void)context, (void)fn, (void)userdata;
	return 0;
}

const struct smcd_plugin smcd_plugin = {
	.abi = SMCD_PLUGIN_ABI,
	.name = "plugin-needs-module",
	.kinds = (const char *const[]){ "sample", NULL },
	.modules = (const char *const[]){ "smc", "no-such-module", NULL },
	.start = sample_start,
	.stop = sample_stop,
	.enumerate = sample_enumerate,
};
