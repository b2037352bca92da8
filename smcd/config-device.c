// SPDX-License-Identifier: GPL-2.0-or-later
/* The schema of devices. */

#include <errno.h>
#include <string.h>

#include "config-schema.h"

static int check_device_name(struct schema *s, const struct config_node *node)
{
	size_t length = strlen(node->text);

	if (length == 0 || length >= SMCD_NAME_SIZE ||
	    strspn(node->text, ALPHANUMERIC "._:-") != length ||
	    !strchr(ALPHANUMERIC, node->text[0]))
		return schema_fail(s, node, "'%.40s' cannot be a device's name; write 1 to %d of "
				   "A-Z, a-z, 0-9, '.', '_', ':' and '-', a letter or digit first",
				   node->text, SMCD_NAME_SIZE - 1);
	return 0;
}

int config_parse_kind(struct schema *s, const struct config_node *value, void *object)
{
	struct config_device *device = object;
	int r;

	r = schema_need_type(s, value, NODE_TEXT, "kind", "a kind of device, like loopback");
	if (r < 0)
		return r;
	r = schema_kind(s, value);
	if (r < 0)
		return r;
	strcpy(device->kind, value->text);
	device->kind_origin = schema_origin(s, value);
	return 0;
}

int config_parse_chid(struct schema *s, const struct config_node *value, void *object)
{
	static const struct number number = { "chid", 1, 0xFFFF, true };
	struct config_device *device = object;
	uint64_t chid;
	int r;

	r = schema_number(s, value, &number, &chid);
	if (r < 0)
		return r;
	device->chid = chid;
	device->chid_origin = schema_origin(s, value);
	return 0;
}

static int parse_gid(struct schema *s, const struct config_node *value, void *object)
{
	static const struct number number = { "gid", 1, UINT64_MAX, true };
	struct config_device *device = object;
	int r;

	r = schema_number(s, value, &number, &device->gid);
	if (r < 0)
		return r;
	device->gid_origin = schema_origin(s, value);
	return 0;
}

int config_parse_priority(struct schema *s, const struct config_node *value, void *object)
{
	struct config_device *device = object;
	int r;

	r = schema_priority(s, value, &device->priority);
	if (r < 0)
		return r;
	device->has_priority = true;
	device->priority_origin = schema_origin(s, value);
	return 0;
}

static int parse_max_dmbs(struct schema *s, const struct config_node *value, void *object)
{
	static const struct number number = { "max-dmbs", 1, CONFIG_DMBS_MAX, false };
	struct config_device *device = object;
	uint64_t max_dmbs;
	int r;

	r = schema_number(s, value, &number, &max_dmbs);
	if (r < 0)
		return r;
	device->max_dmbs = max_dmbs;
	device->has_max_dmbs = true;
	return 0;
}

static int parse_max_memory(struct schema *s, const struct config_node *value, void *object)
{
	static const struct number number = {
		"max-memory", CONFIG_MEMORY_MIN, CONFIG_MEMORY_MAX, false
	};
	struct config_device *device = object;
	int r;

	r = schema_bytes(s, value, &number, &device->max_memory);
	if (r < 0)
		return r;
	device->max_memory_origin = schema_origin(s, value);
	return 0;
}

int config_parse_state(struct schema *s, const struct config_node *value, void *object)
{
	static const char *const words[] = { "down", "up", NULL };
	struct config_device *device = object;
	unsigned int up;
	int r;

	r = schema_choice(s, value, "state", "up or down", words, &up);
	if (r < 0)
		return r;
	device->up = up;
	device->has_up = true;
	device->up_origin = schema_origin(s, value);
	return 0;
}

int config_parse_pnetid(struct schema *s, const struct config_node *value, void *object)
{
	struct config_device *device = object;
	int r;

	r = schema_need_type(s, value, NODE_TEXT, "pnetid", "a PNETID, like NET1");
	if (r < 0)
		return r;
	r = schema_pnetid(s, value, device->pnetid);
	if (r < 0)
		return r;
	device->pnetid_origin = schema_origin(s, value);
	return 0;
}

static int parse_device(struct schema *s, const struct config_node *value,
			struct config_device *device)
{
	static const struct field fields[] = {
		{ "kind", config_parse_kind },
		{ "chid", config_parse_chid },
		{ "gid", parse_gid },
		{ "priority", config_parse_priority },
		{ "max-dmbs", parse_max_dmbs },
		{ "max-memory", parse_max_memory },
		{ "state", config_parse_state },
		{ "pnetid", config_parse_pnetid },
	};
	int r;

	r = check_device_name(s, value->key);
	if (r < 0)
		return r;
	strcpy(device->name, value->key->text);
	device->origin = schema_origin(s, value->key);

	r = schema_need_type(s, value, NODE_MAP, device->name,
			     "a map of settings, like {kind: loopback}");
	if (r < 0)
		return r;
	return schema_fields(s, value, fields, sizeof(fields) / sizeof(fields[0]), device);
}

int config_parse_devices(struct schema *s, const struct config_node *map, void *object)
{
	struct config *config = object;
	const struct config_node *value;
	int r;

	r = schema_need_type(s, map, NODE_MAP, "devices",
			     "a map of names, like {loopback0: {kind: loopback}}, or {}");
	if (r < 0)
		return r;
	r = schema_count(s, map, CONFIG_DEVICES_MAX, "devices");
	if (r < 0)
		return r;
	config->devices = schema_allocate(map, sizeof(*config->devices));
	if (!config->devices)
		return -ENOMEM;
	for (value = map->first; value; value = value->next) {
		r = parse_device(s, value, &config->devices[config->n_devices++]);
		if (r < 0)
			return r;
	}
	return 0;
}
