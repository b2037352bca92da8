// SPDX-License-Identifier: GPL-2.0-or-later
/* Which process has a socket open; see processes.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "processes.h"

/* A socket, and the index of the process that has it. */
struct slot {
	uint64_t inode;			/* 0: free */
	size_t process;
};

struct processes {
	struct process *list;
	size_t n;
	struct slot *slots;		/* open addressing: at most half of them are taken */
	size_t n_slots, taken;		/* a power of two */
};

static void close_directory(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

#define directory_cleanup __attribute__((cleanup(close_directory)))

void processes_free(struct processes *processes)
{
	if (!processes)
		return;
	free(processes->list);
	free(processes->slots);
	free(processes);
}

void processes_freep(struct processes **processes)
{
	processes_free(*processes);
}

/* Where @inode is, or may be put. Inodes are counted up: the multiplication spreads them. */
static struct slot *find_slot(const struct processes *processes, uint64_t inode)
{
	size_t mask = processes->n_slots - 1;
	size_t i = (inode * UINT64_C(0x9e3779b97f4a7c15) >> 32) & mask;

	while (processes->slots[i].inode && processes->slots[i].inode != inode)
		i = (i + 1) & mask;
	return &processes->slots[i];
}

static int make_room(struct processes *processes)
{
	struct processes larger = { .n_slots = processes->n_slots ? 2 * processes->n_slots : 256 };
	size_t i;

	if (2 * (processes->taken + 1) <= processes->n_slots)
		return 0;
	larger.slots = calloc(larger.n_slots, sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (i = 0; i < processes->n_slots; i++)
		if (processes->slots[i].inode)
			*find_slot(&larger, processes->slots[i].inode) = processes->slots[i];
	free(processes->slots);
	processes->slots = larger.slots;
	processes->n_slots = larger.n_slots;
	return 0;
}

static int add_socket(struct processes *processes, uint64_t inode, size_t process)
{
	struct slot *slot;

	if (make_room(processes) < 0)
		return -ENOMEM;
	slot = find_slot(processes, inode);
	if (slot->inode)
		return 0;
	*slot = (struct slot){ inode, process };
	processes->taken++;
	return 0;
}

const struct process *processes_find(const struct processes *processes, uint64_t inode)
{
	const struct slot *slot;

	if (!inode || !processes->n_slots)
		return NULL;
	slot = find_slot(processes, inode);
	return slot->inode ? &processes->list[slot->process] : NULL;
}

static void read_name(int directory, char name[PROCESS_NAME_SIZE])
{
	int fd = openat(directory, "comm", O_RDONLY | O_CLOEXEC);
	ssize_t size = fd < 0 ? 0 : read(fd, name, PROCESS_NAME_SIZE - 1);

	if (fd >= 0)
		close(fd);
	name[size > 0 ? size : 0] = '\0';
	name[strcspn(name, "\n")] = '\0';
	for (; *name; name++)
		if (*name < ' ' || *name > '~')
			*name = '?';
}

static int add_process(struct processes *processes, pid_t pid, int directory)
{
	struct process *list = reallocarray(processes->list, processes->n + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	processes->list = list;
	list[processes->n].pid = pid;
	read_name(directory, list[processes->n++].name);
	return 0;
}

/* The inode of "socket:[4711]"; 0: it is something else. */
static uint64_t socket_inode(int directory, const char *name)
{
	char target[64], *end;
	ssize_t size = readlinkat(directory, name, target, sizeof(target) - 1);
	uint64_t inode;

	if (size <= 0)
		return 0;
	target[size] = '\0';
	if (strncmp(target, "socket:[", 8))
		return 0;
	inode = strtoull(target + 8, &end, 10);
	return strcmp(end, "]") ? 0 : inode;
}

/* The process is added with its first socket. */
static int scan_descriptors(struct processes *processes, pid_t pid, int directory, DIR *descriptors)
{
	bool added = false;
	struct dirent *entry;
	uint64_t inode;
	int r = 0;

	while (!r && (entry = readdir(descriptors))) {
		inode = entry->d_name[0] == '.' ? 0 :
			socket_inode(dirfd(descriptors), entry->d_name);
		if (!inode)
			continue;
		if (!added)
			r = add_process(processes, pid, directory);
		added = true;
		if (!r)
			r = add_socket(processes, inode, processes->n - 1);
	}
	return r;
}

/* -ESRCH, -EACCES or -ENOMEM */
static int scan_process(struct processes *processes, int proc, const char *name)
{
	int directory = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd, r;
	directory_cleanup DIR *descriptors = NULL;

	if (directory < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	fd = openat(directory, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	descriptors = fd < 0 ? NULL : fdopendir(fd);
	r = descriptors ? 0 : errno == ENOENT ? -ESRCH : -errno;
	if (fd >= 0 && !descriptors)
		close(fd);
	if (!r)
		r = scan_descriptors(processes, strtol(name, NULL, 10), directory, descriptors);
	close(directory);
	return r;
}

static int scan_all(struct processes *processes, DIR *proc)
{
	struct dirent *entry;

	while ((entry = readdir(proc)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    scan_process(processes, dirfd(proc), entry->d_name) == -ENOMEM)
			return -ENOMEM;
	return 0;
}

int processes_scan(const char *path, pid_t pid, struct processes **ret_processes)
{
	__attribute__((cleanup(processes_freep))) struct processes *processes = NULL;
	directory_cleanup DIR *proc = opendir(path);
	char name[16];
	int r = 0;

	processes = calloc(1, sizeof(*processes));
	if (!processes)
		return -ENOMEM;
	snprintf(name, sizeof(name), "%d", (int)pid);
	if (pid)
		r = proc ? scan_process(processes, dirfd(proc), name) : -errno;
	else if (proc)
		r = scan_all(processes, proc);
	if (r < 0)
		return r;
	*ret_processes = processes;
	processes = NULL;
	return 0;
}
