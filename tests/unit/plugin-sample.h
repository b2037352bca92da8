/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the sample plugins share: one that starts, has no device, and stops. */
#ifndef TESTS_PLUGIN_SAMPLE_H
#define TESTS_PLUGIN_SAMPLE_H

#include <stddef.h>
#include "smcd-plugin.h"

static inline int sample_start(const struct smcd_host *host, void **ret_context)
{
	(void)host;
	*ret_context = NULL;
	return 0;
}

static inline void sample_stop(void *context)
{
	(void)context;
}

static inline int sample_enumerate(void *context, smcd_device_fn fn, void *userdata)
{
	(void)context, (void)fn, (void)userdata;
	return 0;
}

#endif
