// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages of the daemon: to stderr, which is the journal when systemd started it. */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>
#include "log.h"

#define TEXT_SIZE 1024

/* systemd.exec(5): the variable names the stream, but stderr may be another one since. */
static bool to_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;

	return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
	       !fstat(STDERR_FILENO, &st) && st.st_dev == device && st.st_ino == inode;
}

static void print(int level, const char *text)
{
	/* sd-daemon(3): the journal takes the level from the prefix; people need none. */
	if (to_journal())
		fprintf(stderr, "<%d>%s\n", level, text);
	else
		fprintf(stderr, "smcd: %s\n", text);
}

void log_message(int level, const char *format, ...)
{
	char text[TEXT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	print(level, text);
}

static int send_fields(int level, const char *const *fields, const char *text)
{
	char message[sizeof("MESSAGE=") + TEXT_SIZE], priority[sizeof("PRIORITY=0")];
	struct iovec iov[LOG_FIELDS_MAX + 2];
	int n = 0;

	snprintf(message, sizeof(message), "MESSAGE=%s", text);
	snprintf(priority, sizeof(priority), "PRIORITY=%c", '0' + level);
	iov[n++] = (struct iovec){ message, strlen(message) };
	iov[n++] = (struct iovec){ priority, strlen(priority) };
	for (; *fields && n < LOG_FIELDS_MAX + 2; fields++)
		iov[n++] = (struct iovec){ (void *)*fields, strlen(*fields) };
	return sd_journal_sendv(iov, n);
}

void log_fields(int level, const char *const *fields, const char *format, ...)
{
	char text[TEXT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (!to_journal() || send_fields(level, fields, text) < 0)
		print(level, text);
}
