// SPDX-License-Identifier: GPL-2.0-or-later
/* What the schemas of smcd.yaml's parts are made of. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config-schema.h"

#define FIELDS_MAX 16

struct config_origin schema_origin(const struct schema *s, const struct config_node *node)
{
	return (struct config_origin) { s->config->files[0], node->line, node->column };
}

const char *schema_type_name(const struct config_node *node)
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

int schema_need_type(struct schema *s, const struct config_node *node,
		     enum config_node_type type, const char *what, const char *expected)
{
	if (node->type == type)
		return 0;
	return schema_fail(s, node, "'%s' must be %s, but here is %s", what, expected,
			   schema_type_name(node));
}

static int fail_unknown_key(struct schema *s, const struct config_node *key,
			    const char *const *known)
{
	const char *nearest = config_nearest(key->text, known);
	char list[256] = "";
	size_t i, n = 0;

	if (nearest)
		return schema_fail(s, key, "unknown key '%.40s'; did you mean '%s'?", key->text,
				   nearest);
	for (i = 0; known[i] && n < sizeof(list); i++)
		n += snprintf(list + n, sizeof(list) - n, "%s%s", i ? ", " : "", known[i]);
	return schema_fail(s, key, "unknown key '%.40s'; the keys here are %s", key->text, list);
}

int schema_fields(struct schema *s, const struct config_node *map,
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

static int fail_range(struct schema *s, const struct config_node *node,
		      const struct number *number)
{
	if (number->hex)
		return schema_fail(s, node, "%s '%.40s' is out of range; it must be 0x%" PRIX64
				   " to 0x%" PRIX64, number->what, node->text, number->min,
				   number->max);
	return schema_fail(s, node,
			   "%s '%.40s' is out of range; it must be %" PRIu64 " to %" PRIu64,
			   number->what, node->text, number->min, number->max);
}

int schema_number(struct schema *s, const struct config_node *node,
		  const struct number *number, uint64_t *ret_value)
{
	const char *expected = number->hex ? "a number, like 4711 or 0x1267" : "a number, like 100";
	const char *text;
	uint64_t value;
	bool hex;
	int r;

	r = schema_need_type(s, node, NODE_TEXT, number->what, expected);
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
		return schema_fail(s, node, "%s '%.40s' is not a number; write %s",
				   number->what, text, expected);
	if (r < 0 || value < number->min || value > number->max)
		return fail_range(s, node, number);
	*ret_value = value;
	return 0;
}

/* Cuts off the unit at the end of @digits, if any. @ret_shift: by how many bits it shifts. */
static void cut_unit(char *digits, unsigned int *ret_shift)
{
	static const char units[] = "KMG";
	size_t length = strlen(digits);
	const char *unit = length > 1 ? strchr(units, digits[length - 1]) : NULL;

	*ret_shift = 0;
	if (!unit)
		return;
	digits[length - 1] = '\0';
	*ret_shift = 10 * (unit - units + 1);
}

int schema_bytes(struct schema *s, const struct config_node *node,
		 const struct number *number, uint64_t *ret_bytes)
{
	static const char expected[] = "a number of bytes, like 65536, 64K or 1M";
	char digits[24];	/* more than 64 bits need */
	unsigned int shift;
	uint64_t value = 0;
	int r;

	r = schema_need_type(s, node, NODE_TEXT, number->what, expected);
	if (r < 0)
		return r;
	snprintf(digits, sizeof(digits), "%s", node->text);
	cut_unit(digits, &shift);
	r = parse_digits(digits, 10, &value);
	if (r == -EINVAL || (digits[0] == '0' && digits[1]))
		return schema_fail(s, node, "%s '%.40s' is not a number of bytes; write %s",
				   number->what, node->text, expected);
	if (r < 0 || value > UINT64_MAX >> shift || value << shift < number->min ||
	    value << shift > number->max)
		return fail_range(s, node, number);
	*ret_bytes = value << shift;
	return 0;
}

int schema_choice(struct schema *s, const struct config_node *node, const char *what,
		  const char *expected, const char *const *words, unsigned int *ret_index)
{
	unsigned int i;
	int r;

	r = schema_need_type(s, node, NODE_TEXT, what, expected);
	if (r < 0)
		return r;
	for (i = 0; words[i]; i++) {
		if (strcmp(words[i], node->text) == 0) {
			*ret_index = i;
			return 0;
		}
	}
	return schema_fail(s, node, "'%s' must be %s, not '%.40s'", what, expected, node->text);
}

int schema_priority(struct schema *s, const struct config_node *node,
		    uint32_t *ret_priority)
{
	static const struct number number = { "priority", 0, CONFIG_PRIORITY_MAX, false };
	uint64_t value;
	int r;

	r = schema_number(s, node, &number, &value);
	if (r < 0)
		return r;
	*ret_priority = value;
	return 0;
}

int schema_kind(struct schema *s, const struct config_node *node)
{
	size_t length = strlen(node->text);

	if (length == 0 || length >= SMCD_KIND_SIZE || strspn(node->text, LOWER_DASH) != length)
		return schema_fail(s, node,
				   "'%.40s' cannot be a kind of device; write 1 to %d of a-z, "
				   "0-9 and '-'",
				   node->text, SMCD_KIND_SIZE - 1);
	return 0;
}

int schema_pnetid(struct schema *s, const struct config_node *node,
		  char ret_pnetid[SMCD_PNETID_SIZE])
{
	const char *problem = pnetid_problem(node->text);

	if (problem)
		return schema_fail(s, node, "'%.40s' cannot be a PNETID: %s", node->text, problem);
	pnetid_copy(ret_pnetid, node->text);
	return 0;
}

int schema_count(struct schema *s, const struct config_node *node, size_t max,
		 const char *what)
{
	if (node->n_children > max)
		return schema_fail(s, node, "%zu %s are more than %zu; remove some",
				   node->n_children, what, max);
	return 0;
}

void *schema_allocate(const struct config_node *node, size_t size)
{
	return calloc(node->n_children ?: 1, size);
}
