// SPDX-License-Identifier: GPL-2.0-or-later
/* Asks smcd for what "smcctl top" shows; see top-poll.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>
#include "bus-ask.h"
#include "connection-row.h"
#include "top-poll.h"

#define USEC_PER_SEC UINT64_C(1000000)
#define PATIENCE (3 * USEC_PER_SEC)	/* then it is said that there is no answer */
#define NEWS (10 * USEC_PER_SEC)	/* how long it is said that smcd is back */
#define BUFFER_SIZE 16384		/* more than any row */
#define PAUSE_FACTOR 20			/* so many times as long as to look for processes takes */

struct top_poll {
	sd_event *event;
	sd_bus *bus;			/* NULL: it has gone */
	struct top *top;
	void (*changed)(void *userdata);
	void *userdata;
	sd_bus_slot *asked[BUS_QUESTIONS];	/* NULL: nothing, or it was answered */
	uint64_t asked_at;		/* when the oldest of them was, us */
	uint64_t back_at;		/* when smcd came back, us; 0: it was there all the time */
	char gone_at[16];		/* when it was first missed; empty: it is there */
	sd_event_source *readable;	/* the rows of connections; NULL: none are read */
	struct top_connections connections;	/* those that have come so far */
	struct processes *processes;	/* NULL: they have not been looked for */
	uint64_t scan_at;		/* when they may be again */
	size_t size;			/* of what is in the buffer */
	char buffer[BUFFER_SIZE];
};

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * USEC_PER_SEC + ts.tv_nsec / 1000;
}

static void clock_text(char *text, size_t size)
{
	time_t seconds = time(NULL);
	struct tm tm;

	if (!localtime_r(&seconds, &tm) || !strftime(text, size, "%H:%M:%S", &tm))
		*text = '\0';
}

static void notice(struct top_poll *poll, const char *text)
{
	snprintf(poll->top->notice, sizeof(poll->top->notice), "%s", text);
}

static void stop_rows(struct top_poll *poll)
{
	int fd = poll->readable ? sd_event_source_get_io_fd(poll->readable) : -1;

	/* In this order: epoll goes on with a file that is open elsewhere, as in a message. */
	poll->readable = sd_event_source_disable_unref(poll->readable);
	if (fd >= 0)
		close(fd);
	top_connections_clear(&poll->connections);
	poll->size = 0;
}

static void stop_asking(struct top_poll *poll)
{
	int i;

	for (i = 0; i < BUS_QUESTIONS; i++)
		poll->asked[i] = sd_bus_slot_unref(poll->asked[i]);
	stop_rows(poll);
}

static bool is_waiting(const struct top_poll *poll)
{
	int i;

	for (i = 0; i < BUS_QUESTIONS; i++)
		if (poll->asked[i])
			return true;
	return poll->readable;
}

/* smcd is not there, as @text says: what was known of it is not true any longer. */
static void lost(struct top_poll *poll, const char *text)
{
	char line[TOP_ERROR_SIZE];

	if (!*poll->gone_at)
		clock_text(poll->gone_at, sizeof(poll->gone_at));
	snprintf(line, sizeof(line), "%.900s (since %s)", text, poll->gone_at);
	top_forget(poll->top);
	notice(poll, line);
}

/* It has answered. */
static void found(struct top_poll *poll)
{
	if (*poll->gone_at)
		poll->back_at = now();
	poll->gone_at[0] = '\0';
	notice(poll, poll->back_at && now() - poll->back_at < NEWS ? "smcd is back" : "");
}

static void set_error(struct top_poll *poll, enum top_panel panel, const char *text)
{
	snprintf(poll->top->errors[panel], TOP_ERROR_SIZE, "%s", text);
}

/* Whether there is an answer to go on with; where not, that is shown. */
static bool is_good(struct top_poll *poll, sd_bus_message *reply, enum bus_question question,
		    enum top_panel panel)
{
	struct failure failure;

	poll->asked[question] = sd_bus_slot_unref(poll->asked[question]);
	if (bus_ask_failed(reply, question, &failure) >= 0)
		return true;
	if (failure.status == EXIT_NOT_RUNNING || failure.gone)
		lost(poll, failure.text);
	else	/* that it is of these things stands before it */
		set_error(poll, panel, sd_bus_message_get_error(reply)->message ?: failure.text);
	return false;
}

static int on_objects(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	devices_cleanup struct devices devices = {};
	struct top_poll *poll = userdata;
	int r;

	(void)error;
	if (is_good(poll, reply, ASK_OBJECTS, TOP_DEVICES)) {
		found(poll);
		r = bus_read_devices(reply, &devices);
		if (r >= 0)
			r = top_take_devices(poll->top, &devices, now());
		if (r < 0)
			set_error(poll, TOP_DEVICES, strerror(-r));
	}
	poll->changed(poll->userdata);
	return 0;
}

static int on_fallbacks(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	fallbacks_cleanup struct fallbacks fallbacks = {};
	struct top_poll *poll = userdata;
	int r;

	(void)error;
	if (is_good(poll, reply, ASK_FALLBACKS, TOP_FALLBACKS)) {
		r = bus_read_fallbacks(reply, &fallbacks);
		if (r >= 0)
			r = top_take_fallbacks(poll->top, &fallbacks);
		if (r < 0)
			set_error(poll, TOP_FALLBACKS, strerror(-r));
	}
	poll->changed(poll->userdata);
	return 0;
}

/*
 * Whose the sockets are. As there may be very many descriptors to look at, it is not done as often
 * as would take more than a twentieth of the time.
 */
static void find_processes(struct top_poll *poll)
{
	struct processes *processes;
	uint64_t begin = now();

	if (poll->connections.n && begin >= poll->scan_at &&
	    processes_scan("/proc", 0, &processes) >= 0) {
		processes_free(poll->processes);
		poll->processes = processes;
		poll->scan_at = now() + (now() - begin) * PAUSE_FACTOR;
	}
	if (poll->processes)
		top_name_processes(&poll->connections, poll->processes);
}

/* No more rows: they are shown, or why there are none. */
static void end_rows(struct top_poll *poll, const char *error)
{
	if (error) {
		set_error(poll, TOP_CONNECTIONS, error);
	} else {
		find_processes(poll);
		top_take_connections(poll->top, &poll->connections);
	}
	stop_rows(poll);
	poll->changed(poll->userdata);
}

/* Takes the whole rows of the buffer; 1: that was the last one. */
static int take_rows(struct top_poll *poll, struct failure *failure)
{
	char *row = poll->buffer, *end;
	int r = 0;

	while (!r && (end = memchr(row, '\n', poll->buffer + poll->size - row))) {
		*end = '\0';
		r = top_add_connection(&poll->connections, row, failure);
		row = end + 1;
	}
	poll->size -= row - poll->buffer;
	memmove(poll->buffer, row, poll->size);
	return r;
}

static int on_readable(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct top_poll *poll = userdata;
	struct failure failure = {};
	ssize_t length;
	int r;

	(void)source, (void)events;
	length = read(fd, poll->buffer + poll->size, sizeof(poll->buffer) - poll->size);
	if (length < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (length <= 0) {
		end_rows(poll, "smcd did not tell them all");
		return 0;
	}
	poll->size += length;
	r = take_rows(poll, &failure);
	if (r)
		end_rows(poll, r > 0 ? NULL : *failure.text ? failure.text : strerror(-r));
	else if (poll->size == sizeof(poll->buffer))
		end_rows(poll, "smcctl and smcd do not understand each other");
	return 0;
}

static int read_rows(struct top_poll *poll, sd_bus_message *reply)
{
	int fd, r;

	r = sd_bus_message_read_basic(reply, 'h', &fd);
	if (r < 0)
		return r;
	fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return -errno;
	r = sd_event_add_io(poll->event, &poll->readable, fd, EPOLLIN, on_readable, poll);
	if (r < 0)
		close(fd);
	return r;
}

static int on_connections(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct top_poll *poll = userdata;
	int r;

	(void)error;
	if (is_good(poll, reply, ASK_CONNECTIONS, TOP_CONNECTIONS)) {
		r = read_rows(poll, reply);
		if (r < 0)
			set_error(poll, TOP_CONNECTIONS, strerror(-r));
	}
	poll->changed(poll->userdata);
	return 0;
}

static int connect_bus(struct top_poll *poll, struct failure *failure)
{
	int r = bus_client_open(&poll->bus, failure);

	if (r < 0)
		return r;
	r = sd_bus_attach_event(poll->bus, poll->event, SD_EVENT_PRIORITY_NORMAL);
	if (r < 0) {
		failure_set(failure, EXIT_FAILED, "cannot wait for D-Bus: %s", strerror(-r));
		poll->bus = sd_bus_flush_close_unref(poll->bus);
	}
	return r < 0 ? r : 0;
}

/* Whether there is a bus to ask on. */
static bool has_bus(struct top_poll *poll)
{
	struct failure failure;

	if (poll->bus && sd_bus_is_open(poll->bus) > 0)
		return true;
	stop_asking(poll);
	poll->bus = sd_bus_flush_close_unref(poll->bus);
	if (connect_bus(poll, &failure) >= 0)
		return true;
	lost(poll, failure.text);
	return false;
}

static void ask_all(struct top_poll *poll)
{
	static const sd_bus_message_handler_t answers[BUS_QUESTIONS] = {
		[ASK_OBJECTS] = on_objects,
		[ASK_FALLBACKS] = on_fallbacks,
		[ASK_CONNECTIONS] = on_connections,
	};
	int i, r;

	poll->asked_at = now();
	for (i = 0; i < BUS_QUESTIONS; i++) {
		r = bus_ask(poll->bus, i, answers[i], poll, &poll->asked[i]);
		if (r < 0)
			lost(poll, strerror(-r));
	}
}

void top_poll_ask(struct top_poll *poll)
{
	clock_text(poll->top->clock, sizeof(poll->top->clock));
	if (has_bus(poll)) {
		if (!is_waiting(poll))
			ask_all(poll);
		else if (now() - poll->asked_at > PATIENCE)
			notice(poll, "smcd does not answer: see journalctl -u smcd");
	}
	poll->changed(poll->userdata);
}

int top_poll_new(sd_event *event, struct top *top, void (*changed)(void *userdata),
		 void *userdata, struct top_poll **ret_poll, struct failure *failure)
{
	struct top_poll *poll = calloc(1, sizeof(*poll));
	int r;

	if (!poll) {
		failure_set(failure, EXIT_FAILED, "not enough memory");
		return -ENOMEM;
	}
	poll->event = event;
	poll->top = top;
	poll->changed = changed;
	poll->userdata = userdata;
	r = connect_bus(poll, failure);
	if (r < 0) {
		top_poll_free(poll);
		return r;
	}
	*ret_poll = poll;
	return 0;
}

void top_poll_free(struct top_poll *poll)
{
	if (!poll)
		return;
	stop_asking(poll);
	sd_bus_flush_close_unref(poll->bus);
	processes_free(poll->processes);
	free(poll);
}
