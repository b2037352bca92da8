// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests libsmcd-preload.so, linked into this program, above functions that stand for the kernel's:
 * what becomes of sockets, and how connections are counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "../../smcctl/preload/lookup.h"
#include "../../smcctl/preload/observe.h"
#include "../../smcctl/preload/real.h"
#include "../../smcctl/preload/tally.h"
#include "temporary.h"

#define FD 1000		/* of a socket that is not there */

/* What the stand-ins do, and what they were called with. */
static struct {
	int smc_error, inet_smc_error, tcp_error;	/* 0: such a socket can be made */
	int calls, domain, type, protocol;		/* of socket() */
	int connect_error, so_error;
	int raw_domain, raw_protocol;			/* of any socket */
	int found;					/* what lookup_inode() returns */
	struct lookup lookup;
} kernel;

static int fake_socket(int domain, int type, int protocol)
{
	int error = domain == AF_SMC ? kernel.smc_error :
		    protocol == IPPROTO_SMC ? kernel.inet_smc_error : kernel.tcp_error;

	kernel.calls++;
	kernel.domain = domain;
	kernel.type = type;
	kernel.protocol = protocol;
	errno = error;
	return error ? -1 : FD;
}

static int fake_getsockopt(int fd, int level, int name, void *value, socklen_t *size)
{
	(void)fd;
	assert_int_equal(level, SOL_SOCKET);
	assert_int_equal(*size, sizeof(int));
	*(int *)value = name == SO_DOMAIN ? kernel.raw_domain :
			name == SO_PROTOCOL ? kernel.raw_protocol : kernel.so_error;
	return 0;
}

static int fake_connect(int fd, const struct sockaddr *address, socklen_t size)
{
	(void)fd;
	(void)address;
	(void)size;
	errno = kernel.connect_error;
	return errno ? -1 : 0;
}

static int fake_accept(int fd, struct sockaddr *address, socklen_t *size)
{
	(void)address;
	(void)size;
	return dup(fd);
}

static int fake_accept4(int fd, struct sockaddr *address, socklen_t *size, int flags)
{
	(void)flags;
	return fake_accept(fd, address, size);
}

static int real_close(int fd)
{
	return syscall(SYS_close, fd);
}

const struct real *real_functions(void)
{
	static const struct real real = { fake_socket, fake_getsockopt, fake_connect, fake_accept,
					  fake_accept4, real_close };

	return &real;
}

int real_option(int fd, int name)
{
	socklen_t size = sizeof(int);
	int value;

	fake_getsockopt(fd, SOL_SOCKET, name, &value, &size);
	return value;
}

int lookup_inode(uint64_t inode, struct lookup *ret_lookup)
{
	assert_true(inode);
	*ret_lookup = kernel.lookup;
	return kernel.found;
}

static int reset(void **state)
{
	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	kernel.raw_domain = AF_SMC;
	return 0;
}

static void is_made(int domain, int type, int protocol)
{
	assert_int_equal(kernel.domain, domain);
	assert_int_equal(kernel.type, type);
	assert_int_equal(kernel.protocol, protocol);
}

static void test_smc(void **state)
{
	int flags = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;

	(void)state;
	errno = EDOM;
	assert_int_equal(socket(AF_INET, flags, 0), FD);
	assert_int_equal(errno, EDOM);
	is_made(AF_SMC, flags, 0);
	assert_int_equal(socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP), FD);
	is_made(AF_SMC, SOCK_STREAM, 1);
	assert_int_equal(kernel.calls, 2);
}

static void test_others(void **state)
{
	static const int others[][3] = {
		{ AF_UNIX, SOCK_STREAM, 0 }, { AF_INET, SOCK_DGRAM, 0 },
		{ AF_INET6, SOCK_RAW, IPPROTO_ICMPV6 }, { AF_INET, SOCK_STREAM, IPPROTO_SCTP },
		{ AF_INET, SOCK_STREAM, 262 }, { AF_SMC, SOCK_STREAM, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		socket(others[i][0], others[i][1], others[i][2]);
		is_made(others[i][0], others[i][1], others[i][2]);
		assert_int_equal(kernel.calls, i + 1);
	}
}

/* Each call fails for itself. */
static void test_shortage(void **state)
{
	(void)state;
	kernel.smc_error = EMFILE;
	for (int i = 1; i < 3; i++) {
		assert_int_equal(socket(AF_INET, SOCK_STREAM, 0), -1);
		assert_int_equal(errno, EMFILE);
		assert_int_equal(kernel.calls, i);
	}
}

/* What the kernel does not have is not asked for again. IPv6 lacks it from now on. */
static void test_lack(void **state)
{
	(void)state;
	kernel.smc_error = EAFNOSUPPORT;
	errno = EDOM;
	assert_int_equal(socket(AF_INET6, SOCK_STREAM, 0), FD);
	is_made(AF_INET6, SOCK_STREAM, IPPROTO_SMC);
	assert_int_equal(kernel.calls, 2);
	kernel.inet_smc_error = EPROTONOSUPPORT;
	assert_int_equal(socket(AF_INET6, SOCK_STREAM, 0), FD);
	is_made(AF_INET6, SOCK_STREAM, 0);
	assert_int_equal(kernel.calls, 4);
	assert_int_equal(errno, EDOM);
	kernel.tcp_error = EAFNOSUPPORT;
	assert_int_equal(socket(AF_INET6, SOCK_STREAM, 0), -1);
	assert_int_equal(errno, EAFNOSUPPORT);
	assert_int_equal(kernel.calls, 5);
	kernel.smc_error = 0;
	assert_int_equal(socket(AF_INET, SOCK_STREAM, 0), FD);
	is_made(AF_SMC, SOCK_STREAM, 0);
}

static void is_told(int raw_domain, int raw_protocol, int domain, int protocol)
{
	socklen_t size = sizeof(int);
	int value;

	kernel.raw_domain = raw_domain;
	kernel.raw_protocol = raw_protocol;
	assert_int_equal(getsockopt(FD, SOL_SOCKET, SO_DOMAIN, &value, &size), 0);
	assert_int_equal(value, domain);
	assert_int_equal(getsockopt(FD, SOL_SOCKET, SO_PROTOCOL, &value, &size), 0);
	assert_int_equal(value, protocol);
}

static void test_options(void **state)
{
	(void)state;
	is_told(AF_SMC, 0, AF_INET, IPPROTO_TCP);
	is_told(AF_SMC, 1, AF_INET6, IPPROTO_TCP);
	is_told(AF_INET, IPPROTO_SMC, AF_INET, IPPROTO_TCP);
	is_told(AF_INET, IPPROTO_UDP, AF_INET, IPPROTO_UDP);
	is_told(AF_UNIX, 0, AF_UNIX, 0);
}

static struct tally *tally;

static int count_setup(void **state)
{
	if (temporary_setup(state) < 0 || tally_create(in_temporary("tally"), &tally) < 0 ||
	    setenv(TALLY_VARIABLE, in_temporary("tally"), 1) < 0)
		return -1;
	observe_begin();
	return 0;
}

/* A new socket with an inode; it has no peer. */
static int new_socket(void)
{
	int fd = syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	return fd;
}

static void has(enum tally_path path, bool server, uint64_t count)
{
	struct tally_kind kind;
	uint64_t n, sum = 0;
	size_t i = 0;

	while (tally_next(tally, &i, &kind, &n))
		if (kind.path == path && kind.server == server)
			sum += n;
	assert_int_equal(sum, count);
}

static int count_reset(void **state)
{
	memset(tally, 0, sizeof(*tally));
	reset(state);
	kernel.found = 1;
	kernel.lookup.state = LOOKUP_CONNECTED;
	kernel.lookup.kind = (struct tally_kind){ .path = TALLY_SMCD, .gid = 7 };
	return 0;
}

static void test_accept(void **state)
{
	int fd = new_socket(), a = accept(fd, NULL, NULL), b = accept4(fd, NULL, NULL, 0);

	(void)state;
	has(TALLY_SMCD, true, 2);
	kernel.raw_domain = AF_UNIX;
	assert_int_equal(close(accept(fd, NULL, NULL)), 0);
	has(TALLY_SMCD, true, 2);
	kernel.raw_domain = AF_INET;
	kernel.raw_protocol = IPPROTO_TCP;
	kernel.found = 0;
	assert_int_equal(close(accept(fd, NULL, NULL)), 0);
	has(TALLY_TCP, true, 1);
	kernel.raw_domain = AF_SMC;
	assert_int_equal(close(accept(fd, NULL, NULL)), 0);
	assert_int_equal(tally->unknown, 1);
	kernel.found = -ENOMEM;
	assert_int_equal(close(accept(fd, NULL, NULL)), 0);
	assert_int_equal(tally->unknown, 2);
	close(a);
	close(b);
	close(fd);
	assert_int_equal(tally->unknown, 2);
}

static void test_connect(void **state)
{
	int fd = new_socket();

	(void)state;
	assert_int_equal(connect(fd, NULL, 0), 0);
	has(TALLY_SMCD, false, 1);
	kernel.connect_error = ECONNREFUSED;
	assert_int_equal(connect(fd, NULL, 0), -1);
	assert_int_equal(errno, ECONNREFUSED);
	close(fd);
	has(TALLY_SMCD, false, 1);
	assert_int_equal(tally->n_pending + tally->unknown, 0);
}

static void ask_error(int fd)
{
	socklen_t size = sizeof(int);
	int value;

	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &size), 0);
	assert_int_equal(value, kernel.so_error);
}

/* Counted once, whichever way its end is seen. */
static void test_connecting(void **state)
{
	int fd = new_socket();

	(void)state;
	kernel.connect_error = EINPROGRESS;
	kernel.lookup.state = LOOKUP_BEFORE;
	kernel.lookup.kind.path = 0;
	assert_int_equal(connect(fd, NULL, 0), -1);
	assert_int_equal(errno, EINPROGRESS);
	assert_int_equal(tally->n_pending, 1);
	ask_error(fd);
	assert_int_equal(tally->n_pending, 1);
	kernel.lookup.state = LOOKUP_CONNECTED;
	kernel.lookup.kind.path = TALLY_SMCD;
	ask_error(fd);
	ask_error(fd);
	kernel.connect_error = EISCONN;
	connect(fd, NULL, 0);
	close(fd);
	has(TALLY_SMCD, false, 1);
	assert_int_equal(tally->n_pending + tally->unknown, 0);
}

static void test_connecting_until(void **state)
{
	int fd;

	(void)state;
	for (int i = 0; i < 4; i++) {
		fd = new_socket();
		kernel.connect_error = EINPROGRESS;
		connect(fd, NULL, 0);
		kernel.connect_error = i == 1 ? EISCONN : 0;
		if (i == 1 || i == 2)
			connect(fd, NULL, 0);
		if (i == 3)
			observe_end();
		close(fd);
		has(TALLY_SMCD, false, i + 1);
	}
	assert_int_equal(tally->n_pending + tally->unknown, 0);
}

static void test_connecting_fails(void **state)
{
	int fd = new_socket();

	(void)state;
	kernel.connect_error = EINPROGRESS;
	connect(fd, NULL, 0);
	kernel.so_error = ECONNREFUSED;
	ask_error(fd);
	assert_int_equal(tally->n_pending, 0);
	connect(fd, NULL, 0);
	kernel.lookup.kind.path = 0;
	kernel.lookup.state = LOOKUP_CLOSED;
	close(fd);
	assert_int_equal(tally->n_pending, 0);
	has(TALLY_SMCD, false, 0);
	assert_int_equal(tally->unknown, 0);
}

/* The copy in a child is closed first, and connected later. */
static void test_connecting_inherited(void **state)
{
	int fd = new_socket(), copy = dup(fd);

	(void)state;
	kernel.connect_error = EINPROGRESS;
	kernel.lookup.state = LOOKUP_BEFORE;
	connect(fd, NULL, 0);
	close(copy);
	assert_int_equal(tally->n_pending, 1);
	kernel.lookup.state = LOOKUP_CONNECTED;
	close(fd);
	has(TALLY_SMCD, false, 1);
	assert_int_equal(tally->n_pending, 0);
}

static void test_refused(void **state)
{
	(void)state;
	kernel.smc_error = kernel.inet_smc_error = EACCES;
	socket(AF_INET, SOCK_STREAM, 0);
	socket(AF_INET, SOCK_STREAM, 0);
	has(TALLY_REFUSED, false, 2);
	assert_int_equal(tally->entries[0].kind.reason, EACCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_smc, reset),
		cmocka_unit_test_setup(test_others, reset),
		cmocka_unit_test_setup(test_shortage, reset),
		cmocka_unit_test_setup(test_options, reset),
		cmocka_unit_test_setup(test_lack, reset),
		cmocka_unit_test_setup(test_accept, count_reset),
		cmocka_unit_test_setup(test_connect, count_reset),
		cmocka_unit_test_setup(test_connecting, count_reset),
		cmocka_unit_test_setup(test_connecting_until, count_reset),
		cmocka_unit_test_setup(test_connecting_fails, count_reset),
		cmocka_unit_test_setup(test_connecting_inherited, count_reset),
		cmocka_unit_test_setup(test_refused, count_reset),
	};

	return cmocka_run_group_tests(tests, count_setup, temporary_teardown);
}
