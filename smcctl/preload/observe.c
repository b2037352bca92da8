// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds out what carries a connection, and counts it, see observe.h.
 *
 * SMC_DIAG tells from when the connection is there until the program closes its socket: only then
 * does the kernel forget it (smc_conn_free() in net/smc/smc_core.c). So connections are counted
 * when accept() or connect() returns them; where connect() does not wait, when the program asks
 * for its result, and at the latest before it closes the socket.
 */
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "lookup.h"
#include "observe.h"
#include "real.h"
#include "tally.h"

static struct tally *tally;	/* NULL: nobody asked for it */

void observe_begin(void)
{
	const char *path = getenv(TALLY_VARIABLE);
	int saved = errno;

	if (path)
		tally_open(path, &tally);
	errno = saved;
}

/* 0: it is no socket. */
static uint64_t inode_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) ? st.st_ino : 0;
}

/* When it falls back, the descriptor becomes one of TCP (smc_switch_to_fallback() in af_smc.c). */
static bool is_smc(int fd)
{
	return real_option(fd, SO_DOMAIN) == AF_SMC || real_option(fd, SO_PROTOCOL) == IPPROTO_SMC;
}

static bool is_tcp(int fd)
{
	int domain = real_option(fd, SO_DOMAIN);

	return (domain == AF_INET || domain == AF_INET6) &&
	       real_option(fd, SO_PROTOCOL) == IPPROTO_TCP;
}

static bool has_peer(int fd)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);

	return getpeername(fd, (struct sockaddr *)&address, &size) == 0;
}

static void count(int fd, bool server, int found, const struct lookup *lookup)
{
	struct tally_kind kind = { .path = TALLY_TCP };

	if (found > 0)
		kind = lookup->kind;
	kind.server = server;
	if (found < 0 || !kind.path || (!found && is_smc(fd)))
		atomic_fetch_add(&tally->unknown, 1);
	else
		tally_count(tally, &kind);
}

static void count_new(int fd, bool server)
{
	struct lookup lookup = {};

	count(fd, server, lookup_inode(inode_of(fd), &lookup), &lookup);
}

void observe_refused(int error)
{
	struct tally_kind kind = { .path = TALLY_REFUSED, .reason = error };

	if (tally)
		tally_count(tally, &kind);
}

void observe_accepted(int fd)
{
	int saved = errno;

	if (tally && (is_smc(fd) || is_tcp(fd)))
		count_new(fd, true);
	errno = saved;
}

bool observe_is_connected(int fd)
{
	int saved = errno;
	bool connected = tally && has_peer(fd);

	errno = saved;
	return connected;
}

/*
 * What fell back before connect(), as with TCP Fast Open, stays in the state before it: TCP tells
 * whether there is a @peer.
 */
static bool is_connected(int found, const struct lookup *lookup, bool peer)
{
	if (found <= 0)
		return peer;
	return lookup->state == LOOKUP_CONNECTED ||
	       (lookup->kind.path && (peer || lookup->state == LOOKUP_CLOSED));
}

/* What is closed before it was connected may go on elsewhere: the socket may have been inherited. */
static void settle(int fd, uint64_t inode, bool closing)
{
	bool peer = has_peer(fd);
	struct lookup lookup = {};
	int found = lookup_inode(inode, &lookup);

	if (is_connected(found, &lookup, peer)) {
		if (tally_settle(tally, inode))
			count(fd, false, found, &lookup);
	} else if (found > 0 && lookup.state == LOOKUP_CLOSED) {
		tally_settle(tally, inode);
	} else if (closing) {
		tally_abandon(tally, inode);
	}
}

static void settle_if_pending(int fd, bool closing)
{
	int saved = errno;
	uint64_t inode;

	if (!tally || !atomic_load(&tally->n_pending))
		return;
	inode = inode_of(fd);
	if (inode && tally_is_pending(tally, inode))
		settle(fd, inode, closing);
	errno = saved;
}

/* One that was connected before is counted, unless it is pending. */
static void connected(int fd, bool before)
{
	if (!tally_settle(tally, inode_of(fd)) && before)
		return;
	count_new(fd, false);
}

static void take_result(int fd, bool before, int error)
{
	switch (error) {
	case 0:
		connected(fd, before);
		break;
	case EINPROGRESS:
	case EINTR:
		tally_pend(tally, inode_of(fd));
		break;
	case EALREADY:
		break;
	case EISCONN:
		settle_if_pending(fd, false);
		break;
	default:
		tally_settle(tally, inode_of(fd));
	}
}

void observe_connect(int fd, bool before, int error)
{
	int saved = errno;

	if (tally && (is_smc(fd) || is_tcp(fd)))
		take_result(fd, before, error);
	errno = saved;
}

void observe_error(int fd, int error)
{
	int saved = errno;

	if (!error)
		settle_if_pending(fd, false);
	else if (tally)
		tally_settle(tally, inode_of(fd));
	errno = saved;
}

void observe_closing(int fd)
{
	settle_if_pending(fd, true);
}

void observe_end(void)
{
	struct dirent *entry;
	DIR *dir;

	if (!tally || !atomic_load(&tally->n_pending))
		return;
	dir = opendir("/proc/self/fd");
	while (dir && (entry = readdir(dir)))
		if (*entry->d_name != '.')
			settle_if_pending(atoi(entry->d_name), true);
	if (dir)
		closedir(dir);
}
