// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs a pager; see pager.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "exit-status.h"
#include "pager.h"

static pid_t pager;		/* 0: none */
static int terminal = -1;	/* what stdout was */
static struct sigaction interrupt_before;

/* NULL: the default; empty, or "cat": none. */
static const char *wanted(void)
{
	const char *program = getenv("SMCCTL_PAGER");

	return program ? program : getenv("PAGER");
}

/* What is left where no pager is installed. */
static void copy(void)
{
	char buffer[4096];
	ssize_t n;

	while ((n = read(STDIN_FILENO, buffer, sizeof(buffer))) > 0)
		if (write(STDOUT_FILENO, buffer, n) != n)
			break;
}

/* In the child: does not return. */
static void run_pager(const int ends[2])
{
	const char *program = wanted();
	bool root = geteuid() == 0;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	dup2(ends[0], STDIN_FILENO);
	close(ends[1]);
	setenv("LESS", "FRX", root);
	if (root)
		setenv("LESSSECURE", "1", 1);
	if (program && !root)
		execl("/bin/sh", "sh", "-c", program, (char *)NULL);
	execlp("less", "less", (char *)NULL);
	copy();
	_exit(EXIT_OK);
}

/* Ctrl-C is for the pager. */
static void ignore_interrupts(void)
{
	struct sigaction action = { .sa_handler = SIG_IGN };

	sigaction(SIGINT, &action, &interrupt_before);
}

void pager_open(void)
{
	const char *program = wanted();
	int ends[2];

	if (pager || !isatty(STDOUT_FILENO) || (program && (!*program || !strcmp(program, "cat"))))
		return;
	fflush(stdout);
	terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (terminal < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return;
	pager = fork();
	if (!pager)
		run_pager(ends);
	close(ends[0]);
	if (pager > 0) {
		dup2(ends[1], STDOUT_FILENO);
		ignore_interrupts();
	} else {
		pager = 0;
	}
	close(ends[1]);
}

void pager_close(void)
{
	if (!pager)
		return;
	fflush(stdout);
	dup2(terminal, STDOUT_FILENO);
	close(terminal);
	while (waitpid(pager, NULL, 0) < 0 && errno == EINTR)
		;
	sigaction(SIGINT, &interrupt_before, NULL);
	pager = 0;
}
