// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of what is read from /sys: attributes of every sort of wrongness, links, directories. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "../../plugins/sysfs.h"
#include "temporary.h"

static void test_text(void **state)
{
	char text[8] = "before";

	(void)state;
	write_text("sys/a", "line\nanother\n");
	assert_int_equal(sysfs_text(temporary, "a", text, sizeof(text)), 0);
	assert_string_equal(text, "line");
	write_text("sys/a", "no end");
	assert_int_equal(sysfs_text(temporary, "a", text, sizeof(text)), 0);
	assert_string_equal(text, "no end");
	write_text("sys/a", "too long\n");
	assert_int_equal(sysfs_text(temporary, "a", text, sizeof(text)), -EBADMSG);
	write_text("sys/a", "\x1b[2J\n");
	assert_int_equal(sysfs_text(temporary, "a", text, sizeof(text)), -EBADMSG);
	assert_int_equal(sysfs_text(temporary, "b", text, sizeof(text)), -ENOENT);
	assert_string_equal(text, "no end");
	assert_int_equal(sysfs_text(temporary, ".", text, sizeof(text)), -EISDIR);
	write_text("sys/a", "");
	assert_int_equal(sysfs_text(temporary, "a", text, sizeof(text)), 0);
	assert_string_equal(text, "");
}

static void test_hex(void **state)
{
	static const char *const bad[] = { "", "x", "0x", "0x12g", "-1", "+1", " 1", "12 ", "0x1 2" };
	uint64_t number = 77;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(sysfs_parse_hex(bad[i], UINT64_MAX, &number), -EBADMSG);
	assert_int_equal(sysfs_parse_hex("0x10000", 0xffff, &number), -ERANGE);
	assert_int_equal(sysfs_parse_hex("10000000000000000", UINT64_MAX, &number), -ERANGE);
	assert_int_equal(number, 77);
	assert_int_equal(sysfs_parse_hex("0xffff", 0xffff, &number), 0);
	assert_int_equal(number, 0xffff);
	assert_int_equal(sysfs_parse_hex("FFFFffffFFFFffff", UINT64_MAX, &number), 0);
	assert_true(number == UINT64_MAX);
	write_text("sys/a", "0x002c\n");
	assert_int_equal(sysfs_hex(temporary, "a", 0xffff, &number), 0);
	assert_int_equal(number, 44);
}

static void test_gid(void **state)
{
	static const char *const bad[] = {
		"", "0b6e1a52", "0b6e1a52-9c11-4d0e-8f4a-1c2d3e4f5a6", "0b6e1a529c114d0e8f4a1c2d3e4f5a6b",
		"0b6e1a52-9c11-4d0e-8f4a-1c2d3e4f5a6bb", "0b6e1a52-9c11-4d0e-8f4a+1c2d3e4f5a6b",
		"0b6e1a5g-9c11-4d0e-8f4a-1c2d3e4f5a6b", "0x6e1a52-9c11-4d0e-8f4a-1c2d3e4f5a6b",
	};
	uint64_t gid = 77;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(sysfs_parse_gid(bad[i], &gid), -EBADMSG);
	assert_int_equal(gid, 77);
	assert_int_equal(sysfs_parse_gid("0b6e1a52-9c11-4d0e-8f4a-1c2d3e4f5a6b", &gid), 0);
	assert_true(gid == 0x0b6e1a529c114d0e);
}

static void test_link(void **state)
{
	char name[8] = "before";

	(void)state;
	write_text("sys/file", "");
	make_link("../../drivers/ism", "sys/driver");
	make_link("../../drivers/too-long", "sys/long");
	make_link("../../drivers/", "sys/slash");
	assert_int_equal(sysfs_link(temporary, "driver", name, sizeof(name)), 0);
	assert_string_equal(name, "ism");
	assert_int_equal(sysfs_link(temporary, "long", name, sizeof(name)), -EBADMSG);
	assert_int_equal(sysfs_link(temporary, "slash", name, sizeof(name)), -EBADMSG);
	assert_int_equal(sysfs_link(temporary, "file", name, sizeof(name)), -EINVAL);
	assert_int_equal(sysfs_link(temporary, "none", name, sizeof(name)), -ENOENT);
	assert_string_equal(name, "ism");
}

static void test_list(void **state)
{
	static const char longest[] =
		"sys/d/a2345678901234567890123456789012345678901234567890123456789012";
	char (*names)[SYSFS_NAME_SIZE];
	size_t count;

	(void)state;
	assert_int_equal(sysfs_list(temporary, "d", &names, &count), 0);
	assert_int_equal(count, 0);
	free(names);
	write_text("sys/d/b", "");
	write_text("sys/d/.hidden", "");
	write_text(longest, "");
	write_text("sys/d/a234567890123456789012345678901234567890123456789012345678901234", "");
	assert_int_equal(sysfs_list(temporary, "d", &names, &count), 0);
	assert_int_equal(count, 2);
	assert_string_equal(names[1], "b");
	free(names);
	assert_int_equal(sysfs_list(temporary, "d/b", &names, &count), -ENOTDIR);
	assert_true(sysfs_exists(temporary, "d/b"));
	assert_false(sysfs_exists(temporary, "d/c"));
}

static void test_paths(void **state)
{
	char path[5000], text[8];

	(void)state;
	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(sysfs_text(temporary, path, text, sizeof(text)), -ENAMETOOLONG);
	assert_false(sysfs_exists(temporary, path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_text, temporary_setup, temporary_teardown),
		cmocka_unit_test_setup_teardown(test_hex, temporary_setup, temporary_teardown),
		cmocka_unit_test(test_gid),
		cmocka_unit_test_setup_teardown(test_link, temporary_setup, temporary_teardown),
		cmocka_unit_test_setup_teardown(test_list, temporary_setup, temporary_teardown),
		cmocka_unit_test_setup_teardown(test_paths, temporary_setup, temporary_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
