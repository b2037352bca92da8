/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which size of buffers `tuning: auto` gives to new connections. Pure.
 *
 * Each end of a connection, a socket, has a receive buffer, a DMB, and, unless its device moves
 * nothing (no-copy), a send buffer (net/smc/smc_core.c, smc_buf_create()). Both are physically
 * contiguous, of 16K times a power of two, at most 1M with SMC-D (SMCD_DMBE_SIZES there), and stay
 * until their link group ends. With the kernel's 64K streams are slower than over TCP, with 512K
 * they are as fast as with more.
 */
#ifndef SMCD_BUFFER_SIZE_H
#define SMCD_BUFFER_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BUFFER_SIZE_MIN 16384u			/* net/smc/smc_core.h, SMC_BUF_MIN_SIZE */
#define BUFFER_SIZE_MAX (1u << 20)
#define BUFFER_SIZE_KERNEL 65536u		/* net/smc/smc_sysctl.c, net_smc_wmem_init */
#define BUFFER_SIZE_CEILING (512u << 10)	/* where no file says another one */
#define BUFFER_SIZE_BRIEF (128u << 10)		/* at most, for short connections: churn.h */

/* What is known of the machine and of its connections. Bytes. */
struct buffer_state {
	uint64_t total, available;	/* memory; "MemTotal" and "MemAvailable" of proc(5) */
	uint64_t used;			/* of it by buffers of connections that exist */
	uint64_t limit;			/* that a device may still take for DMBs; UINT64_MAX: no limit */
	uint32_t sockets;		/* that are ends of connections now */
	bool copied;			/* they have send buffers as well */
	bool told;			/* of growth at once, by all devices; else it is looked for */
	bool brief;			/* they are many and short */
};

/* The share of memory that buffers above the kernel's size may have. */
uint64_t buffer_budget(const struct buffer_state *state);

/*
 * A power of two from BUFFER_SIZE_MIN to @ceiling: the largest of which as many more fit into what
 * is left of the budget, and into half of what is available, as there are, as their number may
 * double until it is chosen anew; at least 64 are foreseen, and 1024 if growth is not told.
 * If none fits it is the kernel's size, and smaller only where memory would not do for that either.
 * @present: what was chosen last, 0 if nothing was; a larger one than that has to fit easily, so
 * that sizes do not come and go. With more memory it is never smaller, with more sockets or buffers
 * never larger.
 */
uint32_t buffer_choose(const struct buffer_state *state, uint32_t ceiling, uint32_t present);

#define BUFFER_TEXT_SIZE 160

/* Why @size was chosen, in words. */
void buffer_explain(const struct buffer_state *state, uint32_t ceiling, uint32_t size,
		    char text[static BUFFER_TEXT_SIZE]);

#endif
