// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes the parsers of what the SMC stack's families answer: the first byte
 * says to which request, the others are the answer, of family 0x1c and
 * sequence number 1.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../../smcd/genl.h"
#include "../../smcd/smc-reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void feed(genl_reply_fn fn, void *userdata, const uint8_t *bytes, size_t size)
{
	struct genl_answer answer = {
		.seq = 1, .family = 0x1c, .fn = fn, .userdata = userdata,
	};
	/* A copy that ends where the bytes end, and starts as aligned as libnl's buffers are. */
	void *data = malloc(size ? size : 1);

	if (!data)
		return;
	memcpy(data, bytes, size);
	(void)genl_answer_feed(&answer, data, size);
	free(data);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct smc_ueids ueids = { 0 };
	struct smc_devices devices = { 0 };
	struct smc_counters counters = { 0 };
	struct smc_fallbacks fallbacks = { 0 };
	struct smc_linkgroups linkgroups = { 0 };
	struct smc_system system = { 0 };
	struct smc_pnets pnets = { 0 };
	struct smc_seid seid;
	bool enabled;

	if (size < 1)
		return 0;
	switch (bytes[0] % 9) {
	case 0:
		feed(smc_reply_ueid, &ueids, bytes + 1, size - 1);
		free(ueids.ueids);
		break;
	case 1:
		feed(smc_reply_device, &devices, bytes + 1, size - 1);
		free(devices.devices);
		break;
	case 2:
		feed(smc_reply_stats, &counters, bytes + 1, size - 1);
		break;
	case 3:
		feed(smc_reply_fallbacks, &fallbacks, bytes + 1, size - 1);
		free(fallbacks.reasons);
		break;
	case 4:
		feed(smc_reply_system, &system, bytes + 1, size - 1);
		break;
	case 5:
		feed(smc_reply_linkgroup, &linkgroups, bytes + 1, size - 1);
		free(linkgroups.linkgroups);
		break;
	case 6:
		feed(smc_reply_pnet, &pnets, bytes + 1, size - 1);
		free(pnets.entries);
		break;
	case 7:
		feed(smc_reply_seid, &seid, bytes + 1, size - 1);
		break;
	default:
		feed(smc_reply_handshake_limit, &enabled, bytes + 1, size - 1);
	}
	return 0;
}
