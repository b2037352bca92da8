// SPDX-License-Identifier: GPL-2.0
/*
 * The commands for counters, and for DMBs.
 */
#include "compat.h"
#include "netlink.h"

const struct nla_policy softism_dmb_policy[] = {
	[SOFTISM_A_DMB_NAME] = SOFTISM_POLICY_NAME,
};

static int softism_put_stat(struct sk_buff *skb, int type, u64 value)
{
	return softism_put_u64(skb, type, value, SOFTISM_A_STATS_PAD);
}

static int softism_put_moves(struct sk_buff *skb,
			     const struct softism_counts *counts)
{
	if (softism_put_stat(skb, SOFTISM_A_STATS_TX_MOVES, counts->tx_moves) ||
	    softism_put_stat(skb, SOFTISM_A_STATS_TX_BYTES, counts->tx_bytes) ||
	    softism_put_stat(skb, SOFTISM_A_STATS_RX_MOVES, counts->rx_moves) ||
	    softism_put_stat(skb, SOFTISM_A_STATS_RX_BYTES, counts->rx_bytes) ||
	    softism_put_stat(skb, SOFTISM_A_STATS_SIGNALS, counts->signals) ||
	    softism_put_stat(skb, SOFTISM_A_STATS_REFUSED, counts->refused) ||
	    nla_put(skb, SOFTISM_A_STATS_SIZES, sizeof(counts->sizes),
		    counts->sizes))
		return -EMSGSIZE;
	return 0;
}

static int softism_put_dmbs(struct sk_buff *skb, struct softism_dev *dev,
			    const struct softism_counts *counts)
{
	if (softism_put_stat(skb, SOFTISM_A_STATS_DMBS, counts->dmbs) ||
	    softism_put_stat(skb, SOFTISM_A_STATS_DMBS_FAILED,
			     counts->dmbs_failed) ||
	    softism_put_stat(skb, SOFTISM_A_STATS_DMBS_NOW,
			     softism_dev_dmbs(dev)) ||
	    softism_put_stat(skb, SOFTISM_A_STATS_DMBS_PEAK,
			     atomic_read(&dev->dmbs_peak)) ||
	    softism_put_stat(skb, SOFTISM_A_STATS_ATTACHES, counts->attaches))
		return -EMSGSIZE;
	return 0;
}

static int softism_put_queries(struct sk_buff *skb, const u64 *queries)
{
	static const int types[SOFTISM_ANSWERS] = {
		[SOFTISM_ANSWER_YES] = SOFTISM_A_STATS_QUERIES_YES,
		[SOFTISM_ANSWER_UNKNOWN] = SOFTISM_A_STATS_QUERIES_UNKNOWN,
		[SOFTISM_ANSWER_DOWN] = SOFTISM_A_STATS_QUERIES_DOWN,
		[SOFTISM_ANSWER_HELD] = SOFTISM_A_STATS_QUERIES_HELD,
		[SOFTISM_ANSWER_FAULT] = SOFTISM_A_STATS_QUERIES_FAULT,
	};
	u64 no = 0;
	int i;

	for (i = 0; i < SOFTISM_ANSWERS; i++) {
		if (softism_put_stat(skb, types[i], queries[i]))
			return -EMSGSIZE;
		if (i != SOFTISM_ANSWER_YES)
			no += queries[i];
	}
	return softism_put_stat(skb, SOFTISM_A_STATS_QUERIES_NO, no);
}

/* The nest SOFTISM_A_DEV_STATS */
int softism_put_stats(struct sk_buff *skb, struct softism_dev *dev)
{
	struct nlattr *nest = nla_nest_start(skb, SOFTISM_A_DEV_STATS);
	struct softism_counts counts;

	if (!nest)
		return -EMSGSIZE;
	softism_stats_get(dev, &counts);
	if (softism_put_moves(skb, &counts) ||
	    softism_put_dmbs(skb, dev, &counts) ||
	    softism_put_queries(skb, counts.queries))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int softism_put_named_stats(struct sk_buff *skb, struct softism_dev *dev)
{
	return nla_put_string(skb, SOFTISM_A_DEV_NAME, dev->name) ?:
	       softism_put_stats(skb, dev);
}

int softism_stats_doit(struct sk_buff *skb, struct genl_info *info)
{
	return softism_tell(info, SOFTISM_A_DEV_NAME, softism_put_named_stats);
}

int softism_stats_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return softism_dump(skb, cb, softism_put_named_stats);
}

int softism_reset_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct softism_dev *dev;
	int rc;

	rc = softism_may_change(skb, info);
	if (rc)
		return rc;

	mutex_lock(&softism_mutex);
	dev = softism_get_dev(info, SOFTISM_A_DEV_NAME);
	rc = PTR_ERR_OR_ZERO(dev);
	if (!rc)
		softism_stats_reset(dev);
	mutex_unlock(&softism_mutex);
	return rc;
}

static int softism_put_dmb(struct sk_buff *skb, const struct softism_dmb *dmb,
			   bool admin)
{
	struct softism_dev *dev = dmb->port->dev;
	/* The owner is a user, too, until it gives the DMB up */
	u32 attached = refcount_read(&dmb->users) - READ_ONCE(dmb->owned);
	bool busy = softism_upper_slot_busy(dmb->port, dmb->slot);

	if (nla_put_string(skb, SOFTISM_A_DMB_NAME, dev->name) ||
	    nla_put_u32(skb, SOFTISM_A_DMB_INDEX, dmb->index) ||
	    softism_put_u64(skb, SOFTISM_A_DMB_PEER, dmb->rgid.id,
			    SOFTISM_A_DMB_PAD) ||
	    softism_put_u64(skb, SOFTISM_A_DMB_PEER_EXT, dmb->rgid.ext,
			    SOFTISM_A_DMB_PAD) ||
	    nla_put_u32(skb, SOFTISM_A_DMB_SIZE, dmb->len) ||
	    softism_put_u64(skb, SOFTISM_A_DMB_MOVES, READ_ONCE(dmb->moves),
			    SOFTISM_A_DMB_PAD) ||
	    nla_put_u32(skb, SOFTISM_A_DMB_ATTACHED, attached) ||
	    nla_put_u8(skb, SOFTISM_A_DMB_IN_USE, busy))
		return -EMSGSIZE;
	return admin ? softism_put_u64(skb, SOFTISM_A_DMB_TOKEN, dmb->token,
				       SOFTISM_A_DMB_PAD) : 0;
}

static int softism_fill_dmb(struct sk_buff *skb, const struct softism_dmb *dmb,
			    struct netlink_callback *cb, bool admin)
{
	void *hdr = softism_begin(skb, NETLINK_CB(cb->skb).portid,
				  cb->nlh->nlmsg_seq, SOFTISM_CMD_DMB_GET, cb);

	return softism_end(skb, hdr,
			   hdr ? softism_put_dmb(skb, dmb, admin) : -EMSGSIZE);
}

/* The device whose DMBs are wanted; NULL: all devices */
static struct softism_dev *softism_dmb_filter(struct netlink_callback *cb)
{
	struct nlattr *name = softism_dump_attrs(cb)[SOFTISM_A_DMB_NAME];
	struct softism_dev *dev;

	if (!name)
		return NULL;
	dev = softism_dev_find(nla_data(name));
	if (dev)
		return dev;
	NL_SET_ERR_MSG_ATTR(cb->extack, name, "no device of this name");
	return ERR_PTR(-ENODEV);
}

/* args[0] is the index from which on DMBs are to be sent */
static void softism_dump_dmbs(struct sk_buff *skb, struct netlink_callback *cb,
			      const struct softism_dev *dev)
{
	bool admin = netlink_capable(cb->skb, CAP_NET_ADMIN);
	unsigned long index = cb->args[0];
	struct softism_dmb *dmb;

	rcu_read_lock();
	for (; (dmb = softism_dmb_next(&index)); index++) {
		if (dev && dmb->port->dev != dev)
			continue;
		if (softism_fill_dmb(skb, dmb, cb, admin))
			break;
	}
	rcu_read_unlock();
	cb->args[0] = index;
}

int softism_dmb_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct softism_dev *dev;

	mutex_lock(&softism_mutex);
	/* 0 would mean that there is nothing to compare with */
	cb->seq = softism_dmb_generation() + softism_generation + 1;
	dev = softism_dmb_filter(cb);
	if (!IS_ERR(dev))
		softism_dump_dmbs(skb, cb, dev);
	mutex_unlock(&softism_mutex);
	return IS_ERR(dev) ? PTR_ERR(dev) : skb->len;
}
