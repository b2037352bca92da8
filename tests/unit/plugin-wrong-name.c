// SPDX-License-Identifier: GPL-2.0-or-later
/* A sample for test-plugin.c: it has another name than its file. */
#include "plugin-sample.h"

const struct smcd_plugin smcd_plugin = {
	.abi = SMCD_PLUGIN_ABI,
	.name = "somebody-else",
	.kinds = (const char *const[]){ "sample", NULL },
	.start = sample_start,
	.stop = sample_stop,
	.enumerate = sample_enumerate,
};
