/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of DMBs, see dmb.c.
 */
#ifndef _SOFTISM_DMB_H
#define _SOFTISM_DMB_H

#include <linux/rcupdate.h>

#include "core.h"

#define SOFTISM_INDEX_BITS	18
#define SOFTISM_INDEX_MASK	(BIT_ULL(SOFTISM_INDEX_BITS) - 1)
#define SOFTISM_BLOCK_DMBS	256
#define SOFTISM_BLOCKS		(BIT(SOFTISM_INDEX_BITS) / SOFTISM_BLOCK_DMBS)

extern struct softism_dmb *softism_blocks[SOFTISM_BLOCKS];

/* Counts what @dev was refused; returns -EINVAL */
int softism_dmb_refuse(struct softism_dev *dev);

/* The place of the DMB with @index, or NULL if none ever had one near it */
static inline struct softism_dmb *softism_place(u32 index)
{
	/* Pairs with the release when it was added: what it holds depends on it */
	struct softism_dmb *block =
		READ_ONCE(softism_blocks[index / SOFTISM_BLOCK_DMBS]);

	return block ? &block[index % SOFTISM_BLOCK_DMBS] : NULL;
}

/*
 * RCU read side; the DMB of that very token, or NULL. A token becomes known by
 * its registration only, when all else of the DMB has long been written.
 */
static inline struct softism_dmb *softism_dmb_find(u64 token)
{
	struct softism_dmb *dmb = softism_place(token & SOFTISM_INDEX_MASK);

	/* Softirqs are off, or rcu_read_lock() is held */
	RCU_LOCKDEP_WARN(!rcu_read_lock_any_held(),
			 "softism: a DMB is looked up, which may go");
	return dmb && READ_ONCE(dmb->token) == token ? dmb : NULL;
}

/* Only the device that a DMB names may write to it. */
static inline bool softism_may_write(const struct softism_dmb *dmb,
				     const struct softism_dev *from)
{
	return dmb->writer == from->id;
}

#endif /* _SOFTISM_DMB_H */
