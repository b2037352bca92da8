// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * smcctl connection list: connections of SMC sockets, whose they are, and why some of them fell
 * back. There may be very many, so each is printed when it comes, in columns of a fixed width.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "connection-row.h"
#include "device.h"
#include "output-lines.h"
#include "processes.h"
#include "reason.h"
#include "run.h"

#define WHAT "reading the connections"
#define NO_CODE "0x00000000"
#define MEANING_SIZE 256

enum { LOCAL, PEER, MODE, DEVICE, REASON, PEER_REASON, PID, PROCESS, UID, MEANING, COLUMNS };

const struct output_column connection_list_columns[] = {
	[LOCAL] = { "LOCAL", 0 },
	[PEER] = { "PEER", 0 },
	[MODE] = { "MODE", OUTPUT_STATE },
	[DEVICE] = { "DEVICE", 0 },
	[REASON] = { "REASON", 0 },
	[PEER_REASON] = { "REASON OF PEER", 0 },
	[PID] = { "PID", OUTPUT_RIGHT },
	[PROCESS] = { "PROCESS", 0 },
	[UID] = { "UID", OUTPUT_RIGHT | OUTPUT_EXTRA },
	[MEANING] = { "MEANING", OUTPUT_EXTRA },
	{},
};

static const int widths[COLUMNS] = { 24, 24, 8, 15, 16, 16, 7, 15, 5, 0 };

/* How rows are printed, which of them, and how many have come so far. */
struct list {
	bool json, fallback, one;	/* only those that fell back; only those of one process */
	struct output_lines lines;
	struct devices devices;
	struct processes *processes;
	size_t rows;
};

static void list_clear(struct list *list)
{
	output_lines_clear(&list->lines);
	devices_clear(&list->devices);
	processes_free(list->processes);
}

/* Words for a code; where the peer declined, for what that said. Empty: there is no code. */
static const char *meaning_of(char *const *fields, char text[MEANING_SIZE])
{
	uint32_t code = strtoul(fields[CONNECTION_CODE], NULL, 16);
	uint32_t peer = strtoul(fields[CONNECTION_PEER_CODE], NULL, 16);

	snprintf(text, MEANING_SIZE, "%s%s", peer ? "the peer says: " : "",
		 code || peer ? reason_find(peer ?: code)->meaning : "");
	return text;
}

/* NULL: SMC-D does not carry it, or it goes over a device that came after the list began. */
static const char *device_of(const struct list *list, char *const *fields)
{
	uint64_t gid = strtoull(fields[CONNECTION_GID], NULL, 16);
	const struct device *device = device_with_gid(list->devices.list, list->devices.n, gid);

	return device ? device->name : NULL;
}

static void print_cells(const struct list *list, char *const *fields,
			const struct process *process)
{
	char pid[16], meaning[MEANING_SIZE];
	const char *cells[COLUMNS] = {
		[LOCAL] = fields[CONNECTION_LOCAL],
		[PEER] = fields[CONNECTION_PEER],
		[MODE] = fields[CONNECTION_MODE],
		[DEVICE] = device_of(list, fields),
		[REASON] = connection_reason(fields[CONNECTION_CODE], fields[CONNECTION_REASON]),
		[PEER_REASON] = connection_reason(fields[CONNECTION_PEER_CODE],
						  fields[CONNECTION_PEER_REASON]),
		[PROCESS] = process ? process->name : NULL,
		[UID] = fields[CONNECTION_UID],
		[MEANING] = meaning_of(fields, meaning),
	};

	if (process) {
		snprintf(pid, sizeof(pid), "%d", (int)process->pid);
		cells[PID] = pid;
	}
	output_lines_row(&list->lines, cells);
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

static void print_json_row(const struct list *list, char *const *fields,
			   const struct process *process)
{
	static const char *const keys[] = {
		"local", "peer", "mode", "code", "reason", "peer_code", "peer_reason",
	};
	char meaning[MEANING_SIZE];

	for (int i = 0; i <= CONNECTION_PEER_REASON; i++) {
		fputs(i ? ", " : "{ ", stdout);
		print_json_text(keys[i], fields[i]);
	}
	fputs(", ", stdout);
	print_json_text("device", device_of(list, fields) ?: "");
	fputs(", ", stdout);
	print_json_text("meaning", meaning_of(fields, meaning));
	printf(", \"uid\": %lu, ", strtoul(fields[CONNECTION_UID], NULL, 10));
	if (process)
		printf("\"pid\": %d, ", (int)process->pid);
	else
		fputs("\"pid\": null, ", stdout);
	print_json_text("process", process ? process->name : "");
	fputs(" }", stdout);
}

static void print_row(struct list *list, char *const *fields)
{
	uint64_t inode = strtoull(fields[CONNECTION_INODE], NULL, 10);
	const struct process *process = processes_find(list->processes, inode);

	if ((list->one && !process) ||
	    (list->fallback && strcmp(fields[CONNECTION_MODE], "fallback")))
		return;
	if (!list->json) {
		print_cells(list, fields, process);
	} else {
		fputs(list->rows ? ",\n    " : "\n    ", stdout);
		print_json_row(list, fields, process);
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

/* Words take much room: they are shown where only those are that have some. */
static void begin_lines(struct list *list, bool headings)
{
	static struct output_column columns[COLUMNS];

	memcpy(columns, connection_list_columns, sizeof(columns));
	if (list->fallback)
		columns[MEANING].flags = 0;
	output_page();
	output_lines_begin(&list->lines, columns, widths, COLUMNS, headings);
}

static int print(const struct command *command, struct list *list, FILE *stream,
		 struct failure *failure)
{
	int r;

	if (list->json)
		printf("{\n  \"schema\": %d,\n  \"connections\": [", OUTPUT_SCHEMA);
	else
		begin_lines(list, !command_has(command, OPTION_NOHEADINGS));
	r = take_rows(list, stream, failure);
	if (list->json && r >= 0)
		puts(list->rows ? "\n  ]\n}" : "]\n}");
	return r;
}

/* Before the connections are asked for, as these do not wait for long. */
static int scan(const struct command *command, struct list *list, struct failure *failure)
{
	pid_t pid = command_number(command, OPTION_PID);
	int r = processes_scan("/proc", pid, &list->processes);

	if (r == -ESRCH)
		failure_set(failure, EXIT_FAILED, "no process %d", (int)pid);
	else if (r == -EACCES)
		failure_set(failure, EXIT_PERMISSION, "seeing the sockets of process %d needs "
			    "root: run with sudo", (int)pid);
	else if (r < 0)
		failure_set(failure, EXIT_FAILED, "reading /proc: %s", strerror(-r));
	return r;
}

int run_connection_list(const struct command *command)
{
	__attribute__((cleanup(list_clear))) struct list list = {
		.json = command_has(command, OPTION_JSON),
		.fallback = command_has(command, OPTION_FALLBACK),
		.one = command_has(command, OPTION_PID),
	};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure = {};
	FILE *stream;
	int r;

	if (scan(command, &list, &failure) < 0 || bus_client_open(&bus, &failure) < 0 ||
	    bus_client_devices(bus, &list.devices, &failure) < 0 ||
	    bus_client_connections(bus, &stream, &failure) < 0)
		return device_failed(&failure);
	r = print(command, &list, stream, &failure);
	fclose(stream);
	return r < 0 ? device_failed(&failure) : EXIT_OK;
}
