// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of how the daemon has modules loaded: what it says if nobody is there, answers, and
 * answers that are none; and the program smcd-modules, started as its socket would. No module is
 * loaded: those asked for do not exist.
 *
 * Environment: SMCD_MODULES, the program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include "modules.h"
#include "temporary.h"

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

/* A child that answers one connection: with @answer, or NULL: with the real program. */
static pid_t serve(int listener, const char *answer)
{
	pid_t pid = fork();
	char request[128];
	ssize_t n;
	int fd;

	assert_true(pid >= 0);
	if (pid)
		return pid;
	fd = accept(listener, NULL, NULL);
	if (!answer) {
		dup2(fd, STDIN_FILENO);
		dup2(fd, STDOUT_FILENO);
		execl(getenv("SMCD_MODULES"), "smcd-modules", NULL);
		_exit(126);
	}
	n = read(fd, request, sizeof(request) - 1);
	request[n > 0 ? n : 0] = '\0';
	/* No byte of it: the peer is left without an answer. */
	_exit(strcmp(request, "some-module\n") ||
	      (*answer && write(fd, answer, strlen(answer)) < 0));
}

/* Asks for @name; the words that come with a failure are left in @words. */
static int ask(const char *name, const char *answer, char words[512])
{
	int listener = listen_at(in_temporary("socket")), status, r;
	pid_t pid = serve(listener, answer);
	char *problem = NULL;

	r = modules_load_by(in_temporary("socket"), name, &problem);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(listener);
	assert_int_equal(unlink(in_temporary("socket")), 0);
	snprintf(words, 512, "%s", problem ? problem : "");
	assert_int_equal(!r, !problem);
	free(problem);
	return r;
}

static void test_answers(void **unused)
{
	char words[512];

	(void)unused;
	assert_int_equal(ask("some-module", "0 \n", words), 0);
	assert_int_equal(ask("some-module", "-2 module some-module not found\n", words), -ENOENT);
	assert_string_equal(words, "module some-module not found");
	assert_int_equal(ask("some-module", "-1 cut", words), -EPERM);
	assert_string_equal(words, "cut");
}

static void test_no_answers(void **unused)
{
	static const char *const answers[] = {
		"", "\n", "0", "0\n", "x\n", " \n", "1 words\n", "-5000 words\n",
		"-99999999999999999999 words\n", "-\n", "\xff\xfe",
	};
	char words[512];

	(void)unused;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		assert_int_equal(ask("some-module", answers[i], words), -EPROTO);
		assert_non_null(strstr(words, "some-module"));
		assert_non_null(strstr(words, "journalctl"));
	}
}

static void test_long_answer(void **unused)
{
	char answer[4096] = "-2 ", words[512];

	(void)unused;
	memset(answer + 3, 'w', sizeof(answer) - 4);
	assert_int_equal(ask("some-module", answer, words), -ENOENT);
	assert_int_equal(strspn(words, "w"), sizeof(words) - 1);
}

static void test_nobody_there(void **unused)
{
	char *problem = NULL;

	(void)unused;
	assert_int_equal(modules_load_by(in_temporary("none"), "some-module", &problem), -ENOTCONN);
	assert_non_null(strstr(problem, "systemctl start smcd-modules.socket"));
	assert_non_null(strstr(problem, "modprobe some-module"));
	free(problem);
	problem = NULL;
	close(listen_at(in_temporary("closed")));
	assert_int_equal(modules_load_by(in_temporary("closed"), "some-module", &problem),
			 -ENOTCONN);
	free(problem);
}

static void test_program(void **unused)
{
	char words[512], name[200];

	(void)unused;
	assert_int_equal(ask("no-such-module", NULL, words), -ENOENT);
	assert_non_null(strstr(words, "module no-such-module not found for kernel "));
	assert_int_equal(ask("../no-such-module", NULL, words), -EINVAL);
	assert_int_equal(ask("-r", NULL, words), -EINVAL);
	assert_int_equal(ask("", NULL, words), -EINVAL);
	assert_int_equal(ask("no such module", NULL, words), -EINVAL);
	memset(name, 'm', sizeof(name));
	name[56] = '\0';
	assert_int_equal(ask(name, NULL, words), -EINVAL);
	name[55] = '\0';
	assert_int_equal(ask(name, NULL, words), -ENOENT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, temporary_setup, temporary_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_answers),
		TEST(test_no_answers),
		TEST(test_long_answer),
		TEST(test_nobody_there),
		TEST(test_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
