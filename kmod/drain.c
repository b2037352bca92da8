// SPDX-License-Identifier: GPL-2.0
/*
 * Drains: a device that has gone down tells how many connections it still has,
 * until it is detached or its time is up.
 */
#include <linux/jiffies.h>

#include "core.h"

/* Watches @dev, which is down, for @timeout milliseconds; 0 is for ever. */
void softism_drain_start(struct softism_dev *dev, u32 timeout)
{
	lockdep_assert_held(&softism_mutex);

	dev->drain = SOFTISM_DRAIN_ACTIVE;
	dev->drain_conns = U32_MAX;
	dev->drain_end = 0;
	/* 0 is taken, for no end */
	if (timeout)
		dev->drain_end = (jiffies + msecs_to_jiffies(timeout)) ?: 1;
	softism_drain_look(dev);
	softism_watch();
}

void softism_drain_stop(struct softism_dev *dev)
{
	lockdep_assert_held(&softism_mutex);

	if (dev->drain == SOFTISM_DRAIN_NONE)
		return;
	dev->drain = SOFTISM_DRAIN_NONE;
	dev->changed = true;
}

/* Tells what is new; false as long as there is something to wait for */
bool softism_drain_look(struct softism_dev *dev)
{
	u32 conns;

	lockdep_assert_held(&softism_mutex);

	if (dev->drain != SOFTISM_DRAIN_ACTIVE)
		return true;
	conns = softism_dev_conns(dev);
	if (!dev->port)
		dev->drain = SOFTISM_DRAIN_DONE;
	else if (dev->drain_end && time_after_eq(jiffies, dev->drain_end))
		dev->drain = SOFTISM_DRAIN_TIMEOUT;
	else if (conns == dev->drain_conns)
		return false;
	dev->drain_conns = conns;
	softism_generation++;
	softism_notify(dev, SOFTISM_CMD_DEV_DRAIN_NTF);
	return dev->drain != SOFTISM_DRAIN_ACTIVE;
}
