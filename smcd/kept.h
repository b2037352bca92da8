/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of the policy that ran before one that has not been confirmed: /run/smcd/kept is a
 * root below which they have the paths that they had, readable by root only. A daemon that
 * starts and finds it goes on with them.
 */
#ifndef SMCD_KEPT_H
#define SMCD_KEPT_H

#include <stdbool.h>
#include "config-files.h"

#define KEPT_PATH "/run/smcd/kept"

/* @root is before all paths, "" for the real ones. */
bool kept_exists(const char *root);

/* Writes @sources, which have been read below @root, there: all of them or, on failure, none. */
int kept_save(const char *root, const struct config_sources *sources);

/* Adds a file to them, at once; @path is that without any root. */
int kept_add(const char *root, const char *path, const char *data, size_t size);

/* Forgets them, at once; it is no error if there are none. */
int kept_drop(const char *root);

/*
 * Makes the overrides among them, see override.h, what those of @root are now. -ENOENT: nothing
 * is kept.
 */
int kept_follow_overrides(const char *root);

#endif
