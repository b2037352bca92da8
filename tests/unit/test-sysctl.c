// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of sysctl.c and of what tuning.c says of its sysctls, on files in a temporary directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include "files.h"
#include "sysctl.h"
#include "temporary.h"
#include "tuning.h"

#define NAME "net/smc/wmem"
#define FILE_NAME "proc/sys/" NAME

static const char *root(void)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s", in_temporary("."));
	return path;
}

static void make_sysctls(void)
{
	assert_int_equal(make_directories(in_temporary("proc/sys/net/smc")), 0);
}

static void test_round_trip(void **unused)
{
	uint32_t value = 0;

	(void)unused;
	make_sysctls();
	write_text(FILE_NAME, "65536\n");
	assert_int_equal(sysctl_read(root(), NAME, &value), 0);
	assert_int_equal(value, 65536);
	assert_int_equal(sysctl_write(root(), NAME, UINT32_MAX), 0);
	assert_int_equal(sysctl_read(root(), NAME, &value), 0);
	assert_int_equal(value, UINT32_MAX);
	assert_int_equal(sysctl_write(root(), NAME, 0), 0);
	assert_int_equal(sysctl_read(root(), NAME, &value), 0);
	assert_int_equal(value, 0);
}

static void test_garbled(void **unused)
{
	static const char *const texts[] = {
		"", "\n", "12", "x\n", "-1\n", " 1\n", "+1\n", "1 2\n", "4294967296\n",
		"99999999999999999999\n", "1\n1\n",
	};
	uint32_t value = 7;

	(void)unused;
	make_sysctls();
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		write_text(FILE_NAME, texts[i]);
		assert_int_equal(sysctl_read(root(), NAME, &value), -EBADMSG);
	}
	assert_int_equal(value, 7);
}

static void test_absent(void **unused)
{
	char longest[5000];
	uint32_t value = 7;

	(void)unused;
	assert_int_equal(sysctl_read(root(), NAME, &value), -ENOENT);
	assert_int_equal(sysctl_write(root(), NAME, 1), -ENOENT);
	assert_false(sysctl_visible(root()));
	make_sysctls();
	assert_true(sysctl_visible(root()));
	assert_int_equal(sysctl_write(root(), NAME, 1), -ENOENT);
	assert_int_equal(sysctl_read(root(), "net/smc", &value), -EISDIR);
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = 0;
	assert_int_equal(sysctl_read(root(), longest, &value), -ENAMETOOLONG);
	assert_int_equal(value, 7);
}

static void test_names(void **unused)
{
	(void)unused;
	for (enum tunable i = 0; i < TUNABLES; i++) {
		uint64_t min, max;

		assert_non_null(tunable_key(i));
		assert_non_null(tunable_name(i));
		tunable_range(i, &min, &max);
		assert_true(min < max && max <= UINT32_MAX);
	}
	assert_string_equal(tunable_sysctl(TUNABLE_WMEM), NAME);
	assert_null(tunable_sysctl(TUNABLE_HANDSHAKE_LIMIT));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, temporary_setup, temporary_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_round_trip),
		TEST(test_garbled),
		TEST(test_absent),
		TEST(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
