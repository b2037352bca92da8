// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs polkit's agent for a terminal; see agent.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "agent.h"

static pid_t agent;	/* 0: none */

static void stop(void)
{
	if (!agent)
		return;
	kill(agent, SIGTERM);
	while (waitpid(agent, NULL, 0) < 0 && errno == EINTR)
		;
	agent = 0;
}

/*
 * It closes the descriptor when polkit knows it; so does the end of the process. Signals that we
 * have blocked must end it: who stops it waits for that.
 */
static void run_agent(int notify)
{
	char number[16];
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	snprintf(number, sizeof(number), "%d", notify);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && fcntl(notify, F_SETFD, 0) == 0)
		execlp("pkttyagent", "pkttyagent", "--fallback", "--notify-fd", number,
		       (char *)NULL);
	_exit(EXIT_FAILURE);
}

void agent_start(void)
{
	static bool at_exit;
	int pair[2];
	char byte;

	/* The interrupt that we are about to obey has reached it as well. */
	stop();
	if (pipe2(pair, O_CLOEXEC) < 0)
		return;
	agent = fork();
	if (!agent)
		run_agent(pair[1]);
	close(pair[1]);
	if (agent < 0)
		agent = 0;
	else if (!at_exit)
		at_exit = !atexit(stop);
	while (read(pair[0], &byte, 1) < 0 && errno == EINTR)
		;
	close(pair[0]);
}
