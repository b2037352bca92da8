// SPDX-License-Identifier: GPL-2.0
/*
 * Fault injection, see &enum softism_a_fault. Whether an operation is hit
 * follows from the seed and the operation's number alone.
 */
#include <linux/delay.h>
#include <linux/jhash.h>
#include <linux/slab.h>

#include "compat.h"
#include "fault.h"

/* So that one operation can be hit by one fault, and not by another */
enum softism_fault_sort {
	SOFTISM_FAULT_REGISTER,
	SOFTISM_FAULT_MOVE,
	SOFTISM_FAULT_DROP,
	SOFTISM_FAULT_DUPLICATE,
};

/* Guards all lists of delayed signals, and those on them from being freed */
static DEFINE_SPINLOCK(softism_fault_lock);

DEFINE_STATIC_KEY_FALSE(softism_faults_in_use);

static void softism_fault_count(struct softism_faults *faults,
				enum softism_a_fault_count count)
{
	atomic64_inc(&faults->counts[count]);
}

static bool softism_hits(const struct softism_faults *faults,
			 enum softism_fault_sort sort, u64 number, u32 percent)
{
	u32 hash = jhash_3words(sort, lower_32_bits(number),
				upper_32_bits(number), faults->config.seed);

	return reciprocal_scale(hash, 100) < percent;
}

static int softism_refusal(struct softism_faults *faults)
{
	const struct softism_fault_config *config = &faults->config;
	u64 number = atomic64_inc_return(&faults->registrations);

	if (config->dmb_limited && number > config->dmb_left)
		return -ENOSPC;
	if (number == config->dmb_nth ||
	    softism_hits(faults, SOFTISM_FAULT_REGISTER, number,
			 config->dmb_percent))
		return -(int)config->dmb_errno;
	return 0;
}

int __softism_fault_register(struct softism_dev *dev)
{
	struct softism_faults *faults;
	int rc = 0;

	rcu_read_lock();
	faults = rcu_dereference(dev->faults);
	if (faults)
		rc = softism_refusal(faults);
	if (rc)
		softism_fault_count(faults, SOFTISM_A_FAULT_COUNT_DMBS);
	rcu_read_unlock();
	return rc;
}

static int softism_hit_move(struct softism_faults *faults)
{
	const struct softism_fault_config *config = &faults->config;
	u64 number = atomic64_inc_return(&faults->moves);

	if (config->move_delay) {
		softism_fault_count(faults, SOFTISM_A_FAULT_COUNT_MOVES_DELAYED);
		udelay(config->move_delay);
	}
	if (!softism_hits(faults, SOFTISM_FAULT_MOVE, number,
			  config->move_percent))
		return 0;
	softism_fault_count(faults, SOFTISM_A_FAULT_COUNT_MOVES);
	return -EIO;
}

int __softism_fault_move(struct softism_dev *dev)
{
	struct softism_faults *faults;
	int rc;

	rcu_read_lock();
	faults = rcu_dereference(dev->faults);
	rc = faults ? softism_hit_move(faults) : 0;
	rcu_read_unlock();
	return rc;
}

/* Delivers the delayed signals that are due at @now */
static void softism_deliver(struct softism_faults *faults, ktime_t now)
{
	struct softism_dmb *dmb, *next;

	lockdep_assert_held(&softism_fault_lock);

	list_for_each_entry_safe(dmb, next, &faults->delayed, delayed) {
		if (ktime_after(dmb->due, now))
			break;
		softism_upper_signal(dmb);
		/* Pairs with list_empty_careful(): it may be freed from now on */
		list_del_init_careful(&dmb->delayed);
	}
}

static enum hrtimer_restart softism_fault_timer(struct hrtimer *timer)
{
	struct softism_faults *faults;
	struct softism_dmb *next;

	faults = container_of(timer, struct softism_faults, timer);
	spin_lock(&softism_fault_lock);
	softism_deliver(faults, ktime_get());
	next = list_first_entry_or_null(&faults->delayed, struct softism_dmb,
					delayed);
	if (next)
		hrtimer_start(timer, next->due, HRTIMER_MODE_ABS_SOFT);
	spin_unlock(&softism_fault_lock);
	return HRTIMER_NORESTART;
}

static void softism_put_off(struct softism_faults *faults,
			    struct softism_dmb *dmb)
{
	bool first = list_empty(&faults->delayed);

	softism_fault_count(faults, SOFTISM_A_FAULT_COUNT_SIGNALS_DELAYED);
	dmb->due = ktime_add_us(ktime_get(), faults->config.signal_delay);
	list_add_tail(&dmb->delayed, &faults->delayed);
	if (first)
		hrtimer_start(&faults->timer, dmb->due, HRTIMER_MODE_ABS_SOFT);
}

/* False if it is too late to delay anything */
static bool softism_delay(struct softism_faults *faults,
			  struct softism_dmb *dmb)
{
	bool delays;

	spin_lock_bh(&softism_fault_lock);
	delays = !faults->retired;
	if (delays && list_empty(&dmb->delayed))
		softism_put_off(faults, dmb);
	else if (delays)
		softism_fault_count(faults, SOFTISM_A_FAULT_COUNT_SIGNALS_COALESCED);
	spin_unlock_bh(&softism_fault_lock);
	return delays;
}

static bool softism_hit_signal(struct softism_faults *faults,
			       struct softism_dmb *dmb)
{
	const struct softism_fault_config *config = &faults->config;
	u64 number = atomic64_inc_return(&faults->signals);

	if (softism_hits(faults, SOFTISM_FAULT_DROP, number,
			 config->signal_drop)) {
		softism_fault_count(faults, SOFTISM_A_FAULT_COUNT_SIGNALS_DROPPED);
		return true;
	}
	if (softism_hits(faults, SOFTISM_FAULT_DUPLICATE, number,
			 config->signal_duplicate)) {
		softism_fault_count(faults, SOFTISM_A_FAULT_COUNT_SIGNALS_DUPLICATED);
		softism_upper_signal(dmb);
	}
	return config->signal_delay && softism_delay(faults, dmb);
}

bool __softism_fault_signal(struct softism_dmb *dmb)
{
	struct softism_faults *faults;
	bool hit;

	rcu_read_lock();
	faults = rcu_dereference(dmb->port->dev->faults);
	hit = faults && softism_hit_signal(faults, dmb);
	rcu_read_unlock();
	return hit;
}

bool __softism_fault_unreachable(struct softism_dev *dev,
				 const struct softism_gid *gid)
{
	struct softism_faults *faults;
	bool hit;

	rcu_read_lock();
	faults = rcu_dereference(dev->faults);
	hit = faults && gid->id && faults->config.unreachable == gid->id;
	if (hit)
		softism_fault_count(faults, SOFTISM_A_FAULT_COUNT_UNREACHABLE);
	rcu_read_unlock();
	return hit;
}

void __softism_fault_forget(struct softism_dmb *dmb)
{
	spin_lock_bh(&softism_fault_lock);
	list_del_init(&dmb->delayed);
	spin_unlock_bh(&softism_fault_lock);
}

struct softism_faults *softism_faults_get(struct softism_dev *dev)
{
	return rcu_dereference_protected(dev->faults,
					 lockdep_is_held(&softism_mutex));
}

void softism_fault_flush(struct softism_dev *dev)
{
	struct softism_faults *faults = softism_faults_get(dev);
	struct softism_dmb *dmb, *next;

	if (!faults)
		return;
	spin_lock_bh(&softism_fault_lock);
	list_for_each_entry_safe(dmb, next, &faults->delayed, delayed)
		list_del_init(&dmb->delayed);
	spin_unlock_bh(&softism_fault_lock);
}

static struct softism_faults *
softism_faults_new(const struct softism_fault_config *config)
{
	struct softism_faults *faults;

	faults = kzalloc(sizeof(*faults), GFP_KERNEL);
	if (!faults)
		return NULL;
	faults->config = *config;
	INIT_LIST_HEAD(&faults->delayed);
	softism_timer_setup(&faults->timer, softism_fault_timer);
	static_branch_inc(&softism_faults_in_use);
	return faults;
}

/* What is delayed comes now: whoever takes a fault away wants it to be over */
static void softism_faults_retire(struct softism_faults *faults)
{
	spin_lock_bh(&softism_fault_lock);
	faults->retired = true;
	softism_deliver(faults, KTIME_MAX);
	spin_unlock_bh(&softism_fault_lock);
	hrtimer_cancel(&faults->timer);
	static_branch_dec(&softism_faults_in_use);
	kfree_rcu(faults, rcu);
}

/* Replaces the faults of @dev; none if @config is NULL. Fails with -ENOMEM. */
int softism_faults_set(struct softism_dev *dev,
		       const struct softism_fault_config *config)
{
	struct softism_faults *old, *new = NULL;

	if (config) {
		new = softism_faults_new(config);
		if (!new)
			return -ENOMEM;
	}
	old = rcu_replace_pointer(dev->faults, new,
				  lockdep_is_held(&softism_mutex));
	if (old)
		softism_faults_retire(old);
	return 0;
}

void softism_fault_free(struct softism_dev *dev)
{
	struct softism_faults *faults;

	/* Nobody else knows the device any more */
	faults = rcu_dereference_protected(dev->faults, true);
	if (faults)
		softism_faults_retire(faults);
}

/*
 * Delivers an event to @dev. -ENETDOWN if it is not attached, -ENOMEM if the
 * event cannot be counted.
 */
int softism_fault_send(struct softism_dev *dev, enum softism_event type,
		       const struct softism_gid *gid, u32 code, u64 info)
{
	const struct softism_fault_config none = { .dmb_errno = ENOMEM };
	int rc;

	if (!dev->port)
		return -ENETDOWN;
	if (!softism_faults_get(dev)) {
		rc = softism_faults_set(dev, &none);
		if (rc)
			return rc;
	}
	softism_fault_count(softism_faults_get(dev), SOFTISM_A_FAULT_COUNT_EVENTS);
	spin_lock_bh(&softism_lock);
	softism_upper_event(dev->port, type, gid, code, info);
	spin_unlock_bh(&softism_lock);
	return 0;
}
