// SPDX-License-Identifier: GPL-2.0
/*
 * What both upper files read of the SMC stack's own tables (struct smcd_dev of
 * include/net/smc.h, and the hash of its sockets).
 */
#include <linux/bitops.h>
#include <linux/spinlock.h>
#include <net/smc.h>
#include <net/sock.h>

#include "stack.h"

/* SMC_INIT of enum smc_state (net/smc/smc.h): a socket before and during its handshake */
#define SOFTISM_SMC_INIT	2

/* A handshake holds its socket's lock throughout, in the state SMC_INIT */
static bool softism_proto_handshakes(struct proto *proto)
{
	struct smc_hashinfo *hash = proto->h.smc_hash;
	bool found = false;
	struct sock *sk;

	read_lock_bh(&hash->lock);
	sk_for_each(sk, &hash->ht) {
		found = READ_ONCE(sk->sk_state) == SOFTISM_SMC_INIT &&
			READ_ONCE(sk->sk_lock.owned);
		if (found)
			break;
	}
	read_unlock_bh(&hash->lock);
	return found;
}

bool softism_stack_handshakes(void)
{
	return softism_proto_handshakes(&smc_proto) ||
	       softism_proto_handshakes(&smc_proto6);
}

/* The stack takes a connection out of its table before it gives up the DMB */
u32 softism_stack_conns(struct smcd_dev *smcd, const unsigned long *slots,
			u32 size)
{
	unsigned long flags;
	u32 conns = 0;
	u32 slot;

	spin_lock_irqsave(&smcd->lock, flags);
	for_each_set_bit(slot, slots, size)
		conns += !!smcd->conn[slot];
	spin_unlock_irqrestore(&smcd->lock, flags);
	return conns;
}

int softism_stack_dying_groups(struct smcd_dev *smcd)
{
	struct list_head *pos;
	int listed = 0;
	int dying;

	spin_lock_bh(&smcd->lgr_lock);
	list_for_each(pos, &smcd->lgr_list)
		listed++;
	dying = atomic_read(&smcd->lgr_cnt) - listed;
	spin_unlock_bh(&smcd->lgr_lock);
	return dying;
}
