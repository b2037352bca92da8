// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl device priority: what is configured, what is in effect and why, and setting it. */
#include "device.h"
#include "run.h"

static const struct output_column columns[] = {
	{ "NAME", false }, { "KIND", false }, { "STATE", false }, { "PRIORITY", true },
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

static void print(const struct command *command, const struct device *devices, size_t n)
{
	if (command->options & OPTION_JSON)
		print_json(devices, n);
	else
		print_table(devices, n, !(command->options & OPTION_NOHEADINGS));
}

static int all_devices(const struct command *command, sd_bus *bus)
{
	devices_cleanup struct devices devices = {};
	struct failure failure;

	if (bus_client_devices(bus, &devices, &failure) < 0)
		return device_failed(&failure);
	print(command, devices.list, devices.n);
	if (!devices.n)
		device_explain_none(bus);
	return EXIT_OK;
}

/* Sets the priority, and reads the device again for what came of it. */
static int set(const struct command *command, sd_bus *bus, struct device *device,
	       struct failure *failure)
{
	int r;

	r = bus_client_set_priority(bus, device, command->priority,
				    command->options & OPTION_SAVE, failure);
	if (r < 0)
		return r;
	device_clear(device);
	return bus_client_device(bus, command->device, device, failure);
}

static int one_device(const struct command *command, sd_bus *bus)
{
	device_cleanup struct device device = {};
	struct failure failure;

	if (bus_client_device(bus, command->device, &device, &failure) < 0)
		return device_failed(&failure);
	if (command->has_priority && set(command, bus, &device, &failure) < 0)
		return device_failed(&failure);
	print(command, &device, 1);
	return EXIT_OK;
}

int run_device_priority(const struct command *command)
{
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0)
		return device_failed(&failure);
	return command->device ? one_device(command, bus) : all_devices(command, bus);
}
