/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verbs of "stats" share: all that is counted, and the reasons for fallback. */
#ifndef SMCCTL_STATS_H
#define SMCCTL_STATS_H

#include <stdbool.h>
#include <json-c/json.h>
#include "bus-client.h"

/* @have_kernel: the kernel's counters and its reasons for fallback could be read. */
struct stats {
	struct devices devices;
	struct counters kernel;
	struct fallbacks fallbacks;
	bool have_kernel;
	char *since;			/* when counting began, NULL: each when its thing did */
};

#define stats_cleanup __attribute__((cleanup(stats_clear)))

/*
 * Fills @stats, which stats_clear() frees. Fails if devices cannot be read; without the kernel's
 * share @failure is filled as well.
 */
int stats_read(sd_bus *bus, struct stats *stats, struct failure *failure);

/* Takes the user's baseline from all of it, if there is one; see baseline.h. */
void stats_subtract_baseline(struct stats *stats);

void stats_clear(struct stats *stats);

/* A row for each device, and one of totals. -ENOMEM. */
int stats_print_devices(const struct stats *stats, bool headings);

/* Two tables, of counts with meanings and of cures; nothing if there are no reasons. */
void stats_print_fallbacks(const struct fallbacks *fallbacks, bool headings);

/* Adds a member "fallback" to @object. */
void stats_fallbacks_json(struct json_object *object, const struct fallbacks *fallbacks);

#endif
