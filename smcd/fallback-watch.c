// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tells the journal when connections begin to fall back to TCP, see fallback.h.
 *
 * The kernel announces no fallback: its family has no multicast group. So its
 * counters are read now and then, at times that suit the rest of the system.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "fallback-watch.h"
#include "fallback.h"
#include "log.h"
#include "manager.h"
#include "reason.h"

/* us. So the watchdog of smcd.service, 20 s, is fed by sd-event: both need one wake-up only. */
#define INTERVAL 10000000
#define ACCURACY 5000000

/* Documented in smcd.service(8) and conf/smcd.catalog */
#define MESSAGE_FALLBACK "3ba3a88484234d7baf01c9da2fbb1a16"

struct fallback_watch {
	struct manager *manager;
	sd_event_source *timer;
	struct fallback_history history;
	bool failed;			/* to read, which is told once */
};

static void tell(const struct smc_fallback *began, void *userdata)
{
	const struct reason *reason = reason_find(began->code);
	char code[32], name[64], client[32], server[32];
	const char *const fields[] = { "MESSAGE_ID=" MESSAGE_FALLBACK, code, name, client, server,
				       NULL };

	(void)userdata;
	snprintf(code, sizeof(code), "SMCD_CODE=0x%08" PRIx32, began->code);
	snprintf(name, sizeof(name), "SMCD_REASON=%s", reason->name);
	snprintf(client, sizeof(client), "SMCD_CLIENT=%" PRIu16, began->client);
	snprintf(server, sizeof(server), "SMCD_SERVER=%" PRIu16, began->server);
	log_fields(LOG_WARNING, fields, "connections begin to fall back to TCP, %" PRIu16
		   " as client, %" PRIu16 " as server: %s; likely cure: %s (0x%08" PRIx32 ", %s)",
		   began->client, began->server, reason->meaning, reason->cure, began->code,
		   reason->name);
}

/* No SMC, no fallback: an empty reading. */
static int read_kernel(struct manager *manager, struct smc_fallback **ret_reading,
		       size_t *ret_count)
{
	struct smc_netlink *netlink;
	int r;

	*ret_reading = NULL;
	*ret_count = 0;
	r = manager_netlink(manager, &netlink);
	if (!r)
		r = smc_netlink_fallbacks(netlink, ret_reading, ret_count);
	return r == -ENOENT || r == -ENODEV ? 0 : r;
}

static int compare(struct fallback_watch *watch, uint64_t now)
{
	struct smc_fallback *reading;
	size_t count;
	int r;

	r = read_kernel(watch->manager, &reading, &count);
	if (!r)
		r = fallback_compare(&watch->history, reading, count, now, tell, NULL);
	free(reading);
	return r;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct fallback_watch *watch = userdata;
	int r = compare(watch, usec);

	if (r < 0 && !watch->failed)
		log_warning("cannot read how often connections fell back to TCP, trying again: %s",
			    strerror(-r));
	watch->failed = r < 0;
	/* It wakes up anyway. */
	manager_follow_buffers(watch->manager);
	r = sd_event_source_set_time_relative(source, INTERVAL);
	return r < 0 ? r : sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* The first reading may fail: then whatever the next one has is news. */
static void remember(struct fallback_watch *watch)
{
	struct smc_fallback *reading;
	size_t count;

	if (!read_kernel(watch->manager, &reading, &count))
		(void)fallback_remember(&watch->history, reading, count);
	free(reading);
}

int fallback_watch_new(struct manager *manager, struct fallback_watch **ret_watch)
{
	struct fallback_watch *watch = calloc(1, sizeof(*watch));
	int r;

	if (!watch)
		return -ENOMEM;
	watch->manager = manager;
	remember(watch);
	r = sd_event_add_time_relative(manager->event, &watch->timer, CLOCK_MONOTONIC, INTERVAL,
				       ACCURACY, on_timer, watch);
	if (r >= 0)
		r = sd_event_source_set_priority(watch->timer, SD_EVENT_PRIORITY_IDLE);
	if (r < 0) {
		fallback_watch_free(watch);
		return r;
	}
	*ret_watch = watch;
	return 0;
}

void fallback_watch_free(struct fallback_watch *watch)
{
	if (!watch)
		return;
	sd_event_source_disable_unref(watch->timer);
	fallback_clear(&watch->history);
	free(watch);
}
