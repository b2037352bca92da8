/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PNETIDs and entries of the kernel's PNET table: their syntax. Pure. */
#ifndef SMCD_PNETID_H
#define SMCD_PNETID_H

#include <stdbool.h>
#include <stdint.h>
#include "smcd-plugin.h"

#define PNET_INTERFACE_SIZE 16	/* with its NUL (IFNAMSIZ) */
#define PNET_NAME_SIZE 64	/* of a device, with its NUL (IB_DEVICE_NAME_MAX) */
#define PNET_PORTS 2		/* of one device (net/smc/smc_ib.h, SMC_MAX_PORTS) */

/* Gives a network interface or a device, be it for SMC-D or InfiniBand, a PNETID. */
struct pnet_entry {
	char pnetid[SMCD_PNETID_SIZE];	/* in upper case, as the kernel keeps it */
	char name[PNET_NAME_SIZE];
	uint8_t port;			/* of a device, from 1 on; 0: an interface */
};

/*
 * Returns NULL if @text is a PNETID as the kernel takes it (net/smc/smc_pnet.c,
 * smc_pnetid_valid): 1 to 16 of [A-Za-z0-9]; else what is wrong with it and what to do, a
 * constant string.
 */
const char *pnetid_problem(const char *text);

/* The kernel makes letters upper case, and so does this. @text is a PNETID. */
void pnetid_copy(char to[SMCD_PNETID_SIZE], const char *text);

/*
 * Takes the name of an interface, or that of a device, with "/PORT" behind it unless that is
 * port 1, as SMC-D's always is, into @entry. Returns NULL, or as pnetid_problem() does.
 */
const char *pnet_parse_interface(const char *text, struct pnet_entry *entry);
const char *pnet_parse_device(const char *text, struct pnet_entry *entry);

/* Whether the table, which has a name once of either sort, would keep one place for both. */
bool pnet_same_place(const struct pnet_entry *a, const struct pnet_entry *b);

bool pnet_equal(const struct pnet_entry *a, const struct pnet_entry *b);

#endif
