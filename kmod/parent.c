// SPDX-License-Identifier: GPL-2.0
/*
 * The stack takes the parent of an SMC-D device for a PCI device without a
 * look (smc_nl_handle_smcd_dev, net/smc/smc_ism.c), so each port brings one,
 * on no bus, with all IDs zero. Its name is what smc-tools and PNET tables know
 * the device by.
 */
#include <linux/device.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "stack.h"

static struct device *softism_root;

static void softism_parent_release(struct device *device)
{
	kfree(to_pci_dev(device));
}

struct pci_dev *softism_parent_new(const char *name)
{
	struct pci_dev *parent;
	int rc;

	parent = kzalloc(sizeof(*parent), GFP_KERNEL);
	if (!parent)
		return ERR_PTR(-ENOMEM);
	device_initialize(&parent->dev);
	parent->dev.parent = softism_root;
	parent->dev.release = softism_parent_release;
	rc = dev_set_name(&parent->dev, "%s", name);
	if (!rc)
		rc = device_add(&parent->dev);
	if (rc) {
		put_device(&parent->dev);
		return ERR_PTR(rc);
	}
	return parent;
}

int __init softism_parent_init(void)
{
	softism_root = root_device_register("softism");
	return PTR_ERR_OR_ZERO(softism_root);
}

void softism_parent_exit(void)
{
	root_device_unregister(softism_root);
}
