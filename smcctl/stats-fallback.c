// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl stats fallback: why connections fell back to TCP, how often, and what helps. */
#include <inttypes.h>
#include <stdio.h>
#include "columns.h"
#include "device.h"
#include "run.h"
#include "stats.h"

const struct output_column stats_fallback_columns[] = {
	{ "CODE", 0 }, { "REASON", 0 }, { "CLIENT", OUTPUT_RIGHT }, { "SERVER", OUTPUT_RIGHT },
	{ "MEANING", 0 }, {},
};

static void print_counts(const struct fallbacks *fallbacks, bool headings)
{
	table_cleanup struct output_table *table =
		output_table_new(stats_fallback_columns, columns_count(stats_fallback_columns),
				 headings);
	const struct fallback *fallback = fallbacks->list;
	size_t i;

	for (i = 0; i < fallbacks->n; i++, fallback++) {
		output_row(table);
		output_cell(table, "0x%08" PRIx32, fallback->code);
		output_text(table, fallback->name);
		output_cell(table, "%" PRIu64, fallback->client);
		output_cell(table, "%" PRIu64, fallback->server);
		output_text(table, fallback->meaning);
	}
	output_table_print(table, stdout);
}

/* A table of their own: with them, lines would be too long for any terminal. */
static void print_cures(const struct fallbacks *fallbacks, bool headings)
{
	static const struct output_column columns[] = {
		{ "REASON", false }, { "LIKELY CURE", false }
	};
	table_cleanup struct output_table *table = output_table_new(columns, 2, headings);
	size_t i;

	for (i = 0; i < fallbacks->n; i++)
		output_text_row(table, fallbacks->list[i].name, fallbacks->list[i].cure);
	output_table_print(table, stdout);
}

void stats_print_fallbacks(const struct fallbacks *fallbacks, bool headings)
{
	if (!fallbacks->n)
		return;
	print_counts(fallbacks, headings);
	putchar('\n');
	print_cures(fallbacks, headings);
}

void stats_fallbacks_json(struct json_object *object, const struct fallbacks *fallbacks)
{
	struct json_object *array = output_json_array(object, "fallback"), *element;
	const struct fallback *fallback = fallbacks->list;
	char code[OUTPUT_NUMBER_SIZE];
	size_t i;

	for (i = 0; i < fallbacks->n; i++, fallback++) {
		element = output_json_element(array);
		snprintf(code, sizeof(code), "0x%08" PRIx32, fallback->code);
		output_json_text(element, "code", code);
		output_json_text(element, "reason", fallback->name);
		output_json_number(element, "client", fallback->client);
		output_json_number(element, "server", fallback->server);
		output_json_text(element, "meaning", fallback->meaning);
		output_json_text(element, "cure", fallback->cure);
	}
}

static void print_json(const struct fallbacks *fallbacks)
{
	json_cleanup struct json_object *object = output_json_new();

	stats_fallbacks_json(object, fallbacks);
	output_json_print(object, stdout);
}

int run_stats_fallback(const struct command *command)
{
	stats_cleanup struct stats stats = {};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure = {};

	if (bus_client_open(&bus, &failure) < 0 || stats_read(bus, &stats, &failure) < 0 ||
	    !stats.have_kernel)
		return device_failed(&failure);
	if (!command_has(command, OPTION_ABSOLUTE))
		stats_subtract_baseline(&stats);
	if (stats.since && !command_has(command, OPTION_JSON))
		output_error("counted since %s; --absolute has all", stats.since);
	if (command_has(command, OPTION_JSON))
		print_json(&stats.fallbacks);
	else if (stats.fallbacks.n)
		stats_print_fallbacks(&stats.fallbacks, !command_has(command, OPTION_NOHEADINGS));
	else
		output_error("no connection has fallen back to TCP");
	return EXIT_OK;
}
