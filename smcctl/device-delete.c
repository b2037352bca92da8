// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl device delete: deletes a device, and says whether it stays away. */
#include <string.h>
#include <unistd.h>
#include "device.h"
#include "run.h"

/* Whether the next reload makes it again. @after is what is left of it, without a path if nothing. */
static bool comes_back(sd_bus *bus, const struct device *before, const struct device *after)
{
	plan_cleanup struct plan plan = {};
	struct failure failure;
	size_t i;

	if (after->path)
		return after->managed;
	/*
	 * Who is not root would be asked for a second password; and files that cannot be read now
	 * did name it, or not, when they were read.
	 */
	if (geteuid() != 0 || bus_client_dry_run(bus, &plan, &failure) < 0)
		return before->managed;
	for (i = 0; i < plan.n; i++)
		if (!strcmp(plan.steps[i].verb, "create") &&
		    !strcmp(plan.steps[i].target, before->name))
			return true;
	return false;
}

static void print_json(const struct device *before, const struct device *after, bool again)
{
	json_cleanup struct json_object *object = output_json_new();
	struct json_object *array = output_json_array(object, "devices");
	struct json_object *element = output_json_element(array);

	output_json_text(element, "name", before->name);
	output_json_bool(element, "managed", again);
	output_json_bool(element, "deleted", !after->path);
	output_json_print(object, stdout);
}

static void print_text(const struct device *before, const struct device *after, bool again)
{
	if (after->path)
		printf("%s: %s\n", before->name, after->reason);
	else
		printf("%s: deleted\n", before->name);
	if (again)
		printf("%s: the configuration names it: the next reload or start of smcd makes it "
		       "again; take it out of the files, or use \"smcctl device down\"\n",
		       before->name);
}

static int delete_device(const struct command *command, sd_bus *bus, struct device *before,
			 struct device *after, struct failure *failure)
{
	int r;

	r = bus_client_device(bus, command_argument(command, VALUE_DEVICE), before, failure);
	if (r >= 0)
		r = bus_client_delete(bus, before, command_has(command, OPTION_FORCE), failure);
	if (r < 0)
		return r;
	r = bus_client_device(bus, command_argument(command, VALUE_DEVICE), after, failure);
	return r < 0 && failure->status != EXIT_NO_DEVICE ? r : 0;
}

int run_device_delete(const struct command *command)
{
	device_cleanup struct device before = {}, after = {};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;
	bool again;

	if (bus_client_open(&bus, &failure) < 0 ||
	    delete_device(command, bus, &before, &after, &failure) < 0)
		return device_failed(&failure);
	again = comes_back(bus, &before, &after);
	if (command_has(command, OPTION_JSON))
		print_json(&before, &after, again);
	else
		print_text(&before, &after, again);
	return EXIT_OK;
}
