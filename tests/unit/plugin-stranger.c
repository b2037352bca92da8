// SPDX-License-Identifier: GPL-2.0-or-later
/* A sample for test-plugin.c: it reports a device of a kind that is not its own. */
#include "plugin-sample.h"

static int report_stranger(void *context, smcd_device_fn fn, void *userdata)
{
	const struct smcd_device device = { .name = "x0", .kind = "of-others" };

	(void)context;
	return fn(&device, userdata);
}

const struct smcd_plugin smcd_plugin = {
	.abi = SMCD_PLUGIN_ABI,
	.name = "plugin-stranger",
	.kinds = (const char *const[]){ "sample", NULL },
	.start = sample_start,
	.stop = sample_stop,
	.enumerate = report_stranger,
};
