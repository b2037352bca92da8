// SPDX-License-Identifier: GPL-2.0-or-later
/* The schema of smcd.yaml, but for its larger parts: from a tree of texts to struct config. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config-schema.h"
#include "ueid.h"

#define PLUGIN_NAME_MAX 63

static int parse_priorities(struct schema *s, const struct config_node *map, void *object)
{
	struct config *config = object;
	const struct config_node *value;
	int r;

	r = schema_need_type(s, map, NODE_MAP, "priorities",
			     "a map of kinds, like {loopback: 100}, or {}");
	if (r < 0)
		return r;
	r = schema_count(s, map, CONFIG_KINDS_MAX, "kinds");
	if (r < 0)
		return r;
	config->priorities = schema_allocate(map, sizeof(*config->priorities));
	if (!config->priorities)
		return -ENOMEM;
	for (value = map->first; value; value = value->next) {
		struct config_priority *priority = &config->priorities[config->n_priorities++];

		r = schema_kind(s, value->key);
		if (r < 0)
			return r;
		strcpy(priority->kind, value->key->text);
		priority->origin = schema_origin(s, value->key);
		r = schema_priority(s, value, &priority->priority);
		if (r < 0)
			return r;
	}
	return 0;
}

static int parse_plugin(struct schema *s, const struct config_node *item)
{
	struct config *config = s->config;
	struct config_name *plugin = &config->plugins[config->n_plugins];
	size_t i, length;
	int r;

	r = schema_need_type(s, item, NODE_TEXT, "plugins", "a list of names, like [loopback]");
	if (r < 0)
		return r;
	length = strlen(item->text);
	if (length == 0 || length > PLUGIN_NAME_MAX || strspn(item->text, LOWER_DASH) != length)
		return schema_fail(s, item, "'%.40s' cannot be a plugin's name; write 1 to %d of "
				   "a-z, 0-9 and '-'", item->text, PLUGIN_NAME_MAX);
	for (i = 0; i < config->n_plugins; i++)
		if (strcmp(config->plugins[i].name, item->text) == 0)
			return schema_fail(s, item,
					   "plugin '%s' is here for the second time; remove one",
					   item->text);

	plugin->name = strdup(item->text);
	if (!plugin->name)
		return -ENOMEM;
	plugin->origin = schema_origin(s, item);
	config->n_plugins++;
	return 0;
}

static int parse_plugins(struct schema *s, const struct config_node *list, void *object)
{
	struct config *config = object;
	const struct config_node *item;
	int r;

	r = schema_need_type(s, list, NODE_LIST, "plugins",
			     "a list of names, like [loopback], or []");
	if (r < 0)
		return r;
	r = schema_count(s, list, CONFIG_PLUGINS_MAX, "plugins");
	if (r < 0)
		return r;
	config->plugins = schema_allocate(list, sizeof(*config->plugins));
	if (!config->plugins)
		return -ENOMEM;
	for (item = list->first; item; item = item->next) {
		r = parse_plugin(s, item);
		if (r < 0)
			return r;
	}
	config->has_plugins = true;
	return 0;
}

static int parse_ueid(struct schema *s, const struct config_node *item,
		      struct config_ueid *ueids, size_t *n)
{
	const char *problem;
	size_t i;
	int r;

	r = schema_need_type(s, item, NODE_TEXT, "ueids", "a list of UEIDs, like [auto]");
	if (r < 0)
		return r;
	problem = strcmp(item->text, CONFIG_UEID_AUTO) == 0 ? NULL : ueid_problem(item->text);
	if (problem)
		return schema_fail(s, item, "'%.40s' cannot be a UEID: %s, or write auto",
				   item->text, problem);
	for (i = 0; i < *n; i++)
		if (strcmp(ueids[i].ueid, item->text) == 0)
			return schema_fail(s, item,
					   "UEID '%s' is here for the second time; remove one",
					   item->text);
	if (*n == CONFIG_UEIDS_MAX)
		return schema_fail(s, item, "the kernel takes at most %d UEIDs; remove this one",
				   CONFIG_UEIDS_MAX);

	strcpy(ueids[*n].ueid, item->text);
	ueids[(*n)++].origin = schema_origin(s, item);
	return 0;
}

/* @ueids has room for CONFIG_UEIDS_MAX. */
static int parse_ueid_list(struct schema *s, const struct config_node *list,
			   struct config_ueid *ueids, size_t *n)
{
	const struct config_node *item;
	int r;

	r = schema_need_type(s, list, NODE_LIST, "ueids", "a list of UEIDs, like [auto], or []");
	for (item = list->first; item && r >= 0; item = item->next)
		r = parse_ueid(s, item, ueids, n);
	return r;
}

static int parse_ueids(struct schema *s, const struct config_node *list, void *object)
{
	struct config *config = object;

	config->has_ueids = true;
	return parse_ueid_list(s, list, config->ueids, &config->n_ueids);
}

static int parse_more_ueids(struct schema *s, const struct config_node *list, void *object)
{
	struct config *config = object;

	config->more_ueids = calloc(CONFIG_UEIDS_MAX, sizeof(*config->more_ueids));
	if (!config->more_ueids)
		return -ENOMEM;
	return parse_ueid_list(s, list, config->more_ueids, &config->n_more_ueids);
}

static int parse_seid(struct schema *s, const struct config_node *value, void *object)
{
	static const char *const words[] = {
		[CONFIG_SEID_AUTO] = "auto",
		[CONFIG_SEID_ENABLE] = "enable",
		[CONFIG_SEID_DISABLE] = "disable",
		NULL
	};
	struct config *config = object;
	unsigned int seid;
	int r;

	r = schema_choice(s, value, "seid", "auto, enable or disable", words, &seid);
	if (r < 0)
		return r;
	config->seid = seid;
	config->seid_origin = schema_origin(s, value);
	return 0;
}

static int parse_drift(struct schema *s, const struct config_node *value, void *object)
{
	static const char *const words[] = {
		[CONFIG_DRIFT_REPAIR] = "repair",
		[CONFIG_DRIFT_REPORT] = "report",
		NULL
	};
	struct config *config = object;
	unsigned int drift;
	int r;

	r = schema_choice(s, value, "drift", "repair or report", words, &drift);
	if (r < 0)
		return r;
	config->drift = drift;
	config->drift_origin = schema_origin(s, value);
	return 0;
}

static int parse_root(struct schema *s, const struct config_node *root)
{
	static const struct config_node start = { .line = 1, .column = 1 };
	static const struct field fields[] = {
		{ "plugins", parse_plugins },
		{ "priorities", parse_priorities },
		{ "ueids", parse_ueids },
		{ "more-ueids", parse_more_ueids },
		{ "seid", parse_seid },
		{ "drift", parse_drift },
		{ "tuning", config_parse_tuning },
		{ "pnetids", config_parse_pnetids },
		{ "rules", config_parse_rules },
		{ "devices", config_parse_devices },
	};

	if (!root || (root->type == NODE_TEXT && !root->text[0]))
		return schema_fail(s, root ?: &start,
				   "nothing is configured here; write for example "
				   "'plugins: [loopback]', or {} if that is meant");
	if (root->type != NODE_MAP)
		return schema_fail(s, root, "a file must be a map, like 'plugins: [loopback]', "
				   "but here is %s", schema_type_name(root));
	return schema_fields(s, root, fields, sizeof(fields) / sizeof(fields[0]), s->config);
}

static int config_new(const char *file, struct config **ret_config)
{
	__attribute__((cleanup(config_freep))) struct config *config = NULL;

	config = calloc(1, sizeof(*config));
	if (!config)
		return -ENOMEM;
	config->files = calloc(2, sizeof(*config->files));
	if (!config->files)
		return -ENOMEM;
	config->files[0] = strdup(file);
	if (!config->files[0])
		return -ENOMEM;
	*ret_config = config;
	config = NULL;
	return 0;
}

int config_parse(const char *file, const void *data, size_t size,
		 struct config **ret_config, struct config_error *error)
{
	__attribute__((cleanup(config_freep))) struct config *config = NULL;
	__attribute__((cleanup(config_tree_freep))) struct config_tree *tree = NULL;
	struct schema s = { .error = error };
	int r;

	if (size > CONFIG_SIZE_MAX) {
		struct config_origin where = { file, 1, 1 };

		config_fail(error, &where, "the file has %zu bytes, more than %d; shorten it",
			    size, CONFIG_SIZE_MAX);
		return -E2BIG;
	}

	r = config_tree_parse(file, data, size, &tree, error);
	if (r < 0)
		return r;
	r = config_new(file, &config);
	if (r < 0)
		return r;
	s.config = config;
	r = parse_root(&s, tree->root);
	if (r < 0)
		return r;

	*ret_config = config;
	config = NULL;
	return 0;
}

void config_free(struct config *config)
{
	size_t i;

	if (!config)
		return;
	for (i = 0; i < config->n_plugins; i++)
		free(config->plugins[i].name);
	for (i = 0; config->files && config->files[i]; i++)
		free(config->files[i]);
	free(config->files);
	free(config->plugins);
	free(config->more_ueids);
	free(config->priorities);
	free(config->pnets);
	free(config->rules);
	free(config->namespaces);
	free(config->devices);
	free(config);
}

void config_freep(struct config **config)
{
	config_free(*config);
}
