// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl device up, device down: whether a device takes new connections. */
#include "device.h"
#include "run.h"

/* Switches the device, and reads it again for what came of it. */
static int switch_device(sd_bus *bus, const char *name, bool up, struct device *device,
			 struct failure *failure)
{
	int r;

	r = bus_client_device(bus, name, device, failure);
	if (r >= 0)
		r = bus_client_set_up(bus, device, up, failure);
	if (r < 0)
		return r;
	device_clear(device);
	return bus_client_device(bus, name, device, failure);
}

static int run(const struct command *command, bool up)
{
	device_cleanup struct device device = {};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 ||
	    switch_device(bus, command_argument(command, VALUE_DEVICE), up, &device, &failure) < 0)
		return device_failed(&failure);
	device_print_order(command, &device, 1);
	return EXIT_OK;
}

int run_device_up(const struct command *command)
{
	return run(command, true);
}

int run_device_down(const struct command *command)
{
	return run(command, false);
}
