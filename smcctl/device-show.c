// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl device show: all that is known about one device. */
#include "device.h"
#include "run.h"

static const struct output_column columns[] = { { "PROPERTY", false }, { "VALUE", false } };

static void add_rows(struct output_table *table, const struct device *device)
{
	char number[OUTPUT_NUMBER_SIZE];

	output_text_row(table, "name", device->name);
	output_text_row(table, "kind", device->kind);
	output_text_row(table, "plugin", device->plugin);
	output_text_row(table, "managed", device->managed ? "yes" : "no, no file names it");
	output_state_row(table, "state", device->state);
	output_number_row(table, "priority", device->priority);
	output_row(table);
	output_text(table, "rank");
	device_rank_cell(table, device);
	output_text_row(table, "reason", device->reason);
	output_text_row(table, "CHID", output_chid(device->chid, number));
	output_row(table);
	output_text(table, "GID");
	device_gid_cell(table, device);
	output_text_row(table, "PNETID", device->pnetid);
	if (device->function_id[0])
		output_text_row(table, "function ID", device->function_id);
	output_number_row(table, "connections", device->connections);
	output_number_row(table, "DMBs", device->dmbs);
	if (device->max_dmbs)
		output_number_row(table, "maximum of DMBs", device->max_dmbs);
	else
		output_text_row(table, "maximum of DMBs", NULL);
}

static void print_table(const struct device *device, bool headings)
{
	table_cleanup struct output_table *table = output_table_new(columns, 2, headings);
	size_t i;

	add_rows(table, device);
	for (i = 0; i < device->counters.n; i++)
		output_number_row(table, device->counters.list[i].name, device->counters.list[i].value);
	output_table_print(table, stdout);
}

int run_device_show(const struct command *command)
{
	json_cleanup struct json_object *object = NULL;
	device_cleanup struct device device = {};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 ||
	    bus_client_device(bus, command_argument(command, VALUE_DEVICE), &device, &failure) < 0)
		return device_failed(&failure);
	if (command_has(command, OPTION_JSON)) {
		object = output_json_new();
		device_json(output_json_object(object, "device"), &device);
		output_json_print(object, stdout);
	} else {
		print_table(&device, !command_has(command, OPTION_NOHEADINGS));
	}
	return EXIT_OK;
}
