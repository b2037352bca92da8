// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a plan: all threads at once, and only that time counts in which all of
 * them are at work.
 */
#include <linux/cleanup.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "client.h"

/* Jobs of a thread that count, at most */
#define BENCH_SAMPLES		4096

struct bench_run {
	struct completion go, done;
	u64 begin, end;			/* ns, of the time that counts */
	unsigned int count;
	struct bench_worker workers[] __counted_by(count);
};

static int bench_compare(const void *a, const void *b)
{
	return cmp_int(*(const u32 *)a, *(const u32 *)b);
}

/*
 * Moves: the median job, which time that the machine took for others does not
 * change. Registrations: all jobs, as what is freed later has to be paid for.
 */
static void bench_evaluate(struct bench_worker *worker)
{
	if (worker->plan->what != BENCH_MOVE)
		return;
	sort(worker->samples, worker->count, sizeof(*worker->samples),
	     bench_compare, NULL);
	worker->rounds /= worker->count;
	worker->ns = worker->samples[worker->count / 2];
}

/*
 * Begins early: caches are cold at first, and what is freed after an RCU grace
 * period shall be freed while it counts, too.
 */
static int bench_repeat(struct bench_worker *worker)
{
	struct bench_run *run = worker->run;
	u64 before, now;
	int rc;

	for (before = ktime_get_ns(); before < run->end; before = now) {
		rc = bench_job(worker);
		if (rc < 0)
			return rc;
		worker->all_rounds += rc;
		cond_resched();
		now = ktime_get_ns();
		if (before < run->begin || worker->count == BENCH_SAMPLES)
			continue;
		worker->samples[worker->count++] = min(now - before, U32_MAX);
		worker->rounds += rc;
		worker->ns += now - before;
	}
	if (!worker->count)
		return -ETIME;
	bench_evaluate(worker);
	return 0;
}

static int bench_thread(void *data)
{
	struct bench_worker *worker = data;
	struct bench_run *run = worker->run;

	wait_for_completion(&run->go);
	worker->rc = bench_repeat(worker);
	kthread_complete_and_exit(&run->done, 0);
}

/* They do not run yet */
static int bench_create_threads(struct bench_run *run)
{
	struct task_struct *task;
	unsigned int i = 0;
	int cpu;

	for_each_online_cpu(cpu) {
		if (i == run->count)
			break;
		task = kthread_create_on_cpu(bench_thread, &run->workers[i],
					     cpu, "move-client/%u");
		if (IS_ERR(task))
			goto err;
		run->workers[i++].task = task;
	}
	if (i == run->count)
		return 0;
	task = ERR_PTR(-ENODEV);
err:
	while (i--)
		kthread_stop(run->workers[i].task);
	return PTR_ERR(task);
}

static void bench_work(struct bench_run *run, u64 length)
{
	unsigned int i;

	for (i = 0; i < run->count; i++)
		wake_up_process(run->workers[i].task);
	run->begin = ktime_get_ns() + length / 2;
	run->end = run->begin + length;
	complete_all(&run->go);
	for (i = 0; i < run->count; i++)
		wait_for_completion(&run->done);
}

static int bench_finish_all(struct bench_run *run, unsigned int count)
{
	int rc = 0;

	while (count--) {
		struct bench_worker *worker = &run->workers[count];

		rc = bench_finish(worker) ?: worker->rc ?: rc;
	}
	return rc;
}

static int bench_prepare_all(struct bench_run *run,
			     const struct bench_plan *plan)
{
	unsigned int i;
	int rc;

	for (i = 0; i < run->count; i++) {
		run->workers[i].plan = plan;
		run->workers[i].run = run;
		rc = bench_prepare(&run->workers[i]);
		if (rc) {
			bench_finish_all(run, i);
			return rc;
		}
	}
	return 0;
}

static void bench_add_up(const struct bench_run *run,
			 const struct bench_plan *plan,
			 struct bench_result *result)
{
	unsigned int i;

	for (i = 0; i < run->count; i++) {
		const struct bench_worker *worker = &run->workers[i];

		result->rounds += worker->rounds;
		result->ns += worker->ns;
		if (plan->signal)
			result->expected += worker->all_rounds;
	}
}

static int bench_run_workers(struct bench_run *run,
			     const struct bench_plan *plan)
{
	int rc;

	rc = bench_prepare_all(run, plan);
	if (rc)
		return rc;
	rc = bench_create_threads(run);
	if (!rc)
		bench_work(run, plan->ms * (u64)NSEC_PER_MSEC);
	return bench_finish_all(run, run->count) ?: rc;
}

int bench_run(const struct bench_plan *plan, struct bench_result *result)
{
	u32 *samples __free(kvfree) = kvmalloc_array(plan->threads * BENCH_SAMPLES,
						     sizeof(*samples), GFP_KERNEL);
	u64 signals = bench_signals();
	struct dibs_dmb *live;
	struct bench_run *run;
	unsigned int i;
	int rc;

	run = kzalloc(struct_size(run, workers, plan->threads), GFP_KERNEL);
	if (!run || !samples) {
		kfree(run);
		return -ENOMEM;
	}
	run->count = plan->threads;
	for (i = 0; i < run->count; i++)
		run->workers[i].samples = samples + i * BENCH_SAMPLES;
	init_completion(&run->go);
	init_completion(&run->done);
	rc = bench_fill(plan, &live);
	if (rc)
		goto out;
	rc = bench_run_workers(run, plan);
	bench_drain(plan, live);
	*result = (struct bench_result) {};
	bench_add_up(run, plan, result);
	result->signals = bench_signals() - signals;
out:
	kfree(run);
	/* The next run shall find all memory free */
	rcu_barrier();
	return rc;
}
