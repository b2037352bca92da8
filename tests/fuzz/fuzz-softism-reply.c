// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes the parsers of what the softism family sends: the bytes are an answer
 * to a request, and then notifications, of family 0x1c and sequence number 1.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../../plugins/softism-reply.h"
#include "../../smcd/genl.h"

#define FAMILY 0x1c

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static int on_reply(struct nlmsghdr *nlh, void *userdata)
{
	struct smcd_device *device = userdata;
	int r = softism_reply_device(nlh, device);

	/* What the daemon relies upon. */
	if (r == 0 && (!device->name[0] || strlen(device->name) >= sizeof(device->name) ||
		       softism_kind_of(device->kind) == SOFTISM_KIND_UNSPEC || !device->gid))
		abort();
	return r;
}

/* Runs on a copy that ends where the bytes end, and starts as aligned as libnl's buffers are. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct smcd_device device;
	struct genl_answer answer = {
		.seq = 1, .family = FAMILY, .fn = on_reply, .userdata = &device,
	};
	void *data = malloc(size ? size : 1);

	if (!data)
		return 0;
	memcpy(data, bytes, size);
	(void)genl_answer_feed(&answer, data, size);
	if (strlen(answer.text) >= sizeof(answer.text) || answer.error > 0)
		abort();
	(void)softism_reply_events(data, size, FAMILY);
	free(data);
	return 0;
}
