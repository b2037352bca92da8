// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family, described in softism.h: its table, and what all
 * of its commands need.
 */
#include <linux/module.h>

#include "netlink.h"

int softism_may_change(struct sk_buff *skb, struct genl_info *info)
{
	if (netlink_capable(skb, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG(info->extack, "changing devices needs CAP_NET_ADMIN");
	return -EPERM;
}

/* The name that a request must have in the attribute @type; else NULL */
const char *softism_get_name(struct genl_info *info, int type)
{
	struct nlattr *attr = info->attrs[type];

	if (attr)
		return nla_data(attr);
	NL_SET_ERR_MSG(info->extack, "the device's name is missing");
	return NULL;
}

/* The device of that name */
struct softism_dev *softism_get_dev(struct genl_info *info, int type)
{
	const char *name = softism_get_name(info, type);
	struct softism_dev *dev;

	if (!name)
		return ERR_PTR(-EINVAL);
	dev = softism_dev_find(name);
	if (dev)
		return dev;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[type],
			    "no device of this name");
	return ERR_PTR(-ENODEV);
}

int softism_put_u64(struct sk_buff *skb, int type, u64 value, int pad)
{
	return nla_put_u64_64bit(skb, type, value, pad);
}

/* Begins a message, @cb only in a dump; NULL if there is no room */
void *softism_begin(struct sk_buff *skb, u32 portid, u32 seq, u8 cmd,
		    struct netlink_callback *cb)
{
	void *hdr = genlmsg_put(skb, portid, seq, &softism_family,
				cb ? NLM_F_MULTI : 0, cmd);

	if (hdr && cb)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

/* Ends a message, or takes it back if @rc is an error; returns @rc */
int softism_end(struct sk_buff *skb, void *hdr, int rc)
{
	if (rc)
		genlmsg_cancel(skb, hdr);
	else
		genlmsg_end(skb, hdr);
	return rc;
}

static int softism_fill(struct sk_buff *skb, struct softism_dev *dev,
			softism_put_fn *put, u32 portid, u32 seq, u8 cmd,
			struct netlink_callback *cb)
{
	void *hdr = softism_begin(skb, portid, seq, cmd, cb);

	return softism_end(skb, hdr, hdr ? put(skb, dev) : -EMSGSIZE);
}

/* One message about @dev, which the caller frees; or an error */
struct sk_buff *softism_message(struct softism_dev *dev, softism_put_fn *put,
				u32 portid, u32 seq, u8 cmd)
{
	struct sk_buff *skb;
	int rc;

	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return ERR_PTR(-ENOMEM);
	rc = softism_fill(skb, dev, put, portid, seq, cmd, NULL);
	if (!rc)
		return skb;
	nlmsg_free(skb);
	return ERR_PTR(rc);
}

int softism_reply(struct genl_info *info, struct softism_dev *dev,
		  softism_put_fn *put)
{
	struct sk_buff *skb;

	skb = softism_message(dev, put, info->snd_portid, info->snd_seq,
			      info->genlhdr->cmd);
	return IS_ERR(skb) ? PTR_ERR(skb) : genlmsg_reply(skb, info);
}

/* Replies about the device that the request names in its attribute @type */
int softism_tell(struct genl_info *info, int type, softism_put_fn *put)
{
	struct softism_dev *dev;
	int rc;

	mutex_lock(&softism_mutex);
	dev = softism_get_dev(info, type);
	rc = IS_ERR(dev) ? PTR_ERR(dev) : softism_reply(info, dev, put);
	mutex_unlock(&softism_mutex);
	return rc;
}

/* Tells of all devices; args[0] is the ID of the last one that is done */
int softism_dump(struct sk_buff *skb, struct netlink_callback *cb,
		 softism_put_fn *put)
{
	const struct genlmsghdr *request = nlmsg_data(cb->nlh);
	struct softism_dev *dev;

	mutex_lock(&softism_mutex);
	cb->seq = softism_generation;
	list_for_each_entry(dev, &softism_devs, list) {
		if (dev->id <= cb->args[0])
			continue;
		if (softism_fill(skb, dev, put, NETLINK_CB(cb->skb).portid,
				 cb->nlh->nlmsg_seq, request->cmd,
				 cb) == -EMSGSIZE)
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
	    nla_put_u32(skb, SOFTISM_A_INFO_CAPS, softism_upper_caps) ||
	    nla_put_u32(skb, SOFTISM_A_INFO_DEVICES, softism_count()) ||
	    nla_put_u32(skb, SOFTISM_A_INFO_EVENT, softism_last_event())) {
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
		.policy = softism_del_policy,
		.maxattr = ARRAY_SIZE(softism_del_policy) - 1,
	},
	{
		.cmd = SOFTISM_CMD_DEV_SET,
		.doit = softism_set_doit,
		.policy = softism_set_policy,
		.maxattr = ARRAY_SIZE(softism_set_policy) - 1,
	},
	{
		.cmd = SOFTISM_CMD_DEV_DRAIN,
		.doit = softism_drain_doit,
		.policy = softism_drain_policy,
		.maxattr = ARRAY_SIZE(softism_drain_policy) - 1,
	},
	{
		.cmd = SOFTISM_CMD_STATS_GET,
		.doit = softism_stats_doit,
		.dumpit = softism_stats_dumpit,
		.policy = softism_name_policy,
		.maxattr = ARRAY_SIZE(softism_name_policy) - 1,
	},
	{
		.cmd = SOFTISM_CMD_STATS_RESET,
		.doit = softism_reset_doit,
		.policy = softism_name_policy,
		.maxattr = ARRAY_SIZE(softism_name_policy) - 1,
	},
	{
		.cmd = SOFTISM_CMD_DMB_GET,
		.dumpit = softism_dmb_dumpit,
		.policy = softism_dmb_policy,
		.maxattr = ARRAY_SIZE(softism_dmb_policy) - 1,
	},
	{
		.cmd = SOFTISM_CMD_FAULT_SET,
		.doit = softism_fault_set_doit,
		.policy = softism_fault_set_policy,
		.maxattr = ARRAY_SIZE(softism_fault_set_policy) - 1,
	},
	{
		.cmd = SOFTISM_CMD_FAULT_GET,
		.doit = softism_fault_get_doit,
		.dumpit = softism_fault_get_dumpit,
		.policy = softism_fault_get_policy,
		.maxattr = ARRAY_SIZE(softism_fault_get_policy) - 1,
	},
	{
		.cmd = SOFTISM_CMD_FAULT_EVENT,
		.doit = softism_fault_event_doit,
		.policy = softism_fault_event_policy,
		.maxattr = ARRAY_SIZE(softism_fault_event_policy) - 1,
	},
};

static const struct genl_multicast_group softism_groups[] = {
	{ .name = SOFTISM_MCGRP_EVENTS },
};

/* Devices belong to the machine, so only its first network namespace has it */
struct genl_family softism_family __ro_after_init = {
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
