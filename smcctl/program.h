/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a program can be started with a preloaded library. */
#ifndef SMCCTL_PROGRAM_H
#define SMCCTL_PROGRAM_H

#include <stddef.h>

#define PROGRAM_WHY_SIZE 256

/*
 * Where execvp() would find @name. Fills @ret_path, of PATH_MAX bytes; -ENOENT, -EACCES,
 * -ENAMETOOLONG.
 */
int program_find(const char *name, char *ret_path);

/*
 * Whether the dynamic loader would preload our library into the program at @path, or into the
 * interpreter of a script. 0, or -EPERM with @why, of PROGRAM_WHY_SIZE bytes: words that follow
 * the program's name. What cannot be read or makes no sense is left to exec() to refuse: 0.
 */
int program_preloadable(const char *path, char *why);

enum program_kind {
	PROGRAM_OTHER,		/* neither of the following */
	PROGRAM_DYNAMIC,
	PROGRAM_STATIC,
	PROGRAM_FOREIGN,	/* of another machine or word size than we are */
	PROGRAM_SCRIPT,
};

/*
 * Pure: what a file that begins with these bytes is. For a script, @ret_interpreter, of PATH_MAX
 * bytes, is its interpreter.
 */
enum program_kind program_judge(const void *bytes, size_t size, char *ret_interpreter);

#endif
