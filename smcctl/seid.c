// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl seid show, enable, disable: the system EID, which IBM Z has. */
#include <string.h>
#include "device.h"
#include "run.h"
#include "setting.h"

static void print_table(const struct setting *setting, bool headings)
{
	static const struct output_column columns[] = { { "PROPERTY", 0 }, { "VALUE", 0 } };
	table_cleanup struct output_table *table = output_table_new(columns, 2, headings);

	output_text_row(table, "configured", setting->configured);
	output_text_row(table, "effective", setting->effective);
	output_row(table);
	output_text(table, "origin");
	setting_origin_cell(table, setting);
	output_text_row(table, "reason", setting->reason);
	output_table_print(table, stdout);
}

static void print_json(const struct setting *setting)
{
	json_cleanup struct json_object *object = output_json_new();
	struct json_object *seid = output_json_object(object, "seid");

	output_json_text(seid, "configured", setting->configured);
	output_json_text(seid, "effective", setting->effective);
	setting_origin_json(seid, setting);
	output_json_print(object, stdout);
}

static int show(const struct command *command, sd_bus *bus)
{
	settings_cleanup struct settings settings = {};
	const struct setting *seid = NULL;
	struct failure failure;
	size_t i;

	if (bus_client_identities(bus, &settings, &failure) < 0)
		return device_failed(&failure);
	for (i = 0; i < settings.n; i++)
		if (!strcmp(settings.list[i].key, "seid"))
			seid = &settings.list[i];
	if (!seid) {
		output_error("smcd says nothing of the SEID: is it of the same version?");
		return EXIT_FAILED;
	}
	if (command_has(command, OPTION_JSON))
		print_json(seid);
	else
		print_table(seid, !command_has(command, OPTION_NOHEADINGS));
	return EXIT_OK;
}

int run_seid_show(const struct command *command)
{
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	return bus_client_open(&bus, &failure) < 0 ? device_failed(&failure) : show(command, bus);
}

/* Sets it, and shows what came of it. */
static int set(const struct command *command, bool enable)
{
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 ||
	    bus_client_set_seid(bus, enable, command_has(command, OPTION_SAVE), &failure) < 0)
		return device_failed(&failure);
	return show(command, bus);
}

int run_seid_enable(const struct command *command)
{
	return set(command, true);
}

int run_seid_disable(const struct command *command)
{
	return set(command, false);
}
