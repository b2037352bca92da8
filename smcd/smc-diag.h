/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The connections of SMC sockets, by the kernel's SMC_DIAG (uapi/linux/smc_diag.h). */
#ifndef SMCD_SMC_DIAG_H
#define SMCD_SMC_DIAG_H

#include <linux/netlink.h>
#include <netinet/in.h>
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
	uint32_t linkgroup;			/* for SMC-D its ID and GIDs */
	uint64_t gid, peer_gid;
	uint64_t inode;				/* of the socket, as fstat() has it; 0: of none */
	uint32_t uid;				/* of its owner */
};

/* Takes a connection; a negative errno ends the dump, which returns it. */
typedef int (*smc_diag_fn)(const struct smc_connection *connection, void *userdata);

/*
 * Hands all that are established in this network namespace to @fn, as they come from the kernel.
 * -ENOENT: the kernel has no SMC_DIAG.
 */
int smc_diag_dump(smc_diag_fn fn, void *userdata);

/* The same in parts, each of at most SMC_DIAG_ANSWER_MAX connections. */
struct smc_diag;

#define SMC_DIAG_ANSWER_MAX 1024

int smc_diag_open(struct smc_diag **ret_diag);
void smc_diag_close(struct smc_diag *diag);

/* The next part; the kernel makes it when it is asked for. 1: there may be more; 0: that was all. */
int smc_diag_read(struct smc_diag *diag, smc_diag_fn fn, void *userdata);

/*
 * Pure: reads the connection of a message whose length mnl_nlmsg_ok() has approved. 1, or 0 if
 * it has none, or -EBADMSG.
 */
int smc_diag_parse(const struct nlmsghdr *nlh, struct smc_connection *ret_connection);

#define SMC_ADDRESS_SIZE 64

/* "10.0.0.1:80" or "[fd00::1]:80"; fills and returns @ret. */
const char *smc_diag_address(const struct in6_addr *address, uint16_t port,
			     char ret[SMC_ADDRESS_SIZE]);

#endif
