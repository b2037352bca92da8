// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl device drain: takes a device down, and waits for its connections. */
#include <string.h>
#include "device.h"
#include "run.h"

static bool is(const struct device *device, const char *drain)
{
	return !strcmp(device->drain, drain);
}

static void print_progress(const struct command *command, const struct device *device)
{
	if (command_has(command, OPTION_JSON))
		return;
	printf("%s: %u connection%s left\n", device->name, device->connections,
	       device->connections == 1 ? "" : "s");
	fflush(stdout);
}

static void print_end(const struct command *command, const struct device *device)
{
	json_cleanup struct json_object *object = NULL;
	struct json_object *array, *element;

	if (!command_has(command, OPTION_JSON)) {
		if (is(device, "done"))
			printf("%s: drained\n", device->name);
		return;
	}
	object = output_json_new();
	array = output_json_array(object, "devices");
	element = output_json_element(array);
	output_json_text(element, "name", device->name);
	output_json_text(element, "state", device->state);
	output_json_text(element, "drain", device->drain);
	output_json_number(element, "connections", device->connections);
	output_json_print(object, stdout);
}

/* The drain is the kernel's, and goes on while the daemon is restarted. */
static int read_device(const struct command *command, sd_bus *bus, struct device *device,
		       struct failure *failure)
{
	unsigned int pauses = 0;
	int r;

	device_clear(device);
	do
		r = bus_client_device(bus, command_argument(command, VALUE_DEVICE), device, failure);
	while (r < 0 && bus_client_may_return(failure, &pauses));
	return r;
}

/* Reads the device again and again until its drain has ended. */
static int follow(const struct command *command, sd_bus *bus, struct device *device,
		  struct failure *failure)
{
	int64_t told = -1;
	int r;

	do {
		r = read_device(command, bus, device, failure);
		if (r < 0)
			return r;
		if (device->connections != told && !is(device, "none"))
			print_progress(command, device);
		told = device->connections;
	} while (is(device, "active") && (r = bus_client_wait(bus, failure)) >= 0);
	return r;
}

static int drain(const struct command *command, sd_bus *bus, struct device *device,
		 struct failure *failure)
{
	int r;

	r = bus_client_device(bus, command_argument(command, VALUE_DEVICE), device, failure);
	if (r >= 0)
		r = bus_client_watch_drain(bus, device, failure);
	if (r >= 0)
		r = bus_client_drain(bus, device, command_number(command, OPTION_TIMEOUT), failure);
	return r < 0 ? r : follow(command, bus, device, failure);
}

int run_device_drain(const struct command *command)
{
	device_cleanup struct device device = {};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 || drain(command, bus, &device, &failure) < 0)
		return device_failed(&failure);
	print_end(command, &device);
	if (is(&device, "done"))
		return EXIT_OK;
	if (is(&device, "timeout")) {
		output_error("%s: the time is up, and %u connections are left; it stays down, and "
			     "is detached after the last one", device.name, device.connections);
		return EXIT_TIMEOUT;
	}
	output_error("%s: no longer drained: somebody has taken it up", device.name);
	return EXIT_FAILED;
}
