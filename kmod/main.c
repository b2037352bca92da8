// SPDX-License-Identifier: GPL-2.0
/*
 * softism: software ISM devices for SMC-D. Start, end, and what happens with
 * time: devices that become idle, and ports that nothing points to any more.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/workqueue.h>

#include "core.h"

/* How often devices with connections are looked at */
#define SOFTISM_WATCH_INTERVAL	(HZ / 4)

/* A peer answers a proposal in 6 s (CLC_WAIT_TIME, net/smc/smc_clc.h), if ever */
#define SOFTISM_HANDSHAKE	(8 * HZ)

/*
 * The last link group of a device wakes up whoever waits for that after it has
 * given back its reference (net/smc/smc_core.c, __smc_lgr_free).
 */
#define SOFTISM_LAST_WAKE_UP	HZ

DEFINE_MUTEX(softism_mutex);	/* see core.h, as for the others */
DEFINE_SPINLOCK(softism_lock);
LIST_HEAD(softism_devs);
u32 softism_generation;

static LIST_HEAD(softism_graves);	/* softism_mutex */

/* The module looks at its last devices itself, softism_mutex held for long */
static bool softism_leaving;

static void softism_watch_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(softism_watcher, softism_watch_work);

static bool softism_may_free(struct softism_port *port, bool handshakes)
{
	if (!softism_upper_unused(port)) {
		port->keep_until = jiffies + SOFTISM_LAST_WAKE_UP;
		return false;
	}
	/* With a PNETID it may have been found without being asked */
	if (!READ_ONCE(port->offered) && !softism_upper_has_pnetid(port))
		return true;
	return !handshakes && time_after_eq(jiffies, port->keep_until);
}

/*
 * Frees buried ports that are out of use; true if some remain. The stack keeps
 * bare pointers to a device during a handshake, which a peer can draw out at
 * will, so no time is long enough: none may be under way.
 */
static bool softism_free_ports(void)
{
	struct softism_port *port, *next;
	bool handshakes;

	lockdep_assert_held(&softism_mutex);

	if (list_empty(&softism_graves))
		return false;
	handshakes = softism_upper_handshakes();
	list_for_each_entry_safe(port, next, &softism_graves, grave) {
		if (!softism_may_free(port, handshakes))
			continue;
		list_del(&port->grave);
		softism_upper_free(port);
	}
	return !list_empty(&softism_graves);
}

/* Keeps a detached port until the last handshake that may know it has ended */
void softism_port_bury(struct softism_port *port)
{
	lockdep_assert_held(&softism_mutex);

	port->buried = jiffies;
	port->keep_until = jiffies + SOFTISM_LAST_WAKE_UP;
	list_add_tail(&port->grave, &softism_graves);
	if (softism_free_ports())
		softism_watch();
}

/* True if a client may still have proposed a former port with that GID */
bool softism_gid_buried(const struct softism_gid *gid)
{
	struct softism_port *port;

	lockdep_assert_held(&softism_mutex);

	list_for_each_entry(port, &softism_graves, grave)
		if (port->dev->gid.id == gid->id && READ_ONCE(port->offered) &&
		    time_before(jiffies, port->buried + SOFTISM_HANDSHAKE))
			return true;
	return false;
}

/* Looks at the devices soon. Any context. */
void softism_watch(void)
{
	if (!READ_ONCE(softism_leaving))
		schedule_delayed_work(&softism_watcher,
				      SOFTISM_WATCH_INTERVAL);
}

static void softism_watch_work(struct work_struct *work)
{
	struct softism_dev *dev, *next;
	bool again;

	mutex_lock(&softism_mutex);
	again = softism_free_ports() || softism_upper_handshakes();
	list_for_each_entry_safe(dev, next, &softism_devs, list)
		if (!softism_dev_look(dev) || !softism_dev_reap(dev))
			again = true;
	softism_settle();
	softism_repeat_signals();
	list_for_each_entry(dev, &softism_devs, list)
		if (!softism_drain_look(dev))
			again = true;
	mutex_unlock(&softism_mutex);

	if (again)
		softism_watch();
}

static int __init softism_init(void)
{
	int rc;

	softism_dmb_init();
	rc = softism_upper_init();
	if (rc)
		goto err_dmb;
	rc = softism_netlink_init();
	if (rc)
		goto err_upper;
	return 0;

err_upper:
	softism_upper_exit();
err_dmb:
	softism_dmb_exit();
	return rc;
}

/* True if something remains that a handshake may know */
static bool softism_clear(void)
{
	struct softism_dev *dev, *next;
	bool again;

	mutex_lock(&softism_mutex);
	list_for_each_entry_safe(dev, next, &softism_devs, list)
		if (!dev->port || softism_upper_quiet(dev->port))
			softism_dev_destroy(dev);
	again = softism_free_ports() || !list_empty(&softism_devs);
	mutex_unlock(&softism_mutex);
	return again;
}

/* No device is in use here: one that is holds a reference to the module */
static void __exit softism_exit(void)
{
	WRITE_ONCE(softism_leaving, true);
	cancel_delayed_work_sync(&softism_watcher);
	softism_netlink_exit();

	while (softism_clear())
		msleep(50);
	cancel_delayed_work_sync(&softism_watcher);
	softism_growth_exit();
	softism_upper_exit();
	softism_dmb_exit();
}

module_init(softism_init);
module_exit(softism_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Software ISM devices for SMC-D");
MODULE_VERSION(SOFTISM_VERSION);
