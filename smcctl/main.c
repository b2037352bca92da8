// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl: shows and changes, over D-Bus, what smcd does; smcctl(1). */
#include <fcntl.h>
#include <locale.h>
#include <unistd.h>
#include "dispatch.h"
#include "exit-status.h"

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

int main(int argc, char **argv)
{
	open_standard_streams();
	setlocale(LC_CTYPE, "");
	return argc ? dispatch(argc - 1, argv + 1) : EXIT_USAGE;
}
