/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The data path, for the upper file alone. All of it is inline but what is rare
 * and what signals: a call, or a register that is to be saved for one, is a good
 * part of what a small move takes.
 */
#ifndef _SOFTISM_MOVE_H
#define _SOFTISM_MOVE_H

#include "core.h"
#include "dmb.h"
#include "fault.h"

/* The largest move of the first class of sizes */
#define SOFTISM_SIZE_FIRST	64

/* The largest message that is published, a CDC message of SMC, and some more */
#define SOFTISM_PUBLISH_MAX	64

/* The DMB of @token if @port may write there, or NULL */
static inline struct softism_dmb *
softism_dmb_target(struct softism_port *port, u64 token, u32 offset, u32 size)
{
	struct softism_dmb *dmb = softism_dmb_find(token);

	return dmb && softism_may_write(dmb, port->dev) &&
	       (u64)offset + size <= dmb->len ? dmb : NULL;
}

static inline void softism_count_received(struct softism_dev *to, u32 size,
					  bool signal)
{
	struct softism_traffic *rx = this_cpu_ptr(to->traffic);

	u64_stats_update_begin(&rx->syncp);
	u64_stats_inc(&rx->rx_moves);
	u64_stats_add(&rx->rx_bytes, size);
	if (signal)
		u64_stats_inc(&rx->signals);
	u64_stats_update_end(&rx->syncp);
}

static inline u32 softism_size_class(u32 size)
{
	u32 class = size > SOFTISM_SIZE_FIRST ?
		    fls((size - 1) / SOFTISM_SIZE_FIRST) : 0;

	return min_t(u32, class, SOFTISM_SIZES - 1);
}

/* What a device sends to itself it has also received: see softism_stats_sum() */
static inline void softism_count_move(struct softism_port *port,
				      struct softism_dmb *dmb, u32 size,
				      bool signal)
{
	struct softism_traffic *tx = this_cpu_ptr(port->dev->traffic);
	bool own = dmb->port == port;

	u64_stats_update_begin(&tx->syncp);
	u64_stats_inc(&tx->sizes[softism_size_class(size)]);
	u64_stats_add(&tx->tx_bytes, size);
	if (signal && own)
		u64_stats_inc(&tx->signals);
	u64_stats_update_end(&tx->syncp);
	if (!own)
		softism_count_received(dmb->port->dev, size, signal);

	/* Of its one writer: two at once would lose one, and slow down nobody */
	WRITE_ONCE(dmb->moves, dmb->moves + 1);
}

static inline void softism_publish_word(void *to, const void *from)
{
	u64 word;

	memcpy(&word, from, sizeof(word));
	/* Pairs with the signal's lock, and the tasklet it schedules */
	smp_wmb();
	atomic64_set(to, word);
}

/*
 * The other side reads a CDC message as whole 64-bit words without a lock: no
 * word may tear, and none may be seen before the data moved earlier. What comes
 * without a signal, is large, or odd, is not such a message.
 */
static inline void softism_put(void *to, const void *from, u32 size,
			       bool signal)
{
	const u32 word = sizeof(u64), pair = 2 * word;
	const void *end = to + size;

	if (!signal || size > SOFTISM_PUBLISH_MAX ||
	    !IS_ALIGNED((unsigned long)to | size, word)) {
		memcpy(to, from, size);
		return;
	}
	if (size & word) {
		softism_publish_word(to, from);
		to += word;
		from += word;
	}
	for (; to < end; to += pair, from += pair) {
		softism_publish_word(to, from);
		softism_publish_word(to + word, from + word);
	}
}

static inline void softism_dmb_write(struct softism_port *port,
				     struct softism_dmb *dmb, u32 offset,
				     const void *data, u32 size, bool signal)
{
	softism_count_move(port, dmb, size, signal);
	softism_put(dmb->addr + offset, data, size, signal);
}

static __always_inline int
softism_dmb_move_faultless(struct softism_port *port, u64 token, u32 offset,
			   const void *data, u32 size, bool signal)
{
	struct softism_dmb *dmb = softism_dmb_target(port, token, offset, size);

	if (unlikely(!dmb))
		return softism_dmb_refuse(port->dev);
	softism_dmb_write(port, dmb, offset, data, size, signal);
	if (signal)
		softism_upper_signal(dmb);
	return 0;
}

static noinline int softism_dmb_move_signal(struct softism_port *port,
					    u64 token, u32 offset,
					    const void *data, u32 size)
{
	return softism_dmb_move_faultless(port, token, offset, data, size, true);
}

static noinline int softism_dmb_move_faulty(struct softism_port *port,
					    u64 token, u32 offset,
					    const void *data, u32 size,
					    bool signal)
{
	struct softism_dmb *dmb = softism_dmb_target(port, token, offset, size);
	int rc;

	if (!dmb)
		return softism_dmb_refuse(port->dev);
	rc = softism_fault_move(port->dev);
	if (rc)
		return rc;
	softism_dmb_write(port, dmb, offset, data, size, signal);
	if (signal && !softism_fault_signal(dmb))
		softism_upper_signal(dmb);
	return 0;
}

/*
 * Writes into the DMB of @token, which must name the device of @port. Softirqs
 * are off, which is as good as rcu_read_lock(). -EINVAL is final: the stack
 * takes any error for the peer's death.
 */
static inline int softism_dmb_move(struct softism_port *port, u64 token,
				   u32 offset, const void *data, u32 size,
				   bool signal)
{
	if (static_branch_unlikely(&softism_faults_in_use))
		return softism_dmb_move_faulty(port, token, offset, data, size,
					       signal);
	if (signal)
		return softism_dmb_move_signal(port, token, offset, data, size);
	return softism_dmb_move_faultless(port, token, offset, data, size,
					  false);
}

#endif /* _SOFTISM_MOVE_H */
