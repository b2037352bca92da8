// SPDX-License-Identifier: GPL-2.0
/*
 * Tells listeners when the DMBs of a device take more memory than before, so
 * that whoever sets the size of buffers need not look for that.
 */
#include <linux/bitops.h>
#include <linux/sizes.h>
#include <linux/workqueue.h>

#include "core.h"

/* What takes less is not worth a notification */
#define SOFTISM_GROWTH_LEAST	SZ_8M

/* Four steps to each power of two */
#define SOFTISM_GROWTH_BITS	3

static void softism_growth_work(struct work_struct *work);
static DECLARE_WORK(softism_grower, softism_growth_work);

/* The number with all but its first bits cleared */
static u64 softism_step(u64 memory)
{
	int bits = fls64(memory) - SOFTISM_GROWTH_BITS;

	return bits > 0 ? memory >> bits << bits : memory;
}

/*
 * Memory of @dev has grown to @memory, by @size bytes. The stack may hold locks
 * that softism_mutex comes before, so others are told later; but before all the
 * handshakes that the stack has queued, each of which takes memory.
 */
void softism_growth(struct softism_dev *dev, u64 memory, size_t size)
{
	if (memory < SOFTISM_GROWTH_LEAST ||
	    softism_step(memory) == softism_step(memory - size))
		return;
	WRITE_ONCE(dev->grown, true);
	queue_work(system_highpri_wq, &softism_grower);
}

static void softism_growth_work(struct work_struct *work)
{
	struct softism_dev *dev;

	mutex_lock(&softism_mutex);
	list_for_each_entry(dev, &softism_devs, list)
		if (xchg(&dev->grown, false))
			softism_notify(dev, SOFTISM_CMD_DEV_GROW_NTF);
	mutex_unlock(&softism_mutex);
}

/* No device takes DMBs any more */
void softism_growth_exit(void)
{
	cancel_work_sync(&softism_grower);
}
