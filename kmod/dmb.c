// SPDX-License-Identifier: GPL-2.0
/*
 * DMBs: their registration, and the data path that writes into them.
 *
 * A token is the index of the DMB in one table for all devices, and a random
 * cookie above it, so that a stale or guessed token finds nothing. The table is
 * made of pages, which stay once they are there: a move looks up two pointers.
 *
 * A DMB has users: its owner, and, without a copy, connections that have it
 * mapped as their send buffer. It can be written to until the last has gone.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "compat.h"
#include "core.h"
#include "fault.h"

/* The largest move of the first class of sizes */
#define SOFTISM_SIZE_FIRST	64

/* The largest message that is published, a CDC message of SMC, and some more */
#define SOFTISM_PUBLISH_MAX	64

#define SOFTISM_INDEX_BITS	18
#define SOFTISM_INDEX_MASK	(BIT_ULL(SOFTISM_INDEX_BITS) - 1)
#define SOFTISM_PAGE_DMBS	((u32)(PAGE_SIZE / sizeof(struct softism_dmb *)))
#define SOFTISM_PAGES		(BIT(SOFTISM_INDEX_BITS) / SOFTISM_PAGE_DMBS)

static struct softism_dmb __rcu **softism_pages[SOFTISM_PAGES];
static DEFINE_MUTEX(softism_pages_mutex);	/* to add one */
static DECLARE_BITMAP(softism_indices, BIT(SOFTISM_INDEX_BITS));
static u32 softism_last_index;
static struct kmem_cache *softism_dmb_cache;
static atomic_t softism_dmb_changes;

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

	if (order > MAX_PAGE_ORDER || !softism_charge(dev, PAGE_SIZE << order))
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

/*
 * A number below @size that is not in @used, preferably the one after *@last;
 * @size if there is none. Who takes numbers at the same time is not waited for.
 */
static u32 softism_take_number(unsigned long *used, u32 size, u32 *last)
{
	u32 number = READ_ONCE(*last), tries;

	for (tries = 0; tries < 2; number = 0, tries++) {
		do {
			number = find_next_zero_bit(used, size, number);
		} while (number < size && test_and_set_bit(number, used));
		if (number >= size)
			continue;
		WRITE_ONCE(*last, number + 1);
		return number;
	}
	return size;
}

static int softism_dmb_take_slot(struct softism_dmb *dmb)
{
	struct softism_port *port = dmb->port;
	u32 max = port->dev->max_dmbs;

	dmb->slot = softism_take_number(port->slots, max, &port->last_slot);
	return dmb->slot < max ? 0 : -ENOSPC;
}

/* The page of @index, or NULL if no DMB ever had one near it */
static struct softism_dmb __rcu **softism_page(u32 index)
{
	/* Pairs with the release when it was added: what it holds depends on it */
	return READ_ONCE(softism_pages[index / SOFTISM_PAGE_DMBS]);
}

static int softism_add_page(u32 index)
{
	struct softism_dmb __rcu **page;

	if (softism_page(index))
		return 0;
	page = (void *)get_zeroed_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	mutex_lock(&softism_pages_mutex);
	if (!softism_page(index)) {
		/* Pairs with the dependent loads of whoever has read it */
		smp_store_release(&softism_pages[index / SOFTISM_PAGE_DMBS],
				  page);
		page = NULL;
	}
	mutex_unlock(&softism_pages_mutex);
	free_page((unsigned long)page);
	return 0;
}

static struct softism_dmb __rcu **softism_place(u32 index)
{
	return &softism_page(index)[index % SOFTISM_PAGE_DMBS];
}

static int softism_dmb_take_token(struct softism_dmb *dmb)
{
	u32 index;
	int rc;

	index = softism_take_number(softism_indices, BIT(SOFTISM_INDEX_BITS),
				    &softism_last_index);
	if (index == BIT(SOFTISM_INDEX_BITS))
		return -ENOSPC;
	rc = softism_add_page(index);
	if (rc) {
		clear_bit(index, softism_indices);
		return rc;
	}
	dmb->token = get_random_u64() << SOFTISM_INDEX_BITS | index;
	rcu_assign_pointer(*softism_place(index), dmb);
	return 0;
}

static void softism_dmb_hide(struct softism_dmb *dmb)
{
	u32 index = softism_dmb_index(dmb);

	RCU_INIT_POINTER(*softism_place(index), NULL);
	/* Whoever takes the place next must come after this */
	clear_bit_unlock(index, softism_indices);
}

static void softism_dmb_count(struct softism_dev *dev)
{
	int now = atomic_inc_return(&dev->dmbs);
	int peak = atomic_read(&dev->dmbs_peak);

	while (now > peak && !atomic_try_cmpxchg(&dev->dmbs_peak, &peak, now))
		;
	atomic64_inc(&dev->dmbs_total);
	atomic_inc(&softism_dmb_changes);
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
	clear_bit(dmb->slot, dmb->port->slots);
	return rc;
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
	rc = -ENOMEM;
	dmb = kmem_cache_zalloc(softism_dmb_cache, GFP_KERNEL);
	if (!dmb)
		goto err;
	dmb->port = port;
	dmb->writer = writer;
	dmb->rgid = *rgid;
	spin_lock_init(&dmb->lock);
	refcount_set(&dmb->users, 1);
	atomic_set(&dmb->owned, 1);
	dmb->len = len;
	INIT_LIST_HEAD(&dmb->delayed);
	rc = softism_dmb_fill(dmb);
	if (rc)
		goto err_free;

	atomic_inc(&port->dmbs);
	softism_dmb_count(dev);
	*ret_dmb = dmb;
	return 0;

err_free:
	kmem_cache_free(softism_dmb_cache, dmb);
err:
	atomic64_inc(&dev->dmbs_failed);
	return rc;
}

/* RCU read side; the DMB of that very token, or NULL */
static struct softism_dmb *softism_dmb_find(u64 token)
{
	struct softism_dmb __rcu **page;
	struct softism_dmb *dmb;

	page = softism_page(token & SOFTISM_INDEX_MASK);
	if (!page)
		return NULL;
	/* Softirqs are off, or rcu_read_lock() is held */
	dmb = rcu_dereference_check(page[token % SOFTISM_PAGE_DMBS],
				    rcu_read_lock_bh_held());
	return dmb && dmb->token == token ? dmb : NULL;
}

static void softism_dmb_free_rcu(struct rcu_head *rcu)
{
	struct softism_dmb *dmb = container_of(rcu, struct softism_dmb, rcu);

	softism_fault_forget(dmb);
	softism_dmb_free_pages(dmb);
	atomic_dec(&dmb->port->dev->dmbs);
	/* From here on the port may be freed */
	atomic_dec(&dmb->port->dmbs);
	kmem_cache_free(softism_dmb_cache, dmb);
}

static void softism_dmb_put(struct softism_dmb *dmb)
{
	if (!refcount_dec_and_test(&dmb->users))
		return;
	softism_dmb_hide(dmb);
	clear_bit(dmb->slot, dmb->port->slots);
	atomic_inc(&softism_dmb_changes);
	call_rcu(&dmb->rcu, softism_dmb_free_rcu);
}

/* Only the device that a DMB names may write to it. */
static bool softism_may_write(const struct softism_dmb *dmb,
			      const struct softism_dev *from)
{
	return dmb->writer == from->id;
}

/* Ends the owner's use of the DMB of @token */
int softism_dmb_delete(struct softism_port *port, u64 token)
{
	struct softism_dmb *dmb;
	bool owned;

	rcu_read_lock();
	dmb = softism_dmb_find(token);
	owned = dmb && dmb->port == port && atomic_xchg(&dmb->owned, 0);
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
	if (!dmb) {
		atomic64_inc(&port->dev->refused);
		return -EINVAL;
	}
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

/*
 * The other side reads a CDC message as whole 64-bit words without a lock: no
 * word may tear, and none may be seen before the data moved earlier. What is
 * larger is not such a message.
 */
static void softism_publish(void *to, const void *from, u32 size)
{
	u64 *target = to;
	u64 word;
	u32 i;

	for (i = 0; i < size / sizeof(word); i++) {
		memcpy(&word, from + i * sizeof(word), sizeof(word));
		/* Pairs with the signal's lock, and the tasklet it schedules */
		smp_wmb();
		atomic64_set((atomic64_t *)&target[i], word);
	}
	memcpy(&target[i], from + i * sizeof(word), size % sizeof(word));
}

static void softism_count_received(struct softism_dev *to, u32 size, bool signal)
{
	struct softism_traffic *rx = this_cpu_ptr(to->traffic);

	u64_stats_update_begin(&rx->syncp);
	u64_stats_inc(&rx->rx_moves);
	u64_stats_add(&rx->rx_bytes, size);
	if (signal)
		u64_stats_inc(&rx->signals);
	u64_stats_update_end(&rx->syncp);
}

/* What a device sends to itself it has also received: see softism_stats_sum() */
static void softism_count_move(struct softism_dev *from, struct softism_dmb *dmb,
			       u32 size, bool signal)
{
	u32 class = size > SOFTISM_SIZE_FIRST ?
		    fls((size - 1) / SOFTISM_SIZE_FIRST) : 0;
	struct softism_dev *to = dmb->port->dev;
	struct softism_traffic *tx = this_cpu_ptr(from->traffic);

	u64_stats_update_begin(&tx->syncp);
	u64_stats_inc(&tx->sizes[min_t(u32, class, SOFTISM_SIZES - 1)]);
	u64_stats_add(&tx->tx_bytes, size);
	if (signal && to == from)
		u64_stats_inc(&tx->signals);
	u64_stats_update_end(&tx->syncp);
	if (to != from)
		softism_count_received(to, size, signal);

	/* Of its one writer: two at once would lose one, and slow down nobody */
	WRITE_ONCE(dmb->moves, dmb->moves + 1);
}

static bool softism_may_move(const struct softism_dmb *dmb,
			     const struct softism_dev *from, u32 offset,
			     u32 size)
{
	return dmb && softism_may_write(dmb, from) &&
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
	int rc;

	/* Softirqs are off, which is as good as rcu_read_lock() */
	dmb = softism_dmb_find(token);
	if (unlikely(!softism_may_move(dmb, from, offset, size))) {
		atomic64_inc(&from->refused);
		return -EINVAL;
	}
	rc = softism_fault_move(from);
	if (unlikely(rc))
		return rc;
	if (signal && size <= SOFTISM_PUBLISH_MAX &&
	    IS_ALIGNED(offset, sizeof(u64)))
		softism_publish(dmb->addr + offset, data, size);
	else
		memcpy(dmb->addr + offset, data, size);
	softism_count_move(from, dmb, size, signal);
	if (signal && !softism_fault_signal(dmb))
		softism_upper_signal(dmb);
	return 0;
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

u32 softism_dmb_index(const struct softism_dmb *dmb)
{
	return dmb->token & SOFTISM_INDEX_MASK;
}

u32 softism_dmb_generation(void)
{
	return atomic_read(&softism_dmb_changes);
}

struct softism_dmb *softism_dmb_next(unsigned long *index)
{
	struct softism_dmb __rcu **page;
	struct softism_dmb *dmb;

	for (; *index <= SOFTISM_INDEX_MASK; ++*index) {
		page = softism_page(*index);
		if (!page) {
			*index |= SOFTISM_PAGE_DMBS - 1;
			continue;
		}
		dmb = rcu_dereference(page[*index % SOFTISM_PAGE_DMBS]);
		if (dmb)
			return dmb;
	}
	return NULL;
}

int __init softism_dmb_init(void)
{
	/* One DMB has one writer, whose CPU shall share its line with no other */
	softism_dmb_cache = KMEM_CACHE(softism_dmb, SLAB_HWCACHE_ALIGN);
	return softism_dmb_cache ? 0 : -ENOMEM;
}

void softism_dmb_exit(void)
{
	unsigned int i;

	rcu_barrier();
	for (i = 0; i < SOFTISM_PAGES; i++)
		free_page((unsigned long)softism_pages[i]);
	kmem_cache_destroy(softism_dmb_cache);
}
