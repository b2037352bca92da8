// SPDX-License-Identifier: GPL-2.0-or-later
/* The schema of rules. */

#include <errno.h>
#include <string.h>

#include "config-schema.h"

static int parse_glob(struct schema *s, const struct config_node *value, void *object)
{
	struct config_device *match = object;
	size_t length;
	int r;

	r = schema_need_type(s, value, NODE_TEXT, "name", "a pattern for names, like ism*");
	if (r < 0)
		return r;
	length = strlen(value->text);
	if (length == 0 || length >= SMCD_NAME_SIZE ||
	    strspn(value->text, ALPHANUMERIC "._:-*?[]!") != length)
		return schema_fail(s, value, "'%.40s' cannot be a pattern for names; write 1 to %d of "
				   "A-Z, a-z, 0-9, '.', '_', ':', '-', '*', '?', '[', ']' and '!'",
				   value->text, SMCD_NAME_SIZE - 1);
	strcpy(match->name, value->text);
	return 0;
}

static int parse_match(struct schema *s, const struct config_node *value, void *object)
{
	static const struct field fields[] = {
		{ "kind", config_parse_kind },
		{ "name", parse_glob },
		{ "chid", config_parse_chid },
		{ "pnetid", config_parse_pnetid },
	};
	struct config_rule *rule = object;
	int r;

	r = schema_need_type(s, value, NODE_MAP, "match", "a map, like {kind: ism}");
	if (r < 0)
		return r;
	if (!value->first)
		return schema_fail(s, value, "'match' says nothing; to match all devices write "
				   "{name: \"*\"}");
	return schema_fields(s, value, fields, sizeof(fields) / sizeof(fields[0]), &rule->match);
}

static int parse_set(struct schema *s, const struct config_node *value, void *object)
{
	static const struct field fields[] = {
		{ "priority", config_parse_priority },
		{ "state", config_parse_state },
		{ "pnetid", config_parse_pnetid },
	};
	struct config_rule *rule = object;
	int r;

	r = schema_need_type(s, value, NODE_MAP, "set", "a map of settings, like {priority: 5}");
	if (r < 0)
		return r;
	if (!value->first)
		return schema_fail(s, value, "'set' says nothing; write a setting, like "
				   "{priority: 5}, or remove the rule");
	return schema_fields(s, value, fields, sizeof(fields) / sizeof(fields[0]), &rule->set);
}

static bool says_nothing(const struct config_device *set)
{
	return !set->has_priority && !set->has_up && !set->pnetid[0];
}

static int parse_rule(struct schema *s, const struct config_node *item, struct config_rule *rule)
{
	static const struct field fields[] = {
		{ "match", parse_match },
		{ "set", parse_set },
	};
	const struct config_device *match = &rule->match;
	int r;

	r = schema_need_type(s, item, NODE_MAP, "rules",
			     "a list of maps, like [{match: {kind: ism}, set: {priority: 5}}]");
	if (r < 0)
		return r;
	r = schema_fields(s, item, fields, sizeof(fields) / sizeof(fields[0]), rule);
	if (r < 0)
		return r;
	if (says_nothing(&rule->set) ||
	    (!match->kind[0] && !match->name[0] && !match->chid && !match->pnetid[0]))
		return schema_fail(s, item, "a rule needs both, 'match' and 'set'");
	/* It would no longer match once it has been followed. */
	if (match->pnetid[0] && rule->set.pnetid[0])
		return schema_fail(s, item, "a rule that matches a PNETID cannot set one; "
				   "match the kind or name");
	rule->origin = schema_origin(s, item);
	return 0;
}

int config_parse_rules(struct schema *s, const struct config_node *list, void *object)
{
	struct config *config = object;
	const struct config_node *item;
	int r;

	r = schema_need_type(s, list, NODE_LIST, "rules",
			     "a list of maps, like [{match: {kind: ism}, set: {priority: 5}}], or []");
	if (r < 0)
		return r;
	r = schema_count(s, list, CONFIG_RULES_MAX, "rules");
	if (r < 0)
		return r;
	config->rules = schema_allocate(list, sizeof(*config->rules));
	if (!config->rules)
		return -ENOMEM;
	for (item = list->first; item && r >= 0; item = item->next)
		r = parse_rule(s, item, &config->rules[config->n_rules++]);
	return r;
}
