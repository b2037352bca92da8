// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl pnet list, add, delete: which interfaces and devices are of one physical network. */
#include <string.h>
#include "columns.h"
#include "device.h"
#include "run.h"
#include "setting.h"

const struct output_column pnet_list_columns[] = {
	{ "PNETID", 0 }, { "TYPE", 0 }, { "NAME", 0 }, { "KERNEL", 0 },
	{ "ORIGIN", 0 }, { "REASON", 0 }, {},
};

/* "interface" or "device"; NULL: it is about something else. */
static const char *sort_of(const struct setting *setting)
{
	if (!strcmp(setting->key, "pnetids.interfaces"))
		return "interface";
	return strcmp(setting->key, "pnetids.devices") ? NULL : "device";
}

/* What is to be; of others, what is. */
static const char *pnetid_of(const struct setting *setting)
{
	return *setting->configured ? setting->configured : setting->effective;
}

static void print_table(const struct settings *settings, bool headings)
{
	table_cleanup struct output_table *table =
		output_table_new(pnet_list_columns, columns_count(pnet_list_columns),
				 headings);
	size_t i;

	for (i = 0; i < settings->n; i++) {
		const struct setting *setting = &settings->list[i];
		const char *pnetid = pnetid_of(setting);

		if (!sort_of(setting))
			continue;
		output_row(table);
		output_text(table, pnetid);
		output_text(table, sort_of(setting));
		output_text(table, setting->name);
		output_text(table, !*setting->effective ? "no" :
			    strcmp(setting->effective, pnetid) ? setting->effective : "yes");
		setting_origin_cell(table, setting);
		output_text(table, setting->reason);
	}
	output_table_print(table, stdout);
}

static void print_json(const struct settings *settings)
{
	json_cleanup struct json_object *object = output_json_new();
	struct json_object *array = output_json_array(object, "pnetids");
	size_t i;

	for (i = 0; i < settings->n; i++) {
		const struct setting *setting = &settings->list[i];
		struct json_object *element;

		if (!sort_of(setting))
			continue;
		element = output_json_element(array);
		output_json_text(element, "pnetid", pnetid_of(setting));
		output_json_text(element, "type", sort_of(setting));
		output_json_text(element, "name", setting->name);
		output_json_text(element, "configured", setting->configured);
		output_json_text(element, "effective", setting->effective);
		setting_origin_json(element, setting);
	}
	output_json_print(object, stdout);
}

int run_pnet_list(const struct command *command)
{
	return setting_show(command, bus_client_identities, print_json, print_table);
}

int check_pnet_add(const struct command *command, char *error)
{
	if (command_has(command, OPTION_INTERFACE) == command_has(command, OPTION_DEVICE))
		return command_refuse(command, error, "one of --interface and --device is needed");
	return 0;
}

int check_pnet_delete(const struct command *command, char *error)
{
	if (command_has(command, OPTION_INTERFACE) && command_has(command, OPTION_DEVICE))
		return command_refuse(command, error, "one of --interface and --device is enough");
	return 0;
}

static int change(const struct command *command, const char *done,
		  int (*fn)(sd_bus *bus, const char *pnetid, const char *sort,
			    const char *name, bool save, struct failure *failure))
{
	const char *pnetid = command_argument(command, VALUE_PNETID);
	const char *interface = command_text(command, OPTION_INTERFACE);
	const char *name = interface ?: command_text(command, OPTION_DEVICE);
	const char *sort = interface ? "interface" : name ? "device" : NULL;
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 ||
	    fn(bus, pnetid, sort, name, command_has(command, OPTION_SAVE), &failure) < 0)
		return device_failed(&failure);
	setting_print_change(command, "pnetid", pnetid, done);
	return EXIT_OK;
}

int run_pnet_add(const struct command *command)
{
	return change(command, "added", bus_client_add_pnetid);
}

int run_pnet_delete(const struct command *command)
{
	return change(command, "deleted", bus_client_delete_pnetid);
}
