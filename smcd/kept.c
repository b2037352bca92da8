// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of the policy that ran before one that has not been confirmed. */
#include <errno.h>
#include <ftw.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "files.h"
#include "kept.h"

#define NEW_SUFFIX ".new"	/* not complete yet */
#define OLD_SUFFIX ".old"	/* no longer complete */
#define OPEN_DIRECTORIES 8

static const char *const overrides[] = {
	"/etc/smcd/smcd.d/" CONFIG_OVERRIDE_SAVED,
	"/run/smcd/smcd.d/" CONFIG_OVERRIDE_RUNTIME,
};

/* @root, KEPT_PATH, and @rest, for the caller to free; NULL: no memory. */
static char *path_of(const char *root, const char *suffix, const char *rest)
{
	char *path;

	return asprintf(&path, "%s" KEPT_PATH "%s%s", root, suffix, rest) < 0 ? NULL : path;
}

bool kept_exists(const char *root)
{
	char path[PATH_MAX];

	/* Without an allocation: what cannot be found out would be taken for "no". */
	snprintf(path, sizeof(path), "%s" KEPT_PATH, root);
	return access(path, F_OK) == 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status, (void)type, (void)ftw;
	return remove(path);
}

static int remove_tree(const char *path)
{
	if (nftw(path, remove_one, OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS) < 0)
		return errno == ENOENT ? 0 : -errno;
	return 0;
}

static int write_below(const char *directory, const char *path, const char *data, size_t size)
{
	__attribute__((cleanup(free_charp))) char *target = NULL, *parent = NULL;
	int r;

	if (asprintf(&target, "%s%s", directory, path) < 0) {
		target = NULL;
		return -ENOMEM;
	}
	parent = strdup(target);
	if (!parent)
		return -ENOMEM;
	r = make_directories(dirname(parent));
	return r < 0 ? r : file_write(target, data, size);
}

/* Nobody else reads what root alone might have been able to read where it was. */
static int make_private(const char *path)
{
	int r = make_directories(path);

	if (r < 0)
		return r;
	return chmod(path, 0700) < 0 ? -errno : 0;
}

int kept_save(const char *root, const struct config_sources *sources)
{
	__attribute__((cleanup(free_charp))) char *path = path_of(root, "", "");
	__attribute__((cleanup(free_charp))) char *new = path_of(root, NEW_SUFFIX, "");
	size_t length = strlen(root);
	int r;

	if (!path || !new)
		return -ENOMEM;
	r = remove_tree(new);
	if (!r)
		r = make_private(new);
	for (size_t i = 0; i < sources->count && !r; i++)
		r = write_below(new, sources->items[i].path + length, sources->items[i].data,
				sources->items[i].size);
	if (!r && rename(new, path) < 0)
		r = -errno;
	if (r < 0)
		(void)remove_tree(new);
	return r;
}

int kept_add(const char *root, const char *path, const char *data, size_t size)
{
	__attribute__((cleanup(free_charp))) char *kept = path_of(root, "", "");

	return kept ? write_below(kept, path, data, size) : -ENOMEM;
}

int kept_drop(const char *root)
{
	__attribute__((cleanup(free_charp))) char *path = path_of(root, "", "");
	__attribute__((cleanup(free_charp))) char *old = path_of(root, OLD_SUFFIX, "");
	int r;

	if (!path || !old)
		return -ENOMEM;
	r = remove_tree(old);
	if (r < 0)
		return r;
	/* A daemon that is killed from here on must not start with half of them. */
	if (rename(path, old) < 0)
		return errno == ENOENT ? 0 : -errno;
	(void)remove_tree(old);
	return 0;
}

static int follow(const char *root, const char *kept, const char *name)
{
	__attribute__((cleanup(free_charp))) char *from = NULL, *to = NULL, *data = NULL;
	size_t size;
	int r;

	if (asprintf(&from, "%s%s", root, name) < 0) {
		from = NULL;
		return -ENOMEM;
	}
	if (asprintf(&to, "%s%s", kept, name) < 0) {
		to = NULL;
		return -ENOMEM;
	}
	r = file_read(from, CONFIG_SIZE_MAX + 1, &data, &size);
	if (!r)
		return write_below(kept, name, data, size);
	/* There is none, or a link to /dev/null stands for that. */
	if (r == -ENOENT || r == -ENODATA)
		return unlink(to) < 0 && errno != ENOENT && errno != ENOTDIR ? -errno : 0;
	return r;
}

int kept_follow_overrides(const char *root)
{
	__attribute__((cleanup(free_charp))) char *kept = path_of(root, "", "");
	int r = kept ? 0 : -ENOMEM;

	/* The overrides alone would be taken for the whole policy. */
	if (!r && !kept_exists(root))
		return -ENOENT;
	for (size_t i = 0; i < sizeof(overrides) / sizeof(overrides[0]) && !r; i++)
		r = follow(root, kept, overrides[i]);
	return r;
}
