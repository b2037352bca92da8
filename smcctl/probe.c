// SPDX-License-Identifier: GPL-2.0-or-later
/* A connection of smcctl doctor, see probe.h. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include "files.h"
#include "probe.h"

/* Protocols of AF_SMC, which the kernel's uapi headers lack (net/smc/smc.h). */
#define SMCPROTO_SMC 0
#define SMCPROTO_SMC6 1

#define BACKLOG 8

/* A socket, and how long it may take. */
struct end {
	int fd;
	bool smc;
	int stop;		/* -1: nothing stops it */
	int64_t deadline;	/* ms, CLOCK_MONOTONIC */
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static socklen_t address_size(const union probe_address *address)
{
	return address->any.sa_family == AF_INET6 ? sizeof(address->in6) : sizeof(address->in);
}

/* One of TCP where the kernel has none of SMC: the other end is to hear of that. */
static int open_socket(int family, bool *ret_smc)
{
	const int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int fd = socket(AF_SMC, type, family == AF_INET6 ? SMCPROTO_SMC6 : SMCPROTO_SMC);

	*ret_smc = fd >= 0;
	if (fd < 0 && errno == EAFNOSUPPORT)
		fd = socket(family, type, 0);
	return fd < 0 ? -errno : fd;
}

/* Waits for @events. -ETIMEDOUT; -ECANCELED: it was stopped. */
static int await(const struct end *end, short events)
{
	struct pollfd fds[] = {
		{ .fd = end->fd, .events = events },
		{ .fd = end->stop, .events = POLLIN },
	};
	int64_t left;
	int n;

	do {
		left = end->deadline - now_ms();
		if (left <= 0)
			return -ETIMEDOUT;
		n = poll(fds, 2, left);
	} while (!n || (n < 0 && errno == EINTR));
	if (n < 0)
		return -errno;
	return fds[1].revents ? -ECANCELED : 0;
}

/* Receives what there is; 0: the peer closed. */
static ssize_t receive(const struct end *end, char *data, size_t size)
{
	ssize_t n;
	int r;

	while ((n = recv(end->fd, data, size, 0)) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		r = await(end, POLLIN);
		if (r < 0)
			return r;
	}
	return n;
}

static int send_all(const struct end *end, const char *data, size_t size)
{
	ssize_t n;
	int r;

	while (size) {
		n = send(end->fd, data, size, MSG_NOSIGNAL);
		if (n >= 0) {
			data += n;
			size -= n;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		r = await(end, POLLOUT);
		if (r < 0)
			return r;
	}
	return 0;
}

/*
 * Receives @size bytes that have to begin with the @expected ones at @begin; -EBADMSG as soon as
 * they do not, or when the peer closes before that.
 */
static int receive_all(const struct end *end, char *data, size_t size, const char *begin,
		       size_t expected)
{
	size_t done = 0;
	ssize_t n;

	while (done < size) {
		n = receive(end, data + done, size - done);
		if (n <= 0)
			return n < 0 ? n : -EBADMSG;
		done += n;
		if (memcmp(data, begin, done < expected ? done : expected))
			return -EBADMSG;
	}
	return 0;
}

static int find_socket(const struct smc_connection *connection, void *userdata)
{
	struct smc_connection *wanted = userdata;

	if (connection->inode != wanted->inode)
		return 0;
	*wanted = *connection;
	return -EALREADY;
}

/* What SMC_DIAG says of the socket. */
static void look(const struct end *end, struct probe_view *view)
{
	struct smc_connection connection = { 0 };
	struct utsname name;
	struct stat status;

	*view = (struct probe_view){ .diag = PROBE_DIAG_NO_SMC };
	if (!uname(&name))
		snprintf(view->kernel, sizeof(view->kernel), "%s", name.release);
	if (!end->smc)
		return;
	view->diag = PROBE_DIAG_NONE;
	if (fstat(end->fd, &status) < 0)
		return;
	connection.inode = status.st_ino;
	if (smc_diag_dump(find_socket, &connection) != -EALREADY)
		return;
	view->diag = PROBE_DIAG_KNOWN;
	view->mode = connection.mode;
	view->reason = connection.reason;
	view->peer_diagnosis = connection.peer_diagnosis;
	view->gid = connection.gid;
}

static int finish_connect(const struct end *end)
{
	socklen_t size = sizeof(int);
	int error = 0, r;

	r = await(end, POLLOUT);
	if (r >= 0 && getsockopt(end->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		error = errno;
	return r < 0 ? r : -error;
}

static int open_connection(const union probe_address *address, socklen_t size, struct end *end)
{
	end->fd = open_socket(address->any.sa_family, &end->smc);
	if (end->fd < 0)
		return end->fd;
	if (connect(end->fd, &address->any, size) >= 0)
		return 0;
	return errno == EINPROGRESS ? finish_connect(end) : -errno;
}

static int echo(const struct end *end)
{
	char sent[PROBE_HELLO_SIZE] = PROBE_MAGIC, back[PROBE_HELLO_SIZE];
	size_t magic = strlen(PROBE_MAGIC);
	int r;

	if (getrandom(sent + magic, sizeof(sent) - magic, 0) < 0)
		return -errno;
	r = send_all(end, sent, sizeof(sent));
	return r < 0 ? r : receive_all(end, back, sizeof(back), sent, sizeof(sent));
}

static int read_line(const struct end *end, struct probe_view *view)
{
	char line[PROBE_LINE_SIZE], *newline = NULL;
	size_t size = 0;
	ssize_t n;

	while (size < sizeof(line) && !newline) {
		n = receive(end, line + size, sizeof(line) - size);
		if (n <= 0)
			return n < 0 ? n : -EBADMSG;
		newline = memchr(line + size, '\n', n);
		size += n;
	}
	return newline ? probe_line_parse(line, newline - line, view) : -EBADMSG;
}

/* What is silent, says something else or closes is no smcctl doctor. */
static enum probe_outcome outcome_of(int r)
{
	return r == -EBADMSG || r == -ETIMEDOUT || r == -ECONNRESET ? PROBE_STRANGER :
		PROBE_BROKEN;
}

void probe_connect(const union probe_address *address, socklen_t size, struct probe *ret_probe)
{
	struct end end = { .stop = -1, .deadline = now_ms() + PROBE_TIMEOUT * 1000 };
	struct probe probe = { .outcome = PROBE_NOT_CONNECTED };

	probe.error = open_connection(address, size, &end);
	if (!probe.error) {
		probe.error = echo(&end);
		if (!probe.error) {
			look(&end, &probe.own);
			probe.error = read_line(&end, &probe.peer);
		}
		probe.outcome = probe.error ? outcome_of(probe.error) : PROBE_DONE;
	}
	if (end.fd >= 0)
		close(end.fd);
	*ret_probe = probe;
}

static int bind_to(int fd, union probe_address *address)
{
	socklen_t size = address_size(address);
	int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (address->any.sa_family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0)
		return -errno;
	if (bind(fd, &address->any, size) < 0 || listen(fd, BACKLOG) < 0 ||
	    getsockname(fd, &address->any, &size) < 0)
		return -errno;
	return 0;
}

int probe_listen(union probe_address *address, struct probe_listener *ret_listener)
{
	struct probe_listener listener;
	int r;

	listener.fd = open_socket(address->any.sa_family, &listener.smc);
	if (listener.fd < 0)
		return listener.fd;
	r = bind_to(listener.fd, address);
	if (r < 0) {
		close(listener.fd);
		return r;
	}
	*ret_listener = listener;
	return 0;
}

void probe_listener_close(struct probe_listener *listener)
{
	if (listener->fd >= 0)
		close(listener->fd);
	listener->fd = -1;
}

const char *probe_address_text(const union probe_address *address,
			       char text[static PROBE_PEER_SIZE])
{
	const char *format = address->any.sa_family == AF_INET6 ? "[%s]:%s" : "%s:%s";
	char host[NI_MAXHOST] = "?", port[8] = "?";

	(void)getnameinfo(&address->any, address_size(address), host, sizeof(host), port,
			  sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(text, PROBE_PEER_SIZE, format, host, port);
	return text;
}

/* Until the client closes it has not read all, and a reset would take that from it. */
static void await_close(const struct end *end)
{
	char rest;

	(void)receive(end, &rest, 1);
}

static int serve(const struct end *end, probe_name_fn name, void *userdata,
		 struct probe_view *view)
{
	char hello[PROBE_HELLO_SIZE], line[PROBE_LINE_SIZE];
	int r;

	r = receive_all(end, hello, sizeof(hello), PROBE_MAGIC, strlen(PROBE_MAGIC));
	if (r >= 0)
		r = send_all(end, hello, sizeof(hello));
	if (r < 0)
		return r;
	look(end, view);
	name(view, userdata);
	r = send_all(end, line, probe_line_print(view, line));
	if (r >= 0)
		await_close(end);
	return r;
}

int probe_serve(const struct probe_listener *listener, int stop, probe_name_fn name,
		void *userdata, struct probe_client *ret_client)
{
	struct end end = {
		.smc = listener->smc, .stop = stop,
		.deadline = now_ms() + PROBE_SERVE_TIMEOUT * 1000,
	};
	union probe_address address = { 0 };
	socklen_t size = sizeof(address);
	int r;

	end.fd = accept4(listener->fd, &address.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (end.fd < 0)
		return errno == ECONNABORTED ? -EAGAIN : -errno;
	probe_address_text(&address, ret_client->address);
	r = serve(&end, name, userdata, &ret_client->view);
	close(end.fd);
	return r;
}
