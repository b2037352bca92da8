/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the SMC stack exports to modules, but declares in its own net/smc/smc.h
 * only.
 */
#ifndef _SOFTISM_SMCD_PRIVATE_H
#define _SOFTISM_SMCD_PRIVATE_H

#include <net/sock.h>

/* SMC_INIT of enum smc_state: a socket before and during its handshake */
#define SOFTISM_SMC_INIT	2

extern struct proto smc_proto;
extern struct proto smc_proto6;

#endif /* _SOFTISM_SMCD_PRIVATE_H */
