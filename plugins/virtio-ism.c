// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Backend of virtio-ism devices: memory that virtual machines of one host share.
 *
 * OASIS has reserved virtio device ID 44 for them (virtio issue 150), and the SMC stack the CHIDs
 * 0xFF00 to 0xFFFE (net/smc/smc_ism.h). No kernel has a driver: what a hypervisor offers is shown,
 * with the reason why it cannot be used. A driver that comes would add a dibs device to it.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sysfs.h"
#include "../smcd/smcd-plugin.h"

#define VIRTIO_ID_ISM 44
#define CHID_MIN 0xff00
#define CHID_MAX 0xfffe

struct virtio_ism {
	const struct smcd_host *host;
};

static void virtio_ism_stop(void *context)
{
	free(context);
}

static int virtio_ism_start(const struct smcd_host *host, void **ret_context)
{
	struct virtio_ism *ism = calloc(1, sizeof(*ism));

	if (!ism)
		return -ENOMEM;
	ism->host = host;
	*ret_context = ism;
	return 0;
}

static bool is_ism(const char *root, const char *name)
{
	char path[PATH_MAX];
	uint64_t id;

	snprintf(path, sizeof(path), "bus/virtio/devices/%s/device", name);
	return strlen(name) < SMCD_NAME_SIZE &&
	       sysfs_hex(root, path, UINT16_MAX, &id) >= 0 && id == VIRTIO_ID_ISM;
}

static bool is_parent(const char *root, const char *dibs, const char *name)
{
	char path[PATH_MAX], parent[SYSFS_NAME_SIZE];

	snprintf(path, sizeof(path), "class/dibs/%s/device", dibs);
	return sysfs_link(root, path, parent, sizeof(parent)) >= 0 && strcmp(parent, name) == 0;
}

/* Takes CHID and GID of the dibs device that a driver has added to @device, if any. */
static int take_dibs(const char *root, struct smcd_device *device)
{
	char (*names)[SYSFS_NAME_SIZE], path[PATH_MAX];
	uint64_t chid;
	size_t count, i;
	int r;

	r = sysfs_list(root, "class/dibs", &names, &count);
	if (r < 0)
		return r;
	for (i = 0; i < count; i++) {
		if (!is_parent(root, names[i], device->name))
			continue;
		snprintf(path, sizeof(path), "class/dibs/%s/fabric_id", names[i]);
		if (sysfs_hex(root, path, UINT16_MAX, &chid) >= 0)
			device->chid = chid;
		(void)sysfs_dibs_gid(root, names[i], &device->gid);
	}
	free(names);
	return 0;
}

static void explain(const char *root, struct smcd_device *device)
{
	char path[PATH_MAX], driver[32];

	snprintf(path, sizeof(path), "bus/virtio/devices/%s/driver", device->name);
	if (sysfs_link(root, path, driver, sizeof(driver)) < 0)
		snprintf(device->reason, sizeof(device->reason),
			 "no driver in this kernel: Linux has none yet, so SMC cannot use it");
	else if (!device->chid)
		snprintf(device->reason, sizeof(device->reason),
			 "its driver %s does not offer it to SMC", driver);
	else if (device->chid < CHID_MIN || device->chid > CHID_MAX)
		snprintf(device->reason, sizeof(device->reason),
			 "its driver %s gives it a CHID that is none of 0x%04X to 0x%04X", driver,
			 CHID_MIN, CHID_MAX);
	else
		snprintf(device->reason, sizeof(device->reason),
			 "its driver %s is newer than this smcd, which does not know its place",
			 driver);
}

static int describe(const char *root, const char *name, struct smcd_device *device)
{
	*device = (struct smcd_device){
		.kind = "virtio-ism",
		.up = true,
		.instead = "the hypervisor adds and removes it",
		.stats = SMCD_STATS_UNKNOWN,
	};
	strcpy(device->name, name);
	return take_dibs(root, device);
}

static int virtio_ism_enumerate(void *context, smcd_device_fn fn, void *userdata)
{
	const struct virtio_ism *ism = context;
	const struct smcd_host *host = ism->host;
	char (*names)[SYSFS_NAME_SIZE];
	struct smcd_device device;
	size_t count, i;
	int r;

	r = sysfs_list(host->root, "bus/virtio/devices", &names, &count);
	if (r < 0) {
		host->error(host, "virtio-ism: /sys does not list virtio devices: %s",
			    strerror(-r));
		return r;
	}
	for (i = 0; r >= 0 && i < count; i++) {
		if (!is_ism(host->root, names[i]))
			continue;
		r = describe(host->root, names[i], &device);
		if (r < 0)
			break;
		explain(host->root, &device);
		r = fn(&device, userdata);
	}
	free(names);
	return r < 0 ? r : 0;
}

const struct smcd_plugin smcd_plugin = {
	.abi = SMCD_PLUGIN_ABI,
	.name = "virtio-ism",
	.kinds = (const char *const[]){ "virtio-ism", NULL },
	.subsystems = (const char *const[]){ "virtio", "dibs", NULL },
	.start = virtio_ism_start,
	.stop = virtio_ism_stop,
	.enumerate = virtio_ism_enumerate,
};
