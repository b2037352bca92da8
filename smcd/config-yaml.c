// SPDX-License-Identifier: GPL-2.0-or-later
/* From libyaml's events to a tree. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "config-error.h"
#include "config-yaml.h"

#define DEPTH_MAX 8		/* the schema needs three */
#define NODES_MAX 131072	/* twice what the largest useful file needs; bounds memory */

/* A list or map that is open. */
struct level {
	struct config_node *container;
	struct config_node *last;	/* of its children */
	struct config_node *key;	/* map: waits for its value */
};

struct builder {
	yaml_parser_t parser;
	const char *file;
	const char *data;
	size_t size;
	struct config_error *error;
	struct config_tree *tree;
	struct level levels[DEPTH_MAX];
	unsigned int depth;
	unsigned int documents;
	bool done;
};

static struct config_origin origin_of_mark(const struct builder *b, const yaml_mark_t *mark)
{
	return (struct config_origin) {
		.file = b->file,
		.line = mark->line + 1,
		.column = mark->column + 1,
	};
}

#define fail_at(b, mark, ...) ({						\
	struct config_origin where_ = origin_of_mark((b), (mark));		\
	config_fail((b)->error, &where_, __VA_ARGS__);				\
})

/* The reader below the parser knows only the offset of a byte. */
static int reader_problem(struct builder *b)
{
	struct config_origin where = { .file = b->file, .line = 1, .column = 1 };
	size_t i;

	for (i = 0; i < b->size && i < b->parser.problem_offset; i++) {
		if (b->data[i] == '\n') {
			where.line++;
			where.column = 1;
		} else if ((b->data[i] & 0xc0) != 0x80) {
			where.column++;
		}
	}
	return config_fail(b->error, &where, "%s; the file must be text in UTF-8",
			   b->parser.problem);
}

static int parser_problem(struct builder *b)
{
	const yaml_parser_t *p = &b->parser;

	if (p->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	if (p->error == YAML_READER_ERROR)
		return reader_problem(b);
	if (!p->context)
		return fail_at(b, &p->problem_mark, "%s; correct the YAML here", p->problem);
	return fail_at(b, &p->problem_mark, "%s, %s that begins in line %zu; correct the YAML here",
		       p->problem, p->context, p->context_mark.line + 1);
}

/* Puts @node in its place: the root, a key, a key's value, or a list's item. */
static int link_node(struct builder *b, const yaml_event_t *event, struct config_node *node)
{
	struct level *level;

	if (b->depth == 0) {
		b->tree->root = node;
		return 0;
	}

	level = &b->levels[b->depth - 1];
	if (level->container->type == NODE_MAP && !level->key) {
		if (node->type != NODE_TEXT)
			return fail_at(b, &event->start_mark,
				       "a list or map cannot be a key; write a plain word");
		level->key = node;
		return 0;
	}

	node->key = level->key;
	level->key = NULL;
	*(level->last ? &level->last->next : &level->container->first) = node;
	level->last = node;
	level->container->n_children++;
	return 0;
}

static int add_node(struct builder *b, const yaml_event_t *event, enum config_node_type type,
		    struct config_node **ret_node)
{
	struct config_node *node;

	if (b->tree->n_nodes >= NODES_MAX)
		return fail_at(b, &event->start_mark,
			       "more than %d values and keys; remove some", NODES_MAX);

	node = calloc(1, sizeof(*node));
	if (!node)
		return -ENOMEM;
	node->type = type;
	node->line = event->start_mark.line + 1;
	node->column = event->start_mark.column + 1;
	node->older = b->tree->newest;
	b->tree->newest = node;
	b->tree->n_nodes++;
	*ret_node = node;
	return 0;
}

static int refuse_properties(struct builder *b, const yaml_event_t *event,
			     const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		return fail_at(b, &event->start_mark,
			       "anchor '&%.40s': anchors are not supported; remove it", anchor);
	if (tag)
		return fail_at(b, &event->start_mark,
			       "tag '%.40s': tags are not supported; remove it", tag);
	return 0;
}

static int add_text(struct builder *b, const yaml_event_t *event)
{
	const char *value = (const char *)event->data.scalar.value;
	struct config_node *node;
	int r;

	r = refuse_properties(b, event, event->data.scalar.anchor, event->data.scalar.tag);
	if (r < 0)
		return r;
	if (memchr(value, 0, event->data.scalar.length))
		return fail_at(b, &event->start_mark, "a NUL character in a text; remove it");

	r = add_node(b, event, NODE_TEXT, &node);
	if (r < 0)
		return r;
	node->text = strdup(value);
	if (!node->text)
		return -ENOMEM;
	return link_node(b, event, node);
}

static int open_container(struct builder *b, const yaml_event_t *event,
			  enum config_node_type type)
{
	struct config_node *node;
	int r;

	if (b->depth >= DEPTH_MAX)
		return fail_at(b, &event->start_mark,
			       "nested more than %d deep; nothing needs that, see smcd.yaml(5)",
			       DEPTH_MAX);
	r = add_node(b, event, type, &node);
	if (r < 0)
		return r;
	r = link_node(b, event, node);
	if (r < 0)
		return r;
	b->levels[b->depth++] = (struct level) { .container = node };
	return 0;
}

static int open_list(struct builder *b, const yaml_event_t *event)
{
	int r = refuse_properties(b, event, event->data.sequence_start.anchor,
				  event->data.sequence_start.tag);

	return r < 0 ? r : open_container(b, event, NODE_LIST);
}

static int open_map(struct builder *b, const yaml_event_t *event)
{
	int r = refuse_properties(b, event, event->data.mapping_start.anchor,
				  event->data.mapping_start.tag);

	return r < 0 ? r : open_container(b, event, NODE_MAP);
}

static bool stands_before(const struct config_node *a, const struct config_node *b)
{
	return a->line < b->line || (a->line == b->line && a->column < b->column);
}

/* By text, and equal ones as the file has them. */
static int compare_keys(const void *a, const void *b)
{
	const struct config_node *x = *(const struct config_node *const *)a;
	const struct config_node *y = *(const struct config_node *const *)b;
	int order = strcmp(x->text, y->text);

	return order ?: stands_before(x, y) ? -1 : 1;
}

static int fail_duplicate(struct builder *b, const struct config_node *key,
			  const struct config_node *earlier)
{
	struct config_origin where = { b->file, key->line, key->column };

	return config_fail(b->error, &where,
			   "'%.40s' is here for the second time, the first is in line %u; "
			   "remove one",
			   key->text, earlier->line);
}

/* Sorts, because a file may have a hundred thousand keys. */
static int refuse_duplicates(struct builder *b, const struct config_node *map)
{
	const struct config_node *duplicate = NULL, *earlier = NULL, *child, **keys;
	size_t i, n = 0;

	if (map->n_children < 2)
		return 0;
	keys = calloc(map->n_children, sizeof(*keys));
	if (!keys)
		return -ENOMEM;
	for (child = map->first; child; child = child->next)
		keys[n++] = child->key;

	qsort(keys, n, sizeof(*keys), compare_keys);
	for (i = 1; i < n; i++) {
		if (strcmp(keys[i - 1]->text, keys[i]->text) != 0)
			continue;
		if (!duplicate || stands_before(keys[i], duplicate)) {
			duplicate = keys[i];
			earlier = keys[i - 1];
		}
	}
	free(keys);
	return duplicate ? fail_duplicate(b, duplicate, earlier) : 0;
}

static int close_container(struct builder *b)
{
	const struct config_node *node = b->levels[--b->depth].container;

	return node->type == NODE_MAP ? refuse_duplicates(b, node) : 0;
}

static int take_event(struct builder *b, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (b->documents++ > 0)
			return fail_at(b, &event->start_mark,
				       "a second document; write one file for each");
		return 0;
	case YAML_ALIAS_EVENT:
		return fail_at(b, &event->start_mark,
			       "alias '*%.40s': aliases are not supported; "
			       "repeat what it stands for",
			       event->data.alias.anchor);
	case YAML_SCALAR_EVENT:
		return add_text(b, event);
	case YAML_SEQUENCE_START_EVENT:
		return open_list(b, event);
	case YAML_MAPPING_START_EVENT:
		return open_map(b, event);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_container(b);
	case YAML_STREAM_END_EVENT:
		b->done = true;
		return 0;
	default:
		return 0;
	}
}

static int take_events(struct builder *b)
{
	while (!b->done) {
		yaml_event_t event;
		int r;

		if (!yaml_parser_parse(&b->parser, &event))
			return parser_problem(b);
		r = take_event(b, &event);
		yaml_event_delete(&event);
		if (r < 0)
			return r;
	}
	return 0;
}

int config_tree_parse(const char *file, const void *data, size_t size,
		      struct config_tree **ret_tree, struct config_error *error)
{
	__attribute__((cleanup(config_tree_freep))) struct config_tree *tree = NULL;
	struct builder b = { .file = file, .data = data, .size = size, .error = error };
	int r;

	tree = calloc(1, sizeof(*tree));
	if (!tree)
		return -ENOMEM;
	b.tree = tree;

	if (!yaml_parser_initialize(&b.parser))
		return -ENOMEM;
	/* Not detected: a file in UTF-16 would pass otherwise. */
	yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b.parser, data, size);
	r = take_events(&b);
	yaml_parser_delete(&b.parser);
	if (r < 0)
		return r;

	*ret_tree = tree;
	tree = NULL;
	return 0;
}

void config_tree_freep(struct config_tree **tree)
{
	struct config_node *node;

	if (!*tree)
		return;
	while ((node = (*tree)->newest)) {
		(*tree)->newest = node->older;
		free(node->text);
		free(node);
	}
	free(*tree);
}
