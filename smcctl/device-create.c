// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl device create: makes a software device, and names it in the configuration. */
#include "device.h"
#include "run.h"

int check_device_create(const struct command *command, char *error)
{
	if (!command_has(command, OPTION_KIND))
		return command_refuse(command, error, "--kind is needed, like --kind loopback");
	return 0;
}

/* Makes it, and reads it for what came of it. */
static int create(const struct command *command, sd_bus *bus, struct device *device,
		  struct failure *failure)
{
	const char *name = command_argument(command, VALUE_DEVICE);
	const struct new_device wanted = {
		.name = name,
		.kind = command_text(command, OPTION_KIND),
		.pnetid = command_text(command, OPTION_PNETID) ?: "",
		.chid = command_number(command, OPTION_CHID),
		.gid = command_number(command, OPTION_GID),
		.has_priority = command_has(command, OPTION_PRIORITY),
		.priority = command_number(command, OPTION_PRIORITY),
		.max_dmbs = command_number(command, OPTION_MAX_DMBS),
		.max_memory = command_number(command, OPTION_MAX_MEMORY),
	};
	int r = bus_client_create(bus, &wanted, command_has(command, OPTION_SAVE), failure);

	return r < 0 ? r : bus_client_device(bus, name, device, failure);
}

int run_device_create(const struct command *command)
{
	device_cleanup struct device device = {};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 ||
	    create(command, bus, &device, &failure) < 0)
		return device_failed(&failure);
	device_print_order(command, &device, 1);
	return EXIT_OK;
}
