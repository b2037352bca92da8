// SPDX-License-Identifier: GPL-2.0-or-later
/* Does what a command line says; see dispatch.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "complete.h"
#include "dispatch.h"
#include "exit-status.h"
#include "output.h"
#include "verbs.h"

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

int dispatch(int argc, char *const *argv)
{
	return close_output(run(argc, argv));
}
