// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * smcctl connection list: connections of SMC sockets, and why some of them fell back. There may be
 * very many, so each is printed when it comes, in columns of a fixed width.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "device.h"
#include "run.h"

#define WHAT "reading the connections"
#define NO_CODE "0x00000000"

enum { LOCAL, PEER, MODE, CODE, REASON, PEER_CODE, PEER_REASON, FIELDS };

/* How rows are printed, and what has come so far. */
struct list {
	bool json;
	size_t rows;
	bool complete;		/* the last row has come */
};

/* A code that the daemon has no name for is shown as a number. */
static const char *reason_text(const char *code, const char *name)
{
	if (!*name)
		return "-";
	return strcmp(name, "UNKNOWN") ? name : code;
}

static void print_columns(const char *local, const char *peer, const char *mode,
			  const char *reason, const char *peer_reason)
{
	printf("%-24s %-24s %-8s %-16s %s\n", local, peer, mode, reason, peer_reason);
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

	for (int i = 0; i < FIELDS; i++) {
		fputs(i ? ", " : "{ ", stdout);
		print_json_text(keys[i], fields[i]);
	}
	fputs(" }", stdout);
}

static void print_row(struct list *list, char *const *fields)
{
	if (!list->json) {
		print_columns(fields[LOCAL], fields[PEER], fields[MODE],
			      reason_text(fields[CODE], fields[REASON]),
			      reason_text(fields[PEER_CODE], fields[PEER_REASON]));
	} else {
		fputs(list->rows ? ",\n    " : "\n    ", stdout);
		print_json_row(fields);
	}
	list->rows++;
}

/*
 * Rows are ASCII. Whatever one has, it does not reach a terminal as anything but text, nor JSON
 * as anything but UTF-8.
 */
static void make_printable(char *line)
{
	for (; *line; line++)
		if ((*line < ' ' || *line > '~') && *line != '\t')
			*line = '?';
}

/* Takes a row apart: a kind and its fields; more than we know are passed over. */
static int take_row(struct list *list, char *line, struct failure *failure)
{
	char *fields[FIELDS], *kind = strsep(&line, "\t");
	int n = 0;

	while (n < FIELDS && line)
		fields[n++] = strsep(&line, "\t");
	if (!strcmp(kind, "connection") && n == FIELDS) {
		print_row(list, fields);
		return 0;
	}
	list->complete = !strcmp(kind, "end");
	if (!strcmp(kind, "error") && n)
		failure_set(failure, EXIT_FAILED, WHAT ": %s", fields[0]);
	else
		failure_set(failure, EXIT_FAILED, WHAT ": smcctl and smcd do not understand each "
			    "other: are they of the same version?");
	return list->complete ? 0 : -EBADMSG;
}

static int take_rows(struct list *list, FILE *stream, struct failure *failure)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	int r = 0;

	failure_set(failure, EXIT_FAILED, WHAT ": smcd did not tell them all: see journalctl -u "
		    "smcd");
	while (r >= 0 && !list->complete && (length = getline(&line, &size, stream)) > 0) {
		line[strcspn(line, "\n")] = '\0';
		make_printable(line);
		r = take_row(list, line, failure);
	}
	free(line);
	return list->complete ? 0 : -EIO;
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
