/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Named 64-bit counters, as a{st} of org.smcd1 carries them, in their order. */
#ifndef SMCCTL_COUNTERS_H
#define SMCCTL_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

struct counter {
	char *name;
	uint64_t value;
};

/* Zeros are an empty list; a counter that is not known is absent. */
struct counters {
	struct counter *list;
	size_t n;
};

#define counters_cleanup __attribute__((cleanup(counters_clear)))

/* NULL if there is none of that name. */
const uint64_t *counters_find(const struct counters *counters, const char *name);

/*
 * Adds @value to the counter of that name, which begins at 0; one that would
 * overflow stays at UINT64_MAX. 0 or -ENOMEM.
 */
int counters_add(struct counters *counters, const char *name, uint64_t value);

/* Adds each of @more. 0 or -ENOMEM. */
int counters_sum(struct counters *counters, const struct counters *more);

void counters_clear(struct counters *counters);

#endif
