/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the schemas of smcd.yaml's parts are made of: typed values out of nodes, and words for
 * what is not as it should be. Pure, and for config-*.c only.
 *
 * Functions return 0; -EINVAL with the message in schema->error; or -ENOMEM.
 */
#ifndef SMCD_CONFIG_SCHEMA_H
#define SMCD_CONFIG_SCHEMA_H

#include "config-error.h"
#include "config-yaml.h"
#include "config.h"

#define ALPHANUMERIC "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define LOWER_DASH "abcdefghijklmnopqrstuvwxyz0123456789-"

struct schema {
	struct config *config;		/* of one file, whose name is the first */
	struct config_error *error;
};

/* A key of a map, and what takes its value into @object. */
struct field {
	const char *key;
	int (*parse)(struct schema *s, const struct config_node *value, void *object);
};

struct config_origin schema_origin(const struct schema *s, const struct config_node *node);

/* Fills in the message, with the place of @node, and is -EINVAL. */
#define schema_fail(s, node, ...) ({					\
	struct config_origin where_ = schema_origin((s), (node));	\
	config_fail((s)->error, &where_, __VA_ARGS__);			\
})

/* "a list", "a map", "a text" or "nothing" */
const char *schema_type_name(const struct config_node *node);

/* @expected says also what to write. */
int schema_need_type(struct schema *s, const struct config_node *node,
		     enum config_node_type type, const char *what, const char *expected);

/* Hands each value of @map to the field of its key. */
int schema_fields(struct schema *s, const struct config_node *map,
		  const struct field *fields, size_t n_fields, void *object);

struct number {
	const char *what;
	uint64_t min, max;
	bool hex;		/* may be written so, and is shown so */
};

int schema_number(struct schema *s, const struct config_node *node,
		  const struct number *number, uint64_t *ret_value);

/*
 * *@ret_index is that of the one of @words, which end with NULL, that @node is. @expected
 * names them all.
 */
int schema_choice(struct schema *s, const struct config_node *node, const char *what,
		  const char *expected, const char *const *words, unsigned int *ret_index);

/* Bytes, which may be written with K, M or G behind them, of 1024 each. */
int schema_bytes(struct schema *s, const struct config_node *node,
		 const struct number *number, uint64_t *ret_bytes);

int schema_count(struct schema *s, const struct config_node *node, size_t max, const char *what);

/* Zeroed room for an element for each child, at least for one; NULL without memory. */
void *schema_allocate(const struct config_node *node, size_t size);

/* @node, a text, is a kind of device. */
int schema_kind(struct schema *s, const struct config_node *node);

int schema_priority(struct schema *s, const struct config_node *node, uint32_t *ret_priority);

/* @node, a text, is a PNETID. */
int schema_pnetid(struct schema *s, const struct config_node *node,
		  char ret_pnetid[SMCD_PNETID_SIZE]);

/* Keys of a device, for the struct config_device @object. */
int config_parse_kind(struct schema *s, const struct config_node *value, void *object);
int config_parse_chid(struct schema *s, const struct config_node *value, void *object);
int config_parse_priority(struct schema *s, const struct config_node *value, void *object);
int config_parse_state(struct schema *s, const struct config_node *value, void *object);
int config_parse_pnetid(struct schema *s, const struct config_node *value, void *object);

/* The schemas of parts of the root; @object is the struct config. */
int config_parse_pnetids(struct schema *s, const struct config_node *map, void *object);
int config_parse_tuning(struct schema *s, const struct config_node *map, void *object);
int config_parse_rules(struct schema *s, const struct config_node *list, void *object);
int config_parse_devices(struct schema *s, const struct config_node *map, void *object);

#endif
