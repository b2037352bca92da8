// SPDX-License-Identifier: GPL-2.0-or-later
/* The schema of tuning. */

#include <string.h>

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

static int parse_tunable(struct schema *s, const struct config_node *value, enum tunable tunable,
			 struct config_tuning *tuning)
{
	static const char *const words[] = { "off", "on", NULL };
	unsigned int on;
	int r;

	if (tunable == TUNABLE_HANDSHAKE_LIMIT) {
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

int config_parse_tuning(struct schema *s, const struct config_node *map, void *object)
{
	static const struct field fields[] = {
		{ "wmem", parse_wmem },
		{ "rmem", parse_rmem },
		{ "autocorking-size", parse_autocorking },
		{ "handshake-limit", parse_handshake_limit },
	};
	struct config *config = object;
	int r;

	r = schema_need_type(s, map, NODE_MAP, "tuning", "a map of settings, like {wmem: 1M}, or {}");
	if (r < 0)
		return r;
	return schema_fields(s, map, fields, sizeof(fields) / sizeof(fields[0]), config->tuning);
}
