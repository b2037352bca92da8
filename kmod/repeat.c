// SPDX-License-Identifier: GPL-2.0
/*
 * Signals that are repeated, since the stack can lose what they tell.
 *
 * The tasklet that a signal runs notes the end of the peer's stream in
 * sk_shutdown (net/smc/smc_cdc.c, smc_cdc_msg_recv_action), and shutdown() notes
 * that of ours there (net/smc/af_smc.c, smc_shutdown), each with a lock that
 * does not keep the other off. If both do so at the same time, on two CPUs, the
 * peer's may be lost, and the application waits for it for ever: only another
 * signal would make the stack read the message again, and after the end of a
 * stream none comes. So there is one more, when no other has come for a while.
 *
 * All other messages stay alone: urgent data must not be told of twice.
 */
#include <linux/bottom_half.h>
#include <linux/rcupdate.h>

#include "core.h"
#include "fault.h"

/* struct smcd_cdc_msg of net/smc/smc_cdc.h, which lies at the start of a DMB */
#define SOFTISM_CDC_TYPE	0
#define SOFTISM_CDC_TYPE_MSG	0xFE
#define SOFTISM_CDC_CONN_STATE	23	/* done writing, closed, aborted */
#define SOFTISM_CDC_SIZE	32

static bool softism_dmb_ends(const struct softism_dmb *dmb)
{
	const u8 *message = dmb->addr;

	return dmb->len >= SOFTISM_CDC_SIZE &&
	       READ_ONCE(message[SOFTISM_CDC_TYPE]) == SOFTISM_CDC_TYPE_MSG &&
	       READ_ONCE(message[SOFTISM_CDC_CONN_STATE]);
}

/* True if @dmb has been quiet since the last look, and this is the second one */
static bool softism_dmb_quiet(struct softism_dmb *dmb)
{
	u64 moves = READ_ONCE(dmb->moves);
	bool quiet = moves == dmb->looked_moves;

	if (!quiet)
		dmb->repeated = false;
	dmb->looked_moves = moves;
	return quiet && !dmb->repeated;
}

/*
 * To be called now and then as long as there are connections. Devices that are
 * to lose signals are left alone.
 */
void softism_repeat_signals(void)
{
	struct softism_dmb *dmb;
	unsigned long index = 0;

	lockdep_assert_held(&softism_mutex);

	rcu_read_lock();
	for (; (dmb = softism_dmb_next(&index)); index++) {
		if (softism_faulty(dmb->port->dev) || !softism_dmb_quiet(dmb) ||
		    !softism_dmb_ends(dmb))
			continue;
		dmb->repeated = true;
		local_bh_disable();
		softism_upper_signal(dmb);
		local_bh_enable();
	}
	rcu_read_unlock();
}
