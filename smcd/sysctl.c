// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads and writes numbers in /proc/sys. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "files.h"
#include "sysctl.h"

#define NUMBER_SIZE 16		/* of 32 bits: digits, newline and NUL */

static int open_sysctl(const char *root, const char *name, int flags)
{
	char path[PATH_MAX];
	int fd;

	if (snprintf(path, sizeof(path), "%s/proc/sys/%s", root, name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, flags | O_CLOEXEC | O_NOCTTY);
	return fd < 0 ? -errno : fd;
}

bool sysctl_visible(const char *root)
{
	__attribute__((cleanup(close_fdp))) int fd = open_sysctl(root, "net", O_RDONLY);

	return fd >= 0;
}

static int parse(const char *text, uint32_t *ret_value)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	/* strtoul() would take blanks and a sign. */
	if (text[0] < '0' || text[0] > '9' || strcmp(end, "\n") || errno || value > UINT32_MAX)
		return -EBADMSG;
	*ret_value = value;
	return 0;
}

int sysctl_read(const char *root, const char *name, uint32_t *ret_value)
{
	__attribute__((cleanup(close_fdp))) int fd = open_sysctl(root, name, O_RDONLY);
	char text[NUMBER_SIZE] = "";

	if (fd < 0)
		return fd;
	if (read(fd, text, sizeof(text) - 1) < 0)
		return -errno;
	return parse(text, ret_value);
}

int sysctl_write(const char *root, const char *name, uint32_t value)
{
	__attribute__((cleanup(close_fdp))) int fd = open_sysctl(root, name, O_WRONLY | O_TRUNC);

	if (fd < 0)
		return fd;
	return dprintf(fd, "%" PRIu32 "\n", value) < 0 ? -errno : 0;
}
