// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl confirm and rollback: end the trial of a policy. */
#include "device.h"
#include "run.h"

static int end_trial(const struct command *command,
		     int (*fn)(sd_bus *bus, uint64_t deadline, struct failure *failure))
{
	manager_cleanup struct manager manager = {};
	json_cleanup struct json_object *object = NULL;
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 || fn(bus, 0, &failure) < 0 ||
	    bus_client_manager(bus, &manager, &failure) < 0)
		return device_failed(&failure);
	problems_print(manager.problems);
	if (command_has(command, OPTION_JSON)) {
		object = output_json_new();
		output_json_text(object, "policy", manager.policy_state);
		output_json_text(object, "policy_reason", manager.policy_reason);
		output_json_list(object, "problems", manager.problems);
		output_json_print(object, stdout);
	}
	return EXIT_OK;
}

int run_confirm(const struct command *command)
{
	return end_trial(command, bus_client_confirm);
}

int run_rollback(const struct command *command)
{
	return end_trial(command, bus_client_rollback);
}
