// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of how link groups that the kernel leaves out are found by their connections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "linkgroups.h"

static void add(struct linkgroups *linkgroups, enum smc_mode mode, uint32_t id)
{
	const struct smc_connection connection = {
		.mode = mode, .linkgroup = id, .gid = id + 1, .peer_gid = id + 2,
	};

	assert_int_equal(linkgroups_add_connection(&connection, linkgroups), 0);
}

static void test_missing(void **state)
{
	struct linkgroups linkgroups = { .items = calloc(1, sizeof(struct smc_linkgroup)) };
	const struct smc_linkgroup *found;

	(void)state;
	assert_non_null(linkgroups.items);
	linkgroups.items[linkgroups.count++] = (struct smc_linkgroup){
		.id = 0x200, .connections = 2, .complete = true,
	};
	add(&linkgroups, SMC_MODE_SMCD, 0x200);
	add(&linkgroups, SMC_MODE_SMCD, 0x300);
	add(&linkgroups, SMC_MODE_SMCD, 0x100);
	add(&linkgroups, SMC_MODE_SMCD, 0x300);
	add(&linkgroups, SMC_MODE_FALLBACK, 0x400);
	add(&linkgroups, SMC_MODE_SMCR, 0);
	add(&linkgroups, SMC_MODE_NONE, 0);
	linkgroups_sort(&linkgroups);
	assert_int_equal(linkgroups.count, 3);
	found = linkgroups_find(&linkgroups, 0x200);
	assert_non_null(found);
	assert_true(found->complete);
	assert_int_equal(found->connections, 2);
	found = linkgroups_find(&linkgroups, 0x300);
	assert_non_null(found);
	assert_false(found->complete);
	assert_int_equal(found->connections, 2);
	assert_true(found->gid == 0x301 && found->peer_gid == 0x302);
	assert_non_null(linkgroups_find(&linkgroups, 0x100));
	assert_null(linkgroups_find(&linkgroups, 0x400));
	linkgroups_clear(&linkgroups);
	assert_null(linkgroups_find(&linkgroups, 0x100));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
