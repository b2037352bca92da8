// SPDX-License-Identifier: GPL-2.0-or-later
/* What was typed in "smcctl shell", in a file of the user; see shell.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <readline/history.h>
#include "output.h"
#include "shell.h"
#include "state-file.h"

#define LINES_MAX 1000
#define FILE_MAX (LINES_MAX * WORDS_LINE_MAX)	/* bytes; a larger one is none of ours */

static char *path;	/* NULL: there is no file */

/* Opens the file, which is made, with only the user able to read it; or a negative errno. */
static int open_file(void)
{
	struct stat st;
	int fd, r;

	r = state_file_make_directories(path);
	if (r < 0)
		return r;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		r = -errno;
	else if (!S_ISREG(st.st_mode))
		r = -EBADF;
	else if (st.st_size > FILE_MAX)
		r = -EFBIG;
	if (r < 0)
		close(fd);
	return r < 0 ? r : fd;
}

void shell_history_load(void)
{
	int fd, r;

	using_history();
	stifle_history(LINES_MAX);
	path = state_file_path("history");
	if (!path)
		return;
	fd = open_file();
	r = fd < 0 ? -fd : history_truncate_file(path, LINES_MAX);
	if (!r)
		r = read_history(path);
	if (r) {
		output_error("%s: %s: what is typed is not kept", path, strerror(r));
		free(path);
		path = NULL;
	}
	if (fd >= 0)
		close(fd);
}

void shell_history_add(const char *line)
{
	const HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) :
				 NULL;

	if (line[strspn(line, " \t")] == '\0' || (last && !strcmp(last->line, line)))
		return;
	add_history(line);
	/* At once: the shell may be killed. If the disk is full, it is not kept. */
	if (path)
		(void)append_history(1, path);
}
