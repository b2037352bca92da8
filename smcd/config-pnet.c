// SPDX-License-Identifier: GPL-2.0-or-later
/* The schema of the PNET table. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config-schema.h"

/* What either list has in it. */
struct sort {
	const char *list, *singular, *article, *expected;
	const char *(*parse)(const char *text, struct pnet_entry *entry);
};

static const struct sort interfaces = {
	"interfaces", "interface", "an", "a list of network interfaces, like [eth0]",
	pnet_parse_interface,
};
static const struct sort devices = {
	"devices", "device", "a", "a list of devices, like [lo, mlx5_0/2]", pnet_parse_device,
};

static int add_entry(struct schema *s, const struct config_node *item, const struct sort *sort,
		     const char *pnetid)
{
	struct config *config = s->config;
	struct config_pnet *pnet = &config->pnets[config->n_pnets];
	const char *problem;
	size_t i;
	int r;

	r = schema_need_type(s, item, NODE_TEXT, sort->list, sort->expected);
	if (r < 0)
		return r;
	problem = sort->parse(item->text, &pnet->entry);
	if (problem)
		return schema_fail(s, item, "'%.40s' cannot be the name of %s %s: %s",
				   item->text, sort->article, sort->singular, problem);
	for (i = 0; i < config->n_pnets; i++)
		if (pnet_same_place(&config->pnets[i].entry, &pnet->entry))
			return schema_fail(s, item, "%s '%s' is here for the second time, the "
					   "first is in line %u; it has one PNETID, remove one",
					   sort->singular, pnet->entry.name,
					   config->pnets[i].origin.line);
	strcpy(pnet->entry.pnetid, pnetid);
	pnet->origin = schema_origin(s, item);
	config->n_pnets++;
	return 0;
}

static int add_entries(struct schema *s, const struct config_node *list, const struct sort *sort,
		       const char *pnetid)
{
	const struct config_node *item;
	int r;

	r = schema_need_type(s, list, NODE_LIST, sort->list, sort->expected);
	for (item = list->first; item && r >= 0; item = item->next)
		r = add_entry(s, item, sort, pnetid);
	return r;
}

static int parse_interfaces(struct schema *s, const struct config_node *value, void *object)
{
	return add_entries(s, value, &interfaces, object);
}

static int parse_devices(struct schema *s, const struct config_node *value, void *object)
{
	return add_entries(s, value, &devices, object);
}

static int parse_pnetid(struct schema *s, const struct config_node *value)
{
	static const struct field fields[] = {
		{ "interfaces", parse_interfaces },
		{ "devices", parse_devices },
	};
	char pnetid[SMCD_PNETID_SIZE];
	int r;

	r = schema_pnetid(s, value->key, pnetid);
	if (r < 0)
		return r;
	r = schema_need_type(s, value, NODE_MAP, pnetid,
			     "a map of lists, like {interfaces: [eth0], devices: [lo]}");
	if (r < 0)
		return r;
	return schema_fields(s, value, fields, sizeof(fields) / sizeof(fields[0]), pnetid);
}

static size_t count_names(const struct config_node *map)
{
	const struct config_node *value, *list;
	size_t n = 0;

	for (value = map->first; value; value = value->next)
		for (list = value->first; list; list = list->next)
			n += list->n_children;
	return n;
}

int config_parse_pnetids(struct schema *s, const struct config_node *map, void *object)
{
	struct config *config = object;
	const struct config_node *value;
	size_t n = count_names(map);
	int r;

	r = schema_need_type(s, map, NODE_MAP, "pnetids",
			     "a map of PNETIDs, like {NET1: {interfaces: [eth0]}}, or {}");
	if (r < 0)
		return r;
	if (n > CONFIG_PNETS_MAX)
		return schema_fail(s, map, "%zu interfaces and devices are more than %d; "
				   "remove some", n, CONFIG_PNETS_MAX);
	config->pnets = calloc(n ?: 1, sizeof(*config->pnets));
	if (!config->pnets)
		return -ENOMEM;
	for (value = map->first; value && r >= 0; value = value->next)
		r = parse_pnetid(s, value);
	return r;
}
