// SPDX-License-Identifier: GPL-2.0-or-later
/* What a verb prints, as text; see capture.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "capture.h"
#include "verbs.h"

/* A stream that goes to a file in memory for a while. */
struct diversion {
	FILE *stream;
	int fd;
	int saved, file;	/* what @fd was, and what it is meanwhile; -1: none */
};

static int divert(struct diversion *diversion, FILE *stream)
{
	*diversion = (struct diversion){ .stream = stream, .fd = fileno(stream) };
	fflush(stream);
	diversion->file = memfd_create("smcctl", MFD_CLOEXEC);
	diversion->saved = fcntl(diversion->fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (diversion->file < 0 || diversion->saved < 0 ||
	    dup2(diversion->file, diversion->fd) < 0)
		return -errno;
	return 0;
}

/* All of a file; the caller frees it. */
static char *read_file(int file)
{
	off_t size = lseek(file, 0, SEEK_END);
	char *text = size < 0 ? NULL : malloc(size + 1);
	ssize_t n = text ? pread(file, text, size, 0) : 0;

	if (text)
		text[n > 0 ? n : 0] = '\0';
	return text;
}

static char *end_diversion(struct diversion *diversion)
{
	char *text = NULL;

	fflush(diversion->stream);
	if (diversion->saved >= 0) {
		dup2(diversion->saved, diversion->fd);
		close(diversion->saved);
	}
	if (diversion->file >= 0) {
		text = read_file(diversion->file);
		close(diversion->file);
	}
	return text;
}

static int run(char *const *argv)
{
	char error[VERBS_ERROR_SIZE];
	struct command command;
	int argc = 0, r;

	while (argv[argc])
		argc++;
	r = verbs_parse(argc, argv, &command, error);
	if (r >= 0)
		return command.verb->run(&command);
	fprintf(stderr, "%s\n", error);
	return r;
}

int capture_run(char *const *argv, struct capture *ret_capture)
{
	struct diversion output, errors;
	int r;

	*ret_capture = (struct capture){ 0 };
	r = divert(&output, stdout);
	if (r >= 0) {
		r = divert(&errors, stderr);
		if (r >= 0)
			ret_capture->status = run(argv);
		ret_capture->errors = end_diversion(&errors);
	}
	ret_capture->output = end_diversion(&output);
	return r;
}

void capture_clear(struct capture *capture)
{
	free(capture->output);
	free(capture->errors);
	*capture = (struct capture){ 0 };
}
