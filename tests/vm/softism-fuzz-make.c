// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes batches of messages.
 */
#include <ctype.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include "softism-fuzz-draft.h"

/*
 * Whatever chance has made: a device may be created by a name of the pool only,
 * and is never preferred to those of others.
 */
static void tame(const struct draft *draft, const struct draft_attr *attr,
		 unsigned char *data)
{
	const struct fuzz_set *set = fuzz_commands[draft->cmd].set;
	unsigned int type = attr->type & NLA_TYPE_MASK;
	size_t prefix = strlen(fuzz_options.prefix);
	uint32_t priority;

	if (!set || !attr->size || attr->evil)
		return;
	if (type == set->name && isalnum(data[0]) &&
	    (attr->size < prefix ||
	     memcmp(data, fuzz_options.prefix, prefix) != 0))
		data[0] |= 0x80;
	if ((draft->cmd != SOFTISM_CMD_DEV_NEW &&
	     draft->cmd != SOFTISM_CMD_DEV_SET) ||
	    type != SOFTISM_A_DEV_PRIORITY || attr->size != sizeof(priority))
		return;
	memcpy(&priority, data, sizeof(priority));
	if (priority > fuzz_options.priority && priority <= SOFTISM_PRIORITY_MAX) {
		priority %= fuzz_options.priority + 1;
		memcpy(data, &priority, sizeof(priority));
	}
}

static size_t write_attr(const struct draft *draft,
			 const struct draft_attr *attr, unsigned char *to)
{
	struct nlattr nla = {
		.nla_len = NLA_HDRLEN + attr->size,
		.nla_type = attr->type,
	};
	size_t size = NLA_ALIGN(nla.nla_len);

	if (attr->length >= 0)
		nla.nla_len = attr->length;
	memset(to, 0, size);
	memcpy(to, &nla, sizeof(nla));
	memcpy(to + NLA_HDRLEN, attr->data, attr->size);
	tame(draft, attr, to + NLA_HDRLEN);
	return size;
}

static uint32_t write_draft(const struct draft *draft, unsigned char *to,
			    uint16_t family, uint32_t seq)
{
	struct nlmsghdr nlh = {
		.nlmsg_type = family,
		.nlmsg_flags = draft->flags,
		.nlmsg_seq = seq,
	};
	struct genlmsghdr genl = {
		.cmd = draft->cmd,
		.version = SOFTISM_GENL_VERSION,
	};
	size_t size = NLMSG_HDRLEN + GENL_HDRLEN;
	unsigned int i;

	for (i = 0; i < draft->count; i++)
		size += write_attr(draft, &draft->attrs[i], to + size);
	memset(to + size, 0, NLMSG_ALIGNTO);
	nlh.nlmsg_len = size + draft->trailing;
	memcpy(to, &nlh, sizeof(nlh));
	memcpy(to + NLMSG_HDRLEN, &genl, sizeof(genl));
	return nlh.nlmsg_len;
}

static void make_draft(struct draft *draft)
{
	draft->must_refuse = false;
	draft->count = 0;
	draft->trailing = 0;
	draft->used = 0;
	if (one_in(2))
		draft_mutated(draft);
	else
		draft_random(draft);
}

/* How large a message can become */
#define ROOM (NLMSG_HDRLEN + GENL_HDRLEN + DRAFT_BYTES + 8 * DRAFT_ATTRS + 8)

/* As a dump, what is wrong without a name or with something else may be right, and vice versa. */
static bool is_other(const struct draft *draft, const unsigned char *message)
{
	const struct nlmsghdr *nlh = (const void *)message;

	return (nlh->nlmsg_flags & NLM_F_DUMP) != (draft->flags & NLM_F_DUMP);
}

/*
 * At most @limit messages, fewer where they are large. After a wrong length the
 * rest is rarely seen, and thus rarely made.
 */
void fuzz_make(struct fuzz_batch *batch, size_t limit)
{
	static struct draft draft;
	struct fuzz_message *message;
	bool lost = false;

	batch->seq += batch->count;
	batch->count = 0;
	batch->size = 0;
	while (!lost && batch->count < limit &&
	       batch->size + ROOM < sizeof(batch->data)) {
		make_draft(&draft);
		message = &batch->messages[batch->count];
		memset(message, 0, sizeof(*message));
		message->offset = batch->size;
		message->length = write_draft(&draft, batch->data + batch->size,
					      batch->family,
					      batch->seq + batch->count);
		message->must_refuse = draft.must_refuse;
		if (one_in(10))
			lost = mutate_header(batch->data + batch->size,
					     message->length) && !one_in(4);
		if (is_other(&draft, batch->data + batch->size))
			message->must_refuse = false;
		batch->size += NLMSG_ALIGN(message->length);
		batch->count++;
	}
}
