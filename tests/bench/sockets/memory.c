// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a connection takes of the kernel's memory, both ends together: by how much free memory
 * and page cache shrink with so many of them open, on each of which a message has gone each way.
 * MemAvailable would not do: it takes the inodes of sockets for reclaimable, also while these
 * are open, and knows nothing of the free pages that each CPU has for itself, some megabytes.
 * --before says how many are opened first, and do not count: idle link groups of SMC keep
 * buffers, which these use up.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sockets.h"

#define SETTLE_US 100000
#define SETTLED_KIB 64
#define SETTLE_TURNS 100
#define SETTLE_QUIET 10

static void serve(const struct options *options, int listener)
{
	char *message = buffer_of(options->size);

	for (;;)
		echo(accept_from(listener), message, options->size);
}

/* Brings the counters of each CPU together; only root may, and without it they are less exact. */
static void refresh_counters(void)
{
	FILE *f = fopen("/proc/sys/vm/stat_refresh", "w");

	if (f) {
		fputs("1", f);
		fclose(f);
	}
}

/* The sum of the numbers in a file of /proc that follow one of the keys; NULL ends these */
static double sum_of(const char *path, const char *const *keys)
{
	unsigned long number;
	char line[256], key[64];
	double sum = 0;
	FILE *f = fopen(path, "r");

	if (!f)
		die(path);
	while (fgets(line, sizeof(line), f))
		for (const char *const *k = keys; *k; k++)
			if (sscanf(line, " %63[^:]: %lu", key, &number) == 2 && !strcmp(key, *k))
				sum += number;
	fclose(f);
	return sum;
}

/* KiB that are free, or could be at once */
static double free_now(void)
{
	static const char *const kib[] = { "MemFree", "Buffers", "Cached", NULL };
	static const char *const pages_of_cpus[] = { "count", NULL };

	refresh_counters();
	return sum_of("/proc/meminfo", kib) +
	       sum_of("/proc/zoneinfo", pages_of_cpus) * (sysconf(_SC_PAGESIZE) >> 10);
}

/*
 * The same when it has not changed for a second: buffers of others that have ended are given back
 * later, those of a device that is switched off in several steps.
 */
static double available(void)
{
	double before, kib = free_now();
	int quiet = 0;

	for (int turn = 0; turn < SETTLE_TURNS && quiet < SETTLE_QUIET; turn++) {
		before = kib;
		usleep(SETTLE_US);
		kib = free_now();
		quiet = kib - before < SETTLED_KIB && before - kib < SETTLED_KIB ? quiet + 1 : 0;
	}
	return kib;
}

static void open_some(const struct options *options, unsigned int count, char *message)
{
	while (count--)
		exchange(connect_to(options), message, options->size);
}

static double measure(const struct options *options)
{
	char *message = buffer_of(options->size);
	double before, after;

	open_some(options, options->before + 1, message);
	before = available();
	open_some(options, options->conns, message);
	after = available();
	hold(options);
	return (before - after) / options->conns;
}

const struct workload memory = { "memory", "KiB for a connection", 1024, serve, measure };
