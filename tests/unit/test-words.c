// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests how the lines of "smcctl shell" are split into words. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "words.h"

/* "a|b c|" */
static void join(const struct words *words, char *text, size_t size)
{
	size_t used = 0;
	int i;

	text[0] = '\0';
	for (i = 0; i < words->n; i++)
		used += snprintf(text + used, size - used, "%s|", words->list[i]);
	assert_null(words->list[words->n]);
}

static void test_good(void **state)
{
	static const char *const table[][2] = {
		{ "", "" },
		{ " \t ", "" },
		{ "a", "a|" },
		{ "  device \t list  ", "device|list|" },
		{ "'a b' \"c d\"", "a b|c d|" },
		{ "a'b c'd\"e f\"g", "ab cde fg|" },
		{ "'' \"\"", "||" },
		{ "'\\' \"\\\"\\\\\\$\\`\\a\"", "\\|\"\\$`\\a|" },
		{ "a\\ b \\'c \\\\ \\#", "a b|'c|\\|#|" },
		{ "a # b 'c", "a|" },
		{ "# all", "" },
		{ "a#b 'c'#d", "a#b|c#d|" },
		{ "$HOME `ls` * ~ a;b|c >d &", "$HOME|`ls`|*|~|a;b|c|>d|&|" },
		{ "\"'\" '\"'", "'|\"|" },
		{ "\xc3\xa4 \x01", "\xc3\xa4|\x01|" },
	};
	char line[256], text[256], error[WORDS_ERROR_SIZE];
	struct words words;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		strcpy(line, table[i][0]);
		assert_int_equal(words_split(line, &words, error), 0);
		join(&words, text, sizeof(text));
		assert_string_equal(text, table[i][1]);
	}
}

static void test_bad(void **state)
{
	static const char *const table[][2] = {
		{ "a 'b", "the quote ' is not closed" },
		{ "a \"b'", "the quote \" is not closed" },
		{ "\"\\\"", "the quote \" is not closed" },
		{ "a \\", "nothing behind the backslash" },
		{ "a 'b # c", "the quote ' is not closed" },
	};
	char line[3 * WORDS_MAX], error[WORDS_ERROR_SIZE];
	struct words words;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		strcpy(line, table[i][0]);
		assert_int_equal(words_split(line, &words, error), -EINVAL);
		assert_non_null(strstr(error, table[i][1]));
	}
	for (i = 0; i < WORDS_MAX; i++)
		memcpy(line + 2 * i, "a ", 3);
	assert_int_equal(words_split(line, &words, error), 0);
	assert_int_equal(words.n, WORDS_MAX);
	for (i = 0; i <= WORDS_MAX; i++)
		memcpy(line + 2 * i, "a ", 3);
	assert_int_equal(words_split(line, &words, error), -EINVAL);
	assert_string_equal(error, "more than 256 words");
}

static void test_unfinished(void **state)
{
	static const char *const table[][2] = {
		{ "", "|" },
		{ "dev", "dev|" },
		{ "device ", "device||" },
		{ "device li", "device|li|" },
		{ "device show 'a b", "device|show|a b|" },
		{ "device show \"a\\", "device|show|a\\|" },
		{ "device show a\\", "device|show|a|" },
		{ "device show ''", "device|show||" },
	};
	char line[256], text[256];
	struct words words;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		strcpy(line, table[i][0]);
		assert_int_equal(words_split_unfinished(line, &words), 0);
		join(&words, text, sizeof(text));
		assert_string_equal(text, table[i][1]);
	}
	strcpy(line, "device # li");
	assert_int_equal(words_split_unfinished(line, &words), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_unfinished),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
