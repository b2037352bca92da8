// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl device list: the devices, one a line. */
#include "columns.h"
#include "device.h"
#include "run.h"

const struct output_column device_list_columns[] = {
	{ "NAME", 0 }, { "KIND", 0 }, { "STATE", OUTPUT_STATE }, { "PRIORITY", OUTPUT_RIGHT },
	{ "RANK", OUTPUT_RIGHT }, { "CHID", 0 }, { "GID", 0 }, { "CONNS", OUTPUT_RIGHT },
	{ "DMBS", OUTPUT_RIGHT }, { "TX", OUTPUT_RIGHT }, { "RX", OUTPUT_RIGHT },
	{ "PNETID", OUTPUT_EXTRA }, { "PLUGIN", OUTPUT_EXTRA }, { "MANAGED", OUTPUT_EXTRA },
	{ "MAX DMBS", OUTPUT_EXTRA | OUTPUT_RIGHT }, { "FUNCTION ID", OUTPUT_EXTRA },
	{ "REASON", OUTPUT_EXTRA }, {},
};

static void bytes_cell(struct output_table *table, const struct device *device, const char *name)
{
	const uint64_t *bytes = counters_find(&device->counters, name);
	char number[OUTPUT_NUMBER_SIZE];

	output_text(table, bytes ? output_size(*bytes, number) : NULL);
}

static void extra_cells(struct output_table *table, const struct device *device)
{
	output_text(table, device->pnetid);
	output_text(table, device->plugin);
	output_text(table, device->managed ? "yes" : "no");
	if (device->max_dmbs)
		output_cell(table, "%u", device->max_dmbs);
	else
		output_text(table, NULL);
	output_text(table, device->function_id);
	output_text(table, device->reason);
}

static void add_row(struct output_table *table, const struct device *device)
{
	char number[OUTPUT_NUMBER_SIZE];

	output_row(table);
	output_text(table, device->name);
	output_text(table, device->kind);
	output_text(table, device->state);
	output_cell(table, "%u", device->priority);
	device_rank_cell(table, device);
	output_text(table, output_chid(device->chid, number));
	device_gid_cell(table, device);
	output_cell(table, "%u", device->connections);
	output_cell(table, "%u", device->dmbs);
	bytes_cell(table, device, COUNTER_TX_BYTES);
	bytes_cell(table, device, COUNTER_RX_BYTES);
	extra_cells(table, device);
}

static void print_table(const struct devices *devices, bool headings)
{
	table_cleanup struct output_table *table =
		output_table_new(device_list_columns, columns_count(device_list_columns),
				 headings);
	size_t i;

	for (i = 0; i < devices->n; i++)
		add_row(table, &devices->list[i]);
	output_table_print(table, stdout);
}

static void print_json(const struct devices *devices)
{
	json_cleanup struct json_object *object = output_json_new();
	struct json_object *array = output_json_array(object, "devices");
	size_t i;

	for (i = 0; i < devices->n; i++)
		device_json(output_json_element(array), &devices->list[i]);
	output_json_print(object, stdout);
}

int run_device_list(const struct command *command)
{
	devices_cleanup struct devices devices = {};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 ||
	    bus_client_devices(bus, &devices, &failure) < 0)
		return device_failed(&failure);
	if (command_has(command, OPTION_JSON))
		print_json(&devices);
	else
		print_table(&devices, !command_has(command, OPTION_NOHEADINGS));
	if (!devices.n)
		device_explain_none(bus);
	return EXIT_OK;
}
