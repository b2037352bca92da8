/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * User space interface of softism: the generic netlink family "softism".
 *
 * A request that changes something needs CAP_NET_ADMIN; reading does not.
 * Every refusal carries an extended ACK with a message.
 */
#ifndef _UAPI_SOFTISM_H
#define _UAPI_SOFTISM_H

#define SOFTISM_GENL_NAME	"softism"
#define SOFTISM_GENL_VERSION	1
#define SOFTISM_MCGRP_EVENTS	"events"

/* Longest device name, with its NUL. A name is [A-Za-z0-9][A-Za-z0-9._-]*. */
#define SOFTISM_NAME_SIZE	32

#define SOFTISM_PRIORITY_MAX	65535

/* CHID of every loopback device that asks for no other (net/smc/smc_ism.h). */
#define SOFTISM_CHID_LOOPBACK	0xFFFF

#define SOFTISM_DMBS_DEFAULT	4096
#define SOFTISM_DMBS_MAX	65536

/**
 * enum softism_cmd - commands of the family
 * @SOFTISM_CMD_INFO_GET: what this module is and can do; do only. The reply
 *	has the attributes &enum softism_a_info.
 * @SOFTISM_CMD_DEV_GET: one device by NAME (do) or all of them, oldest first
 *	(dump). The replies, and all of the notifications below, have the
 *	attributes &enum softism_a_dev.
 * @SOFTISM_CMD_DEV_NEW: create a device: KIND and NAME; CHID (an ism-emu
 *	device must name one), GID (random if absent), PRIORITY, UP (default
 *	1), MAX_DMBS and MAX_MEMORY are optional. The reply is the device. -EEXIST when
 *	the name or the GID is taken.
 * @SOFTISM_CMD_DEV_DEL: delete the device NAME. -EBUSY while a connection
 *	uses it.
 * @SOFTISM_CMD_DEV_SET: change UP or PRIORITY, or both, of the device NAME.
 *	Connections that exist live on: a device that is busy takes no new
 *	ones where the change says so, and is moved or detached when the last
 *	connection has gone.
 * @SOFTISM_CMD_DEV_ADD_NTF: a device has been created.
 * @SOFTISM_CMD_DEV_DEL_NTF: a device has been deleted.
 * @SOFTISM_CMD_DEV_CHANGE_NTF: an attribute other than a counter has changed.
 */
enum softism_cmd {
	SOFTISM_CMD_UNSPEC,
	SOFTISM_CMD_INFO_GET,
	SOFTISM_CMD_DEV_GET,
	SOFTISM_CMD_DEV_NEW,
	SOFTISM_CMD_DEV_DEL,
	SOFTISM_CMD_DEV_SET,
	SOFTISM_CMD_DEV_ADD_NTF,
	SOFTISM_CMD_DEV_DEL_NTF,
	SOFTISM_CMD_DEV_CHANGE_NTF,

	__SOFTISM_CMD_MAX,
	SOFTISM_CMD_MAX = __SOFTISM_CMD_MAX - 1
};

/**
 * enum softism_kind - what a device behaves like
 * @SOFTISM_KIND_LOOPBACK: reaches itself and nothing else.
 * @SOFTISM_KIND_ISM_EMU: reaches the other ism-emu devices of its CHID, and
 *	not itself, as the functions of one ISM adapter do.
 */
enum softism_kind {
	SOFTISM_KIND_UNSPEC,
	SOFTISM_KIND_LOOPBACK,
	SOFTISM_KIND_ISM_EMU,

	__SOFTISM_KIND_MAX,
	SOFTISM_KIND_MAX = __SOFTISM_KIND_MAX - 1
};

/**
 * enum softism_api - the interface of the kernel's SMC stack that is used
 * @SOFTISM_API_SMCD: smcd_register_dev() of net/smc, Linux 6.2 and older.
 * @SOFTISM_API_DIBS: dibs_dev_add() of drivers/dibs, Linux 6.18 and newer.
 */
enum softism_api {
	SOFTISM_API_UNSPEC,
	SOFTISM_API_SMCD,
	SOFTISM_API_DIBS,
};

/**
 * enum softism_cap - bits of SOFTISM_A_INFO_CAPS
 * @SOFTISM_CAP_NOCOPY: loopback devices move data without a copy.
 * @SOFTISM_CAP_REORDER: PRIORITY decides which device connections take.
 */
enum softism_cap {
	SOFTISM_CAP_NOCOPY = 1,
	SOFTISM_CAP_REORDER = 2,
};

/**
 * enum softism_a_info - attributes of SOFTISM_CMD_INFO_GET's reply
 * @SOFTISM_A_INFO_VERSION: string, version of the module.
 * @SOFTISM_A_INFO_API: u32, &enum softism_api.
 * @SOFTISM_A_INFO_CAPS: u32, &enum softism_cap bits.
 * @SOFTISM_A_INFO_DEVICES: u32, number of devices.
 */
enum softism_a_info {
	SOFTISM_A_INFO_UNSPEC,
	SOFTISM_A_INFO_VERSION,
	SOFTISM_A_INFO_API,
	SOFTISM_A_INFO_CAPS,
	SOFTISM_A_INFO_DEVICES,

	__SOFTISM_A_INFO_MAX,
	SOFTISM_A_INFO_MAX = __SOFTISM_A_INFO_MAX - 1
};

/**
 * enum softism_a_dev - attributes of a device
 * @SOFTISM_A_DEV_PAD: padding.
 * @SOFTISM_A_DEV_NAME: string, unique.
 * @SOFTISM_A_DEV_KIND: u32, &enum softism_kind.
 * @SOFTISM_A_DEV_CHID: u16, 1 to 0xFFFF; kinds do not share a CHID, and
 *	0xFFFF is for loopback.
 * @SOFTISM_A_DEV_GID: u64, unique, not 0.
 * @SOFTISM_A_DEV_PRIORITY: u32, 0 to SOFTISM_PRIORITY_MAX; higher is
 *	preferred.
 * @SOFTISM_A_DEV_UP: u8, 1 as long as an administrator wants new connections
 *	on the device, else 0.
 * @SOFTISM_A_DEV_MAX_DMBS: u32, 1 to SOFTISM_DMBS_MAX.
 * @SOFTISM_A_DEV_MAX_MEMORY: u64, bytes that all DMBs of the device may take;
 *	0 is no limit.
 * @SOFTISM_A_DEV_ATTACHED: u8, 1 while the SMC stack knows the device. A
 *	device that is not UP stays attached until its last connection ends.
 *	One that comes UP again waits, for 8 seconds at most, until handshakes
 *	are over that may have known it before.
 * @SOFTISM_A_DEV_RANK: u32, the effective place among the devices that take
 *	new connections, 1 is preferred; 0 if it takes none. Clients propose
 *	the first device of each CHID, and 8 CHIDs; others have no rank, but
 *	for ism-emu devices, which those of their fabric reach.
 * @SOFTISM_A_DEV_HELD: u8, 1 while the device, or one behind it, is too busy
 *	to be put in its place in the stack's list, and new connections that
 *	propose it are refused in favour of devices of higher priority.
 * @SOFTISM_A_DEV_CONNS: u32, connections that use the device.
 * @SOFTISM_A_DEV_DMBS: u32, registered DMBs.
 * @SOFTISM_A_DEV_MEMORY: u64, bytes of these.
 * @SOFTISM_A_DEV_STATS: nest of &enum softism_a_stats.
 */
enum softism_a_dev {
	SOFTISM_A_DEV_UNSPEC,
	SOFTISM_A_DEV_PAD,
	SOFTISM_A_DEV_NAME,
	SOFTISM_A_DEV_KIND,
	SOFTISM_A_DEV_CHID,
	SOFTISM_A_DEV_GID,
	SOFTISM_A_DEV_PRIORITY,
	SOFTISM_A_DEV_UP,
	SOFTISM_A_DEV_MAX_DMBS,
	SOFTISM_A_DEV_MAX_MEMORY,
	SOFTISM_A_DEV_ATTACHED,
	SOFTISM_A_DEV_RANK,
	SOFTISM_A_DEV_HELD,
	SOFTISM_A_DEV_CONNS,
	SOFTISM_A_DEV_DMBS,
	SOFTISM_A_DEV_MEMORY,
	SOFTISM_A_DEV_STATS,

	__SOFTISM_A_DEV_MAX,
	SOFTISM_A_DEV_MAX = __SOFTISM_A_DEV_MAX - 1
};

/**
 * enum softism_a_stats - counters of a device, all u64, from its creation on
 * @SOFTISM_A_STATS_PAD: padding.
 * @SOFTISM_A_STATS_TX_MOVES: moves that the device made into DMBs of others.
 * @SOFTISM_A_STATS_TX_BYTES: bytes of these.
 * @SOFTISM_A_STATS_RX_MOVES: moves into DMBs of the device.
 * @SOFTISM_A_STATS_RX_BYTES: bytes of these.
 * @SOFTISM_A_STATS_SIGNALS: moves that raised a signal on the device.
 * @SOFTISM_A_STATS_REFUSED: moves of the device that were refused: no such
 *	DMB, one that names another device, or beyond its end.
 * @SOFTISM_A_STATS_DMBS: DMBs registered since the creation.
 * @SOFTISM_A_STATS_DMBS_FAILED: registrations that failed.
 * @SOFTISM_A_STATS_QUERIES_YES: GID queries answered with reachable.
 * @SOFTISM_A_STATS_QUERIES_NO: GID queries answered with unreachable.
 */
enum softism_a_stats {
	SOFTISM_A_STATS_UNSPEC,
	SOFTISM_A_STATS_PAD,
	SOFTISM_A_STATS_TX_MOVES,
	SOFTISM_A_STATS_TX_BYTES,
	SOFTISM_A_STATS_RX_MOVES,
	SOFTISM_A_STATS_RX_BYTES,
	SOFTISM_A_STATS_SIGNALS,
	SOFTISM_A_STATS_REFUSED,
	SOFTISM_A_STATS_DMBS,
	SOFTISM_A_STATS_DMBS_FAILED,
	SOFTISM_A_STATS_QUERIES_YES,
	SOFTISM_A_STATS_QUERIES_NO,

	__SOFTISM_A_STATS_MAX,
	SOFTISM_A_STATS_MAX = __SOFTISM_A_STATS_MAX - 1
};

#endif /* _UAPI_SOFTISM_H */
