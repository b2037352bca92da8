// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests how the preloaded library reads the answers of SMC_DIAG. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <linux/smc_diag.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>
#include "../../smcctl/preload/lookup.h"

static struct {
	size_t size;
	char bytes[4096] __attribute__((aligned(8)));
} answer;

static struct nlmsghdr *last;	/* the message that attributes are added to */

static void *append(size_t size)
{
	void *place = answer.bytes + answer.size;

	assert_true(answer.size + NLMSG_ALIGN(size) <= sizeof(answer.bytes));
	answer.size += NLMSG_ALIGN(size);
	return memset(place, 0, NLMSG_ALIGN(size));
}

static void add_socket(uint64_t inode, int state, int mode)
{
	const struct smc_diag_msg message = {
		.diag_state = state, .diag_mode = mode, .diag_inode = inode,
	};

	last = append(NLMSG_LENGTH(sizeof(message)));
	last->nlmsg_len = NLMSG_LENGTH(sizeof(message));
	last->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	/* Netlink aligns to 4 bytes, and the message has numbers of 8 */
	memcpy(NLMSG_DATA(last), &message, sizeof(message));
}

static void add_attribute(int type, const void *payload, size_t size)
{
	struct rtattr *attribute = append(RTA_LENGTH(size));

	attribute->rta_type = type;
	attribute->rta_len = RTA_LENGTH(size);
	memcpy(RTA_DATA(attribute), payload, size);
	last->nlmsg_len += RTA_SPACE(size);
}

static void add_end(int type, int error)
{
	struct nlmsghdr *nlh = append(NLMSG_LENGTH(sizeof(error)));

	nlh->nlmsg_len = NLMSG_LENGTH(sizeof(error));
	nlh->nlmsg_type = type;
	memcpy(NLMSG_DATA(nlh), &error, sizeof(error));
}

static int begin(void **state)
{
	(void)state;
	answer.size = 0;
	return 0;
}

static int look(uint64_t inode, struct lookup *ret_lookup)
{
	return lookup_parse(answer.bytes, answer.size, inode, ret_lookup);
}

static void test_modes(void **state)
{
	const struct smcd_diag_dmbinfo dmb = { .my_gid = 0x1122334455667788 };
	const struct smc_diag_fallback none = {}, why = { 0x03010000, 0x05000000 };
	const struct smc_diag_lgrinfo lgr = {};
	struct lookup lookup;

	(void)state;
	add_socket(1, 1, SMC_DIAG_MODE_SMCD);
	add_attribute(SMC_DIAG_FALLBACK, &none, sizeof(none));
	add_attribute(SMC_DIAG_DMBINFO, &dmb, sizeof(dmb));
	add_socket(2, 1, SMC_DIAG_MODE_FALLBACK_TCP);
	add_attribute(SMC_DIAG_FALLBACK, &why, sizeof(why));
	add_socket(3, 7, SMC_DIAG_MODE_SMCR);
	add_attribute(SMC_DIAG_LGRINFO, &lgr, sizeof(lgr));
	add_socket(4, 2, SMC_DIAG_MODE_SMCR);
	add_attribute(SMC_DIAG_FALLBACK, &why, sizeof(why));
	assert_int_equal(look(1, &lookup), 1);
	assert_int_equal(lookup.state, LOOKUP_CONNECTED);
	assert_int_equal(lookup.kind.path, TALLY_SMCD);
	assert_true(lookup.kind.gid == dmb.my_gid);
	assert_int_equal(look(2, &lookup), 1);
	assert_int_equal(lookup.kind.path, TALLY_FALLBACK);
	assert_int_equal(lookup.kind.reason, why.reason);
	assert_int_equal(lookup.kind.peer_reason, why.peer_diagnosis);
	assert_int_equal(lookup.kind.gid, 0);
	assert_int_equal(look(3, &lookup), 1);
	assert_int_equal(lookup.state, LOOKUP_CLOSED);
	assert_int_equal(lookup.kind.path, TALLY_SMCR);
	assert_int_equal(look(4, &lookup), 1);
	assert_int_equal(lookup.state, LOOKUP_BEFORE);
	assert_int_equal(lookup.kind.path, 0);
	assert_int_equal(lookup.kind.reason, 0);
	assert_int_equal(look(5, &lookup), 0);
	add_end(NLMSG_DONE, 0);
	assert_int_equal(look(5, &lookup), -ENOENT);
}

static void test_errors(void **state)
{
	struct lookup lookup;

	(void)state;
	assert_int_equal(look(1, &lookup), 0);
	add_end(NLMSG_ERROR, -ENOENT);
	assert_int_equal(look(1, &lookup), -EPROTONOSUPPORT);
	begin(NULL);
	add_end(NLMSG_ERROR, -EPERM);
	assert_int_equal(look(1, &lookup), -EPERM);
	begin(NULL);
	add_end(NLMSG_DONE, -EINTR);
	assert_int_equal(look(1, &lookup), -EINTR);
	begin(NULL);
	last = append(NLMSG_HDRLEN);
	last->nlmsg_len = NLMSG_HDRLEN;
	last->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	assert_int_equal(look(1, &lookup), -EBADMSG);
	last->nlmsg_type = NLMSG_ERROR;
	assert_int_equal(look(1, &lookup), -EBADMSG);
	last->nlmsg_len = 1 << 30;
	assert_int_equal(look(1, &lookup), 0);
}

/* Attributes that are too short say nothing. */
static void test_short(void **state)
{
	struct lookup lookup;

	(void)state;
	add_socket(1, 1, SMC_DIAG_MODE_SMCD);
	add_attribute(SMC_DIAG_DMBINFO, "", 1);
	add_attribute(SMC_DIAG_FALLBACK, "", 1);
	assert_int_equal(look(1, &lookup), 1);
	assert_int_equal(lookup.kind.path, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_modes, begin),
		cmocka_unit_test_setup(test_errors, begin),
		cmocka_unit_test_setup(test_short, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
