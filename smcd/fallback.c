// SPDX-License-Identifier: GPL-2.0-or-later
/* When connections begin to fall back to TCP, see fallback.h. */
#include <errno.h>
#include <stdlib.h>
#include "fallback.h"

static struct fallback_seen *find(const struct fallback_history *history, uint32_t code)
{
	for (size_t i = 0; i < history->count; i++)
		if (history->seen[i].last.code == code)
			return &history->seen[i];
	return NULL;
}

static struct fallback_seen *find_or_add(struct fallback_history *history, uint32_t code)
{
	struct fallback_seen *seen = find(history, code), *longer;

	if (seen)
		return seen;
	longer = reallocarray(history->seen, history->count + 1, sizeof(*longer));
	if (!longer)
		return NULL;
	history->seen = longer;
	seen = &longer[history->count++];
	*seen = (struct fallback_seen){ .last.code = code };
	return seen;
}

int fallback_remember(struct fallback_history *history, const struct smc_fallback *reading,
		      size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct fallback_seen *seen = find_or_add(history, reading[i].code);

		if (!seen)
			return -ENOMEM;
		seen->last = reading[i];
	}
	return 0;
}

static const struct smc_fallback *find_reading(const struct smc_fallback *reading, size_t count,
					       uint32_t code)
{
	for (size_t i = 0; i < count; i++)
		if (reading[i].code == code)
			return &reading[i];
	return NULL;
}

/* smc has been loaded anew, and counts from 0, when a reason that was there is missing. */
static void forget_lost(struct fallback_history *history, const struct smc_fallback *reading,
			size_t count)
{
	for (size_t i = 0; i < history->count; i++) {
		struct smc_fallback *last = &history->seen[i].last;

		if (!find_reading(reading, count, last->code))
			last->client = last->server = 0;
	}
}

int fallback_compare(struct fallback_history *history, const struct smc_fallback *reading,
		     size_t count, uint64_t now, fallback_began_fn fn, void *userdata)
{
	forget_lost(history, reading, count);
	for (size_t i = 0; i < count; i++) {
		struct fallback_seen *seen = find_or_add(history, reading[i].code);
		struct smc_fallback more = reading[i];

		if (!seen)
			return -ENOMEM;
		/* Modulo 65536, as the kernel counts. */
		more.client -= seen->last.client;
		more.server -= seen->last.server;
		seen->last = reading[i];
		if (!more.client && !more.server)
			continue;
		if (!seen->risen || now - seen->risen >= FALLBACK_QUIET)
			fn(&more, userdata);
		seen->risen = now;
	}
	return 0;
}

void fallback_clear(struct fallback_history *history)
{
	free(history->seen);
	*history = (struct fallback_history){ 0 };
}
