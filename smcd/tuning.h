/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be tuned of the SMC stack in a network namespace: buffer sizes and the like. Pure. */
#ifndef SMCD_TUNING_H
#define SMCD_TUNING_H

#include <stdbool.h>
#include <stdint.h>

enum tunable {
	TUNABLE_WMEM,			/* bytes of a send buffer */
	TUNABLE_RMEM,			/* bytes of a receive buffer */
	TUNABLE_AUTOCORKING_SIZE,	/* bytes */
	TUNABLE_HANDSHAKE_LIMIT,	/* 0: off, 1: on */
	TUNABLES,
};

/* As the files call it, e.g. "wmem". */
const char *tunable_key(enum tunable tunable);

/* As people who know the kernel call it, e.g. "net.smc.wmem". */
const char *tunable_name(enum tunable tunable);

/*
 * Its file below /proc/sys; NULL for TUNABLE_HANDSHAKE_LIMIT, which is set by netlink, as old
 * kernels know no sysctl for it.
 */
const char *tunable_sysctl(enum tunable tunable);

/* Whether it is a size of buffers, which can be chosen: buffer-size.h. */
bool tunable_is_buffer(enum tunable tunable);

/* What the kernel takes (net/smc/smc_sysctl.c). */
void tunable_range(enum tunable tunable, uint64_t *ret_min, uint64_t *ret_max);

#endif
