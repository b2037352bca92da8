/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which process has a socket open: one look at the descriptors in /proc, as far as whoever runs
 * smcctl may see them, and then a lookup for each socket.
 */
#ifndef SMCCTL_PROCESSES_H
#define SMCCTL_PROCESSES_H

#include <stdint.h>
#include <sys/types.h>

#define PROCESS_NAME_SIZE 16	/* of /proc/PID/comm, with its NUL (TASK_COMM_LEN) */

struct process {
	pid_t pid;
	char name[PROCESS_NAME_SIZE];	/* printable ASCII, what else was there is '?' */
};

struct processes;

/*
 * Looks at all processes below @proc, which is "/proc" but for tests, or at @pid only, if that is
 * not 0: then -ESRCH: there is none, -EACCES: its descriptors are not to be seen. Else what cannot
 * be seen is left out. The caller frees *@ret_processes. -ENOMEM.
 */
int processes_scan(const char *proc, pid_t pid, struct processes **ret_processes);

/* The one that has the socket with @inode open, of several the first that was seen; or NULL. */
const struct process *processes_find(const struct processes *processes, uint64_t inode);

void processes_free(struct processes *processes);
void processes_freep(struct processes **processes);	/* for __attribute__((cleanup)) */

#endif
