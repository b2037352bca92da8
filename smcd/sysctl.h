/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and writes numbers in /proc/sys; those of net are those of this network namespace. */
#ifndef SMCD_SYSCTL_H
#define SMCD_SYSCTL_H

#include <stdbool.h>
#include <stdint.h>

/* Whether there is a /proc/sys/net below @root at all, which a sandbox may hide. */
bool sysctl_visible(const char *root);

/*
 * @name is a path below /proc/sys, which is below @root, "" for the real one. -ENOENT: this
 * kernel has none of that name, or its module is not loaded; -EBADMSG: it holds no number; else
 * what the kernel returned, e.g. -EROFS in a sandbox, or -EINVAL when it is out of range.
 */
int sysctl_read(const char *root, const char *name, uint32_t *ret_value);
int sysctl_write(const char *root, const char *name, uint32_t value);

#endif
