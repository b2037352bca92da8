/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What became of connections, counted in memory that smcctl run and all processes below it share.
 *
 * There are no locks: a process may end at any point, or count within a signal handler.
 */
#ifndef PRELOAD_TALLY_H
#define PRELOAD_TALLY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TALLY_VARIABLE "SMCCTL_RUN_TALLY"	/* of the environment: the path of the file */
#define TALLY_KINDS 128
#define TALLY_PENDING 4096

enum tally_path {
	TALLY_SMCD = 1,
	TALLY_SMCR,
	TALLY_FALLBACK,		/* an SMC socket, whose connection is TCP */
	TALLY_TCP,		/* accepted from a listening socket that is not of SMC */
	TALLY_REFUSED,		/* no connection yet: a TCP socket, as the kernel made none of SMC */
};

/* Connections that are alike; what a path does not have is 0. */
struct tally_kind {
	uint32_t path;		/* enum tally_path */
	uint32_t server;	/* 1: accepted here; 0: connected from here */
	uint32_t reason, peer_reason;	/* of the fallback, see reason.h; TALLY_REFUSED: an errno */
	uint64_t gid;		/* of the SMC-D device */
};

struct tally_entry {
	_Atomic uint32_t state;
	struct tally_kind kind;
	_Atomic uint64_t count;
};

/* All zeros at first. Two entries may be of one kind. */
struct tally {
	struct tally_entry entries[TALLY_KINDS];
	_Atomic uint64_t unknown;	/* connections of which no more can be told */
	_Atomic uint32_t n_pending;
	_Atomic uint64_t pending[TALLY_PENDING];	/* see below */
};

/* Makes the file and maps it; whoever knows its path can count. The caller unlinks and unmaps. */
int tally_create(const char *path, struct tally **ret_tally);

/* Maps a file that tally_create() has made; a negative errno. */
int tally_open(const char *path, struct tally **ret_tally);

void tally_close(struct tally *tally);

void tally_count(struct tally *tally, const struct tally_kind *kind);

/* The next entry that counts something, from *@i on, which is then behind it; false: no more. */
bool tally_next(struct tally *tally, size_t *i, struct tally_kind *ret_kind, uint64_t *ret_count);

/*
 * Sockets whose connect() goes on, by inode. Where there is no room for another one, it is counted
 * as unknown. An abandoned one was closed before it was connected, here at least: another process
 * may still have it.
 */
void tally_pend(struct tally *tally, uint64_t inode);
void tally_abandon(struct tally *tally, uint64_t inode);
bool tally_is_pending(struct tally *tally, uint64_t inode);

/* Takes it out; true: it was there, and nobody else has taken it. */
bool tally_settle(struct tally *tally, uint64_t inode);

/* Takes out any; 0: there is none. */
uint64_t tally_take(struct tally *tally, bool *ret_abandoned);

#endif
