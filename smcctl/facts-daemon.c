// SPDX-License-Identifier: GPL-2.0-or-later
/* The daemon, and the devices as it or the kernel has them, for smcctl doctor. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include "bus-client.h"
#include "config-files.h"
#include "facts.h"
#include "verify.h"
#include "../plugins/kernel-loopback.h"
#include "../plugins/softism-client.h"

#define CALL_TIMEOUT 5000000	/* us; a daemon that is well answers at once */

static void take_daemon(struct facts_daemon *daemon, sd_bus *bus)
{
	struct failure failure;

	/* Asking it would have it started, where its unit is enabled. */
	if (!bus_client_is_running(bus)) {
		daemon->state = FACTS_DAEMON_DOWN;
		return;
	}
	(void)sd_bus_set_method_call_timeout(bus, CALL_TIMEOUT);
	daemon->state = FACTS_DAEMON_UP;
	if (bus_client_manager(bus, &daemon->manager, &failure) < 0) {
		daemon->state = FACTS_DAEMON_MUTE;
		snprintf(daemon->why, sizeof(daemon->why), "%.*s", FACTS_TEXT_SIZE - 1,
			 failure.text);
	}
}

static bool files_want_ueid(void)
{
	__attribute__((cleanup(config_freep))) struct config *config = NULL;
	struct config_error error;

	return config_files_load("", &config, &error) >= 0 && config->n_ueids;
}

void facts_daemon(struct facts *facts)
{
	struct facts_daemon *daemon = &facts->daemon;
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	daemon->systemd = sd_booted() > 0;
	daemon->wants_ueid = files_want_ueid();
	if (bus_client_open(&bus, &failure) >= 0) {
		take_daemon(daemon, bus);
	} else {
		daemon->state = FACTS_DAEMON_NO_BUS;
		snprintf(daemon->why, sizeof(daemon->why), "%.*s", FACTS_TEXT_SIZE - 1,
			 failure.text);
	}
	/* A running one has said so itself. */
	if (daemon->state != FACTS_DAEMON_UP)
		verify_files(NULL, daemon->file_error, sizeof(daemon->file_error));
}

/* A new one at the end, zeros; NULL: no memory. */
static struct facts_device *add(struct facts_devices *devices)
{
	struct facts_device *longer;

	longer = reallocarray(devices->list, devices->n + 1, sizeof(*longer));
	if (!longer)
		return NULL;
	devices->list = longer;
	longer += devices->n++;
	*longer = (struct facts_device){ 0 };
	return longer;
}

static int add_kernel_device(const struct smcd_device *from, void *userdata)
{
	struct facts_device *device = add(userdata);

	if (!device)
		return -ENOMEM;
	memcpy(device->name, from->name, sizeof(device->name));
	memcpy(device->kind, from->kind, sizeof(device->kind));
	memcpy(device->pnetid, from->pnetid, sizeof(device->pnetid));
	snprintf(device->reason, sizeof(device->reason), "%s", from->reason);
	device->chid = from->chid;
	device->gid = from->gid;
	device->priority = from->priority;
	device->rank = from->rank;
	device->connections = from->connections;
	device->max_memory = from->max_memory;
	device->up = from->up;
	return 0;
}

/* What the plugins' functions ask for: there is no daemon around them here. */
struct host {
	struct smcd_host host;
	struct facts_devices *devices;
};

static void no_change(const struct smcd_host *host)
{
	(void)host;
}

__attribute__((format(printf, 2, 3)))
static void keep_error(const struct smcd_host *base, const char *format, ...)
{
	const struct host *host = (const struct host *)base;
	va_list args;

	va_start(args, format);
	vsnprintf(host->devices->why, sizeof(host->devices->why), format, args);
	va_end(args);
}

static int add_softism(const struct smcd_host *host, const struct smcd_device *loopback,
		       struct facts_devices *devices)
{
	struct softism *softism;
	int r;

	r = softism_open(host, &softism);
	if (r < 0)
		return r;
	r = softism_enumerate(softism, "loopback", loopback, add_kernel_device, devices);
	if (r >= 0)
		r = softism_enumerate(softism, "ism-emu", loopback, add_kernel_device, devices);
	softism_close(softism);
	return r;
}

/* The kernel's own loopback device, and those of softism behind it. */
static int add_software(const struct smcd_host *host, struct facts_devices *devices)
{
	struct kernel_loopback *loopback;
	struct smcd_device device;
	int r, found;

	r = kernel_loopback_new(host, &loopback);
	if (r < 0)
		return r;
	found = kernel_loopback_find(loopback, &device);
	kernel_loopback_free(loopback);
	if (found > 0)
		r = add_kernel_device(&device, devices);
	return r < 0 ? r : add_softism(host, found > 0 ? &device : NULL, devices);
}

/* Real ISM devices, of which the SMC stack itself tells. */
static void add_hardware(struct facts_devices *devices)
{
	struct smc_netlink_device *list = NULL;
	struct smc_netlink *netlink;
	struct facts_device *device;
	size_t i, n = 0;

	if (smc_netlink_open(&netlink) < 0)
		return;
	(void)smc_netlink_devices(netlink, &list, &n);
	for (i = 0; i < n; i++) {
		device = list[i].vendor == SMC_VENDOR_IBM ? add(devices) : NULL;
		if (!device)
			continue;
		snprintf(device->name, sizeof(device->name), "%s", list[i].pci_id);
		strcpy(device->kind, "ism");
		memcpy(device->pnetid, list[i].pnetid, sizeof(device->pnetid));
		device->chid = list[i].chid;
		device->rank = devices->n;
		device->up = true;
	}
	free(list);
	smc_netlink_close(netlink);
}

/* Without the daemon: as its plugins see them. */
static void take_from_kernel(struct facts_devices *devices)
{
	struct host host = {
		.host = { .root = "", .changed = no_change, .error = keep_error },
		.devices = devices,
	};
	int r;

	r = sd_event_new(&host.host.event);
	if (r >= 0)
		r = add_software(&host.host, devices);
	/* That softism is not loaded is a finding about modules. */
	if (r == -ENODEV)
		*devices->why = '\0';
	else if (r < 0 && !*devices->why)
		snprintf(devices->why, sizeof(devices->why), "%s", strerror(-r));
	sd_event_unref(host.host.event);
	add_hardware(devices);
}

static void take_device(const struct device *from, const struct facts_devices *kernel,
			struct facts_device *device)
{
	size_t i;

	snprintf(device->name, sizeof(device->name), "%s", from->name);
	snprintf(device->kind, sizeof(device->kind), "%s", from->kind);
	snprintf(device->pnetid, sizeof(device->pnetid), "%s", from->pnetid);
	snprintf(device->reason, sizeof(device->reason), "%s", from->reason);
	device->chid = from->chid;
	device->gid = from->gid;
	device->priority = from->priority;
	device->rank = from->rank;
	device->connections = from->connections;
	device->up = !strcmp(from->state, "up") || !strcmp(from->state, "detached");
	/* The bus does not tell the former, nor the kernel the daemon when the latter changes. */
	for (i = 0; i < kernel->n; i++) {
		if (strcmp(kernel->list[i].name, device->name))
			continue;
		device->max_memory = kernel->list[i].max_memory;
		memcpy(device->pnetid, kernel->list[i].pnetid, sizeof(device->pnetid));
	}
}

/* Puts those of the daemon in the place of what the kernel told. */
static int take_from_daemon(struct facts_devices *devices)
{
	devices_cleanup struct devices list = {};
	struct facts_devices fresh = { 0 };
	bus_cleanup sd_bus *bus = NULL;
	struct facts_device *device;
	struct failure failure;
	size_t i;

	if (bus_client_open(&bus, &failure) < 0 ||
	    sd_bus_set_method_call_timeout(bus, CALL_TIMEOUT) < 0 ||
	    bus_client_devices(bus, &list, &failure) < 0)
		return -EIO;
	for (i = 0; i < list.n; i++) {
		device = add(&fresh);
		if (device)
			take_device(&list.list[i], devices, device);
	}
	free(devices->list);
	*devices = fresh;
	return 0;
}

/* By rank; those that take no connections come last. */
static int compare(const void *a, const void *b)
{
	const struct facts_device *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank - 1 < y->rank - 1 ? -1 : 1;
	return strcmp(x->name, y->name);
}

void facts_devices(struct facts *facts)
{
	struct facts_devices *devices = &facts->devices;

	take_from_kernel(devices);
	if (facts->daemon.state == FACTS_DAEMON_UP && take_from_daemon(devices) < 0)
		snprintf(devices->why, sizeof(devices->why), "smcd does not tell them");
	if (devices->n)
		qsort(devices->list, devices->n, sizeof(*devices->list), compare);
}

void facts_name_device(struct probe_view *view, void *userdata)
{
	const struct facts *facts = userdata;
	size_t i;

	for (i = 0; i < facts->devices.n && view->mode == SMC_MODE_SMCD; i++)
		if (facts->devices.list[i].gid && facts->devices.list[i].gid == view->gid)
			snprintf(view->device, sizeof(view->device), "%s",
				 facts->devices.list[i].name);
}
