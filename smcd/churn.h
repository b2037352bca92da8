/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether connections are many and short, so that large buffers do not pay. Pure.
 *
 * At each close the kernel clears all of a socket's buffers, however little went through them
 * (net/smc/smc_core.c, smc_buf_unuse()): with 512K that takes nearly as long as all else that a
 * short connection does.
 */
#ifndef SMCD_CHURN_H
#define SMCD_CHURN_H

#include <stdbool.h>
#include <stdint.h>

struct churn {
	uint64_t sockets, bytes;	/* as they were counted last */
	uint64_t when;			/* us; 0: never yet */
	bool was_brief;			/* between the last two looks */
	bool brief;			/* and between the two before */
};

/*
 * @sockets: ends of connections that have been closed, @bytes: sent and received by all, by the
 * kernel's counters; @now: CLOCK_MONOTONIC, us. Looks that follow within seconds are left out.
 * Returns @churn->brief: between the last three looks there were at least 100 a second, of less
 * than 256K each on average; and from then on half as many, or less than twice as large, are enough.
 */
bool churn_look(struct churn *churn, uint64_t sockets, uint64_t bytes, uint64_t now);

#endif
