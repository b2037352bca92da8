// SPDX-License-Identifier: GPL-2.0-or-later
/* Backend of real ISM devices, and of those that softism emulates. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "softism-client.h"
#include "../smcd/smc-netlink.h"

struct ism {
	const struct smcd_host *host;
	struct softism *softism;
	struct smc_netlink *smc;	/* NULL until the SMC stack is there */
};

static void ism_stop(void *context)
{
	struct ism *ism = context;

	smc_netlink_close(ism->smc);
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
	if (r < 0) {
		ism_stop(ism);
		return r;
	}
	*ret_context = ism;
	return 0;
}

static void describe(const struct smc_netlink_device *seen, struct smcd_device *device)
{
	*device = (struct smcd_device){
		.kind = "ism",
		.chid = seen->chid,
		.up = true,
		.attached = true,
		.reason = "the SMC stack places ISM hardware itself; its order cannot be set",
		.stats = {
			.tx_moves = SMCD_UNKNOWN, .tx_bytes = SMCD_UNKNOWN,
			.rx_moves = SMCD_UNKNOWN, .rx_bytes = SMCD_UNKNOWN,
			.signals = SMCD_UNKNOWN, .refused = SMCD_UNKNOWN,
			.dmbs = SMCD_UNKNOWN, .dmbs_failed = SMCD_UNKNOWN,
			.queries_yes = SMCD_UNKNOWN, .queries_no = SMCD_UNKNOWN,
		},
	};
	memcpy(device->name, seen->pci_id, sizeof(seen->pci_id));
	memcpy(device->pnetid, seen->pnetid, sizeof(device->pnetid));
}

static int list_hardware(struct ism *ism, struct smc_netlink_device **ret_seen, size_t *ret_count)
{
	const struct smcd_host *host = ism->host;
	int r = 0;

	if (!ism->smc) {
		r = smc_netlink_open(&ism->smc);
		if (r == -ENOENT)
			r = -ENODEV;
	}
	if (r >= 0)
		r = smc_netlink_devices(ism->smc, ret_seen, ret_count);
	if (r == -ENODEV)
		host->error(host, "ism: the kernel module smc is not loaded: modprobe smc");
	else if (r < 0)
		host->error(host, "ism: the SMC stack does not list its devices: %s", strerror(-r));
	return r;
}

static int enumerate_hardware(struct ism *ism, smcd_device_fn fn, void *userdata)
{
	struct smc_netlink_device *seen;
	struct smcd_device device;
	size_t count, i;
	int r;

	r = list_hardware(ism, &seen, &count);
	if (r < 0)
		return r;
	for (i = 0; r >= 0 && i < count; i++) {
		if (seen[i].vendor != SMC_VENDOR_IBM || !seen[i].pci_id[0])
			continue;
		describe(&seen[i], &device);
		r = fn(&device, userdata);
	}
	free(seen);
	return r;
}

static int ism_enumerate(void *context, smcd_device_fn fn, void *userdata)
{
	struct ism *ism = context;
	int r;

	r = enumerate_hardware(ism, fn, userdata);
	if (r < 0)
		return r;
	r = softism_enumerate(ism->softism, "ism-emu", NULL, fn, userdata);
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
	.start = ism_start,
	.stop = ism_stop,
	.enumerate = ism_enumerate,
	.create = ism_create,
	.delete = ism_delete,
	.set_up = ism_set_up,
	.set_priority = ism_set_priority,
	.drain = ism_drain,
};
