// SPDX-License-Identifier: GPL-2.0
/*
 * The module: what devices there are, and the file by which it is told what to
 * measure. A plan is written to debugfs' move-client/run as
 *   move DEVICE MS THREADS SIZE SIGNAL
 *   register DEVICE MS LIVE
 * and when the write returns, the file reads "ROUNDS NS SIGNALS", for all
 * threads together.
 */
#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "client.h"

#define BENCH_PLAN_MAX		128
#define BENCH_NAME_SIZE		32
#define BENCH_MAX_MS		60000
#define BENCH_MAX_LIVE		4096
#define BENCH_CONTROL		"memory"
#define BENCH_DEFERRED		"memory-rcu"
#define BENCH_TRIES		10

struct bench_device {
	struct list_head list;
	struct dibs_dev *dibs;
};

/* Held during a run, so that no device leaves */
static DEFINE_MUTEX(bench_mutex);
static LIST_HEAD(bench_devices);
static struct bench_result bench_last;
static struct dentry *bench_dir;
static DEFINE_PER_CPU(u64, bench_signal_count);

static void bench_add_dev(struct dibs_dev *dibs)
{
	struct bench_device *device;

	device = kzalloc(sizeof(*device), GFP_KERNEL);
	if (!device)
		return;
	device->dibs = dibs;
	guard(mutex)(&bench_mutex);
	list_add(&device->list, &bench_devices);
}

static void bench_del_dev(struct dibs_dev *dibs)
{
	struct bench_device *device, *next;

	guard(mutex)(&bench_mutex);
	list_for_each_entry_safe(device, next, &bench_devices, list) {
		if (device->dibs != dibs)
			continue;
		list_del(&device->list);
		kfree(device);
	}
}

static void bench_handle_irq(struct dibs_dev *dibs, unsigned int idx,
			     u16 dmbemask)
{
	this_cpu_inc(bench_signal_count);
}

static void bench_handle_event(struct dibs_dev *dibs,
			       const struct dibs_event *event)
{
}

static const struct dibs_client_ops bench_ops = {
	.add_dev = bench_add_dev,
	.del_dev = bench_del_dev,
	.handle_irq = bench_handle_irq,
	.handle_event = bench_handle_event,
};

struct dibs_client bench_client = {
	.name = "move-client",
	.ops = &bench_ops,
};

u64 bench_signals(void)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu(bench_signal_count, cpu);
	return sum;
}

static struct dibs_dev *bench_find(const char *name)
{
	struct bench_device *device;

	if (!strcmp(name, BENCH_CONTROL))
		return &bench_control;
	if (!strcmp(name, BENCH_DEFERRED))
		return &bench_deferred;
	list_for_each_entry(device, &bench_devices, list)
		if (!strcmp(dev_name(&device->dibs->dev), name))
			return device->dibs;
	return NULL;
}

static int bench_parse(const char *text, struct bench_plan *plan)
{
	char name[BENCH_NAME_SIZE];
	unsigned int signal;

	*plan = (struct bench_plan) { .threads = 1 };
	if (sscanf(text, "move %31s %u %u %u %u", name, &plan->ms,
		   &plan->threads, &plan->size, &signal) == 5) {
		plan->what = BENCH_MOVE;
		plan->signal = signal;
	} else if (sscanf(text, "register %31s %u %u", name, &plan->ms,
			  &plan->live) == 3) {
		plan->what = BENCH_REGISTER;
	} else {
		return -EINVAL;
	}
	if (!plan->ms || plan->ms > BENCH_MAX_MS || !plan->threads ||
	    plan->threads > num_online_cpus() || plan->size > BENCH_MAX_SIZE ||
	    plan->live > BENCH_MAX_LIVE)
		return -ERANGE;
	plan->dibs = bench_find(name);
	return plan->dibs ? 0 : -ENODEV;
}

static ssize_t bench_write(struct file *file, const char __user *buffer,
			   size_t count, loff_t *ppos)
{
	char *text __free(kfree) = NULL;
	struct bench_plan plan;
	int rc, tries;

	if (count > BENCH_PLAN_MAX)
		return -EINVAL;
	text = memdup_user_nul(buffer, count);
	if (IS_ERR(text))
		return PTR_ERR(no_free_ptr(text));
	guard(mutex)(&bench_mutex);
	rc = bench_parse(text, &plan);
	if (rc)
		return rc;
	/* A thread had no CPU while it counted: the machine is busy elsewhere */
	for (rc = -ETIME, tries = 0; rc == -ETIME && tries < BENCH_TRIES; tries++)
		rc = bench_run(&plan, &bench_last);
	if (!rc && bench_last.signals != bench_last.expected)
		rc = -EPROTO;
	return rc ?: count;
}

static int bench_show(struct seq_file *seq, void *unused)
{
	guard(mutex)(&bench_mutex);
	seq_printf(seq, "%llu %llu %llu\n", bench_last.rounds, bench_last.ns,
		   bench_last.signals);
	return 0;
}

static int bench_open(struct inode *inode, struct file *file)
{
	return single_open(file, bench_show, NULL);
}

static const struct file_operations bench_file_ops = {
	.owner = THIS_MODULE,
	.open = bench_open,
	.read = seq_read,
	.write = bench_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static int __init bench_init(void)
{
	int rc;

	rc = dibs_register_client(&bench_client);
	if (rc)
		return rc;
	bench_dir = debugfs_create_dir("move-client", NULL);
	debugfs_create_file("run", 0600, bench_dir, NULL, &bench_file_ops);
	return 0;
}

static void __exit bench_exit(void)
{
	debugfs_remove(bench_dir);
	dibs_unregister_client(&bench_client);
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_DESCRIPTION("A client of dibs that measures its devices");
MODULE_LICENSE("GPL");
