// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl config diff: what the kernel has not as the files say, and what an apply would do. */
#include <stdio.h>
#include <string.h>
#include "columns.h"
#include "device.h"
#include "run.h"

const struct output_column config_diff_columns[] = {
	{ "CHANGE", 0 }, { "TARGET", 0 }, { "ORIGIN", 0 }, { "CONNS", OUTPUT_RIGHT }, { "TEXT", 0 },
	{},
};

static void add_step(struct output_table *table, const struct plan_step *step)
{
	output_row(table);
	output_text(table, step->verb);
	output_text(table, step->target);
	if (*step->file)
		output_cell(table, "%s:%u", step->file, step->line);
	else
		output_text(table, "no file");
	output_cell(table, "%u", step->connections);
	output_text(table, step->text);
}

/* What the files want but cannot have stands below: words alone say what it is about. */
static void add_problem(struct output_table *table, const char *problem)
{
	output_row(table);
	output_text(table, "impossible");
	output_text(table, NULL);
	output_text(table, NULL);
	output_text(table, NULL);
	output_text(table, problem);
}

static void print_table(const struct plan *plan, bool headings)
{
	table_cleanup struct output_table *table =
		output_table_new(config_diff_columns, columns_count(config_diff_columns), headings);
	char *const *problem;
	size_t i;

	for (i = 0; i < plan->n; i++)
		add_step(table, &plan->steps[i]);
	for (problem = plan->problems; problem && *problem; problem++)
		add_problem(table, *problem);
	output_table_print(table, stdout);
}

int run_config_diff(const struct command *command)
{
	plan_cleanup struct plan plan = {};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 || bus_client_dry_run(bus, &plan, &failure) < 0)
		return device_failed(&failure);
	if (command_has(command, OPTION_JSON))
		plan_print_json(&plan);
	else if (plan.n || (plan.problems && *plan.problems))
		print_table(&plan, !command_has(command, OPTION_NOHEADINGS));
	else
		output_error("no difference: the kernel has all as the files say");
	return EXIT_OK;
}
