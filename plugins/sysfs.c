// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads what the kernel tells of devices in /sys, for the plugins. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sysfs.h"

static int make_path(const char *root, const char *path, char full[static PATH_MAX])
{
	int length = snprintf(full, PATH_MAX, "%s/sys/%s", root, path);

	return length < 0 || length >= PATH_MAX ? -ENAMETOOLONG : 0;
}

bool sysfs_exists(const char *root, const char *path)
{
	char full[PATH_MAX];

	return make_path(root, path, full) >= 0 && access(full, F_OK) == 0;
}

ssize_t sysfs_bytes(const char *root, const char *path, void *data, size_t size)
{
	char full[PATH_MAX];
	ssize_t length;
	int fd, r;

	r = make_path(root, path, full);
	if (r < 0)
		return r;
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	length = read(fd, data, size);
	r = length < 0 ? -errno : 0;
	close(fd);
	return r < 0 ? r : length;
}

int sysfs_parse_text(const char *data, size_t length, char *text, size_t size)
{
	const char *end = memchr(data, '\n', length);
	size_t i;

	if (end)
		length = end - data;
	if (length >= size)
		return -EBADMSG;
	for (i = 0; i < length; i++)
		if (!isprint((unsigned char)data[i]))
			return -EBADMSG;
	memcpy(text, data, length);
	text[length] = '\0';
	return 0;
}

int sysfs_text(const char *root, const char *path, char *text, size_t size)
{
	char data[PATH_MAX];
	ssize_t length;

	length = sysfs_bytes(root, path, data, sizeof(data));
	return length < 0 ? length : sysfs_parse_text(data, length, text, size);
}

int sysfs_parse_hex(const char *text, uint64_t max, uint64_t *ret_number)
{
	unsigned long long number;
	char *end;

	if (!isxdigit((unsigned char)text[0]))
		return -EBADMSG;
	errno = 0;
	number = strtoull(text, &end, 16);
	if (*end)
		return -EBADMSG;
	if (errno || number > max)
		return -ERANGE;
	*ret_number = number;
	return 0;
}

int sysfs_hex(const char *root, const char *path, uint64_t max, uint64_t *ret_number)
{
	char text[32];
	int r;

	r = sysfs_text(root, path, text, sizeof(text));
	return r < 0 ? r : sysfs_parse_hex(text, max, ret_number);
}

int sysfs_link(const char *root, const char *path, char *name, size_t size)
{
	char full[PATH_MAX], target[PATH_MAX];
	const char *last;
	ssize_t length;
	int r;

	r = make_path(root, path, full);
	if (r < 0)
		return r;
	length = readlink(full, target, sizeof(target) - 1);
	if (length < 0)
		return -errno;
	target[length] = '\0';
	last = strrchr(target, '/');
	last = last ? last + 1 : target;
	if (!last[0] || strlen(last) >= size)
		return -EBADMSG;
	strcpy(name, last);
	return 0;
}

/* "01234567-89ab-cdef-0123-456789abcdef": the first 16 digits */
int sysfs_parse_gid(const char *text, uint64_t *ret_gid)
{
	char digits[17];
	size_t i, n = 0;

	if (strlen(text) != 36)
		return -EBADMSG;
	for (i = 0; i < 36; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23 ? text[i] != '-' :
		    !isxdigit((unsigned char)text[i]))
			return -EBADMSG;
		if (text[i] != '-' && n < sizeof(digits) - 1)
			digits[n++] = text[i];
	}
	digits[n] = '\0';
	return sysfs_parse_hex(digits, UINT64_MAX, ret_gid);
}

int sysfs_dibs_gid(const char *root, const char *device, uint64_t *ret_gid)
{
	char path[PATH_MAX], text[40];
	int r;

	snprintf(path, sizeof(path), "class/dibs/%s/gid", device);
	r = sysfs_text(root, path, text, sizeof(text));
	return r < 0 ? r : sysfs_parse_gid(text, ret_gid);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int append(char (**names)[SYSFS_NAME_SIZE], size_t *count, const char *name)
{
	void *longer;

	if (name[0] == '.' || strlen(name) >= SYSFS_NAME_SIZE)
		return 0;
	longer = reallocarray(*names, *count + 1, SYSFS_NAME_SIZE);
	if (!longer)
		return -ENOMEM;
	*names = longer;
	strcpy((*names)[(*count)++], name);
	return 0;
}

int sysfs_list(const char *root, const char *path, char (**ret_names)[SYSFS_NAME_SIZE],
	       size_t *ret_count)
{
	char (*names)[SYSFS_NAME_SIZE] = NULL, full[PATH_MAX];
	struct dirent *entry;
	size_t count = 0;
	DIR *directory;
	int r;

	r = make_path(root, path, full);
	if (r < 0)
		return r;
	directory = opendir(full);
	if (!directory && errno != ENOENT)
		return -errno;
	while (r >= 0 && directory && (entry = readdir(directory)))
		r = append(&names, &count, entry->d_name);
	if (directory)
		closedir(directory);
	if (r < 0) {
		free(names);
		return r;
	}
	if (count)
		qsort(names, count, sizeof(*names), compare_names);
	*ret_names = names;
	*ret_count = count;
	return 0;
}
