// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many connections at once, one process at each end, and epoll: on each a message is on its way
 * all the time, and is sent again as soon as it has come back.
 */
#include <string.h>
#include <sys/epoll.h>

#include "sockets.h"

#define EVENTS 64

static void watch(int epoll, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		die("epoll");
}

static int make_epoll(void)
{
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	if (epoll < 0)
		die("epoll");
	return epoll;
}

static int wait_for(int epoll, struct epoll_event *events)
{
	int n = epoll_wait(epoll, events, EVENTS, -1);

	if (n < 0)
		die("epoll");
	return n;
}

static void serve(const struct options *options, int listener)
{
	char *message = buffer_of(options->size);
	struct epoll_event events[EVENTS];
	int epoll = make_epoll();

	for (unsigned int i = 0; i < options->conns; i++)
		watch(epoll, accept_from(listener));
	for (;;)
		for (int i = 0, n = wait_for(epoll, events); i < n; i++)
			if (!echo(events[i].data.fd, message, options->size))
				return;
}

static unsigned long long turn(const struct options *options, int epoll, char *message)
{
	struct epoll_event events[EVENTS];
	int n = wait_for(epoll, events);

	for (int i = 0; i < n; i++) {
		if (!receive_all(events[i].data.fd, message, options->size))
			die("the server has closed a connection");
		send_all(events[i].data.fd, message, options->size);
	}
	return n;
}

static double measure(const struct options *options)
{
	char *message = buffer_of(options->size);
	int *fds = buffer_of(options->conns * sizeof(*fds)), epoll = make_epoll();
	unsigned long long start, done;

	for (unsigned int i = 0; i < options->conns; i++)
		fds[i] = connect_to(options);
	for (unsigned int i = 0; i < options->conns; i++) {
		exchange(fds[i], message, options->size);
		watch(epoll, fds[i]);
	}
	hold(options);
	for (unsigned int i = 0; i < options->conns; i++)
		send_all(fds[i], message, options->size);
	start = now();
	for (done = 0; goes_on(options, done, start);)
		done += turn(options, epoll, message);
	return per_second(done, start);
}

const struct workload many = { "many", "messages/s", 64, serve, measure };
