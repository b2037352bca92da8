// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the reasons for fallback. That the kernel has no others is shown by tests/lint. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "reason.h"

static void test_order(void **state)
{
	size_t i;

	(void)state;
	assert_true(reasons_count > 30);
	for (i = 1; i < reasons_count; i++)
		if (reasons[i].code <= reasons[i - 1].code)
			fail_msg("0x%08x comes after 0x%08x", reasons[i].code, reasons[i - 1].code);
}

/* Words are parts of sentences, and of lines that end with them. */
static void check_words(const struct reason *reason, const char *text, size_t longest)
{
	size_t length = strlen(text);

	if (length < 4 || length > longest || text[length - 1] == '.' || strchr(text, '\n'))
		fail_msg("%s: '%s'", reason->name, text);
}

static void test_words(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < reasons_count; i++) {
		assert_true(*reasons[i].name);
		check_words(&reasons[i], reasons[i].meaning, 100);
		check_words(&reasons[i], reasons[i].cure, 130);
		for (j = 0; j < i; j++)
			assert_string_not_equal(reasons[i].name, reasons[j].name);
	}
}

static void test_find(void **state)
{
	const struct reason *unknown = reason_find(0);
	size_t i;

	(void)state;
	for (i = 0; i < reasons_count; i++)
		assert_ptr_equal(reason_find(reasons[i].code), &reasons[i]);
	assert_string_equal(reason_find(0x03010000)->name, "PEERNOSMC");
	assert_string_equal(unknown->name, "UNKNOWN");
	assert_non_null(strstr(unknown->meaning, "unknown reason"));
	assert_ptr_equal(reason_find(0x03010001), unknown);
	assert_ptr_equal(reason_find(UINT32_MAX), unknown);
	assert_ptr_equal(reason_find((uint32_t)-104), unknown);
	check_words(unknown, unknown->meaning, 100);
	check_words(unknown, unknown->cure, 130);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
