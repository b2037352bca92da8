// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl monitor: prints what happens, one event a line, until it is interrupted. */
#include "device.h"
#include "events.h"
#include "run.h"
#include "loop.h"

#define USEC_PER_SEC UINT64_C(1000000)
#define INTERVAL 2	/* s */

static void print_event(struct json_object *event, void *userdata)
{
	const struct command *command = userdata;

	if (command_has(command, OPTION_JSON))
		output_json_line(event, stdout);
	else
		events_print(event, stdout);
}

int run_monitor(const struct command *command)
{
	uint64_t interval = command_number(command, OPTION_INTERVAL) ?: INTERVAL;
	loop_cleanup sd_event *loop = NULL;
	struct events *events = NULL;
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;
	int status;

	if (bus_client_open(&bus, &failure) < 0 || loop_new(bus, &loop, &failure) < 0 ||
	    events_new(bus, loop, interval * USEC_PER_SEC, print_event, (void *)command, &events,
		       &failure) < 0)
		return device_failed(&failure);
	if (!bus_client_is_running(bus))
		output_error("smcd is not running; waiting for it");
	status = loop_run(loop, &failure) < 0 ? device_failed(&failure) : EXIT_OK;
	events_free(events);
	return status;
}
