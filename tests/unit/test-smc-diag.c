// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of what is made of SMC_DIAG's messages, which are made up here. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include <linux/smc_diag.h>
#include <linux/sock_diag.h>
#include <cmocka.h>
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
	inet_pton(AF_INET, "10.0.0.1", message->id.idiag_src);
	inet_pton(AF_INET6, "fd00::2", message->id.idiag_dst);
	return nlh;
}

/* Parses a copy that ends where the message ends. */
static int parse(const struct nlmsghdr *nlh, struct smc_connections *list)
{
	void *copy = malloc(nlh->nlmsg_len);
	int r;

	assert_non_null(copy);
	memcpy(copy, nlh, nlh->nlmsg_len);
	r = smc_diag_parse(copy, list);
	free(copy);
	return r;
}

static void test_fallback(void **state)
{
	const struct smc_diag_fallback fallback = { 0x05000000, 0x03030008 };
	char buffer[512] __attribute__((aligned(8))), text[SMC_ADDRESS_SIZE];
	struct nlmsghdr *nlh = new_message(buffer, ACTIVE, SMC_DIAG_MODE_FALLBACK_TCP);
	struct smc_connections list = { 0 };
	const struct smc_connection *found;

	(void)state;
	mnl_attr_put(nlh, SMC_DIAG_FALLBACK, sizeof(fallback), &fallback);
	assert_int_equal(parse(nlh, &list), 0);
	assert_int_equal(list.count, 1);
	found = list.connections;
	assert_int_equal(found->mode, SMC_MODE_FALLBACK);
	assert_int_equal(found->reason, 0x05000000);
	assert_int_equal(found->peer_diagnosis, 0x03030008);
	assert_string_equal(smc_diag_address(&found->local, found->local_port, text),
			    "10.0.0.1:80");
	assert_string_equal(smc_diag_address(&found->peer, found->peer_port, text),
			    "[fd00::2]:65535");
	free(list.connections);
}

static void test_modes(void **state)
{
	char buffer[512] __attribute__((aligned(8)));
	struct smc_connections list = { 0 };
	struct nlmsghdr *nlh;

	(void)state;
	nlh = new_message(buffer, ACTIVE, SMC_DIAG_MODE_SMCD);
	mnl_attr_put(nlh, SMC_DIAG_DMBINFO, sizeof(struct smcd_diag_dmbinfo), buffer);
	assert_int_equal(parse(nlh, &list), 0);
	nlh = new_message(buffer, ACTIVE, SMC_DIAG_MODE_SMCR);
	assert_int_equal(parse(nlh, &list), 0);
	mnl_attr_put_u32(nlh, SMC_DIAG_LGRINFO, 0);
	assert_int_equal(parse(nlh, &list), 0);
	assert_int_equal(parse(new_message(buffer, LISTEN, SMC_DIAG_MODE_SMCR), &list), 0);
	assert_int_equal(list.count, 3);
	assert_int_equal(list.connections[0].mode, SMC_MODE_SMCD);
	assert_int_equal(list.connections[1].mode, SMC_MODE_NONE);
	assert_int_equal(list.connections[2].mode, SMC_MODE_SMCR);
	free(list.connections);
}

static void test_malformed(void **state)
{
	char buffer[512] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = new_message(buffer, ACTIVE, SMC_DIAG_MODE_FALLBACK_TCP);
	struct smc_connections list = { 0 };

	(void)state;
	mnl_attr_put_u32(nlh, SMC_DIAG_FALLBACK, 0x05000000);
	assert_int_equal(parse(nlh, &list), -EBADMSG);
	nlh = mnl_nlmsg_put_header(buffer);
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct smc_diag_msg) - 8);
	assert_int_equal(parse(nlh, &list), -EBADMSG);
	assert_int_equal(list.count, 0);
	free(list.connections);
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
