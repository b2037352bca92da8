// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Moving the calling thread between named network namespaces.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netns.h"

static int home = -1;

static int open_home(void)
{
	if (home < 0)
		home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (home >= 0)
		return 0;
	fprintf(stderr, "/proc/self/ns/net: %m\n");
	return -errno;
}

static int open_named(const char *name)
{
	char path[256];
	int fd;

	if (strchr(name, '/') ||
	    snprintf(path, sizeof(path), "/var/run/netns/%s", name) >= (int)sizeof(path)) {
		fprintf(stderr, "'%s' is not the name of a network namespace\n", name);
		return -EINVAL;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		fd = -errno;
		fprintf(stderr, "network namespace '%s': %s: %m (see 'ip netns list')\n",
			name, path);
	}
	return fd;
}

int netns_enter(const char *name)
{
	int r = open_home(), fd;

	if (r < 0)
		return r;
	fd = name ? open_named(name) : home;
	if (fd < 0)
		return fd;
	if (setns(fd, CLONE_NEWNET) < 0) {
		r = -errno;
		fprintf(stderr, "network namespace '%s': cannot enter: %m\n",
			name ? name : "of the start");
	}
	if (name)
		close(fd);
	return r;
}
