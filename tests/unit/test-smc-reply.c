// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the parsers of the SMC stack's answers, with messages made up here. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdlib.h>
#include <linux/smc.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <cmocka.h>
#include "../../smcd/smc-reply.h"
#include "exact-copy.h"

#define FAMILY 33

static struct nl_msg *new_message(uint8_t command)
{
	struct nl_msg *msg = nlmsg_alloc();

	assert_non_null(msg);
	assert_non_null(genlmsg_put(msg, 0, 1, FAMILY, 0, 0, command, 1));
	return msg;
}

/* Runs @fn on a copy of @msg, which it frees. */
static int parse(struct nl_msg *msg, int (*fn)(struct nlmsghdr *, void *), void *userdata)
{
	void *copy = exact_copy(nlmsg_hdr(msg), nlmsg_hdr(msg)->nlmsg_len);
	int r;

	r = fn(copy, userdata);
	free(copy);
	nlmsg_free(msg);
	return r;
}

static int parse_ueid(const void *ueid, size_t size, struct smc_ueids *list)
{
	struct nl_msg *msg = new_message(SMC_NETLINK_DUMP_UEID);

	assert_int_equal(nla_put(msg, SMC_NLA_EID_TABLE_ENTRY, size, ueid), 0);
	return parse(msg, smc_reply_ueid, list);
}

static void test_ueids(void **state)
{
	struct smc_ueids list = { 0 };

	(void)state;
	assert_int_equal(parse_ueid("SMCD-X                          ", 33, &list), 0);
	assert_int_equal(parse_ueid("A2345678901234567890123456789012", 33, &list), 0);
	assert_int_equal(parse_ueid("A23456789012345678901234567890123", 34, &list), -EBADMSG);
	assert_int_equal(parse_ueid("A2345678901234567890123456789012", 32, &list), -EBADMSG);
	assert_int_equal(parse_ueid("A", 2, &list), -EBADMSG);
	assert_int_equal(parse_ueid("                                ", 33, &list), -EBADMSG);
	assert_int_equal(parse_ueid("A\n                              ", 33, &list), -EBADMSG);
	assert_int_equal(parse_ueid("A\0                              ", 33, &list), -EBADMSG);
	assert_int_equal(parse(new_message(SMC_NETLINK_DUMP_UEID), smc_reply_ueid, &list),
			 -EBADMSG);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.ueids[0], "SMCD-X");
	assert_string_equal(list.ueids[1], "A2345678901234567890123456789012");
	free(list.ueids);
}

static int parse_seid(const char *seid, int enabled, struct smc_seid *ret_seid)
{
	struct nl_msg *msg = new_message(SMC_NETLINK_DUMP_SEID);

	if (seid)
		assert_int_equal(nla_put_string(msg, SMC_NLA_SEID_ENTRY, seid), 0);
	if (enabled >= 0)
		assert_int_equal(nla_put_u8(msg, SMC_NLA_SEID_ENABLED, enabled), 0);
	return parse(msg, smc_reply_seid, ret_seid);
}

static void test_seid(void **state)
{
	struct smc_seid seid = { .known = true, .enabled = true };
	struct nl_msg *msg = new_message(SMC_NETLINK_DUMP_SEID);

	(void)state;
	assert_int_equal(nla_put_u16(msg, SMC_NLA_SEID_ENABLED, 1), 0);
	assert_int_equal(parse(msg, smc_reply_seid, &seid), -EBADMSG);
	assert_int_equal(parse_seid(NULL, -1, &seid), 0);
	assert_false(seid.known || seid.enabled);
	assert_int_equal(parse_seid("IBM-SYSZ-ISMSEID0000000018C94967", 1, &seid), 0);
	assert_true(seid.known && seid.enabled);
	assert_int_equal(parse_seid("", 0, &seid), 0);
	assert_true(seid.known && !seid.enabled);
}

static void test_handshake_limit(void **state)
{
	struct nl_msg *msg = new_message(SMC_NETLINK_DUMP_HS_LIMITATION);
	bool enabled = false;

	(void)state;
	assert_int_equal(nla_put_u8(msg, SMC_NLA_HS_LIMITATION_ENABLED, 1), 0);
	assert_int_equal(parse(msg, smc_reply_handshake_limit, &enabled), 0);
	assert_true(enabled);
	msg = new_message(SMC_NETLINK_DUMP_HS_LIMITATION);
	assert_int_equal(nla_put_u32(msg, SMC_NLA_HS_LIMITATION_ENABLED, 1), 0);
	assert_int_equal(parse(msg, smc_reply_handshake_limit, &enabled), -EBADMSG);
	msg = new_message(SMC_NETLINK_DUMP_HS_LIMITATION);
	assert_int_equal(parse(msg, smc_reply_handshake_limit, &enabled), -EBADMSG);
}

static int parse_pnet(const char *pnetid, const char *interface, const char *device, uint8_t port,
		      struct smc_pnets *list)
{
	struct nl_msg *msg = new_message(SMC_PNETID_GET);

	assert_int_equal(nla_put_string(msg, SMC_PNETID_NAME, pnetid), 0);
	assert_int_equal(nla_put_string(msg, SMC_PNETID_ETHNAME, interface), 0);
	if (device)
		assert_int_equal(nla_put_string(msg, SMC_PNETID_IBNAME, device), 0);
	assert_int_equal(nla_put_u8(msg, SMC_PNETID_IBPORT, port), 0);
	return parse(msg, smc_reply_pnet, list);
}

static void test_pnets(void **state)
{
	struct smc_pnets list = { 0 };

	(void)state;
	assert_int_equal(parse_pnet("NET1", "eth0", "n/a", 0xff, &list), 0);
	assert_int_equal(parse_pnet("ABCDEFGHIJKLMNOP", "n/a", "lo", 1, &list), 0);
	assert_int_equal(parse_pnet("ABCDEFGHIJKLMNOPQ", "n/a", "lo", 1, &list), -EBADMSG);
	assert_int_equal(parse_pnet("NET1", "abcdefghijklmnop", "n/a", 0xff, &list), -EBADMSG);
	assert_int_equal(parse_pnet("NET1", "eth\n", "n/a", 0xff, &list), -EBADMSG);
	assert_int_equal(parse_pnet("NET1", "", "n/a", 0xff, &list), -EBADMSG);
	assert_int_equal(parse_pnet("", "eth0", "n/a", 0xff, &list), -EBADMSG);
	assert_int_equal(parse_pnet("NET1", "n/a", "lo", 0, &list), -EBADMSG);
	assert_int_equal(parse_pnet("NET1", "n/a", NULL, 1, &list), -EBADMSG);
	assert_int_equal(parse(new_message(SMC_PNETID_GET), smc_reply_pnet, &list), -EBADMSG);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.entries[0].pnetid, "NET1");
	assert_string_equal(list.entries[0].name, "eth0");
	assert_int_equal(list.entries[0].port, 0);
	assert_string_equal(list.entries[1].pnetid, "ABCDEFGHIJKLMNOP");
	assert_string_equal(list.entries[1].name, "lo");
	assert_int_equal(list.entries[1].port, 1);
	free(list.entries);
}

static int parse_device(const char *id, const char *pnetid, struct smc_devices *list)
{
	struct nl_msg *msg = new_message(SMC_NETLINK_GET_DEV_SMCD);
	struct nlattr *top = nla_nest_start(msg, SMC_GEN_DEV_SMCD), *port;

	assert_int_equal(nla_put_u32(msg, SMC_NLA_DEV_USE_CNT, 4), 0);
	assert_int_equal(nla_put_u16(msg, SMC_NLA_DEV_PCI_VENDOR, SMC_VENDOR_IBM), 0);
	assert_int_equal(nla_put_u16(msg, SMC_NLA_DEV_PCI_CHID, 0x1c0), 0);
	assert_int_equal(nla_put_string(msg, SMC_NLA_DEV_PCI_ID, id), 0);
	port = nla_nest_start(msg, SMC_NLA_DEV_PORT);
	assert_int_equal(nla_put_string(msg, SMC_NLA_DEV_PORT_PNETID, pnetid), 0);
	nla_nest_end(msg, port);
	nla_nest_end(msg, top);
	return parse(msg, smc_reply_device, list);
}

static void test_devices(void **state)
{
	struct smc_devices list = { 0 };

	(void)state;
	assert_int_equal(parse_device("0000:00:00.0", "NET1", &list), 0);
	assert_int_equal(parse_device("name-of-15-char", "A234567890123456", &list), 0);
	assert_int_equal(parse_device("name-of-16-chars", "NET1", &list), -EBADMSG);
	assert_int_equal(parse_device("a", "A2345678901234567", &list), -EBADMSG);
	/* What the kernel leaves at the end of a full buffer is no device. */
	assert_int_equal(parse(new_message(SMC_NETLINK_GET_DEV_SMCD), smc_reply_device, &list), 0);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.devices[0].pci_id, "0000:00:00.0");
	assert_string_equal(list.devices[0].pnetid, "NET1");
	assert_int_equal(list.devices[0].vendor, 0x1014);
	assert_int_equal(list.devices[0].chid, 0x1c0);
	assert_int_equal(list.devices[0].linkgroups, 4);
	free(list.devices);
}

static int parse_system(const char *seid, size_t size, struct smc_system *system)
{
	struct nl_msg *msg = new_message(SMC_NETLINK_GET_SYS_INFO);
	struct nlattr *top = nla_nest_start(msg, SMC_GEN_SYS_INFO);

	assert_int_equal(nla_put_u8(msg, SMC_NLA_SYS_VER, 2), 0);
	assert_int_equal(nla_put_u8(msg, SMC_NLA_SYS_IS_ISM_V2, seid != NULL), 0);
	if (seid)
		assert_int_equal(nla_put(msg, SMC_NLA_SYS_SEID, size, seid), 0);
	nla_nest_end(msg, top);
	return parse(msg, smc_reply_system, system);
}

static void test_system(void **state)
{
	static const char seid[] = "IBM-SYSZ-ISMSEID00000000A1B23906";
	struct smc_system system = { 0 };

	(void)state;
	assert_int_equal(parse_system(NULL, 0, &system), 0);
	assert_false(system.ism_v2);
	assert_string_equal(system.seid, "");
	assert_int_equal(parse_system("", 1, &system), 0);
	assert_true(system.ism_v2);
	assert_string_equal(system.seid, "");
	assert_int_equal(parse_system(seid, sizeof(seid), &system), 0);
	assert_string_equal(system.seid, seid);
	assert_int_equal(parse_system(seid, sizeof(seid) - 1, &system), -EBADMSG);
	assert_int_equal(parse_system("\1", 2, &system), -EBADMSG);
	assert_int_equal(parse(new_message(SMC_NETLINK_GET_SYS_INFO), smc_reply_system, &system),
			 -EBADMSG);
}

#define BLANKS_28 "                            "

/* What a link group of version 2 says of its peer. */
static void put_v2(struct nl_msg *msg, const char *host)
{
	struct nlattr *v2 = nla_nest_start(msg, SMC_NLA_LGR_D_V2_COMMON);

	assert_int_equal(nla_put_u8(msg, SMC_NLA_LGR_V2_VER, 2), 0);
	assert_int_equal(nla_put_u8(msg, SMC_NLA_LGR_V2_REL, 1), 0);
	assert_int_equal(nla_put_u8(msg, SMC_NLA_LGR_V2_OS, 2), 0);
	assert_int_equal(nla_put_string(msg, SMC_NLA_LGR_V2_NEG_EID, "SMCD" BLANKS_28), 0);
	assert_int_equal(nla_put_string(msg, SMC_NLA_LGR_V2_PEER_HOST, host), 0);
	nla_nest_end(msg, v2);
}

/* A link group of version 2 if it has a @host; its GIDs have @gid_size bytes: 8 is right. */
static int parse_linkgroup(uint32_t chid, size_t gid_size, const char *pnetid, const char *host,
			   struct smc_linkgroups *list)
{
	struct nl_msg *msg = new_message(SMC_NETLINK_GET_LGR_SMCD);
	struct nlattr *top = nla_nest_start(msg, SMC_GEN_LGR_SMCD);
	uint64_t gid = UINT64_MAX;

	assert_int_equal(nla_put_u32(msg, SMC_NLA_LGR_D_ID, 0x100), 0);
	assert_int_equal(nla_put(msg, SMC_NLA_LGR_D_GID, gid_size, &gid), 0);
	assert_int_equal(nla_put_u64(msg, SMC_NLA_LGR_D_PEER_GID, 7), 0);
	assert_int_equal(nla_put_u8(msg, SMC_NLA_LGR_D_VLAN_ID, 200), 0);
	assert_int_equal(nla_put_u32(msg, SMC_NLA_LGR_D_CONNS_NUM, 3), 0);
	assert_int_equal(nla_put_u32(msg, SMC_NLA_LGR_D_CHID, chid), 0);
	assert_int_equal(nla_put_string(msg, SMC_NLA_LGR_D_PNETID, pnetid), 0);
	if (host)
		put_v2(msg, host);
	nla_nest_end(msg, top);
	return parse(msg, smc_reply_linkgroup, list);
}

static void test_linkgroups(void **state)
{
	struct smc_linkgroups list = { 0 };
	const struct smc_linkgroup *found;

	(void)state;
	assert_int_equal(parse_linkgroup(0x1c0, 8, "NET1", NULL, &list), 0);
	assert_int_equal(parse_linkgroup(0xffff, 8, "", "bed\x1b[2J" "                         ",
					 &list), 0);
	assert_int_equal(parse_linkgroup(0, 8, "", "", &list), 0);
	assert_int_equal(parse_linkgroup(0x10000, 8, "", NULL, &list), -EBADMSG);
	assert_int_equal(parse_linkgroup(0x400, 4, "", NULL, &list), -EBADMSG);
	assert_int_equal(parse_linkgroup(0x400, 8, "A2345678901234567", NULL, &list), -EBADMSG);
	assert_int_equal(parse_linkgroup(0x400, 8, "", "A23456789012345678901234567890123", &list),
			 -EBADMSG);
	assert_int_equal(parse(new_message(SMC_NETLINK_GET_LGR_SMCD), smc_reply_linkgroup, &list),
			 -EBADMSG);
	assert_int_equal(list.count, 3);
	found = &list.linkgroups[0];
	assert_int_equal(found->id, 0x100);
	assert_true(found->gid == UINT64_MAX && found->peer_gid == 7 && found->complete);
	assert_int_equal(found->connections, 3);
	assert_int_equal(found->vlan, 200);
	assert_int_equal(found->chid, 0x1c0);
	assert_string_equal(found->pnetid, "NET1");
	assert_int_equal(found->version, 1);
	found = &list.linkgroups[1];
	assert_int_equal(found->chid, 0xffff);
	assert_int_equal(found->version, 2);
	assert_int_equal(found->release, 1);
	assert_int_equal(found->peer_os, 2);
	assert_string_equal(found->eid, "SMCD");
	/* A peer says what it likes. */
	assert_string_equal(found->peer_hostname, "bed?[2J");
	assert_string_equal(list.linkgroups[2].peer_hostname, "");
	free(list.linkgroups);
}

/* Two counters of SMC-D, the second of @size bytes: 8 is right. */
static struct nl_msg *stats_message(size_t size)
{
	struct nl_msg *msg = new_message(SMC_NETLINK_GET_STATS);
	struct nlattr *top = nla_nest_start(msg, SMC_GEN_STATS), *smcd;
	uint64_t value = 5;

	smcd = nla_nest_start(msg, SMC_NLA_STATS_SMCD_TECH);
	assert_int_equal(nla_put_u64(msg, SMC_NLA_STATS_T_CLNT_V2_SUCC, 1ULL << 40), 0);
	assert_int_equal(nla_put(msg, SMC_NLA_STATS_T_TX_CNT, size, &value), 0);
	nla_nest_end(msg, smcd);
	nla_nest_end(msg, top);
	return msg;
}

static void test_stats(void **state)
{
	struct smc_counters counters = { 0 }, bad = { 0 };

	(void)state;
	assert_int_equal(parse(stats_message(8), smc_reply_stats, &counters), 0);
	assert_int_equal(counters.count, 2);
	assert_string_equal(counters.counters[0].name, "smcd-client-v2");
	assert_true(counters.counters[0].value == 1ULL << 40);
	assert_string_equal(counters.counters[1].name, "smcd-tx-calls");
	assert_int_equal(parse(stats_message(4), smc_reply_stats, &bad), -EBADMSG);
	assert_int_equal(parse(new_message(SMC_NETLINK_GET_STATS), smc_reply_stats, &bad),
			 -EBADMSG);
}

/* One reason of one side, of which @left_out is missing. */
static struct nl_msg *fallback_message(bool is_server, uint32_t code, uint16_t count, int left_out)
{
	struct nl_msg *msg = new_message(SMC_NETLINK_GET_FBACK_STATS);
	struct nlattr *top = nla_nest_start(msg, SMC_GEN_FBACK_STATS);

	if (left_out != SMC_NLA_FBACK_STATS_TYPE)
		assert_int_equal(nla_put_u8(msg, SMC_NLA_FBACK_STATS_TYPE, is_server), 0);
	if (left_out != SMC_NLA_FBACK_STATS_RSN_CODE)
		assert_int_equal(nla_put_u32(msg, SMC_NLA_FBACK_STATS_RSN_CODE, code), 0);
	if (left_out != SMC_NLA_FBACK_STATS_RSN_CNT)
		assert_int_equal(nla_put_u16(msg, SMC_NLA_FBACK_STATS_RSN_CNT, count), 0);
	nla_put_u64(msg, SMC_NLA_FBACK_STATS_SRV_CNT, 1ULL << 33);
	nla_nest_end(msg, top);
	return msg;
}

static int parse_fallback(bool is_server, uint32_t code, uint16_t count, int left_out,
			  struct smc_fallbacks *to)
{
	return parse(fallback_message(is_server, code, count, left_out), smc_reply_fallbacks, to);
}

static void test_fallbacks(void **state)
{
	struct smc_fallbacks list = { 0 };

	(void)state;
	assert_int_equal(parse_fallback(true, 0x03010000, 65535, 0, &list), 0);
	assert_int_equal(parse_fallback(false, 0x05000000, 7, 0, &list), 0);
	assert_int_equal(parse_fallback(false, 0x03010000, 2, 0, &list), 0);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.reasons[0].code, 0x03010000);
	assert_int_equal(list.reasons[0].server, 65535);
	assert_int_equal(list.reasons[0].client, 2);
	assert_int_equal(list.reasons[1].server, 0);
	assert_int_equal(list.reasons[1].client, 7);
	assert_true(list.server == 1ULL << 33);
	assert_int_equal(parse_fallback(true, 1, 1, SMC_NLA_FBACK_STATS_TYPE, &list), -EBADMSG);
	assert_int_equal(parse_fallback(true, 1, 1, SMC_NLA_FBACK_STATS_RSN_CNT, &list), -EBADMSG);
	assert_int_equal(parse_fallback(true, 1, 1, SMC_NLA_FBACK_STATS_RSN_CODE, &list), 0);
	assert_int_equal(list.count, 2);
	free(list.reasons);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ueids),
		cmocka_unit_test(test_seid),
		cmocka_unit_test(test_pnets),
		cmocka_unit_test(test_handshake_limit),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_system),
		cmocka_unit_test(test_linkgroups),
		cmocka_unit_test(test_stats),
		cmocka_unit_test(test_fallbacks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
