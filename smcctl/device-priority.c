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
	device_print_order(command, &device, 1);
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
