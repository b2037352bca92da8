// SPDX-License-Identifier: GPL-2.0
/*
 * DMBs: their registration, and the table in which move.h finds them.
 *
 * A token is the index of the DMB in one table for all devices, and a random
 * cookie above it, so that a stale or guessed token finds nothing. The table is
 * made of blocks of DMBs, which stay once they are there; the place of a DMB is
 * used again after a grace period. Index 0 is nobody's: token 0 is of no use.
 *
 * A DMB has users: its owner, and, without a copy, connections that have it
 * mapped as their send buffer. It can be written to until the last has gone.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>

#include "compat.h"
#include "core.h"
#include "dmb.h"
#include "fault.h"

struct softism_dmb *softism_blocks[SOFTISM_BLOCKS];
static DECLARE_BITMAP(softism_indices, BIT(SOFTISM_INDEX_BITS));
static u32 softism_first_index;
static siphash_key_t softism_token_key;
static DEFINE_PER_CPU(u32, softism_dmb_changes);

/* Takes @size bytes from the memory that the device may use */
static bool softism_charge(struct softism_dev *dev, size_t size)
{
	u64 memory = atomic64_add_return(size, &dev->memory);

	if (!dev->max_memory || memory <= dev->max_memory) {
		softism_growth(dev, memory, size);
		return true;
	}
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

	if (order > MAX_PAGE_ORDER || !softism_charge(dev, PAGE_SIZE << order))
		return -ENOMEM;
	dmb->addr = (void *)__get_free_pages(gfp, order);
	if (dmb->addr)
		return 0;
	atomic64_sub(PAGE_SIZE << order, &dev->memory);
	return -ENOMEM;
}

static void softism_dmb_free_pages(struct softism_dmb *dmb)
{
	unsigned int order = get_order(dmb->len);

	free_pages((unsigned long)dmb->addr, order);
	atomic64_sub(PAGE_SIZE << order, &dmb->port->dev->memory);
}

/*
 * A low number below @size that is not in @used, @size if there is none. *@first
 * is where to look first; who takes numbers at the same time is not waited for.
 */
static u32 softism_take_number(unsigned long *used, u32 size, u32 *first)
{
	u32 number = READ_ONCE(*first), tries;

	for (tries = 0; tries < 2; number = 0, tries++) {
		while (number < size && test_and_set_bit(number, used))
			number = find_next_zero_bit(used, size, number);
		if (number >= size)
			continue;
		WRITE_ONCE(*first, number + 1);
		return number;
	}
	return size;
}

static void softism_give_number(unsigned long *used, u32 number, u32 *first)
{
	/* Whoever takes it next must come after all that was done with it */
	clear_bit_unlock(number, used);
	if (number < READ_ONCE(*first))
		WRITE_ONCE(*first, number);
}

static int softism_dmb_take_slot(struct softism_dmb *dmb)
{
	struct softism_port *port = dmb->port;
	u32 max = port->dev->max_dmbs;

	dmb->slot = softism_take_number(port->slots, max, &port->first_slot);
	return dmb->slot < max ? 0 : -ENOSPC;
}

static void softism_dmb_give_slot(struct softism_dmb *dmb)
{
	struct softism_port *port = dmb->port;

	softism_give_number(port->slots, dmb->slot, &port->first_slot);
}

static void softism_add_block(u32 index)
{
	struct softism_dmb **block = &softism_blocks[index / SOFTISM_BLOCK_DMBS];
	struct softism_dmb *new;

	new = kvcalloc(SOFTISM_BLOCK_DMBS, sizeof(*new), GFP_KERNEL);
	/* Pairs with the dependent loads of whoever has read it */
	if (new && cmpxchg_release(block, NULL, new))
		kvfree(new);
}

/* A place for a DMB, which nobody can find yet; or -ENOSPC, -ENOMEM */
static struct softism_dmb *softism_take_place(void)
{
	struct softism_dmb *dmb;
	u32 index;

	index = softism_take_number(softism_indices, BIT(SOFTISM_INDEX_BITS),
				    &softism_first_index);
	if (index == BIT(SOFTISM_INDEX_BITS))
		return ERR_PTR(-ENOSPC);
	if (!softism_place(index))
		softism_add_block(index);
	dmb = softism_place(index);
	if (!dmb) {
		softism_give_number(softism_indices, index,
				    &softism_first_index);
		return ERR_PTR(-ENOMEM);
	}
	dmb->index = index;
	return dmb;
}

static void softism_give_place(struct softism_dmb *dmb)
{
	softism_give_number(softism_indices, dmb->index, &softism_first_index);
}

/* Without the key, nobody can tell the cookie from a random number. */
static void softism_dmb_show(struct softism_dmb *dmb)
{
	u64 cookie = siphash_2u32(dmb->index, ++dmb->uses, &softism_token_key);

	/* Pairs with softism_dmb_next(): whoever finds it sees all of it */
	smp_wmb();
	WRITE_ONCE(dmb->token, cookie << SOFTISM_INDEX_BITS | dmb->index);
	this_cpu_inc(softism_dmb_changes);
}

static void softism_dmb_hide(struct softism_dmb *dmb)
{
	WRITE_ONCE(dmb->token, 0);
	this_cpu_inc(softism_dmb_changes);
}

static void softism_dmb_count(struct softism_port *port)
{
	struct softism_dev *dev = port->dev;
	int now = atomic_inc_return(&port->dmbs);
	int peak = atomic_read(&dev->dmbs_peak);

	while (now > peak && !atomic_try_cmpxchg(&dev->dmbs_peak, &peak, now))
		;
	this_cpu_inc(dev->traffic->dmbs);
}

static int softism_dmb_fill(struct softism_dmb *dmb)
{
	int rc;

	rc = softism_dmb_take_slot(dmb);
	if (rc)
		return rc;
	rc = softism_dmb_alloc_pages(dmb);
	if (rc)
		softism_dmb_give_slot(dmb);
	return rc;
}

static struct softism_dmb *softism_dmb_make(struct softism_port *port, u32 len)
{
	struct softism_dmb *dmb = softism_take_place();
	int rc;

	if (IS_ERR(dmb))
		return dmb;
	dmb->port = port;
	dmb->len = len;
	dmb->moves = 0;
	dmb->client = NULL;
	spin_lock_init(&dmb->lock);
	refcount_set(&dmb->users, 1);
	dmb->owned = true;
	dmb->repeated = false;
	dmb->looked_moves = 0;
	INIT_LIST_HEAD(&dmb->delayed);
	rc = softism_dmb_fill(dmb);
	if (!rc)
		return dmb;
	softism_give_place(dmb);
	return ERR_PTR(rc);
}

/*
 * Registers a DMB of @len bytes that the device @rgid may write into. -ENOSPC
 * when there is no such device in the fabric or ours has too many DMBs, -ENOMEM
 * when there is no memory: the stack then tries a smaller one. The caller gives
 * it back by its token.
 */
int softism_dmb_new(struct softism_port *port, const struct softism_gid *rgid,
		    u32 len, struct softism_dmb **ret_dmb)
{
	struct softism_dev *dev = port->dev;
	u32 writer = softism_port_admit(port, rgid);
	struct softism_dmb *dmb;
	int rc = -ENOSPC;

	if (!writer)
		goto err;
	rc = softism_fault_register(dev);
	if (rc)
		goto err;
	dmb = softism_dmb_make(port, len);
	rc = PTR_ERR_OR_ZERO(dmb);
	if (rc)
		goto err;
	dmb->writer = writer;
	dmb->rgid = *rgid;
	softism_dmb_count(port);
	softism_dmb_show(dmb);
	*ret_dmb = dmb;
	return 0;

err:
	atomic64_inc(&dev->dmbs_failed);
	return rc;
}

static void softism_dmb_free_rcu(struct rcu_head *rcu)
{
	struct softism_dmb *dmb = container_of(rcu, struct softism_dmb, rcu);
	struct softism_port *port = dmb->port;

	softism_fault_forget(dmb);
	softism_dmb_free_pages(dmb);
	softism_give_place(dmb);
	/* From here on the port may be freed */
	atomic_dec(&port->dmbs);
}

static void softism_dmb_put(struct softism_dmb *dmb)
{
	if (!refcount_dec_and_test(&dmb->users))
		return;
	softism_dmb_hide(dmb);
	softism_dmb_give_slot(dmb);
	call_rcu(&dmb->rcu, softism_dmb_free_rcu);
}

/* The owner of @dmb wants no more signals, and none is under way any more */
static bool softism_dmb_disown(struct softism_dmb *dmb)
{
	bool owned;

	spin_lock_bh(&dmb->lock);
	owned = dmb->owned;
	dmb->owned = false;
	dmb->client = NULL;
	spin_unlock_bh(&dmb->lock);
	return owned;
}

/* Ends the owner's use of the DMB of @token */
int softism_dmb_delete(struct softism_port *port, u64 token)
{
	struct softism_dmb *dmb;
	bool owned;

	rcu_read_lock();
	dmb = softism_dmb_find(token);
	owned = dmb && dmb->port == port && softism_dmb_disown(dmb);
	rcu_read_unlock();
	if (!owned)
		return -EINVAL;

	softism_upper_unclaim(dmb);
	softism_dmb_put(dmb);
	return 0;
}

/*
 * Lets the device of @port write to the DMB of @token where it lies, until
 * softism_dmb_detach().
 */
int softism_dmb_attach(struct softism_port *port, u64 token,
		       struct softism_dmb **ret_dmb)
{
	struct softism_dmb *dmb;

	rcu_read_lock();
	dmb = softism_dmb_find(token);
	if (dmb && (!softism_may_write(dmb, port->dev) ||
		    !refcount_inc_not_zero(&dmb->users)))
		dmb = NULL;
	rcu_read_unlock();
	if (!dmb)
		return softism_dmb_refuse(port->dev);
	atomic64_inc(&port->dev->attaches);
	*ret_dmb = dmb;
	return 0;
}

/* The caller has attached to the DMB of @token, which keeps it in the table */
int softism_dmb_detach(struct softism_port *port, u64 token)
{
	struct softism_dmb *dmb;

	rcu_read_lock();
	dmb = softism_dmb_find(token);
	if (dmb && !softism_may_write(dmb, port->dev))
		dmb = NULL;
	rcu_read_unlock();
	if (!dmb)
		return -EINVAL;
	softism_dmb_put(dmb);
	return 0;
}

int softism_dmb_refuse(struct softism_dev *dev)
{
	atomic64_inc(&dev->refused);
	return -EINVAL;
}

/* True if a connection receives from @rgid, on @port or, if it is NULL, anywhere */
bool softism_dmb_receives(struct softism_port *port,
			  const struct softism_gid *rgid)
{
	struct softism_dmb *dmb;
	unsigned long index = 0;
	bool busy = false;

	rcu_read_lock();
	for (; (dmb = softism_dmb_next(&index)); index++) {
		if (!softism_gid_equal(&dmb->rgid, rgid) ||
		    (port && dmb->port != port))
			continue;
		busy = softism_upper_slot_busy(dmb->port, dmb->slot);
		if (busy)
			break;
	}
	rcu_read_unlock();
	return busy;
}

u32 softism_dmb_generation(void)
{
	u32 changes = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		changes += per_cpu(softism_dmb_changes, cpu);
	return changes;
}

struct softism_dmb *softism_dmb_next(unsigned long *index)
{
	struct softism_dmb *dmb;

	for (; *index <= SOFTISM_INDEX_MASK; ++*index) {
		dmb = softism_place(*index);
		if (!dmb) {
			*index |= SOFTISM_BLOCK_DMBS - 1;
		} else if (READ_ONCE(dmb->token)) {
			/* Pairs with softism_dmb_show() */
			smp_rmb();
			return dmb;
		}
	}
	return NULL;
}

void __init softism_dmb_init(void)
{
	get_random_bytes(&softism_token_key, sizeof(softism_token_key));
	__set_bit(0, softism_indices);
}

void softism_dmb_exit(void)
{
	unsigned int i;

	rcu_barrier();
	for (i = 0; i < SOFTISM_BLOCKS; i++)
		kvfree(softism_blocks[i]);
}
