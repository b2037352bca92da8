// SPDX-License-Identifier: GPL-2.0-or-later
/* The connections that "smcctl top" knows; see top.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "connection-row.h"
#include "top.h"

static void connection_clear(struct top_connection *connection)
{
	free(connection->local);
	free(connection->peer);
	free(connection->via);
}

void top_connections_clear(struct top_connections *connections)
{
	size_t i;

	for (i = 0; i < connections->n; i++)
		connection_clear(&connections->list[i]);
	free(connections->list);
	*connections = (struct top_connections){};
}

void top_take_connections(struct top *top, struct top_connections *connections)
{
	top_connections_clear(&top->connections);
	top->connections = *connections;
	top->errors[TOP_CONNECTIONS][0] = '\0';
	*connections = (struct top_connections){};
}

void top_name_processes(struct top_connections *connections, const struct processes *processes)
{
	const struct process *process;
	struct top_connection *connection;
	size_t i;

	for (i = 0; i < connections->n; i++) {
		connection = &connections->list[i];
		process = connection->inode ? processes_find(processes, connection->inode) : NULL;
		if (process)
			snprintf(connection->process, sizeof(connection->process), "%s[%d]",
				 process->name, (int)process->pid);
	}
}

/* "TCP: PEERDECL (peer: NOSMCDEV)" */
static int fallback_text(char *const *fields, char **ret_text)
{
	const char *reason = connection_reason(fields[CONNECTION_CODE],
					       fields[CONNECTION_REASON]);
	const char *peer = connection_reason(fields[CONNECTION_PEER_CODE],
					     fields[CONNECTION_PEER_REASON]);
	bool has_peer = strcmp(peer, "-");

	return asprintf(ret_text, "TCP: %s%s%s%s", reason, has_peer ? " (peer: " : "",
			has_peer ? peer : "", has_peer ? ")" : "");
}

static int via_text(char *const *fields, char **ret_text)
{
	const char *mode = fields[CONNECTION_MODE];
	const char *text = "-";

	if (!strcmp(mode, "fallback"))
		return fallback_text(fields, ret_text);
	if (!strcmp(mode, "smcd"))
		text = "SMC-D";
	else if (!strcmp(mode, "smcr"))
		text = "SMC-R";
	return asprintf(ret_text, "%s", text);
}

static void count(struct top_connections *connections, const char *mode)
{
	if (!strcmp(mode, "smcd"))
		connections->smcd++;
	else if (!strcmp(mode, "smcr"))
		connections->smcr++;
	else if (!strcmp(mode, "fallback"))
		connections->fallback++;
	else
		connections->other++;
}

static int make(char *const *fields, struct top_connection *ret_connection)
{
	struct top_connection connection = {
		.local = strdup(fields[CONNECTION_LOCAL]),
		.peer = strdup(fields[CONNECTION_PEER]),
		.gid = strtoull(fields[CONNECTION_GID], NULL, 16),
		.inode = strtoull(fields[CONNECTION_INODE], NULL, 10),
	};

	if (!connection.local || !connection.peer || via_text(fields, &connection.via) < 0) {
		connection.via = NULL;
		connection_clear(&connection);
		return -ENOMEM;
	}
	*ret_connection = connection;
	return 0;
}

int top_add_connection(struct top_connections *connections, char *row, struct failure *failure)
{
	char *fields[CONNECTION_FIELDS];
	struct top_connection *list;
	int r;

	r = connection_row_take(row, fields, failure);
	if (r)
		return r;
	count(connections, fields[CONNECTION_MODE]);
	if (connections->n == TOP_CONNECTIONS_MAX)
		return 0;
	/* Most lists are short, and a long one is not to be copied for each row. */
	if (!(connections->n & (connections->n - 1))) {
		list = reallocarray(connections->list, connections->n ? 2 * connections->n : 1,
				    sizeof(*list));
		if (!list)
			return -ENOMEM;
		connections->list = list;
	}
	r = make(fields, &connections->list[connections->n]);
	connections->n += !r;
	return r;
}
