/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads what the kernel tells of devices in /sys, for the plugins. All paths are relative to
 * @root/sys; @root is smcd_host.root. Nothing of a file is trusted: a tree may be a recorded one.
 */
#ifndef SMCD_SYSFS_H
#define SMCD_SYSFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "../smcd/smcd-plugin.h"

#define SYSFS_NAME_SIZE 64	/* of an entry, with its NUL; longer ones are left out */

bool sysfs_exists(const char *root, const char *path);

/* The first line of an attribute, without its end. -ENOENT, -EBADMSG (too long, not printable), ... */
int sysfs_text(const char *root, const char *path, char *text, size_t size);

/* At most @size bytes of an attribute; how many, or a negative error. */
ssize_t sysfs_bytes(const char *root, const char *path, void *data, size_t size);

/* A number, hexadecimal with or without 0x, of at most @max. -ERANGE: greater; else as sysfs_text(). */
int sysfs_hex(const char *root, const char *path, uint64_t max, uint64_t *ret_number);

/* The last part of where a symbolic link leads, e.g. the name of a device's driver. */
int sysfs_link(const char *root, const char *path, char *name, size_t size);

/*
 * The GID of a dibs device, "%pUb" in drivers/dibs/dibs_main.c: its first 64 bits, which are all
 * of it for hardware, and what SMC_DIAG shows.
 */
int sysfs_dibs_gid(const char *root, const char *device, uint64_t *ret_gid);

/* Entries of a directory, by name; none if there is no such directory. The caller frees *@ret_names. */
int sysfs_list(const char *root, const char *path, char (**ret_names)[SYSFS_NAME_SIZE],
	       size_t *ret_count);

/* What is read, taken apart. Pure; as the functions above that read. */

/* The first line of @length bytes at @data. */
int sysfs_parse_text(const char *data, size_t length, char *text, size_t size);
int sysfs_parse_hex(const char *text, uint64_t max, uint64_t *ret_number);
int sysfs_parse_gid(const char *text, uint64_t *ret_gid);

#endif
