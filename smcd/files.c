// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads and writes small files as a daemon has to: regular ones only, and atomically. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "files.h"

void free_charp(char **pointer)
{
	free(*pointer);
}

void close_fdp(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static int check_type(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISREG(st.st_mode))
		return 0;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3))
		return -ENODATA;
	return -ENOTSUP;
}

static ssize_t read_fully(int fd, char *data, size_t max)
{
	size_t size = 0;

	while (size < max) {
		ssize_t n = read(fd, data + size, max - size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		size += n;
	}
	return size;
}

int file_read(const char *path, size_t max, char **ret_data, size_t *ret_size)
{
	__attribute__((cleanup(close_fdp))) int fd = -1;
	__attribute__((cleanup(free_charp))) char *data = NULL;
	ssize_t size;
	int r;

	/* O_NONBLOCK: a FIFO must not hold up the daemon before its type is known. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	r = check_type(fd);
	if (r < 0)
		return r;
	data = malloc(max + 1);
	if (!data)
		return -ENOMEM;
	size = read_fully(fd, data, max);
	if (size < 0)
		return size;
	data[size] = '\0';
	*ret_data = data;
	*ret_size = size;
	data = NULL;
	return 0;
}

static int fill(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		size -= n;
	}
	if (fchmod(fd, 0644) < 0 || fsync(fd) < 0)
		return -errno;
	return 0;
}

/* A rename is on the disk when its directory is. */
static void sync_directory_of(const char *path)
{
	__attribute__((cleanup(free_charp))) char *copy = strdup(path);
	int fd;

	if (!copy)
		return;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

static char *temporary_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	int directory = slash ? (int)(slash - path) + 1 : 0;
	char *name;

	/* Hidden, so that nobody takes a left-over for a drop-in. */
	if (asprintf(&name, "%.*s.%s.XXXXXX", directory, path, path + directory) < 0)
		return NULL;
	return name;
}

int file_write(const char *path, const char *data, size_t size)
{
	__attribute__((cleanup(free_charp))) char *temporary = temporary_name(path);
	int fd, r;

	if (!temporary)
		return -ENOMEM;
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = fill(fd, data, size);
	close(fd);
	if (!r && rename(temporary, path) < 0)
		r = -errno;
	if (r < 0) {
		unlink(temporary);
		return r;
	}
	sync_directory_of(path);
	return 0;
}

int make_directories(const char *path)
{
	__attribute__((cleanup(free_charp))) char *copy = strdup(path);

	if (!copy)
		return -ENOMEM;
	for (char *p = copy + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0755) < 0 && errno != EEXIST)
			return -errno;
		*p = '/';
	}
	if (mkdir(copy, 0755) < 0 && errno != EEXIST)
		return -errno;
	return 0;
}
