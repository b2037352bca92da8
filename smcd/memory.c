// SPDX-License-Identifier: GPL-2.0-or-later
/* How much memory the machine has, and how much of it is available: /proc/meminfo. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "files.h"
#include "memory.h"

#define SIZE_READ 4096		/* both are among the first lines */

/* The line "KEY   NUMBER kB" */
static int parse_line(const char *text, const char *key, uint64_t *ret_bytes)
{
	const char *line = text;
	unsigned long long number;
	char *end;

	while (strncmp(line, key, strlen(key)) != 0) {
		line = strchr(line, '\n');
		if (!line)
			return -EBADMSG;
		line++;
	}
	line += strlen(key);
	line += strspn(line, " ");
	if (*line < '0' || *line > '9')
		return -EBADMSG;
	errno = 0;
	number = strtoull(line, &end, 10);
	if (errno || number > UINT64_MAX / 1024 || strncmp(end, " kB\n", 4) != 0)
		return -EBADMSG;
	*ret_bytes = number * 1024;
	return 0;
}

int memory_parse(const char *text, uint64_t *ret_total, uint64_t *ret_available)
{
	uint64_t total, available;

	if (parse_line(text, "MemTotal:", &total) < 0 ||
	    parse_line(text, "MemAvailable:", &available) < 0)
		return -EBADMSG;
	*ret_total = total;
	*ret_available = available;
	return 0;
}

int memory_read(const char *root, uint64_t *ret_total, uint64_t *ret_available)
{
	__attribute__((cleanup(close_fdp))) int fd = -1;
	char path[PATH_MAX], text[SIZE_READ + 1];
	ssize_t size;

	if (snprintf(path, sizeof(path), "%s/proc/meminfo", root) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -errno;
	size = read(fd, text, SIZE_READ);
	if (size < 0)
		return -errno;
	text[size] = '\0';
	return memory_parse(text, ret_total, ret_available);
}
