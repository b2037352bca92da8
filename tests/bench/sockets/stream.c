// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A stream in one direction, in writes of one size. The time is that until the other end has
 * read all: what stays in buffers does not count.
 */
#include <sys/socket.h>

#include "sockets.h"

#define WARM_UP 128	/* blocks; TCP's buffers have grown then */

static void acknowledge(int fd)
{
	send_all(fd, "", 1);
}

static void serve(const struct options *options, int listener)
{
	int fd = accept_from(listener);
	char *block = buffer_of(options->size);
	ssize_t n;

	for (int i = 0; i < WARM_UP; i++)
		receive_all(fd, block, options->size);
	acknowledge(fd);
	do {
		n = recv(fd, block, options->size, 0);
		if (n < 0)
			die("cannot receive");
	} while (n);
	acknowledge(fd);
}

static void wait_for_server(int fd)
{
	char byte;

	if (!receive_all(fd, &byte, 1))
		die("the server has closed the connection");
}

/* Megabytes (10^6) in a second */
static double measure(const struct options *options)
{
	int fd = connect_to(options);
	char *block = buffer_of(options->size);
	unsigned long long start, done;

	for (int i = 0; i < WARM_UP; i++)
		send_all(fd, block, options->size);
	wait_for_server(fd);
	hold(options);
	start = now();
	for (done = 0; goes_on(options, done, start); done++)
		send_all(fd, block, options->size);
	shutdown(fd, SHUT_WR);
	wait_for_server(fd);
	return per_second(done * (options->size / 1e6), start);
}

const struct workload stream = { "stream", "MB/s", 64 << 10, serve, measure };
