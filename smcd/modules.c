// SPDX-License-Identifier: GPL-2.0-or-later
/* Has kernel modules loaded by smcd-modules.socket; see modules.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include "files.h"
#include "modules.h"

#define TIMEOUT 20		/* s; less than the watchdog of smcd.service */
#define REPLY_SIZE 1024		/* longer words are cut */

__attribute__((format(printf, 3, 4)))
static int problem(char **ret_problem, int error, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	*ret_problem = vasprintf(&text, format, args) < 0 ? NULL : text;
	va_end(args);
	return error;
}

/* What is built in, or about to be loaded by somebody else, is not seen here: others know. */
static bool is_loaded(const char *name)
{
	__attribute__((cleanup(free_charp))) char *path = NULL;
	__attribute__((cleanup(free_charp))) char *state = NULL;
	size_t size;

	if (asprintf(&path, "/sys/module/%s/initstate", name) < 0) {
		path = NULL;
		return false;
	}
	for (char *p = path + strlen("/sys/module/"); *p; p++)
		if (*p == '-')
			*p = '_';
	return !file_read(path, 32, &state, &size) && !strcmp(state, "live\n");
}

static int open_socket(const char *path)
{
	const struct timeval timeout = { .tv_sec = TIMEOUT };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	__attribute__((cleanup(close_fdp))) int fd = -1;
	int r;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout)) < 0 ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	r = fd;
	fd = -1;
	return r;
}

/* The length of the reply, which then ends with NUL. */
static ssize_t exchange(int fd, const char *name, char reply[REPLY_SIZE])
{
	char request[128];
	size_t size = 0;
	ssize_t n;

	snprintf(request, sizeof(request), "%s\n", name);
	if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0)
		return -errno;
	while (size < REPLY_SIZE - 1 && (n = recv(fd, reply + size, REPLY_SIZE - 1 - size, 0))) {
		if (n < 0 && errno != EINTR)
			return -errno;
		size += n > 0 ? n : 0;
	}
	reply[size] = '\0';
	return size;
}

static int read_reply(char *reply, const char *name, char **ret_problem)
{
	char *words;
	long r = strtol(reply, &words, 10);

	if (words == reply || *words != ' ' || r > 0 || r < -4095)
		return problem(ret_problem, -EPROTO, "module %s not loaded: smcd-modules@.service "
			       "ended without an answer; see journalctl -u 'smcd-modules@*'", name);
	words[strcspn(words, "\n")] = '\0';
	return r ? problem(ret_problem, r, "%s", words + 1) : 0;
}

int modules_load_by(const char *socket, const char *name, char **ret_problem)
{
	__attribute__((cleanup(close_fdp))) int fd = open_socket(socket);
	char reply[REPLY_SIZE];
	ssize_t size;

	if (fd == -ENOENT || fd == -ECONNREFUSED)
		return problem(ret_problem, -ENOTCONN, "module %s is not loaded, and "
			       "smcd-modules.socket, which loads modules for smcd, is not active: "
			       "systemctl start smcd-modules.socket, or without systemd modprobe "
			       "%s; then reload", name, name);
	if (fd < 0)
		return problem(ret_problem, fd, "module %s not loaded: cannot reach "
			       "smcd-modules.socket: %s", name, strerror(-fd));
	size = exchange(fd, name, reply);
	if (size == -EAGAIN)
		return problem(ret_problem, -ETIMEDOUT, "module %s not loaded: the kernel needs "
			       "more than %d seconds; see dmesg, and reload when it is loaded",
			       name, TIMEOUT);
	if (size < 0)
		return problem(ret_problem, size, "module %s not loaded: no answer from "
			       "smcd-modules.socket: %s", name, strerror(-size));
	return read_reply(reply, name, ret_problem);
}

int modules_load(const char *name, char **ret_problem)
{
	if (is_loaded(name))
		return 0;
	/* Slow is not stuck. */
	sd_notify(0, "WATCHDOG=1");
	return modules_load_by(MODULES_SOCKET, name, ret_problem);
}
