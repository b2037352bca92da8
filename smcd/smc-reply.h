/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parsers of what the SMC stack's generic netlink family answers.
 *
 * Pure. Each takes one message whose length nlmsg_ok() has approved, and trusts
 * nothing else of it. They return 0, -EBADMSG for a malformed one, or -ENOMEM.
 */
#ifndef SMCD_SMC_REPLY_H
#define SMCD_SMC_REPLY_H

#include <netlink/netlink.h>
#include "smc-netlink.h"

/* A list that grows with every message of a dump; the caller frees ueids. */
struct smc_ueids {
	char (*ueids)[UEID_SIZE];
	size_t count;
};

/* Appends the UEID of a message of SMC_NETLINK_DUMP_UEID to the struct smc_ueids @userdata. */
int smc_reply_ueid(struct nlmsghdr *nlh, void *userdata);

/* A list that grows with every message of a dump; the caller frees entries. */
struct smc_pnets {
	struct pnet_entry *entries;
	size_t count;
};

/* Appends the entry of a message of SMC_PNETID_GET to the struct smc_pnets @userdata. */
int smc_reply_pnet(struct nlmsghdr *nlh, void *userdata);

struct smc_seid {
	bool known, enabled;	/* a kernel without a device for SMC-D V2 does not tell */
};

/* Takes a message of SMC_NETLINK_DUMP_HS_LIMITATION into the bool @userdata. */
int smc_reply_handshake_limit(struct nlmsghdr *nlh, void *userdata);

/* Takes a message of SMC_NETLINK_DUMP_SEID into the struct smc_seid @userdata. */
int smc_reply_seid(struct nlmsghdr *nlh, void *userdata);

/* A list that grows with every message of a dump; the caller frees devices. */
struct smc_devices {
	struct smc_netlink_device *devices;
	size_t count;
};

/* Appends the device of a message of SMC_NETLINK_GET_DEV_SMCD to the struct smc_devices @userdata. */
int smc_reply_device(struct nlmsghdr *nlh, void *userdata);

/* Takes a message of SMC_NETLINK_GET_SYS_INFO into the struct smc_system @userdata. */
int smc_reply_system(struct nlmsghdr *nlh, void *userdata);

/* A list that grows with every message of a dump; the caller frees linkgroups. */
struct smc_linkgroups {
	struct smc_linkgroup *linkgroups;
	size_t count;
};

/* Appends the link group of a message of SMC_NETLINK_GET_LGR_SMCD to struct smc_linkgroups. */
int smc_reply_linkgroup(struct nlmsghdr *nlh, void *userdata);

#define SMC_COUNTERS_MAX 80	/* more than there are */

struct smc_counters {
	struct smc_counter counters[SMC_COUNTERS_MAX];
	size_t count;
};

/* Adds the counters of a message of SMC_NETLINK_GET_STATS to the struct smc_counters @userdata. */
int smc_reply_stats(struct nlmsghdr *nlh, void *userdata);

/* A list that grows with every message of a dump; the caller frees reasons. */
struct smc_fallbacks {
	uint64_t server, client;	/* sums, which one of the messages has */
	struct smc_fallback *reasons;
	size_t count;
};

/* Adds what a message of SMC_NETLINK_GET_FBACK_STATS says to the struct smc_fallbacks @userdata. */
int smc_reply_fallbacks(struct nlmsghdr *nlh, void *userdata);

#endif
