// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family, described in softism.h.
 */
#include <linux/ctype.h>
#include <linux/module.h>
#include <net/genetlink.h>

#include "core.h"

static struct genl_family softism_family;

static struct netlink_range_validation softism_range_kind = {
	.min = SOFTISM_KIND_LOOPBACK,
	.max = SOFTISM_KIND_MAX,
};

static struct netlink_range_validation softism_range_chid = {
	.min = 1,
	.max = U16_MAX,
};

static struct netlink_range_validation softism_range_gid = {
	.min = 1,
	.max = U64_MAX,
};

static struct netlink_range_validation softism_range_priority = {
	.max = SOFTISM_PRIORITY_MAX,
};

static struct netlink_range_validation softism_range_up = {
	.max = 1,
};

static struct netlink_range_validation softism_range_dmbs = {
	.min = 1,
	.max = SOFTISM_DMBS_MAX,
};

#define SOFTISM_POLICY_NAME \
	{ .type = NLA_NUL_STRING, .len = SOFTISM_NAME_SIZE - 1 }

static const struct nla_policy softism_name_policy[] = {
	[SOFTISM_A_DEV_NAME] = SOFTISM_POLICY_NAME,
};

static const struct nla_policy softism_set_policy[] = {
	[SOFTISM_A_DEV_NAME] = SOFTISM_POLICY_NAME,
	[SOFTISM_A_DEV_PRIORITY] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &softism_range_priority),
	[SOFTISM_A_DEV_UP] = NLA_POLICY_FULL_RANGE(NLA_U8, &softism_range_up),
};

static const struct nla_policy softism_new_policy[] = {
	[SOFTISM_A_DEV_NAME] = SOFTISM_POLICY_NAME,
	[SOFTISM_A_DEV_KIND] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &softism_range_kind),
	[SOFTISM_A_DEV_CHID] =
		NLA_POLICY_FULL_RANGE(NLA_U16, &softism_range_chid),
	[SOFTISM_A_DEV_GID] =
		NLA_POLICY_FULL_RANGE(NLA_U64, &softism_range_gid),
	[SOFTISM_A_DEV_PRIORITY] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &softism_range_priority),
	[SOFTISM_A_DEV_UP] = NLA_POLICY_FULL_RANGE(NLA_U8, &softism_range_up),
	[SOFTISM_A_DEV_MAX_DMBS] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &softism_range_dmbs),
	[SOFTISM_A_DEV_MAX_MEMORY] = { .type = NLA_U64 },
};

static bool softism_name_valid(const char *name)
{
	const char *c;

	for (c = name; *c; c++)
		if (!isascii(*c) ||
		    (!isalnum(*c) && (c == name || !strchr("._-", *c))))
			return false;
	/* sysfs has files of these names where the device's directory goes */
	return *name && strcmp(name, "power") && strcmp(name, "uevent") &&
	       strcmp(name, "module");
}

static int softism_may_change(struct sk_buff *skb, struct genl_info *info)
{
	if (netlink_capable(skb, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG(info->extack, "changing devices needs CAP_NET_ADMIN");
	return -EPERM;
}

/* The name that a request must have; NULL, and why, if it has none */
static const char *softism_get_name(struct genl_info *info)
{
	struct nlattr *attr = info->attrs[SOFTISM_A_DEV_NAME];

	if (attr)
		return nla_data(attr);
	NL_SET_ERR_MSG(info->extack, "the device's name is missing");
	return NULL;
}

static struct softism_dev *softism_get_dev(struct genl_info *info)
{
	const char *name = softism_get_name(info);
	struct softism_dev *dev;

	if (!name)
		return ERR_PTR(-EINVAL);
	dev = softism_dev_find(name);
	if (dev)
		return dev;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SOFTISM_A_DEV_NAME],
			    "no device of this name");
	return ERR_PTR(-ENODEV);
}

static void softism_sum_traffic(struct softism_dev *dev, u64 sum[static 5])
{
	const struct softism_traffic *traffic;
	u64 value[5];
	unsigned int start;
	int cpu, i;

	for_each_possible_cpu(cpu) {
		traffic = per_cpu_ptr(dev->traffic, cpu);
		do {
			start = u64_stats_fetch_begin(&traffic->syncp);
			value[0] = u64_stats_read(&traffic->tx_moves);
			value[1] = u64_stats_read(&traffic->tx_bytes);
			value[2] = u64_stats_read(&traffic->rx_moves);
			value[3] = u64_stats_read(&traffic->rx_bytes);
			value[4] = u64_stats_read(&traffic->signals);
		} while (u64_stats_fetch_retry(&traffic->syncp, start));
		for (i = 0; i < 5; i++)
			sum[i] += value[i];
	}
}

static int softism_put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, SOFTISM_A_STATS_PAD);
}

static int softism_fill_stats(struct sk_buff *skb, struct softism_dev *dev)
{
	struct nlattr *nest = nla_nest_start(skb, SOFTISM_A_DEV_STATS);
	u64 sum[5] = {};

	if (!nest)
		return -EMSGSIZE;
	softism_sum_traffic(dev, sum);
	if (softism_put_u64(skb, SOFTISM_A_STATS_TX_MOVES, sum[0]) ||
	    softism_put_u64(skb, SOFTISM_A_STATS_TX_BYTES, sum[1]) ||
	    softism_put_u64(skb, SOFTISM_A_STATS_RX_MOVES, sum[2]) ||
	    softism_put_u64(skb, SOFTISM_A_STATS_RX_BYTES, sum[3]) ||
	    softism_put_u64(skb, SOFTISM_A_STATS_SIGNALS, sum[4]) ||
	    softism_put_u64(skb, SOFTISM_A_STATS_REFUSED,
			    atomic64_read(&dev->refused)) ||
	    softism_put_u64(skb, SOFTISM_A_STATS_DMBS,
			    atomic64_read(&dev->dmbs_total)) ||
	    softism_put_u64(skb, SOFTISM_A_STATS_DMBS_FAILED,
			    atomic64_read(&dev->dmbs_failed)) ||
	    softism_put_u64(skb, SOFTISM_A_STATS_QUERIES_YES,
			    atomic64_read(&dev->queries_yes)) ||
	    softism_put_u64(skb, SOFTISM_A_STATS_QUERIES_NO,
			    atomic64_read(&dev->queries_no)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int softism_fill_config(struct sk_buff *skb, struct softism_dev *dev)
{
	if (nla_put_string(skb, SOFTISM_A_DEV_NAME, dev->name) ||
	    nla_put_u32(skb, SOFTISM_A_DEV_KIND, dev->kind) ||
	    nla_put_u16(skb, SOFTISM_A_DEV_CHID, dev->chid) ||
	    nla_put_u64_64bit(skb, SOFTISM_A_DEV_GID, dev->gid,
			      SOFTISM_A_DEV_PAD) ||
	    nla_put_u32(skb, SOFTISM_A_DEV_PRIORITY, dev->priority) ||
	    nla_put_u8(skb, SOFTISM_A_DEV_UP, dev->up) ||
	    nla_put_u32(skb, SOFTISM_A_DEV_MAX_DMBS, dev->max_dmbs) ||
	    nla_put_u64_64bit(skb, SOFTISM_A_DEV_MAX_MEMORY, dev->max_memory,
			      SOFTISM_A_DEV_PAD))
		return -EMSGSIZE;
	return 0;
}

static int softism_fill_state(struct sk_buff *skb, struct softism_dev *dev)
{
	u32 dmbs = dev->port ? atomic_read(&dev->port->dmbs) : 0;

	if (nla_put_u8(skb, SOFTISM_A_DEV_ATTACHED, !!dev->port) ||
	    nla_put_u32(skb, SOFTISM_A_DEV_RANK, dev->rank) ||
	    nla_put_u8(skb, SOFTISM_A_DEV_HELD, dev->held) ||
	    nla_put_u32(skb, SOFTISM_A_DEV_CONNS, softism_dev_conns(dev)) ||
	    nla_put_u32(skb, SOFTISM_A_DEV_DMBS, dmbs) ||
	    nla_put_u64_64bit(skb, SOFTISM_A_DEV_MEMORY,
			      atomic64_read(&dev->memory), SOFTISM_A_DEV_PAD))
		return -EMSGSIZE;
	return 0;
}

/* Appends one message about @dev; @cb only in a dump */
static int softism_fill(struct sk_buff *skb, struct softism_dev *dev,
			enum softism_cmd cmd, u32 portid, u32 seq,
			struct netlink_callback *cb)
{
	void *hdr;

	hdr = genlmsg_put(skb, portid, seq, &softism_family,
			  cb ? NLM_F_MULTI : 0, cmd);
	if (!hdr)
		return -EMSGSIZE;
	if (cb)
		genl_dump_check_consistent(cb, hdr);
	if (softism_fill_config(skb, dev) || softism_fill_state(skb, dev) ||
	    softism_fill_stats(skb, dev)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int softism_reply(struct genl_info *info, struct softism_dev *dev)
{
	struct sk_buff *skb;
	int rc;

	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	rc = softism_fill(skb, dev, info->genlhdr->cmd, info->snd_portid,
			  info->snd_seq, NULL);
	if (rc) {
		nlmsg_free(skb);
		return rc;
	}
	return genlmsg_reply(skb, info);
}

/* Tells the listeners of @dev; without memory they miss it */
void softism_notify(struct softism_dev *dev, enum softism_cmd cmd)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&softism_family, &init_net, 0))
		return;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return;
	if (softism_fill(skb, dev, cmd, 0, 0, NULL))
		nlmsg_free(skb);
	else
		genlmsg_multicast(&softism_family, skb, 0, 0, GFP_KERNEL);
}

static void softism_get_config(struct genl_info *info,
			       struct softism_dev_config *config)
{
	struct nlattr **attrs = info->attrs;

	if (attrs[SOFTISM_A_DEV_CHID])
		config->chid = nla_get_u16(attrs[SOFTISM_A_DEV_CHID]);
	if (attrs[SOFTISM_A_DEV_GID])
		config->gid = nla_get_u64(attrs[SOFTISM_A_DEV_GID]);
	if (attrs[SOFTISM_A_DEV_PRIORITY])
		config->priority = nla_get_u32(attrs[SOFTISM_A_DEV_PRIORITY]);
	if (attrs[SOFTISM_A_DEV_UP])
		config->up = nla_get_u8(attrs[SOFTISM_A_DEV_UP]);
	if (attrs[SOFTISM_A_DEV_MAX_DMBS])
		config->max_dmbs = nla_get_u32(attrs[SOFTISM_A_DEV_MAX_DMBS]);
	if (attrs[SOFTISM_A_DEV_MAX_MEMORY])
		config->max_memory =
			nla_get_u64(attrs[SOFTISM_A_DEV_MAX_MEMORY]);
}

static int softism_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *kind = info->attrs[SOFTISM_A_DEV_KIND];
	struct softism_dev_config config = {
		.max_dmbs = SOFTISM_DMBS_DEFAULT,
		.up = true,
	};
	struct softism_dev *dev;
	int rc;

	rc = softism_may_change(skb, info);
	if (rc)
		return rc;
	config.name = softism_get_name(info);
	if (!config.name)
		return -EINVAL;
	if (!softism_name_valid(config.name)) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[SOFTISM_A_DEV_NAME],
				    "name is reserved, or not [A-Za-z0-9][A-Za-z0-9._-]*");
		return -EINVAL;
	}
	if (!kind) {
		NL_SET_ERR_MSG(info->extack, "the device's kind is missing");
		return -EINVAL;
	}
	config.kind = nla_get_u32(kind);
	softism_get_config(info, &config);

	mutex_lock(&softism_mutex);
	dev = softism_dev_new(&config, info->extack);
	rc = PTR_ERR_OR_ZERO(dev);
	/* A reply that is lost does not undo the device: the ACK counts */
	if (!rc)
		softism_reply(info, dev);
	mutex_unlock(&softism_mutex);
	return rc;
}

static int softism_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct softism_dev *dev;
	int rc;

	rc = softism_may_change(skb, info);
	if (rc)
		return rc;

	mutex_lock(&softism_mutex);
	dev = softism_get_dev(info);
	rc = IS_ERR(dev) ? PTR_ERR(dev) :
			   softism_dev_delete(dev, info->extack);
	mutex_unlock(&softism_mutex);
	return rc;
}

static void softism_set(struct softism_dev *dev, struct genl_info *info)
{
	struct nlattr *priority = info->attrs[SOFTISM_A_DEV_PRIORITY];
	struct nlattr *up = info->attrs[SOFTISM_A_DEV_UP];
	u32 new_priority = priority ? nla_get_u32(priority) : dev->priority;
	bool new_up = up ? nla_get_u8(up) : dev->up;

	if (new_priority == dev->priority && new_up == dev->up)
		return;
	spin_lock_bh(&softism_lock);
	dev->priority = new_priority;
	dev->up = new_up;
	if (!new_up)
		softism_release_held();
	spin_unlock_bh(&softism_lock);
	dev->changed = true;
	softism_settle();
}

static int softism_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct softism_dev *dev;
	int rc;

	rc = softism_may_change(skb, info);
	if (rc)
		return rc;
	if (!info->attrs[SOFTISM_A_DEV_PRIORITY] &&
	    !info->attrs[SOFTISM_A_DEV_UP]) {
		NL_SET_ERR_MSG(info->extack, "nothing to set: priority or up");
		return -EINVAL;
	}

	mutex_lock(&softism_mutex);
	dev = softism_get_dev(info);
	rc = PTR_ERR_OR_ZERO(dev);
	if (!rc)
		softism_set(dev, info);
	mutex_unlock(&softism_mutex);
	return rc;
}

static int softism_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct softism_dev *dev;
	int rc;

	mutex_lock(&softism_mutex);
	dev = softism_get_dev(info);
	rc = IS_ERR(dev) ? PTR_ERR(dev) : softism_reply(info, dev);
	mutex_unlock(&softism_mutex);
	return rc;
}

/* args[0] is the ID of the last device that has been sent */
static int softism_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct softism_dev *dev;

	mutex_lock(&softism_mutex);
	cb->seq = softism_generation;
	list_for_each_entry(dev, &softism_devs, list) {
		if (dev->id <= cb->args[0])
			continue;
		if (softism_fill(skb, dev, SOFTISM_CMD_DEV_GET,
				 NETLINK_CB(cb->skb).portid,
				 cb->nlh->nlmsg_seq, cb))
			break;
		cb->args[0] = dev->id;
	}
	mutex_unlock(&softism_mutex);
	return skb->len;
}

static u32 softism_count(void)
{
	struct list_head *pos;
	u32 count = 0;

	mutex_lock(&softism_mutex);
	list_for_each(pos, &softism_devs)
		count++;
	mutex_unlock(&softism_mutex);
	return count;
}

static int softism_info_doit(struct sk_buff *request, struct genl_info *info)
{
	struct sk_buff *skb;
	void *hdr;

	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	hdr = genlmsg_put_reply(skb, info, &softism_family, 0,
				SOFTISM_CMD_INFO_GET);
	if (!hdr ||
	    nla_put_string(skb, SOFTISM_A_INFO_VERSION, SOFTISM_VERSION) ||
	    nla_put_u32(skb, SOFTISM_A_INFO_API, softism_upper_api) ||
	    nla_put_u32(skb, SOFTISM_A_INFO_CAPS, SOFTISM_CAP_REORDER) ||
	    nla_put_u32(skb, SOFTISM_A_INFO_DEVICES, softism_count())) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return genlmsg_reply(skb, info);
}

static const struct genl_ops softism_ops[] = {
	{
		.cmd = SOFTISM_CMD_INFO_GET,
		.doit = softism_info_doit,
	},
	{
		.cmd = SOFTISM_CMD_DEV_GET,
		.doit = softism_get_doit,
		.dumpit = softism_get_dumpit,
		.policy = softism_name_policy,
		.maxattr = ARRAY_SIZE(softism_name_policy) - 1,
	},
	{
		.cmd = SOFTISM_CMD_DEV_NEW,
		.doit = softism_new_doit,
		.policy = softism_new_policy,
		.maxattr = ARRAY_SIZE(softism_new_policy) - 1,
	},
	{
		.cmd = SOFTISM_CMD_DEV_DEL,
		.doit = softism_del_doit,
		.policy = softism_name_policy,
		.maxattr = ARRAY_SIZE(softism_name_policy) - 1,
	},
	{
		.cmd = SOFTISM_CMD_DEV_SET,
		.doit = softism_set_doit,
		.policy = softism_set_policy,
		.maxattr = ARRAY_SIZE(softism_set_policy) - 1,
	},
};

static const struct genl_multicast_group softism_groups[] = {
	{ .name = SOFTISM_MCGRP_EVENTS },
};

/* Devices belong to the machine, so only its first network namespace has it */
static struct genl_family softism_family __ro_after_init = {
	.name = SOFTISM_GENL_NAME,
	.version = SOFTISM_GENL_VERSION,
	.module = THIS_MODULE,
	.parallel_ops = true,
	.ops = softism_ops,
	.n_ops = ARRAY_SIZE(softism_ops),
	.resv_start_op = SOFTISM_CMD_UNSPEC + 1,
	.mcgrps = softism_groups,
	.n_mcgrps = ARRAY_SIZE(softism_groups),
};

int __init softism_netlink_init(void)
{
	return genl_register_family(&softism_family);
}

void softism_netlink_exit(void)
{
	genl_unregister_family(&softism_family);
}
