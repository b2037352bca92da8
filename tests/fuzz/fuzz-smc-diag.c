// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzzes what is made of SMC_DIAG's messages: the bytes are those of one receive. */
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include "../../smcd/smc-diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* libmnl takes lengths from 2 GiB on for negative ones, and approves; the kernel sends none. */
static bool is_ok(const struct nlmsghdr *nlh, int left)
{
	return left >= (int)sizeof(*nlh) && nlh->nlmsg_len <= INT_MAX && mnl_nlmsg_ok(nlh, left);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct smc_connection connection;
	char text[SMC_ADDRESS_SIZE];
	const struct nlmsghdr *nlh;
	/* A copy that ends where the bytes end, but for the padding that libmnl expects. */
	void *data = calloc(1, size ? MNL_ALIGN(size) : 1);
	int left = size;

	if (!data)
		return 0;
	memcpy(data, bytes, size);
	for (nlh = data; is_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
		if (smc_diag_parse(nlh, &connection) > 0)
			(void)smc_diag_address(&connection.peer, connection.peer_port, text);
	free(data);
	return 0;
}
