// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of how smcctl starts and ends polkit's agent, with a script in place of pkttyagent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "agent.h"
#include "temporary.h"

#define AGENTS_MAX 4

/* Tells its number and that it is ready, and lives for as long as a test may take. */
#define SCRIPT "#!/bin/sh\necho $$ >>\"$AGENTS\"\neval \"exec $3>&-\"\nexec sleep 20\n"

static int setup(void **state)
{
	char path[128];

	if (temporary_setup(state) < 0)
		return -1;
	write_text("pkttyagent", SCRIPT);
	snprintf(path, sizeof(path), "%s:/usr/bin:/bin", temporary);
	if (chmod(in_temporary("pkttyagent"), 0755) < 0 ||
	    setenv("AGENTS", in_temporary("agents"), 1) < 0)
		return -1;
	return setenv("PATH", path, 1);
}

/* The numbers of those that were started. */
static size_t agents(pid_t pids[AGENTS_MAX])
{
	FILE *file = fopen(in_temporary("agents"), "re");
	size_t n = 0;

	assert_non_null(file);
	while (n < AGENTS_MAX && fscanf(file, "%d", &pids[n]) == 1)
		n++;
	fclose(file);
	return n;
}

/* Ends by itself within 5 s, with success. */
static void expect_end(pid_t child)
{
	static const struct timespec pause = { .tv_nsec = 20000000 };
	int status, tries = 250;
	pid_t pid;

	while (!(pid = waitpid(child, &status, WNOHANG)) && --tries)
		nanosleep(&pause, NULL);
	if (!pid) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		fail_msg("it waits for its agent");
	}
	assert_int_equal(pid, child);
	assert_int_equal(status, 0);
}

static void expect_no_agent_left(size_t started)
{
	pid_t pids[AGENTS_MAX];

	assert_int_equal(agents(pids), started);
	for (size_t i = 0; i < started; i++) {
		assert_int_equal(kill(pids[i], 0), -1);
		assert_int_equal(errno, ESRCH);
	}
}

/* As smcctl apply --confirm does, which asks whether to keep the policy. */
static void block_interrupts(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void test_ends_with_blocked_signals(void **state)
{
	pid_t child = fork();

	(void)state;
	if (!child) {
		block_interrupts();
		agent_start();
		exit(EXIT_SUCCESS);
	}
	assert_true(child > 0);
	expect_end(child);
	expect_no_agent_left(1);
}

/* The terminal's interrupt reaches the agent as well; what is asked next needs another one. */
static void test_another_after_interrupt(void **state)
{
	pid_t child = fork();

	(void)state;
	if (!child) {
		pid_t pids[AGENTS_MAX];

		block_interrupts();
		agent_start();
		if (agents(pids) != 1 || kill(pids[0], SIGINT) < 0)
			_exit(EXIT_FAILURE);
		agent_start();
		if (agents(pids) != 2 || kill(pids[1], 0) < 0)
			_exit(EXIT_FAILURE);
		exit(EXIT_SUCCESS);
	}
	assert_true(child > 0);
	expect_end(child);
	expect_no_agent_left(2);
}

static void test_without_program(void **state)
{
	pid_t child = fork();

	(void)state;
	if (!child) {
		setenv("PATH", "/nonexistent", 1);
		agent_start();
		agent_start();
		exit(EXIT_SUCCESS);
	}
	assert_true(child > 0);
	expect_end(child);
	assert_false(path_exists("agents"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_ends_with_blocked_signals, setup,
						temporary_teardown),
		cmocka_unit_test_setup_teardown(test_another_after_interrupt, setup,
						temporary_teardown),
		cmocka_unit_test_setup_teardown(test_without_program, setup, temporary_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
