// SPDX-License-Identifier: GPL-2.0-or-later
/* Parsers of what the kernel's softism family sends. */
#include <ctype.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/smc.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <string.h>
#include "softism-reply.h"

_Static_assert(SMCD_NAME_SIZE == SOFTISM_NAME_SIZE, "names of softism do not fit");

#define EXACT(size) .minlen = (size), .maxlen = (size)
#define A_U8 { .type = NLA_U8, EXACT(1) }
#define A_U16 { .type = NLA_U16, EXACT(2) }
#define A_U32 { .type = NLA_U32, EXACT(4) }
#define A_U64 { .type = NLA_U64, EXACT(8) }

static const char *const kind_names[SOFTISM_KIND_MAX + 1] = {
	[SOFTISM_KIND_LOOPBACK] = "loopback",
	[SOFTISM_KIND_ISM_EMU] = "ism-emu",
};

const char *softism_kind_name(uint32_t kind)
{
	return kind <= SOFTISM_KIND_MAX ? kind_names[kind] : NULL;
}

enum softism_kind softism_kind_of(const char *name)
{
	int kind;

	for (kind = SOFTISM_KIND_UNSPEC + 1; kind <= SOFTISM_KIND_MAX; kind++)
		if (strcmp(kind_names[kind], name) == 0)
			return kind;
	return SOFTISM_KIND_UNSPEC;
}

static int parse_name(const struct nlattr *attr, char name[static SMCD_NAME_SIZE])
{
	const char *from = nla_data(attr);
	size_t length = strnlen(from, nla_len(attr)), i;

	if (length + 1 != (size_t)nla_len(attr) || length >= SMCD_NAME_SIZE ||
	    !isalnum((unsigned char)from[0]))
		return -EBADMSG;
	for (i = 1; i < length; i++)
		if (!isalnum((unsigned char)from[i]) && !strchr("._-", from[i]))
			return -EBADMSG;
	memcpy(name, from, length + 1);
	return 0;
}

static uint64_t counter(const struct nlattr *attr)
{
	return attr ? nla_get_u64(attr) : SMCD_UNKNOWN;
}

/* @nest may be NULL: then nothing is known. */
static int parse_stats(struct nlattr *nest, struct smcd_stats *stats)
{
	static const struct nla_policy policy[SOFTISM_A_STATS_MAX + 1] = {
		[SOFTISM_A_STATS_TX_MOVES ... SOFTISM_A_STATS_QUERIES_NO] = A_U64,
	};
	struct nlattr *tb[SOFTISM_A_STATS_MAX + 1] = { NULL };

	if (nest && nla_parse_nested(tb, SOFTISM_A_STATS_MAX, nest, policy) < 0)
		return -EBADMSG;
	stats->tx_moves = counter(tb[SOFTISM_A_STATS_TX_MOVES]);
	stats->tx_bytes = counter(tb[SOFTISM_A_STATS_TX_BYTES]);
	stats->rx_moves = counter(tb[SOFTISM_A_STATS_RX_MOVES]);
	stats->rx_bytes = counter(tb[SOFTISM_A_STATS_RX_BYTES]);
	stats->signals = counter(tb[SOFTISM_A_STATS_SIGNALS]);
	stats->refused = counter(tb[SOFTISM_A_STATS_REFUSED]);
	stats->dmbs = counter(tb[SOFTISM_A_STATS_DMBS]);
	stats->dmbs_failed = counter(tb[SOFTISM_A_STATS_DMBS_FAILED]);
	stats->queries_yes = counter(tb[SOFTISM_A_STATS_QUERIES_YES]);
	stats->queries_no = counter(tb[SOFTISM_A_STATS_QUERIES_NO]);
	return 0;
}

static int parse_config(struct nlattr **tb, struct smcd_device *device)
{
	if (parse_name(tb[SOFTISM_A_DEV_NAME], device->name) < 0)
		return -EBADMSG;
	device->chid = nla_get_u16(tb[SOFTISM_A_DEV_CHID]);
	device->gid = nla_get_u64(tb[SOFTISM_A_DEV_GID]);
	device->priority = nla_get_u32(tb[SOFTISM_A_DEV_PRIORITY]);
	device->up = nla_get_u8(tb[SOFTISM_A_DEV_UP]);
	device->max_dmbs = nla_get_u32(tb[SOFTISM_A_DEV_MAX_DMBS]);
	if (!device->chid || !device->gid || device->priority > SOFTISM_PRIORITY_MAX)
		return -EBADMSG;
	return 0;
}

static const char *reason(const struct smcd_device *device, bool closing)
{
	if (closing)
		return "is being deleted: applications have yet to close its connections' sockets";
	if (!device->up)
		return device->attached ? "it is down, and connections live on" : "it is down";
	if (!device->attached)
		return "waits for handshakes that knew it before, or the SMC stack refuses it";
	if (device->held)
		return "refuses new connections in favour of higher priorities until connections "
		       "that are in the way end";
	return device->rank ? "" : "not proposed: clients propose one device of a CHID, and "
		"8 CHIDs";
}

/* What a newer module may say besides is none of those that are known. */
static enum smcd_drain parse_drain(const struct nlattr *attr)
{
	static const enum smcd_drain drains[] = {
		[SOFTISM_DRAIN_ACTIVE] = SMCD_DRAIN_ACTIVE,
		[SOFTISM_DRAIN_DONE] = SMCD_DRAIN_DONE,
		[SOFTISM_DRAIN_TIMEOUT] = SMCD_DRAIN_TIMEOUT,
	};
	uint32_t drain = attr ? nla_get_u32(attr) : SOFTISM_DRAIN_NONE;

	return drain < sizeof(drains) / sizeof(drains[0]) ? drains[drain] : SMCD_DRAIN_NONE;
}

static void parse_state(struct nlattr **tb, struct smcd_device *device)
{
	bool closing = tb[SOFTISM_A_DEV_CLOSING] && nla_get_u8(tb[SOFTISM_A_DEV_CLOSING]);

	device->attached = nla_get_u8(tb[SOFTISM_A_DEV_ATTACHED]);
	device->rank = nla_get_u32(tb[SOFTISM_A_DEV_RANK]);
	device->held = nla_get_u8(tb[SOFTISM_A_DEV_HELD]);
	device->connections = nla_get_u32(tb[SOFTISM_A_DEV_CONNS]);
	device->dmbs = nla_get_u32(tb[SOFTISM_A_DEV_DMBS]);
	if (tb[SOFTISM_A_DEV_MEMORY])
		device->memory = nla_get_u64(tb[SOFTISM_A_DEV_MEMORY]);
	device->tells_growth = true;
	device->caps = SMCD_CAN_DELETE | SMCD_CAN_UPDOWN | SMCD_CAN_PRIORITY;
	if (tb[SOFTISM_A_DEV_DRAIN])
		device->caps |= SMCD_CAN_DRAIN;
	if (tb[SOFTISM_A_DEV_MAX_MEMORY]) {
		device->caps |= SMCD_CAN_LIMIT_MEMORY;
		device->max_memory = nla_get_u64(tb[SOFTISM_A_DEV_MAX_MEMORY]);
	}
	device->drain = parse_drain(tb[SOFTISM_A_DEV_DRAIN]);
	strcpy(device->reason, reason(device, closing));
}

/* All that a device of version 1 of the family has, but counters. */
static const int required[] = {
	SOFTISM_A_DEV_NAME, SOFTISM_A_DEV_KIND, SOFTISM_A_DEV_CHID, SOFTISM_A_DEV_GID,
	SOFTISM_A_DEV_PRIORITY, SOFTISM_A_DEV_UP, SOFTISM_A_DEV_MAX_DMBS, SOFTISM_A_DEV_ATTACHED,
	SOFTISM_A_DEV_RANK, SOFTISM_A_DEV_HELD, SOFTISM_A_DEV_CONNS, SOFTISM_A_DEV_DMBS,
};

static int parse_attributes(struct nlmsghdr *nlh, struct nlattr **tb)
{
	static const struct nla_policy policy[SOFTISM_A_DEV_MAX + 1] = {
		[SOFTISM_A_DEV_NAME] = { .type = NLA_STRING, .minlen = 2,
					 .maxlen = SOFTISM_NAME_SIZE },
		[SOFTISM_A_DEV_KIND] = A_U32,
		[SOFTISM_A_DEV_CHID] = A_U16,
		[SOFTISM_A_DEV_GID] = A_U64,
		[SOFTISM_A_DEV_PRIORITY] = A_U32,
		[SOFTISM_A_DEV_UP] = A_U8,
		[SOFTISM_A_DEV_MAX_DMBS] = A_U32,
		[SOFTISM_A_DEV_MAX_MEMORY] = A_U64,
		[SOFTISM_A_DEV_ATTACHED] = A_U8,
		[SOFTISM_A_DEV_RANK] = A_U32,
		[SOFTISM_A_DEV_HELD] = A_U8,
		[SOFTISM_A_DEV_CONNS] = A_U32,
		[SOFTISM_A_DEV_DMBS] = A_U32,
		[SOFTISM_A_DEV_MEMORY] = A_U64,
		[SOFTISM_A_DEV_STATS] = { .type = NLA_NESTED },
		[SOFTISM_A_DEV_DRAIN] = A_U32,
		[SOFTISM_A_DEV_CLOSING] = A_U8,
	};
	size_t i;

	if (genlmsg_parse(nlh, 0, tb, SOFTISM_A_DEV_MAX, policy) < 0)
		return -EBADMSG;
	for (i = 0; i < sizeof(required) / sizeof(required[0]); i++)
		if (!tb[required[i]])
			return -EBADMSG;
	return 0;
}

int softism_reply_device(struct nlmsghdr *nlh, struct smcd_device *ret_device)
{
	struct nlattr *tb[SOFTISM_A_DEV_MAX + 1];
	struct smcd_device device = { 0 };
	const char *kind;

	if (parse_attributes(nlh, tb) < 0 || parse_config(tb, &device) < 0 ||
	    parse_stats(tb[SOFTISM_A_DEV_STATS], &device.stats) < 0)
		return -EBADMSG;
	kind = softism_kind_name(nla_get_u32(tb[SOFTISM_A_DEV_KIND]));
	if (!kind)
		return -EOPNOTSUPP;
	strcpy(device.kind, kind);
	parse_state(tb, &device);
	*ret_device = device;
	return 0;
}

/* A notification of the controller of all families that one has come or gone. */
static unsigned int parse_control(struct nlmsghdr *nlh)
{
	static const struct nla_policy policy[CTRL_ATTR_MAX + 1] = {
		[CTRL_ATTR_FAMILY_NAME] = { .type = NLA_STRING, .minlen = 1,
					    .maxlen = GENL_NAMSIZ },
	};
	struct nlattr *tb[CTRL_ATTR_MAX + 1];
	uint8_t command = genlmsg_hdr(nlh)->cmd;

	if ((command != CTRL_CMD_NEWFAMILY && command != CTRL_CMD_DELFAMILY) ||
	    genlmsg_parse(nlh, 0, tb, CTRL_ATTR_MAX, policy) < 0 || !tb[CTRL_ATTR_FAMILY_NAME])
		return 0;
	if (nla_strcmp(tb[CTRL_ATTR_FAMILY_NAME], SMC_GENL_FAMILY_NAME) == 0)
		return SOFTISM_EVENT_STACK;
	if (nla_strcmp(tb[CTRL_ATTR_FAMILY_NAME], SOFTISM_GENL_NAME) == 0)
		return SOFTISM_EVENT_FAMILY;
	return 0;
}

static unsigned int parse_event(struct nlmsghdr *nlh, uint16_t family)
{
	uint8_t command;

	if (nlmsg_datalen(nlh) < (int)GENL_HDRLEN)
		return 0;
	if (nlh->nlmsg_type == GENL_ID_CTRL)
		return parse_control(nlh);
	if (!family || nlh->nlmsg_type != family)
		return 0;
	command = genlmsg_hdr(nlh)->cmd;
	if (command == SOFTISM_CMD_DEV_GROW_NTF)
		return SOFTISM_EVENT_GROWTH;
	return command == SOFTISM_CMD_DEV_ADD_NTF || command == SOFTISM_CMD_DEV_DEL_NTF ||
	       command == SOFTISM_CMD_DEV_CHANGE_NTF ||
	       command == SOFTISM_CMD_DEV_DRAIN_NTF ? SOFTISM_EVENT_DEVICE : 0;
}

unsigned int softism_reply_events(void *data, size_t size, uint16_t family)
{
	struct nlmsghdr *nlh = data;
	unsigned int events = 0;
	int rest = size;

	if (size > INT32_MAX)
		return 0;
	for (; nlmsg_ok(nlh, rest); nlh = nlmsg_next(nlh, &rest))
		events |= parse_event(nlh, family);
	return events;
}
