// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What has to come back for each message of a batch, and what does.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include "softism-fuzz.h"

#define COMPLAINTS 20

static uint32_t last_event;	/* 0: not known */
static bool events_complete;

void fuzz_complain(const struct fuzz_batch *batch,
		   const struct fuzz_message *message, const char *what)
{
	static unsigned int complaints;
	uint32_t i;

	if (complaints++ >= COMPLAINTS)
		return;
	fprintf(stderr, "softism-fuzz: %s", what);
	if (message) {
		fprintf(stderr, ", message:");
		for (i = 0; i < message->length && i < 128; i++)
			fprintf(stderr, "%s%02x", i % 4 ? "" : " ",
				batch->data[message->offset + i]);
	}
	fputc('\n', stderr);
}

static void foresee(struct fuzz_message *message, const struct nlmsghdr *nlh,
		    uint16_t family, bool *dumped)
{
	const struct genlmsghdr *genl = (const void *)(nlh + 1);
	const struct fuzz_command *command;
	uint16_t odd = nlh->nlmsg_flags &
		       ~(NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO);

	message->seen = true;
	message->wants_ack = nlh->nlmsg_flags & NLM_F_ACK;
	message->reached = nlh->nlmsg_type == family &&
			   (nlh->nlmsg_flags & NLM_F_REQUEST);
	if (nlh->nlmsg_len != message->length)
		message->must_refuse = false;
	if (!message->reached || nlh->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
		return;
	message->dump = (nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	message->cmd = genl->cmd;
	command = &fuzz_commands[genl->cmd];
	message->supported = message->dump ? command->can_dump : command->can_do;
	if (message->dump)
		odd &= ~NLM_F_DUMP;
	/* A header may have been mutated, but not to ask for something else */
	if (nlh->nlmsg_len == message->length && (odd || genl->reserved))
		message->must_refuse = true;
	message->dump_before = *dumped;
	*dumped |= message->dump && message->supported;
	fuzz_results.dumps += message->dump;
}

/*
 * Goes through the batch as the kernel will. Where a wrong length makes it read
 * something as a header that is none, the batch is cut: by chance that could be
 * a request to another family.
 */
void fuzz_foresee(struct fuzz_batch *batch)
{
	const struct nlmsghdr *nlh;
	bool dumped = false;
	size_t offset = 0;
	unsigned int i;

	for (i = 0; i < batch->count; i++) {
		if (batch->messages[i].offset < offset)
			continue;
		if (batch->messages[i].offset > offset) {
			batch->size = offset;
			return;
		}
		fuzz_results.messages++;
		nlh = (const void *)(batch->data + offset);
		if (nlh->nlmsg_len < NLMSG_HDRLEN ||
		    nlh->nlmsg_len > batch->size - offset)
			return;
		foresee(&batch->messages[i], nlh, batch->family, &dumped);
		fuzz_results.reached += batch->messages[i].reached;
		offset += NLMSG_ALIGN(nlh->nlmsg_len);
	}
	if (offset < batch->size)
		batch->size = offset;
}

static struct fuzz_message *message_of(struct fuzz_batch *batch, uint32_t seq)
{
	uint32_t i = seq - batch->seq;

	return i < batch->count && batch->messages[i].seen ?
	       &batch->messages[i] : NULL;
}

static void garbage(const struct fuzz_batch *batch,
		    const struct fuzz_message *message, const char *what)
{
	fuzz_results.garbage++;
	fuzz_complain(batch, message, what);
}

static bool attrs_fit(const struct fuzz_set *set, const void *data, int size,
		      uint32_t *event);

static bool attr_fits(const struct fuzz_set *set, const struct nlattr *attr)
{
	unsigned int type = mnl_attr_get_type(attr);
	size_t size = mnl_attr_get_payload_len(attr);
	const char *data = mnl_attr_get_payload(attr);
	const struct fuzz_attr *rule;
	uint64_t value = 0;

	if (type >= set->count)
		return false;
	rule = &set->attrs[type];
	switch (rule->kind) {
	case FUZZ_PAD:
		return !size;
	case FUZZ_STRING:
		return size && strnlen(data, size) == size - 1;
	case FUZZ_NEST:
		return attrs_fit(rule->nest, data, size, NULL);
	case FUZZ_SIZES:
		return size == fuzz_size(rule->kind);
	case FUZZ_NONE:
	case FUZZ_FLAG:
		return false;
	default:
		if (size != fuzz_size(rule->kind))
			return false;
		memcpy(&value, data, size);
		return value >= rule->min && value <= fuzz_max(rule);
	}
}

static bool attrs_fit(const struct fuzz_set *set, const void *data, int size,
		      uint32_t *event)
{
	const struct nlattr *attr = data;

	while (mnl_attr_ok(attr, size)) {
		if (!attr_fits(set, attr))
			return false;
		if (event && mnl_attr_get_type(attr) == SOFTISM_A_DEV_EVENT)
			*event = mnl_attr_get_u32(attr);
		size -= MNL_ALIGN(attr->nla_len);
		attr = mnl_attr_next(attr);
	}
	return size <= 0;
}

static bool body_fits(const struct nlmsghdr *nlh, uint32_t *event)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct fuzz_set *set;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*genl) ||
	    genl->cmd >= FUZZ_COMMANDS || !fuzz_commands[genl->cmd].set)
		return false;
	set = fuzz_commands[genl->cmd].set;
	return attrs_fit(set, mnl_nlmsg_get_payload_offset(nlh, sizeof(*genl)),
			 mnl_nlmsg_get_payload_len(nlh) - sizeof(*genl), event);
}

static void take_reply(struct fuzz_batch *batch, const struct nlmsghdr *nlh)
{
	struct fuzz_message *message = message_of(batch, nlh->nlmsg_seq);
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	fuzz_results.replies++;
	if (!message || !message->reached || message->answered)
		garbage(batch, message, "a reply that nothing asked for");
	else if (!body_fits(nlh, NULL) || genl->cmd != message->cmd)
		garbage(batch, message, "a reply that is garbage");
	else if (message->dump != !!(nlh->nlmsg_flags & NLM_F_MULTI))
		garbage(batch, message, "a reply that is MULTI, or not");
	else
		message->replies++;
}

/* The text of an extended ACK that starts at @offset of the payload */
static const char *text_of(const struct nlmsghdr *nlh, size_t offset)
{
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return NULL;
	mnl_attr_for_each(attr, nlh, offset)
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			return mnl_attr_get_str(attr);
	return NULL;
}

/*
 * Refusals by the core of generic netlink, which gives no text with them, and
 * does not ask the family first.
 */
static bool core_refuses(const struct fuzz_message *message, uint32_t length,
			 int error)
{
	switch (error) {
	case EOPNOTSUPP:	/* no such command, or it has no do, or no dump */
		return !message->supported;
	case EINVAL:		/* there is no generic header to look at */
		return length < NLMSG_HDRLEN + GENL_HDRLEN;
	case EBUSY:		/* a socket can have one dump at a time */
		return message->dump && message->dump_before;
	default:
		return false;
	}
}

static void take_refusal(struct fuzz_batch *batch, struct fuzz_message *message,
			 int error, const char *text)
{
	const struct nlmsghdr *sent = (const void *)(batch->data + message->offset);
	char what[64];

	if (error < 0 || (size_t)error >= ARRAY_SIZE(fuzz_results.errors)) {
		garbage(batch, message, "a refusal that is no error");
		return;
	}
	fuzz_results.refused++;
	fuzz_results.errors[error]++;
	if (text && *text)
		return;
	if (core_refuses(message, sent->nlmsg_len, error)) {
		fuzz_results.refused_by_core++;
		return;
	}
	fuzz_results.refused_without_text++;
	snprintf(what, sizeof(what), "error %d without a text", error);
	fuzz_complain(batch, message, what);
}

static void take_success(struct fuzz_batch *batch, struct fuzz_message *message)
{
	unsigned int replies;

	if (!message->reached)
		return;
	if (message->must_refuse) {
		fuzz_results.wrongly_accepted++;
		fuzz_complain(batch, message, "accepted, although it is wrong");
	}
	if (!message->supported) {
		garbage(batch, message, "success of what does not exist");
		return;
	}
	fuzz_results.done[message->cmd]++;
	replies = fuzz_commands[message->cmd].replies;
	if (!message->dump && message->replies != replies)
		garbage(batch, message, "success with too few or many replies");
}

/* An ACK, a refusal, or the end of a dump */
static void take_end(struct fuzz_batch *batch, const struct nlmsghdr *nlh)
{
	struct fuzz_message *message = message_of(batch, nlh->nlmsg_seq);
	bool done = nlh->nlmsg_type == NLMSG_DONE;
	size_t header = done ? sizeof(int) : sizeof(struct nlmsgerr);
	const int *error = mnl_nlmsg_get_payload(nlh);
	const struct nlmsgerr *quote = mnl_nlmsg_get_payload(nlh);

	fuzz_results.acks++;
	if (!message || message->answered ||
	    mnl_nlmsg_get_payload_len(nlh) < header) {
		garbage(batch, message, "an answer that nothing waits for");
		return;
	}
	message->answered = true;
	if (!done && memcmp(&quote->msg, batch->data + message->offset,
			    sizeof(quote->msg)) != 0)
		garbage(batch, message, "an ACK for another message");
	if (done && !message->dump)
		garbage(batch, message, "the end of no dump");
	if (!done && *error && !(nlh->nlmsg_flags & NLM_F_CAPPED))
		header += mnl_nlmsg_get_payload_len(&quote->msg);
	if (*error)
		take_refusal(batch, message, -*error, text_of(nlh, header));
	else
		take_success(batch, message);
}

/* A datagram on the socket that the batch was sent by */
void fuzz_take(struct fuzz_batch *batch, const void *data, size_t size)
{
	const struct nlmsghdr *nlh = data;
	int left = size;

	while (mnl_nlmsg_ok(nlh, left)) {
		if (nlh->nlmsg_type == NLMSG_ERROR ||
		    nlh->nlmsg_type == NLMSG_DONE)
			take_end(batch, nlh);
		else if (nlh->nlmsg_type == batch->family)
			take_reply(batch, nlh);
		else
			garbage(batch, NULL, "a reply of an unknown type");
		nlh = mnl_nlmsg_next(nlh, &left);
	}
	if (left)
		garbage(batch, NULL, "bytes after a reply");
}

/* After everything has come: what has not? */
void fuzz_judge(struct fuzz_batch *batch)
{
	struct fuzz_message *message;
	unsigned int i;

	for (i = 0; i < batch->count; i++) {
		message = &batch->messages[i];
		if (!message->seen || message->answered)
			continue;
		if (message->wants_ack || message->dump ||
		    (message->reached && !message->supported)) {
			fuzz_results.unanswered++;
			fuzz_complain(batch, message, "no answer");
		} else {
			/* Nobody asked; but a refusal would have come */
			take_success(batch, message);
		}
	}
}

void fuzz_expect_events(bool complete)
{
	events_complete = complete;
	if (!complete)
		last_event = 0;
}

/* Notifications are numbered without gaps */
void fuzz_take_events(struct fuzz_batch *batch, const void *data, size_t size)
{
	const struct nlmsghdr *nlh = data;
	int left = size;
	uint32_t event;

	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		event = 0;
		fuzz_results.events++;
		if (!body_fits(nlh, &event) || !event)
			garbage(batch, NULL, "a notification that is garbage");
		else if (last_event && event != last_event + 1)
			garbage(batch, NULL, "a gap in the notifications");
		last_event = events_complete ? event : 0;
	}
}
