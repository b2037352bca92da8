// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the tuning of a network namespace, on files in a temporary directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include "files.h"
#include "temporary.h"
#include "tune.h"

#define WMEM "proc/sys/net/smc/wmem"
#define RMEM "proc/sys/net/smc/rmem"

static void configure(const char *text)
{
	assert_int_equal(make_directories(in_temporary("etc/smcd/smcd.d")), 0);
	assert_int_equal(make_directories(in_temporary("proc/sys/net/smc")), 0);
	write_text("etc/smcd/smcd.yaml", text);
	write_text(WMEM, "65536\n");
	write_text(RMEM, "65536\n");
}

static void assert_text(const char *path, const char *expected)
{
	char text[64];

	read_text(path, text, sizeof(text));
	assert_string_equal(text, expected);
}

static void test_named(void **state)
{
	(void)state;
	configure("tuning:\n  rmem: 2M\n  namespaces: {blue: {wmem: 1M}, red: {wmem: 3M}}\n");
	assert_int_equal(tune_namespace(temporary, "green"), 0);
	assert_text(WMEM, "65536\n");
	assert_int_equal(tune_namespace(temporary, "blue"), 0);
	assert_text(WMEM, "1048576\n");
	assert_text(RMEM, "65536\n");
	assert_int_equal(tune_namespace(temporary, "blue"), 0);
	assert_text(WMEM, "1048576\n");
}

/* Chosen for connections and devices that are not known; what is not named stays. */
static void test_chosen(void **state)
{
	(void)state;
	configure("tuning: {namespaces: {blue: {wmem: auto}, red: {rmem: auto}}}\n");
	assert_int_equal(tune_namespace(temporary, "blue"), -EIO);
	write_text("proc/meminfo", "MemTotal: 1000000 kB\nMemAvailable: 900000 kB\n");
	assert_int_equal(tune_namespace(temporary, "blue"), 0);
	assert_text(WMEM, "131072\n");
	assert_text(RMEM, "65536\n");
	write_text("etc/smcd/smcd.d/1.yaml", "tuning: {ceiling: 32K}\n");
	assert_int_equal(tune_namespace(temporary, "red"), 0);
	assert_text(WMEM, "131072\n");
	assert_text(RMEM, "32768\n");
}

/* While a policy is on trial, or was rolled back, the one before counts. */
static void test_not_confirmed(void **state)
{
	(void)state;
	configure("tuning: {namespaces: {blue: {wmem: 1M}}}\n");
	write_text("run/smcd/kept/etc/smcd/smcd.yaml",
		   "tuning: {namespaces: {blue: {wmem: 3M}}}\n");
	assert_int_equal(tune_namespace(temporary, "blue"), 0);
	assert_text(WMEM, "3145728\n");
}

static void test_bad_files(void **state)
{
	(void)state;
	configure("tuning: {namespaces: {blue: {wmem: 1}}}\n");
	assert_int_equal(tune_namespace(temporary, "blue"), -EBADMSG);
	assert_text(WMEM, "65536\n");
}

/* What can be done is done. */
static void test_missing(void **state)
{
	(void)state;
	configure("tuning: {namespaces: {blue: {wmem: 1M, autocorking-size: 5}}}\n");
	assert_int_equal(tune_namespace(temporary, "blue"), -EIO);
	assert_text(WMEM, "1048576\n");
}

static void test_no_stack(void **state)
{
	char words[64] = "";

	(void)state;
	assert_int_equal(tune_write(temporary, NULL, TUNABLE_HANDSHAKE_LIMIT, 1, words,
				    sizeof(words)), -ENODEV);
	assert_string_equal(words, "module smc is not loaded");
	assert_int_equal(tune_write(temporary, NULL, TUNABLE_WMEM, 1, words, sizeof(words)),
			 -ENOENT);
	assert_string_equal(words, "No such file or directory");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, temporary_setup, temporary_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_named),
		TEST(test_chosen),
		TEST(test_not_confirmed),
		TEST(test_bad_files),
		TEST(test_missing),
		TEST(test_no_stack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
