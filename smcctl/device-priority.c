// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl device priority: what is configured, what is in effect and why, and setting it. */
#include "device.h"
#include "run.h"

static int all_devices(const struct command *command, sd_bus *bus)
{
	devices_cleanup struct devices devices = {};
	struct failure failure;

	if (bus_client_devices(bus, &devices, &failure) < 0)
		return device_failed(&failure);
	device_print_order(command, devices.list, devices.n);
	if (!devices.n)
		device_explain_none(bus);
	return EXIT_OK;
}

/* Sets the priority, and reads the device again for what came of it. */
static int set(const struct command *command, sd_bus *bus, struct device *device,
	       struct failure *failure)
{
	int r;

	r = bus_client_set_priority(bus, device, command_argument_number(command, VALUE_PRIORITY),
				    command_has(command, OPTION_SAVE), failure);
	if (r < 0)
		return r;
	device_clear(device);
	return bus_client_device(bus, command_argument(command, VALUE_DEVICE), device, failure);
}

static int one_device(const struct command *command, sd_bus *bus)
{
	device_cleanup struct device device = {};
	struct failure failure;

	if (bus_client_device(bus, command_argument(command, VALUE_DEVICE), &device, &failure) < 0)
		return device_failed(&failure);
	if (command_argument(command, VALUE_PRIORITY) && set(command, bus, &device, &failure) < 0)
		return device_failed(&failure);
	device_print_order(command, &device, 1);
	return EXIT_OK;
}

int check_device_priority(const struct command *command, char *error)
{
	if (command_has(command, OPTION_SAVE) && !command_argument(command, VALUE_PRIORITY))
		return command_refuse(command, error, "--save needs a VALUE to save");
	return 0;
}

int run_device_priority(const struct command *command)
{
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0)
		return device_failed(&failure);
	if (command_argument(command, VALUE_DEVICE))
		return one_device(command, bus);
	return all_devices(command, bus);
}
