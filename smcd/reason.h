/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why connections fall back to TCP: the codes of the kernel and of the CLC protocol, in words. */
#ifndef SMCD_REASON_H
#define SMCD_REASON_H

#include <stddef.h>
#include <stdint.h>

struct reason {
	uint32_t code;
	const char *name;	/* as in SMC_CLC_DECL_NAME of net/smc/smc_clc.h */
	const char *meaning;	/* words that end without a full stop, for tables and messages */
	const char *cure;	/* likewise: what most likely helps, with a command */
};

/* All that are known, by rising code. */
extern const struct reason reasons[];
extern const size_t reasons_count;

/*
 * What @code means, be it counted by this kernel or sent by a peer as its
 * diagnosis. Never NULL: a code that is not known has a reason that says so.
 */
const struct reason *reason_find(uint32_t code);

#endif
