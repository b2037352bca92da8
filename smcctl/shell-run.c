// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs the commands of "smcctl shell", one by one; see shell.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "dispatch.h"
#include "exit-status.h"
#include "output.h"
#include "shell.h"

#define STATUS_OF_SIGNAL 128	/* and its number, as sh has it */

/* "help device list" is "device list --help". */
static void parse_help(struct words *words)
{
	static char option[] = "--help";

	memmove(words->list, words->list + 1, (words->n - 1) * sizeof(*words->list));
	words->list[words->n - 1] = option;
}

int shell_parse(char *line, struct words *ret_words, enum shell_action *ret_action, char *error)
{
	int r = words_split(line, ret_words, error);

	if (r < 0)
		return r;
	*ret_action = ret_words->n ? SHELL_RUN : SHELL_NOTHING;
	if (!ret_words->n)
		return 0;
	if (!strcmp(ret_words->list[0], "help"))
		parse_help(ret_words);
	if (strcmp(ret_words->list[0], "exit"))
		return 0;
	*ret_action = SHELL_EXIT;
	if (ret_words->n == 1)
		return 0;
	snprintf(error, WORDS_ERROR_SIZE, "exit: '%.64s' is too much", ret_words->list[1]);
	return -EINVAL;
}

/* The event loop's signals are blocked, and go to a descriptor of the shell. */
static void take_signals_back(void)
{
	static const int signals[] = {
		SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH, SIGCHLD,
	};
	sigset_t none;
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		signal(signals[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* What is left of stdin belongs to the shell, also what exit() would give back of its buffer. */
static void close_input(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
		_exit(EXIT_FAILED);
	close(fd);
}

pid_t shell_start(const struct words *words, bool own_input)
{
	pid_t shell = getpid(), pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid)
		return pid;
	/* It does not outlive the shell. */
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 || getppid() != shell)
		_exit(EXIT_FAILED);
	take_signals_back();
	if (own_input)
		close_input();
	exit(dispatch(words->n, words->list));
}

int shell_status(int code, int status)
{
	return code == CLD_EXITED ? status : STATUS_OF_SIGNAL + status;
}

/*
 * Reads a line without its newline into @line, of WORDS_LINE_MAX bytes. Returns 1, 0 at the end, or
 * -EINVAL with @error.
 */
static int read_line(char *line, char *error)
{
	size_t length = 0;
	int c;

	while ((c = getc(stdin)) != EOF && c != '\n') {
		if (!c || length == WORDS_LINE_MAX - 1) {
			snprintf(error, WORDS_ERROR_SIZE, c ? "longer than %d bytes" :
				 "a byte of 0 is no text", WORDS_LINE_MAX - 1);
			return -EINVAL;
		}
		line[length++] = c;
	}
	line[length] = '\0';
	if (!ferror(stdin))
		return c != EOF || length;
	snprintf(error, WORDS_ERROR_SIZE, "cannot read it: %s", strerror(errno));
	return -EINVAL;
}

/* Runs the verb to its end; returns its exit status. */
static int run(const struct words *words)
{
	siginfo_t info;
	pid_t pid = shell_start(words, true);

	if (pid < 0) {
		output_error("cannot start a process: %s", strerror(-pid));
		return EXIT_FAILED;
	}
	while (waitid(P_PID, pid, &info, WEXITED) < 0)
		if (errno != EINTR)
			return EXIT_FAILED;
	return shell_status(info.si_code, info.si_status);
}

int shell_batch(void)
{
	char line[WORDS_LINE_MAX], error[WORDS_ERROR_SIZE];
	enum shell_action action = SHELL_NOTHING;
	unsigned int number = 0;
	struct words words;
	int r, status = 0;

	while (!status && action != SHELL_EXIT) {
		number++;
		r = read_line(line, error);
		if (!r)
			return 0;
		if (r < 0 || shell_parse(line, &words, &action, error) < 0) {
			output_error("line %u: %s", number, error);
			return EXIT_USAGE;
		}
		if (action == SHELL_RUN)
			status = run(&words);
	}
	if (status)
		output_error("line %u failed with exit status %d; what follows it was not done",
			     number, status);
	return status;
}
