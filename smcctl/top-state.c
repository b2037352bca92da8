// SPDX-License-Identifier: GPL-2.0-or-later
/* What "smcctl top" knows, and how fast it changes; see top.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "device.h"
#include "rates.h"
#include "top.h"

void top_clear(struct top *top)
{
	top_forget(top);
	*top = (struct top){};
}

void top_forget(struct top *top)
{
	devices_clear(&top->devices);
	free(top->rates);
	fallbacks_clear(&top->fallbacks);
	free(top->counts);
	top_connections_clear(&top->connections);
	top->rates = NULL;
	top->counts = NULL;
	top->read_at = 0;
	top->fallbacks_known = false;
	memset(top->errors, 0, sizeof(top->errors));
}

/* What @device was before. One that was made anew has another GID. */
static const struct device *find_before(const struct devices *devices, const struct device *device)
{
	size_t i;

	for (i = 0; i < devices->n; i++)
		if (!strcmp(devices->list[i].name, device->name) &&
		    devices->list[i].gid == device->gid)
			return &devices->list[i];
	return NULL;
}

static uint64_t rate(const struct device *before, const struct device *now, const char *counter,
		     uint64_t usec)
{
	return rate_per_second(counters_find(&before->counters, counter),
			       counters_find(&now->counters, counter), usec);
}

int top_take_devices(struct top *top, struct devices *devices, uint64_t now)
{
	struct top_rate *rates = calloc(devices->n + 1, sizeof(*rates));
	const struct device *before;
	size_t i;

	if (!rates) {
		devices_clear(devices);
		return -ENOMEM;
	}
	for (i = 0; i < devices->n; i++) {
		before = find_before(&top->devices, &devices->list[i]);
		rates[i] = (struct top_rate){ RATE_UNKNOWN, RATE_UNKNOWN };
		if (!before || !top->read_at || now <= top->read_at)
			continue;
		rates[i].tx = rate(before, &devices->list[i], COUNTER_TX_BYTES, now - top->read_at);
		rates[i].rx = rate(before, &devices->list[i], COUNTER_RX_BYTES, now - top->read_at);
	}
	devices_clear(&top->devices);
	free(top->rates);
	top->devices = *devices;
	top->rates = rates;
	top->read_at = now;
	top->errors[TOP_DEVICES][0] = '\0';
	*devices = (struct devices){};
	return 0;
}

static const struct top_fallback *find_count(const struct top *top, uint32_t code)
{
	size_t i;

	for (i = 0; i < top->fallbacks.n; i++)
		if (top->counts[i].code == code)
			return &top->counts[i];
	return NULL;
}

/* The kernel's counters have 16 bits, and go on from 0 (struct smc_stats_fback). */
static uint64_t added(uint64_t before, uint64_t now)
{
	return (uint16_t)(now - before);
}

static struct top_fallback count(const struct top *top, const struct fallback *fallback)
{
	static const struct top_fallback none;
	const struct top_fallback *before = find_count(top, fallback->code);
	struct top_fallback now = { fallback->code, fallback->client, fallback->server, 0 };

	if (!before)
		before = &none;
	if (top->fallbacks_known)
		now.new = before->new + added(before->client, now.client) +
			  added(before->server, now.server);
	return now;
}

int top_take_fallbacks(struct top *top, struct fallbacks *fallbacks)
{
	struct top_fallback *counts = calloc(fallbacks->n + 1, sizeof(*counts));
	size_t i;

	if (!counts) {
		fallbacks_clear(fallbacks);
		return -ENOMEM;
	}
	for (i = 0; i < fallbacks->n; i++)
		counts[i] = count(top, &fallbacks->list[i]);
	fallbacks_clear(&top->fallbacks);
	free(top->counts);
	top->fallbacks = *fallbacks;
	top->counts = counts;
	top->fallbacks_known = true;
	top->errors[TOP_FALLBACKS][0] = '\0';
	*fallbacks = (struct fallbacks){};
	return 0;
}
