// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of ueid.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ueid.h"

static void good_ones_pass(void **state)
{
	static const char *const good[] = {
		"A", "0", "Z9", "A.B-C", "A.", "A-", "A--B", "A.-.B", "MYCOMPANY.HOST-1",
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_null(ueid_problem(good[i]));
}

static void bad_ones_are_named(void **state)
{
	static const struct {
		const char *text, *problem;
	} bad[] = {
		{ "", "is empty" },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456", "longer than 32" },
		{ "abcdefghijklmnopqrstuvwxyz0123456", "longer than 32" },
		{ "Ab", "lower-case" },
		{ "auto", "lower-case" },
		{ "A B", "other than" },
		{ " A", "other than" },
		{ "A ", "other than" },
		{ "A_B", "other than" },
		{ "\xc3\x84", "other than" },
		{ "-A", "does not begin" },
		{ ".A", "does not begin" },
		{ "A..B", "two dots" },
		{ "A..", "two dots" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *problem = ueid_problem(bad[i].text);

		assert_non_null(problem);
		assert_non_null(strstr(problem, bad[i].problem));
	}
}

static void machine_ueid_has_27_digits(void **state)
{
	static const uint8_t id[16] = {
		0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
		0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10,
	};
	char ueid[UEID_SIZE];

	(void)state;
	ueid_from_id(id, ueid);
	assert_string_equal(ueid, "SMCD-0123456789ABCDEFFEDCBA98765");
	assert_int_equal(strlen(ueid), UEID_SIZE - 1);
	assert_null(ueid_problem(ueid));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones_pass),
		cmocka_unit_test(bad_ones_are_named),
		cmocka_unit_test(machine_ueid_has_27_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
