// SPDX-License-Identifier: GPL-2.0-or-later
/* What the verbs that print devices share; see device.h. */
#include <stdio.h>
#include "bus-json.h"
#include "device.h"

int device_failed(const struct failure *failure)
{
	if (failure->located)
		output_error_at(failure->text);
	else
		output_error("%s", failure->text);
	return failure->status;
}

void device_explain_none(sd_bus *bus)
{
	manager_cleanup struct manager manager = {};
	struct failure failure;

	if (bus_client_manager(bus, &manager, &failure) < 0)
		output_error("no devices; %s", failure.text);
	else if (manager.problems && *manager.problems)
		output_error("no devices: %s", *manager.problems);
	else
		output_error("no devices: the configuration names none, see smcd.yaml(5)");
}

void problems_print(char *const *problems)
{
	for (; problems && *problems; problems++)
		output_error("%s", *problems);
}

void device_rank_cell(struct output_table *table, const struct device *device)
{
	if (device->rank)
		output_cell(table, "%u", device->rank);
	else
		output_text(table, NULL);
}

void device_gid_cell(struct output_table *table, const struct device *device)
{
	char number[OUTPUT_NUMBER_SIZE];

	output_text(table, device->gid ? output_gid(device->gid, number) : NULL);
}

void device_json(struct json_object *object, const struct device *device)
{
	output_json_text(object, "name", device->name);
	output_json_text(object, "kind", device->kind);
	output_json_text(object, "plugin", device->plugin);
	output_json_text(object, "state", device->state);
	output_json_number(object, "priority", device->priority);
	output_json_number(object, "rank", device->rank);
	output_json_text(object, "reason", device->reason);
	output_json_number(object, "chid", device->chid);
	output_json_gid(object, "gid", device->gid);
	output_json_text(object, "pnetid", device->pnetid);
	output_json_text(object, "function_id", device->function_id);
	output_json_bool(object, "managed", device->managed);
	output_json_number(object, "connections", device->connections);
	output_json_number(object, "dmbs", device->dmbs);
	if (device->max_dmbs)
		output_json_number(object, "max_dmbs", device->max_dmbs);
	else
		output_json_text(object, "max_dmbs", NULL);
	device_counters_json(object, "counters", &device->counters);
}

void device_counters_json(struct json_object *object, const char *key,
			  const struct counters *counters)
{
	struct json_object *member = output_json_object(object, key);
	char name[BUS_JSON_NAME_SIZE];
	size_t i;

	for (i = 0; i < counters->n; i++)
		output_json_number(member, bus_json_name(counters->list[i].name, name),
				   counters->list[i].value);
}
