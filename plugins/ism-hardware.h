/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ISM hardware of IBM Z as /sys shows it, for the plugin ism: PCI functions 1014:04ed
 * (drivers/s390/net/ism_drv.c), with the attributes of arch/s390/pci/pci_sysfs.c.
 */
#ifndef SMCD_ISM_HARDWARE_H
#define SMCD_ISM_HARDWARE_H

#include "sysfs.h"
#include "../smcd/smcd-plugin.h"

#define ISM_PCI_ID_SIZE 16	/* "0000:00:00.0", and as long as the SMC stack's */

struct ism_function {
	char pci_id[ISM_PCI_ID_SIZE];
	bool has_driver;		/* ism is bound to it */
	bool has_fid;
	uint32_t fid;			/* function_id */
	uint16_t pchid;			/* 0: not known */
	uint64_t gid;			/* of its dibs device, since Linux 6.18; 0: not known */
	char pnetid[SMCD_PNETID_SIZE];	/* from the hardware definition; empty: none */
};

/* All of the machine, by PCI ID; the caller frees *@ret_functions. */
int ism_hardware_list(const char *root, struct ism_function **ret_functions, size_t *ret_count);

/*
 * The PNETID in a utility string, an EBCDIC text of 16 bytes a port, of which ISM has one. Returns
 * false if there is none, or it has a letter that PNETIDs do not have.
 */
bool ism_hardware_pnetid(const unsigned char *util_string, size_t size,
			 char pnetid[static SMCD_PNETID_SIZE]);

#endif
