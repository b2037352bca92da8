// SPDX-License-Identifier: GPL-2.0-or-later
/* Signals of a terminal; see terminal.h. */
#include <signal.h>
#include <stddef.h>
#include <unistd.h>
#include "terminal.h"

static const int signals[] = {
	SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGQUIT, SIGTERM, SIGHUP,
};

bool terminal_is_there(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* The loop takes them from a descriptor, for which they have to be blocked. */
int terminal_watch_signals(sd_event *event, sd_event_signal_handler_t handler, void *userdata)
{
	sigset_t set;
	size_t i;
	int r;

	sigemptyset(&set);
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		r = sd_event_add_signal(event, NULL, signals[i], handler, userdata);
		if (r < 0)
			return r;
	}
	return 0;
}

void terminal_take_signal(int number)
{
	struct sigaction action = { .sa_handler = SIG_DFL }, before;
	sigset_t set;

	sigaction(number, &action, &before);
	raise(number);
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	/* Again here: it was stopped. */
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(number, &before, NULL);
}
