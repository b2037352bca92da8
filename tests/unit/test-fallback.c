// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests when a reason for fallback is news. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "fallback.h"

#define SECOND UINT64_C(1000000)

/* What was told, as "code:client/server " each. */
static char told[256];

static void tell(const struct smc_fallback *began, void *userdata)
{
	size_t length = strlen(told);

	(void)userdata;
	snprintf(told + length, sizeof(told) - length, "%x:%u/%u ", began->code, began->client,
		 began->server);
}

static void check(struct fallback_history *history, const struct smc_fallback *reading,
		  size_t count, uint64_t now, const char *expected)
{
	told[0] = '\0';
	assert_int_equal(fallback_compare(history, reading, count, now, tell, NULL), 0);
	assert_string_equal(told, expected);
}

static void test_begin(void **state)
{
	const struct smc_fallback before[] = { { 1, 5, 0 } };
	const struct smc_fallback after[] = { { 1, 5, 0 }, { 2, 0, 3 } };
	const struct smc_fallback more[] = { { 1, 6, 0 }, { 2, 1, 4 } };
	struct fallback_history history = { 0 };

	(void)state;
	assert_int_equal(fallback_remember(&history, before, 1), 0);
	check(&history, before, 1, SECOND, "");
	check(&history, after, 2, 2 * SECOND, "2:0/3 ");
	check(&history, after, 2, 3 * SECOND, "");
	check(&history, more, 2, 4 * SECOND, "1:1/0 ");
	fallback_clear(&history);
	assert_int_equal(history.count, 0);
}

static void test_quiet(void **state)
{
	struct smc_fallback reading = { 7, 1, 0 };
	struct fallback_history history = { 0 };
	uint64_t now = SECOND;

	(void)state;
	check(&history, &reading, 1, now, "7:1/0 ");
	/* It never is quiet for long enough. */
	for (; reading.client < 10; now += FALLBACK_QUIET - 1) {
		reading.client++;
		check(&history, &reading, 1, now, "");
	}
	now += 1;
	reading.client += 4;
	check(&history, &reading, 1, now, "7:4/0 ");
	fallback_clear(&history);
}

static void test_limits(void **state)
{
	const struct smc_fallback full = { 7, 65535, 2 }, over = { 7, 1, 2 };
	struct fallback_history history = { 0 };

	(void)state;
	assert_int_equal(fallback_remember(&history, &full, 1), 0);
	check(&history, &over, 1, SECOND, "7:2/0 ");
	fallback_clear(&history);
}

/* smc goes away, and counts from 0 when it comes back. */
static void test_reset(void **state)
{
	const struct smc_fallback some = { 7, 3, 0 };
	struct fallback_history history = { 0 };

	(void)state;
	check(&history, &some, 1, SECOND, "7:3/0 ");
	check(&history, NULL, 0, 2 * SECOND, "");
	check(&history, &some, 1, SECOND + FALLBACK_QUIET, "7:3/0 ");
	fallback_clear(&history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_begin),
		cmocka_unit_test(test_quiet),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
