// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of what is made of SMC_DIAG's messages, which are made up here. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <libmnl/libmnl.h>
#include <linux/smc_diag.h>
#include <linux/sock_diag.h>
#include <cmocka.h>
#include "exact-copy.h"
#include "smc-diag.h"

#define ACTIVE 1
#define LISTEN 10

/* A message in @buffer, without attributes yet. */
static struct nlmsghdr *new_message(char *buffer, unsigned int state, unsigned int mode)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct smc_diag_msg *message = mnl_nlmsg_put_extra_header(nlh, sizeof(*message));

	nlh->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	message->diag_state = state;
	message->diag_mode = mode;
	message->id.idiag_sport = htons(80);
	message->id.idiag_dport = htons(65535);
	message->diag_inode = 4711;
	inet_pton(AF_INET, "10.0.0.1", message->id.idiag_src);
	inet_pton(AF_INET6, "fd00::2", message->id.idiag_dst);
	return nlh;
}

static int parse(const struct nlmsghdr *nlh, struct smc_connection *found)
{
	void *copy = exact_copy(nlh, nlh->nlmsg_len);
	int r;

	r = smc_diag_parse(copy, found);
	free(copy);
	return r;
}

static void test_fallback(void **state)
{
	const struct smc_diag_fallback fallback = { 0x05000000, 0x03030008 };
	char buffer[512] __attribute__((aligned(8))), text[SMC_ADDRESS_SIZE];
	struct nlmsghdr *nlh = new_message(buffer, ACTIVE, SMC_DIAG_MODE_FALLBACK_TCP);
	struct smc_connection found;

	(void)state;
	mnl_attr_put(nlh, SMC_DIAG_FALLBACK, sizeof(fallback), &fallback);
	assert_int_equal(parse(nlh, &found), 1);
	assert_int_equal(found.mode, SMC_MODE_FALLBACK);
	assert_int_equal(found.reason, 0x05000000);
	assert_int_equal(found.peer_diagnosis, 0x03030008);
	assert_int_equal(found.inode, 4711);
	assert_string_equal(smc_diag_address(&found.local, found.local_port, text),
			    "10.0.0.1:80");
	assert_string_equal(smc_diag_address(&found.peer, found.peer_port, text),
			    "[fd00::2]:65535");
}

static void test_modes(void **state)
{
	const struct smcd_diag_dmbinfo dmb = {
		.linkid = 0x100, .my_gid = UINT64_MAX, .peer_gid = 7,
	};
	char buffer[512] __attribute__((aligned(8)));
	struct smc_connection found;
	struct nlmsghdr *nlh;

	(void)state;
	nlh = new_message(buffer, ACTIVE, SMC_DIAG_MODE_SMCD);
	mnl_attr_put(nlh, SMC_DIAG_DMBINFO, sizeof(dmb), &dmb);
	assert_int_equal(parse(nlh, &found), 1);
	assert_int_equal(found.mode, SMC_MODE_SMCD);
	assert_int_equal(found.linkgroup, 0x100);
	assert_true(found.gid == UINT64_MAX && found.peer_gid == 7);
	nlh = new_message(buffer, ACTIVE, SMC_DIAG_MODE_SMCR);
	assert_int_equal(parse(nlh, &found), 1);
	assert_int_equal(found.mode, SMC_MODE_NONE);
	mnl_attr_put_u32(nlh, SMC_DIAG_LGRINFO, 0);
	assert_int_equal(parse(nlh, &found), 1);
	assert_int_equal(found.mode, SMC_MODE_SMCR);
	assert_int_equal(parse(new_message(buffer, LISTEN, SMC_DIAG_MODE_SMCR), &found), 0);
}

static void test_malformed(void **state)
{
	char buffer[512] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = new_message(buffer, ACTIVE, SMC_DIAG_MODE_FALLBACK_TCP);
	struct smc_connection found;

	(void)state;
	mnl_attr_put_u32(nlh, SMC_DIAG_FALLBACK, 0x05000000);
	assert_int_equal(parse(nlh, &found), -EBADMSG);
	nlh = new_message(buffer, ACTIVE, SMC_DIAG_MODE_SMCD);
	mnl_attr_put(nlh, SMC_DIAG_DMBINFO, sizeof(struct smcd_diag_dmbinfo) - 8, buffer);
	assert_int_equal(parse(nlh, &found), -EBADMSG);
	nlh = mnl_nlmsg_put_header(buffer);
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct smc_diag_msg) - 8);
	assert_int_equal(parse(nlh, &found), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fallback),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
