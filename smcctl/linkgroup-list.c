// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl linkgroup list: the link groups, one a line. */
#include "columns.h"
#include "linkgroup.h"
#include "run.h"

const struct output_column linkgroup_list_columns[] = {
	{ "ID", false }, { "DEVICE", false }, { "GID", false }, { "PEER GID", false },
	{ "CONNS", true }, { "VERSION", true }, { "EID", false }, { "PEER", false },
	{},
};

static void add_row(struct output_table *table, const struct linkgroup *linkgroup)
{
	char id[LINKGROUP_ID_SIZE], number[OUTPUT_NUMBER_SIZE];

	output_row(table);
	output_text(table, linkgroup_id(linkgroup, id));
	output_text(table, linkgroup->device);
	output_text(table, output_gid(linkgroup->gid, number));
	output_text(table, output_gid(linkgroup->peer_gid, number));
	output_cell(table, "%u", linkgroup->connections);
	if (linkgroup->complete)
		output_cell(table, "%u", linkgroup->version);
	else
		output_text(table, NULL);
	output_text(table, linkgroup->eid);
	output_text(table, linkgroup->peer_hostname);
}

static void print_table(const struct linkgroups *linkgroups, bool headings)
{
	table_cleanup struct output_table *table =
		output_table_new(linkgroup_list_columns, columns_count(linkgroup_list_columns),
				 headings);
	size_t i;

	for (i = 0; i < linkgroups->n; i++)
		add_row(table, &linkgroups->list[i]);
	output_table_print(table, stdout);
}

static void print_json(const struct linkgroups *linkgroups)
{
	json_cleanup struct json_object *object = output_json_new();
	struct json_object *array = output_json_array(object, "linkgroups");
	size_t i;

	for (i = 0; i < linkgroups->n; i++)
		linkgroup_json(output_json_element(array), &linkgroups->list[i]);
	output_json_print(object, stdout);
}

int run_linkgroup_list(const struct command *command)
{
	linkgroups_cleanup struct linkgroups linkgroups = {};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 ||
	    bus_client_linkgroups(bus, &linkgroups, &failure) < 0)
		return device_failed(&failure);
	if (command_has(command, OPTION_JSON))
		print_json(&linkgroups);
	else
		print_table(&linkgroups, !command_has(command, OPTION_NOHEADINGS));
	return EXIT_OK;
}
