// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own loopback device, lo, once more: as a module it can be placed
 * in memory like those that it is compared with.
 */
#include <linux/device.h>
#include <linux/module.h>

/* The kernel has taken its name */
#define dev_set_name(dev, ...) dev_set_name(dev, "move-lo")
#include "dibs_loopback.c"

module_init(dibs_loopback_init);
module_exit(dibs_loopback_exit);
MODULE_DESCRIPTION("The kernel's own loopback device, as a module");
MODULE_LICENSE("GPL");
