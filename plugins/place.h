/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the SMC stack puts devices in what a client proposes, for the plugins. Pure.
 *
 * A client goes through the stack's list, takes the first device of each CHID, and has room for 8
 * entries, of which one with an emulated CHID, 0xFF00 to 0xFFFF, takes two. In that list the
 * kernel's own loopback device is before all others. See smc_find_ism_v2_device_clnt in
 * net/smc/af_smc.c and smcd_register_dev in net/smc/smc_ism.c of Linux 7.3.
 */
#ifndef SMCD_PLACE_H
#define SMCD_PLACE_H

#include "../smcd/smcd-plugin.h"

#define PLACE_ENTRIES 8			/* SMCD_CLC_MAX_V2_GID_ENTRIES in net/smc/smc_clc.h */
#define PLACE_CHID_LOOPBACK 0xffff	/* DIBS_LOOPBACK_FABRIC in include/linux/dibs.h */

struct place {
	uint16_t own_chid;			/* of the kernel's own loopback device; 0: none */
	uint16_t chids[PLACE_ENTRIES];		/* that are proposed */
	unsigned int n_chids;
	unsigned int entries;			/* that are taken */
	uint32_t rank;				/* of the last device that has one */
};

/* @loopback: the kernel's own device, or NULL. */
void place_init(struct place *place, const struct smcd_device *loopback);

/*
 * Gives @device, the next in the stack's list, its rank and, if that is 0, the reason. @reaches:
 * a device of its CHID that was proposed before leads to this one as well.
 */
void place_next(struct place *place, struct smcd_device *device, bool reaches);

#endif
