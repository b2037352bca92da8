// SPDX-License-Identifier: GPL-2.0
/*
 * The jobs: what is measured, a number of rounds at a time, so that looking at
 * the clock in between costs nothing.
 */
#include <linux/bottom_half.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "client.h"

/* A job moves so many bytes, in so many moves at least */
#define BENCH_JOB_SIZE		SZ_64K
#define BENCH_MOVES		16u
#define BENCH_REGISTRATIONS	16

static int bench_register(const struct bench_plan *plan, struct dibs_dmb *dmb)
{
	struct dibs_dev *dibs = plan->dibs;

	*dmb = (struct dibs_dmb) {
		.rgid = dibs->gid,
		.dmb_len = max_t(u32, plan->size, BENCH_DMB_SIZE),
	};
	return dibs->ops->register_dmb(dibs, dmb, &bench_client);
}

static int bench_unregister(const struct bench_plan *plan, struct dibs_dmb *dmb)
{
	return plan->dibs->ops->unregister_dmb(plan->dibs, dmb);
}

/* Softirqs are off, as they are where the stack moves. */
static int bench_moves(struct bench_worker *worker)
{
	const struct bench_plan *plan = worker->plan;
	int moves = max(BENCH_MOVES, BENCH_JOB_SIZE / max(plan->size, 1));
	struct dibs_dev *dibs = plan->dibs;
	int i, rc = 0;

	local_bh_disable();
	for (i = 0; i < moves && !rc; i++)
		rc = dibs->ops->move_data(dibs, worker->dmb.dmb_tok, 0,
					  plan->signal, 0, worker->data,
					  plan->size);
	local_bh_enable();
	return rc ?: moves;
}

static int bench_registrations(struct bench_worker *worker)
{
	struct dibs_dmb dmb;
	int i, rc = 0;

	for (i = 0; i < BENCH_REGISTRATIONS && !rc; i++) {
		rc = bench_register(worker->plan, &dmb);
		if (!rc)
			rc = bench_unregister(worker->plan, &dmb);
	}
	return rc ?: BENCH_REGISTRATIONS;
}

int bench_job(struct bench_worker *worker)
{
	return worker->plan->what == BENCH_MOVE ? bench_moves(worker) :
						  bench_registrations(worker);
}

/* A mover has a DMB and data of its own, like a connection. */
int bench_prepare(struct bench_worker *worker)
{
	const struct bench_plan *plan = worker->plan;
	int rc;

	if (plan->what != BENCH_MOVE)
		return 0;
	worker->data = kmalloc(plan->size, GFP_KERNEL);
	if (!worker->data)
		return -ENOMEM;
	get_random_bytes(worker->data, plan->size);
	rc = bench_register(plan, &worker->dmb);
	if (rc)
		kfree(worker->data);
	return rc;
}

/* Undoes bench_prepare(); an error if what was moved has not arrived */
int bench_finish(struct bench_worker *worker)
{
	const struct bench_plan *plan = worker->plan;
	int rc = 0;

	if (plan->what != BENCH_MOVE)
		return 0;
	if (worker->all_rounds &&
	    memcmp(worker->dmb.cpu_addr, worker->data, plan->size))
		rc = -EIO;
	kfree(worker->data);
	return bench_unregister(plan, &worker->dmb) ?: rc;
}

static void bench_unregister_all(const struct bench_plan *plan,
				 struct dibs_dmb *dmbs, unsigned int count)
{
	while (count--)
		bench_unregister(plan, &dmbs[count]);
	kvfree(dmbs);
}

/* Registers those DMBs that are to exist meanwhile */
int bench_fill(const struct bench_plan *plan, struct dibs_dmb **ret_dmbs)
{
	struct dibs_dmb *dmbs;
	unsigned int i;
	int rc;

	dmbs = kvcalloc(plan->live ?: 1, sizeof(*dmbs), GFP_KERNEL);
	if (!dmbs)
		return -ENOMEM;
	for (i = 0; i < plan->live; i++) {
		rc = bench_register(plan, &dmbs[i]);
		if (rc) {
			bench_unregister_all(plan, dmbs, i);
			return rc;
		}
	}
	*ret_dmbs = dmbs;
	return 0;
}

void bench_drain(const struct bench_plan *plan, struct dibs_dmb *dmbs)
{
	bench_unregister_all(plan, dmbs, plan->live);
}
