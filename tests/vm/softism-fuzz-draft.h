/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A message before it is written, so that it can be made wrong.
 */
#ifndef SOFTISM_FUZZ_DRAFT_H
#define SOFTISM_FUZZ_DRAFT_H

#include "softism-fuzz.h"

#define DRAFT_ATTRS 24
#define DRAFT_BYTES 5000

struct draft_attr {
	uint16_t type;
	int length;			/* nla_len; -1: as it is right */
	bool evil;			/* a name to be sent as it is */
	size_t size;
	unsigned char *data;
};

struct draft {
	unsigned int cmd;
	uint16_t flags;
	bool must_refuse;
	unsigned int count;
	struct draft_attr attrs[DRAFT_ATTRS];
	size_t trailing;		/* bytes after the last attribute */
	size_t used;
	unsigned char bytes[DRAFT_BYTES];
};

/* softism-fuzz-draft.c */
struct draft_attr *draft_add(struct draft *draft, unsigned int type,
			     const void *data, size_t size);
void draft_add_name(struct draft *draft, unsigned int type);
void draft_add_valid(struct draft *draft, unsigned int type);
void draft_valid(struct draft *draft, unsigned int cmd);
void draft_random(struct draft *draft);

/* softism-fuzz-mutate.c */
void draft_mutated(struct draft *draft);
bool mutate_header(unsigned char *message, uint32_t length);

#endif
