// SPDX-License-Identifier: GPL-2.0
/*
 * The controls: memory without a device around it. What this takes no device can
 * save, and what two threads lose here is the machine's fault. The second frees
 * it after an RCU grace period, as every device must that writes without a lock.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>

#include "client.h"

static int bench_control_register(struct dibs_dev *dibs, struct dibs_dmb *dmb,
				  struct dibs_client *client)
{
	unsigned long page = __get_free_pages(GFP_KERNEL | __GFP_ZERO | __GFP_COMP,
					      get_order(dmb->dmb_len));

	if (!page)
		return -ENOMEM;
	dmb->cpu_addr = (void *)page;
	dmb->dmb_tok = page;
	return 0;
}

static int bench_control_unregister(struct dibs_dev *dibs, struct dibs_dmb *dmb)
{
	free_pages((unsigned long)dmb->cpu_addr, get_order(dmb->dmb_len));
	return 0;
}

static void bench_control_free(struct rcu_head *rcu)
{
	struct page *page = container_of(rcu, struct page, rcu_head);

	__free_pages(page, compound_order(page));
}

static int bench_control_defer(struct dibs_dev *dibs, struct dibs_dmb *dmb)
{
	call_rcu(&virt_to_page(dmb->cpu_addr)->rcu_head, bench_control_free);
	return 0;
}

static int bench_control_move(struct dibs_dev *dibs, u64 dmb_tok,
			      unsigned int idx, bool sf, unsigned int offset,
			      void *data, unsigned int size)
{
	memcpy((void *)(unsigned long)dmb_tok + offset, data, size);
	if (sf)
		bench_client.ops->handle_irq(dibs, 0, 0);
	return 0;
}

static const struct dibs_dev_ops bench_control_ops = {
	.register_dmb = bench_control_register,
	.unregister_dmb = bench_control_unregister,
	.move_data = bench_control_move,
};

static const struct dibs_dev_ops bench_deferred_ops = {
	.register_dmb = bench_control_register,
	.unregister_dmb = bench_control_defer,
	.move_data = bench_control_move,
};

/* Not registered: only their operations are of use */
struct dibs_dev bench_control = {
	.ops = &bench_control_ops,
};

struct dibs_dev bench_deferred = {
	.ops = &bench_deferred_ops,
};
