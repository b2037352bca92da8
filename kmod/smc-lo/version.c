// SPDX-License-Identifier: GPL-2.0
/*
 * Tells this smc.ko from the one in the kernel's package, which has no version.
 * dkms 3.0 would not install a second one of no version.
 */
#include <linux/module.h>

MODULE_VERSION("loopback-ism");
