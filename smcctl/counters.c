// SPDX-License-Identifier: GPL-2.0-or-later
/* Named 64-bit counters; see counters.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "counters.h"

static struct counter *find(const struct counters *counters, const char *name)
{
	size_t i;

	for (i = 0; i < counters->n; i++)
		if (!strcmp(counters->list[i].name, name))
			return &counters->list[i];
	return NULL;
}

const uint64_t *counters_find(const struct counters *counters, const char *name)
{
	const struct counter *counter = find(counters, name);

	return counter ? &counter->value : NULL;
}

int counters_add(struct counters *counters, const char *name, uint64_t value)
{
	struct counter *counter = find(counters, name), *list;
	char *copy;

	if (counter) {
		if (__builtin_add_overflow(counter->value, value, &counter->value))
			counter->value = UINT64_MAX;
		return 0;
	}
	list = reallocarray(counters->list, counters->n + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	counters->list = list;
	copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	list[counters->n++] = (struct counter){ copy, value };
	return 0;
}

int counters_sum(struct counters *counters, const struct counters *more)
{
	size_t i;
	int r;

	for (i = 0; i < more->n; i++) {
		r = counters_add(counters, more->list[i].name, more->list[i].value);
		if (r < 0)
			return r;
	}
	return 0;
}

void counters_clear(struct counters *counters)
{
	size_t i;

	for (i = 0; i < counters->n; i++)
		free(counters->list[i].name);
	free(counters->list);
	*counters = (struct counters){};
}
