// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the look at who has which socket open: in a /proc that is made up, and in the real one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include "processes.h"
#include "temporary.h"

#define MANY 30000

/* Descriptor @fd of process @pid is @target. */
static void add(int pid, int fd, const char *target)
{
	char path[64];

	snprintf(path, sizeof(path), "%d/comm", pid);
	write_text(path, pid == 7 ? "a\x1b\xc3\xa4\"\n" : "server\n");
	snprintf(path, sizeof(path), "%d/fd/%d", pid, fd);
	make_link(target, path);
}

static void expect(const struct processes *processes, uint64_t inode, int pid, const char *name)
{
	const struct process *found = processes_find(processes, inode);

	assert_non_null(found);
	assert_int_equal(found->pid, pid);
	assert_string_equal(found->name, name);
}

static void test_made_up(void **state)
{
	__attribute__((cleanup(processes_freep))) struct processes *processes = NULL;

	(void)state;
	add(7, 3, "socket:[100]");
	add(7, 4, "/dev/null");
	add(7, 5, "socket:[12x]");
	add(7, 6, "pipe:[101]");
	add(81, 3, "socket:[18446744073709551615]");
	add(81, 4, "socket:[103]");
	add(81, 5, "anon_inode:[eventpoll]");
	write_text("self/comm", "no number\n");
	assert_int_equal(processes_scan(temporary, 0, &processes), 0);
	expect(processes, 100, 7, "a???\"");
	expect(processes, UINT64_MAX, 81, "server");
	expect(processes, 103, 81, "server");
	assert_null(processes_find(processes, 0));
	assert_null(processes_find(processes, 12));
	assert_null(processes_find(processes, 101));
	processes_freep(&processes);
	processes = NULL;
	assert_int_equal(processes_scan(temporary, 81, &processes), 0);
	assert_null(processes_find(processes, 100));
	expect(processes, 103, 81, "server");
}

static void test_missing(void **state)
{
	__attribute__((cleanup(processes_freep))) struct processes *processes = NULL;
	struct processes *other = NULL;

	(void)state;
	assert_int_equal(processes_scan(temporary, 5, &other), -ESRCH);
	assert_null(other);
	assert_int_equal(processes_scan(temporary, 0, &processes), 0);
	assert_null(processes_find(processes, 100));
}

static void test_many(void **state)
{
	__attribute__((cleanup(processes_freep))) struct processes *processes = NULL;
	char path[128], target[32];
	clock_t begin;
	int i;

	(void)state;
	add(9, 0, "socket:[1]");
	for (i = 1; i < MANY; i++) {
		snprintf(path, sizeof(path), "%s/9/fd/%d", temporary, i);
		snprintf(target, sizeof(target), "socket:[%d]", 1 + i * 4096);
		assert_int_equal(symlink(target, path), 0);
	}
	begin = clock();
	assert_int_equal(processes_scan(temporary, 0, &processes), 0);
	for (i = 0; i < MANY; i++)
		expect(processes, 1 + (uint64_t)i * 4096, 9, "server");
	/* One that is not by a hash takes longer than all else of it. */
	assert_true((clock() - begin) / CLOCKS_PER_SEC < 5);
}

static void test_real(void **state)
{
	__attribute__((cleanup(processes_freep))) struct processes *processes = NULL;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct stat status;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &status), 0);
	assert_int_equal(processes_scan("/proc", 0, &processes), 0);
	expect(processes, status.st_ino, getpid(), "test-processes");
	close(fd);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, temporary_setup, temporary_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_made_up),
		TEST(test_missing),
		TEST(test_many),
		TEST(test_real),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
