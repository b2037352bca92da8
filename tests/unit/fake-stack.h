/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An SMC stack for test-manager-nomem: tables of UEIDs, PNETIDs and link groups, in memory. */
#ifndef TESTS_FAKE_STACK_H
#define TESTS_FAKE_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include "config.h"
#include "smc-diag.h"
#include "smc-netlink.h"

#define STACK_UEIDS_MAX 4	/* as in the kernel (net/smc/smc_clc.c) */
#define STACK_PNETS_MAX 8
#define STACK_LINKGROUPS 2	/* in the list; SMC_DIAG has one more */

struct fake_stack {
	bool loaded;		/* else there is no module smc */
	char ueids[STACK_UEIDS_MAX][UEID_SIZE];
	size_t n_ueids;
	struct pnet_entry pnets[STACK_PNETS_MAX];
	size_t n_pnets;
};

extern struct fake_stack fake_stack;

/* Loads it, with one UEID and one PNETID that are nobody's. */
void fake_stack_load(void);

bool fake_stack_has_ueid(const char *ueid);
bool fake_stack_has_pnet(const char *pnetid, const char *name);

#endif
