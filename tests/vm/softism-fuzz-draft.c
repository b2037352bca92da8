// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Chance, and drafts of messages as they are right.
 */
#include <linux/netlink.h>
#include <string.h>
#include "softism-fuzz-draft.h"

static uint64_t state;

void fuzz_seed(uint64_t seed)
{
	state = seed;
}

uint64_t fuzz_random(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

unsigned int fuzz_below(unsigned int limit)
{
	return (uint64_t)(uint32_t)fuzz_random() * limit >> 32;
}

bool one_in(unsigned int n)
{
	return !fuzz_below(n);
}

static void fill_randomly(unsigned char *data, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		data[i] = fuzz_random();
}

struct draft_attr *draft_add(struct draft *draft, unsigned int type,
			     const void *data, size_t size)
{
	struct draft_attr *attr = &draft->attrs[draft->count];

	if (draft->count == DRAFT_ATTRS || size > DRAFT_BYTES - draft->used)
		return NULL;
	attr->type = type;
	attr->length = -1;
	attr->evil = false;
	attr->size = size;
	attr->data = draft->bytes + draft->used;
	if (data)
		memcpy(attr->data, data, size);
	else
		fill_randomly(attr->data, size);
	draft->used += size;
	draft->count++;
	return attr;
}

void draft_add_name(struct draft *draft, unsigned int type)
{
	char name[SOFTISM_NAME_SIZE];
	unsigned int i = fuzz_below(FUZZ_POOL);
	int size;

	/* One of the pool has a name as long as names can be */
	if (i)
		size = snprintf(name, sizeof(name), "%s%u", fuzz_options.prefix, i);
	else
		size = snprintf(name, sizeof(name), "%s%031u",
				fuzz_options.prefix, i);
	if ((size_t)size >= sizeof(name))
		size = sizeof(name) - 1;
	draft_add(draft, type, name, size + 1);
}

/* At an end of its range as often as within, where all or the lowest are drawn */
static uint64_t valid_number(const struct fuzz_attr *rule)
{
	uint64_t max = fuzz_max(rule), span = max - rule->min;

	if (one_in(4))
		return rule->min;
	if (one_in(3))
		return max;
	if (one_in(2) && span > 16)
		return rule->min + fuzz_below(16);
	return span == UINT64_MAX ? fuzz_random() :
		rule->min + fuzz_random() % (span + 1);
}

/* An attribute of that type as the draft's command takes it */
void draft_add_valid(struct draft *draft, unsigned int type)
{
	const struct fuzz_command *command = &fuzz_commands[draft->cmd];
	const struct fuzz_attr *rule = &command->set->attrs[type];
	uint64_t value = valid_number(rule);

	if (rule->kind == FUZZ_STRING)
		draft_add_name(draft, type);
	else
		draft_add(draft, type, &value, fuzz_size(rule->kind));
}

static void add_u32(struct draft *draft, unsigned int type, uint32_t value)
{
	draft_add(draft, type, &value, sizeof(value));
}

/* A kind and a CHID that fit each other, as otherwise hardly any device comes */
static void draft_new(struct draft *draft)
{
	static const uint16_t chids[] = { 1, 0x42, 0xfeff, 0xff00, 0xff42 };
	uint16_t chid = chids[fuzz_below(ARRAY_SIZE(chids))];
	bool loopback = one_in(3);
	uint64_t gid = 0x5eed0000 + fuzz_below(64);

	add_u32(draft, SOFTISM_A_DEV_KIND,
		loopback ? SOFTISM_KIND_LOOPBACK : SOFTISM_KIND_ISM_EMU);
	if (!loopback)
		draft_add(draft, SOFTISM_A_DEV_CHID, &chid, sizeof(chid));
	if (one_in(4))
		draft_add(draft, SOFTISM_A_DEV_GID, &gid, sizeof(gid));
	if (one_in(2))
		add_u32(draft, SOFTISM_A_DEV_PRIORITY,
			fuzz_below(fuzz_options.priority + 1));
	if (one_in(8))
		draft_add(draft, SOFTISM_A_DEV_UP, "", 1);
}

void draft_valid(struct draft *draft, unsigned int cmd)
{
	const struct fuzz_command *command = &fuzz_commands[cmd];
	bool dump = command->can_dump && (!command->can_do || one_in(4));
	const unsigned char *type;

	draft->cmd = cmd;
	draft->flags = NLM_F_REQUEST;
	if (dump)
		draft->flags |= NLM_F_DUMP;
	if (!one_in(8))
		draft->flags |= NLM_F_ACK;
	if (command->set && command->set->name &&
	    (!dump || (cmd == SOFTISM_CMD_DMB_GET && one_in(2))))
		draft_add_name(draft, command->set->name);
	if (cmd == SOFTISM_CMD_DEV_NEW && !one_in(8)) {
		draft_new(draft);
		return;
	}
	/* Without any fault a device works again */
	if (cmd == SOFTISM_CMD_FAULT_SET && one_in(2))
		return;
	for (type = command->accepts; *type; type++)
		if (*type != command->set->name && one_in(2))
			draft_add_valid(draft, *type);
}

static unsigned int random_command(void)
{
	unsigned int cmd, at, sum = 0;

	for (cmd = 0; cmd < FUZZ_COMMANDS; cmd++)
		sum += fuzz_commands[cmd].weight;
	at = fuzz_below(sum);
	for (cmd = 0; at >= fuzz_commands[cmd].weight; cmd++)
		at -= fuzz_commands[cmd].weight;
	return cmd;
}

void draft_random(struct draft *draft)
{
	unsigned int cmd;

	do {
		cmd = random_command();
	} while (fuzz_options.gentle && fuzz_commands[cmd].hurts && !one_in(16));
	draft_valid(draft, cmd);
}
