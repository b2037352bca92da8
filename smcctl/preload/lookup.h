/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel's SMC_DIAG says of one socket of this network namespace. */
#ifndef PRELOAD_LOOKUP_H
#define PRELOAD_LOOKUP_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "tally.h"

struct lookup {
	enum { LOOKUP_BEFORE, LOOKUP_CONNECTED, LOOKUP_CLOSED } state;
	struct tally_kind kind;		/* its path is 0 while SMC_DIAG does not tell; not @server */
};

/*
 * Finds the socket by its inode. 1, or 0 if there is none, or a negative errno. The kernel lists
 * sockets from the newest on, and is not asked for more than it takes. Takes no heap, no lock and
 * little stack; a descriptor for the time of the call.
 */
int lookup_inode(uint64_t inode, struct lookup *ret_lookup);

/*
 * Pure: looks through messages of SMC_DIAG, @size bytes. 1: it is there; 0: it is not, and more
 * will follow; -ENOENT: it is not, and this was the end; or the error of the dump, or -EBADMSG.
 */
int lookup_parse(const void *messages, size_t size, uint64_t inode, struct lookup *ret_lookup);

#endif
