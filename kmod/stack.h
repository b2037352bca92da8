/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What both upper files read of the SMC stack's tables, and the device that
 * stands in for the PCI device which the stack expects behind its own.
 */
#ifndef _SOFTISM_STACK_H
#define _SOFTISM_STACK_H

#include <linux/types.h>

struct pci_dev;
struct proto;
struct smcd_dev;

/* Exported to modules, but declared in the stack's own net/smc/smc.h only */
extern struct proto smc_proto;
extern struct proto smc_proto6;

/* True if handshakes are under way, so that the stack may point to any device. */
bool softism_stack_handshakes(void);
/*
 * Connections that receive on @smcd, each at the place of its DMB: bits in @slots,
 * which are @size.
 */
u32 softism_stack_conns(struct smcd_dev *smcd, const unsigned long *slots,
			u32 size);
/* Link groups that are on their way out: unlisted, but still there. */
int softism_stack_dying_groups(struct smcd_dev *smcd);

/* To be given up by device_unregister(), or device_del() and put_device(). */
struct pci_dev *softism_parent_new(const char *name);
int softism_parent_init(void);
void softism_parent_exit(void);

#endif /* _SOFTISM_STACK_H */
