// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests to the softism family, and what the kernel says of the family.
 */
#include <linux/genetlink.h>
#include "../../kmod/softism.h"
#include "softism-request.h"

struct nlmsghdr *softism_request(void *buffer, uint16_t type, uint8_t cmd,
				 uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = SOFTISM_GENL_VERSION;
	return nlh;
}

void softism_put_family(struct nlmsghdr *nlh)
{
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, SOFTISM_GENL_NAME);
}

static int take_group(const struct nlattr *attr, void *data)
{
	struct softism_family *family = data;

	if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID)
		family->events = mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

static int take_groups(const struct nlattr *attr, void *data)
{
	return mnl_attr_parse_nested(attr, take_group, data);
}

static int take_attr(const struct nlattr *attr, void *data)
{
	struct softism_family *family = data;

	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
		family->id = mnl_attr_get_u16(attr);
	if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GROUPS)
		return mnl_attr_parse_nested(attr, take_groups, data);
	return MNL_CB_OK;
}

int softism_take_family(const struct nlmsghdr *nlh, void *data)
{
	return mnl_attr_parse(nlh, sizeof(struct genlmsghdr), take_attr, data);
}
