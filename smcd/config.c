// SPDX-License-Identifier: GPL-2.0-or-later
/* The schema of smcd.yaml: from a tree of texts to struct config. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config-error.h"
#include "config-yaml.h"
#include "config.h"
#include "ueid.h"

#define ALPHANUMERIC "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define LOWER_DASH "abcdefghijklmnopqrstuvwxyz0123456789-"

#define PLUGIN_NAME_MAX 63
#define FIELDS_MAX 8

struct schema {
	struct config *config;
	struct config_error *error;
};

/* A key of a map, and what takes its value into @object. */
struct field {
	const char *key;
	int (*parse)(struct schema *s, const struct config_node *value, void *object);
};

static struct config_origin origin_of(const struct schema *s, const struct config_node *node)
{
	return (struct config_origin) { s->config->files[0], node->line, node->column };
}

#define fail(s, node, ...) ({						\
	struct config_origin where_ = origin_of((s), (node));		\
	config_fail((s)->error, &where_, __VA_ARGS__);			\
})

static const char *type_name(const struct config_node *node)
{
	switch (node->type) {
	case NODE_LIST:
		return "a list";
	case NODE_MAP:
		return "a map";
	default:
		return node->text[0] ? "a text" : "nothing";
	}
}

/* @expected says also what to write. */
static int need_type(struct schema *s, const struct config_node *node,
		     enum config_node_type type, const char *what, const char *expected)
{
	if (node->type == type)
		return 0;
	return fail(s, node, "'%s' must be %s, but here is %s", what, expected, type_name(node));
}

static int fail_unknown_key(struct schema *s, const struct config_node *key,
			    const char *const *known)
{
	const char *nearest = config_nearest(key->text, known);
	char list[128] = "";
	size_t i, n = 0;

	if (nearest)
		return fail(s, key, "unknown key '%.40s'; did you mean '%s'?", key->text, nearest);
	for (i = 0; known[i] && n < sizeof(list); i++)
		n += snprintf(list + n, sizeof(list) - n, "%s%s", i ? ", " : "", known[i]);
	return fail(s, key, "unknown key '%.40s'; the keys here are %s", key->text, list);
}

/* Hands each value of @map to the field of its key. */
static int parse_fields(struct schema *s, const struct config_node *map,
			const struct field *fields, size_t n_fields, void *object)
{
	const char *known[FIELDS_MAX + 1] = {};
	const struct config_node *value;
	size_t i;
	int r;

	for (i = 0; i < n_fields; i++)
		known[i] = fields[i].key;
	for (value = map->first; value; value = value->next) {
		for (i = 0; i < n_fields; i++)
			if (strcmp(value->key->text, fields[i].key) == 0)
				break;
		if (i == n_fields)
			return fail_unknown_key(s, value->key, known);
		r = fields[i].parse(s, value, object);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Digits of @base only, as strtoull() would also take blanks, signs and a second prefix. */
static int parse_digits(const char *digits, unsigned int base, uint64_t *ret_number)
{
	const char *allowed = base == 16 ? "0123456789abcdefABCDEF" : "0123456789";

	if (!digits[0] || digits[strspn(digits, allowed)])
		return -EINVAL;
	errno = 0;
	*ret_number = strtoull(digits, NULL, base);
	return errno == ERANGE ? -ERANGE : 0;
}

struct number {
	const char *what;
	uint64_t min, max;
	bool hex;		/* may be written so, and is shown so */
};

static int fail_range(struct schema *s, const struct config_node *node,
		      const struct number *number)
{
	if (number->hex)
		return fail(s, node, "%s '%.40s' is out of range; it must be 0x%" PRIX64
			    " to 0x%" PRIX64, number->what, node->text, number->min, number->max);
	return fail(s, node, "%s '%.40s' is out of range; it must be %" PRIu64 " to %" PRIu64,
		    number->what, node->text, number->min, number->max);
}

static int parse_number(struct schema *s, const struct config_node *node,
			const struct number *number, uint64_t *ret_value)
{
	const char *expected = number->hex ? "a number, like 4711 or 0x1267" : "a number, like 100";
	const char *text;
	uint64_t value;
	bool hex;
	int r;

	r = need_type(s, node, NODE_TEXT, number->what, expected);
	if (r < 0)
		return r;
	text = node->text;
	hex = number->hex && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');

	/* Leading zeros mean octal to some readers. */
	if (!hex && text[0] == '0' && text[1])
		r = -EINVAL;
	else
		r = parse_digits(hex ? text + 2 : text, hex ? 16 : 10, &value);
	if (r == -EINVAL)
		return fail(s, node, "%s '%.40s' is not a number; write %s",
			    number->what, text, expected);
	if (r < 0 || value < number->min || value > number->max)
		return fail_range(s, node, number);
	*ret_value = value;
	return 0;
}

static int parse_priority_value(struct schema *s, const struct config_node *node,
				uint32_t *ret_priority)
{
	static const struct number number = { "priority", 0, CONFIG_PRIORITY_MAX, false };
	uint64_t value;
	int r;

	r = parse_number(s, node, &number, &value);
	if (r < 0)
		return r;
	*ret_priority = value;
	return 0;
}

static int check_kind(struct schema *s, const struct config_node *node)
{
	size_t length = strlen(node->text);

	if (length == 0 || length >= SMCD_KIND_SIZE || strspn(node->text, LOWER_DASH) != length)
		return fail(s, node,
			    "'%.40s' cannot be a kind of device; write 1 to %d of a-z, 0-9 and '-'",
			    node->text, SMCD_KIND_SIZE - 1);
	return 0;
}

static int check_device_name(struct schema *s, const struct config_node *node)
{
	size_t length = strlen(node->text);

	if (length == 0 || length >= SMCD_NAME_SIZE ||
	    strspn(node->text, ALPHANUMERIC "._-") != length ||
	    !strchr(ALPHANUMERIC, node->text[0]))
		return fail(s, node, "'%.40s' cannot be a device's name; write 1 to %d of "
			    "A-Z, a-z, 0-9, '.', '_' and '-', a letter or digit first",
			    node->text, SMCD_NAME_SIZE - 1);
	return 0;
}

static int parse_kind(struct schema *s, const struct config_node *value, void *object)
{
	struct config_device *device = object;
	int r;

	r = need_type(s, value, NODE_TEXT, "kind", "a kind of device, like loopback");
	if (r < 0)
		return r;
	r = check_kind(s, value);
	if (r < 0)
		return r;
	strcpy(device->kind, value->text);
	device->kind_origin = origin_of(s, value);
	return 0;
}

static int parse_chid(struct schema *s, const struct config_node *value, void *object)
{
	static const struct number number = { "chid", 1, 0xFFFF, true };
	struct config_device *device = object;
	uint64_t chid;
	int r;

	r = parse_number(s, value, &number, &chid);
	if (r < 0)
		return r;
	device->chid = chid;
	device->chid_origin = origin_of(s, value);
	return 0;
}

static int parse_gid(struct schema *s, const struct config_node *value, void *object)
{
	static const struct number number = { "gid", 1, UINT64_MAX, true };
	struct config_device *device = object;
	int r;

	r = parse_number(s, value, &number, &device->gid);
	if (r < 0)
		return r;
	device->gid_origin = origin_of(s, value);
	return 0;
}

static int parse_priority(struct schema *s, const struct config_node *value, void *object)
{
	struct config_device *device = object;
	int r;

	r = parse_priority_value(s, value, &device->priority);
	if (r < 0)
		return r;
	device->has_priority = true;
	device->priority_origin = origin_of(s, value);
	return 0;
}

static int parse_max_dmbs(struct schema *s, const struct config_node *value, void *object)
{
	static const struct number number = { "max-dmbs", 1, CONFIG_DMBS_MAX, false };
	struct config_device *device = object;
	uint64_t max_dmbs;
	int r;

	r = parse_number(s, value, &number, &max_dmbs);
	if (r < 0)
		return r;
	device->max_dmbs = max_dmbs;
	device->has_max_dmbs = true;
	return 0;
}

static int parse_state(struct schema *s, const struct config_node *value, void *object)
{
	struct config_device *device = object;
	int r;

	r = need_type(s, value, NODE_TEXT, "state", "up or down");
	if (r < 0)
		return r;
	if (strcmp(value->text, "up") != 0 && strcmp(value->text, "down") != 0)
		return fail(s, value, "'state' must be up or down, not '%.40s'", value->text);
	device->up = strcmp(value->text, "up") == 0;
	device->has_up = true;
	device->up_origin = origin_of(s, value);
	return 0;
}

static int parse_device(struct schema *s, const struct config_node *value,
			struct config_device *device)
{
	static const struct field fields[] = {
		{ "kind", parse_kind },
		{ "chid", parse_chid },
		{ "gid", parse_gid },
		{ "priority", parse_priority },
		{ "max-dmbs", parse_max_dmbs },
		{ "state", parse_state },
	};
	int r;

	r = check_device_name(s, value->key);
	if (r < 0)
		return r;
	strcpy(device->name, value->key->text);
	device->origin = origin_of(s, value->key);

	r = need_type(s, value, NODE_MAP, device->name, "a map of settings, like {kind: loopback}");
	if (r < 0)
		return r;
	return parse_fields(s, value, fields, sizeof(fields) / sizeof(fields[0]), device);
}

static int check_count(struct schema *s, const struct config_node *node, size_t max,
		       const char *what)
{
	if (node->n_children > max)
		return fail(s, node, "%zu %s are more than %zu; remove some",
			    node->n_children, what, max);
	return 0;
}

/* Zeroed room for an element for each child, at least for one; NULL without memory. */
static void *allocate_children(const struct config_node *node, size_t size)
{
	return calloc(node->n_children ?: 1, size);
}

static int parse_devices(struct schema *s, const struct config_node *map, void *object)
{
	struct config *config = object;
	const struct config_node *value;
	int r;

	r = need_type(s, map, NODE_MAP, "devices",
		      "a map of names, like {loopback0: {kind: loopback}}, or {}");
	if (r < 0)
		return r;
	r = check_count(s, map, CONFIG_DEVICES_MAX, "devices");
	if (r < 0)
		return r;
	config->devices = allocate_children(map, sizeof(*config->devices));
	if (!config->devices)
		return -ENOMEM;
	for (value = map->first; value; value = value->next) {
		r = parse_device(s, value, &config->devices[config->n_devices++]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int parse_priorities(struct schema *s, const struct config_node *map, void *object)
{
	struct config *config = object;
	const struct config_node *value;
	int r;

	r = need_type(s, map, NODE_MAP, "priorities",
		      "a map of kinds, like {loopback: 100}, or {}");
	if (r < 0)
		return r;
	r = check_count(s, map, CONFIG_KINDS_MAX, "kinds");
	if (r < 0)
		return r;
	config->priorities = allocate_children(map, sizeof(*config->priorities));
	if (!config->priorities)
		return -ENOMEM;
	for (value = map->first; value; value = value->next) {
		struct config_priority *priority = &config->priorities[config->n_priorities++];

		r = check_kind(s, value->key);
		if (r < 0)
			return r;
		strcpy(priority->kind, value->key->text);
		priority->origin = origin_of(s, value->key);
		r = parse_priority_value(s, value, &priority->priority);
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

	r = need_type(s, item, NODE_TEXT, "plugins", "a list of names, like [loopback]");
	if (r < 0)
		return r;
	length = strlen(item->text);
	if (length == 0 || length > PLUGIN_NAME_MAX || strspn(item->text, LOWER_DASH) != length)
		return fail(s, item, "'%.40s' cannot be a plugin's name; write 1 to %d of "
			    "a-z, 0-9 and '-'", item->text, PLUGIN_NAME_MAX);
	for (i = 0; i < config->n_plugins; i++)
		if (strcmp(config->plugins[i].name, item->text) == 0)
			return fail(s, item, "plugin '%s' is here for the second time; remove one",
				    item->text);

	plugin->name = strdup(item->text);
	if (!plugin->name)
		return -ENOMEM;
	plugin->origin = origin_of(s, item);
	config->n_plugins++;
	return 0;
}

static int parse_plugins(struct schema *s, const struct config_node *list, void *object)
{
	struct config *config = object;
	const struct config_node *item;
	int r;

	r = need_type(s, list, NODE_LIST, "plugins", "a list of names, like [loopback], or []");
	if (r < 0)
		return r;
	r = check_count(s, list, CONFIG_PLUGINS_MAX, "plugins");
	if (r < 0)
		return r;
	config->plugins = allocate_children(list, sizeof(*config->plugins));
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

static int parse_ueid(struct schema *s, const struct config_node *item)
{
	struct config *config = s->config;
	const char *problem;
	size_t i;
	int r;

	r = need_type(s, item, NODE_TEXT, "ueids", "a list of UEIDs, like [auto]");
	if (r < 0)
		return r;
	problem = strcmp(item->text, CONFIG_UEID_AUTO) == 0 ? NULL : ueid_problem(item->text);
	if (problem)
		return fail(s, item, "'%.40s' cannot be a UEID: %s, or write auto",
			    item->text, problem);
	for (i = 0; i < config->n_ueids; i++)
		if (strcmp(config->ueids[i].ueid, item->text) == 0)
			return fail(s, item, "UEID '%s' is here for the second time; remove one",
				    item->text);
	if (config->n_ueids == CONFIG_UEIDS_MAX)
		return fail(s, item, "the kernel takes at most %d UEIDs; remove this one",
			    CONFIG_UEIDS_MAX);

	strcpy(config->ueids[config->n_ueids].ueid, item->text);
	config->ueids[config->n_ueids++].origin = origin_of(s, item);
	return 0;
}

static int parse_ueids(struct schema *s, const struct config_node *list, void *object)
{
	struct config *config = object;
	const struct config_node *item;
	int r;

	r = need_type(s, list, NODE_LIST, "ueids", "a list of UEIDs, like [auto], or []");
	if (r < 0)
		return r;
	for (item = list->first; item; item = item->next) {
		r = parse_ueid(s, item);
		if (r < 0)
			return r;
	}
	config->has_ueids = true;
	return 0;
}

static int parse_root(struct schema *s, const struct config_node *root)
{
	static const struct config_node start = { .line = 1, .column = 1 };
	static const struct field fields[] = {
		{ "plugins", parse_plugins },
		{ "priorities", parse_priorities },
		{ "ueids", parse_ueids },
		{ "devices", parse_devices },
	};

	if (!root || (root->type == NODE_TEXT && !root->text[0]))
		return fail(s, root ?: &start, "nothing is configured here; write for example "
			    "'plugins: [loopback]', or {} if that is meant");
	if (root->type != NODE_MAP)
		return fail(s, root, "a file must be a map, like 'plugins: [loopback]', "
			    "but here is %s", type_name(root));
	return parse_fields(s, root, fields, sizeof(fields) / sizeof(fields[0]), s->config);
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
	free(config->priorities);
	free(config->devices);
	free(config);
}

void config_freep(struct config **config)
{
	config_free(*config);
}
