// SPDX-License-Identifier: GPL-2.0
/*
 * Counters of a device. Who counts never waits: reading adds up what each CPU
 * has, and a reset remembers the sums instead of touching them.
 */
#include "core.h"

static void softism_add_cpu(const struct softism_traffic *traffic,
			    struct softism_counts *counts)
{
	struct softism_counts seen;
	unsigned int start;
	int i;

	do {
		start = u64_stats_fetch_begin(&traffic->syncp);
		for (i = 0; i < SOFTISM_SIZES; i++)
			seen.sizes[i] = u64_stats_read(&traffic->sizes[i]);
		seen.tx_bytes = u64_stats_read(&traffic->tx_bytes);
		seen.rx_moves = u64_stats_read(&traffic->rx_moves);
		seen.rx_bytes = u64_stats_read(&traffic->rx_bytes);
		seen.signals = u64_stats_read(&traffic->signals);
	} while (u64_stats_fetch_retry(&traffic->syncp, start));

	for (i = 0; i < SOFTISM_SIZES; i++) {
		counts->sizes[i] += seen.sizes[i];
		counts->tx_moves += seen.sizes[i];
	}
	counts->tx_bytes += seen.tx_bytes;
	counts->rx_moves += seen.rx_moves;
	counts->rx_bytes += seen.rx_bytes;
	counts->signals += seen.signals;
	counts->dmbs += READ_ONCE(traffic->dmbs);
}

/* Since the device was created */
static void softism_stats_sum(struct softism_dev *dev,
			      struct softism_counts *counts)
{
	int cpu, i;

	memset(counts, 0, sizeof(*counts));
	for_each_possible_cpu(cpu)
		softism_add_cpu(per_cpu_ptr(dev->traffic, cpu), counts);
	/* It moves to itself only, which was counted once */
	if (dev->kind == SOFTISM_KIND_LOOPBACK) {
		counts->rx_moves = counts->tx_moves;
		counts->rx_bytes = counts->tx_bytes;
	}
	counts->refused = atomic64_read(&dev->refused);
	counts->dmbs_failed = atomic64_read(&dev->dmbs_failed);
	counts->attaches = atomic64_read(&dev->attaches);
	for (i = 0; i < SOFTISM_ANSWERS; i++)
		counts->queries[i] = atomic64_read(&dev->queries[i]);
}

/* Since the last reset */
void softism_stats_get(struct softism_dev *dev, struct softism_counts *counts)
{
	const u64 *base = (const u64 *)&dev->base;
	u64 *count = (u64 *)counts;
	size_t i;

	lockdep_assert_held(&softism_mutex);

	softism_stats_sum(dev, counts);
	for (i = 0; i < sizeof(*counts) / sizeof(*count); i++)
		count[i] -= base[i];
}

void softism_stats_reset(struct softism_dev *dev)
{
	lockdep_assert_held(&softism_mutex);

	softism_stats_sum(dev, &dev->base);
	atomic_set(&dev->dmbs_peak, softism_dev_dmbs(dev));
}
