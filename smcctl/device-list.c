// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl device list: the devices, one a line. */
#include "device.h"
#include "run.h"

static const struct output_column columns[] = {
	{ "NAME", false }, { "KIND", false }, { "STATE", false }, { "PRIORITY", true },
	{ "RANK", true }, { "CHID", false }, { "GID", false }, { "CONNS", true },
	{ "DMBS", true }, { "TX", true }, { "RX", true },
};

static void bytes_cell(struct output_table *table, const struct device *device, const char *name)
{
	const uint64_t *bytes = counters_find(&device->counters, name);
	char number[OUTPUT_NUMBER_SIZE];

	output_text(table, bytes ? output_size(*bytes, number) : NULL);
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
}

static void print_table(const struct devices *devices, bool headings)
{
	table_cleanup struct output_table *table =
		output_table_new(columns, sizeof(columns) / sizeof(*columns), headings);
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
