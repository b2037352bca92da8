// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A sample for tests: a backend that misbehaves as the variable SMCD_PLUGIN_FAULT says. With
 * none it has the device fault0, and every step fails.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "smcd-plugin.h"

#define MANY 10000

#define LATE 1.5	/* s, after which "late" is over */

static const struct smcd_host *host;
static double started;

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static bool fault_is(const char *name)
{
	const char *fault = getenv("SMCD_PLUGIN_FAULT");

	return fault && strcmp(fault, name) == 0;
}

static int faults_start(const struct smcd_host *with, void **ret_context)
{
	host = with;
	started = seconds();
	if (fault_is("start"))
		return -ENXIO;
	*ret_context = NULL;
	return 0;
}

static void faults_stop(void *context)
{
	(void)context;
	/* stop() is no time to report, but somebody will. */
	host->changed(host);
	host->error(host, "plugin faults: said too late");
}

static int report_many(struct smcd_device *device, smcd_device_fn fn, void *userdata)
{
	int i, r = 0;

	for (i = 0; i < MANY && r >= 0; i++) {
		snprintf(device->name, sizeof(device->name), "fault%d", i);
		r = fn(device, userdata);
	}
	return r;
}

/* Puts the fault into @device. */
static void spoil(struct smcd_device *device)
{
	if (fault_is("endless-name"))
		memset(device->name, 'a', sizeof(device->name));
	else if (fault_is("no-name"))
		device->name[0] = '\0';
	else if (fault_is("odd-name"))
		strcpy(device->name, "a/b\n\x1b[2J");
	else if (fault_is("endless-kind"))
		memset(device->kind, 'f', sizeof(device->kind));
	else if (fault_is("stranger"))
		strcpy(device->kind, "of-others");
	else if (fault_is("endless-pnetid"))
		memset(device->pnetid, 'P', sizeof(device->pnetid));
	else if (fault_is("endless-reason"))
		memset(device->reason, 'r', sizeof(device->reason));
	else if (fault_is("endless-instead"))
		memset(device->instead, 'i', sizeof(device->instead));
}

static int faults_enumerate(void *context, smcd_device_fn fn, void *userdata)
{
	struct smcd_device device = {
		.name = "fault0", .kind = "faulty", .caps = UINT32_MAX, .up = true,
	};
	int r;

	(void)context;
	spoil(&device);
	if (fault_is("enumerate") || (fault_is("late") && seconds() < started + LATE))
		return -EIO;
	if (fault_is("storm"))
		for (r = 0; r < MANY; r++)
			host->changed(host);
	if (fault_is("many"))
		return report_many(&device, fn, userdata);
	r = fn(&device, userdata);
	if (r >= 0 && fault_is("twice"))
		r = fn(&device, userdata);
	/* Others ignore what they are told. */
	return fault_is("deaf") ? 1 : r;
}

static int fail(void)
{
	if (fault_is("mute"))
		return -EIO;
	host->error(host, "plugin faults: %s", "refused on purpose");
	return -EIO;
}

static int faults_create(void *context, const struct smcd_wanted *wanted)
{
	(void)context, (void)wanted;
	return fail();
}

static int faults_delete(void *context, const char *name, bool force)
{
	(void)context, (void)name, (void)force;
	return fail();
}

static int faults_set_up(void *context, const char *name, bool up)
{
	(void)context, (void)name, (void)up;
	return fail();
}

static int faults_set_number(void *context, const char *name, uint32_t number)
{
	(void)context, (void)name, (void)number;
	return fail();
}

const struct smcd_plugin smcd_plugin = {
	.abi = SMCD_PLUGIN_ABI,
	.name = "plugin-faults",
	.kinds = (const char *const[]){ "faulty", NULL },
	.subsystems = (const char *const[]){ "faulty-bus", NULL },
	.start = faults_start,
	.stop = faults_stop,
	.enumerate = faults_enumerate,
	.create = faults_create,
	.delete = faults_delete,
	.set_up = faults_set_up,
	.set_priority = faults_set_number,
	.drain = faults_set_number,
};
