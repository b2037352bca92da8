// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the parsers behind softism-client.c, with messages made up here. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>
#include <linux/smc.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <cmocka.h>
#include "../../plugins/softism-reply.h"
#include "../../smcd/genl.h"
#include "exact-copy.h"

#define FAMILY 33
#define SEQ 7

/* Numeric attributes that a device must have, with good values and their sizes. */
static const struct number {
	int type;
	size_t size;
	uint64_t value;
} numbers[] = {
	{ SOFTISM_A_DEV_KIND, 4, SOFTISM_KIND_ISM_EMU },
	{ SOFTISM_A_DEV_CHID, 2, 0x1234 },
	{ SOFTISM_A_DEV_GID, 8, 0xfedcba9876543210 },
	{ SOFTISM_A_DEV_PRIORITY, 4, 300 },
	{ SOFTISM_A_DEV_UP, 1, 1 },
	{ SOFTISM_A_DEV_MAX_DMBS, 4, 4096 },
	{ SOFTISM_A_DEV_ATTACHED, 1, 1 },
	{ SOFTISM_A_DEV_RANK, 4, 2 },
	{ SOFTISM_A_DEV_HELD, 1, 0 },
	{ SOFTISM_A_DEV_CONNS, 4, 5 },
	{ SOFTISM_A_DEV_DMBS, 4, 10 },
};

#define N_NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

static struct nl_msg *new_message(int type, uint8_t command)
{
	struct nl_msg *msg = nlmsg_alloc();

	assert_non_null(msg);
	assert_non_null(genlmsg_put(msg, 0, SEQ, type, 0, 0, command, 1));
	return msg;
}

static void put_name(struct nl_msg *msg, const char *name)
{
	assert_int_equal(nla_put_string(msg, SOFTISM_A_DEV_NAME, name), 0);
}

/* Puts the low @size bytes of @value, in the byte order of the machine. */
static void put_number(struct nl_msg *msg, int type, size_t size, uint64_t value)
{
	uint8_t u8 = value;
	uint16_t u16 = value;
	uint32_t u32 = value;
	const void *data = size == 1 ? &u8 : size == 2 ? (void *)&u16 :
			   size == 4 ? (void *)&u32 : (void *)&value;

	assert_int_equal(nla_put(msg, type, size, data), 0);
}

/* All numbers but @without (-1: all of them); @instead has another value if its type fits. */
static void put_numbers(struct nl_msg *msg, int without, const struct number *instead)
{
	const struct number *number;
	size_t i;

	for (i = 0; i < N_NUMBERS; i++) {
		number = &numbers[i];
		if (instead && instead->type == number->type)
			number = instead;
		if (number->type != without)
			put_number(msg, number->type, number->size, number->value);
	}
}

static struct nl_msg *good_message(void)
{
	struct nl_msg *msg = new_message(FAMILY, SOFTISM_CMD_DEV_GET);

	put_name(msg, "emu0");
	put_numbers(msg, -1, NULL);
	return msg;
}

/* Parses a copy of @msg, which it frees. */
static int parse(struct nl_msg *msg, struct smcd_device *device)
{
	void *copy = exact_copy(nlmsg_hdr(msg), nlmsg_hdr(msg)->nlmsg_len);
	int r;

	r = softism_reply_device(copy, device);
	free(copy);
	nlmsg_free(msg);
	return r;
}

static void test_good(void **state)
{
	struct smcd_device device;

	(void)state;
	assert_int_equal(parse(good_message(), &device), 0);
	assert_string_equal(device.name, "emu0");
	assert_string_equal(device.kind, "ism-emu");
	assert_int_equal(device.chid, 0x1234);
	assert_true(device.gid == 0xfedcba9876543210);
	assert_int_equal(device.priority, 300);
	assert_int_equal(device.max_dmbs, 4096);
	assert_int_equal(device.rank, 2);
	assert_int_equal(device.connections, 5);
	assert_int_equal(device.dmbs, 10);
	assert_true(device.up && device.attached && !device.held);
	assert_int_equal(device.caps, SMCD_CAN_DELETE | SMCD_CAN_UPDOWN | SMCD_CAN_PRIORITY);
	assert_string_equal(device.reason, "");
	assert_true(device.stats.tx_bytes == SMCD_UNKNOWN);
}

static void test_max_memory(void **state)
{
	struct nl_msg *msg = good_message();
	struct smcd_device device;

	(void)state;
	put_number(msg, SOFTISM_A_DEV_MAX_MEMORY, 8, 1ULL << 33);
	assert_int_equal(parse(msg, &device), 0);
	assert_true(device.max_memory == 1ULL << 33);
	assert_true(device.caps & SMCD_CAN_LIMIT_MEMORY);
	msg = good_message();
	put_number(msg, SOFTISM_A_DEV_MAX_MEMORY, 8, 0);
	assert_int_equal(parse(msg, &device), 0);
	assert_true(!device.max_memory && device.caps & SMCD_CAN_LIMIT_MEMORY);
	msg = good_message();
	put_number(msg, SOFTISM_A_DEV_MAX_MEMORY, 4, 1);
	assert_int_equal(parse(msg, &device), -EBADMSG);
}

static void test_stats(void **state)
{
	struct nl_msg *msg = good_message();
	struct smcd_device device;
	struct nlattr *nest;

	(void)state;
	nest = nla_nest_start(msg, SOFTISM_A_DEV_STATS);
	assert_non_null(nest);
	put_number(msg, SOFTISM_A_STATS_TX_BYTES, 8, 1ULL << 40);
	put_number(msg, SOFTISM_A_STATS_QUERIES_NO, 8, 3);
	put_number(msg, SOFTISM_A_STATS_MAX + 1, 1, 1);	/* of a newer module */
	nla_nest_end(msg, nest);
	assert_int_equal(parse(msg, &device), 0);
	assert_true(device.stats.tx_bytes == 1ULL << 40);
	assert_true(device.stats.queries_no == 3);
	assert_true(device.stats.rx_bytes == SMCD_UNKNOWN);

	msg = good_message();
	nest = nla_nest_start(msg, SOFTISM_A_DEV_STATS);
	put_number(msg, SOFTISM_A_STATS_TX_BYTES, 4, 1);
	nla_nest_end(msg, nest);
	assert_int_equal(parse(msg, &device), -EBADMSG);
}

static void test_missing(void **state)
{
	struct smcd_device device = { .name = "untouched" };
	struct nl_msg *msg;
	size_t i;

	(void)state;
	for (i = 0; i < N_NUMBERS; i++) {
		msg = new_message(FAMILY, SOFTISM_CMD_DEV_GET);
		put_name(msg, "emu0");
		put_numbers(msg, numbers[i].type, NULL);
		assert_int_equal(parse(msg, &device), -EBADMSG);
	}
	msg = new_message(FAMILY, SOFTISM_CMD_DEV_GET);
	put_numbers(msg, -1, NULL);
	assert_int_equal(parse(msg, &device), -EBADMSG);
	assert_int_equal(parse(new_message(FAMILY, SOFTISM_CMD_DEV_GET), &device), -EBADMSG);
	assert_string_equal(device.name, "untouched");
}

static void test_wrong_size(void **state)
{
	struct smcd_device device;
	struct nl_msg *msg;
	size_t i, size;

	(void)state;
	for (i = 0; i < N_NUMBERS; i++)
		for (size = 1; size <= 8; size *= 2) {
			struct number other = numbers[i];

			other.size = size;
			msg = new_message(FAMILY, SOFTISM_CMD_DEV_GET);
			put_name(msg, "emu0");
			put_numbers(msg, -1, &other);
			assert_int_equal(parse(msg, &device),
					 size == numbers[i].size ? 0 : -EBADMSG);
		}
}

static void test_wrong_value(void **state)
{
	static const struct number bad[] = {
		{ SOFTISM_A_DEV_CHID, 2, 0 },
		{ SOFTISM_A_DEV_GID, 8, 0 },
		{ SOFTISM_A_DEV_PRIORITY, 4, SOFTISM_PRIORITY_MAX + 1 },
	};
	struct smcd_device device;
	struct nl_msg *msg;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		msg = new_message(FAMILY, SOFTISM_CMD_DEV_GET);
		put_name(msg, "emu0");
		put_numbers(msg, -1, &bad[i]);
		assert_int_equal(parse(msg, &device), -EBADMSG);
	}
}

static int parse_with_name(const void *name, size_t size, struct smcd_device *device)
{
	struct nl_msg *msg = new_message(FAMILY, SOFTISM_CMD_DEV_GET);

	assert_int_equal(nla_put(msg, SOFTISM_A_DEV_NAME, size, name), 0);
	put_numbers(msg, -1, NULL);
	return parse(msg, device);
}

static void test_names(void **state)
{
	static const char longest[] = "a234567890123456789012345678901";
	static const char too_long[] = "a2345678901234567890123456789012";
	static const char *const bad[] = { "", "-a", ".a", "a/b", "a b", "a%s", "\xc3\xa4" };
	struct smcd_device device;
	size_t i;

	(void)state;
	assert_int_equal(parse_with_name(longest, sizeof(longest), &device), 0);
	assert_string_equal(device.name, longest);
	assert_int_equal(parse_with_name("0._-", 5, &device), 0);
	assert_int_equal(parse_with_name(too_long, sizeof(too_long), &device), -EBADMSG);
	assert_int_equal(parse_with_name("emu0", 4, &device), -EBADMSG);	/* no NUL */
	assert_int_equal(parse_with_name("em\0u", 5, &device), -EBADMSG);	/* a NUL within */
	assert_int_equal(parse_with_name("", 0, &device), -EBADMSG);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse_with_name(bad[i], strlen(bad[i]) + 1, &device), -EBADMSG);
}

static void test_kinds(void **state)
{
	static const uint32_t unknown[] = { 0, SOFTISM_KIND_MAX + 1, UINT32_MAX };
	struct smcd_device device;
	struct nl_msg *msg;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		const struct number kind = { SOFTISM_A_DEV_KIND, 4, unknown[i] };

		msg = new_message(FAMILY, SOFTISM_CMD_DEV_GET);
		put_name(msg, "emu0");
		put_numbers(msg, -1, &kind);
		assert_int_equal(parse(msg, &device), -EOPNOTSUPP);
	}
	assert_int_equal(softism_kind_of("loopback"), SOFTISM_KIND_LOOPBACK);
	assert_int_equal(softism_kind_of("ism-emu"), SOFTISM_KIND_ISM_EMU);
	assert_int_equal(softism_kind_of("ism"), SOFTISM_KIND_UNSPEC);
	assert_null(softism_kind_name(SOFTISM_KIND_UNSPEC));
}

static void test_reasons(void **state)
{
	static const struct {
		struct number number;
		const char *word;
	} cases[] = {
		{ { SOFTISM_A_DEV_UP, 1, 0 }, "down" },
		{ { SOFTISM_A_DEV_ATTACHED, 1, 0 }, "waits for handshakes" },
		{ { SOFTISM_A_DEV_HELD, 1, 1 }, "higher priorities" },
		{ { SOFTISM_A_DEV_RANK, 4, 0 }, "not proposed" },
	};
	struct smcd_device device;
	struct nl_msg *msg;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		msg = new_message(FAMILY, SOFTISM_CMD_DEV_GET);
		put_name(msg, "emu0");
		put_numbers(msg, -1, &cases[i].number);
		assert_int_equal(parse(msg, &device), 0);
		assert_non_null(strstr(device.reason, cases[i].word));
	}
}

/* A good message cut anywhere, with the length in its header cut as well. */
static void test_cut(void **state)
{
	struct nl_msg *msg = good_message();
	struct nlmsghdr *nlh = nlmsg_hdr(msg), *copy;
	struct smcd_device device;
	uint32_t size;

	(void)state;
	for (size = sizeof(*nlh); size < nlh->nlmsg_len; size++) {
		copy = exact_copy(nlh, size);
		copy->nlmsg_len = size;
		assert_int_equal(softism_reply_device(copy, &device), -EBADMSG);
		free(copy);
	}
	nlmsg_free(msg);
}

static unsigned int events_of(struct nl_msg *msg, uint16_t family)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	unsigned int events = softism_reply_events(nlh, nlh->nlmsg_len, family);

	nlmsg_free(msg);
	return events;
}

static struct nl_msg *control_message(uint8_t command, const char *family)
{
	struct nl_msg *msg = new_message(GENL_ID_CTRL, command);

	if (family)
		assert_int_equal(nla_put_string(msg, CTRL_ATTR_FAMILY_NAME, family), 0);
	return msg;
}

static void test_events(void **state)
{
	(void)state;
	assert_int_equal(events_of(new_message(FAMILY, SOFTISM_CMD_DEV_ADD_NTF), FAMILY),
			 SOFTISM_EVENT_DEVICE);
	assert_int_equal(events_of(new_message(FAMILY, SOFTISM_CMD_DEV_GROW_NTF), FAMILY),
			 SOFTISM_EVENT_GROWTH);
	assert_int_equal(events_of(new_message(FAMILY, SOFTISM_CMD_DEV_GET), FAMILY), 0);
	assert_int_equal(events_of(new_message(FAMILY, SOFTISM_CMD_DEV_ADD_NTF), 0), 0);
	assert_int_equal(events_of(new_message(FAMILY + 1, SOFTISM_CMD_DEV_ADD_NTF), FAMILY), 0);
	assert_int_equal(events_of(control_message(CTRL_CMD_NEWFAMILY, "softism"), 0),
			 SOFTISM_EVENT_FAMILY);
	assert_int_equal(events_of(control_message(CTRL_CMD_DELFAMILY, "softism"), FAMILY),
			 SOFTISM_EVENT_FAMILY);
	assert_int_equal(events_of(control_message(CTRL_CMD_DELFAMILY, SMC_GENL_FAMILY_NAME), 0),
			 SOFTISM_EVENT_STACK);
	assert_int_equal(events_of(control_message(CTRL_CMD_NEWFAMILY, "softismo"), 0), 0);
	assert_int_equal(events_of(control_message(CTRL_CMD_NEWFAMILY, NULL), 0), 0);
	assert_int_equal(events_of(control_message(CTRL_CMD_NEWMCAST_GRP, "softism"), 0), 0);
}

/* An NLMSG_ERROR with @text as the kernel makes it; @capped: without the request's attributes. */
static struct nl_msg *error_message(int error, bool capped, const char *text)
{
	struct nl_msg *msg = nlmsg_alloc();
	struct nlmsgerr body = { .error = error, .msg.nlmsg_len = NLMSG_HDRLEN + 12 };
	struct nlmsghdr *nlh;

	assert_non_null(msg);
	nlh = nlmsg_put(msg, 0, SEQ, NLMSG_ERROR, 0, 0);
	assert_non_null(nlh);
	assert_int_equal(nlmsg_append(msg, &body, sizeof(body), NLMSG_ALIGNTO), 0);
	if (capped)
		nlh->nlmsg_flags |= NLM_F_CAPPED;
	else
		assert_int_equal(nlmsg_append(msg, "request here", 12, NLMSG_ALIGNTO), 0);
	if (text) {
		nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
		assert_int_equal(nla_put_string(msg, NLMSGERR_ATTR_MSG, text), 0);
	}
	return msg;
}

static int feed(struct genl_answer *answer, struct nl_msg *msg)
{
	size_t size = nlmsg_hdr(msg)->nlmsg_len;
	void *copy = exact_copy(nlmsg_hdr(msg), size);
	int r;

	r = genl_answer_feed(answer, copy, size);
	free(copy);
	nlmsg_free(msg);
	return r;
}

static void test_refusals(void **state)
{
	int capped;

	(void)state;
	for (capped = 0; capped < 2; capped++) {
		struct genl_answer answer = { .seq = SEQ, .family = FAMILY };

		assert_int_equal(feed(&answer, error_message(-EBUSY, capped, "in use\n")), 0);
		assert_true(answer.done);
		assert_int_equal(answer.error, -EBUSY);
		assert_string_equal(answer.text, "in use?");
	}
}

static void test_acks(void **state)
{
	struct genl_answer answer = { .seq = SEQ, .family = FAMILY };
	struct genl_answer other = { .seq = SEQ + 1, .family = FAMILY };

	(void)state;
	assert_int_equal(feed(&answer, error_message(0, true, NULL)), 0);
	assert_true(answer.done);
	assert_int_equal(answer.error, 0);
	assert_int_equal(feed(&other, error_message(-EPERM, true, "of another request")), 0);
	assert_false(other.done);
}

static void assert_malformed(struct nl_msg *msg)
{
	struct genl_answer answer = { .seq = SEQ, .family = FAMILY };

	assert_int_equal(feed(&answer, msg), -EBADMSG);
}

static void test_bad_refusals(void **state)
{
	struct nl_msg *msg;

	(void)state;
	assert_malformed(error_message(1, true, NULL));
	assert_malformed(error_message(-4096, true, NULL));
	msg = error_message(-EPERM, false, "text");
	((struct nlmsgerr *)nlmsg_data(nlmsg_hdr(msg)))->msg.nlmsg_len = 1 << 20;
	assert_malformed(msg);
	msg = error_message(-EPERM, false, "text");
	((struct nlmsgerr *)nlmsg_data(nlmsg_hdr(msg)))->msg.nlmsg_len = 1;
	assert_malformed(msg);
	msg = error_message(-EPERM, true, NULL);
	nlmsg_hdr(msg)->nlmsg_len -= 4;
	assert_malformed(msg);
}

static int count(struct nlmsghdr *nlh, void *userdata)
{
	(void)nlh;
	return ++*(int *)userdata == 2 ? -ENOMEM : 0;
}

/* The first error of a callback is kept, and the rest of the dump still awaited. */
static void test_dump(void **state)
{
	int seen = 0;
	struct genl_answer answer = {
		.seq = SEQ, .family = FAMILY, .fn = count, .userdata = &seen,
	};
	struct nl_msg *msg;
	int i, done = 0;

	(void)state;
	for (i = 0; i < 3; i++) {
		msg = good_message();
		if (i == 1)
			nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_DUMP_INTR;
		assert_int_equal(feed(&answer, msg), 0);
	}
	assert_false(answer.done);
	msg = nlmsg_alloc();
	assert_non_null(nlmsg_put(msg, 0, SEQ, NLMSG_DONE, 0, 0));
	assert_int_equal(nlmsg_append(msg, &done, sizeof(done), NLMSG_ALIGNTO), 0);
	assert_int_equal(feed(&answer, msg), 0);
	assert_true(answer.done && answer.interrupted);
	assert_int_equal(seen, 3);
	assert_int_equal(answer.error, -ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_max_memory),
		cmocka_unit_test(test_stats),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_wrong_size),
		cmocka_unit_test(test_wrong_value),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_acks),
		cmocka_unit_test(test_bad_refusals),
		cmocka_unit_test(test_dump),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
