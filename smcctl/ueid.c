// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl ueid list, add, delete: the EIDs by which two ends find that they may speak SMC-D. */
#include <string.h>
#include "columns.h"
#include "device.h"
#include "run.h"
#include "setting.h"

const struct output_column ueid_list_columns[] = {
	{ "UEID", 0 }, { "KERNEL", 0 }, { "ORIGIN", 0 }, { "REASON", 0 }, {},
};

static bool is_ueid(const struct setting *setting)
{
	return !strcmp(setting->key, "ueids");
}

static void print_table(const struct settings *settings, bool headings)
{
	table_cleanup struct output_table *table =
		output_table_new(ueid_list_columns, columns_count(ueid_list_columns),
				 headings);
	size_t i;

	for (i = 0; i < settings->n; i++) {
		const struct setting *setting = &settings->list[i];

		if (!is_ueid(setting))
			continue;
		output_row(table);
		output_text(table, setting->name);
		output_text(table, *setting->effective ? "yes" : "no");
		setting_origin_cell(table, setting);
		output_text(table, setting->reason);
	}
	output_table_print(table, stdout);
}

static void print_json(const struct settings *settings)
{
	json_cleanup struct json_object *object = output_json_new();
	struct json_object *array = output_json_array(object, "ueids");
	size_t i;

	for (i = 0; i < settings->n; i++) {
		const struct setting *setting = &settings->list[i];
		struct json_object *element;

		if (!is_ueid(setting))
			continue;
		element = output_json_element(array);
		output_json_text(element, "ueid", setting->name);
		output_json_text(element, "configured", setting->configured);
		output_json_bool(element, "effective", *setting->effective);
		setting_origin_json(element, setting);
	}
	output_json_print(object, stdout);
}

int run_ueid_list(const struct command *command)
{
	return setting_show(command, bus_client_identities, print_json, print_table);
}

static int change(const struct command *command, const char *done,
		  int (*fn)(sd_bus *bus, const char *ueid, bool save, struct failure *failure))
{
	const char *ueid = command_argument(command, VALUE_EID);
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 ||
	    fn(bus, ueid, command_has(command, OPTION_SAVE), &failure) < 0)
		return device_failed(&failure);
	setting_print_change(command, "ueid", ueid, done);
	return EXIT_OK;
}

int run_ueid_add(const struct command *command)
{
	return change(command, "added", bus_client_add_ueid);
}

int run_ueid_delete(const struct command *command)
{
	return change(command, "deleted", bus_client_delete_ueid);
}
