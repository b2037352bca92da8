// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages of the daemon: to stderr, which is the journal when systemd started it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "log.h"

void log_message(int level, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);

	/* sd-daemon(3): the journal takes the level from the prefix; people need none. */
	if (getenv("JOURNAL_STREAM"))
		fprintf(stderr, "<%d>%s\n", level, text);
	else
		fprintf(stderr, "smcd: %s\n", text);
}
