// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl connection list: connections of SMC sockets, and why some of them fell back. */
#include <inttypes.h>
#include <string.h>
#include "device.h"
#include "run.h"

/* A code that the daemon has no name for is shown as a number. */
static void reason_cell(struct output_table *table, uint32_t code, const char *name)
{
	if (!code)
		output_text(table, NULL);
	else if (!strcmp(name, "UNKNOWN"))
		output_cell(table, "0x%08" PRIx32, code);
	else
		output_text(table, name);
}

static void print_table(const struct connections *connections, bool headings)
{
	static const struct output_column columns[] = {
		{ "LOCAL", false }, { "PEER", false }, { "MODE", false }, { "REASON", false },
		{ "REASON OF PEER", false }
	};
	table_cleanup struct output_table *table = output_table_new(columns, 5, headings);
	const struct connection *connection = connections->list;
	size_t i;

	for (i = 0; i < connections->n; i++, connection++) {
		output_row(table);
		output_text(table, connection->local);
		output_text(table, connection->peer);
		output_text(table, connection->mode);
		reason_cell(table, connection->code, connection->reason);
		reason_cell(table, connection->peer_code, connection->peer_reason);
	}
	output_table_print(table, stdout);
}

static void code_json(struct json_object *object, const char *key, uint32_t code)
{
	char text[OUTPUT_NUMBER_SIZE];

	snprintf(text, sizeof(text), "0x%08" PRIx32, code);
	output_json_text(object, key, code ? text : NULL);
}

static void print_json(const struct connections *connections)
{
	json_cleanup struct json_object *object = output_json_new();
	struct json_object *array = output_json_array(object, "connections"), *element;
	const struct connection *connection = connections->list;
	size_t i;

	for (i = 0; i < connections->n; i++, connection++) {
		element = output_json_element(array);
		output_json_text(element, "local", connection->local);
		output_json_text(element, "peer", connection->peer);
		output_json_text(element, "mode", connection->mode);
		code_json(element, "code", connection->code);
		output_json_text(element, "reason", connection->reason);
		code_json(element, "peer_code", connection->peer_code);
		output_json_text(element, "peer_reason", connection->peer_reason);
	}
	output_json_print(object, stdout);
}

int run_connection_list(const struct command *command)
{
	connections_cleanup struct connections connections = {};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure = {};

	if (bus_client_open(&bus, &failure) < 0 ||
	    bus_client_connections(bus, &connections, &failure) < 0)
		return device_failed(&failure);
	if (command->options & OPTION_JSON)
		print_json(&connections);
	else
		print_table(&connections, !(command->options & OPTION_NOHEADINGS));
	return EXIT_OK;
}
