/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loopback device that the kernel brings itself, for the plugins: "loopback-ism" of Linux
 * 6.10 to 6.17 (net/smc/smc_loopback.c), "lo" since 6.18 (drivers/dibs/dibs_loopback.c). It can be
 * seen, and kept out of the way by a PNETID; nothing else can be done with it.
 */
#ifndef SMCD_KERNEL_LOOPBACK_H
#define SMCD_KERNEL_LOOPBACK_H

#include "../smcd/smcd-plugin.h"

struct kernel_loopback;

int kernel_loopback_new(const struct smcd_host *host, struct kernel_loopback **ret_loopback);
void kernel_loopback_free(struct kernel_loopback *loopback);

/*
 * 1 and *@ret_device if there is one, 0 if there is none; a negative error, with words, if the
 * SMC stack does not answer.
 *
 * "lo" is seen in /sys/class/dibs. Of "loopback-ism" nothing is: it is there if the stack has had
 * a device for SMC-D V2 that has brought no SEID, or a link group of its CHID while softism, which
 * has the same, is absent. Its GID is not known before its first connection.
 */
int kernel_loopback_find(struct kernel_loopback *loopback, struct smcd_device *ret_device);

#endif
