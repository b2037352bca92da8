// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests which words smcctl takes for each kind of value, and what it says of others. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "value.h"

#define X16 "xxxxxxxxxxxxxxxx"
#define X256 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16

#define NUMBER { .kind = VALUE_NUMBER, .min = 1, .max = 100 }
#define BYTES { .kind = VALUE_BYTES, .min = 16384, .max = 1ULL << 40 }

static void test_good(void **state)
{
	static const struct {
		struct value_type type;
		const char *word;
		uint64_t number;
	} table[] = {
		{ { .kind = VALUE_WORD }, "a", 0 },
		{ { .kind = VALUE_WORD }, "bc", 0 },
		{ NUMBER, "1", 1 },
		{ NUMBER, "100", 100 },
		{ NUMBER, "007", 7 },
		{ BYTES, "16384", 16384 },
		{ BYTES, "16K", 16384 },
		{ BYTES, "3M", 3 << 20 },
		{ BYTES, "1024G", 1ULL << 40 },
		{ { .kind = VALUE_SECONDS }, "1", 1 },
		{ { .kind = VALUE_SECONDS }, "86400", 86400 },
		{ { .kind = VALUE_PATH }, "/mnt/a b", 0 },
		{ { .kind = VALUE_COLUMNS }, "NAME", 0 },
		{ { .kind = VALUE_COLUMNS }, "NAME,LIKELY CURE", 0 },
		{ { .kind = VALUE_PID }, "4194304", 4194304 },
		{ { .kind = VALUE_DEVICE }, "--json", 0 },
		{ { .kind = VALUE_LINKGROUP }, "00000aFf", 0xaff },
		{ { .kind = VALUE_PRIORITY }, "0", 0 },
		{ { .kind = VALUE_PRIORITY }, "65535", 65535 },
		{ { .kind = VALUE_CHID }, "0xFFFF", 0xffff },
		{ { .kind = VALUE_CHID }, "10", 10 },
		{ { .kind = VALUE_GID }, "0xffffffffffffffff", UINT64_MAX },
		{ { .kind = VALUE_GID }, "18446744073709551615", UINT64_MAX },
		{ { .kind = VALUE_KIND }, "ism-emu", 0 },
		{ { .kind = VALUE_PNETID }, "net1", 0 },
		{ { .kind = VALUE_EID }, "SMCD-1.A", 0 },
		{ { .kind = VALUE_INTERFACE }, "eth0", 0 },
		{ { .kind = VALUE_HOST }, "a.example", 0 },
		{ { .kind = VALUE_HOST }, "10.0.0.1:65535", 65535 },
		{ { .kind = VALUE_HOST }, "fe80::1%eth0", 0 },
		{ { .kind = VALUE_HOST }, "[::1]", 0 },
		{ { .kind = VALUE_HOST }, "[::1]:22", 22 },
		{ { .kind = VALUE_UNIT }, "a-b\\x20@c.service", 0 },
		{ { .kind = VALUE_COMMAND }, "/bin/true", 0 },
	};
	char error[VALUE_ERROR_SIZE];
	bool tried[VALUE_KINDS] = { [VALUE_NONE] = true };
	struct value value;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		if (value_parse(&table[i].type, "it", "a|bc", table[i].word, &value, error) < 0)
			fail_msg("%s", error);
		assert_ptr_equal(value.text, table[i].word);
		assert_int_equal(value.number, table[i].number);
		tried[table[i].type.kind] = true;
	}
	for (i = 0; i < VALUE_KINDS; i++)
		if (!tried[i])
			fail_msg("no word of kind %zu is tried", i);
}

static void test_bad(void **state)
{
	static const char number[] = "must be a number from 1 to 100";
	static const char bytes[] = "must be a number from 16384 to 1099511627776, of bytes";
	static const char empty[] = "must not be empty", control[] = "control characters";
	static const char host[] = "must be HOST, HOST:PORT", unit[] = "cannot be the name of a unit";
	static const struct {
		struct value_type type;
		const char *word, *problem;
	} table[] = {
		{ { .kind = VALUE_WORD }, "", "must be one of a|bc" },
		{ { .kind = VALUE_WORD }, "b", "must be one of a|bc" },
		{ { .kind = VALUE_WORD }, "bcd", "must be one of a|bc" },
		{ { .kind = VALUE_WORD }, "a|bc", "must be one of a|bc" },
		{ { .kind = VALUE_WORD }, "|", "must be one of a|bc" },
		{ NUMBER, "0", number },
		{ NUMBER, "101", number },
		{ NUMBER, "18446744073709551617", number },
		{ NUMBER, "", number },
		{ NUMBER, "+1", number },
		{ NUMBER, " 1", number },
		{ NUMBER, "1K", number },
		{ BYTES, "16383", bytes },
		{ BYTES, "15K", bytes },
		{ BYTES, "1025G", bytes },
		{ BYTES, "1099511627777", bytes },
		{ BYTES, "16777216T", bytes },
		{ BYTES, "16KK", bytes },
		{ BYTES, "K", bytes },
		{ BYTES, "", bytes },
		{ BYTES, "000000000000000000016384", bytes },
		{ { .kind = VALUE_SECONDS }, "0", "must be a number of seconds from 1 to 86400" },
		{ { .kind = VALUE_SECONDS }, "86401", "must be a number of seconds" },
		{ { .kind = VALUE_SECONDS }, "1s", "must be a number of seconds" },
		{ { .kind = VALUE_PATH }, "", empty },
		{ { .kind = VALUE_PATH }, "a\tb", control },
		{ { .kind = VALUE_COLUMNS }, "", "must be names of columns" },
		{ { .kind = VALUE_COLUMNS }, ",", "must be names of columns" },
		{ { .kind = VALUE_COLUMNS }, "A,", "must be names of columns" },
		{ { .kind = VALUE_COLUMNS }, "A,,B", "must be names of columns" },
		{ { .kind = VALUE_COLUMNS }, "A,\x1b[31m", control },
		{ { .kind = VALUE_PID }, "0", "must be the number of a process" },
		{ { .kind = VALUE_PID }, "4194305", "must be the number of a process" },
		{ { .kind = VALUE_DEVICE }, "", empty },
		{ { .kind = VALUE_DEVICE }, "lo0\n", control },
		{ { .kind = VALUE_LINKGROUP }, "123456789", "at most 8 hexadecimal digits" },
		{ { .kind = VALUE_LINKGROUP }, "0x1", "at most 8 hexadecimal digits" },
		{ { .kind = VALUE_LINKGROUP }, "", "at most 8 hexadecimal digits" },
		{ { .kind = VALUE_PRIORITY }, "65536", "must be a number from 0 to 65535" },
		{ { .kind = VALUE_PRIORITY }, "-1", "must be a number from 0 to 65535" },
		{ { .kind = VALUE_CHID }, "0", "must be a number from 1 to 0xffff" },
		{ { .kind = VALUE_CHID }, "0x10000", "must be a number from 1 to 0xffff" },
		{ { .kind = VALUE_CHID }, "ff", "must be a number from 1 to 0xffff" },
		{ { .kind = VALUE_CHID }, "0x", "must be a number from 1 to 0xffff" },
		{ { .kind = VALUE_GID }, "0", "must be a number from 1 to 0xffffffffffffffff" },
		{ { .kind = VALUE_GID }, "0x10000000000000000", "must be a number from 1" },
		{ { .kind = VALUE_GID }, "0x0x1", "must be a number from 1" },
		{ { .kind = VALUE_KIND }, "", empty },
		{ { .kind = VALUE_PNETID }, "A_B", "character other than A-Z, a-z and 0-9" },
		{ { .kind = VALUE_PNETID }, X16 "x", "longer than 16" },
		{ { .kind = VALUE_EID }, "smcd", "write it in upper case" },
		{ { .kind = VALUE_EID }, "", "it is empty" },
		{ { .kind = VALUE_INTERFACE }, "a/b", "no interface can have that name" },
		{ { .kind = VALUE_HOST }, "", host },
		{ { .kind = VALUE_HOST }, "a b", host },
		{ { .kind = VALUE_HOST }, "a\n", host },
		{ { .kind = VALUE_HOST }, ":1", host },
		{ { .kind = VALUE_HOST }, "a:", host },
		{ { .kind = VALUE_HOST }, "a:0", host },
		{ { .kind = VALUE_HOST }, "a:65536", host },
		{ { .kind = VALUE_HOST }, "[::1", host },
		{ { .kind = VALUE_HOST }, "[]", host },
		{ { .kind = VALUE_HOST }, "[::1]22", host },
		{ { .kind = VALUE_UNIT }, "", unit },
		{ { .kind = VALUE_UNIT }, "a/b.service", unit },
		{ { .kind = VALUE_UNIT }, "a b", unit },
		{ { .kind = VALUE_UNIT }, X256, unit },
		{ { .kind = VALUE_COMMAND }, "", empty },
	};
	char error[VALUE_ERROR_SIZE], expected[128];
	bool tried[VALUE_KINDS] = { [VALUE_NONE] = true };
	struct value value;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		assert_int_equal(value_parse(&table[i].type, "it", "a|bc", table[i].word, &value,
					     error), -EINVAL);
		snprintf(expected, sizeof(expected), "it '%.64s': ", table[i].word);
		if (strncmp(error, expected, strlen(expected)) || !strstr(error, table[i].problem))
			fail_msg("'%s' says '%s'", table[i].word, error);
		tried[table[i].type.kind] = true;
	}
	for (i = 0; i < VALUE_KINDS; i++)
		if (!tried[i])
			fail_msg("no bad word of kind %zu is tried", i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
