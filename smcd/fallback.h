/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When do connections begin to fall back to TCP?
 *
 * Pure. From readings of the kernel's counters it tells which reasons began to be
 * counted, after they never were or were not for FALLBACK_QUIET.
 */
#ifndef SMCD_FALLBACK_H
#define SMCD_FALLBACK_H

#include <stddef.h>
#include <stdint.h>
#include "smc-netlink.h"

#define FALLBACK_QUIET UINT64_C(600000000)	/* us without a fallback: then it is news again */

/* A reason that has been counted. */
struct fallback_seen {
	struct smc_fallback last;
	uint64_t risen;			/* when it was last seen to rise; 0: never */
};

/* All of them; begins as zeros. */
struct fallback_history {
	struct fallback_seen *seen;
	size_t count;
};

/* @began: the reason, and how often it occurred since the reading before. */
typedef void (*fallback_began_fn)(const struct smc_fallback *began, void *userdata);

/* Takes note of a reading, as at start: what it has is no news. 0 or -ENOMEM. */
int fallback_remember(struct fallback_history *history, const struct smc_fallback *reading,
		      size_t count);

/* Compares a reading, made at @now (us, not 0), with the one before. 0 or -ENOMEM. */
int fallback_compare(struct fallback_history *history, const struct smc_fallback *reading,
		     size_t count, uint64_t now, fallback_began_fn fn, void *userdata);

void fallback_clear(struct fallback_history *history);

#endif
