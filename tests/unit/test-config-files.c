// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of finding and reading the files: who wins, who is masked, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include "config-files.h"
#include "temporary.h"

#define NOBODY 65534

#define A(priority) "devices: {a: {kind: loopback, priority: " #priority "}}\n"

static struct config *load(void)
{
	struct config *config;
	struct config_error error;

	if (config_files_load(temporary, &config, &error) < 0)
		fail_msg("%s", error.text);
	return config;
}

static void expect_priority(uint32_t priority)
{
	struct config *config = load();

	assert_int_equal(config->n_devices, 1);
	assert_int_equal(config->devices[0].priority, priority);
	config_free(config);
}

/* Loading fails with @text after the path of @file. */
static void expect_error(int r, const char *file, const char *text)
{
	struct config *config = NULL;
	struct config_error error = { 0 };
	size_t length = strlen(in_temporary(file));

	assert_int_equal(config_files_load(temporary, &config, &error), r);
	assert_null(config);
	assert_memory_equal(error.text, in_temporary(file), length);
	assert_non_null(strstr(error.text + length, text));
}

static void test_nothing(void **state)
{
	struct config *config;

	(void)state;
	config = load();
	assert_int_equal(config->n_devices, 0);
	assert_int_equal(config->n_plugins, 0);
	config_free(config);
}

static void test_main_precedence(void **state)
{
	struct config *config;

	(void)state;
	write_text("usr/lib/smcd/smcd.yaml", A(1));
	expect_priority(1);
	write_text("run/smcd/smcd.yaml", A(2));
	expect_priority(2);
	write_text("etc/smcd/smcd.yaml", A(3));
	expect_priority(3);
	assert_int_equal(unlink(in_temporary("etc/smcd/smcd.yaml")), 0);
	assert_int_equal(symlink("/dev/null", in_temporary("etc/smcd/smcd.yaml")), 0);
	config = load();
	assert_int_equal(config->n_devices, 0);
	config_free(config);
}

static void test_order(void **state)
{
	struct config *config;

	(void)state;
	write_text("etc/smcd/smcd.yaml", A(1));
	write_text("usr/lib/smcd/smcd.d/50-b.yaml", A(3));
	write_text("etc/smcd/smcd.d/10-a.yaml", A(2));
	expect_priority(3);
	write_text("run/smcd/smcd.d/60-c.yaml", A(4));
	expect_priority(4);
	config = load();
	assert_string_equal(config->files[0], in_temporary("etc/smcd/smcd.yaml"));
	assert_string_equal(config->files[1], in_temporary("etc/smcd/smcd.d/10-a.yaml"));
	assert_string_equal(config->files[2], in_temporary("usr/lib/smcd/smcd.d/50-b.yaml"));
	assert_string_equal(config->files[3], in_temporary("run/smcd/smcd.d/60-c.yaml"));
	assert_null(config->files[4]);
	config_free(config);
}

static void test_masking(void **state)
{
	(void)state;
	write_text("etc/smcd/smcd.yaml", A(1));
	write_text("usr/lib/smcd/smcd.d/x.yaml", A(2));
	expect_priority(2);
	write_text("run/smcd/smcd.d/x.yaml", A(3));
	expect_priority(3);
	write_text("etc/smcd/smcd.d/x.yaml", A(4));
	expect_priority(4);
	assert_int_equal(unlink(in_temporary("etc/smcd/smcd.d/x.yaml")), 0);
	assert_int_equal(symlink("/dev/null", in_temporary("etc/smcd/smcd.d/x.yaml")), 0);
	expect_priority(1);
}

static void test_other_names(void **state)
{
	(void)state;
	write_text("etc/smcd/smcd.yaml", A(1));
	write_text("etc/smcd/smcd.d/.hidden.yaml", A(2));
	write_text("etc/smcd/smcd.d/x.yaml~", A(2));
	write_text("etc/smcd/smcd.d/x.yml", A(2));
	write_text("etc/smcd/smcd.d/README", "not even YAML: [");
	expect_priority(1);
}

static void test_link(void **state)
{
	(void)state;
	write_text("etc/smcd/elsewhere", A(5));
	assert_int_equal(symlink("elsewhere", in_temporary("etc/smcd/smcd.yaml")), 0);
	expect_priority(5);
	assert_int_equal(unlink(in_temporary("etc/smcd/elsewhere")), 0);
	expect_error(-ENOENT, "etc/smcd/smcd.yaml", ":1:1: cannot be read: No such file");
}

static void test_directory(void **state)
{
	(void)state;
	write_text("etc/smcd/smcd.yaml", A(1));
	write_text("etc/smcd/smcd.d/x.yaml/y", "");
	expect_error(-EISDIR, "etc/smcd/smcd.d/x.yaml", ":1:1: is a directory");
}

static void test_file_for_directory(void **state)
{
	(void)state;
	write_text("etc/smcd/smcd.yaml", A(1));
	write_text("etc/smcd/smcd.d", "");
	expect_error(-ENOTDIR, "etc/smcd/smcd.d", ":1:1: cannot be read: Not a directory");
}

static void test_fifo(void **state)
{
	(void)state;
	write_text("etc/smcd/other", "");
	assert_int_equal(mkfifo(in_temporary("etc/smcd/smcd.yaml"), 0644), 0);
	expect_error(-ENOTSUP, "etc/smcd/smcd.yaml", ":1:1: is not a regular file");
}

static void test_unreadable(void **state)
{
	uid_t uid = geteuid();

	(void)state;
	write_text("etc/smcd/smcd.yaml", A(1));
	assert_int_equal(chmod(in_temporary("etc/smcd/smcd.yaml"), 0), 0);
	/* Root may read everything. */
	assert_int_equal(chmod(temporary, 0755), 0);
	if (uid == 0)
		assert_int_equal(seteuid(NOBODY), 0);
	expect_error(-EACCES, "etc/smcd/smcd.yaml", ":1:1: cannot be read: Permission denied");
	assert_int_equal(seteuid(uid), 0);
}

static void test_big(void **state)
{
	(void)state;
	write_text("etc/smcd/smcd.yaml", A(1));
	assert_int_equal(truncate(in_temporary("etc/smcd/smcd.yaml"), 10 * 1024 * 1024), 0);
	expect_error(-E2BIG, "etc/smcd/smcd.yaml", ":1:1: ");
}

static void test_bad_content(void **state)
{
	(void)state;
	write_text("etc/smcd/smcd.yaml", A(1));
	write_text("etc/smcd/smcd.d/x.yaml", "devices:\n  a:\n    colour: red\n");
	expect_error(-EINVAL, "etc/smcd/smcd.d/x.yaml", ":3:5: ");
	write_text("etc/smcd/smcd.d/x.yaml", "");
	expect_error(-EINVAL, "etc/smcd/smcd.d/x.yaml", ":1:1: ");
	write_text("etc/smcd/smcd.d/x.yaml", "devices: {b: {priority: 5}}\n");
	expect_error(-EINVAL, "etc/smcd/smcd.d/x.yaml", ":1:11: ");
}

static void test_orphaned_override(void **state)
{
	(void)state;
	write_text("etc/smcd/smcd.yaml", A(1));
	write_text("run/smcd/smcd.d/" CONFIG_OVERRIDE_RUNTIME,
		   "devices: {gone: {priority: 5}, a: {priority: 6}}\n");
	expect_priority(6);
	assert_true(config_files_is_override("/x/" CONFIG_OVERRIDE_SAVED));
	assert_false(config_files_is_override("/x/91-smcctl.yaml"));
	assert_false(config_files_is_override(NULL));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, temporary_setup, temporary_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_nothing),
		TEST(test_main_precedence),
		TEST(test_order),
		TEST(test_masking),
		TEST(test_other_names),
		TEST(test_link),
		TEST(test_directory),
		TEST(test_file_for_directory),
		TEST(test_fifo),
		TEST(test_unreadable),
		TEST(test_big),
		TEST(test_bad_content),
		TEST(test_orphaned_override),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
