// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What "smc-traffic hold" is told from outside, by signals and a FIFO.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "traffic-hold.h"

static int open_fifo(const char *path)
{
	struct stat st;
	int fd;

	if (mkfifo(path, 0600) < 0 && errno != EEXIST) {
		fprintf(stderr, "smc-traffic: --control: cannot make the FIFO %s: %m\n", path);
		return -errno;
	}
	/* Open for both, lest it is at its end whenever a writer goes. */
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && !fstat(fd, &st) && S_ISFIFO(st.st_mode))
		return fd;
	if (fd < 0) {
		fprintf(stderr, "smc-traffic: --control: cannot open the FIFO %s: %m\n", path);
		return -errno;
	}
	close(fd);
	fprintf(stderr, "smc-traffic: --control: %s exists and is not a FIFO\n", path);
	return -EEXIST;
}

int orders_open(struct orders *o, const char *path)
{
	sigset_t set;

	*o = (struct orders){ .signal_fd = -1, .fifo_fd = -1 };
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	o->signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (o->signal_fd < 0) {
		fprintf(stderr, "smc-traffic: signalfd: %m\n");
		return -errno;
	}
	if (!path)
		return 0;
	o->fifo_fd = open_fifo(path);
	return o->fifo_fd < 0 ? o->fifo_fd : 0;
}

void orders_close(struct orders *o)
{
	if (o->signal_fd >= 0)
		close(o->signal_fd);
	if (o->fifo_fd >= 0)
		close(o->fifo_fd);
}

static int order_of(const char *line)
{
	if (!strcmp(line, "stop"))
		return ORDER_STOP;
	if (!strcmp(line, "diag"))
		return ORDER_DIAG;
	fprintf(stderr, "smc-traffic: --control: '%s' is neither diag nor stop\n", line);
	return -EINVAL;
}

/* Byte by byte, so that what follows a line is left for the next call. */
static int read_order(struct orders *o)
{
	char c;

	while (read(o->fifo_fd, &c, 1) == 1) {
		if (c != '\n') {
			o->line[o->len] = c;
			o->len += o->len < sizeof(o->line) - 1;
			continue;
		}
		o->line[o->len] = '\0';
		o->len = 0;
		return order_of(o->line);
	}
	return ORDER_NONE;
}

int orders_wait(struct orders *o, int timeout_ms)
{
	struct pollfd fds[] = {
		{ .fd = o->signal_fd, .events = POLLIN },
		{ .fd = o->fifo_fd, .events = POLLIN },
	};

	if (poll(fds, 2, timeout_ms) < 0)
		return -errno;
	if (fds[0].revents)
		return ORDER_STOP;
	return fds[1].revents ? read_order(o) : ORDER_NONE;
}
