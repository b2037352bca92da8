/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Faults that tests of the SMC stack inject. While no device has any, they cost
 * the data path nothing.
 */
#ifndef _SOFTISM_FAULT_H
#define _SOFTISM_FAULT_H

#include <linux/hrtimer.h>
#include <linux/jump_label.h>

#include "core.h"

/* As the attributes of &enum softism_a_fault; 0 is off */
struct softism_fault_config {
	u32 seed;
	u32 dmb_nth, dmb_percent, dmb_errno;
	u32 dmb_left;
	bool dmb_limited;	/* @dmb_left counts */
	u32 move_percent, move_delay;
	u32 signal_drop, signal_duplicate, signal_delay;
	u64 unreachable;
};

struct softism_faults {
	struct softism_fault_config config;
	atomic64_t registrations, moves, signals;	/* asked for so far */
	atomic64_t counts[SOFTISM_A_FAULT_COUNT_MAX + 1];
	struct list_head delayed;	/* DMBs, the first is due first */
	struct hrtimer timer;
	bool retired;			/* delays no more */
	struct rcu_head rcu;
};

/* For netlink-fault.c; softism_mutex is held */
struct softism_faults *softism_faults_get(struct softism_dev *dev);
int softism_faults_set(struct softism_dev *dev,
		       const struct softism_fault_config *config);
int softism_fault_send(struct softism_dev *dev, enum softism_event type,
		       const struct softism_gid *gid, u32 code, u64 info);

/* For the hooks below, of devices with faults */
int __softism_fault_register(struct softism_dev *dev);
int __softism_fault_move(struct softism_dev *dev);
bool __softism_fault_signal(struct softism_dmb *dmb);
bool __softism_fault_unreachable(struct softism_dev *dev,
				 const struct softism_gid *gid);
void __softism_fault_forget(struct softism_dmb *dmb);

/* Forgets the signals that are delayed on @dev, which is being detached */
void softism_fault_flush(struct softism_dev *dev);
void softism_fault_free(struct softism_dev *dev);

/* Counts the devices that have faults */
DECLARE_STATIC_KEY_FALSE(softism_faults_in_use);

static inline bool softism_faulty(const struct softism_dev *dev)
{
	return static_branch_unlikely(&softism_faults_in_use) &&
	       rcu_access_pointer(dev->faults);
}

/* An error if the next registration of a DMB is to fail */
static inline int softism_fault_register(struct softism_dev *dev)
{
	return softism_faulty(dev) ? __softism_fault_register(dev) : 0;
}

/* Takes the time that a move of @dev is to last; an error if it is to fail */
static inline int softism_fault_move(struct softism_dev *dev)
{
	return softism_faulty(dev) ? __softism_fault_move(dev) : 0;
}

/* True if the signal for @dmb is lost, or comes later */
static inline bool softism_fault_signal(struct softism_dmb *dmb)
{
	return softism_faulty(dmb->port->dev) && __softism_fault_signal(dmb);
}

/* True if @dev is not to reach @gid */
static inline bool softism_fault_unreachable(struct softism_dev *dev,
					     const struct softism_gid *gid)
{
	return softism_faulty(dev) && __softism_fault_unreachable(dev, gid);
}

/* Before @dmb, which nobody can find any more, is freed */
static inline void softism_fault_forget(struct softism_dmb *dmb)
{
	if (!list_empty_careful(&dmb->delayed))
		__softism_fault_forget(dmb);
}

#endif /* _SOFTISM_FAULT_H */
