// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Round trips in the manner of ipc-bench (github.com/goldsborough/ipc-bench, source/tcp and
 * source/domain), with which the message rates of SMC-D loopback's first table were measured:
 * two processes, one connection, blocking sockets without options; one end sends a message,
 * the other receives it, fills it with '*' and sends it back. Its "message rate" is the number
 * of these round trips by the time of all of them. There a number of messages is given, here a
 * time, or a number; and the clock is read once for each of them, where ipc-bench does it twice.
 */
#include <string.h>

#include "sockets.h"

#define WARM_UP 200	/* round trips; also TCP's slow start is over then */

static void serve(const struct options *options, int listener)
{
	int fd = accept_from(listener);
	char *message = buffer_of(options->size);

	while (receive_all(fd, message, options->size)) {
		memset(message, '*', options->size);
		send_all(fd, message, options->size);
	}
}

static double measure(const struct options *options)
{
	int fd = connect_to(options);
	char *message = buffer_of(options->size);
	unsigned long long start, done;

	for (int i = 0; i < WARM_UP; i++)
		exchange(fd, message, options->size);
	hold(options);
	start = now();
	for (done = 0; goes_on(options, done, start); done++)
		exchange(fd, message, options->size);
	return per_second(done, start);
}

const struct workload pingpong = { "pingpong", "round trips/s", 100, serve, measure };
