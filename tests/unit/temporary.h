/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A temporary directory for tests that need files; include after cmocka.h. */
#ifndef TESTS_TEMPORARY_H
#define TESTS_TEMPORARY_H

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char temporary[64];

static inline int temporary_setup(void **state)
{
	(void)state;
	strcpy(temporary, "/tmp/smcd-unit.XXXXXX");
	return mkdtemp(temporary) ? 0 : -1;
}

static inline int temporary_remove(const char *path, const struct stat *st, int flag,
				   struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static inline int temporary_teardown(void **state)
{
	(void)state;
	return nftw(temporary, temporary_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* A path below the directory; valid until the eighth next call. */
static inline const char *in_temporary(const char *path)
{
	static char paths[8][PATH_MAX];
	static unsigned int next;
	char *result = paths[next++ % 8];

	snprintf(result, PATH_MAX, "%s/%s", temporary, path);
	return result;
}

static inline void make_parents(const char *path)
{
	char copy[PATH_MAX];

	snprintf(copy, sizeof(copy), "%s", path);
	for (char *p = copy + strlen(temporary) + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		mkdir(copy, 0755);
		*p = '/';
	}
}

static inline void write_text(const char *path, const char *text)
{
	const char *full = in_temporary(path);
	FILE *file;

	make_parents(full);
	file = fopen(full, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static inline void make_link(const char *target, const char *path)
{
	const char *full = in_temporary(path);

	make_parents(full);
	assert_return_code(symlink(target, full), 0);
}

static inline void read_text(const char *path, char *text, size_t size)
{
	FILE *file = fopen(in_temporary(path), "re");

	assert_non_null(file);
	text[fread(text, 1, size - 1, file)] = '\0';
	fclose(file);
}

static inline int path_exists(const char *path)
{
	struct stat st;

	return lstat(in_temporary(path), &st) == 0;
}

/* Names in a directory that begin with a dot are left-overs of a failed write. */
static inline int has_hidden_files(const char *path)
{
	char command[PATH_MAX + 64];

	snprintf(command, sizeof(command), "ls -A '%s' 2>/dev/null | grep -q '^[.]'",
		 in_temporary(path));
	return system(command) == 0;
}

#endif
