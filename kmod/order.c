// SPDX-License-Identifier: GPL-2.0
/*
 * Brings the devices' order in the stack's list in line with their priorities.
 *
 * A client proposes devices in the order of the stack's list, and the server
 * takes the first that both ends have; there is no other notion of priority.
 * A new port goes to the head of the list, so an idle device is moved by giving
 * it another port. A device with connections stays where it is; meanwhile it
 * says no to new ones (held) if a device of higher priority stands behind it.
 *
 * Devices with a PNETID stand at the end of the list and are offered only to
 * some netdevs: they keep their places, and never hold others.
 */
#include <linux/list_sort.h>

#include "core.h"

/* The highest priority of what was seen so far, and of all other CHIDs */
struct softism_best {
	s64 priority, other_priority;
	u16 chid;
};

static int softism_cmp_place(void *priv, const struct list_head *a,
			     const struct list_head *b)
{
	const struct softism_dev *x = list_entry(a, struct softism_dev, row);
	const struct softism_dev *y = list_entry(b, struct softism_dev, row);

	return x->port->order < y->port->order;
}

/* Lowest first; among equals, the last in the stack's list */
static int softism_cmp_priority(void *priv, const struct list_head *a,
				const struct list_head *b)
{
	const struct softism_dev *x = list_entry(a, struct softism_dev, row);
	const struct softism_dev *y = list_entry(b, struct softism_dev, row);

	if (x->priority != y->priority)
		return x->priority > y->priority;
	return x->place < y->place;
}

/* Makes a row of the attached devices, in the order of the stack's list */
static void softism_line_up(struct list_head *row)
{
	struct softism_dev *dev;
	u32 place = 0;

	list_for_each_entry(dev, &softism_devs, list)
		if (dev->port)
			list_add_tail(&dev->row, row);
	list_sort(NULL, row, softism_cmp_place);
	list_for_each_entry(dev, row, row)
		dev->place = place++;
}

/* Attaches what is up, detaches what is down and has no connection left */
static void softism_follow_state(void)
{
	struct softism_dev *dev;

	list_for_each_entry(dev, &softism_devs, list) {
		if (dev->up && !dev->port)
			softism_dev_attach(dev);
		else if (!dev->up && dev->port)
			softism_dev_detach_idle(dev);
	}
}

/*
 * Moves as few devices as possible: those that stand in the right order, seen
 * from the lowest priority, stay. Returns false if one that should move is in use.
 */
static bool softism_move(void)
{
	struct softism_dev *dev;
	bool moved = false;
	u32 last = U32_MAX;
	bool done = true;
	LIST_HEAD(row);

	softism_line_up(&row);
	list_sort(NULL, &row, softism_cmp_priority);
	list_for_each_entry(dev, &row, row) {
		if (softism_upper_has_pnetid(dev->port))
			continue;
		if (!moved && dev->place < last) {
			last = dev->place;
		} else if (softism_dev_detach_unoffered(dev)) {
			softism_dev_attach(dev);
			moved = true;
		} else {
			done = false;
		}
	}
	return done;
}

/* True if a connection can be made over @dev: emulation needs two ends */
static bool softism_usable(const struct softism_dev *dev)
{
	const struct softism_dev *peer;

	if (!dev->up || softism_upper_has_pnetid(dev->port))
		return false;
	if (dev->kind == SOFTISM_KIND_LOOPBACK)
		return true;
	list_for_each_entry(peer, &softism_devs, list)
		if (peer != dev && peer->chid == dev->chid && peer->port &&
		    peer->up)
			return true;
	return false;
}

/* Drops from the end of @row what a client does not propose: one CHID too many */
static struct softism_dev *softism_last_offered(struct list_head *row)
{
	struct softism_dev *dev, *last = NULL;
	u16 chids[SOFTISM_OFFERS_MAX];
	u32 i, count = 0;

	list_for_each_entry(dev, row, row) {
		for (i = 0; i < count && chids[i] != dev->chid; i++)
			;
		if (i == SOFTISM_OFFERS_MAX)
			break;
		chids[i] = dev->chid;
		count = max(count, i + 1);
		last = dev;
	}
	return last;
}

static void softism_set_held(struct softism_dev *dev, bool held)
{
	if (dev->held == held)
		return;
	spin_lock_bh(&softism_lock);
	dev->held = held;
	spin_unlock_bh(&softism_lock);
	dev->changed = true;
}

static void softism_note_best(struct softism_best *best,
			      const struct softism_dev *dev)
{
	if (dev->chid == best->chid) {
		best->priority = max_t(s64, best->priority, dev->priority);
	} else if (dev->priority > best->priority) {
		best->other_priority = best->priority;
		best->priority = dev->priority;
		best->chid = dev->chid;
	} else {
		best->other_priority = max_t(s64, best->other_priority,
					     dev->priority);
	}
}

/* Holds the devices that stand before one of higher priority and another CHID */
static void softism_hold(struct list_head *row)
{
	struct softism_best best = { .priority = -1, .other_priority = -1 };
	struct softism_dev *dev, *last = softism_last_offered(row);
	bool offered = false;
	s64 behind;

	list_for_each_entry_reverse(dev, row, row) {
		behind = dev->chid == best.chid ? best.other_priority :
						  best.priority;
		softism_set_held(dev, behind > (s64)dev->priority);
		if (dev == last)
			offered = true;
		if (offered && softism_usable(dev))
			softism_note_best(&best, dev);
	}
}

static void softism_rank(struct list_head *row)
{
	struct softism_dev *dev;
	u32 rank, next = 1;

	list_for_each_entry(dev, row, row) {
		rank = dev->up && !dev->held ? next++ : 0;
		if (dev->rank == rank)
			continue;
		dev->rank = rank;
		dev->changed = true;
	}
}

static void softism_settle_detached(void)
{
	struct softism_dev *dev;

	list_for_each_entry(dev, &softism_devs, list) {
		if (dev->port)
			continue;
		softism_set_held(dev, false);
		if (dev->rank)
			dev->changed = true;
		dev->rank = 0;
	}
}

static void softism_notify_changes(void)
{
	struct softism_dev *dev;

	list_for_each_entry(dev, &softism_devs, list) {
		if (!dev->changed)
			continue;
		dev->changed = false;
		softism_generation++;
		softism_notify(dev, SOFTISM_CMD_DEV_CHANGE_NTF);
	}
}

/*
 * Does all that can be done now to make the stack follow the devices' states
 * and priorities; whatever connections prevent is done when they have ended.
 */
void softism_settle(void)
{
	struct softism_dev *dev;
	LIST_HEAD(row);
	bool done;

	lockdep_assert_held(&softism_mutex);

	softism_follow_state();
	done = softism_move();
	softism_line_up(&row);
	if (done) {
		list_for_each_entry(dev, &row, row)
			softism_set_held(dev, false);
	} else {
		softism_hold(&row);
		softism_watch();
	}
	softism_rank(&row);
	softism_settle_detached();
	softism_notify_changes();
}
