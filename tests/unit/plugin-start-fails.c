// SPDX-License-Identifier: GPL-2.0-or-later
/* A sample for test-plugin.c: start() fails, with words. */
#include <errno.h>
#include <stddef.h>
#include "../../smcd/smcd-plugin.h"

static int sample_start(const struct smcd_host *host, void **ret_context)
{
	(void)ret_context;
	host->error(host, "no such hardware in this machine");
	return -ENXIO;
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
	.name = "plugin-start-fails",
	.kinds = (const char *const[]){ "sample", NULL },
	.start = sample_start,
	.stop = sample_stop,
	.enumerate = sample_enumerate,
};
