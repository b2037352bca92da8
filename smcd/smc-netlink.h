/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Client of the SMC stack's generic netlink families SMC_GEN_NETLINK and SMC_PNETID. */
#ifndef SMCD_SMC_NETLINK_H
#define SMCD_SMC_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "config.h"
#include "smcd-plugin.h"

struct smc_netlink;

/*
 * -ENOENT: the kernel has no such family, i.e. smc is not loaded. Later calls
 * return -ENODEV when smc has been unloaded meanwhile.
 */
int smc_netlink_open(struct smc_netlink **ret_netlink);
void smc_netlink_close(struct smc_netlink *netlink);

/*
 * The UEIDs of the kernel, unpadded; the caller frees *@ret_ueids, of
 * *@ret_count entries.
 */
int smc_netlink_ueids(struct smc_netlink *netlink,
		      char (**ret_ueids)[UEID_SIZE], size_t *ret_count);

/* @ueid is unpadded. -EEXIST, -ENOSPC (at most four), -EINVAL, -EPERM; -ENOENT of delete. */
int smc_netlink_add_ueid(struct smc_netlink *netlink, const char *ueid);
int smc_netlink_delete_ueid(struct smc_netlink *netlink, const char *ueid);

/*
 * Whether the kernel offers the system EID. *@ret_known is false, and nothing said of it, while
 * it has no device for SMC-D V2.
 */
int smc_netlink_seid(struct smc_netlink *netlink, bool *ret_known, bool *ret_enabled);

/* -EOPNOTSUPP off s390; -ENOENT when it is to be disabled and there is no UEID; -EPERM. */
int smc_netlink_set_seid(struct smc_netlink *netlink, bool enable);

/*
 * Whether servers of this network namespace take as many handshakes for SMC as they can, and let
 * the others be TCP. -EOPNOTSUPP: this kernel, before 5.18, cannot.
 */
int smc_netlink_handshake_limit(struct smc_netlink *netlink, bool *ret_enabled);
int smc_netlink_set_handshake_limit(struct smc_netlink *netlink, bool enable);

/* The PNET table of this network namespace; the caller frees *@ret_entries. */
int smc_netlink_pnets(struct smc_netlink *netlink, struct pnet_entry **ret_entries,
		      size_t *ret_count);

/* -EEXIST: it has a PNETID, in the table or of its hardware; -EPERM. */
int smc_netlink_add_pnet(struct smc_netlink *netlink, const struct pnet_entry *entry);

/* Deletes all entries that have @pnetid, which is in upper case. -ENOENT; -EPERM. */
int smc_netlink_delete_pnetid(struct smc_netlink *netlink, const char *pnetid);

#define SMC_PCI_ID_SIZE 16	/* the kernel cuts longer ones (uapi/linux/smc.h) */
#define SMC_VENDOR_IBM 0x1014	/* PCI vendor of real ISM devices */

/* An SMC-D device as the SMC stack itself sees it. */
struct smc_netlink_device {
	char pci_id[SMC_PCI_ID_SIZE];	/* softism's: the device's name, cut */
	uint16_t vendor;		/* PCI; 0 of softism's */
	uint16_t chid;			/* PCHID of real ISM, else 0 */
	uint32_t fid;			/* function ID of real ISM, else 0 */
	char pnetid[SMCD_PNETID_SIZE];	/* empty: none */
	uint32_t linkgroups;		/* that use it */
};

/*
 * The SMC-D devices in the order of the stack's list; the caller frees *@ret_devices. Since Linux
 * 6.10 those with the CHID of loopback are left out (smc_nl_prep_smcd_dev in net/smc/smc_ism.c).
 */
int smc_netlink_devices(struct smc_netlink *netlink,
			struct smc_netlink_device **ret_devices, size_t *ret_count);

/* What the SMC stack says of itself (SMC_NETLINK_GET_SYS_INFO). */
struct smc_system {
	bool ism_v2;		/* since smc was loaded there has been a device for SMC-D V2 */
	char seid[UEID_SIZE];	/* empty: none, as off s390 since Linux 6.10 */
};

int smc_netlink_system(struct smc_netlink *netlink, struct smc_system *ret_system);

#define SMC_HOSTNAME_SIZE 33	/* 32 characters and a NUL */

/* A link group of SMC-D: what connections over one device to one peer share. */
struct smc_linkgroup {
	uint32_t id;			/* unique since smc was loaded */
	uint64_t gid, peer_gid;		/* the first 64 bits of longer ones */
	uint32_t connections;
	bool complete;			/* else the following is not known */
	uint16_t chid;			/* the fabric */
	uint8_t vlan;			/* the lower 8 bits of the VLAN's ID; 0: none */
	char pnetid[SMCD_PNETID_SIZE];	/* of the device; empty: none */
	uint8_t version;		/* of the protocol: 1, or 2 and what follows */
	uint8_t release, peer_os;
	char eid[UEID_SIZE];		/* that both sides have; unpadded */
	char peer_hostname[SMC_HOSTNAME_SIZE];
};

/*
 * SMC_NETLINK_GET_LGR_SMCD, of all network namespaces; the caller frees *@ret_linkgroups. Kernels
 * up to now leave some out: of each device after the first as many as the one before it has
 * (smc_nl_handle_smcd_lgr(), which does not begin to count anew; net/smc/smc_core.c).
 */
int smc_netlink_linkgroups(struct smc_netlink *netlink,
			   struct smc_linkgroup **ret_linkgroups, size_t *ret_count);

struct smc_counter {
	const char *name;	/* constant, e.g. "smcd-client-v2", "fallback-server" */
	uint64_t value;
};

/*
 * SMC_NETLINK_GET_STATS of this network namespace, those of SMC-D and those of fallback; the
 * caller frees *@ret_counters.
 */
int smc_netlink_statistics(struct smc_netlink *netlink,
			   struct smc_counter **ret_counters, size_t *ret_count);

/* Connections that fell back to TCP for one reason. */
struct smc_fallback {
	uint32_t code;			/* see reason.h */
	uint16_t client, server;	/* from 65535 the kernel goes on with 0 */
};

/*
 * SMC_NETLINK_GET_FBACK_STATS of this network namespace, the most frequent reason first; the
 * caller frees *@ret_reasons. The kernel counts at most 30 reasons of either side.
 */
int smc_netlink_fallbacks(struct smc_netlink *netlink,
			  struct smc_fallback **ret_reasons, size_t *ret_count);

#endif
