/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the SMC sockets of the current network namespace through SMC_DIAG.
 */
#ifndef TESTS_VM_TRAFFIC_DIAG_H
#define TESTS_VM_TRAFFIC_DIAG_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <netinet/in.h>
#include <linux/smc_diag.h>

enum smc_mode {
	SMC_MODE_NONE,		/* listening, not connected yet or no more */
	SMC_MODE_SMCD,
	SMC_MODE_SMCR,
	SMC_MODE_FALLBACK,
};

#define SMC_STATE_INIT 2	/* of the kernel's enum smc_state */

struct smc_socket {
	uint64_t inode;		/* 0: not accepted, or already closed */
	unsigned int state;	/* the kernel's enum smc_state */
	enum smc_mode mode;
	uint8_t shutdown;	/* the kernel's RCV_SHUTDOWN is 1, SEND_SHUTDOWN 2 */
	struct in6_addr local, peer;	/* IPv4 in the first word, the rest 0 */
	uint16_t local_port, peer_port;	/* host byte order */
	uint32_t reason, peer_diagnosis;
	/* 0 without a buffer */
	uint32_t sndbuf, rmbe, peer_rmbe;
	struct smc_diag_conninfo conninfo;
	/* SMC-D only */
	uint32_t linkid;
	uint64_t my_gid, peer_gid, my_gid_ext, peer_gid_ext;
	uint64_t token, peer_token;
};

struct smc_socket_list {
	struct smc_socket *items;
	size_t count, room;
};

/*
 * Returns 0 or a negative errno after saying on stderr what is wrong.
 * Release the list with smc_socket_list_free() in both cases.
 */
int smc_socket_list_read(struct smc_socket_list *list);
void smc_socket_list_free(struct smc_socket_list *list);

/* Prints key=value pairs, from mode on, without a newline. */
void smc_socket_print(const struct smc_socket *s, FILE *f);

/*
 * Prints how far a connection has come, a line for each end, for those of which
 * one end has @port: cursors as wrap:count, flags as in net/smc/smc_cdc.h. If the
 * rx_flags tell of the end of a stream, and shutdown has no 1, the kernel has lost it.
 */
void smc_socket_list_print_progress(const struct smc_socket_list *list, uint16_t port, FILE *f);

const char *smc_mode_name(enum smc_mode mode);

#endif
