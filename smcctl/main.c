// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl: shows and changes, over D-Bus, what smcd does; smcctl(1). */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "complete.h"
#include "exit-status.h"
#include "output.h"
#include "verbs.h"

/*
 * Gives closed standard streams a file that refuses what they are for: else the
 * connection to D-Bus would get such a number, and our output.
 */
static void open_standard_streams(void)
{
	static const int flags[] = { O_WRONLY, O_RDONLY, O_RDONLY };
	int fd;

	for (fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags[fd]) < 0)
			_exit(EXIT_FAILED);
}

/* A full disk may show only now. */
static int close_output(int status)
{
	bool failed = ferror(stdout);

	errno = 0;
	if (!fclose(stdout) && !failed)
		return status;
	output_error("cannot write the output: %s", strerror(errno ? errno : EIO));
	return status ? status : EXIT_FAILED;
}

static int run(int argc, char *const *argv)
{
	char error[VERBS_ERROR_SIZE];
	struct command command;

	if (argc && !strcmp(argv[0], "--complete")) {
		complete(argc - 1, argv + 1, complete_words, stdout);
		return EXIT_OK;
	}
	if (verbs_parse(argc, argv, &command, error) < 0) {
		output_error("%s", error);
		return EXIT_USAGE;
	}
	if (command_has(&command, OPTION_HELP))
		verbs_help(&command, stdout);
	else if (command_has(&command, OPTION_VERSION))
		printf("smcctl %s\n", PACKAGE_VERSION);
	else
		return verbs_run(&command);
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	open_standard_streams();
	setlocale(LC_CTYPE, "");
	return close_output(argc ? run(argc - 1, argv + 1) : EXIT_USAGE);
}
