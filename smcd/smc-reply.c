// SPDX-License-Identifier: GPL-2.0-or-later
/* Parsers of what the SMC stack's generic netlink family answers. */
#include <ctype.h>
#include <errno.h>
#include <linux/smc.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <string.h>
#include "smc-reply.h"

#define EXACT(size) .minlen = (size), .maxlen = (size)
#define A_U8 { .type = NLA_U8, EXACT(1) }
#define A_U16 { .type = NLA_U16, EXACT(2) }
#define A_U32 { .type = NLA_U32, EXACT(4) }
#define A_U64 { .type = NLA_U64, EXACT(8) }
#define A_NEST { .type = NLA_NESTED }
#define A_STRING(size) { .type = NLA_STRING, .minlen = 1, .maxlen = (size) }

/*
 * Copies the string of @attr, of a policy with a maximum that @size bytes can
 * take, without the blanks at its end. Whatever is not printable is refused.
 */
static int copy_string(char *to, size_t size, const struct nlattr *attr)
{
	const char *from = nla_data(attr);
	size_t length = strnlen(from, nla_len(attr)), i;

	if (length + 1 != (size_t)nla_len(attr) || length >= size)
		return -EBADMSG;
	for (i = 0; i < length; i++)
		if (!isprint((unsigned char)from[i]))
			return -EBADMSG;
	while (length > 0 && from[length - 1] == ' ')
		length--;
	memcpy(to, from, length);
	to[length] = '\0';
	return 0;
}

static int append(void **list, size_t *count, const void *entry, size_t size)
{
	void *longer = reallocarray(*list, *count + 1, size);

	if (!longer)
		return -ENOMEM;
	memcpy((char *)longer + *count * size, entry, size);
	*list = longer;
	(*count)++;
	return 0;
}

int smc_reply_ueid(struct nlmsghdr *nlh, void *userdata)
{
	static const struct nla_policy policy[SMC_NLA_EID_TABLE_MAX + 1] = {
		[SMC_NLA_EID_TABLE_ENTRY] = { .type = NLA_STRING, EXACT(UEID_SIZE) },
	};
	struct nlattr *tb[SMC_NLA_EID_TABLE_MAX + 1];
	struct smc_ueids *list = userdata;
	char ueid[UEID_SIZE];

	if (genlmsg_parse(nlh, 0, tb, SMC_NLA_EID_TABLE_MAX, policy) < 0 ||
	    !tb[SMC_NLA_EID_TABLE_ENTRY] ||
	    copy_string(ueid, sizeof(ueid), tb[SMC_NLA_EID_TABLE_ENTRY]) < 0 || !ueid[0])
		return -EBADMSG;
	return append((void **)&list->ueids, &list->count, ueid, sizeof(ueid));
}

int smc_reply_seid(struct nlmsghdr *nlh, void *userdata)
{
	/* The SEID itself is of no use here, and may be all zeros. */
	static const struct nla_policy policy[SMC_NLA_SEID_TABLE_MAX + 1] = {
		[SMC_NLA_SEID_ENABLED] = A_U8,
	};
	struct nlattr *tb[SMC_NLA_SEID_TABLE_MAX + 1];
	struct smc_seid *seid = userdata;

	if (genlmsg_parse(nlh, 0, tb, SMC_NLA_SEID_TABLE_MAX, policy) < 0)
		return -EBADMSG;
	seid->known = tb[SMC_NLA_SEID_ENABLED];
	seid->enabled = seid->known && nla_get_u8(tb[SMC_NLA_SEID_ENABLED]);
	return 0;
}

int smc_reply_handshake_limit(struct nlmsghdr *nlh, void *userdata)
{
	static const struct nla_policy policy[SMC_NLA_HS_LIMITATION_MAX + 1] = {
		[SMC_NLA_HS_LIMITATION_ENABLED] = A_U8,
	};
	struct nlattr *tb[SMC_NLA_HS_LIMITATION_MAX + 1];
	bool *enabled = userdata;

	if (genlmsg_parse(nlh, 0, tb, SMC_NLA_HS_LIMITATION_MAX, policy) < 0 ||
	    !tb[SMC_NLA_HS_LIMITATION_ENABLED])
		return -EBADMSG;
	*enabled = nla_get_u8(tb[SMC_NLA_HS_LIMITATION_ENABLED]);
	return 0;
}

/* Of an interface (net/smc/smc_pnet.c, smc_pnet_set_nla); the device is "n/a" then. */
#define PORT_NONE 0xff

int smc_reply_pnet(struct nlmsghdr *nlh, void *userdata)
{
	static const struct nla_policy policy[SMC_PNETID_MAX + 1] = {
		[SMC_PNETID_NAME] = A_STRING(SMCD_PNETID_SIZE),
		[SMC_PNETID_ETHNAME] = A_STRING(PNET_INTERFACE_SIZE),
		[SMC_PNETID_IBNAME] = A_STRING(PNET_NAME_SIZE),
		[SMC_PNETID_IBPORT] = A_U8,
	};
	struct nlattr *tb[SMC_PNETID_MAX + 1];
	struct pnet_entry entry = { 0 };
	struct smc_pnets *list = userdata;
	bool interface;

	if (genlmsg_parse(nlh, 0, tb, SMC_PNETID_MAX, policy) < 0 || !tb[SMC_PNETID_NAME] ||
	    !tb[SMC_PNETID_ETHNAME] || !tb[SMC_PNETID_IBNAME] || !tb[SMC_PNETID_IBPORT])
		return -EBADMSG;
	interface = nla_get_u8(tb[SMC_PNETID_IBPORT]) == PORT_NONE;
	if (copy_string(entry.pnetid, sizeof(entry.pnetid), tb[SMC_PNETID_NAME]) < 0 ||
	    copy_string(entry.name, sizeof(entry.name),
			tb[interface ? SMC_PNETID_ETHNAME : SMC_PNETID_IBNAME]) < 0)
		return -EBADMSG;
	entry.port = interface ? 0 : nla_get_u8(tb[SMC_PNETID_IBPORT]);
	if (!entry.pnetid[0] || !entry.name[0] || (!interface && !entry.port))
		return -EBADMSG;
	return append((void **)&list->entries, &list->count, &entry, sizeof(entry));
}

/* Opens the nest @type at the top of a message of the family. */
static int parse_top(struct nlmsghdr *nlh, int type, struct nlattr **tb, int max,
		     const struct nla_policy *policy)
{
	static const struct nla_policy top_policy[SMC_GEN_MAX + 1] = {
		[SMC_GEN_SYS_INFO] = A_NEST,
		[SMC_GEN_LGR_SMCD] = A_NEST,
		[SMC_GEN_DEV_SMCD] = A_NEST,
		[SMC_GEN_STATS] = A_NEST,
		[SMC_GEN_FBACK_STATS] = A_NEST,
	};
	struct nlattr *top[SMC_GEN_MAX + 1];

	if (genlmsg_parse(nlh, 0, top, SMC_GEN_MAX, top_policy) < 0 || !top[type] ||
	    nla_parse_nested(tb, max, top[type], policy) < 0)
		return -EBADMSG;
	return 0;
}

static int parse_pnetid(struct nlattr *port, struct smc_netlink_device *device)
{
	static const struct nla_policy policy[SMC_NLA_DEV_PORT_MAX + 1] = {
		[SMC_NLA_DEV_PORT_PNETID] = A_STRING(SMCD_PNETID_SIZE),
	};
	struct nlattr *tb[SMC_NLA_DEV_PORT_MAX + 1];

	if (nla_parse_nested(tb, SMC_NLA_DEV_PORT_MAX, port, policy) < 0)
		return -EBADMSG;
	if (!tb[SMC_NLA_DEV_PORT_PNETID])
		return 0;
	return copy_string(device->pnetid, sizeof(device->pnetid), tb[SMC_NLA_DEV_PORT_PNETID]);
}

static int parse_device(struct nlattr **tb, struct smc_netlink_device *device)
{
	if (!tb[SMC_NLA_DEV_PCI_ID] || !tb[SMC_NLA_DEV_PCI_VENDOR] || !tb[SMC_NLA_DEV_PCI_CHID] ||
	    copy_string(device->pci_id, sizeof(device->pci_id), tb[SMC_NLA_DEV_PCI_ID]) < 0)
		return -EBADMSG;
	device->vendor = nla_get_u16(tb[SMC_NLA_DEV_PCI_VENDOR]);
	device->chid = nla_get_u16(tb[SMC_NLA_DEV_PCI_CHID]);
	if (tb[SMC_NLA_DEV_PCI_FID])
		device->fid = nla_get_u32(tb[SMC_NLA_DEV_PCI_FID]);
	if (tb[SMC_NLA_DEV_USE_CNT])
		device->linkgroups = nla_get_u32(tb[SMC_NLA_DEV_USE_CNT]);
	return tb[SMC_NLA_DEV_PORT] ? parse_pnetid(tb[SMC_NLA_DEV_PORT], device) : 0;
}

/*
 * A header and nothing else, as Linux leaves at the end of a buffer that is full:
 * smc_nl_handle_smcd_dev() of net/smc/smc_ism.c takes its attributes back with nlmsg_cancel(),
 * which does not reach the headers before them.
 */
static bool is_left_over(struct nlmsghdr *nlh)
{
	return nlmsg_datalen(nlh) == GENL_HDRLEN;
}

int smc_reply_device(struct nlmsghdr *nlh, void *userdata)
{
	static const struct nla_policy policy[SMC_NLA_DEV_MAX + 1] = {
		[SMC_NLA_DEV_PCI_FID] = A_U32,
		[SMC_NLA_DEV_USE_CNT] = A_U32,
		[SMC_NLA_DEV_PCI_CHID] = A_U16,
		[SMC_NLA_DEV_PCI_VENDOR] = A_U16,
		[SMC_NLA_DEV_PCI_ID] = A_STRING(SMC_PCI_ID_STR_LEN),
		[SMC_NLA_DEV_PORT] = A_NEST,
	};
	struct nlattr *tb[SMC_NLA_DEV_MAX + 1];
	struct smc_netlink_device device = { 0 };
	struct smc_devices *list = userdata;

	if (is_left_over(nlh))
		return 0;
	if (parse_top(nlh, SMC_GEN_DEV_SMCD, tb, SMC_NLA_DEV_MAX, policy) < 0 ||
	    parse_device(tb, &device) < 0)
		return -EBADMSG;
	return append((void **)&list->devices, &list->count, &device, sizeof(device));
}

int smc_reply_system(struct nlmsghdr *nlh, void *userdata)
{
	static const struct nla_policy policy[SMC_NLA_SYS_MAX + 1] = {
		[SMC_NLA_SYS_IS_ISM_V2] = A_U8,
		[SMC_NLA_SYS_SEID] = A_STRING(UEID_SIZE),
	};
	struct nlattr *tb[SMC_NLA_SYS_MAX + 1];
	struct smc_system *system = userdata;

	if (parse_top(nlh, SMC_GEN_SYS_INFO, tb, SMC_NLA_SYS_MAX, policy) < 0 ||
	    !tb[SMC_NLA_SYS_IS_ISM_V2])
		return -EBADMSG;
	system->ism_v2 = nla_get_u8(tb[SMC_NLA_SYS_IS_ISM_V2]);
	if (!tb[SMC_NLA_SYS_SEID])
		return 0;
	return copy_string(system->seid, sizeof(system->seid), tb[SMC_NLA_SYS_SEID]);
}

/*
 * Copies the string of @attr, which a peer may have had a say in, as far as it fits: what is not
 * printable becomes '?', and the blanks at the end go.
 */
static void copy_foreign(char *to, size_t size, const struct nlattr *attr)
{
	const char *from = nla_data(attr);
	size_t length = strnlen(from, nla_len(attr)), i;

	if (length >= size)
		length = size - 1;
	for (i = 0; i < length; i++)
		to[i] = isprint((unsigned char)from[i]) ? from[i] : '?';
	while (length > 0 && to[length - 1] == ' ')
		length--;
	to[length] = '\0';
}

/* What there is from version 2 on. */
static int parse_v2(struct nlattr *nest, struct smc_linkgroup *linkgroup)
{
	static const struct nla_policy policy[SMC_NLA_LGR_V2_MAX + 1] = {
		[SMC_NLA_LGR_V2_VER] = A_U8,
		[SMC_NLA_LGR_V2_REL] = A_U8,
		[SMC_NLA_LGR_V2_OS] = A_U8,
		[SMC_NLA_LGR_V2_NEG_EID] = A_STRING(UEID_SIZE),
		[SMC_NLA_LGR_V2_PEER_HOST] = A_STRING(SMC_HOSTNAME_SIZE),
	};
	struct nlattr *tb[SMC_NLA_LGR_V2_MAX + 1];

	if (nla_parse_nested(tb, SMC_NLA_LGR_V2_MAX, nest, policy) < 0)
		return -EBADMSG;
	/* Its type is 0, which some versions of libnl pass over. */
	linkgroup->version = tb[SMC_NLA_LGR_V2_VER] ? nla_get_u8(tb[SMC_NLA_LGR_V2_VER]) : 2;
	if (tb[SMC_NLA_LGR_V2_REL])
		linkgroup->release = nla_get_u8(tb[SMC_NLA_LGR_V2_REL]);
	if (tb[SMC_NLA_LGR_V2_OS])
		linkgroup->peer_os = nla_get_u8(tb[SMC_NLA_LGR_V2_OS]);
	if (tb[SMC_NLA_LGR_V2_NEG_EID])
		copy_foreign(linkgroup->eid, sizeof(linkgroup->eid), tb[SMC_NLA_LGR_V2_NEG_EID]);
	if (tb[SMC_NLA_LGR_V2_PEER_HOST])
		copy_foreign(linkgroup->peer_hostname, sizeof(linkgroup->peer_hostname),
			     tb[SMC_NLA_LGR_V2_PEER_HOST]);
	return 0;
}

static int parse_linkgroup(struct nlattr **tb, struct smc_linkgroup *linkgroup)
{
	if (!tb[SMC_NLA_LGR_D_ID] || !tb[SMC_NLA_LGR_D_GID] || !tb[SMC_NLA_LGR_D_PEER_GID] ||
	    !tb[SMC_NLA_LGR_D_CONNS_NUM] || !tb[SMC_NLA_LGR_D_CHID] ||
	    nla_get_u32(tb[SMC_NLA_LGR_D_CHID]) > UINT16_MAX)
		return -EBADMSG;
	linkgroup->id = nla_get_u32(tb[SMC_NLA_LGR_D_ID]);
	linkgroup->gid = nla_get_u64(tb[SMC_NLA_LGR_D_GID]);
	linkgroup->peer_gid = nla_get_u64(tb[SMC_NLA_LGR_D_PEER_GID]);
	linkgroup->connections = nla_get_u32(tb[SMC_NLA_LGR_D_CONNS_NUM]);
	linkgroup->complete = true;
	linkgroup->version = 1;
	linkgroup->chid = nla_get_u32(tb[SMC_NLA_LGR_D_CHID]);
	if (tb[SMC_NLA_LGR_D_VLAN_ID])
		linkgroup->vlan = nla_get_u8(tb[SMC_NLA_LGR_D_VLAN_ID]);
	if (tb[SMC_NLA_LGR_D_PNETID] &&
	    copy_string(linkgroup->pnetid, sizeof(linkgroup->pnetid), tb[SMC_NLA_LGR_D_PNETID]) < 0)
		return -EBADMSG;
	return tb[SMC_NLA_LGR_D_V2_COMMON] ? parse_v2(tb[SMC_NLA_LGR_D_V2_COMMON], linkgroup) : 0;
}

int smc_reply_linkgroup(struct nlmsghdr *nlh, void *userdata)
{
	/* The CHID has 32 bits, whatever uapi/linux/smc.h says. */
	static const struct nla_policy policy[SMC_NLA_LGR_D_MAX + 1] = {
		[SMC_NLA_LGR_D_ID] = A_U32,
		[SMC_NLA_LGR_D_GID] = A_U64,
		[SMC_NLA_LGR_D_PEER_GID] = A_U64,
		[SMC_NLA_LGR_D_VLAN_ID] = A_U8,
		[SMC_NLA_LGR_D_CONNS_NUM] = A_U32,
		[SMC_NLA_LGR_D_PNETID] = A_STRING(SMCD_PNETID_SIZE),
		[SMC_NLA_LGR_D_CHID] = A_U32,
		[SMC_NLA_LGR_D_V2_COMMON] = A_NEST,
	};
	struct nlattr *tb[SMC_NLA_LGR_D_MAX + 1];
	struct smc_linkgroup linkgroup = { 0 };
	struct smc_linkgroups *list = userdata;

	if (parse_top(nlh, SMC_GEN_LGR_SMCD, tb, SMC_NLA_LGR_D_MAX, policy) < 0 ||
	    parse_linkgroup(tb, &linkgroup) < 0)
		return -EBADMSG;
	return append((void **)&list->linkgroups, &list->count, &linkgroup, sizeof(linkgroup));
}

/* A counter: its attribute's type and its name. */
struct field {
	int type;
	const char *name;
};

static const struct field smcd_fields[] = {
	{ SMC_NLA_STATS_T_CLNT_V1_SUCC, "smcd-client-v1" },
	{ SMC_NLA_STATS_T_CLNT_V2_SUCC, "smcd-client-v2" },
	{ SMC_NLA_STATS_T_SRV_V1_SUCC, "smcd-server-v1" },
	{ SMC_NLA_STATS_T_SRV_V2_SUCC, "smcd-server-v2" },
	{ SMC_NLA_STATS_T_RX_BYTES, "smcd-rx-bytes" },
	{ SMC_NLA_STATS_T_TX_BYTES, "smcd-tx-bytes" },
	{ SMC_NLA_STATS_T_RX_CNT, "smcd-rx-calls" },
	{ SMC_NLA_STATS_T_TX_CNT, "smcd-tx-calls" },
	{ SMC_NLA_STATS_T_SENDPAGE_CNT, "smcd-sendpage-calls" },
	{ SMC_NLA_STATS_T_SPLICE_CNT, "smcd-splice-calls" },
	{ SMC_NLA_STATS_T_CORK_CNT, "smcd-cork-settings" },
	{ SMC_NLA_STATS_T_NDLY_CNT, "smcd-nodelay-settings" },
	{ SMC_NLA_STATS_T_URG_DATA_CNT, "smcd-urgent-data" },
};

#define BUFFER_FIELDS(way) { \
	{ SMC_NLA_STATS_RMB_ALLOC_CNT, "smcd-" way "-buffers-allocated" }, \
	{ SMC_NLA_STATS_RMB_REUSE_CNT, "smcd-" way "-buffers-reused" }, \
	{ SMC_NLA_STATS_RMB_DGRADE_CNT, "smcd-" way "-buffers-downgraded" }, \
	{ SMC_NLA_STATS_RMB_FULL_CNT, "smcd-" way "-buffer-full" }, \
	{ SMC_NLA_STATS_RMB_FULL_PEER_CNT, "smcd-" way "-buffer-full-peer" }, \
	{ SMC_NLA_STATS_RMB_SIZE_SM_CNT, "smcd-" way "-buffer-small" }, \
	{ SMC_NLA_STATS_RMB_SIZE_SM_PEER_CNT, "smcd-" way "-buffer-small-peer" }, \
}

#define SIZE_FIELDS(what) { \
	{ SMC_NLA_STATS_PLOAD_8K, "smcd-" what "-8k" }, \
	{ SMC_NLA_STATS_PLOAD_16K, "smcd-" what "-16k" }, \
	{ SMC_NLA_STATS_PLOAD_32K, "smcd-" what "-32k" }, \
	{ SMC_NLA_STATS_PLOAD_64K, "smcd-" what "-64k" }, \
	{ SMC_NLA_STATS_PLOAD_128K, "smcd-" what "-128k" }, \
	{ SMC_NLA_STATS_PLOAD_256K, "smcd-" what "-256k" }, \
	{ SMC_NLA_STATS_PLOAD_512K, "smcd-" what "-512k" }, \
	{ SMC_NLA_STATS_PLOAD_1024K, "smcd-" what "-1024k" }, \
	{ SMC_NLA_STATS_PLOAD_G_1024K, "smcd-" what "-larger" }, \
}

static const struct field rx_buffer_fields[] = BUFFER_FIELDS("rx");
static const struct field tx_buffer_fields[] = BUFFER_FIELDS("tx");
static const struct field rx_buffer_size_fields[] = SIZE_FIELDS("rx-buffer-size");
static const struct field tx_buffer_size_fields[] = SIZE_FIELDS("tx-buffer-size");
static const struct field rx_size_fields[] = SIZE_FIELDS("rx-size");
static const struct field tx_size_fields[] = SIZE_FIELDS("tx-size");

static const struct field handshake_fields[] = {
	{ SMC_NLA_STATS_CLNT_HS_ERR_CNT, "handshake-errors-client" },
	{ SMC_NLA_STATS_SRV_HS_ERR_CNT, "handshake-errors-server" },
};

#define FIELDS(array) (array), sizeof(array) / sizeof((array)[0])

/* A nest of counters in that of SMC-D. */
static const struct group {
	int type;
	const struct field *fields;
	size_t count;
} groups[] = {
	{ SMC_NLA_STATS_T_RX_RMB_STATS, FIELDS(rx_buffer_fields) },
	{ SMC_NLA_STATS_T_TX_RMB_STATS, FIELDS(tx_buffer_fields) },
	{ SMC_NLA_STATS_T_RX_RMB_SIZE, FIELDS(rx_buffer_size_fields) },
	{ SMC_NLA_STATS_T_TX_RMB_SIZE, FIELDS(tx_buffer_size_fields) },
	{ SMC_NLA_STATS_T_RXPLOAD_SIZE, FIELDS(rx_size_fields) },
	{ SMC_NLA_STATS_T_TXPLOAD_SIZE, FIELDS(tx_size_fields) },
};

/* What a kernel does not count is left out. */
static int add_counters(struct smc_counters *to, struct nlattr **tb,
			const struct field *fields, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct nlattr *attr = tb[fields[i].type];

		if (!attr)
			continue;
		if (nla_len(attr) != sizeof(uint64_t) || to->count >= SMC_COUNTERS_MAX)
			return -EBADMSG;
		to->counters[to->count].name = fields[i].name;
		to->counters[to->count].value = nla_get_u64(attr);
		to->count++;
	}
	return 0;
}

_Static_assert((int)SMC_NLA_STATS_PLOAD_MAX >= (int)SMC_NLA_STATS_RMB_MAX,
	       "parse_group()'s array is too short");

static int parse_group(struct smc_counters *to, struct nlattr *nest, const struct group *group)
{
	struct nlattr *tb[SMC_NLA_STATS_PLOAD_MAX + 1];

	if (nla_parse_nested(tb, SMC_NLA_STATS_PLOAD_MAX, nest, NULL) < 0)
		return -EBADMSG;
	return add_counters(to, tb, group->fields, group->count);
}

static int parse_smcd(struct smc_counters *to, struct nlattr *nest)
{
	struct nlattr *tb[SMC_NLA_STATS_T_MAX + 1];
	size_t i;

	if (nla_parse_nested(tb, SMC_NLA_STATS_T_MAX, nest, NULL) < 0 ||
	    add_counters(to, tb, FIELDS(smcd_fields)) < 0)
		return -EBADMSG;
	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (tb[groups[i].type] && parse_group(to, tb[groups[i].type], &groups[i]) < 0)
			return -EBADMSG;
	return 0;
}

int smc_reply_stats(struct nlmsghdr *nlh, void *userdata)
{
	static const struct nla_policy policy[SMC_NLA_STATS_MAX + 1] = {
		[SMC_NLA_STATS_SMCD_TECH] = A_NEST,
		[SMC_NLA_STATS_CLNT_HS_ERR_CNT] = A_U64,
		[SMC_NLA_STATS_SRV_HS_ERR_CNT] = A_U64,
	};
	struct nlattr *tb[SMC_NLA_STATS_MAX + 1];
	struct smc_counters *to = userdata;

	if (parse_top(nlh, SMC_GEN_STATS, tb, SMC_NLA_STATS_MAX, policy) < 0 ||
	    !tb[SMC_NLA_STATS_SMCD_TECH] || parse_smcd(to, tb[SMC_NLA_STATS_SMCD_TECH]) < 0)
		return -EBADMSG;
	return add_counters(to, tb, FIELDS(handshake_fields));
}

static struct smc_fallback *find_reason(const struct smc_fallbacks *list, uint32_t code)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->reasons[i].code == code)
			return &list->reasons[i];
	return NULL;
}

/* A message is about one side; the other one's is another message. */
static int add_reason(struct smc_fallbacks *to, struct nlattr **tb)
{
	struct smc_fallback entry = { 0 }, *found;
	uint16_t count;

	if (!tb[SMC_NLA_FBACK_STATS_TYPE] || !tb[SMC_NLA_FBACK_STATS_RSN_CNT])
		return -EBADMSG;
	entry.code = nla_get_u32(tb[SMC_NLA_FBACK_STATS_RSN_CODE]);
	found = find_reason(to, entry.code);
	if (!found) {
		if (append((void **)&to->reasons, &to->count, &entry, sizeof(entry)) < 0)
			return -ENOMEM;
		found = &to->reasons[to->count - 1];
	}
	count = nla_get_u16(tb[SMC_NLA_FBACK_STATS_RSN_CNT]);
	if (nla_get_u8(tb[SMC_NLA_FBACK_STATS_TYPE]))
		found->server = count;
	else
		found->client = count;
	return 0;
}

int smc_reply_fallbacks(struct nlmsghdr *nlh, void *userdata)
{
	static const struct nla_policy policy[SMC_NLA_FBACK_STATS_MAX + 1] = {
		[SMC_NLA_FBACK_STATS_TYPE] = A_U8,
		[SMC_NLA_FBACK_STATS_SRV_CNT] = A_U64,
		[SMC_NLA_FBACK_STATS_CLNT_CNT] = A_U64,
		[SMC_NLA_FBACK_STATS_RSN_CODE] = A_U32,
		[SMC_NLA_FBACK_STATS_RSN_CNT] = A_U16,
	};
	struct nlattr *tb[SMC_NLA_FBACK_STATS_MAX + 1];
	struct smc_fallbacks *to = userdata;

	if (parse_top(nlh, SMC_GEN_FBACK_STATS, tb, SMC_NLA_FBACK_STATS_MAX, policy) < 0)
		return -EBADMSG;
	if (tb[SMC_NLA_FBACK_STATS_SRV_CNT])
		to->server = nla_get_u64(tb[SMC_NLA_FBACK_STATS_SRV_CNT]);
	if (tb[SMC_NLA_FBACK_STATS_CLNT_CNT])
		to->client = nla_get_u64(tb[SMC_NLA_FBACK_STATS_CLNT_CNT]);
	return tb[SMC_NLA_FBACK_STATS_RSN_CODE] ? add_reason(to, tb) : 0;
}
