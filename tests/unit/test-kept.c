// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the files of the policy before: kept as a whole or not at all, private, and dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include "kept.h"
#include "temporary.h"

#define SAVED "etc/smcd/smcd.d/" CONFIG_OVERRIDE_SAVED
#define RUNTIME "run/smcd/smcd.d/" CONFIG_OVERRIDE_RUNTIME
#define KEPT "run/smcd/kept/"
#define DEVICE(priority) "devices: {a: {kind: loopback, priority: " #priority "}}\n"

static void load(const char *root, struct config **ret_config, struct config_sources *ret_sources)
{
	struct config_error error;

	if (config_files_load_sources(root, ret_config, ret_sources, &error) < 0)
		fail_msg("%s", error.text);
}

/* Keeps what the files are now. */
static void keep(void)
{
	struct config_sources sources;
	struct config *config;

	load(temporary, &config, &sources);
	assert_int_equal(kept_save(temporary, &sources), 0);
	config_sources_clear(&sources);
	config_free(config);
}

static void expect_kept(uint32_t priority, size_t files)
{
	char root[PATH_MAX];
	struct config_sources sources;
	struct config *config;

	snprintf(root, sizeof(root), "%s%s", temporary, KEPT_PATH);
	assert_true(kept_exists(temporary));
	load(root, &config, &sources);
	assert_int_equal(sources.count, files);
	assert_int_equal(config->n_devices, 1);
	assert_int_equal(config->devices[0].priority, priority);
	config_sources_clear(&sources);
	config_free(config);
}

static void expect_text(const char *path, const char *expected)
{
	char text[256];

	read_text(path, text, sizeof(text));
	assert_string_equal(text, expected);
}

static void test_keep(void **state)
{
	struct stat st;

	(void)state;
	write_text("etc/smcd/smcd.yaml", DEVICE(1));
	write_text("usr/lib/smcd/smcd.d/50-a.yaml", DEVICE(2));
	write_text("etc/smcd/smcd.d/60-b.yaml", DEVICE(3));
	assert_false(kept_exists(temporary));
	keep();
	write_text("etc/smcd/smcd.yaml", "devices: {b: {kind: loopback}}\n");
	assert_int_equal(unlink(in_temporary("etc/smcd/smcd.d/60-b.yaml")), 0);
	expect_kept(3, 3);
	expect_text(KEPT "etc/smcd/smcd.yaml", DEVICE(1));
	expect_text(KEPT "usr/lib/smcd/smcd.d/50-a.yaml", DEVICE(2));
	assert_int_equal(stat(in_temporary(KEPT), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(kept_drop(temporary), 0);
	assert_false(kept_exists(temporary));
	assert_false(path_exists("run/smcd/kept.old"));
	assert_int_equal(kept_drop(temporary), 0);
}

/* What a daemon left that was killed in between. */
static void test_left_overs(void **state)
{
	(void)state;
	write_text("run/smcd/kept.new/etc/smcd/smcd.yaml", "nonsense");
	write_text("run/smcd/kept.new/etc/smcd/smcd.d/70-c.yaml", DEVICE(7));
	write_text("run/smcd/kept.old/etc/smcd/smcd.yaml", "nonsense");
	assert_false(kept_exists(temporary));
	write_text("etc/smcd/smcd.yaml", DEVICE(1));
	keep();
	expect_kept(1, 1);
	assert_false(path_exists("run/smcd/kept.new"));
	assert_int_equal(kept_drop(temporary), 0);
	assert_false(path_exists("run/smcd/kept.old"));
}

static void test_nothing_was_there(void **state)
{
	(void)state;
	keep();
	assert_true(kept_exists(temporary));
	assert_int_equal(kept_follow_overrides(temporary), 0);
	assert_int_equal(kept_drop(temporary), 0);
	write_text(RUNTIME, DEVICE(5));
	assert_int_equal(kept_follow_overrides(temporary), -ENOENT);
	assert_false(kept_exists(temporary));
}

static void test_overrides(void **state)
{
	(void)state;
	write_text("etc/smcd/smcd.yaml", DEVICE(1));
	write_text(RUNTIME, DEVICE(5));
	keep();
	write_text(SAVED, DEVICE(6));
	assert_int_equal(unlink(in_temporary(RUNTIME)), 0);
	assert_int_equal(kept_follow_overrides(temporary), 0);
	expect_kept(6, 2);
	assert_false(path_exists(KEPT RUNTIME));
	assert_int_equal(unlink(in_temporary(SAVED)), 0);
	assert_int_equal(symlink("/dev/null", in_temporary(SAVED)), 0);
	write_text(RUNTIME, DEVICE(8));
	assert_int_equal(kept_follow_overrides(temporary), 0);
	expect_kept(8, 2);
}

static void test_add(void **state)
{
	(void)state;
	write_text("etc/smcd/smcd.yaml", DEVICE(1));
	keep();
	assert_int_equal(kept_add(temporary, "/run/smcd/smcd.d/a.yaml", DEVICE(2),
				  strlen(DEVICE(2))), 0);
	expect_kept(2, 2);
	assert_false(path_exists("run/smcd/smcd.d"));
	assert_int_equal(kept_drop(temporary), 0);
}

static void test_cannot_be_written(void **state)
{
	struct config_sources sources;
	struct config *config;

	(void)state;
	write_text("etc/smcd/smcd.yaml", DEVICE(1));
	load(temporary, &config, &sources);
	write_text("run/smcd", "a file where a directory should be");
	assert_int_equal(kept_save(temporary, &sources), -ENOTDIR);
	config_sources_clear(&sources);
	config_free(config);
	assert_false(kept_exists(temporary));
	expect_text("run/smcd", "a file where a directory should be");
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, temporary_setup, temporary_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_keep),
		TEST(test_left_overs),
		TEST(test_nothing_was_there),
		TEST(test_overrides),
		TEST(test_add),
		TEST(test_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
