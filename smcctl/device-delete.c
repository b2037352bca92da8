// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl device delete: deletes a device, and says whether it stays away. */
#include "device.h"
#include "run.h"

/* @after is what is left of it: without a path if it has gone. */
static void print_json(const struct device *before, const struct device *after)
{
	json_cleanup struct json_object *object = output_json_new();
	struct json_object *array = output_json_array(object, "devices");
	struct json_object *element = output_json_element(array);

	output_json_text(element, "name", before->name);
	output_json_bool(element, "managed", before->managed);
	output_json_bool(element, "deleted", !after->path);
	output_json_print(object, stdout);
}

static void print_text(const struct device *before, const struct device *after)
{
	if (after->path)
		printf("%s: %s\n", before->name, after->reason);
	else
		printf("%s: deleted\n", before->name);
	if (before->managed)
		printf("%s: the configuration names it: the next reload or start of smcd makes it "
		       "again; take it out of the files, or use \"smcctl device down\"\n",
		       before->name);
}

static int delete_device(const struct command *command, sd_bus *bus, struct device *before,
			 struct device *after, struct failure *failure)
{
	int r;

	r = bus_client_device(bus, command->device, before, failure);
	if (r >= 0)
		r = bus_client_delete(bus, before, command->options & OPTION_FORCE, failure);
	if (r < 0)
		return r;
	r = bus_client_device(bus, command->device, after, failure);
	return r < 0 && failure->status != EXIT_NO_DEVICE ? r : 0;
}

int run_device_delete(const struct command *command)
{
	device_cleanup struct device before = {}, after = {};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 ||
	    delete_device(command, bus, &before, &after, &failure) < 0)
		return device_failed(&failure);
	if (command->options & OPTION_JSON)
		print_json(&before, &after);
	else
		print_text(&before, &after);
	return EXIT_OK;
}
