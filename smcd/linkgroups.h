/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The link groups of SMC-D, read from the kernel when asked for: it does not announce them.
 *
 * Its dump leaves some out, but it counts them at their devices, other than loopback. Where fewer
 * come than there are, or that cannot be known, those with connections in this network namespace
 * are taken from SMC_DIAG, which knows little else of them.
 */
#ifndef SMCD_LINKGROUPS_H
#define SMCD_LINKGROUPS_H

#include "smc-diag.h"
#include "smc-netlink.h"

struct linkgroups {
	struct smc_linkgroup *items;	/* by id, once they have been read */
	size_t count;
	/* For the bus: when they were read, and how long that is to do; CLOCK_MONOTONIC, us */
	uint64_t iteration, fresh_until;
};

void linkgroups_clear(struct linkgroups *linkgroups);

/* Reads them all. On failure there are none. */
int linkgroups_read(struct linkgroups *linkgroups, struct smc_netlink *netlink);

/* NULL if there is none. */
const struct smc_linkgroup *linkgroups_find(const struct linkgroups *linkgroups, uint32_t id);

/* Pure: counts @connection, a smc_diag_fn; those that are complete have been counted. */
int linkgroups_add_connection(const struct smc_connection *connection, void *userdata);

/* Pure: brings them into order, for linkgroups_find(). */
void linkgroups_sort(struct linkgroups *linkgroups);

#endif
