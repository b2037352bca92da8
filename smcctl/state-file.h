/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that smcctl keeps for its user, by the XDG base directory specification. */
#ifndef SMCCTL_STATE_FILE_H
#define SMCCTL_STATE_FILE_H

/*
 * $XDG_STATE_HOME/smcctl/@name, by default in ~/.local/state; NULL, if neither that variable nor
 * HOME is set. The caller frees it.
 */
char *state_file_path(const char *name);

/* Makes the directories that the file is in. 0 or a negative errno. */
int state_file_make_directories(const char *path);

#endif
