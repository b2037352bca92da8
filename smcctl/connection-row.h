/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of ListConnections, see org.smcd1(5), and what they say in words. Pure. */
#ifndef SMCCTL_CONNECTION_ROW_H
#define SMCCTL_CONNECTION_ROW_H

#include "bus-client.h"

enum connection_field {
	CONNECTION_LOCAL, CONNECTION_PEER, CONNECTION_MODE, CONNECTION_CODE, CONNECTION_REASON,
	CONNECTION_PEER_CODE, CONNECTION_PEER_REASON, CONNECTION_INODE, CONNECTION_UID,
	CONNECTION_GID,
	CONNECTION_FIELDS
};

/*
 * Takes a row apart, with or without its newline; more fields than we know are passed over. What is
 * not printable ASCII becomes '?', so that it reaches a terminal as text, and JSON as UTF-8.
 * Returns 0 with @ret_fields, which are parts of @row; 1 for the last row; or -EBADMSG with
 * @failure: what smcd says, or that this is no row.
 */
int connection_row_take(char *row, char *ret_fields[CONNECTION_FIELDS], struct failure *failure);

/* A code that the daemon has no name for is shown as a number, "-" stands for no code. */
const char *connection_reason(const char *code, const char *name);

#endif
