// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl top: a live view of devices, connections and fallbacks, until somebody has seen enough. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>
#include "device.h"
#include "run.h"
#include "screen.h"
#include "terminal.h"
#include "top-poll.h"

#define USEC_PER_SEC UINT64_C(1000000)
#define INTERVAL_DEFAULT 1	/* s */

struct session {
	sd_event *event;
	struct top top;
	struct top_view view;
	struct top_poll *poll;
	int ended_by;			/* a signal; 0: none */
};

static void session_clear(struct session *session)
{
	top_poll_free(session->poll);
	top_clear(&session->top);
	sd_event_unref(session->event);
}

static void draw(void *userdata)
{
	canvas_cleanup struct canvas canvas = {};
	struct session *session = userdata;
	unsigned int width, height;

	screen_measure(&width, &height);
	if (canvas_init(&canvas, width, height) < 0 ||
	    top_layout(&session->top, &session->view, &canvas) < 0)
		sd_event_exit(session->event, -ENOMEM);
	else
		screen_draw(&canvas);
}

static int on_input(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct session *session = userdata;
	enum top_key key;

	(void)source, (void)fd;
	while (screen_key(&key)) {
		if (key == TOP_KEY_QUIT)
			return sd_event_exit(session->event, 0);
		top_view_key(&session->view, key);
		draw(session);
	}
	/* The terminal is gone. */
	return events & (EPOLLHUP | EPOLLERR) ? sd_event_exit(session->event, 0) : 0;
}

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	struct session *session = userdata;

	(void)source;
	switch (info->ssi_signo) {
	case SIGTSTP:
		screen_pause();
		terminal_take_signal(SIGTSTP);
		/* fall through */
	case SIGCONT:
		screen_again();
		/* fall through */
	case SIGWINCH:
		draw(session);
		return 0;
	default:
		session->ended_by = info->ssi_signo;
		return sd_event_exit(session->event, 0);
	}
}

static int on_time(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct session *session = userdata;
	int r;

	(void)usec;
	top_poll_ask(session->poll);
	r = sd_event_source_set_time_relative(source, session->top.interval * USEC_PER_SEC);
	if (r >= 0)
		r = sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	return r < 0 ? sd_event_exit(session->event, r) : 0;
}

static int prepare(struct session *session, struct failure *failure)
{
	int r;

	r = sd_event_new(&session->event);
	if (r >= 0)
		r = terminal_watch_signals(session->event, on_signal, session);
	if (r >= 0)
		r = sd_event_add_io(session->event, NULL, STDIN_FILENO, EPOLLIN, on_input, session);
	if (r >= 0)
		r = sd_event_add_time_relative(session->event, NULL, CLOCK_MONOTONIC, 0, 0, on_time,
					       session);
	if (r < 0) {
		failure_set(failure, EXIT_FAILED, "top: %s", strerror(-r));
		return r;
	}
	return top_poll_new(session->event, &session->top, draw, session, &session->poll, failure);
}

static int watch(struct session *session)
{
	int r;

	if (!screen_open()) {
		output_error("top cannot use the terminal '%.64s': set TERM, or use "
			     "smcctl stats watch", getenv("TERM") ?: "");
		return EXIT_FAILED;
	}
	r = sd_event_loop(session->event);
	screen_close();
	if (r < 0)
		output_error("top: %s", strerror(-r));
	return r < 0 ? EXIT_FAILED : EXIT_OK;
}

static unsigned int interval(const struct command *command)
{
	return command_number(command, OPTION_INTERVAL) ?: INTERVAL_DEFAULT;
}

int run_top(const struct command *command)
{
	__attribute__((cleanup(session_clear))) struct session session = {
		.top.interval = interval(command),
	};
	struct failure failure;
	int status;

	if (!terminal_is_there()) {
		output_error("top needs a terminal: use smcctl stats watch");
		return EXIT_FAILED;
	}
	if (gethostname(session.top.host, sizeof(session.top.host) - 1) < 0)
		session.top.host[0] = '\0';
	if (prepare(&session, &failure) < 0)
		return device_failed(&failure);
	status = watch(&session);
	if (session.ended_by)
		terminal_take_signal(session.ended_by);
	return status;
}
