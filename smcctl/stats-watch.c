// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl stats watch: how fast the counters of devices grow, a line for each at an interval. */
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include "bus-json.h"
#include "device.h"
#include "loop.h"
#include "output-lines.h"
#include "rates.h"
#include "run.h"

#define USEC_PER_SEC UINT64_C(1000000)
#define COUNTER_TX_MOVES "tx-moves"

enum { TIME, DEVICE, CONNS, TX, RX, MOVES, COLUMNS };

const struct output_column stats_watch_columns[COLUMNS + 1] = {
	{ "TIME", 0 }, { "DEVICE", 0 }, { "CONNS", OUTPUT_RIGHT }, { "TX/S", OUTPUT_RIGHT },
	{ "RX/S", OUTPUT_RIGHT }, { "MOVES/S", OUTPUT_RIGHT }, {},
};
static const int widths[COLUMNS] = { OUTPUT_TIME_SIZE - 1, 15, 6, 9, 9, 9 };

struct watch {
	const struct command *command;
	sd_bus *bus;
	struct output_lines lines;
	struct devices before;
	uint64_t when;			/* CLOCK_MONOTONIC, us: that was read */
	uint64_t interval, left;	/* us; how many times more, 0: for ever */
	bool failing;			/* which was told */
};

static uint64_t now_usec(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * USEC_PER_SEC + ts.tv_nsec / 1000;
}

/* A device that was made anew has another GID. */
static const struct device *find_before(const struct watch *watch, const struct device *device)
{
	size_t i;

	for (i = 0; i < watch->before.n; i++)
		if (!strcmp(watch->before.list[i].name, device->name) &&
		    watch->before.list[i].gid == device->gid)
			return &watch->before.list[i];
	return NULL;
}

static uint64_t rate(const struct device *before, const struct device *now, const char *name,
		     uint64_t usec)
{
	return rate_per_second(counters_find(&before->counters, name),
			       counters_find(&now->counters, name), usec);
}

/* A cell for a rate; NULL if it is not known. */
static const char *bytes_cell(uint64_t bytes, char text[OUTPUT_NUMBER_SIZE])
{
	return bytes == RATE_UNKNOWN ? NULL : output_size(bytes, text);
}

static void print_line(const struct watch *watch, const struct device *before,
		       const struct device *now, uint64_t usec)
{
	char when[OUTPUT_TIME_SIZE], conns[16], tx[OUTPUT_NUMBER_SIZE], rx[OUTPUT_NUMBER_SIZE];
	uint64_t rate_of_moves = rate(before, now, COUNTER_TX_MOVES, usec);
	char moves[OUTPUT_NUMBER_SIZE];
	const char *cells[COLUMNS] = {
		[TIME] = output_time(when), [DEVICE] = now->name, [CONNS] = conns,
		[TX] = bytes_cell(rate(before, now, COUNTER_TX_BYTES, usec), tx),
		[RX] = bytes_cell(rate(before, now, COUNTER_RX_BYTES, usec), rx),
		[MOVES] = rate_of_moves == RATE_UNKNOWN ? NULL : moves,
	};

	snprintf(conns, sizeof(conns), "%" PRIu32, now->connections);
	snprintf(moves, sizeof(moves), "%" PRIu64, rate_of_moves);
	output_lines_row(&watch->lines, cells);
	fflush(stdout);
}

static void print_json(const struct device *before, const struct device *now, uint64_t usec)
{
	json_cleanup struct json_object *object = output_json_new();
	struct json_object *added, *rates;
	char when[OUTPUT_TIME_SIZE], name[BUS_JSON_NAME_SIZE];
	const struct counter *counter = now->counters.list;
	uint64_t per_second;
	size_t i;

	output_json_text(object, "time", output_time(when));
	output_json_text(object, "device", now->name);
	output_json_number(object, "connections", now->connections);
	output_json_number(object, "interval_us", usec);
	added = output_json_object(object, "added");
	rates = output_json_object(object, "rates");
	for (i = 0; i < now->counters.n; i++, counter++) {
		per_second = rate(before, now, counter->name, usec);
		if (per_second == RATE_UNKNOWN)
			continue;
		bus_json_name(counter->name, name);
		output_json_number(added, name, counter->value -
				   *counters_find(&before->counters, counter->name));
		output_json_number(rates, name, per_second);
	}
	output_json_line(object, stdout);
}

static void print(const struct watch *watch, const struct devices *devices, uint64_t usec)
{
	const struct device *now = devices->list, *before;
	size_t i;

	for (i = 0; i < devices->n; i++, now++) {
		before = find_before(watch, now);
		if (before && command_has(watch->command, OPTION_JSON))
			print_json(before, now, usec);
		else if (before)
			print_line(watch, before, now, usec);
	}
}

/* Without the daemon there is nothing to print, and nothing to compare what comes next with. */
static void failed(struct watch *watch, const struct failure *failure)
{
	if (!watch->failing)
		output_error("%s; waiting for it", failure->text);
	watch->failing = true;
	devices_clear(&watch->before);
}

static void look(struct watch *watch)
{
	struct devices devices = {};
	struct failure failure;
	uint64_t now;

	if (bus_client_devices(watch->bus, &devices, &failure) < 0) {
		failed(watch, &failure);
		return;
	}
	now = now_usec();
	watch->failing = false;
	print(watch, &devices, now - watch->when);
	devices_clear(&watch->before);
	watch->before = devices;
	watch->when = now;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct watch *watch = userdata;
	int r;

	look(watch);
	if (watch->left && !--watch->left)
		return sd_event_exit(sd_event_source_get_event(source), 0);
	/* At steady times, however long a look takes, but never to catch up. */
	usec += watch->interval;
	r = sd_event_source_set_time(source, usec > now_usec() ? usec : now_usec());
	return r < 0 ? r : sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int run(struct watch *watch, sd_event *loop, struct failure *failure)
{
	int r;

	r = sd_event_add_time_relative(loop, NULL, CLOCK_MONOTONIC, watch->interval, 1, on_timer,
				       watch);
	if (r < 0) {
		failure_set(failure, EXIT_FAILED, "cannot wait: %s", strerror(-r));
		return r;
	}
	return loop_run(loop, failure);
}

int run_stats_watch(const struct command *command)
{
	struct watch watch = {
		.command = command, .left = command_number(command, OPTION_COUNT),
		.interval = (command_number(command, OPTION_INTERVAL) ?: 1) * USEC_PER_SEC,
	};
	loop_cleanup sd_event *loop = NULL;
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;
	int r;

	/* The first one may start the daemon, and tells if there is none. */
	if (bus_client_open(&bus, &failure) < 0 ||
	    bus_client_devices(bus, &watch.before, &failure) < 0)
		return device_failed(&failure);
	watch.when = now_usec();
	watch.bus = bus;
	bus_client_do_not_start(bus);
	if (!watch.before.n)
		device_explain_none(bus);
	if (!command_has(command, OPTION_JSON))
		output_lines_begin(&watch.lines, stats_watch_columns, widths, COLUMNS,
				   !command_has(command, OPTION_NOHEADINGS));
	r = output_has_failed() ? 0 : loop_new(bus, &loop, &failure);
	if (r >= 0 && loop)
		r = run(&watch, loop, &failure);
	output_lines_clear(&watch.lines);
	devices_clear(&watch.before);
	return r < 0 ? device_failed(&failure) : EXIT_OK;
}
