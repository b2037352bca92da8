// SPDX-License-Identifier: GPL-2.0-or-later
/* The schema of tuning. */

#include <errno.h>
#include <string.h>

#include "buffer-size.h"
#include "config-schema.h"

static int parse_bytes(struct schema *s, const struct config_node *value, enum tunable tunable,
		       uint32_t *ret_bytes)
{
	struct number number = { .what = tunable_key(tunable) };
	uint64_t bytes;
	int r;

	tunable_range(tunable, &number.min, &number.max);
	r = schema_bytes(s, value, &number, &bytes);
	if (r < 0)
		return r;
	*ret_bytes = bytes;
	return 0;
}

/* The words that stand for no number; false: @value is none of them. */
static bool take_word(const struct config_node *value, enum tunable tunable,
		      struct config_tuning *tuning)
{
	if (!tunable_is_buffer(tunable) || value->type != NODE_TEXT)
		return false;
	if (strcmp(value->text, "auto") == 0)
		tuning->mode = CONFIG_TUNING_AUTO;
	else if (strcmp(value->text, "keep") == 0)
		tuning->mode = CONFIG_TUNING_KEEP;
	else
		return false;
	return true;
}

static int parse_tunable(struct schema *s, const struct config_node *value, enum tunable tunable,
			 struct config_tuning *tuning)
{
	static const char *const words[] = { "off", "on", NULL };
	unsigned int on;
	int r = 0;

	if (take_word(value, tunable, tuning)) {
		tuning->value = 0;
	} else if (tunable == TUNABLE_HANDSHAKE_LIMIT) {
		r = schema_choice(s, value, tunable_key(tunable), "on or off", words, &on);
		if (r >= 0)
			tuning->value = on;
	} else {
		r = parse_bytes(s, value, tunable, &tuning->value);
	}
	if (r < 0)
		return r;
	tuning->origin = schema_origin(s, value);
	return 0;
}

static int parse_wmem(struct schema *s, const struct config_node *value, void *object)
{
	struct config_tuning *tuning = object;

	return parse_tunable(s, value, TUNABLE_WMEM, &tuning[TUNABLE_WMEM]);
}

static int parse_rmem(struct schema *s, const struct config_node *value, void *object)
{
	struct config_tuning *tuning = object;

	return parse_tunable(s, value, TUNABLE_RMEM, &tuning[TUNABLE_RMEM]);
}

static int parse_autocorking(struct schema *s, const struct config_node *value, void *object)
{
	struct config_tuning *tuning = object;

	return parse_tunable(s, value, TUNABLE_AUTOCORKING_SIZE,
			     &tuning[TUNABLE_AUTOCORKING_SIZE]);
}

static int parse_handshake_limit(struct schema *s, const struct config_node *value, void *object)
{
	struct config_tuning *tuning = object;

	return parse_tunable(s, value, TUNABLE_HANDSHAKE_LIMIT, &tuning[TUNABLE_HANDSHAKE_LIMIT]);
}

#define TUNABLE_FIELDS \
	{ "wmem", parse_wmem }, \
	{ "rmem", parse_rmem }, \
	{ "autocorking-size", parse_autocorking }, \
	{ "handshake-limit", parse_handshake_limit }

static int parse_ceiling(struct schema *s, const struct config_node *value, void *object)
{
	static const struct number number = {
		"ceiling", BUFFER_SIZE_MIN, BUFFER_SIZE_MAX, false,
	};
	uint64_t bytes;
	int r;

	(void)object;
	r = schema_bytes(s, value, &number, &bytes);
	if (r < 0)
		return r;
	s->config->ceiling = bytes;
	s->config->ceiling_origin = schema_origin(s, value);
	return 0;
}

/* What can be the name of a file in /run/netns, and of an instance of a unit. */
static int check_namespace(struct schema *s, const struct config_node *node)
{
	size_t length = strlen(node->text);

	if (length == 0 || length >= CONFIG_NAMESPACE_SIZE ||
	    strspn(node->text, ALPHANUMERIC "._:-") != length ||
	    !strchr(ALPHANUMERIC, node->text[0]))
		return schema_fail(s, node, "'%.40s' cannot be the name of a network namespace "
				   "here; write 1 to %d of A-Z, a-z, 0-9, '.', '_', ':' and '-', "
				   "a letter or digit first",
				   node->text, CONFIG_NAMESPACE_SIZE - 1);
	return 0;
}

static int parse_namespace(struct schema *s, const struct config_node *value,
			   struct config_namespace *namespace)
{
	static const struct field fields[] = { TUNABLE_FIELDS };
	int r;

	r = check_namespace(s, value->key);
	if (r < 0)
		return r;
	strcpy(namespace->name, value->key->text);
	namespace->origin = schema_origin(s, value->key);
	r = schema_need_type(s, value, NODE_MAP, namespace->name,
			     "a map of settings, like {wmem: 1M}");
	if (r < 0)
		return r;
	return schema_fields(s, value, fields, sizeof(fields) / sizeof(fields[0]),
			     namespace->tuning);
}

static int parse_namespaces(struct schema *s, const struct config_node *map, void *object)
{
	struct config *config = s->config;
	const struct config_node *value;
	int r;

	(void)object;
	r = schema_need_type(s, map, NODE_MAP, "namespaces",
			     "a map of names, like {blue: {wmem: 1M}}, or {}");
	if (r < 0)
		return r;
	r = schema_count(s, map, CONFIG_NAMESPACES_MAX, "namespaces");
	if (r < 0)
		return r;
	config->namespaces = schema_allocate(map, sizeof(*config->namespaces));
	if (!config->namespaces)
		return -ENOMEM;
	for (value = map->first; value && r >= 0; value = value->next)
		r = parse_namespace(s, value, &config->namespaces[config->n_namespaces++]);
	return r;
}

int config_parse_tuning(struct schema *s, const struct config_node *map, void *object)
{
	static const struct field fields[] = {
		TUNABLE_FIELDS,
		{ "ceiling", parse_ceiling },
		{ "namespaces", parse_namespaces },
	};
	struct config *config = object;
	int r;

	r = schema_need_type(s, map, NODE_MAP, "tuning",
			     "a map of settings, like {wmem: 1M}, or {}");
	if (r < 0)
		return r;
	return schema_fields(s, map, fields, sizeof(fields) / sizeof(fields[0]), config->tuning);
}
