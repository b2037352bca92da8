// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes messages wrong: by turns, every attribute of every command in every way;
 * and headers by chance.
 */
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include "softism-fuzz-draft.h"

#define LONG_SIZE 40
#define HUGE_SIZE 3000
/* Two types that no command has follow the last of the largest set */
#define TYPES (SOFTISM_A_DEV_MAX + 3)
/* A prime, so that a round that is cut short has something of everything */
#define STRIDE 7919

enum mutation {
	ABSENT,
	EMPTY,
	SHORT,
	LONG,
	HUGE,
	OTHER,			/* with the payload of another type */
	NESTED,			/* says that it is a nest */
	NEST_GARBAGE,
	NEST_DEEP,
	TOO_LOW,
	TOO_HIGH,
	RANDOM,
	TWICE,
	TWICE_DIFFERENT,
	OTHER_ENDIAN,
	LENGTH_SHORT,		/* nla_len below its own header */
	LENGTH_LONG,		/* ... beyond the message */
	TRAILING,		/* bytes after the last attribute */
	MUTATIONS
};

static const char *const evil_names[] = {
	"", "power", "module", "uevent", "a/b", ".hidden", "..", "-", "a b",
	"\xc3\xa4", "a\n", "%s%n", "a:b", "_", "a*", "\x7f",
};

struct target {
	unsigned int type;
	struct fuzz_attr rule;
	bool name;
	bool accepted;
};

static struct target target_of(unsigned int cmd, unsigned int type)
{
	const struct fuzz_command *command = &fuzz_commands[cmd];
	struct target target = { .type = type, .rule = { .kind = FUZZ_U32 } };

	if (!command->set)
		return target;
	target.name = type && type == command->set->name;
	target.accepted = fuzz_accepts(command, type);
	if (target.accepted)
		target.rule = command->set->attrs[type];
	return target;
}

static void remove_all(struct draft *draft, unsigned int type)
{
	unsigned int i, kept = 0;

	for (i = 0; i < draft->count; i++)
		if (draft->attrs[i].type != type)
			draft->attrs[kept++] = draft->attrs[i];
	draft->count = kept;
}

static struct draft_attr *add_right(struct draft *draft,
				    const struct target *target)
{
	if (target->accepted)
		draft_add_valid(draft, target->type);
	else
		draft_add(draft, target->type, NULL, 4);
	return draft->count ? &draft->attrs[draft->count - 1] : NULL;
}

static void add_sized(struct draft *draft, const struct target *target,
		      size_t size)
{
	struct draft_attr *attr = draft_add(draft, target->type, NULL, size);

	if (!attr || target->rule.kind != FUZZ_STRING)
		return;
	/* One that is too short has no end, one that is too long has */
	memset(attr->data, 'x', size);
	if (size >= LONG_SIZE)
		attr->data[size - 1] = 0;
}

static size_t wrong_size(const struct fuzz_attr *rule, enum mutation mutation)
{
	size_t size = fuzz_size(rule->kind);

	if (mutation == EMPTY)
		return 0;
	if (mutation == HUGE)
		return HUGE_SIZE;
	if (mutation == SHORT)
		return size ? size - 1 : 1 + fuzz_below(4);
	return size ? size + 1 + fuzz_below(8) : LONG_SIZE;
}

static void add_other(struct draft *draft, const struct target *target)
{
	static const size_t sizes[] = { 0, 1, 2, 4, 8 };
	size_t size = sizes[fuzz_below(ARRAY_SIZE(sizes))];

	if (size)
		draft_add(draft, target->type, NULL, size);
	else
		draft_add_name(draft, target->type);
}

static void add_nest(struct draft *draft, const struct target *target)
{
	struct nlattr nest[20];
	unsigned int i, count = 1 + fuzz_below(ARRAY_SIZE(nest));

	for (i = 0; i < count; i++) {
		nest[i].nla_len = (count - i) * sizeof(nest[0]);
		nest[i].nla_type = fuzz_below(TYPES) | NLA_F_NESTED;
	}
	draft_add(draft, target->type | NLA_F_NESTED, nest,
		  count * sizeof(nest[0]));
}

static void add_number(struct draft *draft, const struct target *target,
		       uint64_t value)
{
	draft_add(draft, target->type, &value, fuzz_size(target->rule.kind));
}

static void add_evil_name(struct draft *draft, const struct target *target)
{
	const char *name = evil_names[fuzz_below(ARRAY_SIZE(evil_names))];
	struct draft_attr *attr;

	attr = draft_add(draft, target->type, name, strlen(name) + 1);
	if (attr)
		attr->evil = true;
}

/* A string that is no device's, or a number that is out of range */
static bool add_out_of_range(struct draft *draft, const struct target *target,
			     enum mutation mutation)
{
	uint64_t max = fuzz_max(&target->rule);
	struct fuzz_attr whole = { .kind = target->rule.kind };

	if (target->rule.kind == FUZZ_STRING) {
		add_evil_name(draft, target);
		return !(draft->flags & NLM_F_DUMP);
	}
	if (mutation == TOO_LOW && target->rule.min) {
		add_number(draft, target, target->rule.min - 1);
		return true;
	}
	if (mutation == TOO_HIGH && max != fuzz_max(&whole)) {
		add_number(draft, target, max + 1);
		return true;
	}
	add_right(draft, target);
	return false;
}

static void add_random(struct draft *draft, const struct target *target)
{
	size_t size = fuzz_size(target->rule.kind);

	draft_add(draft, target->type, NULL, size ? size : fuzz_below(40));
}

static void set_length(struct draft_attr *attr, enum mutation mutation)
{
	if (!attr)
		return;
	if (mutation == LENGTH_SHORT)
		attr->length = fuzz_below(NLA_HDRLEN);
	else
		attr->length = 32768 + fuzz_below(32768);
}

static bool wrong_attr(struct draft *draft, const struct target *target,
		       enum mutation mutation)
{
	struct draft_attr *attr;

	switch (mutation) {
	case EMPTY:
	case SHORT:
	case LONG:
	case HUGE:
		add_sized(draft, target, wrong_size(&target->rule, mutation));
		return mutation != EMPTY || target->rule.kind != FUZZ_FLAG;
	case NESTED:
		attr = add_right(draft, target);
		if (attr)
			attr->type |= NLA_F_NESTED;
		return true;
	case NEST_GARBAGE:
		draft_add(draft, target->type | NLA_F_NESTED, NULL,
			  4 + fuzz_below(60));
		return true;
	case NEST_DEEP:
		add_nest(draft, target);
		return true;
	case TOO_LOW:
	case TOO_HIGH:
		return add_out_of_range(draft, target, mutation);
	case LENGTH_SHORT:
	case LENGTH_LONG:
		set_length(add_right(draft, target), mutation);
		return true;
	default:
		return false;
	}
}

/* What may be accepted all the same */
static void odd_attr(struct draft *draft, const struct target *target,
		     enum mutation mutation)
{
	struct draft_attr *attr;

	switch (mutation) {
	case OTHER:
		add_other(draft, target);
		break;
	case RANDOM:
		add_random(draft, target);
		break;
	case TWICE:
		add_right(draft, target);
		add_right(draft, target);
		break;
	case TWICE_DIFFERENT:
		add_right(draft, target);
		add_random(draft, target);
		break;
	case OTHER_ENDIAN:
		attr = add_right(draft, target);
		if (attr)
			attr->type |= NLA_F_NET_BYTEORDER;
		break;
	default:
		break;
	}
}

#define TURNS (FUZZ_COMMANDS * TYPES * MUTATIONS)
#define HALF ((TURNS + 1) / 2)

/*
 * Rounds of every type of every command in every way. Those of odd seeds begin
 * half a round after those of even ones, so that two senders soon have it all.
 */
static unsigned int next_turn(void)
{
	static unsigned long count;
	unsigned long turn = count++ + fuzz_options.seed % 2 * HALF;

	fuzz_results.half_rounds = count / HALF;
	return turn * STRIDE % TURNS;
}

void draft_mutated(struct draft *draft)
{
	unsigned int turn = next_turn();
	unsigned int cmd = turn % FUZZ_COMMANDS;
	unsigned int type = turn / FUZZ_COMMANDS % TYPES;
	enum mutation mutation = turn / FUZZ_COMMANDS / TYPES % MUTATIONS;
	struct target target = target_of(cmd, type);

	draft_valid(draft, cmd);
	remove_all(draft, type);
	if (mutation == ABSENT) {
		draft->must_refuse = target.name && !(draft->flags & NLM_F_DUMP);
		return;
	}
	if (mutation == TRAILING) {
		draft->trailing = 1 + fuzz_below(3);
		draft->must_refuse = true;
		return;
	}
	odd_attr(draft, &target, mutation);
	draft->must_refuse = wrong_attr(draft, &target, mutation) ||
			     !target.accepted;
}

static const uint16_t odd_flags[] = {
	NLM_F_ROOT, NLM_F_MATCH, NLM_F_ATOMIC, NLM_F_ECHO, NLM_F_MULTI,
	NLM_F_DUMP | NLM_F_ATOMIC, NLM_F_DUMP | NLM_F_ECHO, NLM_F_DUMP_INTR,
	NLM_F_DUMP_FILTERED, 0x8000,
};

static uint32_t wrong_length(uint32_t length)
{
	switch (fuzz_below(6)) {
	case 0:
		return fuzz_below(NLMSG_HDRLEN);
	case 1:
		return NLMSG_HDRLEN + fuzz_below(GENL_HDRLEN);
	case 2:
		return length - 1 - fuzz_below(length);
	case 3:
		return length + 1 + fuzz_below(64);
	case 4:
		return length + fuzz_below(4096);
	default:
		return UINT32_MAX >> fuzz_below(16);
	}
}

/* Whether the message's length is wrong now */
bool mutate_header(unsigned char *message, uint32_t length)
{
	struct nlmsghdr *nlh = (void *)message;
	struct genlmsghdr *genl = (void *)(message + NLMSG_HDRLEN);

	switch (fuzz_below(7)) {
	case 0:
	case 1:
		nlh->nlmsg_len = wrong_length(length);
		break;
	case 2:
		nlh->nlmsg_flags = fuzz_random();
		break;
	case 3:
		nlh->nlmsg_flags |= odd_flags[fuzz_below(ARRAY_SIZE(odd_flags))];
		break;
	case 4:
		nlh->nlmsg_flags &= ~NLM_F_REQUEST;
		break;
	case 5:
		nlh->nlmsg_type = fuzz_below(NLMSG_MIN_TYPE);
		break;
	default:
		genl->version = fuzz_random();
		genl->reserved = fuzz_random();
	}
	return nlh->nlmsg_len != length;
}
