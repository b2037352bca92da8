// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that smcctl keeps for its user; see state-file.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "files.h"
#include "output.h"
#include "state-file.h"

#define DIRECTORY "smcctl"

char *state_file_path(const char *name)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char *path;
	int r;

	if (state && *state == '/')
		r = asprintf(&path, "%s/" DIRECTORY "/%s", state, name);
	else if (home && *home == '/')
		r = asprintf(&path, "%s/.local/state/" DIRECTORY "/%s", home, name);
	else
		return NULL;
	output_need(r >= 0);
	return path;
}

int state_file_make_directories(const char *path)
{
	char *directory = strdup(path);
	int r;

	output_need(directory);
	*strrchr(directory, '/') = '\0';
	r = make_directories(directory);
	free(directory);
	return r;
}
