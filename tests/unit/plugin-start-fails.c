// SPDX-License-Identifier: GPL-2.0-or-later
/* A sample for test-plugin.c: start() fails, with words. */
#include <errno.h>
#include "plugin-sample.h"

static int fail(const struct smcd_host *host, void **ret_context)
{
	(void)ret_context;
	host->error(host, "no such hardware in this machine");
	return -ENXIO;
}

const struct smcd_plugin smcd_plugin = {
	.abi = SMCD_PLUGIN_ABI,
	.name = "plugin-start-fails",
	.kinds = (const char *const[]){ "sample", NULL },
	.start = fail,
	.stop = sample_stop,
	.enumerate = sample_enumerate,
};
