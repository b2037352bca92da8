/* SPDX-License-Identifier: GPL-2.0 */
/*
 * move-client: a client of the dibs layer that measures its devices.
 *
 * A plan says what to measure. It is run by threads, each bound to a CPU of its
 * own, which repeat a job for a given time.
 */
#ifndef _MOVE_CLIENT_H
#define _MOVE_CLIENT_H

#include <linux/cache.h>
#include <linux/dibs.h>
#include <linux/types.h>

/* As most connections of SMC have it */
#define BENCH_DMB_SIZE		SZ_16K
#define BENCH_MAX_SIZE		SZ_64K

enum bench_what {
	BENCH_MOVE,			/* into one DMB, again and again */
	BENCH_REGISTER,			/* a DMB, and unregister it */
};

struct bench_plan {
	enum bench_what what;
	struct dibs_dev *dibs;
	unsigned int ms;
	unsigned int threads;
	unsigned int size;		/* of a move */
	bool signal;
	unsigned int live;		/* DMBs that exist meanwhile */
};

/* Of all threads */
struct bench_result {
	u64 rounds;
	u64 ns;
	u64 signals;			/* that arrived */
	u64 expected;			/* that were sent */
};

struct bench_worker {
	const struct bench_plan *plan;
	struct bench_run *run;
	struct task_struct *task;
	struct dibs_dmb dmb;
	void *data;
	u64 all_rounds;
	u32 *samples;			/* ns of jobs, once all were warm */
	unsigned int count;
	u64 rounds, ns;			/* the result */
	int rc;
} ____cacheline_aligned_in_smp;

extern struct dibs_client bench_client;

/* main.c: signals for the client's DMBs since it was loaded */
u64 bench_signals(void);

/* run.c */
int bench_run(const struct bench_plan *plan, struct bench_result *result);

/* jobs.c: once, and a job, which returns the number of rounds or an error */
int bench_prepare(struct bench_worker *worker);
int bench_job(struct bench_worker *worker);
int bench_finish(struct bench_worker *worker);
int bench_fill(const struct bench_plan *plan, struct dibs_dmb **ret_dmbs);
void bench_drain(const struct bench_plan *plan, struct dibs_dmb *dmbs);

/* control.c: what no device can do without, and what none can without locks */
extern struct dibs_dev bench_control;
extern struct dibs_dev bench_deferred;

#endif /* _MOVE_CLIENT_H */
