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

/* In the child: does not return. */
static void execute(const struct command *command, int output)
{
	char root[4096];
	char *argv[] = { DAEMON_PATH, "--check", root, NULL };

	if (snprintf(root, sizeof(root), "--config-root=%s",
		     command_text(command, OPTION_ROOT) ?: "") >= (int)sizeof(root))
		_exit(EXIT_FAILED);
	if (output >= 0)
		dup2(output, STDERR_FILENO);
	execv(DAEMON_PATH, argv);
	output_error("cannot run " DAEMON_PATH ": %s: is smcd installed?", strerror(errno));
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

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_FAILED;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? EXIT_OK : EXIT_FAILED;
}

int run_verify(const struct command *command)
{
	bool json = command_has(command, OPTION_JSON);
	int ends[2] = { -1, -1 }, status;
	char line[1024];
	pid_t pid;

	if (json && pipe2(ends, O_CLOEXEC) < 0) {
		output_error("cannot make a pipe: %s", strerror(errno));
		return EXIT_FAILED;
	}
	pid = fork();
	if (!pid)
		execute(command, ends[1]);
	if (pid < 0) {
		output_error("cannot run " DAEMON_PATH ": %s", strerror(errno));
		return EXIT_FAILED;
	}
	if (!json)
		return wait_for(pid);
	close(ends[1]);
	read_last_line(ends[0], line, sizeof(line));
	status = wait_for(pid);
	print_json(status == EXIT_OK, line);
	return status;
}
