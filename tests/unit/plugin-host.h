/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the plugin that is linked to the test as the daemon would, on a temporary root. Include
 * after cmocka.h.
 */
#ifndef TESTS_PLUGIN_HOST_H
#define TESTS_PLUGIN_HOST_H

#include <stdio.h>
#include <string.h>
#include "smcd-plugin.h"
#include "temporary.h"

#define DEVICES_MAX 32

static char problem[512];
static unsigned int changed, grown;
static void *context;
static struct smcd_device devices[DEVICES_MAX];
static size_t n_devices;

static void host_changed(const struct smcd_host *host)
{
	(void)host;
	changed++;
}

static void host_grew(const struct smcd_host *host)
{
	(void)host;
	grown++;
}

__attribute__((format(printf, 2, 3)))
static void host_error(const struct smcd_host *host, const char *format, ...)
{
	va_list args;

	(void)host;
	va_start(args, format);
	vsnprintf(problem, sizeof(problem), format, args);
	va_end(args);
}

static struct smcd_host host = {
	.root = temporary, .changed = host_changed, .grew = host_grew, .error = host_error,
};

static inline int host_start(void)
{
	problem[0] = '\0';
	changed = grown = 0;
	assert_return_code(sd_event_new(&host.event), 0);
	return smcd_plugin.start(&host, &context);
}

static inline void host_stop(void)
{
	smcd_plugin.stop(context);
	host.event = sd_event_unref(host.event);
}

static inline int keep_device(const struct smcd_device *device, void *userdata)
{
	(void)userdata;
	assert_true(n_devices < DEVICES_MAX);
	devices[n_devices++] = *device;
	return 0;
}

/* Fills devices[]. */
static inline int host_enumerate(void)
{
	problem[0] = '\0';
	n_devices = 0;
	return smcd_plugin.enumerate(context, keep_device, NULL);
}

/* Likewise, of a plugin that runs for this only. */
static inline void enumerate(void)
{
	assert_int_equal(host_start(), 0);
	assert_int_equal(host_enumerate(), 0);
	host_stop();
}

static inline const struct smcd_device *device_named(const char *name)
{
	for (size_t i = 0; i < n_devices; i++)
		if (strcmp(devices[i].name, name) == 0)
			return &devices[i];
	fail_msg("there is no device %s; %s", name, problem);
	return NULL;
}

#endif
