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

static int softism_cmp_place(void *priv, const struct list_head *a,
			     const struct list_head *b)
{
	const struct softism_dev *x = list_entry(a, struct softism_dev, row);
	const struct softism_dev *y = list_entry(b, struct softism_dev, row);

	return x->port->order < y->port->order;
}

/* Clients propose a device that is down, too, if it stands in front */
static s64 softism_wanted(const struct softism_dev *dev)
{
	return dev->up ? (s64)dev->priority : -1;
}

/* Lowest first; among equals, the last in the stack's list */
static int softism_cmp_priority(void *priv, const struct list_head *a,
				const struct list_head *b)
{
	const struct softism_dev *x = list_entry(a, struct softism_dev, move);
	const struct softism_dev *y = list_entry(b, struct softism_dev, move);

	s64 wanted = softism_wanted(x) - softism_wanted(y);

	return wanted ? wanted > 0 : x->place < y->place;
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

/*
 * Clients propose the first device of each CHID, in 8 entries, of which a long
 * GID takes two (net/smc/af_smc.c, smc_find_ism_v2_device_clnt). What reaches
 * others of its fabric is of use behind such a device, too.
 */
static void softism_mark_offers(struct list_head *row)
{
	u32 i, size, count = 0, entries = 0;
	u16 chids[SOFTISM_OFFERS_MAX];
	struct softism_dev *dev;

	list_for_each_entry(dev, row, row) {
		dev->offer = false;
		dev->reachable = softism_upper_has_pnetid(dev->port);
		if (dev->reachable)
			continue;
		for (i = 0; i < count && chids[i] != dev->chid; i++)
			;
		size = softism_upper_wide_gid(dev->chid) ? 2 : 1;
		if (i == count && entries + size > SOFTISM_OFFERS_MAX)
			continue;
		dev->offer = i == count;
		if (dev->offer) {
			chids[count++] = dev->chid;
			entries += size;
		}
		dev->reachable = dev->offer ||
				 dev->kind == SOFTISM_KIND_ISM_EMU;
	}
}

/* True if a connection can be made with @dev's proposal: emulation needs a peer */
static bool softism_usable(const struct softism_dev *dev)
{
	const struct softism_dev *peer;

	if (!dev->offer || !dev->up)
		return false;
	if (dev->kind == SOFTISM_KIND_LOOPBACK)
		return true;
	list_for_each_entry(peer, &softism_devs, list)
		if (peer != dev && peer->chid == dev->chid && peer->port &&
		    peer->up)
			return true;
	return false;
}

/* @chid: in whose favour, or 0 */
static void softism_set_held(struct softism_dev *dev, u16 chid)
{
	if (!dev->held != !chid)
		dev->changed = true;
	spin_lock_bh(&softism_lock);
	dev->held = chid;
	spin_unlock_bh(&softism_lock);
}

/* How the device is held by whose proposal a server would come to @dev */
static u16 softism_offer_held(struct list_head *row,
			      const struct softism_dev *dev)
{
	const struct softism_dev *offer;

	list_for_each_entry(offer, row, row)
		if (offer->offer && offer->chid == dev->chid)
			return offer->held;
	return 0;
}

/* Holds what is proposed before something usable of higher priority */
static void softism_hold(struct list_head *row)
{
	const struct softism_dev *best = NULL;
	struct softism_dev *dev;

	list_for_each_entry_reverse(dev, row, row) {
		bool behind = best && best->priority > dev->priority;

		if (dev->offer)
			softism_set_held(dev, behind ? best->chid : 0);
		if (!behind && softism_usable(dev))
			best = dev;
	}
	list_for_each_entry(dev, row, row)
		if (!dev->offer)
			softism_set_held(dev, softism_offer_held(row, dev));
}

/*
 * A port that is new stands first in the stack's list: what it hides, and what
 * hides it, has to be known before connections take it for that.
 */
void softism_hold_places(void)
{
	LIST_HEAD(row);

	lockdep_assert_held(&softism_mutex);

	softism_line_up(&row);
	softism_mark_offers(&row);
	softism_hold(&row);
}

/*
 * A handshake that began with a former port of this GID would look for its
 * link group there, find none, and have the server end the one of others.
 */
static bool softism_attach(struct softism_dev *dev)
{
	int rc;

	if (softism_gid_buried(&dev->gid) && softism_upper_handshakes())
		return false;
	rc = softism_dev_attach(dev);
	if (rc)
		pr_warn_ratelimited("softism: cannot attach %s: %d\n", dev->name,
				    rc);
	return !rc;
}

/*
 * Attaches what is up, detaches what is down and has no connection left.
 * Returns false if something is to be attached later.
 */
static bool softism_follow_state(void)
{
	struct softism_dev *dev;
	bool done = true;

	list_for_each_entry(dev, &softism_devs, list) {
		if (dev->up && !dev->port)
			done &= softism_attach(dev);
		else if (!dev->up && dev->port)
			softism_dev_detach_idle(dev);
	}
	return done;
}

/*
 * What is down is in nobody's way unless others are not proposed for it: servers
 * refuse it, and take the next. To move those before it would be a time without
 * any device when one of two goes down.
 */
static bool softism_in_the_way(struct list_head *row,
			       const struct softism_dev *down)
{
	const struct softism_dev *dev;

	list_for_each_entry(dev, row, row)
		if (dev->up && !dev->offer &&
		    (!dev->reachable || dev->chid == down->chid))
			return true;
	return false;
}

/* The devices of @row whose places matter, lowest priority first */
static void softism_sort(struct list_head *row, struct list_head *moves)
{
	struct softism_dev *dev;

	softism_mark_offers(row);
	list_for_each_entry(dev, row, row)
		if (!softism_upper_has_pnetid(dev->port) &&
		    (dev->up || softism_in_the_way(row, dev)))
			list_add_tail(&dev->move, moves);
	list_sort(NULL, moves, softism_cmp_priority);
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
	LIST_HEAD(moves);
	LIST_HEAD(row);

	softism_line_up(&row);
	softism_sort(&row, &moves);
	list_for_each_entry(dev, &moves, move) {
		if (!moved && dev->place < last) {
			last = dev->place;
		} else if (!softism_upper_handshakes() &&
			   softism_dev_detach_idle(dev)) {
			moved = true;
			done &= !dev->up || softism_attach(dev);
		} else {
			done = false;
		}
	}
	return done;
}

static void softism_rank(struct list_head *row)
{
	struct softism_dev *dev;
	u32 rank, next = 1;

	list_for_each_entry(dev, row, row) {
		rank = dev->up && dev->reachable && !dev->held ? next++ : 0;
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
		softism_set_held(dev, 0);
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

	done = softism_follow_state();
	done &= softism_move();
	softism_line_up(&row);
	softism_mark_offers(&row);
	if (done) {
		list_for_each_entry(dev, &row, row)
			softism_set_held(dev, 0);
	} else {
		softism_hold(&row);
		softism_watch();
	}
	softism_rank(&row);
	softism_settle_detached();
	softism_notify_changes();
}
