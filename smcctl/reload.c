// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl reload: has the daemon read its files anew. */
#include "device.h"
#include "run.h"

static void print_json(const struct manager *manager)
{
	json_cleanup struct json_object *object = output_json_new();

	output_json_bool(object, "reloaded", true);
	output_json_list(object, "problems", manager->problems);
	output_json_print(object, stdout);
}

int run_reload(const struct command *command)
{
	manager_cleanup struct manager manager = {};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 || bus_client_reload(bus, &failure) < 0 ||
	    bus_client_manager(bus, &manager, &failure) < 0)
		return device_failed(&failure);
	problems_print(manager.problems);
	if (command_has(command, OPTION_JSON))
		print_json(&manager);
	return EXIT_OK;
}
