/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the SMC stack's PNET table (family SMC_PNETID, net/smc/smc_pnet.c), for the plugins: the
 * only place where the PNETID of a loopback device is seen.
 */
#ifndef SMCD_PNET_TABLE_H
#define SMCD_PNET_TABLE_H

#include "../smcd/genl.h"
#include "../smcd/smcd-plugin.h"

#define PNET_TABLE_NAME_SIZE 64	/* of a device, with its NUL (IB_DEVICE_NAME_MAX) */

struct pnet_table;

int pnet_table_open(struct pnet_table **ret_table);
void pnet_table_close(struct pnet_table *table);

/*
 * The PNETID that the table gives to @device, empty if none, and whether it gives the same one
 * to a network device. -ENODEV: smc is not loaded.
 */
int pnet_table_find(struct pnet_table *table, const char *device,
		    char pnetid[static SMCD_PNETID_SIZE], bool *ret_shared);

/* Entries of the table, as far as they matter here. */
struct pnet_table_entry {
	char pnetid[SMCD_PNETID_SIZE];
	char device[PNET_TABLE_NAME_SIZE];	/* for SMC-D or InfiniBand; empty: a network device */
};

/* A list that grows with every message of a dump; the caller frees entries. */
struct pnet_table_entries {
	struct pnet_table_entry *entries;
	size_t count;
};

/* Appends the entry of a message of SMC_PNETID_GET to the struct pnet_table_entries @userdata. */
int pnet_table_reply(struct nlmsghdr *nlh, void *userdata);

#endif
