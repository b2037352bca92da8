// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl linkgroup show: all that is known about one link group. */
#include "linkgroup.h"
#include "run.h"

static const struct output_column columns[] = { { "PROPERTY", false }, { "VALUE", false } };

/* What the kernel tells in its dump only; empty text prints as "-". */
static void add_details(struct output_table *table, const struct linkgroup *linkgroup)
{
	char number[OUTPUT_NUMBER_SIZE];

	output_text_row(table, "CHID", output_chid(linkgroup->chid, number));
	output_text_row(table, "PNETID", linkgroup->pnetid);
	output_number_row(table, "VLAN", linkgroup->vlan);
	output_number_row(table, "version", linkgroup->version);
	if (linkgroup->version < 2)
		return;
	output_number_row(table, "release", linkgroup->release);
	output_text_row(table, "EID", linkgroup->eid);
	output_text_row(table, "OS of peer", linkgroup->peer_os);
	output_text_row(table, "name of peer", linkgroup->peer_hostname);
}

static void print_table(const struct linkgroup *linkgroup, bool headings)
{
	table_cleanup struct output_table *table = output_table_new(columns, 2, headings);
	char id[LINKGROUP_ID_SIZE], number[OUTPUT_NUMBER_SIZE];

	output_text_row(table, "ID", linkgroup_id(linkgroup, id));
	output_text_row(table, "device", linkgroup->device);
	output_text_row(table, "GID", output_gid(linkgroup->gid, number));
	output_text_row(table, "GID of peer", output_gid(linkgroup->peer_gid, number));
	output_number_row(table, "connections", linkgroup->connections);
	if (linkgroup->complete)
		add_details(table, linkgroup);
	else
		output_text_row(table, "more", "not known, the kernel leaves it out of its list");
	output_table_print(table, stdout);
}

int run_linkgroup_show(const struct command *command)
{
	json_cleanup struct json_object *object = NULL;
	linkgroup_cleanup struct linkgroup linkgroup = {};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 ||
	    bus_client_linkgroup(bus, command_argument_number(command, VALUE_LINKGROUP), &linkgroup,
				 &failure) < 0)
		return device_failed(&failure);
	if (command_has(command, OPTION_JSON)) {
		object = output_json_new();
		linkgroup_json(output_json_object(object, "linkgroup"), &linkgroup);
		output_json_print(object, stdout);
	} else {
		print_table(&linkgroup, !command_has(command, OPTION_NOHEADINGS));
	}
	return EXIT_OK;
}
