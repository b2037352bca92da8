// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl device stats: what the devices count, or one of them. */
#include "device.h"
#include "run.h"
#include "stats.h"

static void print_json(const struct device *devices, size_t n)
{
	json_cleanup struct json_object *object = output_json_new();
	struct json_object *array = output_json_array(object, "devices"), *element;
	size_t i;

	for (i = 0; i < n; i++) {
		element = output_json_element(array);
		output_json_text(element, "name", devices[i].name);
		output_json_number(element, "connections", devices[i].connections);
		output_json_number(element, "dmbs", devices[i].dmbs);
		device_counters_json(element, "counters", &devices[i].counters);
	}
	output_json_print(object, stdout);
}

/* Of one, a line for each. */
static void print_one(const struct device *device, bool headings)
{
	static const struct output_column columns[] = {
		{ "COUNTER", 0 }, { "VALUE", OUTPUT_RIGHT },
	};
	table_cleanup struct output_table *table = output_table_new(columns, 2, headings);
	size_t i;

	output_number_row(table, "connections", device->connections);
	output_number_row(table, "DMBs", device->dmbs);
	for (i = 0; i < device->counters.n; i++)
		output_number_row(table, device->counters.list[i].name,
				  device->counters.list[i].value);
	output_table_print(table, stdout);
}

static int all_devices(const struct command *command, sd_bus *bus)
{
	stats_cleanup struct stats stats = {};
	struct failure failure;

	if (bus_client_devices(bus, &stats.devices, &failure) < 0)
		return device_failed(&failure);
	if (command_has(command, OPTION_JSON)) {
		print_json(stats.devices.list, stats.devices.n);
	} else if (stats_print_devices(&stats, !command_has(command, OPTION_NOHEADINGS)) < 0) {
		output_error("device stats: not enough memory");
		return EXIT_FAILED;
	}
	if (!stats.devices.n)
		device_explain_none(bus);
	return EXIT_OK;
}

static int one_device(const struct command *command, sd_bus *bus, const char *name)
{
	device_cleanup struct device device = {};
	struct failure failure;

	if (bus_client_device(bus, name, &device, &failure) < 0)
		return device_failed(&failure);
	if (command_has(command, OPTION_JSON))
		print_json(&device, 1);
	else
		print_one(&device, !command_has(command, OPTION_NOHEADINGS));
	return EXIT_OK;
}

int run_device_stats(const struct command *command)
{
	const char *name = command_argument(command, VALUE_DEVICE);
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0)
		return device_failed(&failure);
	return name ? one_device(command, bus, name) : all_devices(command, bus);
}
