// SPDX-License-Identifier: GPL-2.0-or-later
/* What the verbs that show or change lines of the policy share; see setting.h. */
#include <stdio.h>
#include <string.h>
#include "device.h"
#include "setting.h"

void setting_origin_cell(struct output_table *table, const struct setting *setting)
{
	if (!strcmp(setting->who, "hand"))
		output_text(table, "by hand");
	else if (*setting->file)
		output_cell(table, "%s:%u", setting->file, setting->line);
	else
		output_text(table, strcmp(setting->who, "other") ? setting->who : "others");
}

void setting_origin_json(struct json_object *object, const struct setting *setting)
{
	output_json_text(object, "origin", setting->who);
	output_json_text(object, "file", setting->file);
	if (*setting->file) {
		output_json_number(object, "line", setting->line);
		output_json_number(object, "column", setting->column);
	} else {
		output_json_text(object, "line", NULL);
		output_json_text(object, "column", NULL);
	}
	output_json_text(object, "reason", setting->reason);
}

void setting_print_change(const struct command *command, const char *key, const char *value,
			  const char *done)
{
	json_cleanup struct json_object *object = NULL;
	bool save = command_has(command, OPTION_SAVE);

	if (!command_has(command, OPTION_JSON)) {
		printf("%s: %s, %s\n", value, done, save ? "for good" : "until the next boot");
		return;
	}
	object = output_json_new();
	output_json_text(object, key, value);
	output_json_bool(object, done, true);
	output_json_bool(object, "saved", save);
	output_json_print(object, stdout);
}

int setting_show(const struct command *command,
		 int (*read)(sd_bus *bus, struct settings *ret_settings, struct failure *failure),
		 void (*print_json)(const struct settings *settings),
		 void (*print_table)(const struct settings *settings, bool headings))
{
	settings_cleanup struct settings settings = {};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 || read(bus, &settings, &failure) < 0)
		return device_failed(&failure);
	if (command_has(command, OPTION_JSON))
		print_json(&settings);
	else
		print_table(&settings, !command_has(command, OPTION_NOHEADINGS));
	return EXIT_OK;
}
