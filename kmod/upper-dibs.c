// SPDX-License-Identifier: GPL-2.0
/*
 * The upper side for Linux 6.18 and newer: struct dibs_dev_ops of
 * include/linux/dibs.h, with SMC as the client of the dibs layer.
 *
 * On removal the stack frees what it keeps of a device (net/smc/smc_ism.c,
 * smcd_unregister_dev) though handshakes, and connections that are just being
 * closed, may still point to it. So a port is detached only when there are
 * none: softism_upper_quiet() and softism_upper_idle().
 */
#include <linux/bitmap.h>
#include <linux/device.h>
#include <linux/dibs.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/smc.h>

#include "compat.h"
#include "core.h"
#include "move.h"
#include "stack.h"

/* CHIDs from here on have GIDs of 128 bits (net/smc/smc_ism.h) */
#define SOFTISM_CHID_EMULATED	0xFF00

/* Bit in the mask of a signal that stands for the index 0 (drivers/dibs) */
#define SOFTISM_SIGNAL_MASK	0x1000

/* Longest way of a connection from its last sign to its end in the stack */
#define SOFTISM_LAST_STEPS	HZ

struct softism_dibs {
	struct softism_port port;
	struct dibs_dev_ops ops;
	struct dibs_dev *dibs;
	struct pci_dev *parent;
	struct smcd_dev *smcd;		/* what SMC keeps of it */
	unsigned long last_busy;	/* jiffies */
};

const enum softism_api softism_upper_api = SOFTISM_API_DIBS;
const u32 softism_upper_caps = SOFTISM_CAP_REORDER | SOFTISM_CAP_NOCOPY;

static s64 softism_head, softism_tail;	/* softism_mutex */

static struct softism_dibs *to_dibs(struct softism_port *port)
{
	return container_of(port, struct softism_dibs, port);
}

bool softism_upper_wide_gid(u16 chid)
{
	return chid >= SOFTISM_CHID_EMULATED;
}

static void softism_to_uuid(uuid_t *uuid, const struct softism_gid *gid)
{
	put_unaligned_be64(gid->id, uuid->b);
	put_unaligned_be64(gid->ext, uuid->b + sizeof(gid->id));
}

static struct softism_gid softism_from_uuid(const uuid_t *uuid)
{
	struct softism_gid gid = {
		.id = get_unaligned_be64(uuid->b),
		.ext = get_unaligned_be64(uuid->b + sizeof(gid.id)),
	};

	return gid;
}

/* Both ends ask for it at the start of every handshake; see softism_dev_look() */
static u16 softism_get_fabric_id(struct dibs_dev *dibs)
{
	struct softism_port *port = dibs->drv_priv;

	WRITE_ONCE(port->offered, true);
	softism_watch();
	return port->dev->chid;
}

static int softism_query_remote_gid(struct dibs_dev *dibs, const uuid_t *rgid,
				    u32 vid_valid, u32 vid)
{
	struct softism_gid gid = softism_from_uuid(rgid);

	return softism_port_query(dibs->drv_priv, &gid) ? 0 : -ENETUNREACH;
}

/*
 * For dibs_unregister_client(), which warns of clients that leave DMBs behind.
 * A client that registers them meanwhile is not helped by a lock, either.
 */
static void softism_claim(struct softism_dmb *dmb, u8 client)
{
	u8 *clients = to_dibs(dmb->port)->dibs->dmb_clientid_arr;

	WRITE_ONCE(clients[dmb->slot], client);
}

static void softism_describe(struct dibs_dmb *dibs_dmb,
			     const struct softism_dmb *dmb)
{
	dibs_dmb->idx = dmb->slot;
	dibs_dmb->dmb_tok = dmb->token;
	dibs_dmb->cpu_addr = dmb->addr;
	dibs_dmb->dmb_len = dmb->len;
	/* Not used, but 0 would mean that there is nothing to unregister */
	dibs_dmb->dma_addr = virt_to_phys(dmb->addr);
}

static int softism_register_dmb(struct dibs_dev *dibs,
				struct dibs_dmb *dibs_dmb,
				struct dibs_client *client)
{
	struct softism_gid rgid = softism_from_uuid(&dibs_dmb->rgid);
	struct softism_dmb *dmb;
	int rc;

	rc = softism_dmb_new(dibs->drv_priv, &rgid, dibs_dmb->dmb_len, &dmb);
	if (rc)
		return rc;
	softism_describe(dibs_dmb, dmb);
	softism_claim(dmb, client->id);
	/* Nobody signals before its token is known */
	dmb->client = client;
	return 0;
}

static int softism_unregister_dmb(struct dibs_dev *dibs,
				  struct dibs_dmb *dibs_dmb)
{
	return softism_dmb_delete(dibs->drv_priv, dibs_dmb->dmb_tok);
}

/*
 * In-tree devices lock the whole device, so that the client cannot leave while
 * it is told. It has to give up its DMBs before it leaves, too, so the DMB's
 * lock is enough; writers of different DMBs do not wait for each other.
 */
inline void softism_upper_signal(struct softism_dmb *dmb)
{
	struct dibs_client *client;

	spin_lock(&dmb->lock);
	client = dmb->client;
	if (client)
		client->ops->handle_irq(to_dibs(dmb->port)->dibs, dmb->slot,
					SOFTISM_SIGNAL_MASK);
	spin_unlock(&dmb->lock);
}

static int softism_move_data(struct dibs_dev *dibs, u64 dmb_tok,
			     unsigned int idx, bool sf, unsigned int offset,
			     void *data, unsigned int size)
{
	return softism_dmb_move(dibs->drv_priv, dmb_tok, offset, data, size,
				sf);
}

/* Called with interrupts off; a failure would cost VLANs their SMC-D */
static int softism_vlan_id(struct dibs_dev *dibs, u64 vlan_id)
{
	return 0;
}

static int softism_signal_event(struct dibs_dev *dibs, const uuid_t *rgid,
				u32 trigger_irq, u32 event_code, u64 info)
{
	struct softism_gid gid = softism_from_uuid(rgid);

	softism_port_event(dibs->drv_priv, &gid, event_code, info);
	return 0;
}

static int softism_mmapped_rdmb(struct dibs_dev *dibs)
{
	return 1;
}

static int softism_attach_dmb(struct dibs_dev *dibs, struct dibs_dmb *dibs_dmb)
{
	struct softism_dmb *dmb;
	int rc;

	rc = softism_dmb_attach(dibs->drv_priv, dibs_dmb->dmb_tok, &dmb);
	if (!rc)
		softism_describe(dibs_dmb, dmb);
	return rc;
}

static int softism_detach_dmb(struct dibs_dev *dibs, u64 token)
{
	return softism_dmb_detach(dibs->drv_priv, token);
}

/*
 * The stack asks no particular device for this, and spends 9 bytes on each
 * DMB: so there is one function for each power of two.
 */
#define SOFTISM_SLOTS(n) \
	static int softism_slots_##n(void) { return 1 << (n); }
SOFTISM_SLOTS(6)
SOFTISM_SLOTS(8)
SOFTISM_SLOTS(10)
SOFTISM_SLOTS(12)
SOFTISM_SLOTS(14)
SOFTISM_SLOTS(16)

static int (*softism_slots(u32 max_dmbs))(void)
{
	static int (*const slots[])(void) = {
		softism_slots_6, softism_slots_8, softism_slots_10,
		softism_slots_12, softism_slots_14, softism_slots_16,
	};
	u32 order = clamp(order_base_2(max_dmbs), 6, 16);

	return slots[DIV_ROUND_UP(order - 6, 2)];
}

static void softism_set_ops(struct dibs_dev_ops *ops, struct softism_dev *dev)
{
	*ops = (struct dibs_dev_ops) {
		.get_fabric_id = softism_get_fabric_id,
		.query_remote_gid = softism_query_remote_gid,
		.max_dmbs = softism_slots(dev->max_dmbs),
		.register_dmb = softism_register_dmb,
		.unregister_dmb = softism_unregister_dmb,
		.move_data = softism_move_data,
		.add_vlan_id = softism_vlan_id,
		.del_vlan_id = softism_vlan_id,
		.signal_event = softism_signal_event,
	};
	if (dev->kind != SOFTISM_KIND_LOOPBACK)
		return;
	ops->support_mmapped_rdmb = softism_mmapped_rdmb;
	ops->attach_dmb = softism_attach_dmb;
	ops->detach_dmb = softism_detach_dmb;
}

/* The stack's own entry for @dibs; it cannot be unloaded while we are here. */
static struct smcd_dev *softism_find_smcd(struct dibs_dev *dibs)
{
	struct smcd_dev *smcd = NULL;
	unsigned long flags;
	int i;

	spin_lock_irqsave(&dibs->lock, flags);
	for (i = 0; i < MAX_DIBS_CLIENTS; i++)
		if (dibs->subs[i] && !strcmp(dibs->subs[i]->name, "SMC-D"))
			smcd = dibs_get_priv(dibs, dibs->subs[i]);
	spin_unlock_irqrestore(&dibs->lock, flags);
	return smcd;
}

/* In the class of dibs devices, where not all need to be ours */
static bool softism_name_taken(const struct dibs_dev *dibs, const char *name)
{
	struct device *other;

	other = class_find_device_by_name(dibs->dev.class, name);
	put_device(other);
	return other;
}

/* As the stack will sort it: at the head, but for in-tree lo before it. */
static int softism_dibs_add(struct softism_dibs *port)
{
	struct softism_dev *dev = port->port.dev;
	struct dibs_dev *dibs = port->dibs;
	int rc;

	if (softism_name_taken(dibs, dev->name))
		return -EEXIST;
	dibs->dev.parent = &port->parent->dev;
	dibs->ops = &port->ops;
	dibs->drv_priv = &port->port;
	softism_to_uuid(&dibs->gid, &dev->gid);
	rc = dev_set_name(&dibs->dev, "%s", dev->name);
	if (!rc)
		rc = dibs_dev_add(dibs);
	if (rc)
		return rc;
	port->smcd = softism_find_smcd(dibs);
	if (port->smcd)
		port->port.order = port->smcd->pnetid[0] ? --softism_tail :
							   ++softism_head;
	return 0;
}

/* Had SMC no memory for a device, it would oops on its removal */
static struct softism_port *softism_abandon(struct softism_dibs *port)
{
	pr_err("softism: SMC did not take %s, which stays for ever\n",
	       port->port.dev->name);
	refcount_inc(&port->port.dev->ref);
	__module_get(THIS_MODULE);
	return ERR_PTR(-ENOMEM);
}

struct softism_port *softism_upper_attach(struct softism_dev *dev)
{
	struct softism_dibs *port;
	int rc = -ENOMEM;

	port = kzalloc(sizeof(*port), GFP_KERNEL);
	if (!port)
		return ERR_PTR(-ENOMEM);
	port->port.dev = dev;
	port->port.slots = bitmap_zalloc(dev->max_dmbs, GFP_KERNEL);
	if (!port->port.slots)
		goto err_port;
	port->last_busy = jiffies - SOFTISM_LAST_STEPS;
	softism_set_ops(&port->ops, dev);
	port->parent = softism_parent_new(dev->name);
	if (IS_ERR(port->parent)) {
		rc = PTR_ERR(port->parent);
		goto err_port;
	}
	port->dibs = dibs_dev_alloc();
	if (!port->dibs)
		goto err_parent;
	rc = softism_dibs_add(port);
	if (rc)
		goto err_dibs;
	if (!port->smcd)
		return softism_abandon(port);
	refcount_inc(&dev->ref);
	return &port->port;

err_dibs:
	put_device(&port->dibs->dev);
err_parent:
	device_unregister(&port->parent->dev);
err_port:
	bitmap_free(port->port.slots);
	kfree(port);
	return ERR_PTR(rc);
}

/*
 * Clients propose every device of the stack's list, and ask it only for its
 * fabric; so take it out of their sight, as the stack's own removal does. Then
 * none may be left that has seen it: a handshake locks its socket first.
 */
bool softism_upper_quiet(struct softism_port *port)
{
	struct smcd_dev *smcd = to_dibs(port)->smcd;

	smcd->going_away = 1;
	/* Pairs with the locks that a handshake takes before it looks */
	smp_mb();
	if (!READ_ONCE(port->offered) || !softism_stack_handshakes())
		return true;
	smcd->going_away = 0;
	return false;
}

void softism_upper_detach(struct softism_port *port)
{
	struct softism_dibs *dibs = to_dibs(port);

	dibs_dev_del(dibs->dibs);
	device_del(&dibs->parent->dev);
}

bool softism_upper_unused(struct softism_port *port)
{
	return !atomic_read(&port->dmbs);
}

void softism_upper_free(struct softism_port *port)
{
	struct softism_dibs *dibs = to_dibs(port);

	put_device(&dibs->dibs->dev);
	put_device(&dibs->parent->dev);
	softism_dev_put(port->dev);
	bitmap_free(port->slots);
	kfree(dibs);
}

bool softism_upper_has_pnetid(struct softism_port *port)
{
	return to_dibs(port)->smcd->pnetid[0];
}

bool softism_upper_handshakes(void)
{
	return softism_stack_handshakes();
}

u32 softism_upper_conns(struct softism_port *port)
{
	if (!atomic_read(&port->dmbs))
		return 0;
	return softism_stack_conns(to_dibs(port)->smcd, port->slots,
				   port->dev->max_dmbs);
}

/*
 * The last wake-up of a link group comes after its last reference, and would
 * find the stack's entry freed (net/smc/smc_core.c, __smc_lgr_free).
 */
bool softism_upper_idle(struct softism_port *port)
{
	struct softism_dibs *dibs = to_dibs(port);

	if (softism_upper_conns(port) ||
	    softism_stack_dying_groups(dibs->smcd) > 0) {
		dibs->last_busy = jiffies;
		return false;
	}
	return time_after_eq(jiffies, dibs->last_busy + SOFTISM_LAST_STEPS);
}

bool softism_upper_slot_busy(struct softism_port *port, u32 slot)
{
	return READ_ONCE(to_dibs(port)->smcd->conn[slot]);
}

void softism_upper_unclaim(struct softism_dmb *dmb)
{
	softism_claim(dmb, NO_DIBS_CLIENT);
}

/*
 * SMC tells peers on fabrics of 64-bit GIDs apart only if an event has
 * something in the second half (smc_smcd_terminate): 0 would mean all of them.
 */
void softism_upper_event(struct softism_port *port, enum softism_event type,
			 const struct softism_gid *gid, u32 code, u64 info)
{
	struct softism_gid from = { .id = gid->id, .ext = gid->ext ?: 1 };
	static const u32 types[] = {
		[SOFTISM_EVENT_DMB] = DIBS_BUF_EVENT,
		[SOFTISM_EVENT_GID] = DIBS_DEV_EVENT,
		[SOFTISM_EVENT_SW] = DIBS_SW_EVENT,
	};
	struct dibs_dev *dibs = to_dibs(port)->dibs;
	struct dibs_event event = {
		.type = types[type],
		.subtype = code,
		.data = info,
	};
	int i;

	softism_to_uuid(&event.gid, &from);
	spin_lock(&dibs->lock);
	for (i = 0; i < MAX_DIBS_CLIENTS; i++)
		if (dibs->subs[i] && dibs->subs[i]->ops->handle_event)
			dibs->subs[i]->ops->handle_event(dibs, &event);
	spin_unlock(&dibs->lock);
}

void softism_upper_flush(struct softism_port *port)
{
	flush_workqueue(to_dibs(port)->smcd->event_wq);
}

int __init softism_upper_init(void)
{
	return softism_parent_init();
}

void softism_upper_exit(void)
{
	softism_parent_exit();
}
