/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and writes small files as a daemon has to: regular ones only, and atomically. */
#ifndef SMCD_FILES_H
#define SMCD_FILES_H

#include <stddef.h>

/*
 * Reads all of @path, which may be a symlink, but at most @max bytes: the rest
 * is left out, so a caller that has a limit asks for one byte more. The caller
 * frees *@ret_data, which has a NUL behind its *@ret_size bytes. -ENODATA: it is
 * /dev/null; -EISDIR: a directory; -ENOTSUP: not a regular file for another reason.
 */
int file_read(const char *path, size_t max, char **ret_data, size_t *ret_size);

/*
 * Puts @size bytes into @path through a temporary file beside it, mode 0644:
 * others see the old file or the whole new one, also after a power cut.
 */
int file_write(const char *path, const char *data, size_t size);

/* Makes directory @path, mode 0755, and what is missing above it. */
int make_directories(const char *path);

void free_charp(char **pointer);	/* for __attribute__((cleanup)) */
void close_fdp(int *fd);

#endif
