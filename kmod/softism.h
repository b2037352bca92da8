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

/* Longest time that SOFTISM_CMD_DEV_DRAIN waits, in milliseconds: a day */
#define SOFTISM_DRAIN_MAX	86400000

/* Classes of SOFTISM_A_STATS_SIZES */
#define SOFTISM_SIZES		12

/* Longest delays of faults, in microseconds */
#define SOFTISM_MOVE_DELAY_MAX	1000
#define SOFTISM_SIGNAL_DELAY_MAX	1000000

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
 *	uses it. With FORCE its connections are aborted instead: applications
 *	get an error, or the end of the stream, and the device is deleted when
 *	they have closed their sockets; until then it is CLOSING, as the ACK's
 *	message says.
 * @SOFTISM_CMD_DEV_SET: change UP or PRIORITY, or both, of the device NAME.
 *	Connections that exist live on: a device that is busy takes no new
 *	ones where the change says so, and is moved or detached when the last
 *	connection has gone.
 * @SOFTISM_CMD_DEV_ADD_NTF: a device has been created.
 * @SOFTISM_CMD_DEV_DEL_NTF: a device has been deleted.
 * @SOFTISM_CMD_DEV_CHANGE_NTF: an attribute other than a counter has changed.
 * @SOFTISM_CMD_DEV_DRAIN: take the device NAME down, and tell by DRAIN_NTF how
 *	many connections are left, until it is detached, or until
 *	DRAIN_TIMEOUT milliseconds have gone by; without it, for ever. A
 *	device that comes UP is no longer drained.
 * @SOFTISM_CMD_DEV_DRAIN_NTF: progress of a drain: CONNS has changed, or DRAIN.
 * @SOFTISM_CMD_STATS_GET: counters of the device NAME (do) or of all (dump).
 *	The replies have NAME and STATS.
 * @SOFTISM_CMD_STATS_RESET: count from 0 again, for the device NAME.
 * @SOFTISM_CMD_DMB_GET: the registered DMBs, of the device that has the NAME of
 *	&enum softism_a_dmb, or of all; dump only.
 * @SOFTISM_CMD_FAULT_SET: the faults of the device NAME of &enum
 *	softism_a_fault are from now on those of this request, and no others;
 *	without any, it works again. What was counted starts from 0.
 * @SOFTISM_CMD_FAULT_GET: the faults of the device NAME (do), or those of all
 *	devices that have any (dump), and how often each was injected.
 * @SOFTISM_CMD_FAULT_EVENT: deliver an event to the device NAME, as if it came
 *	from a peer: EVENT, GID (and GID_EXT), CODE, INFO of &enum
 *	softism_a_fault.
 * @SOFTISM_CMD_DEV_GROW_NTF: the MEMORY of a device has grown beyond 4, 5, 6 or
 *	7 times a power of two, from 8 MiB on.
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
	SOFTISM_CMD_DEV_DRAIN,
	SOFTISM_CMD_DEV_DRAIN_NTF,
	SOFTISM_CMD_STATS_GET,
	SOFTISM_CMD_STATS_RESET,
	SOFTISM_CMD_DMB_GET,
	SOFTISM_CMD_FAULT_SET,
	SOFTISM_CMD_FAULT_GET,
	SOFTISM_CMD_FAULT_EVENT,
	SOFTISM_CMD_DEV_GROW_NTF,

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
 * enum softism_drain - how a drain stands
 * @SOFTISM_DRAIN_NONE: there is none.
 * @SOFTISM_DRAIN_ACTIVE: connections are left.
 * @SOFTISM_DRAIN_DONE: the device is detached.
 * @SOFTISM_DRAIN_TIMEOUT: connections were left when the time was up; the
 *	device stays down, and is detached after the last of them.
 */
enum softism_drain {
	SOFTISM_DRAIN_NONE,
	SOFTISM_DRAIN_ACTIVE,
	SOFTISM_DRAIN_DONE,
	SOFTISM_DRAIN_TIMEOUT,
};

/**
 * enum softism_event - what SOFTISM_CMD_FAULT_EVENT delivers
 * @SOFTISM_EVENT_DMB: a DMB of a peer is gone.
 * @SOFTISM_EVENT_GID: a peer is gone: its connections end.
 * @SOFTISM_EVENT_SW: a message of the stack itself; CODE 0x80 is the shutdown
 *	of a link group.
 */
enum softism_event {
	SOFTISM_EVENT_UNSPEC,
	SOFTISM_EVENT_DMB,
	SOFTISM_EVENT_GID,
	SOFTISM_EVENT_SW,

	__SOFTISM_EVENT_MAX,
	SOFTISM_EVENT_MAX = __SOFTISM_EVENT_MAX - 1
};

/**
 * enum softism_a_info - attributes of SOFTISM_CMD_INFO_GET's reply
 * @SOFTISM_A_INFO_VERSION: string, version of the module.
 * @SOFTISM_A_INFO_API: u32, &enum softism_api.
 * @SOFTISM_A_INFO_CAPS: u32, &enum softism_cap bits.
 * @SOFTISM_A_INFO_DEVICES: u32, number of devices.
 * @SOFTISM_A_INFO_EVENT: u32, number of the last notification.
 */
enum softism_a_info {
	SOFTISM_A_INFO_UNSPEC,
	SOFTISM_A_INFO_VERSION,
	SOFTISM_A_INFO_API,
	SOFTISM_A_INFO_CAPS,
	SOFTISM_A_INFO_DEVICES,
	SOFTISM_A_INFO_EVENT,

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
 * @SOFTISM_A_DEV_GID_EXT: u64, second half of a GID of 128 bits; 0 where GIDs
 *	have 64: SOFTISM_API_SMCD, and CHIDs below 0xFF00.
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
 * @SOFTISM_A_DEV_EVENT: u32, only in notifications: their number, from 1 on,
 *	without gaps. A listener that sees one has missed something.
 * @SOFTISM_A_DEV_DRAIN: u32, &enum softism_drain.
 * @SOFTISM_A_DEV_DRAIN_TIMEOUT: u32, 1 to SOFTISM_DRAIN_MAX milliseconds; only
 *	in requests.
 * @SOFTISM_A_DEV_FORCE: flag, only in requests.
 * @SOFTISM_A_DEV_CLOSING: u8, 1 while a device that was deleted by FORCE waits
 *	for applications to close their sockets.
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
	SOFTISM_A_DEV_GID_EXT,
	SOFTISM_A_DEV_EVENT,
	SOFTISM_A_DEV_DRAIN,
	SOFTISM_A_DEV_DRAIN_TIMEOUT,
	SOFTISM_A_DEV_FORCE,
	SOFTISM_A_DEV_CLOSING,

	__SOFTISM_A_DEV_MAX,
	SOFTISM_A_DEV_MAX = __SOFTISM_A_DEV_MAX - 1
};

/**
 * enum softism_a_stats - counters of a device, from its creation, or from the
 *	last SOFTISM_CMD_STATS_RESET, on. All are u64, but for SIZES.
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
 * @SOFTISM_A_STATS_QUERIES_NO: GID queries answered with unreachable, the sum
 *	of the next four.
 * @SOFTISM_A_STATS_QUERIES_UNKNOWN: because no such device is in the fabric.
 * @SOFTISM_A_STATS_QUERIES_DOWN: because the device, or the peer, takes no
 *	connections.
 * @SOFTISM_A_STATS_QUERIES_HELD: because a device of higher priority is to be
 *	taken.
 * @SOFTISM_A_STATS_QUERIES_FAULT: because a fault says so.
 * @SOFTISM_A_STATS_DMBS_NOW: DMBs that are registered, or still attached to.
 * @SOFTISM_A_STATS_DMBS_PEAK: the most of these at a time.
 * @SOFTISM_A_STATS_ATTACHES: attachments to a DMB, to move data without a copy;
 *	what is then written into it is not counted as a move.
 * @SOFTISM_A_STATS_SIZES: binary, SOFTISM_SIZES u64: moves that the device made
 *	by their size in bytes: up to 64, 128, 256 and so on, each class twice
 *	the one before; the last has all that are larger.
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
	SOFTISM_A_STATS_QUERIES_UNKNOWN,
	SOFTISM_A_STATS_QUERIES_DOWN,
	SOFTISM_A_STATS_QUERIES_HELD,
	SOFTISM_A_STATS_QUERIES_FAULT,
	SOFTISM_A_STATS_DMBS_NOW,
	SOFTISM_A_STATS_DMBS_PEAK,
	SOFTISM_A_STATS_ATTACHES,
	SOFTISM_A_STATS_SIZES,

	__SOFTISM_A_STATS_MAX,
	SOFTISM_A_STATS_MAX = __SOFTISM_A_STATS_MAX - 1
};

/**
 * enum softism_a_dmb - attributes of a DMB
 * @SOFTISM_A_DMB_PAD: padding.
 * @SOFTISM_A_DMB_NAME: string, the device that owns it.
 * @SOFTISM_A_DMB_INDEX: u32, unique among all DMBs.
 * @SOFTISM_A_DMB_PEER: u64, GID of the device that may write to it.
 * @SOFTISM_A_DMB_PEER_EXT: u64, second half of this.
 * @SOFTISM_A_DMB_SIZE: u32, bytes.
 * @SOFTISM_A_DMB_MOVES: u64, moves into it.
 * @SOFTISM_A_DMB_ATTACHED: u32, attachments to it.
 * @SOFTISM_A_DMB_IN_USE: u8, 1 while a connection receives by it. Others are
 *	kept by the stack for the next ones.
 * @SOFTISM_A_DMB_TOKEN: u64, only for CAP_NET_ADMIN.
 */
enum softism_a_dmb {
	SOFTISM_A_DMB_UNSPEC,
	SOFTISM_A_DMB_PAD,
	SOFTISM_A_DMB_NAME,
	SOFTISM_A_DMB_INDEX,
	SOFTISM_A_DMB_PEER,
	SOFTISM_A_DMB_PEER_EXT,
	SOFTISM_A_DMB_SIZE,
	SOFTISM_A_DMB_MOVES,
	SOFTISM_A_DMB_ATTACHED,
	SOFTISM_A_DMB_IN_USE,
	SOFTISM_A_DMB_TOKEN,

	__SOFTISM_A_DMB_MAX,
	SOFTISM_A_DMB_MAX = __SOFTISM_A_DMB_MAX - 1
};

/**
 * enum softism_a_fault - faults of a device, for tests of the SMC stack and of
 *	applications. What is absent, or 0, is off. Which operations a fault
 *	hits depends on SEED and on their number only: the same seed gives the
 *	same faults.
 * @SOFTISM_A_FAULT_PAD: padding.
 * @SOFTISM_A_FAULT_NAME: string, the device.
 * @SOFTISM_A_FAULT_SEED: u32.
 * @SOFTISM_A_FAULT_DMB_NTH: u32, refuse this registration of a DMB, counted
 *	from 1 since the FAULT_SET, and no other.
 * @SOFTISM_A_FAULT_DMB_PERCENT: u32, refuse so many per cent of them.
 * @SOFTISM_A_FAULT_DMB_ERRNO: u32, with this error number, 1 to 4095; ENOMEM
 *	if absent.
 * @SOFTISM_A_FAULT_DMB_LEFT: u32, run out of DMBs: after so many registrations
 *	all others fail with ENOSPC. Here 0 means none is left.
 * @SOFTISM_A_FAULT_MOVE_PERCENT: u32, refuse so many per cent of the moves.
 * @SOFTISM_A_FAULT_MOVE_DELAY: u32, microseconds, at most
 *	SOFTISM_MOVE_DELAY_MAX, that each move takes longer.
 * @SOFTISM_A_FAULT_SIGNAL_DROP: u32, lose so many per cent of the signals of
 *	the device, i.e. of those that tell it of data.
 * @SOFTISM_A_FAULT_SIGNAL_DUPLICATE: u32, deliver so many per cent twice.
 * @SOFTISM_A_FAULT_SIGNAL_DELAY: u32, microseconds, at most
 *	SOFTISM_SIGNAL_DELAY_MAX, by which signals come later; those that
 *	come meanwhile for the same DMB become one.
 * @SOFTISM_A_FAULT_UNREACHABLE: u64, the peer of this GID cannot be reached.
 * @SOFTISM_A_FAULT_EVENT: u32, &enum softism_event, only in FAULT_EVENT, as the
 *	next four.
 * @SOFTISM_A_FAULT_GID: u64, whom the event seems to come from; 0 is any.
 * @SOFTISM_A_FAULT_GID_EXT: u64, second half of this.
 * @SOFTISM_A_FAULT_CODE: u32.
 * @SOFTISM_A_FAULT_INFO: u64.
 * @SOFTISM_A_FAULT_COUNTS: nest of &enum softism_a_fault_count, only in replies.
 */
enum softism_a_fault {
	SOFTISM_A_FAULT_UNSPEC,
	SOFTISM_A_FAULT_PAD,
	SOFTISM_A_FAULT_NAME,
	SOFTISM_A_FAULT_SEED,
	SOFTISM_A_FAULT_DMB_NTH,
	SOFTISM_A_FAULT_DMB_PERCENT,
	SOFTISM_A_FAULT_DMB_ERRNO,
	SOFTISM_A_FAULT_DMB_LEFT,
	SOFTISM_A_FAULT_MOVE_PERCENT,
	SOFTISM_A_FAULT_MOVE_DELAY,
	SOFTISM_A_FAULT_SIGNAL_DROP,
	SOFTISM_A_FAULT_SIGNAL_DUPLICATE,
	SOFTISM_A_FAULT_SIGNAL_DELAY,
	SOFTISM_A_FAULT_UNREACHABLE,
	SOFTISM_A_FAULT_EVENT,
	SOFTISM_A_FAULT_GID,
	SOFTISM_A_FAULT_GID_EXT,
	SOFTISM_A_FAULT_CODE,
	SOFTISM_A_FAULT_INFO,
	SOFTISM_A_FAULT_COUNTS,

	__SOFTISM_A_FAULT_MAX,
	SOFTISM_A_FAULT_MAX = __SOFTISM_A_FAULT_MAX - 1
};

/**
 * enum softism_a_fault_count - how often faults were injected, all u64
 * @SOFTISM_A_FAULT_COUNT_PAD: padding.
 * @SOFTISM_A_FAULT_COUNT_DMBS: registrations refused.
 * @SOFTISM_A_FAULT_COUNT_MOVES: moves refused.
 * @SOFTISM_A_FAULT_COUNT_MOVES_DELAYED: moves delayed.
 * @SOFTISM_A_FAULT_COUNT_SIGNALS_DROPPED: signals lost.
 * @SOFTISM_A_FAULT_COUNT_SIGNALS_DUPLICATED: signals delivered twice.
 * @SOFTISM_A_FAULT_COUNT_SIGNALS_DELAYED: signals that came later.
 * @SOFTISM_A_FAULT_COUNT_SIGNALS_COALESCED: signals that became one with
 *	another that was delayed.
 * @SOFTISM_A_FAULT_COUNT_UNREACHABLE: GID queries, and registrations of DMBs,
 *	refused for UNREACHABLE.
 * @SOFTISM_A_FAULT_COUNT_EVENTS: events delivered by FAULT_EVENT.
 */
enum softism_a_fault_count {
	SOFTISM_A_FAULT_COUNT_UNSPEC,
	SOFTISM_A_FAULT_COUNT_PAD,
	SOFTISM_A_FAULT_COUNT_DMBS,
	SOFTISM_A_FAULT_COUNT_MOVES,
	SOFTISM_A_FAULT_COUNT_MOVES_DELAYED,
	SOFTISM_A_FAULT_COUNT_SIGNALS_DROPPED,
	SOFTISM_A_FAULT_COUNT_SIGNALS_DUPLICATED,
	SOFTISM_A_FAULT_COUNT_SIGNALS_DELAYED,
	SOFTISM_A_FAULT_COUNT_SIGNALS_COALESCED,
	SOFTISM_A_FAULT_COUNT_UNREACHABLE,
	SOFTISM_A_FAULT_COUNT_EVENTS,

	__SOFTISM_A_FAULT_COUNT_MAX,
	SOFTISM_A_FAULT_COUNT_MAX = __SOFTISM_A_FAULT_COUNT_MAX - 1
};

#endif /* _UAPI_SOFTISM_H */
