// SPDX-License-Identifier: GPL-2.0-or-later
/* Backend of real ISM devices, and of those that softism emulates. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ism-hardware.h"
#include "kernel-loopback.h"
#include "place.h"
#include "softism-client.h"
#include "../smcd/smc-netlink.h"

struct ism {
	const struct smcd_host *host;
	struct softism *softism;
	struct kernel_loopback *loopback;	/* it comes before all others */
	struct smc_netlink *smc;		/* NULL until the SMC stack is there */
};

static void ism_stop(void *context)
{
	struct ism *ism = context;

	smc_netlink_close(ism->smc);
	kernel_loopback_free(ism->loopback);
	softism_close(ism->softism);
	free(ism);
}

static int ism_start(const struct smcd_host *host, void **ret_context)
{
	struct ism *ism;
	int r;

	ism = calloc(1, sizeof(*ism));
	if (!ism)
		return -ENOMEM;
	ism->host = host;
	r = softism_open(host, &ism->softism);
	if (r >= 0)
		r = kernel_loopback_new(host, &ism->loopback);
	if (r < 0) {
		ism_stop(ism);
		return r;
	}
	*ret_context = ism;
	return 0;
}

static struct smcd_device new_device(const char *pci_id)
{
	struct smcd_device device = {
		.kind = "ism",
		.up = true,
		.stats = SMCD_STATS_UNKNOWN,
	};

	snprintf(device.name, sizeof(device.name), "%s", pci_id);
	return device;
}

/* Adds what /sys tells; @function is NULL where /sys does not know the device. */
static void describe(const struct ism_function *function, struct smcd_device *device)
{
	if (function) {
		device->has_fid = function->has_fid;
		device->fid = function->fid;
		device->gid = function->gid;
	}
	if (device->has_fid)
		snprintf(device->instead, sizeof(device->instead),
			 "hardware is switched by its slot, /sys/bus/pci/slots/%08" PRIx32
			 "/power", device->fid);
	else
		snprintf(device->instead, sizeof(device->instead),
			 "hardware is switched by its slot, see /sys/bus/pci/slots");
}

static const struct ism_function *find_function(const struct ism_function *functions,
						size_t count, const char *pci_id)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(functions[i].pci_id, pci_id) == 0)
			return &functions[i];
	return NULL;
}

/* One that the SMC stack has, @place says where. */
static struct smcd_device attached_device(const struct smc_netlink_device *seen,
					  const struct ism_function *function,
					  struct place *place)
{
	struct smcd_device device = new_device(seen->pci_id);

	device.chid = seen->chid;
	device.attached = true;
	memcpy(device.pnetid, seen->pnetid, sizeof(device.pnetid));
	describe(function, &device);
	snprintf(device.reason, sizeof(device.reason), "%s", device.pnetid[0] ?
		 "offered only to network devices of its PNETID" :
		 "the SMC stack places ISM hardware itself; its order cannot be set");
	place_next(place, &device, true);
	return device;
}

/* One that only /sys has. */
static struct smcd_device detached_device(const struct ism_function *function, bool has_stack)
{
	struct smcd_device device = new_device(function->pci_id);

	device.chid = function->pchid;
	memcpy(device.pnetid, function->pnetid, sizeof(device.pnetid));
	describe(function, &device);
	snprintf(device.reason, sizeof(device.reason), "%s",
		 !function->has_driver ? "the driver ism does not have it: modprobe ism, or see "
					 "dmesg for why it refuses" :
		 has_stack ? "the SMC stack has not taken it: see dmesg" :
			     "the kernel module smc is not loaded: modprobe smc");
	return device;
}

/* 1, or 0 if there is no SMC stack, in words, too. */
static int list_attached(struct ism *ism, struct smc_netlink_device **ret_seen, size_t *ret_count)
{
	const struct smcd_host *host = ism->host;
	int r = 0;

	if (!ism->smc)
		r = smc_netlink_open(&ism->smc);
	if (r >= 0)
		r = smc_netlink_devices(ism->smc, ret_seen, ret_count);
	if (r == -ENODEV || r == -ENOENT) {
		host->error(host, "ism: the kernel module smc is not loaded: modprobe smc");
		return 0;
	}
	if (r < 0)
		host->error(host, "ism: the SMC stack does not list its devices: %s", strerror(-r));
	return r < 0 ? r : 1;
}

/* What both say of ISM hardware */
struct hardware {
	struct smc_netlink_device *seen;	/* in the stack's order */
	size_t n_seen;
	struct ism_function *functions;
	size_t n_functions;
};

static void free_hardware(struct hardware *hardware)
{
	free(hardware->seen);
	free(hardware->functions);
}

static bool is_hardware(const struct smc_netlink_device *seen)
{
	return seen->vendor == SMC_VENDOR_IBM && seen->pci_id[0];
}

static bool is_attached(const struct hardware *hardware, const char *pci_id)
{
	size_t i;

	for (i = 0; i < hardware->n_seen; i++)
		if (is_hardware(&hardware->seen[i]) &&
		    strcmp(hardware->seen[i].pci_id, pci_id) == 0)
			return true;
	return false;
}

static int report_hardware(const struct hardware *hardware, bool has_stack,
			   const struct smcd_device *loopback, smcd_device_fn fn, void *userdata)
{
	struct smcd_device device;
	struct place place;
	size_t i;
	int r = 0;

	place_init(&place, loopback);
	for (i = 0; r >= 0 && i < hardware->n_seen; i++) {
		const struct smc_netlink_device *seen = &hardware->seen[i];

		if (!is_hardware(seen))
			continue;
		device = attached_device(seen, find_function(hardware->functions,
							     hardware->n_functions,
							     seen->pci_id), &place);
		r = fn(&device, userdata);
	}
	for (i = 0; r >= 0 && i < hardware->n_functions; i++) {
		if (is_attached(hardware, hardware->functions[i].pci_id))
			continue;
		device = detached_device(&hardware->functions[i], has_stack);
		r = fn(&device, userdata);
	}
	return r;
}

/* -ENODEV: neither a stack nor hardware. */
static int enumerate_hardware(struct ism *ism, const struct smcd_device *loopback,
			      smcd_device_fn fn, void *userdata)
{
	__attribute__((cleanup(free_hardware))) struct hardware hardware = { 0 };
	const struct smcd_host *host = ism->host;
	int r;

	r = ism_hardware_list(host->root, &hardware.functions, &hardware.n_functions);
	if (r < 0) {
		host->error(host, "ism: /sys does not list PCI devices: %s", strerror(-r));
		return r;
	}
	r = list_attached(ism, &hardware.seen, &hardware.n_seen);
	if (r < 0)
		return r;
	if (r == 0 && !hardware.n_functions)
		return -ENODEV;
	return report_hardware(&hardware, r > 0, loopback, fn, userdata);
}

static int ism_enumerate(void *context, smcd_device_fn fn, void *userdata)
{
	struct ism *ism = context;
	struct smcd_device device, *loopback;
	int r;

	r = kernel_loopback_find(ism->loopback, &device);
	if (r < 0)
		return r;
	loopback = r ? &device : NULL;
	r = enumerate_hardware(ism, loopback, fn, userdata);
	if (r < 0)
		return r;
	r = softism_enumerate(ism->softism, "ism-emu", loopback, fn, userdata);
	/* Machines with hardware do well without softism. */
	return r == -ENODEV ? 0 : r;
}

static int ism_create(void *context, const struct smcd_wanted *wanted)
{
	struct ism *ism = context;
	const struct smcd_host *host = ism->host;

	if (strcmp(wanted->kind, "ism") == 0) {
		host->error(host, "device %s: ISM hardware cannot be created: take the device out "
			    "of the configuration, or make it of kind ism-emu", wanted->name);
		return -EOPNOTSUPP;
	}
	return softism_create(ism->softism, wanted);
}

static int ism_delete(void *context, const char *name, bool force)
{
	struct ism *ism = context;

	return softism_delete(ism->softism, name, force);
}

static int ism_set_up(void *context, const char *name, bool up)
{
	struct ism *ism = context;

	return softism_set_up(ism->softism, name, up);
}

static int ism_set_priority(void *context, const char *name, uint32_t priority)
{
	struct ism *ism = context;

	return softism_set_priority(ism->softism, name, priority);
}

static int ism_drain(void *context, const char *name, uint32_t timeout)
{
	struct ism *ism = context;

	return softism_drain(ism->softism, name, timeout);
}

const struct smcd_plugin smcd_plugin = {
	.abi = SMCD_PLUGIN_ABI,
	.name = "ism",
	.kinds = (const char *const[]){ "ism", "ism-emu", NULL },
	.modules = (const char *const[]){ "smc", "smc_diag", NULL },
	.optional_modules = (const char *const[]){ "softism", NULL },
	.subsystems = (const char *const[]){ "dibs", "pci", NULL },
	.start = ism_start,
	.stop = ism_stop,
	.enumerate = ism_enumerate,
	.create = ism_create,
	.delete = ism_delete,
	.set_up = ism_set_up,
	.set_priority = ism_set_priority,
	.drain = ism_drain,
};
