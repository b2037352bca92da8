// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes a drop-in, see dropin.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "dropin.h"

#define PRELOAD "LD_PRELOAD="
#define SMC_FAMILY "AF_SMC"

/* The last one holds. */
static const char *preloaded(const struct service *service)
{
	const char *found = "";

	for (char **variable = service->environment; variable && *variable; variable++)
		if (!strncmp(*variable, PRELOAD, strlen(PRELOAD)))
			found = *variable + strlen(PRELOAD);
	return found;
}

bool dropin_is_there(const struct service *service, const char *library)
{
	const char *word = preloaded(service);
	size_t length;

	for (;; word += length + 1) {
		length = strcspn(word, ": ");
		if (length == strlen(library) && !strncmp(word, library, length))
			return true;
		if (!word[length])
			return false;
	}
}

/* To a list of what is forbidden, it is added to be taken out of it: systemd.exec(5). */
static bool family_is_refused(const struct service *service)
{
	for (char **family = service->families; family && *family; family++)
		if (!strcmp(*family, SMC_FAMILY))
			return !service->families_allowed;
	return service->families_allowed;
}

/* In quotes, with what is special to systemd there written so that it is not. */
static void print_quoted(FILE *stream, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', stream);
		if (*text == '%')
			putc('%', stream);
		putc(*text, stream);
	}
}

static void print(FILE *stream, const struct service *service, const char *library)
{
	const char *before = preloaded(service);

	fputs("# Written by smcctl run --unit: TCP sockets of this service become SMC sockets.\n"
	      "[Service]\nEnvironment=\"" PRELOAD, stream);
	print_quoted(stream, library);
	if (*before)
		putc(':', stream);
	print_quoted(stream, before);
	fputs("\"\n", stream);
	if (family_is_refused(service))
		fputs("RestrictAddressFamilies=" SMC_FAMILY "\n", stream);
	if (service->no_exec_paths && *service->no_exec_paths)
		fprintf(stream, "ExecPaths=%s\n", library);
}

char *dropin_text(const struct service *service, const char *library)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	bool failed;

	if (!stream)
		return NULL;
	print(stream, service, library);
	failed = ferror(stream);
	if (fclose(stream) || failed) {
		free(text);
		return NULL;
	}
	return text;
}
