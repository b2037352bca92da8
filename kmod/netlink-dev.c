// SPDX-License-Identifier: GPL-2.0
/*
 * The commands for devices, and the notifications about them.
 */
#include <linux/ctype.h>

#include "netlink.h"

static u32 softism_events;	/* notifications, softism_mutex */

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

static struct netlink_range_validation softism_range_drain = {
	.min = 1,
	.max = SOFTISM_DRAIN_MAX,
};

const struct nla_policy softism_name_policy[] = {
	[SOFTISM_A_DEV_NAME] = SOFTISM_POLICY_NAME,
};

const struct nla_policy softism_set_policy[] = {
	[SOFTISM_A_DEV_NAME] = SOFTISM_POLICY_NAME,
	[SOFTISM_A_DEV_PRIORITY] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &softism_range_priority),
	[SOFTISM_A_DEV_UP] = NLA_POLICY_FULL_RANGE(NLA_U8, &softism_range_up),
};

const struct nla_policy softism_del_policy[] = {
	[SOFTISM_A_DEV_NAME] = SOFTISM_POLICY_NAME,
	[SOFTISM_A_DEV_FORCE] = { .type = NLA_FLAG },
};

const struct nla_policy softism_drain_policy[] = {
	[SOFTISM_A_DEV_NAME] = SOFTISM_POLICY_NAME,
	[SOFTISM_A_DEV_DRAIN_TIMEOUT] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &softism_range_drain),
};

const struct nla_policy softism_new_policy[] = {
	[SOFTISM_A_DEV_NAME] = SOFTISM_POLICY_NAME,
	[SOFTISM_A_DEV_KIND] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &softism_range_kind),
	[SOFTISM_A_DEV_CHID] =
		NLA_POLICY_FULL_RANGE(NLA_U16, &softism_range_chid),
	[SOFTISM_A_DEV_GID] =
		NLA_POLICY_FULL_RANGE(NLA_U64, &softism_range_gid),
	[SOFTISM_A_DEV_GID_EXT] = { .type = NLA_U64 },
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

static int softism_put_settings(struct sk_buff *skb, struct softism_dev *dev)
{
	if (nla_put_string(skb, SOFTISM_A_DEV_NAME, dev->name) ||
	    nla_put_u32(skb, SOFTISM_A_DEV_KIND, dev->kind) ||
	    nla_put_u16(skb, SOFTISM_A_DEV_CHID, dev->chid) ||
	    nla_put_u64_64bit(skb, SOFTISM_A_DEV_GID, dev->gid.id,
			      SOFTISM_A_DEV_PAD) ||
	    nla_put_u64_64bit(skb, SOFTISM_A_DEV_GID_EXT, dev->gid.ext,
			      SOFTISM_A_DEV_PAD) ||
	    nla_put_u32(skb, SOFTISM_A_DEV_PRIORITY, dev->priority) ||
	    nla_put_u8(skb, SOFTISM_A_DEV_UP, dev->up) ||
	    nla_put_u32(skb, SOFTISM_A_DEV_MAX_DMBS, dev->max_dmbs) ||
	    nla_put_u64_64bit(skb, SOFTISM_A_DEV_MAX_MEMORY, dev->max_memory,
			      SOFTISM_A_DEV_PAD))
		return -EMSGSIZE;
	return 0;
}

static int softism_put_state(struct sk_buff *skb, struct softism_dev *dev)
{
	if (nla_put_u8(skb, SOFTISM_A_DEV_ATTACHED, !!dev->port) ||
	    nla_put_u32(skb, SOFTISM_A_DEV_RANK, dev->rank) ||
	    nla_put_u8(skb, SOFTISM_A_DEV_HELD, !!dev->held) ||
	    nla_put_u32(skb, SOFTISM_A_DEV_CONNS, softism_dev_conns(dev)) ||
	    nla_put_u32(skb, SOFTISM_A_DEV_DMBS, softism_dev_dmbs(dev)) ||
	    nla_put_u64_64bit(skb, SOFTISM_A_DEV_MEMORY,
			      atomic64_read(&dev->memory),
			      SOFTISM_A_DEV_PAD) ||
	    nla_put_u32(skb, SOFTISM_A_DEV_DRAIN, dev->drain) ||
	    nla_put_u8(skb, SOFTISM_A_DEV_CLOSING, dev->condemned))
		return -EMSGSIZE;
	return 0;
}

static int softism_put_dev(struct sk_buff *skb, struct softism_dev *dev)
{
	return softism_put_settings(skb, dev) ?: softism_put_state(skb, dev) ?:
	       softism_put_stats(skb, dev);
}

static int softism_put_event(struct sk_buff *skb, struct softism_dev *dev)
{
	return softism_put_dev(skb, dev) ?:
	       nla_put_u32(skb, SOFTISM_A_DEV_EVENT, softism_events);
}

u32 softism_last_event(void)
{
	u32 event;

	mutex_lock(&softism_mutex);
	event = softism_events;
	mutex_unlock(&softism_mutex);
	return event;
}

/* Tells the listeners of @dev; without memory they miss it, and can see that */
void softism_notify(struct softism_dev *dev, enum softism_cmd cmd)
{
	struct sk_buff *skb;

	softism_events++;
	if (!genl_has_listeners(&softism_family, &init_net, 0))
		return;
	skb = softism_message(dev, softism_put_event, 0, 0, cmd);
	if (!IS_ERR(skb))
		genlmsg_multicast(&softism_family, skb, 0, 0, GFP_KERNEL);
}

static void softism_get_config(struct genl_info *info,
			       struct softism_dev_config *config)
{
	struct nlattr **attrs = info->attrs;

	if (attrs[SOFTISM_A_DEV_CHID])
		config->chid = nla_get_u16(attrs[SOFTISM_A_DEV_CHID]);
	if (attrs[SOFTISM_A_DEV_GID])
		config->gid.id = nla_get_u64(attrs[SOFTISM_A_DEV_GID]);
	if (attrs[SOFTISM_A_DEV_GID_EXT])
		config->gid.ext = nla_get_u64(attrs[SOFTISM_A_DEV_GID_EXT]);
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

int softism_new_doit(struct sk_buff *skb, struct genl_info *info)
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
	config.name = softism_get_name(info, SOFTISM_A_DEV_NAME);
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
		softism_reply(info, dev, softism_put_dev);
	mutex_unlock(&softism_mutex);
	return rc;
}

int softism_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	bool force = info->attrs[SOFTISM_A_DEV_FORCE];
	struct softism_dev *dev;
	int rc;

	rc = softism_may_change(skb, info);
	if (rc)
		return rc;

	mutex_lock(&softism_mutex);
	dev = softism_get_dev(info, SOFTISM_A_DEV_NAME);
	if (IS_ERR(dev))
		rc = PTR_ERR(dev);
	else if (force)
		rc = softism_dev_force(dev, info->extack);
	else
		rc = softism_dev_delete(dev, info->extack);
	mutex_unlock(&softism_mutex);
	return rc;
}

/* A device that can be changed, by one who may do that */
static struct softism_dev *softism_get_living(struct genl_info *info)
{
	struct softism_dev *dev = softism_get_dev(info, SOFTISM_A_DEV_NAME);

	if (IS_ERR(dev) || !dev->condemned)
		return dev;
	NL_SET_ERR_MSG(info->extack,
		       "device is being deleted, and waits for sockets to be closed");
	return ERR_PTR(-EBUSY);
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
		softism_release_held(dev);
	spin_unlock_bh(&softism_lock);
	dev->changed = true;
	if (new_up)
		softism_drain_stop(dev);
	softism_settle();
}

int softism_set_doit(struct sk_buff *skb, struct genl_info *info)
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
	dev = softism_get_living(info);
	rc = PTR_ERR_OR_ZERO(dev);
	if (!rc)
		softism_set(dev, info);
	mutex_unlock(&softism_mutex);
	return rc;
}

static void softism_drain(struct softism_dev *dev, u32 timeout)
{
	spin_lock_bh(&softism_lock);
	dev->up = false;
	softism_release_held(dev);
	spin_unlock_bh(&softism_lock);
	dev->changed = true;
	softism_settle();
	softism_drain_start(dev, timeout);
}

int softism_drain_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *timeout = info->attrs[SOFTISM_A_DEV_DRAIN_TIMEOUT];
	struct softism_dev *dev;
	int rc;

	rc = softism_may_change(skb, info);
	if (rc)
		return rc;

	mutex_lock(&softism_mutex);
	dev = softism_get_living(info);
	rc = PTR_ERR_OR_ZERO(dev);
	if (!rc)
		softism_drain(dev, timeout ? nla_get_u32(timeout) : 0);
	mutex_unlock(&softism_mutex);
	return rc;
}

int softism_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return softism_tell(info, SOFTISM_A_DEV_NAME, softism_put_dev);
}

int softism_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return softism_dump(skb, cb, softism_put_dev);
}
