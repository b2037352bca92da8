// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl verify: has the daemon's own program check the files, without the daemon. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "device.h"
#include "run.h"
#include "verify.h"

/* In the child: does not return. */
static void execute(const char *root, int output)
{
	char option[4096];
	char *argv[] = { DAEMON_PATH, "--check", option, NULL };

	if (snprintf(option, sizeof(option), "--config-root=%s", root ?: "") >=
	    (int)sizeof(option))
		_exit(EXIT_FAILED);
	if (output >= 0)
		dup2(output, STDERR_FILENO);
	execv(DAEMON_PATH, argv);
	/* What is read becomes a part of another message. */
	fprintf(stderr, "%scannot run " DAEMON_PATH ": %s: is smcd installed?\n",
		output >= 0 ? "" : "smcctl: ", strerror(errno));
	_exit(EXIT_FAILED);
}

/* The last line of what comes from @fd: what is before it is no error. */
static void read_last_line(int fd, char *line, size_t size)
{
	FILE *stream = fdopen(fd, "r");
	char *buffer = NULL;
	size_t allocated = 0;

	*line = '\0';
	while (stream && getline(&buffer, &allocated, stream) > 0) {
		buffer[strcspn(buffer, "\n")] = '\0';
		snprintf(line, size, "%s", buffer);
	}
	free(buffer);
	if (stream)
		fclose(stream);
}

static void print_json(bool valid, const char *error)
{
	json_cleanup struct json_object *object = output_json_new();

	output_json_bool(object, "valid", valid);
	output_json_text(object, "error", valid ? NULL : error);
	output_json_print(object, stdout);
}

static enum exit_status wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_FAILED;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? EXIT_OK : EXIT_FAILED;
}

enum exit_status verify_files(const char *root, char *mistake, size_t size)
{
	enum exit_status status;
	int ends[2];
	pid_t pid;

	*mistake = '\0';
	if (pipe2(ends, O_CLOEXEC) < 0) {
		snprintf(mistake, size, "cannot make a pipe: %s", strerror(errno));
		return EXIT_FAILED;
	}
	pid = fork();
	if (!pid)
		execute(root, ends[1]);
	close(ends[1]);
	if (pid < 0) {
		snprintf(mistake, size, "cannot run " DAEMON_PATH ": %s", strerror(errno));
		close(ends[0]);
		return EXIT_FAILED;
	}
	read_last_line(ends[0], mistake, size);
	status = wait_for(pid);
	if (status == EXIT_OK)
		*mistake = '\0';
	return status;
}

/* The program prints for itself. */
static enum exit_status verify_aloud(const char *root)
{
	pid_t pid = fork();

	if (!pid)
		execute(root, -1);
	if (pid < 0) {
		output_error("cannot run " DAEMON_PATH ": %s", strerror(errno));
		return EXIT_FAILED;
	}
	return wait_for(pid);
}

int run_verify(const struct command *command)
{
	enum exit_status status;
	char mistake[1024];

	if (!command_has(command, OPTION_JSON))
		return verify_aloud(command_text(command, OPTION_ROOT));
	status = verify_files(command_text(command, OPTION_ROOT), mistake, sizeof(mistake));
	print_json(status == EXIT_OK, mistake);
	return status;
}
