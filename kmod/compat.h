/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that depends on the kernel's version and is not an upper file.
 */
#ifndef _SOFTISM_COMPAT_H
#define _SOFTISM_COMPAT_H

#include <linux/hrtimer.h>
#include <linux/mmzone.h>
#include <linux/version.h>
#include <net/genetlink.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

/* Before, MAX_ORDER was the first order that could not be allocated */
#ifndef MAX_PAGE_ORDER
#define MAX_PAGE_ORDER (MAX_ORDER - 1)
#endif

/* The attributes of a dump's request */
static inline struct nlattr **softism_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

/* A timer for an absolute time, whose function runs in a softirq */
static inline void
softism_timer_setup(struct hrtimer *timer,
		    enum hrtimer_restart (*function)(struct hrtimer *timer))
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(timer, function, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_SOFT);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_SOFT);
	timer->function = function;
#endif
}

#endif /* _SOFTISM_COMPAT_H */
