// SPDX-License-Identifier: GPL-2.0-or-later
/* A loop of events until Ctrl-C; see loop.h. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "loop.h"

static sigset_t signals_before;

static int add_signals(sd_event *loop)
{
	static const int numbers[] = { SIGINT, SIGTERM };
	sigset_t set;
	size_t i;
	int r = 0;

	sigemptyset(&set);
	for (i = 0; i < 2; i++)
		sigaddset(&set, numbers[i]);
	sigprocmask(SIG_BLOCK, &set, &signals_before);
	for (i = 0; i < 2 && r >= 0; i++)
		r = sd_event_add_signal(loop, NULL, numbers[i], NULL, NULL);
	return r;
}

int loop_new(sd_bus *bus, sd_event **ret_loop, struct failure *failure)
{
	int r = sd_event_new(ret_loop);

	if (r >= 0)
		r = add_signals(*ret_loop);
	if (r >= 0)
		r = sd_bus_attach_event(bus, *ret_loop, SD_EVENT_PRIORITY_NORMAL);
	if (r >= 0)
		r = sd_bus_set_exit_on_disconnect(bus, true);
	if (r < 0)
		failure_set(failure, EXIT_FAILED, "cannot wait for events: %s", strerror(-r));
	return r;
}

void loop_freep(sd_event **loop)
{
	if (!*loop)
		return;
	sd_event_unref(*loop);
	*loop = NULL;
	sigprocmask(SIG_SETMASK, &signals_before, NULL);
}

int loop_run(sd_event *loop, struct failure *failure)
{
	int r = 0, state;

	while ((state = sd_event_get_state(loop)) != SD_EVENT_FINISHED && state >= 0) {
		r = sd_event_run(loop, UINT64_MAX);
		if (r < 0 || ferror(stdout))
			break;
	}
	if (r < 0) {
		failure_set(failure, EXIT_FAILED, "cannot wait for events: %s", strerror(-r));
		return r;
	}
	if (sd_event_get_exit_code(loop, &r) >= 0 && r) {
		failure_set(failure, EXIT_NOT_RUNNING, "the D-Bus system bus has gone");
		return -ECONNRESET;
	}
	return 0;
}
