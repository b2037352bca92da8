// SPDX-License-Identifier: GPL-2.0
/*
 * Who reaches whom: answers to the stack's GID queries, and events between
 * devices of one fabric, i.e. of one CHID.
 */
#include "core.h"
#include "fault.h"

/* Event code by which the stack gives up a link group (net/smc/smc_ism.c) */
#define SOFTISM_EVENT_SHUTDOWN	0x80

/*
 * The device that @dev reaches by @rgid, or NULL. A loopback device reaches
 * itself; an ism-emu device the others of its fabric.
 */
static struct softism_dev *
softism_fabric_peer(struct softism_dev *dev, const struct softism_gid *rgid)
{
	struct softism_dev *peer;

	lockdep_assert_held(&softism_lock);

	if (dev->kind == SOFTISM_KIND_LOOPBACK)
		return softism_gid_equal(rgid, &dev->gid) ? dev : NULL;
	list_for_each_entry(peer, &softism_devs, list)
		if (softism_gid_equal(&peer->gid, rgid) &&
		    peer->chid == dev->chid)
			return peer == dev ? NULL : peer;
	return NULL;
}

static bool softism_open(const struct softism_dev *dev)
{
	return dev->port && dev->up && !dev->closing;
}

static enum softism_answer softism_port_answer(struct softism_port *port,
					       const struct softism_gid *rgid)
{
	struct softism_dev *dev = port->dev;
	struct softism_dev *peer;

	peer = softism_fabric_peer(dev, rgid);
	if (!peer)
		return SOFTISM_ANSWER_UNKNOWN;
	if (dev->port != port || !softism_open(dev) || !softism_open(peer))
		return SOFTISM_ANSWER_DOWN;
	if (peer->held)
		return SOFTISM_ANSWER_HELD;
	if (softism_fault_unreachable(dev, rgid))
		return SOFTISM_ANSWER_FAULT;
	if (!softism_dev_pin(dev) || !softism_dev_pin(peer))
		return SOFTISM_ANSWER_DOWN;
	return SOFTISM_ANSWER_YES;
}

/*
 * The server asks before each new connection: may it come over @port, from
 * the device @rgid? Both ends are on this machine. Whether connections should
 * rather take another device is a question of the one that was proposed.
 */
bool softism_port_query(struct softism_port *port,
			const struct softism_gid *rgid)
{
	struct softism_dev *dev = port->dev;
	enum softism_answer answer;

	spin_lock_bh(&softism_lock);
	answer = softism_port_answer(port, rgid);
	spin_unlock_bh(&softism_lock);

	atomic64_inc(&dev->queries[answer]);
	return answer == SOFTISM_ANSWER_YES;
}

/*
 * May a DMB for @rgid be registered on @port? The client is not asked before
 * it registers its own, and its peer may claim any GID. The id of the device
 * that may write into it; 0: none.
 */
u32 softism_port_admit(struct softism_port *port,
		       const struct softism_gid *rgid)
{
	struct softism_dev *peer;
	u32 id = 0;

	spin_lock_bh(&softism_lock);
	peer = softism_fabric_peer(port->dev, rgid);
	if (!port->dead && peer && peer->port &&
	    !softism_fault_unreachable(port->dev, rgid) &&
	    softism_dev_pin(port->dev))
		id = peer->id;
	spin_unlock_bh(&softism_lock);
	return id;
}

/*
 * Delivers an event to the device @rgid. Never back to a loopback device: all
 * of its link groups have the same peer, itself, so the end of an idle one
 * would end them all. Between two devices likewise, so a SHUTDOWN is kept back
 * as long as connections exist between them.
 */
void softism_port_event(struct softism_port *port,
			const struct softism_gid *rgid, u32 code, u64 info)
{
	struct softism_dev *dev = port->dev;
	struct softism_dev *peer;

	if (dev->kind == SOFTISM_KIND_LOOPBACK)
		return;

	spin_lock_bh(&softism_lock);
	peer = softism_fabric_peer(dev, rgid);
	if (peer && peer->port &&
	    !(code == SOFTISM_EVENT_SHUTDOWN &&
	      softism_dmb_receives(peer->port, &dev->gid)))
		softism_upper_event(peer->port, SOFTISM_EVENT_SW, &dev->gid,
				    code, info);
	spin_unlock_bh(&softism_lock);
}
