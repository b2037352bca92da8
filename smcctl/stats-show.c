// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl stats show: counters of the devices, their totals, and what the kernel counts of SMC. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "device.h"
#include "run.h"
#include "stats.h"

/* A column for each counter that any device has: those are what the totals have. */
static struct output_table *new_table(const struct counters *totals, bool headings)
{
	struct output_column *columns = calloc(totals->n + 1, sizeof(*columns));
	struct output_table *table;
	size_t i;

	if (!columns)
		return NULL;
	columns[0] = (struct output_column){ "NAME", false };
	for (i = 0; i < totals->n; i++)
		columns[i + 1] = (struct output_column){ totals->list[i].name, true };
	table = output_table_new(columns, totals->n + 1, headings);
	free(columns);
	return table;
}

static void add_row(struct output_table *table, const char *name, const struct counters *totals,
		    const struct counters *counters)
{
	const uint64_t *value;
	size_t i;

	output_row(table);
	output_text(table, name);
	for (i = 0; i < totals->n; i++) {
		value = counters_find(counters, totals->list[i].name);
		if (value)
			output_cell(table, "%" PRIu64, *value);
		else
			output_text(table, NULL);
	}
}

static int print_devices(const struct stats *stats, const struct counters *totals, bool headings)
{
	table_cleanup struct output_table *table = new_table(totals, headings);
	const struct device *device = stats->devices.list;
	size_t i;

	if (!table)
		return -ENOMEM;
	for (i = 0; i < stats->devices.n; i++, device++)
		add_row(table, device->name, totals, &device->counters);
	/* No device can have a name with brackets. */
	add_row(table, "(total)", totals, totals);
	output_table_print(table, stdout);
	return 0;
}

/* The kernel counts much that never happens; that nothing fell back is worth a line, though. */
static bool is_news(const struct counter *counter)
{
	return counter->value || strstr(counter->name, "fallback");
}

static void print_kernel(const struct counters *kernel, bool headings)
{
	static const struct output_column columns[] = { { "KERNEL", false }, { "VALUE", true } };
	table_cleanup struct output_table *table = output_table_new(columns, 2, headings);
	size_t i;

	for (i = 0; i < kernel->n; i++) {
		if (!is_news(&kernel->list[i]))
			continue;
		output_row(table);
		output_text(table, kernel->list[i].name);
		output_cell(table, "%" PRIu64, kernel->list[i].value);
	}
	output_table_print(table, stdout);
}

static int print_tables(const struct stats *stats, const struct counters *totals, bool headings)
{
	int r;

	if (stats->devices.n) {
		r = print_devices(stats, totals, headings);
		if (r < 0)
			return r;
	}
	if (stats->devices.n && stats->kernel.n)
		putchar('\n');
	print_kernel(&stats->kernel, headings);
	if (stats->fallbacks.n)
		putchar('\n');
	stats_print_fallbacks(&stats->fallbacks, headings);
	return 0;
}

static void print_json(const struct stats *stats, const struct counters *totals)
{
	json_cleanup struct json_object *object = output_json_new();
	struct json_object *array = output_json_array(object, "devices"), *element;
	size_t i;

	output_json_text(object, "since", stats->since);
	for (i = 0; i < stats->devices.n; i++) {
		element = output_json_element(array);
		output_json_text(element, "name", stats->devices.list[i].name);
		device_counters_json(element, "counters", &stats->devices.list[i].counters);
	}
	device_counters_json(object, "totals", totals);
	if (stats->have_kernel) {
		device_counters_json(object, "kernel", &stats->kernel);
		stats_fallbacks_json(object, &stats->fallbacks);
	} else {
		output_json_text(object, "kernel", NULL);
		output_json_text(object, "fallback", NULL);
	}
	output_json_print(object, stdout);
}

static int make_totals(const struct stats *stats, struct counters *totals)
{
	size_t i;
	int r;

	for (i = 0; i < stats->devices.n; i++) {
		r = counters_sum(totals, &stats->devices.list[i].counters);
		if (r < 0)
			return r;
	}
	return 0;
}

static int print(const struct command *command, const struct stats *stats)
{
	counters_cleanup struct counters totals = {};
	int r;

	r = make_totals(stats, &totals);
	if (r < 0)
		return r;
	if (!command_has(command, OPTION_JSON))
		return print_tables(stats, &totals, !command_has(command, OPTION_NOHEADINGS));
	print_json(stats, &totals);
	return 0;
}

int stats_print_devices(const struct stats *stats, bool headings)
{
	counters_cleanup struct counters totals = {};
	int r = make_totals(stats, &totals);

	return r < 0 ? r : print_devices(stats, &totals, headings);
}

int run_stats_show(const struct command *command)
{
	stats_cleanup struct stats stats = {};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure = {};

	/* Without the kernel's share the rest is printed all the same. */
	if (bus_client_open(&bus, &failure) < 0 || stats_read(bus, &stats, &failure) < 0)
		return device_failed(&failure);
	if (!command_has(command, OPTION_ABSOLUTE))
		stats_subtract_baseline(&stats);
	if (stats.since && !command_has(command, OPTION_JSON))
		output_error("counted since %s; --absolute has all", stats.since);
	if (print(command, &stats) < 0) {
		output_error("stats: not enough memory");
		return EXIT_FAILED;
	}
	if (!stats.devices.n)
		device_explain_none(bus);
	return stats.have_kernel ? EXIT_OK : device_failed(&failure);
}
