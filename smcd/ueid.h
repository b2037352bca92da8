/* SPDX-License-Identifier: GPL-2.0-or-later */
/* User-defined EIDs: their syntax, and the one made from the machine-id. Pure. */
#ifndef SMCD_UEID_H
#define SMCD_UEID_H

#include <stdint.h>
#include "config.h"

/*
 * Returns NULL if @text is a UEID as the kernel takes it (net/smc/smc_clc.c,
 * smc_clc_ueid_valid): 1 to 32 of [A-Z0-9.-], the first alphanumeric, and
 * without "..", which the tools of other hosts refuse; else what is wrong with
 * it and what to do, a constant string.
 */
const char *ueid_problem(const char *text);

/*
 * Makes the UEID of a machine from the 16 bytes @id, which should be an
 * application-specific hash of the machine-id, since an EID is sent to peers:
 * "SMCD-" and the first 27 hex digits of @id.
 */
void ueid_from_id(const uint8_t id[16], char ret_ueid[UEID_SIZE]);

#endif
