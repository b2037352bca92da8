// SPDX-License-Identifier: GPL-2.0-or-later
/* The loopback device that the kernel brings itself, for the plugins. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kernel-loopback.h"
#include "place.h"
#include "sysfs.h"
#include "../smcd/smc-netlink.h"

struct kernel_loopback {
	const struct smcd_host *host;
	struct smc_netlink *smc;	/* NULL until the SMC stack is there */
};

int kernel_loopback_new(const struct smcd_host *host, struct kernel_loopback **ret_loopback)
{
	struct kernel_loopback *loopback;

	loopback = calloc(1, sizeof(*loopback));
	if (!loopback)
		return -ENOMEM;
	loopback->host = host;
	*ret_loopback = loopback;
	return 0;
}

void kernel_loopback_free(struct kernel_loopback *loopback)
{
	if (!loopback)
		return;
	smc_netlink_close(loopback->smc);
	free(loopback);
}

static struct smcd_device new_device(const char *name)
{
	struct smcd_device device = {
		.kind = "loopback",
		.chid = PLACE_CHID_LOOPBACK,
		.up = true,
		.no_copy = true,
		.stats = SMCD_STATS_UNKNOWN,
	};

	snprintf(device.name, sizeof(device.name), "%s", name);
	snprintf(device.instead, sizeof(device.instead),
		 "it is part of the kernel; a PNETID that no network device has keeps "
		 "connections off it");
	return device;
}

/* Devices that modules add have a parent; a device named lo that is not the kernel's would have. */
static bool has_lo(const char *root)
{
	uint64_t fabric;

	return sysfs_hex(root, "class/dibs/lo/fabric_id", UINT16_MAX, &fabric) >= 0 &&
	       fabric == PLACE_CHID_LOOPBACK && !sysfs_exists(root, "class/dibs/lo/device");
}

/* Sums up the connections of the device, and takes its GID if need be. */
static bool add_linkgroups(struct smcd_device *device, const struct smc_linkgroup *linkgroups,
			   size_t count)
{
	bool found = false;
	size_t i;

	for (i = 0; i < count; i++) {
		if (linkgroups[i].chid != PLACE_CHID_LOOPBACK ||
		    (device->gid && device->gid != linkgroups[i].gid))
			continue;
		device->gid = linkgroups[i].gid;
		device->connections += linkgroups[i].connections;
		found = true;
	}
	return found;
}

static int ask_linkgroups(struct kernel_loopback *loopback, struct smcd_device *device)
{
	struct smc_linkgroup *linkgroups;
	size_t count;
	int r;

	r = smc_netlink_linkgroups(loopback->smc, &linkgroups, &count);
	if (r < 0)
		return r;
	r = add_linkgroups(device, linkgroups, count);
	free(linkgroups);
	return r;
}

/* -ENODEV: the stack is not there. */
static int need_stack(struct kernel_loopback *loopback)
{
	int r;

	if (loopback->smc)
		return 0;
	r = smc_netlink_open(&loopback->smc);
	return r == -ENOENT ? -ENODEV : r;
}

/* 1, 0 or a negative error; @device may have been given its GID and connections. */
static int find_loopback_ism(struct kernel_loopback *loopback, struct smcd_device *device)
{
	struct smc_system system;
	int r, used;

	r = smc_netlink_system(loopback->smc, &system);
	if (r < 0 || !system.ism_v2)
		return r < 0 ? r : 0;
	if (sysfs_exists(loopback->host->root, "module/softism"))
		return 0;
	used = ask_linkgroups(loopback, device);
	return used < 0 ? used : used || !system.seid[0];
}

/* 0 if there is no device, 1 if there is, whether the stack is there or not. */
static int identify(struct kernel_loopback *loopback, struct smcd_device *device)
{
	const char *root = loopback->host->root;
	int r;

	if (has_lo(root)) {
		*device = new_device("lo");
		(void)sysfs_dibs_gid(root, device->name, &device->gid);
		r = need_stack(loopback);
		if (r >= 0)
			r = ask_linkgroups(loopback, device);
		device->attached = r >= 0;
		return r >= 0 || r == -ENODEV ? 1 : r;
	}
	if (sysfs_exists(root, "class/dibs"))
		return 0;
	*device = new_device("loopback-ism");
	r = need_stack(loopback);
	if (r >= 0)
		r = find_loopback_ism(loopback, device);
	device->attached = r > 0;
	return r == -ENODEV ? 0 : r;
}

static void take_pnetid(struct smcd_device *device, const struct pnet_entry *table, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (table[i].port && strcmp(table[i].name, device->name) == 0) {
			memcpy(device->pnetid, table[i].pnetid, sizeof(device->pnetid));
			return;
		}
}

/* Whether the table gives @pnetid to a network device. */
static bool is_shared(const char *pnetid, const struct pnet_entry *table, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!table[i].port && strcmp(table[i].pnetid, pnetid) == 0)
			return true;
	return false;
}

/* It has no parent that could have a PNETID: only the table gives it one. */
static int place(struct kernel_loopback *loopback, struct smcd_device *device)
{
	struct pnet_entry *table;
	size_t count;
	bool shared;
	int r;

	r = smc_netlink_pnets(loopback->smc, &table, &count);
	if (r < 0)
		return r;
	take_pnetid(device, table, count);
	shared = is_shared(device->pnetid, table, count);
	free(table);
	device->rank = !device->pnetid[0] || shared;
	if (shared)
		snprintf(device->reason, sizeof(device->reason),
			 "offered only to network devices of its PNETID");
	else if (device->pnetid[0])
		snprintf(device->reason, sizeof(device->reason),
			 "takes no connection: the PNET table has no network device with its "
			 "PNETID");
	else
		snprintf(device->reason, sizeof(device->reason),
			 "the kernel proposes it before all others; a PNETID that no network "
			 "device has keeps connections off it");
	return 0;
}

int kernel_loopback_find(struct kernel_loopback *loopback, struct smcd_device *ret_device)
{
	const struct smcd_host *host = loopback->host;
	struct smcd_device device;
	int r;

	r = identify(loopback, &device);
	if (r > 0 && device.attached)
		r = place(loopback, &device) ?: 1;
	else if (r > 0)
		snprintf(device.reason, sizeof(device.reason),
			 "the kernel module smc is not loaded: modprobe smc");
	if (r < 0)
		host->error(host, "loopback device of the kernel: the SMC stack does not answer: %s",
			    strerror(-r));
	if (r > 0)
		*ret_device = device;
	return r;
}
