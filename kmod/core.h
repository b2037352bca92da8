/* SPDX-License-Identifier: GPL-2.0 */
/*
 * softism inside: devices, their ports, their DMBs, and who locks what.
 *
 * A device is what an administrator creates. While it is to take connections
 * it has a port, its registration with the SMC stack; to move a device in the
 * stack's list its port is replaced. A port that was taken away is kept until
 * no handshake can refer to it any more, see softism_port_bury().
 *
 * softism_mutex serializes the control plane: the list of devices, attaching,
 * detaching, and order. softism_lock guards what the stack's callbacks read;
 * both are needed to change the list of devices or a device's port. The stack
 * calls back with locks of its own held, so nothing that calls into the stack
 * may hold softism_lock, except for signals and events.
 */
#ifndef _SOFTISM_CORE_H
#define _SOFTISM_CORE_H

#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/percpu.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

#include "softism.h"

/* Entries of a client's proposal (SMC_MAX_ISM_DEVS, net/smc/smc.h) */
#define SOFTISM_OFFERS_MAX	8

/* @ext is 0 where GIDs have 64 bits; @id alone is unique */
struct softism_gid {
	u64 id, ext;
};

/* What a CPU has counted; the sum of @sizes are the moves that it made */
struct softism_traffic {
	u64_stats_t sizes[SOFTISM_SIZES];
	u64_stats_t tx_bytes;
	u64_stats_t rx_moves, rx_bytes;		/* from other devices */
	u64_stats_t signals;
	struct u64_stats_sync syncp;
	u64 dmbs;				/* not under @syncp */
};

/* Why a connection may come over a device, or not */
enum softism_answer {
	SOFTISM_ANSWER_YES,
	SOFTISM_ANSWER_UNKNOWN,
	SOFTISM_ANSWER_DOWN,
	SOFTISM_ANSWER_HELD,
	SOFTISM_ANSWER_FAULT,
	SOFTISM_ANSWERS,
};

struct softism_counts {
	u64 sizes[SOFTISM_SIZES];
	u64 tx_moves, tx_bytes;
	u64 rx_moves, rx_bytes;
	u64 signals, refused;
	u64 dmbs, dmbs_failed, attaches;
	u64 queries[SOFTISM_ANSWERS];
};

struct softism_dev {
	/* What a move reads comes first, in one cache line */
	u32 id;				/* never used twice */
	refcount_t ref;
	struct softism_traffic __percpu *traffic;

	struct list_head list;		/* softism_devs, oldest first */
	char name[SOFTISM_NAME_SIZE];
	enum softism_kind kind;
	u16 chid;
	struct softism_gid gid;
	u32 max_dmbs;
	u64 max_memory;

	/* softism_mutex to write, softism_lock or softism_mutex to read */
	u32 priority;
	bool up;
	bool closing;			/* refuses new connections for now */
	u16 held;			/* refuses them until it can be moved, in favour
					 * of this CHID; 0: takes them
					 */
	u32 rank;
	struct softism_port *port;	/* NULL: not attached */

	/* softism_lock */
	bool pinned;			/* connections may exist: holds a module reference */
	unsigned long last_yes;		/* jiffies of the last agreement to connect */

	/* softism_mutex */
	bool changed;			/* a notification is due */
	bool condemned;			/* to be deleted when it is idle */
	enum softism_drain drain;
	unsigned long drain_end;	/* jiffies, 0: never */
	u32 drain_conns;		/* what was told last */
	struct softism_counts base;	/* at the last reset of the counters */

	/* order.c */
	struct list_head row;
	struct list_head move;
	u32 place;			/* in the stack's list, 0 is its head */
	bool offer;			/* clients propose it */
	bool reachable;			/* it, or another of its fabric that reaches it */

	struct softism_faults __rcu *faults;	/* NULL: none */
	atomic64_t refused, dmbs_failed, attaches;
	atomic64_t queries[SOFTISM_ANSWERS];
	atomic_t dmbs_peak;
	atomic64_t memory;
	bool grown;			/* listeners are to be told, growth.c */
};

/* One registration of a device with the SMC stack; the upper file embeds it */
struct softism_port {
	struct softism_dev *dev;	/* holds a reference */
	struct list_head grave;		/* main.c, once it is detached */
	s64 order;			/* higher: nearer to the head of the stack's list */
	bool offered;			/* a handshake has pointed here */
	unsigned long buried, keep_until;	/* jiffies */
	bool dead;			/* takes no more DMBs; softism_lock to write */
	atomic_t dmbs;
	unsigned long *slots;		/* of DMBs, below dev->max_dmbs */
	u32 first_slot;			/* none below is free, or few */
};

/* What a move needs comes first, in one cache line */
struct softism_dmb {
	u64 token;			/* 0: nobody can find it */
	void *addr;
	u32 len;
	u32 slot;
	struct softism_port *port;
	u64 moves;
	u32 writer;			/* the id of the one device that may write here */
	spinlock_t lock;		/* of @client, also while it is told, and @owned */
	void *client;			/* the upper file's, NULL: no signals */

	struct softism_gid rgid;	/* of the writer */
	u32 index, uses;		/* of its place in the table of DMBs */
	refcount_t users;		/* its owner, and who attached to it */
	bool owned;			/* until its owner gives it up */
	bool repeated;			/* repeat.c, as @looked_moves */
	u64 looked_moves;
	struct list_head delayed;	/* fault.c: its signal comes later */
	ktime_t due;
	struct rcu_head rcu;
/* One DMB has one writer, whose CPU shall share its line with no other */
} ____cacheline_aligned_in_smp;

extern struct mutex softism_mutex;
extern spinlock_t softism_lock;
extern struct list_head softism_devs;
extern u32 softism_generation;	/* of the list of devices and what it says */

/* main.c */
void softism_port_bury(struct softism_port *port);
bool softism_gid_buried(const struct softism_gid *gid);
void softism_watch(void);

/* dev.c */
struct softism_dev_config {
	const char *name;
	enum softism_kind kind;
	u16 chid;		/* 0: default of the kind */
	struct softism_gid gid;	/* id 0: random */
	u32 priority;
	u32 max_dmbs;
	u64 max_memory;
	bool up;
};

struct softism_dev *softism_dev_find(const char *name);
struct softism_dev *softism_dev_new(const struct softism_dev_config *config,
				    struct netlink_ext_ack *extack);
int softism_dev_delete(struct softism_dev *dev, struct netlink_ext_ack *extack);
int softism_dev_force(struct softism_dev *dev, struct netlink_ext_ack *extack);
bool softism_dev_reap(struct softism_dev *dev);
void softism_dev_destroy(struct softism_dev *dev);
void softism_dev_put(struct softism_dev *dev);
void softism_release_held(const struct softism_dev *leaving);
int softism_dev_attach(struct softism_dev *dev);
bool softism_dev_detach_idle(struct softism_dev *dev);
bool softism_dev_pin(struct softism_dev *dev);
bool softism_dev_look(struct softism_dev *dev);
u32 softism_dev_conns(struct softism_dev *dev);
u32 softism_dev_dmbs(const struct softism_dev *dev);

/* drain.c */
void softism_drain_start(struct softism_dev *dev, u32 timeout);
void softism_drain_stop(struct softism_dev *dev);
bool softism_drain_look(struct softism_dev *dev);

/* fabric.c */
static inline bool softism_gid_equal(const struct softism_gid *a,
				     const struct softism_gid *b)
{
	return a->id == b->id && a->ext == b->ext;
}

bool softism_port_query(struct softism_port *port,
			const struct softism_gid *rgid);
u32 softism_port_admit(struct softism_port *port,
		       const struct softism_gid *rgid);
void softism_port_event(struct softism_port *port,
			const struct softism_gid *rgid, u32 code, u64 info);

/* order.c */
void softism_hold_places(void);
void softism_settle(void);

/* dmb.c */
int softism_dmb_new(struct softism_port *port, const struct softism_gid *rgid,
		    u32 len, struct softism_dmb **ret_dmb);
int softism_dmb_delete(struct softism_port *port, u64 token);
int softism_dmb_attach(struct softism_port *port, u64 token,
		       struct softism_dmb **ret_dmb);
int softism_dmb_detach(struct softism_port *port, u64 token);
bool softism_dmb_receives(struct softism_port *port,
			  const struct softism_gid *rgid);
/* Rises with each DMB that comes or goes. */
u32 softism_dmb_generation(void);
/* The first DMB from @index on, in whose place that of the DMB is put; RCU. */
struct softism_dmb *softism_dmb_next(unsigned long *index);
void softism_dmb_init(void);
void softism_dmb_exit(void);

/* growth.c */
void softism_growth(struct softism_dev *dev, u64 memory, size_t size);
void softism_growth_exit(void);

/* stats.c */
void softism_stats_get(struct softism_dev *dev, struct softism_counts *counts);
void softism_stats_reset(struct softism_dev *dev);

/* repeat.c */
void softism_repeat_signals(void);

/* netlink.c */
int softism_netlink_init(void);
void softism_netlink_exit(void);
void softism_notify(struct softism_dev *dev, enum softism_cmd cmd);
u32 softism_last_event(void);

/* The upper file, one for each interface that kernels have had for devices */
extern const enum softism_api softism_upper_api;
extern const u32 softism_upper_caps;	/* enum softism_cap */
/* True if devices with that CHID have GIDs of 128 bits. */
bool softism_upper_wide_gid(u16 chid);
int softism_upper_init(void);
void softism_upper_exit(void);
/* Registers; the new port is the first in the stack's list, if it can be. */
struct softism_port *softism_upper_attach(struct softism_dev *dev);
/*
 * True if the idle @port may be detached now, and nobody can find it any more.
 * Else the port stays as it is.
 */
bool softism_upper_quiet(struct softism_port *port);
/* Unregisters. Waits for the connections: only for devices without any. */
void softism_upper_detach(struct softism_port *port);
/* True if nothing in the stack can point to the detached @port any more. */
bool softism_upper_unused(struct softism_port *port);
void softism_upper_free(struct softism_port *port);
bool softism_upper_has_pnetid(struct softism_port *port);
/* True if handshakes are under way, so that the stack may point to any port. */
bool softism_upper_handshakes(void);
/* Connections that receive on the port. */
u32 softism_upper_conns(struct softism_port *port);
/* False also while connections that were killed have not been closed. */
bool softism_upper_idle(struct softism_port *port);
bool softism_upper_slot_busy(struct softism_port *port, u32 slot);
/* The owner of @dmb has given it up. */
void softism_upper_unclaim(struct softism_dmb *dmb);
/* Softirqs are off. */
void softism_upper_signal(struct softism_dmb *dmb);
/* Delivers an event of the device @gid; with id 0, of any. */
void softism_upper_event(struct softism_port *port, enum softism_event type,
			 const struct softism_gid *gid, u32 code, u64 info);
/* Waits until the events that were sent to the port have taken effect. */
void softism_upper_flush(struct softism_port *port);

#endif /* _SOFTISM_CORE_H */
