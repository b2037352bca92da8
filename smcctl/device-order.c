// SPDX-License-Identifier: GPL-2.0-or-later
/* The order of devices, as table or as JSON: what is configured, what is in effect, and why. */
#include "device.h"

static const struct output_column columns[] = {
	{ "NAME", false }, { "KIND", false }, { "STATE", OUTPUT_STATE }, { "PRIORITY", true },
	{ "RANK", true }, { "REASON", false },
};

static void add_row(struct output_table *table, const struct device *device)
{
	output_row(table);
	output_text(table, device->name);
	output_text(table, device->kind);
	output_text(table, device->state);
	output_cell(table, "%u", device->priority);
	device_rank_cell(table, device);
	output_text(table, device->reason);
}

static void print_table(const struct device *devices, size_t n, bool headings)
{
	table_cleanup struct output_table *table =
		output_table_new(columns, sizeof(columns) / sizeof(*columns), headings);
	size_t i;

	for (i = 0; i < n; i++)
		add_row(table, &devices[i]);
	output_table_print(table, stdout);
}

static void add_json(struct json_object *array, const struct device *device)
{
	struct json_object *element = output_json_element(array);

	output_json_text(element, "name", device->name);
	output_json_text(element, "kind", device->kind);
	output_json_text(element, "state", device->state);
	output_json_number(element, "priority", device->priority);
	output_json_number(element, "rank", device->rank);
	output_json_text(element, "reason", device->reason);
}

static void print_json(const struct device *devices, size_t n)
{
	json_cleanup struct json_object *object = output_json_new();
	struct json_object *array = output_json_array(object, "devices");
	size_t i;

	for (i = 0; i < n; i++)
		add_json(array, &devices[i]);
	output_json_print(object, stdout);
}

void device_print_order(const struct command *command, const struct device *devices, size_t n)
{
	if (command_has(command, OPTION_JSON))
		print_json(devices, n);
	else
		print_table(devices, n, !command_has(command, OPTION_NOHEADINGS));
}
