// SPDX-License-Identifier: GPL-2.0-or-later
/* A sample for test-plugin.c: a kernel module that it needs does not exist. */
#include "plugin-sample.h"

const struct smcd_plugin smcd_plugin = {
	.abi = SMCD_PLUGIN_ABI,
	.name = "plugin-needs-module",
	.kinds = (const char *const[]){ "sample", NULL },
	.modules = (const char *const[]){ "smc", "no-such-module", NULL },
	.start = sample_start,
	.stop = sample_stop,
	.enumerate = sample_enumerate,
};
