// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl status: how the daemon is, and what it has to do with. */
#include <inttypes.h>
#include <string.h>
#include "device.h"
#include "run.h"
#include "trial.h"

struct status {
	struct manager manager;
	struct devices devices;
};

static void status_clear(struct status *status)
{
	manager_clear(&status->manager);
	devices_clear(&status->devices);
}

/* "degraded": not all is as the files say. */
static const char *state(const struct manager *manager)
{
	bool problems = manager->problems && *manager->problems;
	bool older = !strcmp(manager->policy_state, "rolled-back");

	return problems || older || *manager->config_error ? "degraded" : "ok";
}

static uint64_t connections(const struct devices *devices)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < devices->n; i++)
		sum += devices->list[i].connections;
	return sum;
}

/* "files"; "unconfirmed", and for how long; or why it is an older one. */
static void policy_row(struct output_table *table, const struct manager *manager)
{
	char text[128];

	snprintf(text, sizeof(text), "unconfirmed: goes again in %" PRIu64 " s, unless "
		 "\"smcctl confirm\" keeps it", trial_seconds_left(manager));
	output_text_row(table, "policy", !strcmp(manager->policy_state, "unconfirmed") ? text :
			*manager->policy_reason ? manager->policy_reason : manager->policy_state);
}

/* A row for each string, all of them named, so that each line tells by itself what it is. */
static void rows(struct output_table *table, const char *name, char *const *list)
{
	if (!list || !*list)
		output_text_row(table, name, NULL);
	for (; list && *list; list++)
		output_text_row(table, name, *list);
}

/* Each with its kinds: "loopback: loopback ism-emu" */
static void plugin_rows(struct output_table *table, const struct manager *manager)
{
	const struct plugin *plugin = manager->plugins;
	char *const *kind;
	char text[256];
	size_t i;
	int n;

	if (!manager->n_plugins)
		output_text_row(table, "plugin", NULL);
	for (i = 0; i < manager->n_plugins; i++, plugin++) {
		n = snprintf(text, sizeof(text), "%.31s:", plugin->name);
		for (kind = plugin->kinds; kind && *kind && n < (int)sizeof(text); kind++)
			n += snprintf(text + n, sizeof(text) - n, " %s", *kind);
		output_text_row(table, "plugin", text);
	}
}

static void print_table(const struct status *status, bool headings)
{
	static const struct output_column columns[] = { { "ITEM", false }, { "VALUE", false } };
	table_cleanup struct output_table *table = output_table_new(columns, 2, headings);
	const struct manager *manager = &status->manager;

	output_state_row(table, "state", state(manager));
	output_text_row(table, "smcd", manager->version);
	output_text_row(table, "kernel", manager->kernel_release);
	policy_row(table, manager);
	rows(table, "file", manager->config_files);
	output_text_row(table, "file error", manager->config_error);
	rows(table, "UEID", manager->ueids);
	plugin_rows(table, manager);
	output_number_row(table, "devices", status->devices.n);
	output_number_row(table, "connections", connections(&status->devices));
	rows(table, "problem", manager->problems);
	output_table_print(table, stdout);
}

static void plugins_json(struct json_object *array, const struct manager *manager)
{
	struct json_object *element;
	size_t i;

	for (i = 0; i < manager->n_plugins; i++) {
		element = output_json_element(array);
		output_json_text(element, "name", manager->plugins[i].name);
		output_json_list(element, "kinds", manager->plugins[i].kinds);
	}
}

static void print_json(const struct status *status)
{
	json_cleanup struct json_object *object = output_json_new();
	const struct manager *manager = &status->manager;

	output_json_text(object, "state", state(manager));
	output_json_text(object, "version", manager->version);
	output_json_text(object, "kernel", manager->kernel_release);
	output_json_text(object, "policy", manager->policy_state);
	output_json_text(object, "policy_reason", manager->policy_reason);
	output_json_number(object, "confirm_seconds", trial_seconds_left(manager));
	output_json_list(object, "config_files", manager->config_files);
	output_json_text(object, "config_error", manager->config_error);
	output_json_list(object, "ueids", manager->ueids);
	plugins_json(output_json_array(object, "plugins"), manager);
	output_json_number(object, "devices", status->devices.n);
	output_json_number(object, "connections", connections(&status->devices));
	output_json_list(object, "problems", manager->problems);
	output_json_print(object, stdout);
}

int run_status(const struct command *command)
{
	__attribute__((cleanup(status_clear))) struct status status = {};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 ||
	    bus_client_manager(bus, &status.manager, &failure) < 0 ||
	    bus_client_devices(bus, &status.devices, &failure) < 0)
		return device_failed(&failure);
	if (command_has(command, OPTION_JSON))
		print_json(&status);
	else
		print_table(&status, !command_has(command, OPTION_NOHEADINGS));
	return EXIT_OK;
}
