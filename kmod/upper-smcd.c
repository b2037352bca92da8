// SPDX-License-Identifier: GPL-2.0
/*
 * The upper side for Linux 6.2 and older: struct smcd_ops of include/net/smc.h.
 */
#include <linux/bitmap.h>
#include <linux/device.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/smc.h>

#include "core.h"
#include "move.h"
#include "stack.h"

struct softism_smcd {
	struct softism_port port;
	struct smcd_dev *smcd;
	struct pci_dev *parent;
};

/*
 * The first device of all gives the system EID, and V2 is on only if its byte
 * 24 or 28 is not '0' (smcd_register_dev). It is never matched off s390.
 */
static u8 softism_seid[] = "SOFTISM-SYSTEM-EID-0000010001000";

static s64 softism_head, softism_tail;	/* softism_mutex */

const enum softism_api softism_upper_api = SOFTISM_API_SMCD;
const u32 softism_upper_caps = SOFTISM_CAP_REORDER;

static struct softism_smcd *to_smcd(struct softism_port *port)
{
	return container_of(port, struct softism_smcd, port);
}

static int softism_query_remote_gid(struct smcd_dev *smcd, u64 rgid,
				    u32 vid_valid, u32 vid)
{
	struct softism_gid gid = { .id = rgid };

	return softism_port_query(smcd->priv, &gid) ? 0 : -ENETUNREACH;
}

static int softism_register_dmb(struct smcd_dev *smcd, struct smcd_dmb *smc_dmb)
{
	struct softism_gid rgid = { .id = smc_dmb->rgid };
	struct softism_dmb *dmb;
	int rc;

	rc = softism_dmb_new(smcd->priv, &rgid, smc_dmb->dmb_len, &dmb);
	if (rc)
		return rc;
	smc_dmb->dmb_tok = dmb->token;
	smc_dmb->sba_idx = dmb->slot;
	smc_dmb->cpu_addr = dmb->addr;
	/* Not used, but 0 would mean that there is nothing to unregister */
	smc_dmb->dma_addr = virt_to_phys(dmb->addr);
	return 0;
}

static int softism_unregister_dmb(struct smcd_dev *smcd,
				  struct smcd_dmb *smc_dmb)
{
	return softism_dmb_delete(smcd->priv, smc_dmb->dmb_tok);
}

/* Called with interrupts off; a failure would cost VLANs their SMC-D */
static int softism_vlan_id(struct smcd_dev *smcd, u64 vlan_id)
{
	return 0;
}

static int softism_vlan_required(struct smcd_dev *smcd)
{
	return 0;
}

static int softism_signal_event(struct smcd_dev *smcd, u64 rgid,
				u32 trigger_irq, u32 event_code, u64 info)
{
	struct softism_gid gid = { .id = rgid };

	softism_port_event(smcd->priv, &gid, event_code, info);
	return 0;
}

inline void softism_upper_signal(struct softism_dmb *dmb)
{
	smcd_handle_irq(to_smcd(dmb->port)->smcd, dmb->slot, 0);
}

static int softism_move_data(struct smcd_dev *smcd, u64 dmb_tok,
			     unsigned int idx, bool sf, unsigned int offset,
			     void *data, unsigned int size)
{
	return softism_dmb_move(smcd->priv, dmb_tok, offset, data, size, sf);
}

static u8 *softism_get_system_eid(void)
{
	return softism_seid;
}

/* Both ends ask for it at the start of every handshake; see softism_dev_look() */
static u16 softism_get_chid(struct smcd_dev *smcd)
{
	struct softism_port *port = smcd->priv;

	WRITE_ONCE(port->offered, true);
	softism_watch();
	return port->dev->chid;
}

static const struct smcd_ops softism_smcd_ops = {
	.query_remote_gid = softism_query_remote_gid,
	.register_dmb = softism_register_dmb,
	.unregister_dmb = softism_unregister_dmb,
	.add_vlan_id = softism_vlan_id,
	.del_vlan_id = softism_vlan_id,
	.set_vlan_required = softism_vlan_required,
	.reset_vlan_required = softism_vlan_required,
	.signal_event = softism_signal_event,
	.move_data = softism_move_data,
	.get_system_eid = softism_get_system_eid,
	.get_chid = softism_get_chid,
};

static int softism_smcd_register(struct softism_smcd *port)
{
	struct smcd_dev *smcd = port->smcd;
	int rc;

	/* Before the stack can call, and as it will sort the device */
	smcd->priv = &port->port;
	smcd->local_gid = port->port.dev->gid.id;
	port->port.order = smcd->pnetid[0] ? --softism_tail : ++softism_head;

	rc = smcd_register_dev(smcd);
	if (rc)
		destroy_workqueue(smcd->event_wq);
	return rc;
}

struct softism_port *softism_upper_attach(struct softism_dev *dev)
{
	struct softism_smcd *port;
	int rc = -ENOMEM;

	port = kzalloc(sizeof(*port), GFP_KERNEL);
	if (!port)
		return ERR_PTR(-ENOMEM);
	port->port.dev = dev;
	port->port.slots = bitmap_zalloc(dev->max_dmbs, GFP_KERNEL);
	if (!port->port.slots)
		goto err_port;
	port->parent = softism_parent_new(dev->name);
	if (IS_ERR(port->parent)) {
		rc = PTR_ERR(port->parent);
		goto err_port;
	}
	port->smcd = smcd_alloc_dev(&port->parent->dev, dev->name,
				    &softism_smcd_ops, dev->max_dmbs);
	if (!port->smcd)
		goto err_parent;
	rc = softism_smcd_register(port);
	if (rc)
		goto err_smcd;
	refcount_inc(&dev->ref);
	return &port->port;

err_smcd:
	smcd_free_dev(port->smcd);
err_parent:
	device_unregister(&port->parent->dev);
err_port:
	bitmap_free(port->port.slots);
	kfree(port);
	return ERR_PTR(rc);
}

bool softism_upper_wide_gid(u16 chid)
{
	return false;
}

/* Handshakes may hold on to it: softism_upper_free() comes after the last */
bool softism_upper_quiet(struct softism_port *port)
{
	return true;
}

void softism_upper_detach(struct softism_port *port)
{
	struct softism_smcd *smcd = to_smcd(port);

	smcd_unregister_dev(smcd->smcd);
	device_del(&smcd->parent->dev);
}

/* A handshake that was late may still have made a link group */
bool softism_upper_unused(struct softism_port *port)
{
	return !atomic_read(&to_smcd(port)->smcd->lgr_cnt) &&
	       !atomic_read(&port->dmbs);
}

void softism_upper_free(struct softism_port *port)
{
	struct softism_smcd *smcd = to_smcd(port);

	smcd_free_dev(smcd->smcd);
	put_device(&smcd->parent->dev);
	softism_dev_put(port->dev);
	bitmap_free(port->slots);
	kfree(smcd);
}

bool softism_upper_has_pnetid(struct softism_port *port)
{
	return to_smcd(port)->smcd->pnetid[0];
}

bool softism_upper_handshakes(void)
{
	return softism_stack_handshakes();
}

/*
 * A killed connection leaves the table at once, but keeps its link group until
 * the application closes it, or for ever if it was never accepted; and
 * smcd_unregister_dev() would wait for that.
 */
bool softism_upper_idle(struct softism_port *port)
{
	return !softism_upper_conns(port) &&
	       softism_stack_dying_groups(to_smcd(port)->smcd) <= 0;
}

u32 softism_upper_conns(struct softism_port *port)
{
	if (!atomic_read(&port->dmbs))
		return 0;
	return softism_stack_conns(to_smcd(port)->smcd, port->slots,
				   port->dev->max_dmbs);
}

bool softism_upper_slot_busy(struct softism_port *port, u32 slot)
{
	return READ_ONCE(to_smcd(port)->smcd->conn[slot]);
}

/* A connection that has gone is in no slot, and gets no signals */
void softism_upper_unclaim(struct softism_dmb *dmb)
{
}

void softism_upper_event(struct softism_port *port, enum softism_event type,
			 const struct softism_gid *gid, u32 code, u64 info)
{
	static const u32 types[] = {
		[SOFTISM_EVENT_DMB] = ISM_EVENT_DMB,
		[SOFTISM_EVENT_GID] = ISM_EVENT_GID,
		[SOFTISM_EVENT_SW] = ISM_EVENT_SWR,
	};
	struct smcd_event event = {
		.type = types[type],
		.code = code,
		.tok = gid->id,
		.info = info,
	};

	smcd_handle_event(to_smcd(port)->smcd, &event);
}

void softism_upper_flush(struct softism_port *port)
{
	flush_workqueue(to_smcd(port)->smcd->event_wq);
}

int __init softism_upper_init(void)
{
	return softism_parent_init();
}

void softism_upper_exit(void)
{
	softism_parent_exit();
}
