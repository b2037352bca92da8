// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl apply: has the daemon take its files, or tell what it would do. */
#include <stdlib.h>
#include "device.h"
#include "run.h"
#include "trial.h"

static void free_text(char **text)
{
	free(*text);
}

static void print_plan(const struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->n; i++) {
		__attribute__((cleanup(free_text))) char *text = output_escape(plan->steps[i].text);
		uint32_t n = plan->steps[i].connections;

		if (n)
			printf("%s: %u connection%s in the way\n", text, n,
			       n == 1 ? " is" : "s are");
		else
			printf("%s\n", text);
	}
	if (!plan->n)
		puts("nothing to do");
}

static void step_json(struct json_object *array, const struct plan_step *step)
{
	struct json_object *element = output_json_element(array);

	output_json_text(element, "verb", step->verb);
	output_json_text(element, "target", step->target);
	output_json_text(element, "text", step->text);
	output_json_text(element, "file", step->file);
	if (*step->file) {
		output_json_number(element, "line", step->line);
		output_json_number(element, "column", step->column);
	} else {
		output_json_text(element, "line", NULL);
		output_json_text(element, "column", NULL);
	}
	output_json_number(element, "connections", step->connections);
}

void plan_print_json(const struct plan *plan)
{
	json_cleanup struct json_object *object = output_json_new();
	struct json_object *array = output_json_array(object, "steps");
	size_t i;

	for (i = 0; i < plan->n; i++)
		step_json(array, &plan->steps[i]);
	output_json_list(object, "problems", plan->problems);
	output_json_print(object, stdout);
}

static int dry_run(const struct command *command, sd_bus *bus)
{
	plan_cleanup struct plan plan = {};
	struct failure failure;

	if (bus_client_dry_run(bus, &plan, &failure) < 0)
		return device_failed(&failure);
	problems_print(plan.problems);
	if (command_has(command, OPTION_JSON))
		plan_print_json(&plan);
	else
		print_plan(&plan);
	return EXIT_OK;
}

static int apply(const struct command *command, sd_bus *bus)
{
	manager_cleanup struct manager manager = {};
	json_cleanup struct json_object *object = NULL;
	struct failure failure;

	if (command_has(command, OPTION_CONFIRM))
		trial_catch_interrupts();
	if (bus_client_apply(bus, command_text(command, OPTION_BUSY) ?: "defer",
			     command_number(command, OPTION_CONFIRM), &failure) < 0)
		return device_failed(&failure);
	if (command_has(command, OPTION_CONFIRM))
		return trial_run(command, bus);
	if (bus_client_manager(bus, &manager, &failure) < 0)
		return device_failed(&failure);
	problems_print(manager.problems);
	if (command_has(command, OPTION_JSON)) {
		object = output_json_new();
		output_json_bool(object, "applied", true);
		output_json_list(object, "problems", manager.problems);
		output_json_print(object, stdout);
	}
	return EXIT_OK;
}

int check_apply(const struct command *command, char *error)
{
	if (command_has(command, OPTION_DRY_RUN) &&
	    (command_has(command, OPTION_BUSY) || command_has(command, OPTION_CONFIRM)))
		return command_refuse(command, error, "--dry-run does nothing that could be busy or "
				      "be confirmed");
	return 0;
}

int run_apply(const struct command *command)
{
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0)
		return device_failed(&failure);
	return command_has(command, OPTION_DRY_RUN) ? dry_run(command, bus) : apply(command, bus);
}
