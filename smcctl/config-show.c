// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl config show: the running policy, line by line, and what came of each. */
#include "columns.h"
#include "device.h"
#include "run.h"
#include "setting.h"

const struct output_column config_show_columns[] = {
	{ "KEY", 0 }, { "NAME", 0 }, { "CONFIGURED", 0 }, { "EFFECTIVE", 0 }, { "ORIGIN", 0 },
	{ "REASON", 0 }, {},
};

static void print_table(const struct settings *settings, bool headings)
{
	table_cleanup struct output_table *table =
		output_table_new(config_show_columns, columns_count(config_show_columns), headings);
	size_t i;

	for (i = 0; i < settings->n; i++) {
		const struct setting *setting = &settings->list[i];

		output_row(table);
		output_text(table, setting->key);
		output_text(table, setting->name);
		output_text(table, setting->configured);
		output_text(table, setting->effective);
		setting_origin_cell(table, setting);
		output_text(table, setting->reason);
	}
	output_table_print(table, stdout);
}

static void print_json(const struct settings *settings)
{
	json_cleanup struct json_object *object = output_json_new();
	struct json_object *array = output_json_array(object, "settings"), *element;
	size_t i;

	for (i = 0; i < settings->n; i++) {
		const struct setting *setting = &settings->list[i];

		element = output_json_element(array);
		output_json_text(element, "key", setting->key);
		output_json_text(element, "name", setting->name);
		output_json_text(element, "configured", setting->configured);
		output_json_text(element, "effective", setting->effective);
		setting_origin_json(element, setting);
	}
	output_json_print(object, stdout);
}

int run_config_show(const struct command *command)
{
	return setting_show(command, bus_client_settings, print_json, print_table);
}
