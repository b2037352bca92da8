// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One side of smc-traffic, server or client: its sockets and what is done
 * with all of them at once.
 */
#define _GNU_SOURCE 1
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "traffic-diag.h"
#include "traffic-side.h"

/* Not in the kernel's uapi headers. */
#define SMCPROTO_SMC	0
#define SMCPROTO_SMC6	1

#define HELLO_MAGIC	0x534d4354
#define TICK_MS		200
#define NEWS_MS		5000
/* Who has not run for so long was stopped, and has not seen yet what came meanwhile. */
#define STOPPED_MS	2000
/* Reads or writes for one end before the others have their turn. */
#define TURN		16

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

typedef int (*end_handler)(struct side *s, struct end *e, uint32_t events);

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static const char *side_name(const struct side *s)
{
	return s->server ? "server" : "client";
}

/* Complains about the side, or about e if that is not NULL; returns -error. */
static int __attribute__((format(printf, 4, 5)))
fail(const struct side *s, const struct end *e, int error, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (e)
		fprintf(stderr, "smc-traffic: connection %u, %s end: %s\n", e->index,
			side_name(s), text);
	else
		fprintf(stderr, "smc-traffic: %s: %s\n", side_name(s), text);
	return -error;
}

static socklen_t make_address(const struct side *s, union address *a)
{
	*a = (union address){ 0 };
	if (s->options->ipv6) {
		a->in6.sin6_family = AF_INET6;
		a->in6.sin6_port = htons(s->port);
		inet_pton(AF_INET6, s->options->address, &a->in6.sin6_addr);
		return sizeof(a->in6);
	}
	a->in.sin_family = AF_INET;
	a->in.sin_port = htons(s->port);
	inet_pton(AF_INET, s->options->address, &a->in.sin_addr);
	return sizeof(a->in);
}

static uint16_t port_of(const union address *a)
{
	return ntohs(a->any.sa_family == AF_INET6 ? a->in6.sin6_port : a->in.sin_port);
}

/* force is the privileged option, which net.core.[rw]mem_max does not limit. */
static int set_buffer(const struct side *s, int fd, int force, int option, int bytes)
{
	if (!bytes || !setsockopt(fd, SOL_SOCKET, force, &bytes, sizeof(bytes)) ||
	    !setsockopt(fd, SOL_SOCKET, option, &bytes, sizeof(bytes)))
		return 0;
	return fail(s, NULL, errno, "cannot set a buffer's size to %d: %m", bytes);
}

static int open_socket(const struct side *s)
{
	const struct traffic_options *o = s->options;
	int fd, r;

	fd = socket(AF_SMC, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		    o->ipv6 ? SMCPROTO_SMC6 : SMCPROTO_SMC);
	if (fd < 0 && errno == EAFNOSUPPORT)
		return fail(s, NULL, EAFNOSUPPORT,
			    "this kernel has no AF_SMC sockets; load the module smc");
	if (fd < 0)
		return fail(s, NULL, errno, "cannot open an AF_SMC socket: %m");
	r = set_buffer(s, fd, SO_RCVBUFFORCE, SO_RCVBUF, o->rcvbuf);
	if (!r)
		r = set_buffer(s, fd, SO_SNDBUFFORCE, SO_SNDBUF, o->sndbuf);
	if (r) {
		close(fd);
		return r;
	}
	return fd;
}

static uint64_t inode_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : st.st_ino;
}

int side_init(struct side *s, const struct traffic_options *o, bool server, atomic_bool *stop)
{
	*s = (struct side){
		.server = server, .options = o, .stop = stop, .port = o->port,
		.listen_fd = -1, .epoll_fd = -1, .limit_s = o->timeout_s,
	};
	s->ends = calloc(o->conns, sizeof(*s->ends));
	s->by_index = calloc(o->conns, sizeof(*s->by_index));
	/* Reads are aligned as their place in the stream is. */
	s->in = malloc(o->block + sizeof(uint64_t));
	if (!s->ends || !s->by_index || !s->in || pattern_window_init(&s->out, o->block))
		return fail(s, NULL, ENOMEM, "out of memory");
	for (unsigned int i = 0; i < o->conns; i++)
		s->ends[i].fd = -1;
	s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (s->epoll_fd < 0)
		return fail(s, NULL, errno, "epoll: %m");
	return 0;
}

void side_free(struct side *s)
{
	for (unsigned int i = 0; s->ends && i < s->options->conns; i++)
		if (s->ends[i].fd >= 0)
			close(s->ends[i].fd);
	if (s->listen_fd >= 0)
		close(s->listen_fd);
	if (s->epoll_fd >= 0)
		close(s->epoll_fd);
	pattern_window_free(&s->out);
	free(s->in);
	free(s->by_index);
	free(s->ends);
}

int side_listen(struct side *s)
{
	const struct traffic_options *o = s->options;
	union address a;
	socklen_t len = make_address(s, &a);
	int yes = 1;

	s->listen_fd = open_socket(s);
	if (s->listen_fd < 0)
		return s->listen_fd;
	setsockopt(s->listen_fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(s->listen_fd, &a.any, len) < 0)
		return fail(s, NULL, errno, "cannot bind to %s port %u: %m", o->address, s->port);
	/* Also handshakes under way count; a full queue costs seconds of retries. */
	if (listen(s->listen_fd, o->conns + 128) < 0)
		return fail(s, NULL, errno, "cannot listen: %m");
	len = sizeof(a);
	if (getsockname(s->listen_fd, &a.any, &len) < 0)
		return fail(s, NULL, errno, "cannot tell the port: %m");
	s->port = port_of(&a);
	return 0;
}

static void set_keys(struct side *s, struct end *e, uint64_t nonce)
{
	e->key_out = pattern_key(nonce, e->index, s->server);
	e->key_in = pattern_key(nonce, e->index, !s->server);
}

int side_open(struct side *s, uint16_t port)
{
	struct end *e;

	s->port = port;
	if (getrandom(&s->nonce, sizeof(s->nonce), 0) != sizeof(s->nonce))
		return fail(s, NULL, EIO, "no random number: %m");
	for (unsigned int i = 0; i < s->options->conns; i++) {
		e = &s->ends[i];
		e->index = i;
		s->by_index[i] = e;
		set_keys(s, e, s->nonce);
		e->hello = (struct hello){
			.nonce = s->nonce, .bytes = s->options->bytes,
			.magic = HELLO_MAGIC, .index = i,
		};
	}
	return 0;
}

/* Nothing to watch for means not to hear of errors either: reads tell them. */
static int watch(struct side *s, struct end *e, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = e };
	int op = !e->events ? EPOLL_CTL_ADD : events ? EPOLL_CTL_MOD : EPOLL_CTL_DEL;

	if (events == e->events)
		return 0;
	if (epoll_ctl(s->epoll_fd, op, e->fd, &ev) < 0)
		return fail(s, e, errno, "epoll: %m");
	e->events = events;
	return 0;
}

static int describe_stall(const struct side *s, const struct end *e)
{
	struct smc_socket_list list;

	if (!smc_socket_list_read(&list))
		smc_socket_list_print_progress(&list, s->port, stderr);
	smc_socket_list_free(&list);
	switch (e->state) {
	case END_CONNECTING:
		return fail(s, e, ETIMEDOUT, "no connection after %u s", s->limit_s);
	case END_HELLO:
		return fail(s, e, ETIMEDOUT, "stalled for %u s in the greeting, at byte %zu of %zu",
			    s->limit_s, e->hello_done, sizeof(e->hello));
	default:
		return fail(s, e, ETIMEDOUT,
			    "stalled for %u s: sent %" PRIu64 " and received %" PRIu64
			    " of %" PRIu64 " bytes",
			    s->limit_s, e->sent, e->received, s->goal);
	}
}

static int check_stalls(const struct side *s, int64_t now, int64_t begin)
{
	const struct end *e;

	for (unsigned int i = 0; i < s->begun; i++) {
		e = &s->ends[i];
		if (e->events && now - e->progress_ms > (int64_t)s->limit_s * 1000)
			return describe_stall(s, e);
		if (begin < e->progress_ms)
			begin = e->progress_ms;
	}
	/* A server has no end to blame for connections that never came. */
	if (now - begin > (int64_t)s->limit_s * 1000)
		return fail(s, NULL, ETIMEDOUT, "nothing happened for %u s: %u of %u accepted",
			    s->limit_s, s->begun, s->options->conns);
	return 0;
}

static void forget_stop(struct side *s, int64_t now)
{
	for (unsigned int i = 0; i < s->begun; i++)
		s->ends[i].progress_ms = now;
}

static int tick(struct side *s, int64_t begin, int64_t *checked, int64_t *news)
{
	int64_t now = now_ms();

	if (now - *checked < TICK_MS)
		return 0;
	if (now - *checked > STOPPED_MS)
		forget_stop(s, now);
	*checked = now;
	if (now - *news >= NEWS_MS) {
		*news = now;
		fprintf(stderr, "smc-traffic: %s: %u of %u ends to go\n", side_name(s),
			s->pending, s->options->conns);
	}
	return check_stalls(s, now, begin);
}

static int run_step(struct side *s, end_handler handler)
{
	int64_t begin = now_ms(), checked = begin, news = begin;
	struct epoll_event events[64];
	int n, r;

	while (s->pending) {
		if (*s->stop)
			return -ECANCELED;
		n = epoll_wait(s->epoll_fd, events, 64, TICK_MS);
		if (n < 0 && errno != EINTR)
			return fail(s, NULL, errno, "epoll: %m");
		for (int i = 0; i < n; i++) {
			r = handler(s, events[i].data.ptr, events[i].events);
			if (r < 0)
				return r;
		}
		r = tick(s, begin, &checked, &news);
		if (r < 0)
			return r;
	}
	return 0;
}

static int end_established(struct side *s, struct end *e)
{
	e->state = END_OPEN;
	e->inode = inode_of(e->fd);
	s->pending--;
	return watch(s, e, 0);
}

static int connect_next(struct side *s)
{
	struct end *e = &s->ends[s->begun];
	union address a;
	socklen_t len = make_address(s, &a);

	/* Not earlier: a new socket takes the sizes of buffers that are set then. */
	e->fd = open_socket(s);
	if (e->fd < 0)
		return e->fd;
	s->begun++;
	e->state = END_CONNECTING;
	e->progress_ms = now_ms();
	if (connect(e->fd, &a.any, len) < 0 && errno != EINPROGRESS)
		return fail(s, e, errno, "cannot connect to %s port %u: %m", s->options->address,
			    s->port);
	return watch(s, e, EPOLLOUT);
}

static int finish_connect(struct side *s, struct end *e)
{
	union address a;
	socklen_t len = sizeof(int);
	int error = 0;

	if (getsockopt(e->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	if (error)
		return fail(s, e, error, "cannot connect to %s port %u: %s", s->options->address,
			    s->port, strerror(error));
	len = sizeof(a);
	if (getsockname(e->fd, &a.any, &len) < 0)
		return fail(s, e, errno, "cannot tell its own address: %m");
	e->local_port = port_of(&a);
	e->peer_port = s->port;
	e->state = END_HELLO;
	e->progress_ms = now_ms();
	return 0;
}

static int send_hello(struct side *s, struct end *e)
{
	ssize_t n;

	n = send(e->fd, (char *)&e->hello + e->hello_done, sizeof(e->hello) - e->hello_done,
		 MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN ? 0 : fail(s, e, errno, "cannot send its greeting: %m");
	e->hello_done += n;
	if (e->hello_done < sizeof(e->hello))
		return 0;
	return end_established(s, e);
}

static int handle_connecting(struct side *s, struct end *e, uint32_t events)
{
	int r;

	if (e->state == END_CONNECTING) {
		r = finish_connect(s, e);
		if (r < 0)
			return r;
	}
	r = events & EPOLLOUT ? send_hello(s, e) : fail(s, e, EPIPE, "broke in the greeting");
	if (r < 0 || e->state != END_OPEN || s->begun == s->options->conns)
		return r;
	return connect_next(s);
}

static int accept_one(struct side *s)
{
	union address a = { 0 };
	socklen_t len = sizeof(a);
	struct end *e;
	int fd;

	fd = accept4(s->listen_fd, &a.any, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return errno == EAGAIN ? -EAGAIN : fail(s, NULL, errno, "accept: %m");
	if (s->begun == s->options->conns) {
		close(fd);
		return fail(s, NULL, EEXIST, "more than %u connections came", s->begun);
	}
	e = &s->ends[s->begun++];
	e->fd = fd;
	e->index = s->begun - 1;
	e->state = END_HELLO;
	e->local_port = s->port;
	e->peer_port = port_of(&a);
	e->progress_ms = now_ms();
	return watch(s, e, EPOLLIN);
}

static int take_hello(struct side *s, struct end *e)
{
	const struct hello *h = &e->hello;

	if (h->magic != HELLO_MAGIC)
		return fail(s, e, EPROTO, "accepted as that, sent no greeting of smc-traffic");
	if (h->index >= s->options->conns || s->by_index[h->index])
		return fail(s, e, EPROTO, "accepted as that, says that it is %u, which is %s",
			    h->index, h->index < s->options->conns ? "taken" : "too much");
	e->index = h->index;
	if (h->bytes != s->options->bytes)
		return fail(s, e, EPROTO, "the client has --bytes %" PRIu64, h->bytes);
	s->by_index[e->index] = e;
	set_keys(s, e, h->nonce);
	return end_established(s, e);
}

static int handle_accepting(struct side *s, struct end *e, uint32_t events)
{
	ssize_t n;
	int r;

	(void)events;
	if (!e) {
		do {
			r = accept_one(s);
		} while (!r);
		return r == -EAGAIN ? 0 : r;
	}
	n = recv(e->fd, (char *)&e->hello + e->hello_done, sizeof(e->hello) - e->hello_done, 0);
	if (n < 0)
		return errno == EAGAIN ? 0 : fail(s, e, errno, "accepted as that, broke: %m");
	if (!n)
		return fail(s, e, EPIPE, "accepted as that, closed before its greeting");
	e->hello_done += n;
	e->progress_ms = now_ms();
	return e->hello_done == sizeof(e->hello) ? take_hello(s, e) : 0;
}

int side_establish(struct side *s)
{
	struct epoll_event ev = { .events = EPOLLIN };
	int r = 0;

	s->pending = s->options->conns;
	if (s->server) {
		if (epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, s->listen_fd, &ev) < 0)
			return fail(s, NULL, errno, "epoll: %m");
		r = run_step(s, handle_accepting);
		epoll_ctl(s->epoll_fd, EPOLL_CTL_DEL, s->listen_fd, NULL);
		return r;
	}
	while (!r && s->begun < s->options->conns && s->begun < s->options->parallel)
		r = connect_next(s);
	return r ? r : run_step(s, handle_connecting);
}

static uint32_t wanted(const struct side *s, const struct end *e)
{
	return (e->received < s->goal ? EPOLLIN : 0) | (e->sent < s->goal ? EPOLLOUT : 0);
}

static int send_some(struct side *s, struct end *e)
{
	const void *data;
	uint64_t left;
	size_t len;
	ssize_t n;

	for (int i = 0; i < TURN && e->sent < s->goal; i++) {
		left = s->goal - e->sent;
		len = left < s->options->block ? left : s->options->block;
		len = pattern_get(&s->out, e->key_out, e->sent, len, &data);
		n = send(e->fd, data, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n < 0)
			return fail(s, e, errno, "cannot send after %" PRIu64 " bytes: %m",
				    e->sent);
		e->sent += n;
		e->progress_ms = now_ms();
		if ((size_t)n < len)
			return 0;
	}
	return 0;
}

static int verify(const struct side *s, struct end *e, const char *data, size_t len)
{
	size_t good = pattern_check(e->key_in, e->received, data, len);

	if (good < len)
		return fail(s, e, EBADMSG,
			    "byte %" PRIu64 " is 0x%02x and should be 0x%02x "
			    "(%zu bytes into a read of %zu)",
			    e->received + good, (uint8_t)data[good],
			    pattern_byte(e->key_in, e->received + good), good, len);
	e->received += len;
	e->progress_ms = now_ms();
	return 0;
}

static int receive_some(struct side *s, struct end *e)
{
	uint64_t left;
	size_t len;
	char *data;
	ssize_t n;
	int r;

	for (int i = 0; i < TURN && e->received < s->goal; i++) {
		left = s->goal - e->received;
		len = left < s->options->block ? left : s->options->block;
		data = s->in + e->received % sizeof(uint64_t);
		n = recv(e->fd, data, len, 0);
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n < 0)
			return fail(s, e, errno, "cannot receive after %" PRIu64 " bytes: %m",
				    e->received);
		if (!n)
			return fail(s, e, EPIPE, "closed by the peer after %" PRIu64 " bytes",
				    e->received);
		r = verify(s, e, data, n);
		if (r < 0 || (size_t)n < len)
			return r;
	}
	return 0;
}

/* A hangup does not say why; reading or writing does. */
static int handle_transfer(struct side *s, struct end *e, uint32_t events)
{
	uint32_t broken = events & (EPOLLERR | EPOLLHUP), next;
	int r = 0;

	if (events & EPOLLIN || broken)
		r = receive_some(s, e);
	if (!r && (events & EPOLLOUT || broken))
		r = send_some(s, e);
	if (r < 0)
		return r;
	next = wanted(s, e);
	if (!next)
		s->pending--;
	return watch(s, e, next);
}

int side_transfer(struct side *s)
{
	int64_t now = now_ms();
	struct end *e;
	int r;

	s->pending = 0;
	for (unsigned int i = 0; i < s->options->conns; i++) {
		e = &s->ends[i];
		e->progress_ms = now;
		r = watch(s, e, wanted(s, e));
		if (r < 0)
			return r;
		s->pending += !!e->events;
	}
	return run_step(s, handle_transfer);
}

/* Returns 1 at the end of the stream, 0 if nothing has come. */
static int read_end(struct side *s, struct end *e)
{
	ssize_t n = recv(e->fd, s->in, 1, 0);

	if (n > 0)
		return fail(s, e, EBADMSG, "more than %" PRIu64 " bytes came", e->received);
	if (n < 0 && errno != EAGAIN)
		return fail(s, e, errno, "broke: %m");
	return !n;
}

static int handle_finish(struct side *s, struct end *e, uint32_t events)
{
	int r;

	(void)events;
	r = read_end(s, e);
	if (r <= 0)
		return r;
	e->state = END_DONE;
	s->pending--;
	return watch(s, e, 0);
}

int side_finish(struct side *s)
{
	int64_t now = now_ms();
	struct end *e;
	int r;

	s->pending = s->options->conns;
	for (unsigned int i = 0; i < s->options->conns; i++) {
		e = &s->ends[i];
		if (shutdown(e->fd, SHUT_WR) < 0)
			return fail(s, e, errno, "cannot shut down: %m");
		e->progress_ms = now;
		r = watch(s, e, EPOLLIN);
		if (r < 0)
			return r;
	}
	return run_step(s, handle_finish);
}

int side_watch(struct side *s)
{
	struct end *e;
	int r;

	for (unsigned int i = 0; i < s->options->conns; i++) {
		e = &s->ends[i];
		r = read_end(s, e);
		if (r)
			return r < 0 ? r : fail(s, e, EPIPE, "closed by the peer");
	}
	return 0;
}
