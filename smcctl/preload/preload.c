// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libsmcd-preload.so: makes TCP sockets of a program SMC sockets, by LD_PRELOAD; smcctl-run(1).
 *
 * Where the kernel makes none, the program gets the TCP socket that it asked for. What it asks of
 * a socket is answered as of a TCP socket. Connections are counted if smcctl run wants that.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>
#include "observe.h"
#include "real.h"

#define EXPORT __attribute__((visibility("default")))

/* Protocols of AF_SMC (net/smc/smc.h): what is below. */
enum { SMCPROTO_SMC, SMCPROTO_SMC6 };

/* Kinds of SMC sockets that the kernel does not have, or this process must not make. */
struct lack {
	_Atomic int smc, smc_inet;	/* an errno; 0: not known to be lacking */
};

static struct lack lacks[2];		/* IPv4, IPv6 */

/* Errors that mean that a TCP socket could not be made either. */
static bool is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS;
}

static int try_socket(_Atomic int *lack, int domain, int type, int protocol)
{
	int fd;

	errno = atomic_load(lack);
	if (errno)
		return -1;
	fd = real_functions()->socket(domain, type, protocol);
	/* The kernel would look for a module each time. */
	if (fd < 0 && !is_shortage(errno))
		atomic_store(lack, errno);
	return fd;
}

/*
 * AF_SMC goes first: of IPPROTO_SMC, SMC_DIAG does not tell the addresses (7.3). But that one is
 * let through by sandboxes that list families.
 */
static int smc_socket(int domain, int type)
{
	bool ipv6 = domain == AF_INET6;
	int fd;

	fd = try_socket(&lacks[ipv6].smc, AF_SMC, type, ipv6 ? SMCPROTO_SMC6 : SMCPROTO_SMC);
	if (fd < 0 && !is_shortage(errno))
		fd = try_socket(&lacks[ipv6].smc_inet, domain, type, IPPROTO_SMC);
	return fd;
}

static bool is_tcp(int domain, int type, int protocol)
{
	return (domain == AF_INET || domain == AF_INET6) &&
	       (type & ~(SOCK_CLOEXEC | SOCK_NONBLOCK)) == SOCK_STREAM &&
	       (protocol == 0 || protocol == IPPROTO_TCP);
}

EXPORT int socket(int domain, int type, int protocol)
{
	int saved = errno, fd;

	if (!is_tcp(domain, type, protocol))
		return real_functions()->socket(domain, type, protocol);
	fd = smc_socket(domain, type);
	if (fd < 0 && is_shortage(errno))
		return fd;
	if (fd < 0) {
		observe_refused(atomic_load(&lacks[domain == AF_INET6].smc));
		fd = real_functions()->socket(domain, type, protocol);
	}
	if (fd >= 0)
		errno = saved;
	return fd;
}

/* Programs compare what a socket is with what they asked for. */
static int as_of_tcp(int fd, int name, int value)
{
	if (name == SO_DOMAIN && value == AF_SMC)
		return real_option(fd, SO_PROTOCOL) == SMCPROTO_SMC6 ? AF_INET6 : AF_INET;
	if (name == SO_PROTOCOL &&
	    (value == IPPROTO_SMC || real_option(fd, SO_DOMAIN) == AF_SMC))
		return IPPROTO_TCP;
	return value;
}

EXPORT int getsockopt(int fd, int level, int name, void *value, socklen_t *size)
{
	int r = real_functions()->getsockopt(fd, level, name, value, size), *number = value;

	if (r < 0 || level != SOL_SOCKET || *size != sizeof(*number))
		return r;
	if (name == SO_DOMAIN || name == SO_PROTOCOL)
		*number = as_of_tcp(fd, name, *number);
	else if (name == SO_ERROR)
		observe_error(fd, *number);
	return r;
}

EXPORT int connect(int fd, const struct sockaddr *address, socklen_t size)
{
	bool before = observe_is_connected(fd);
	int r = real_functions()->connect(fd, address, size);

	observe_connect(fd, before, r < 0 ? errno : 0);
	return r;
}

EXPORT int accept(int fd, struct sockaddr *address, socklen_t *size)
{
	int r = real_functions()->accept(fd, address, size);

	if (r >= 0)
		observe_accepted(r);
	return r;
}

EXPORT int accept4(int fd, struct sockaddr *address, socklen_t *size, int flags)
{
	int r = real_functions()->accept4(fd, address, size, flags);

	if (r >= 0)
		observe_accepted(r);
	return r;
}

EXPORT int close(int fd)
{
	observe_closing(fd);
	return real_functions()->close(fd);
}

__attribute__((constructor)) static void begin(void)
{
	observe_begin();
}

__attribute__((destructor)) static void end(void)
{
	observe_end();
}
