/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the bytes of a YAML file to a tree of lists, maps and texts, each with
 * its place. Types are for the schema: every scalar is a text here. Pure.
 */
#ifndef SMCD_CONFIG_YAML_H
#define SMCD_CONFIG_YAML_H

#include <stddef.h>
#include "config.h"

enum config_node_type {
	NODE_TEXT,
	NODE_LIST,
	NODE_MAP,
};

struct config_node {
	enum config_node_type type;
	unsigned int line, column;	/* counted from 1 */
	char *text;			/* NODE_TEXT: without a NUL inside */
	struct config_node *key;	/* in a map: the key of this value, a NODE_TEXT */
	struct config_node *first;	/* items of a list, values of a map, as the file has them */
	struct config_node *next;	/* the next of them */
	size_t n_children;
	struct config_node *older;	/* chain of all nodes, for freeing */
};

struct config_tree {
	struct config_node *root;	/* NULL: the file holds no document */
	struct config_node *newest;
	size_t n_nodes;
};

/*
 * Parses @size bytes, which errors call @file. Aliases, anchors, tags, keys
 * that are no texts or come twice in a map, a second document and deep nesting
 * are refused. Returns 0 and *@ret_tree, which the caller frees; -EINVAL with
 * @error->text filled, or -ENOMEM.
 */
int config_tree_parse(const char *file, const void *data, size_t size,
		      struct config_tree **ret_tree, struct config_error *error);

void config_tree_freep(struct config_tree **tree);

#endif
