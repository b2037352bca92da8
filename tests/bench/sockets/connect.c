// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Connections one after the other: each is set up, a message goes each way, the client closes
 * it, and then the server. A first one is there all the time: for who looks with --hold.
 */
#include <unistd.h>

#include "sockets.h"

#define WARM_UP 5	/* connections */

static void serve(const struct options *options, int listener)
{
	char *message = buffer_of(options->size);
	int fd, first = accept_from(listener);

	echo(first, message, options->size);
	for (;;) {
		fd = accept_from(listener);
		while (echo(fd, message, options->size))
			;
		close(fd);
	}
}

static void once(const struct options *options, char *message)
{
	int fd = connect_to(options);

	exchange(fd, message, options->size);
	close(fd);
}

static double measure(const struct options *options)
{
	char *message = buffer_of(options->size);
	unsigned long long start, done;

	exchange(connect_to(options), message, options->size);
	for (int i = 0; i < WARM_UP; i++)
		once(options, message);
	hold(options);
	start = now();
	for (done = 0; goes_on(options, done, start); done++)
		once(options, message);
	return per_second(done, start);
}

const struct workload connect_close = { "connect", "connections/s", 1, serve, measure };
