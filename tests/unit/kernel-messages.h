/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers of the kernel for the fake netlink: attributes in the order, and of the sizes, that the
 * kernel's code has them. They are made after that code, not recorded. Include after cmocka.h.
 */
#ifndef TESTS_KERNEL_MESSAGES_H
#define TESTS_KERNEL_MESSAGES_H

#include <linux/smc.h>
#include <netlink/attr.h>
#include <string.h>
#include "fake-netlink.h"
#include "softism.h"

#define GEN SMC_GENL_FAMILY_NAME
#define PNET SMCR_GENL_FAMILY_NAME

/* smc_nl_handle_smcd_dev() in net/smc/smc_ism.c of 6.1 and 7.3 */
static inline void answer_device(uint32_t fid, uint16_t chid, uint16_t vendor, const char *pci_id,
				 const char *pnetid)
{
	struct nl_msg *msg = fake_message(GEN, SMC_NETLINK_GET_DEV_SMCD);
	struct nlattr *top = nla_nest_start(msg, SMC_GEN_DEV_SMCD), *port;

	nla_put_u32(msg, SMC_NLA_DEV_USE_CNT, 0);
	nla_put_u8(msg, SMC_NLA_DEV_IS_CRIT, 0);
	nla_put_u32(msg, SMC_NLA_DEV_PCI_FID, fid);
	nla_put_u16(msg, SMC_NLA_DEV_PCI_CHID, chid);
	nla_put_u16(msg, SMC_NLA_DEV_PCI_VENDOR, vendor);
	nla_put_u16(msg, SMC_NLA_DEV_PCI_DEVICE, vendor ? 0x04ed : 0);
	nla_put_string(msg, SMC_NLA_DEV_PCI_ID, pci_id);
	port = nla_nest_start(msg, SMC_NLA_DEV_PORT);
	nla_put_u8(msg, SMC_NLA_DEV_PORT_PNET_USR, 0);
	nla_put_string(msg, SMC_NLA_DEV_PORT_PNETID, pnetid);
	nla_nest_end(msg, port);
	nla_nest_end(msg, top);
	fake_answer(GEN, SMC_NETLINK_GET_DEV_SMCD, msg);
}

/* smc_nl_get_sys_info() in net/smc/smc_core.c; @seid NULL: no device for SMC-D V2 */
static inline void answer_system(const char *seid)
{
	struct nl_msg *msg = fake_message(GEN, SMC_NETLINK_GET_SYS_INFO);
	struct nlattr *top = nla_nest_start(msg, SMC_GEN_SYS_INFO);

	nla_put_u8(msg, SMC_NLA_SYS_VER, 2);
	nla_put_u8(msg, SMC_NLA_SYS_REL, 1);
	nla_put_u8(msg, SMC_NLA_SYS_IS_ISM_V2, seid != NULL);
	nla_put_u8(msg, SMC_NLA_SYS_IS_SMCR_V2, 1);
	if (seid)
		nla_put_string(msg, SMC_NLA_SYS_SEID, seid);
	nla_nest_end(msg, top);
	fake_answer(GEN, SMC_NETLINK_GET_SYS_INFO, msg);
}

/* smc_nl_fill_smcd_lgr() in net/smc/smc_core.c */
static inline void answer_linkgroup(uint64_t gid, uint16_t chid, uint32_t connections)
{
	struct nl_msg *msg = fake_message(GEN, SMC_NETLINK_GET_LGR_SMCD);
	struct nlattr *top = nla_nest_start(msg, SMC_GEN_LGR_SMCD);

	nla_put_u32(msg, SMC_NLA_LGR_D_ID, 0x00000100);
	nla_put_u64(msg, SMC_NLA_LGR_D_GID, gid);
	nla_put_u64(msg, SMC_NLA_LGR_D_PEER_GID, gid);
	nla_put_u8(msg, SMC_NLA_LGR_D_VLAN_ID, 0);
	nla_put_u32(msg, SMC_NLA_LGR_D_CONNS_NUM, connections);
	nla_put_u32(msg, SMC_NLA_LGR_D_CHID, chid);
	nla_put_string(msg, SMC_NLA_LGR_D_PNETID, "");
	nla_nest_end(msg, top);
	fake_answer(GEN, SMC_NETLINK_GET_LGR_SMCD, msg);
}

/* smc_pnet_set_nla() in net/smc/smc_pnet.c; one of @eth and @device is NULL */
static inline void answer_pnet(const char *pnetid, const char *eth, const char *device)
{
	struct nl_msg *msg = fake_message(PNET, SMC_PNETID_GET);
	char padded[17];

	snprintf(padded, sizeof(padded), "%-16s", pnetid);
	nla_put_string(msg, SMC_PNETID_NAME, padded);
	nla_put_string(msg, SMC_PNETID_ETHNAME, eth ? eth : "n/a");
	nla_put_string(msg, SMC_PNETID_IBNAME, device ? device : "n/a");
	nla_put_u8(msg, SMC_PNETID_IBPORT, device ? 1 : 0xff);
	fake_answer(PNET, SMC_PNETID_GET, msg);
}

/* A device of softism that is up; see kmod/netlink-dev.c. */
static inline void answer_softism(const char *name, uint32_t kind, uint16_t chid, uint32_t rank)
{
	struct nl_msg *msg = fake_message(SOFTISM_GENL_NAME, SOFTISM_CMD_DEV_GET);

	nla_put_string(msg, SOFTISM_A_DEV_NAME, name);
	nla_put_u32(msg, SOFTISM_A_DEV_KIND, kind);
	nla_put_u16(msg, SOFTISM_A_DEV_CHID, chid);
	nla_put_u64(msg, SOFTISM_A_DEV_GID, 0x1000 + rank);
	nla_put_u32(msg, SOFTISM_A_DEV_PRIORITY, 1000 - rank);
	nla_put_u8(msg, SOFTISM_A_DEV_UP, 1);
	nla_put_u32(msg, SOFTISM_A_DEV_MAX_DMBS, 1024);
	nla_put_u8(msg, SOFTISM_A_DEV_ATTACHED, 1);
	nla_put_u32(msg, SOFTISM_A_DEV_RANK, rank);
	nla_put_u8(msg, SOFTISM_A_DEV_HELD, 0);
	nla_put_u32(msg, SOFTISM_A_DEV_CONNS, 0);
	nla_put_u32(msg, SOFTISM_A_DEV_DMBS, 0);
	nla_put_u32(msg, SOFTISM_A_DEV_DRAIN, SOFTISM_DRAIN_NONE);
	fake_answer(SOFTISM_GENL_NAME, SOFTISM_CMD_DEV_GET, msg);
}

#endif
