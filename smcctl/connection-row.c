// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes the rows of ListConnections apart; see connection-row.h. */
#include <errno.h>
#include <string.h>
#include "connection-row.h"

#define WHAT "reading the connections"

/* Rows are ASCII, whatever one has. */
static void make_printable(char *row)
{
	for (; *row; row++)
		if ((*row < ' ' || *row > '~') && *row != '\t')
			*row = '?';
}

int connection_row_take(char *row, char *ret_fields[CONNECTION_FIELDS], struct failure *failure)
{
	char *fields[CONNECTION_FIELDS], *kind;
	int n = 0;

	row[strcspn(row, "\n")] = '\0';
	make_printable(row);
	kind = strsep(&row, "\t");
	while (n < CONNECTION_FIELDS && row)
		fields[n++] = strsep(&row, "\t");
	if (!strcmp(kind, "end"))
		return 1;
	if (!strcmp(kind, "connection") && n == CONNECTION_FIELDS) {
		memcpy(ret_fields, fields, sizeof(fields));
		return 0;
	}
	if (!strcmp(kind, "error") && n)
		failure_set(failure, EXIT_FAILED, WHAT ": %s", fields[0]);
	else
		failure_set(failure, EXIT_FAILED, WHAT ": smcctl and smcd do not understand each "
			    "other: are they of the same version?");
	return -EBADMSG;
}

const char *connection_reason(const char *code, const char *name)
{
	if (!*name)
		return "-";
	return strcmp(name, "UNKNOWN") ? name : code;
}
