// SPDX-License-Identifier: GPL-2.0
/*
 * Devices: creation, deletion, and whether they are in use.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "core.h"
#include "fault.h"

/*
 * Between the agreement to a connection and its first sign in the stack's
 * table lies the creation of a link group and its buffers, in a handshake. The
 * stack asks all devices that were proposed, and takes one.
 */
#define SOFTISM_SETUP	HZ

static u32 softism_last_id;	/* softism_mutex */

struct softism_dev *softism_dev_find(const char *name)
{
	struct softism_dev *dev;

	lockdep_assert_held(&softism_mutex);

	list_for_each_entry(dev, &softism_devs, list)
		if (!strcmp(dev->name, name))
			return dev;
	return NULL;
}

/* Connections over @dev */
u32 softism_dev_conns(struct softism_dev *dev)
{
	u32 conns = 0;

	lockdep_assert_held(&softism_mutex);

	spin_lock_bh(&softism_lock);
	if (dev->port)
		conns = softism_upper_conns(dev->port);
	spin_unlock_bh(&softism_lock);
	return conns;
}

/* DMBs of @dev, those included that are about to be freed */
u32 softism_dev_dmbs(const struct softism_dev *dev)
{
	lockdep_assert_held(&softism_mutex);

	return dev->port ? atomic_read(&dev->port->dmbs) : 0;
}

static bool softism_dev_idle(struct softism_dev *dev)
{
	lockdep_assert_held(&softism_lock);

	if (!dev->port)
		return true;
	if (dev->pinned &&
	    time_before(jiffies, dev->last_yes + SOFTISM_SETUP) &&
	    softism_upper_handshakes())
		return false;
	if (!softism_upper_idle(dev->port))
		return false;
	/* One end of a connection may be closed, and the other not yet */
	return !dev->pinned || !softism_dmb_receives(NULL, &dev->gid);
}

/*
 * From now on @dev counts as being in use, until softism_dev_look() finds no
 * connection: the stack takes no reference to the module itself.
 */
bool softism_dev_pin(struct softism_dev *dev)
{
	lockdep_assert_held(&softism_lock);

	if (!dev->pinned && !try_module_get(THIS_MODULE))
		return false;
	dev->last_yes = jiffies;
	if (!dev->pinned)
		softism_watch();
	dev->pinned = true;
	return true;
}

static void softism_dev_unpin(struct softism_dev *dev)
{
	lockdep_assert_held(&softism_lock);

	if (!dev->pinned)
		return;
	dev->pinned = false;
	module_put(THIS_MODULE);
}

/*
 * Gives up the module reference of a device that is idle. A client that takes
 * a DMB from a link group's pool has asked nobody, so take it, too; false then.
 */
bool softism_dev_look(struct softism_dev *dev)
{
	bool idle;

	spin_lock_bh(&softism_lock);
	idle = softism_dev_idle(dev);
	if (idle)
		softism_dev_unpin(dev);
	else if (!dev->pinned)
		softism_dev_pin(dev);
	spin_unlock_bh(&softism_lock);
	return idle;
}

/* Registers @dev with the stack, before all others */
int softism_dev_attach(struct softism_dev *dev)
{
	struct softism_port *port;

	lockdep_assert_held(&softism_mutex);

	/* For whom is seen when it has its place */
	spin_lock_bh(&softism_lock);
	dev->held = dev->chid;
	spin_unlock_bh(&softism_lock);

	port = softism_upper_attach(dev);
	if (IS_ERR(port))
		return PTR_ERR(port);
	spin_lock_bh(&softism_lock);
	dev->port = port;
	dev->closing = false;
	spin_unlock_bh(&softism_lock);
	dev->changed = true;
	softism_hold_places();
	return 0;
}

/*
 * After a device has left, its idle link groups must be gone at its peers, too,
 * or their next handshake takes them up again and falls back to TCP.
 */
static void softism_flush_peers(struct softism_dev *dev)
{
	struct softism_dev *peer;

	list_for_each_entry(peer, &softism_devs, list)
		if (peer != dev && peer->chid == dev->chid && peer->port)
			softism_upper_flush(peer->port);
}

/* @dev is closing and idle, so this does not wait for applications */
static void softism_dev_detach(struct softism_dev *dev)
{
	struct softism_port *port = dev->port;

	spin_lock_bh(&softism_lock);
	dev->port = NULL;
	port->dead = true;
	softism_dev_unpin(dev);
	spin_unlock_bh(&softism_lock);

	softism_fault_flush(dev);
	softism_upper_detach(port);
	if (READ_ONCE(port->offered))
		softism_flush_peers(dev);
	softism_port_bury(port);
	dev->changed = true;
}

/*
 * To be called when @leaving begins to refuse connections: others may be held
 * in favour of its fabric, and nothing would be left for them until
 * softism_settle(). The rest stays held, or a low priority would be taken.
 */
void softism_release_held(const struct softism_dev *leaving)
{
	struct softism_dev *dev;

	lockdep_assert_held(&softism_lock);

	list_for_each_entry(dev, &softism_devs, list)
		if (dev->held == leaving->chid)
			dev->held = 0;
}

static void softism_dev_close(struct softism_dev *dev)
{
	dev->closing = true;
	softism_release_held(dev);
}

static void softism_dev_reopen(struct softism_dev *dev)
{
	spin_lock_bh(&softism_lock);
	dev->closing = false;
	spin_unlock_bh(&softism_lock);
}

/* Takes @dev from the stack if it is idle; else returns false */
bool softism_dev_detach_idle(struct softism_dev *dev)
{
	bool idle;

	lockdep_assert_held(&softism_mutex);

	spin_lock_bh(&softism_lock);
	idle = softism_dev_idle(dev);
	if (idle)
		softism_dev_close(dev);
	spin_unlock_bh(&softism_lock);

	if (!idle || !dev->port)
		return idle;
	if (softism_upper_quiet(dev->port)) {
		softism_dev_detach(dev);
		return true;
	}
	softism_dev_reopen(dev);
	return false;
}

static int softism_dev_wait_setup(struct softism_dev *dev)
{
	unsigned long end = jiffies + 2 * SOFTISM_SETUP;

	while (!softism_dev_look(dev) ||
	       (dev->port && !softism_upper_quiet(dev->port))) {
		if (softism_dev_conns(dev) || time_after(jiffies, end))
			return -EBUSY;
		/* Beside others that connect all the time, such a moment is short */
		usleep_range_state(1000, 2000, TASK_INTERRUPTIBLE);
		if (signal_pending(current))
			return -EINTR;
	}
	return 0;
}

/* Closes @dev, and waits until no connection is being set up over it */
static int softism_dev_quiesce(struct softism_dev *dev)
{
	int rc;

	spin_lock_bh(&softism_lock);
	softism_dev_close(dev);
	spin_unlock_bh(&softism_lock);

	rc = softism_dev_wait_setup(dev);
	if (!rc)
		return 0;
	softism_dev_reopen(dev);
	softism_settle();
	return rc;
}

/* Removes @dev, which nothing uses */
void softism_dev_destroy(struct softism_dev *dev)
{
	lockdep_assert_held(&softism_mutex);

	if (dev->port)
		softism_dev_detach(dev);
	spin_lock_bh(&softism_lock);
	list_del(&dev->list);
	spin_unlock_bh(&softism_lock);
	softism_dev_put(dev);
}

static void softism_dev_remove(struct softism_dev *dev)
{
	softism_generation++;
	softism_notify(dev, SOFTISM_CMD_DEV_DEL_NTF);
	softism_dev_destroy(dev);
}

int softism_dev_delete(struct softism_dev *dev, struct netlink_ext_ack *extack)
{
	int rc;

	lockdep_assert_held(&softism_mutex);

	rc = softism_dev_conns(dev) ? -EBUSY : softism_dev_quiesce(dev);
	if (rc) {
		if (rc == -EBUSY)
			NL_SET_ERR_MSG(extack,
				       "device is in use by connections");
		else
			NL_SET_ERR_MSG(extack,
				       "interrupted, the device is still there");
		return rc;
	}

	softism_dev_remove(dev);
	softism_settle();
	return 0;
}

/* Has the stack abort the connections of @dev, at both of their ends */
static void softism_dev_abort(struct softism_dev *dev)
{
	const struct softism_gid any = {};
	struct softism_dev *peer;

	spin_lock_bh(&softism_lock);
	if (dev->port)
		softism_upper_event(dev->port, SOFTISM_EVENT_GID, &any, 0, 0);
	list_for_each_entry(peer, &softism_devs, list)
		if (peer != dev && peer->chid == dev->chid && peer->port)
			softism_upper_event(peer->port, SOFTISM_EVENT_GID,
					    &dev->gid, 0, 0);
	spin_unlock_bh(&softism_lock);
}

/*
 * Deletes @dev and aborts its connections. The stack cannot let go of it before
 * applications have closed their sockets, and nobody shall wait for them here.
 */
int softism_dev_force(struct softism_dev *dev, struct netlink_ext_ack *extack)
{
	lockdep_assert_held(&softism_mutex);

	spin_lock_bh(&softism_lock);
	dev->up = false;
	softism_release_held(dev);
	spin_unlock_bh(&softism_lock);

	dev->condemned = true;
	dev->changed = true;
	softism_drain_stop(dev);
	softism_dev_abort(dev);
	if (softism_dev_reap(dev)) {
		softism_settle();
		return 0;
	}
	NL_SET_ERR_MSG(extack,
		       "connections are aborted; the device goes when their sockets have been closed");
	softism_settle();
	softism_watch();
	return 0;
}

/* False if @dev is to be deleted, but cannot be yet; else it may be gone */
bool softism_dev_reap(struct softism_dev *dev)
{
	lockdep_assert_held(&softism_mutex);

	if (!dev->condemned)
		return true;
	if (!softism_dev_detach_idle(dev))
		return false;
	softism_dev_remove(dev);
	return true;
}

static void softism_dev_free(struct softism_dev *dev)
{
	softism_fault_free(dev);
	free_percpu(dev->traffic);
	kfree(dev);
}

void softism_dev_put(struct softism_dev *dev)
{
	if (refcount_dec_and_test(&dev->ref))
		softism_dev_free(dev);
}

static struct softism_dev *
softism_dev_alloc(const struct softism_dev_config *config)
{
	struct softism_dev *dev;

	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return NULL;
	dev->traffic = netdev_alloc_pcpu_stats(struct softism_traffic);
	if (!dev->traffic) {
		kfree(dev);
		return NULL;
	}
	refcount_set(&dev->ref, 1);
	dev->id = ++softism_last_id;
	strscpy(dev->name, config->name, sizeof(dev->name));
	dev->kind = config->kind;
	dev->chid = config->chid;
	dev->gid = config->gid;
	dev->priority = config->priority;
	dev->max_dmbs = config->max_dmbs;
	dev->max_memory = config->max_memory;
	dev->up = config->up;
	return dev;
}

static bool softism_gid_taken(u64 id)
{
	struct softism_dev *dev;

	list_for_each_entry(dev, &softism_devs, list)
		if (dev->gid.id == id)
			return true;
	return false;
}

static int softism_check_chid(u16 chid, enum softism_kind kind,
			      struct netlink_ext_ack *extack)
{
	struct softism_dev *dev;

	if (!chid) {
		NL_SET_ERR_MSG(extack, "an ism-emu device needs a CHID");
		return -EINVAL;
	}
	if (chid == SOFTISM_CHID_LOOPBACK && kind != SOFTISM_KIND_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "CHID 0xFFFF is for loopback devices");
		return -EINVAL;
	}
	list_for_each_entry(dev, &softism_devs, list) {
		if (dev->chid != chid || dev->kind == kind)
			continue;
		NL_SET_ERR_MSG(extack, "a device of another kind has this CHID");
		return -EINVAL;
	}
	return 0;
}

static int softism_choose_gid(struct softism_dev_config *config,
			      struct netlink_ext_ack *extack)
{
	struct softism_gid *gid = &config->gid;
	bool wide = softism_upper_wide_gid(config->chid);

	if (gid->ext && !wide) {
		NL_SET_ERR_MSG(extack, "GIDs of this CHID have 64 bits here");
		return -EINVAL;
	}
	if (gid->id && softism_gid_taken(gid->id)) {
		NL_SET_ERR_MSG(extack, "a device with this GID exists");
		return -EEXIST;
	}
	if (!gid->id && wide && !gid->ext)
		gid->ext = get_random_u64();
	while (!gid->id || softism_gid_taken(gid->id))
		gid->id = get_random_u64();
	return 0;
}

/* Fills in the defaults of @config and checks it against the other devices */
static int softism_check_config(struct softism_dev_config *config,
				struct netlink_ext_ack *extack)
{
	int rc;

	if (softism_dev_find(config->name)) {
		NL_SET_ERR_MSG(extack, "a device of this name exists");
		return -EEXIST;
	}
	if (!config->chid && config->kind == SOFTISM_KIND_LOOPBACK)
		config->chid = SOFTISM_CHID_LOOPBACK;
	rc = softism_check_chid(config->chid, config->kind, extack);
	return rc ?: softism_choose_gid(config, extack);
}

struct softism_dev *softism_dev_new(const struct softism_dev_config *wanted,
				    struct netlink_ext_ack *extack)
{
	struct softism_dev_config config = *wanted;
	struct softism_dev *dev;
	int rc;

	lockdep_assert_held(&softism_mutex);

	rc = softism_check_config(&config, extack);
	if (rc)
		return ERR_PTR(rc);
	dev = softism_dev_alloc(&config);
	if (!dev) {
		NL_SET_ERR_MSG(extack, "no memory for a device");
		return ERR_PTR(-ENOMEM);
	}
	spin_lock_bh(&softism_lock);
	list_add_tail(&dev->list, &softism_devs);
	spin_unlock_bh(&softism_lock);

	rc = dev->up && !softism_gid_buried(&dev->gid) ?
		softism_dev_attach(dev) : 0;
	if (rc) {
		if (rc == -EEXIST)
			NL_SET_ERR_MSG(extack,
				       "a device of this name exists that is not softism's");
		else
			NL_SET_ERR_MSG(extack,
				       "the SMC stack refuses the device");
		softism_dev_destroy(dev);
		return ERR_PTR(rc);
	}
	dev->changed = false;
	softism_generation++;
	softism_notify(dev, SOFTISM_CMD_DEV_ADD_NTF);
	softism_settle();
	return dev;
}
