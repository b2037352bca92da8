// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * smcctl connection list: connections of SMC sockets, and why some of them fell back. There may be
 * very many, so each is printed when it comes, in columns of a fixed width.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "connection-row.h"
#include "device.h"
#include "run.h"

#define WHAT "reading the connections"
#define NO_CODE "0x00000000"

/* How rows are printed, and how many have come so far. */
struct list {
	bool json;
	size_t rows;
};

static void print_columns(const char *local, const char *peer, const char *mode,
			  const char *reason, const char *peer_reason)
{
	printf("%-24s %-24s %-8s %-16s %s\n", local, peer, mode, reason, peer_reason);
}

static void print_fields(char *const *fields)
{
	const char *reason = connection_reason(fields[CONNECTION_CODE],
					       fields[CONNECTION_REASON]);
	const char *peer_reason = connection_reason(fields[CONNECTION_PEER_CODE],
						    fields[CONNECTION_PEER_REASON]);

	print_columns(fields[CONNECTION_LOCAL], fields[CONNECTION_PEER], fields[CONNECTION_MODE],
		      reason, peer_reason);
}

/* json-c takes longer for a row than all else; what is left to escape are these two. */
static void print_json_text(const char *key, const char *text)
{
	printf("\"%s\": ", key);
	if (!*text || !strcmp(text, NO_CODE)) {
		fputs("null", stdout);
		return;
	}
	putchar('"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
	putchar('"');
}

static void print_json_row(char *const *fields)
{
	static const char *const keys[] = {
		"local", "peer", "mode", "code", "reason", "peer_code", "peer_reason",
	};

	for (int i = 0; i < CONNECTION_FIELDS; i++) {
		fputs(i ? ", " : "{ ", stdout);
		print_json_text(keys[i], fields[i]);
	}
	fputs(" }", stdout);
}

static void print_row(struct list *list, char *const *fields)
{
	if (!list->json) {
		print_fields(fields);
	} else {
		fputs(list->rows ? ",\n    " : "\n    ", stdout);
		print_json_row(fields);
	}
	list->rows++;
}

static int take_rows(struct list *list, FILE *stream, struct failure *failure)
{
	char *line = NULL, *fields[CONNECTION_FIELDS];
	size_t size = 0;
	int r = 0;

	failure_set(failure, EXIT_FAILED, WHAT ": smcd did not tell them all: see journalctl -u "
		    "smcd");
	while (!r && getline(&line, &size, stream) > 0) {
		r = connection_row_take(line, fields, failure);
		if (!r)
			print_row(list, fields);
	}
	free(line);
	return r > 0 ? 0 : -EIO;
}

static int print(const struct command *command, FILE *stream, struct failure *failure)
{
	struct list list = { .json = command_has(command, OPTION_JSON) };
	int r;

	if (list.json)
		printf("{\n  \"schema\": %d,\n  \"connections\": [", OUTPUT_SCHEMA);
	else if (!command_has(command, OPTION_NOHEADINGS))
		print_columns("LOCAL", "PEER", "MODE", "REASON", "REASON OF PEER");
	r = take_rows(&list, stream, failure);
	if (list.json && r >= 0)
		puts(list.rows ? "\n  ]\n}" : "]\n}");
	return r;
}

int run_connection_list(const struct command *command)
{
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure = {};
	FILE *stream;
	int r;

	if (bus_client_open(&bus, &failure) < 0 ||
	    bus_client_connections(bus, &stream, &failure) < 0)
		return device_failed(&failure);
	r = print(command, stream, &failure);
	fclose(stream);
	return r < 0 ? device_failed(&failure) : EXIT_OK;
}
