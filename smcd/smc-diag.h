/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The connections of SMC sockets, by the kernel's SMC_DIAG (uapi/linux/smc_diag.h). */
#ifndef SMCD_SMC_DIAG_H
#define SMCD_SMC_DIAG_H

#include <linux/netlink.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

enum smc_mode {
	SMC_MODE_NONE,		/* none yet */
	SMC_MODE_SMCD,
	SMC_MODE_SMCR,
	SMC_MODE_FALLBACK,	/* TCP */
};

struct smc_connection {
	struct in6_addr local, peer;		/* IPv4: in the first four bytes, then zeros */
	uint16_t local_port, peer_port;
	enum smc_mode mode;
	uint32_t reason, peer_diagnosis;	/* for fallback, see reason.h; 0: none */
};

/* A list that grows with every message; the caller frees connections. */
struct smc_connections {
	struct smc_connection *connections;
	size_t count, allocated;
};

/*
 * All that are established in this network namespace; the caller frees
 * *@ret_connections. -ENOENT: the kernel has no SMC_DIAG.
 */
int smc_diag_connections(struct smc_connection **ret_connections, size_t *ret_count);

/*
 * Pure: appends the connection of a message whose length mnl_nlmsg_ok() has
 * approved, if it has one, to @list. 0, -EBADMSG or -ENOMEM.
 */
int smc_diag_parse(const struct nlmsghdr *nlh, struct smc_connections *list);

#define SMC_ADDRESS_SIZE 64

/* "10.0.0.1:80" or "[fd00::1]:80"; fills and returns @ret. */
const char *smc_diag_address(const struct in6_addr *address, uint16_t port,
			     char ret[SMC_ADDRESS_SIZE]);

#endif
