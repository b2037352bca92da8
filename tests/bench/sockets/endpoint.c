// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sockets of all families, blocking ones, and the clock: see sockets.h.
 */
#define _GNU_SOURCE 1
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "../profile-mark.h"
#include "sockets.h"

#ifndef AF_SMC
#define AF_SMC 43
#endif
#define BACKLOG 4096

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_un un;
};

void die(const char *what)
{
	fprintf(stderr, "bench-sockets: %s: %s\n", what, strerror(errno));
	exit(1);
}

unsigned long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

bool goes_on(const struct options *options, unsigned long long done, unsigned long long start)
{
	if (options->count)
		return done < options->count;
	return now() - start < options->millis * 1000000ULL;
}

double per_second(double done, unsigned long long start)
{
	mark_end();
	return done / ((now() - start) / 1e9);
}

void hold(const struct options *options)
{
	char line[2];

	if (options->hold) {
		puts("ready");
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin))
			die("nobody says when to begin");
	}
	mark_begin();
}

/* A name of AF_UNIX that is in no file system and goes with the socket */
static socklen_t address_of(const struct options *options, union address *ret)
{
	int length;

	*ret = (union address){ 0 };
	if (options->family == FAMILY_UNIX) {
		ret->un.sun_family = AF_UNIX;
		length = snprintf(ret->un.sun_path + 1, sizeof(ret->un.sun_path) - 1,
				  "bench-sockets-%u", options->port);
		return offsetof(struct sockaddr_un, sun_path) + 1 + length;
	}
	ret->in.sin_family = AF_INET;
	ret->in.sin_port = htons(options->port);
	ret->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return sizeof(ret->in);
}

static void set(int fd, int level, int option, int value)
{
	if (setsockopt(fd, level, option, &value, sizeof(value)) < 0)
		die("an option of a socket");
}

static int open_socket(const struct options *options)
{
	static const int domains[] = {
		[FAMILY_TCP] = AF_INET, [FAMILY_UNIX] = AF_UNIX, [FAMILY_SMC] = AF_SMC,
	};
	int fd = socket(domains[options->family], SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("cannot make a socket of this family");
	if (options->family != FAMILY_UNIX)
		set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (options->buffer) {
		set(fd, SOL_SOCKET, SO_SNDBUFFORCE, options->buffer);
		set(fd, SOL_SOCKET, SO_RCVBUFFORCE, options->buffer);
	}
	return fd;
}

int listen_to(const struct options *options)
{
	union address address;
	socklen_t length = address_of(options, &address);
	int fd = open_socket(options);

	if (bind(fd, &address.any, length) < 0)
		die("cannot bind the server's socket");
	if (listen(fd, BACKLOG) < 0)
		die("cannot listen");
	return fd;
}

int accept_from(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		die("cannot accept a connection");
	return fd;
}

int connect_to(const struct options *options)
{
	union address address;
	socklen_t length = address_of(options, &address);
	int fd = open_socket(options);

	if (connect(fd, &address.any, length) < 0)
		die("cannot connect");
	return fd;
}

void send_all(int fd, const void *data, size_t size)
{
	const char *at = data;
	ssize_t n;

	while (size) {
		n = send(fd, at, size, MSG_NOSIGNAL);
		if (n <= 0)
			die("cannot send");
		at += n;
		size -= n;
	}
}

bool receive_all(int fd, void *data, size_t size)
{
	char *at = data;
	ssize_t n;

	while (size) {
		n = recv(fd, at, size, 0);
		if (n < 0)
			die("cannot receive");
		if (!n)
			return false;
		at += n;
		size -= n;
	}
	return true;
}

void *buffer_of(size_t size)
{
	void *buffer = malloc(size);

	if (!buffer)
		die("no memory");
	return memset(buffer, '*', size);
}

void exchange(int fd, void *message, size_t size)
{
	send_all(fd, message, size);
	if (!receive_all(fd, message, size)) {
		errno = ECONNRESET;
		die("the server has closed the connection");
	}
}

bool echo(int fd, void *message, size_t size)
{
	if (!receive_all(fd, message, size))
		return false;
	send_all(fd, message, size);
	return true;
}
