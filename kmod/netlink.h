/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the netlink family have in common.
 */
#ifndef _SOFTISM_NETLINK_H
#define _SOFTISM_NETLINK_H

#include <net/genetlink.h>

#include "core.h"

#define SOFTISM_POLICY_NAME \
	{ .type = NLA_NUL_STRING, .len = SOFTISM_NAME_SIZE - 1 }

extern struct genl_family softism_family;

/* netlink.c; those that return an error have said why */
int softism_may_change(struct sk_buff *skb, struct genl_info *info);
const char *softism_get_name(struct genl_info *info, int type);
struct softism_dev *softism_get_dev(struct genl_info *info, int type);
int softism_put_u64(struct sk_buff *skb, int type, u64 value, int pad);

/*
 * Puts what a command tells of a device; softism_mutex is held. -EMSGSIZE if there
 * is no room, -ENODATA if there is nothing that a dump should tell.
 */
typedef int softism_put_fn(struct sk_buff *skb, struct softism_dev *dev);

void *softism_begin(struct sk_buff *skb, u32 portid, u32 seq, u8 cmd,
		    struct netlink_callback *cb);
int softism_end(struct sk_buff *skb, void *hdr, int rc);
struct sk_buff *softism_message(struct softism_dev *dev, softism_put_fn *put,
				u32 portid, u32 seq, u8 cmd);
int softism_reply(struct genl_info *info, struct softism_dev *dev,
		  softism_put_fn *put);
int softism_tell(struct genl_info *info, int type, softism_put_fn *put);
int softism_dump(struct sk_buff *skb, struct netlink_callback *cb,
		 softism_put_fn *put);

/* netlink-dev.c */
extern const struct nla_policy softism_name_policy[SOFTISM_A_DEV_NAME + 1];
extern const struct nla_policy softism_new_policy[SOFTISM_A_DEV_GID_EXT + 1];
extern const struct nla_policy softism_set_policy[SOFTISM_A_DEV_UP + 1];
extern const struct nla_policy softism_del_policy[SOFTISM_A_DEV_FORCE + 1];
extern const struct nla_policy
softism_drain_policy[SOFTISM_A_DEV_DRAIN_TIMEOUT + 1];
int softism_new_doit(struct sk_buff *skb, struct genl_info *info);
int softism_del_doit(struct sk_buff *skb, struct genl_info *info);
int softism_set_doit(struct sk_buff *skb, struct genl_info *info);
int softism_drain_doit(struct sk_buff *skb, struct genl_info *info);
int softism_get_doit(struct sk_buff *skb, struct genl_info *info);
int softism_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);

/* netlink-stats.c */
extern const struct nla_policy softism_dmb_policy[SOFTISM_A_DMB_NAME + 1];
int softism_put_stats(struct sk_buff *skb, struct softism_dev *dev);
int softism_stats_doit(struct sk_buff *skb, struct genl_info *info);
int softism_stats_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int softism_reset_doit(struct sk_buff *skb, struct genl_info *info);
int softism_dmb_dumpit(struct sk_buff *skb, struct netlink_callback *cb);

/* netlink-fault.c */
extern const struct nla_policy
softism_fault_set_policy[SOFTISM_A_FAULT_UNREACHABLE + 1];
extern const struct nla_policy softism_fault_get_policy[SOFTISM_A_FAULT_NAME + 1];
extern const struct nla_policy
softism_fault_event_policy[SOFTISM_A_FAULT_INFO + 1];
int softism_fault_set_doit(struct sk_buff *skb, struct genl_info *info);
int softism_fault_get_doit(struct sk_buff *skb, struct genl_info *info);
int softism_fault_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int softism_fault_event_doit(struct sk_buff *skb, struct genl_info *info);

#endif /* _SOFTISM_NETLINK_H */
