// SPDX-License-Identifier: GPL-2.0
/*
 * The commands for faults.
 */
#include "fault.h"
#include "netlink.h"

static struct netlink_range_validation softism_range_percent = {
	.max = 100,
};

static struct netlink_range_validation softism_range_errno = {
	.min = 1,
	.max = MAX_ERRNO,
};

static struct netlink_range_validation softism_range_move_delay = {
	.max = SOFTISM_MOVE_DELAY_MAX,
};

static struct netlink_range_validation softism_range_signal_delay = {
	.max = SOFTISM_SIGNAL_DELAY_MAX,
};

static struct netlink_range_validation softism_range_event = {
	.min = SOFTISM_EVENT_DMB,
	.max = SOFTISM_EVENT_MAX,
};

#define SOFTISM_POLICY_PERCENT \
	NLA_POLICY_FULL_RANGE(NLA_U32, &softism_range_percent)

const struct nla_policy softism_fault_get_policy[] = {
	[SOFTISM_A_FAULT_NAME] = SOFTISM_POLICY_NAME,
};

const struct nla_policy softism_fault_set_policy[] = {
	[SOFTISM_A_FAULT_NAME] = SOFTISM_POLICY_NAME,
	[SOFTISM_A_FAULT_SEED] = { .type = NLA_U32 },
	[SOFTISM_A_FAULT_DMB_NTH] = { .type = NLA_U32 },
	[SOFTISM_A_FAULT_DMB_PERCENT] = SOFTISM_POLICY_PERCENT,
	[SOFTISM_A_FAULT_DMB_ERRNO] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &softism_range_errno),
	[SOFTISM_A_FAULT_DMB_LEFT] = { .type = NLA_U32 },
	[SOFTISM_A_FAULT_MOVE_PERCENT] = SOFTISM_POLICY_PERCENT,
	[SOFTISM_A_FAULT_MOVE_DELAY] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &softism_range_move_delay),
	[SOFTISM_A_FAULT_SIGNAL_DROP] = SOFTISM_POLICY_PERCENT,
	[SOFTISM_A_FAULT_SIGNAL_DUPLICATE] = SOFTISM_POLICY_PERCENT,
	[SOFTISM_A_FAULT_SIGNAL_DELAY] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &softism_range_signal_delay),
	[SOFTISM_A_FAULT_UNREACHABLE] = { .type = NLA_U64 },
};

const struct nla_policy softism_fault_event_policy[] = {
	[SOFTISM_A_FAULT_NAME] = SOFTISM_POLICY_NAME,
	[SOFTISM_A_FAULT_EVENT] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &softism_range_event),
	[SOFTISM_A_FAULT_GID] = { .type = NLA_U64 },
	[SOFTISM_A_FAULT_GID_EXT] = { .type = NLA_U64 },
	[SOFTISM_A_FAULT_CODE] = { .type = NLA_U32 },
	[SOFTISM_A_FAULT_INFO] = { .type = NLA_U64 },
};

/* 0, i.e. off, if the attribute is absent */
static u32 softism_get_u32(struct genl_info *info, int type)
{
	return info->attrs[type] ? nla_get_u32(info->attrs[type]) : 0;
}

static u64 softism_get_u64(struct genl_info *info, int type)
{
	return info->attrs[type] ? nla_get_u64(info->attrs[type]) : 0;
}

static void softism_read_config(struct genl_info *info,
				struct softism_fault_config *config)
{
	*config = (struct softism_fault_config) {
		.seed = softism_get_u32(info, SOFTISM_A_FAULT_SEED),
		.dmb_nth = softism_get_u32(info, SOFTISM_A_FAULT_DMB_NTH),
		.dmb_percent =
			softism_get_u32(info, SOFTISM_A_FAULT_DMB_PERCENT),
		.dmb_errno =
			softism_get_u32(info, SOFTISM_A_FAULT_DMB_ERRNO) ?:
			ENOMEM,
		.dmb_left = softism_get_u32(info, SOFTISM_A_FAULT_DMB_LEFT),
		.dmb_limited = info->attrs[SOFTISM_A_FAULT_DMB_LEFT],
		.move_percent =
			softism_get_u32(info, SOFTISM_A_FAULT_MOVE_PERCENT),
		.move_delay = softism_get_u32(info, SOFTISM_A_FAULT_MOVE_DELAY),
		.signal_drop =
			softism_get_u32(info, SOFTISM_A_FAULT_SIGNAL_DROP),
		.signal_duplicate =
			softism_get_u32(info, SOFTISM_A_FAULT_SIGNAL_DUPLICATE),
		.signal_delay =
			softism_get_u32(info, SOFTISM_A_FAULT_SIGNAL_DELAY),
		.unreachable =
			softism_get_u64(info, SOFTISM_A_FAULT_UNREACHABLE),
	};
}

static bool softism_injects(const struct softism_fault_config *config)
{
	return config->dmb_nth || config->dmb_percent || config->dmb_limited ||
	       config->move_percent || config->move_delay ||
	       config->signal_drop || config->signal_duplicate ||
	       config->signal_delay || config->unreachable;
}

int softism_fault_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct softism_fault_config config;
	struct softism_dev *dev;
	int rc;

	rc = softism_may_change(skb, info);
	if (rc)
		return rc;
	softism_read_config(info, &config);

	mutex_lock(&softism_mutex);
	dev = softism_get_dev(info, SOFTISM_A_FAULT_NAME);
	rc = PTR_ERR_OR_ZERO(dev);
	if (!rc) {
		rc = softism_faults_set(dev, softism_injects(&config) ?
					&config : NULL);
		if (rc)
			NL_SET_ERR_MSG(info->extack, "no memory for faults");
	}
	mutex_unlock(&softism_mutex);
	return rc;
}

static int softism_send_event(struct genl_info *info, struct softism_dev *dev)
{
	const struct softism_gid gid = {
		.id = softism_get_u64(info, SOFTISM_A_FAULT_GID),
		.ext = softism_get_u64(info, SOFTISM_A_FAULT_GID_EXT),
	};
	int rc;

	if (!info->attrs[SOFTISM_A_FAULT_EVENT]) {
		NL_SET_ERR_MSG(info->extack, "the event is missing");
		return -EINVAL;
	}
	rc = softism_fault_send(dev,
				softism_get_u32(info, SOFTISM_A_FAULT_EVENT),
				&gid,
				softism_get_u32(info, SOFTISM_A_FAULT_CODE),
				softism_get_u64(info, SOFTISM_A_FAULT_INFO));
	if (rc == -ENETDOWN)
		NL_SET_ERR_MSG(info->extack, "the device is not attached");
	else if (rc)
		NL_SET_ERR_MSG(info->extack, "no memory for faults");
	return rc;
}

int softism_fault_event_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct softism_dev *dev;
	int rc;

	rc = softism_may_change(skb, info);
	if (rc)
		return rc;

	mutex_lock(&softism_mutex);
	dev = softism_get_dev(info, SOFTISM_A_FAULT_NAME);
	rc = IS_ERR(dev) ? PTR_ERR(dev) : softism_send_event(info, dev);
	mutex_unlock(&softism_mutex);
	return rc;
}

static int softism_put_config(struct sk_buff *skb,
			      const struct softism_fault_config *config)
{
	if (nla_put_u32(skb, SOFTISM_A_FAULT_SEED, config->seed) ||
	    nla_put_u32(skb, SOFTISM_A_FAULT_DMB_NTH, config->dmb_nth) ||
	    nla_put_u32(skb, SOFTISM_A_FAULT_DMB_PERCENT,
			config->dmb_percent) ||
	    nla_put_u32(skb, SOFTISM_A_FAULT_DMB_ERRNO, config->dmb_errno) ||
	    (config->dmb_limited &&
	     nla_put_u32(skb, SOFTISM_A_FAULT_DMB_LEFT, config->dmb_left)) ||
	    nla_put_u32(skb, SOFTISM_A_FAULT_MOVE_PERCENT,
			config->move_percent) ||
	    nla_put_u32(skb, SOFTISM_A_FAULT_MOVE_DELAY, config->move_delay) ||
	    nla_put_u32(skb, SOFTISM_A_FAULT_SIGNAL_DROP,
			config->signal_drop) ||
	    nla_put_u32(skb, SOFTISM_A_FAULT_SIGNAL_DUPLICATE,
			config->signal_duplicate) ||
	    nla_put_u32(skb, SOFTISM_A_FAULT_SIGNAL_DELAY,
			config->signal_delay) ||
	    softism_put_u64(skb, SOFTISM_A_FAULT_UNREACHABLE,
			    config->unreachable, SOFTISM_A_FAULT_PAD))
		return -EMSGSIZE;
	return 0;
}

static int softism_put_counts(struct sk_buff *skb,
			      const struct softism_faults *faults)
{
	struct nlattr *nest = nla_nest_start(skb, SOFTISM_A_FAULT_COUNTS);
	int count;

	if (!nest)
		return -EMSGSIZE;
	for (count = SOFTISM_A_FAULT_COUNT_DMBS;
	     count <= SOFTISM_A_FAULT_COUNT_MAX; count++)
		if (softism_put_u64(skb, count,
				    atomic64_read(&faults->counts[count]),
				    SOFTISM_A_FAULT_COUNT_PAD))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int softism_put_faults(struct sk_buff *skb, struct softism_dev *dev)
{
	struct softism_faults *faults = softism_faults_get(dev);

	if (nla_put_string(skb, SOFTISM_A_FAULT_NAME, dev->name) ||
	    (faults && (softism_put_config(skb, &faults->config) ||
			softism_put_counts(skb, faults))))
		return -EMSGSIZE;
	return 0;
}

/* A dump passes over devices without faults */
static int softism_put_any_faults(struct sk_buff *skb, struct softism_dev *dev)
{
	return softism_faults_get(dev) ? softism_put_faults(skb, dev) : -ENODATA;
}

int softism_fault_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return softism_tell(info, SOFTISM_A_FAULT_NAME, softism_put_faults);
}

int softism_fault_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return softism_dump(skb, cb, softism_put_any_faults);
}
