// SPDX-License-Identifier: GPL-2.0
/*
 * DMBs: their registration, and the data path that writes into them.
 *
 * A token is the index of the DMB in one table for all devices, and a random
 * cookie above it, so that a stale or guessed token finds nothing.
 */
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include <asm/unaligned.h>

#include "core.h"

#define SOFTISM_INDEX_BITS	24
#define SOFTISM_INDEX_MASK	(BIT_ULL(SOFTISM_INDEX_BITS) - 1)

static DEFINE_XARRAY_ALLOC1(softism_dmbs);

/* Takes @size bytes from the memory that the device may use */
static bool softism_charge(struct softism_dev *dev, size_t size)
{
	u64 memory = atomic64_add_return(size, &dev->memory);

	if (!dev->max_memory || memory <= dev->max_memory)
		return true;
	atomic64_sub(size, &dev->memory);
	return false;
}

/* The stack maps DMBs page by page and splices from them: compound, lowmem */
static int softism_dmb_alloc_pages(struct softism_dmb *dmb)
{
	gfp_t gfp = GFP_KERNEL | __GFP_ZERO | __GFP_COMP | __GFP_NOWARN |
		    __GFP_NORETRY | __GFP_NOMEMALLOC;
	struct softism_dev *dev = dmb->port->dev;
	unsigned int order = get_order(dmb->len);

	if (order >= MAX_ORDER || !softism_charge(dev, PAGE_SIZE << order))
		return -ENOMEM;
	dmb->pages = alloc_pages(gfp, order);
	if (!dmb->pages) {
		atomic64_sub(PAGE_SIZE << order, &dev->memory);
		return -ENOMEM;
	}
	dmb->addr = page_address(dmb->pages);
	return 0;
}

static void softism_dmb_free_pages(struct softism_dmb *dmb)
{
	unsigned int order = get_order(dmb->len);

	__free_pages(dmb->pages, order);
	atomic64_sub(PAGE_SIZE << order, &dmb->port->dev->memory);
}

static int softism_dmb_take_slot(struct softism_dmb *dmb)
{
	struct softism_port *port = dmb->port;
	int slot;

	slot = ida_alloc_max(&port->slots, port->dev->max_dmbs - 1, GFP_KERNEL);
	if (slot < 0)
		return slot;
	dmb->slot = slot;
	return 0;
}

static int softism_dmb_take_token(struct softism_dmb *dmb)
{
	u32 index;
	int rc;

	rc = xa_alloc(&softism_dmbs, &index, NULL,
		      XA_LIMIT(1, SOFTISM_INDEX_MASK), GFP_KERNEL);
	if (rc)
		return rc == -EBUSY ? -ENOSPC : rc;
	dmb->token = get_random_u64() << SOFTISM_INDEX_BITS | index;
	xa_store(&softism_dmbs, index, dmb, GFP_KERNEL);
	return 0;
}

static int softism_dmb_fill(struct softism_dmb *dmb)
{
	int rc;

	rc = softism_dmb_take_slot(dmb);
	if (rc)
		return rc;
	rc = softism_dmb_alloc_pages(dmb);
	if (rc)
		goto err_slot;
	rc = softism_dmb_take_token(dmb);
	if (rc)
		goto err_pages;
	return 0;

err_pages:
	softism_dmb_free_pages(dmb);
err_slot:
	ida_free(&dmb->port->slots, dmb->slot);
	return rc;
}

/*
 * Registers a DMB of @len bytes that the device @rgid may write into. -ENOSPC
 * when there is no such device in the fabric or ours has too many DMBs, -ENOMEM
 * when there is no memory: the stack then tries a smaller one. The caller gives
 * it back by its token.
 */
int softism_dmb_new(struct softism_port *port, u64 rgid, u32 len,
		    struct softism_dmb **ret_dmb)
{
	struct softism_dev *dev = port->dev;
	struct softism_dmb *dmb;
	int rc = -ENOSPC;

	if (!softism_port_admit(port, rgid))
		goto err;
	rc = -ENOMEM;
	dmb = kzalloc(sizeof(*dmb), GFP_KERNEL);
	if (!dmb)
		goto err;
	dmb->port = port;
	dmb->rgid = rgid;
	dmb->len = len;
	rc = softism_dmb_fill(dmb);
	if (rc)
		goto err_free;

	atomic_inc(&port->dmbs);
	atomic64_inc(&dev->dmbs_total);
	*ret_dmb = dmb;
	return 0;

err_free:
	kfree(dmb);
err:
	atomic64_inc(&dev->dmbs_failed);
	return rc;
}

/* RCU read side; the DMB of that very token, or NULL */
static struct softism_dmb *softism_dmb_find(u64 token)
{
	struct softism_dmb *dmb;

	dmb = xa_load(&softism_dmbs, token & SOFTISM_INDEX_MASK);
	return dmb && dmb->token == token ? dmb : NULL;
}

static void softism_dmb_free_rcu(struct rcu_head *rcu)
{
	struct softism_dmb *dmb = container_of(rcu, struct softism_dmb, rcu);

	softism_dmb_free_pages(dmb);
	/* From here on the port may be freed */
	atomic_dec(&dmb->port->dmbs);
	kfree(dmb);
}

int softism_dmb_delete(struct softism_port *port, u64 token)
{
	struct softism_dmb *dmb;

	rcu_read_lock();
	dmb = softism_dmb_find(token);
	rcu_read_unlock();
	if (!dmb || dmb->port != port)
		return -EINVAL;

	xa_erase(&softism_dmbs, token & SOFTISM_INDEX_MASK);
	ida_free(&port->slots, dmb->slot);
	call_rcu(&dmb->rcu, softism_dmb_free_rcu);
	return 0;
}

/*
 * The other side reads a CDC message as whole 64-bit words without a lock: no
 * word may tear, and none may be seen before the data moved earlier.
 */
static void softism_publish(void *to, const void *from, u32 size)
{
	const u64 *source = from;
	u64 *target = to;
	u32 i;

	for (i = 0; i < size / sizeof(*target); i++) {
		/* Pairs with the signal's lock, and the tasklet it schedules */
		smp_wmb();
		atomic64_set((atomic64_t *)&target[i],
			     get_unaligned(&source[i]));
	}
	memcpy(&target[i], &source[i], size % sizeof(*target));
}

static void softism_count_move(struct softism_dev *from, struct softism_dev *to,
			       u32 size, bool signal)
{
	struct softism_traffic *tx = this_cpu_ptr(from->traffic);
	struct softism_traffic *rx = this_cpu_ptr(to->traffic);

	u64_stats_update_begin(&tx->syncp);
	u64_stats_inc(&tx->tx_moves);
	u64_stats_add(&tx->tx_bytes, size);
	u64_stats_update_end(&tx->syncp);

	u64_stats_update_begin(&rx->syncp);
	u64_stats_inc(&rx->rx_moves);
	u64_stats_add(&rx->rx_bytes, size);
	if (signal)
		u64_stats_inc(&rx->signals);
	u64_stats_update_end(&rx->syncp);
}

static bool softism_may_move(const struct softism_dmb *dmb,
			     const struct softism_dev *from, u32 offset,
			     u32 size)
{
	return dmb && dmb->rgid == from->gid &&
	       dmb->port->dev->chid == from->chid &&
	       offset <= dmb->len && size <= dmb->len - offset;
}

/*
 * Writes into the DMB of @token, which must name the device of @port. Softirqs
 * are off. -EINVAL is final: the stack takes any error for the peer's death.
 */
int softism_dmb_move(struct softism_port *port, u64 token, u32 offset,
		     const void *data, u32 size, bool signal)
{
	struct softism_dev *from = port->dev;
	struct softism_dmb *dmb;
	int rc = 0;

	rcu_read_lock();
	dmb = softism_dmb_find(token);
	if (unlikely(!softism_may_move(dmb, from, offset, size))) {
		atomic64_inc(&from->refused);
		rc = -EINVAL;
		goto out;
	}
	if (signal && IS_ALIGNED(offset, sizeof(u64)))
		softism_publish(dmb->addr + offset, data, size);
	else
		memcpy(dmb->addr + offset, data, size);
	softism_count_move(from, dmb->port->dev, size, signal);
	if (signal)
		softism_upper_signal(dmb->port, dmb->slot);
out:
	rcu_read_unlock();
	return rc;
}

/* True if a connection receives from @rgid, on @port or, if it is NULL, anywhere */
bool softism_dmb_receives(struct softism_port *port, u64 rgid)
{
	struct softism_dmb *dmb;
	unsigned long index;
	bool busy = false;

	rcu_read_lock();
	xa_for_each(&softism_dmbs, index, dmb) {
		if (dmb->rgid != rgid || (port && dmb->port != port))
			continue;
		busy = softism_upper_slot_busy(dmb->port, dmb->slot);
		if (busy)
			break;
	}
	rcu_read_unlock();
	return busy;
}

void softism_dmb_exit(void)
{
	rcu_barrier();
	xa_destroy(&softism_dmbs);
}
