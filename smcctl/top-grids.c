// SPDX-License-Identifier: GPL-2.0-or-later
/* The tables of "smcctl top": their columns, and what stands in them; see top.h. */
#include <inttypes.h>
#include <stdio.h>
#include "connection-row.h"
#include "device.h"
#include "output.h"
#include "rates.h"
#include "top.h"

enum { D_RANK, D_NAME, D_KIND, D_STATE, D_PRIORITY, D_CONNS, D_TX_RATE, D_RX_RATE, D_TX, D_RX,
       D_REASON };

static const struct grid_column device_columns[] = {
	[D_RANK] = { "RANK", true, 0, 9 },
	[D_NAME] = { "NAME", false, 8, 10 },
	[D_KIND] = { "KIND", false, 8, 5 },
	[D_STATE] = { "STATE", false, 8, 8 },
	[D_PRIORITY] = { "PRIORITY", true, 0, 3 },
	[D_CONNS] = { "CONNS", true, 0, 7 },
	[D_TX_RATE] = { "TX/S", true, 9, 6 },
	[D_RX_RATE] = { "RX/S", true, 9, 6 },
	[D_TX] = { "TX", true, 9, 2 },
	[D_RX] = { "RX", true, 9, 2 },
	[D_REASON] = { "WHY ANOTHER RANK", false, 16, 1 },
};

enum { C_PROCESS, C_LOCAL, C_PEER, C_VIA };

static const struct grid_column connection_columns[] = {
	[C_PROCESS] = { "PROCESS", false, 10, 4 },
	[C_LOCAL] = { "LOCAL", false, 12, 2 },
	[C_PEER] = { "PEER", false, 12, 1 },
	[C_VIA] = { "CARRIED BY", false, 12, 5 },
};

enum { F_TOTAL, F_REASON, F_CLIENT, F_SERVER, F_NEW, F_MEANING, F_CURE };

static const struct grid_column fallback_columns[] = {
	[F_TOTAL] = { "TOTAL", true, 0, 9 },
	[F_REASON] = { "REASON", false, 8, 10 },
	[F_CLIENT] = { "CLIENT", true, 0, 4 },
	[F_SERVER] = { "SERVER", true, 0, 4 },
	[F_NEW] = { "NEW", true, 0, 8 },
	[F_MEANING] = { "MEANING", false, 16, 7 },
	[F_CURE] = { "LIKELY CURE", false, 30, 1 },
};

static void number(struct grid_cell *cell, uint64_t value)
{
	snprintf(cell->text, sizeof(cell->text), "%" PRIu64, value);
	cell->key = value;
}

/* What is not known is less than what is. */
static void size(struct grid_cell *cell, const uint64_t *value)
{
	char text[OUTPUT_NUMBER_SIZE];

	grid_text(cell, value ? output_size(*value, text) : "-");
	cell->key = value ? *value + 1 : 0;
}

static void rate(struct grid_cell *cell, uint64_t value)
{
	size(cell, value == RATE_UNKNOWN ? NULL : &value);
}

static void rank(struct grid_cell *cell, uint32_t value)
{
	if (value)
		number(cell, value);
	else
		grid_text(cell, "-");
	/* The first is the greatest. */
	cell->key = value ? UINT64_MAX - value : 0;
}

static void device_cell(const void *data, size_t row, unsigned int column, struct grid_cell *cell)
{
	const struct top *top = data;
	const struct device *device = &top->devices.list[row];

	switch (column) {
	case D_RANK:
		rank(cell, device->rank);
		break;
	case D_NAME:
		grid_text(cell, device->name);
		break;
	case D_KIND:
		grid_text(cell, device->kind);
		break;
	case D_STATE:
		grid_text(cell, device->state);
		break;
	case D_PRIORITY:
		number(cell, device->priority);
		break;
	case D_CONNS:
		number(cell, device->connections);
		break;
	case D_TX_RATE:
		rate(cell, top->rates[row].tx);
		break;
	case D_RX_RATE:
		rate(cell, top->rates[row].rx);
		break;
	case D_TX:
		size(cell, counters_find(&device->counters, COUNTER_TX_BYTES));
		break;
	case D_RX:
		size(cell, counters_find(&device->counters, COUNTER_RX_BYTES));
		break;
	case D_REASON:
		grid_text(cell, device->reason);
		break;
	}
}

/* "SMC-D: loopback0" */
static void via(struct grid_cell *cell, const struct devices *devices,
		const struct top_connection *connection)
{
	char text[GRID_CELL_SIZE];
	size_t i;

	for (i = 0; i < devices->n; i++)
		if (connection->gid && devices->list[i].gid == connection->gid)
			break;
	if (i < devices->n)
		snprintf(text, sizeof(text), "%s: %s", connection->via, devices->list[i].name);
	grid_text(cell, i < devices->n ? text : connection->via);
}

static void connection_cell(const void *data, size_t row, unsigned int column,
			    struct grid_cell *cell)
{
	const struct top *top = data;
	const struct top_connection *connection = &top->connections.list[row];

	switch (column) {
	case C_PROCESS:
		grid_text(cell, *connection->process ? connection->process : "-");
		break;
	case C_LOCAL:
		grid_text(cell, connection->local);
		break;
	case C_PEER:
		grid_text(cell, connection->peer);
		break;
	case C_VIA:
		via(cell, &top->devices, connection);
		break;
	}
}

static void fallback_cell(const void *data, size_t row, unsigned int column,
			  struct grid_cell *cell)
{
	const struct top *top = data;
	const struct fallback *fallback = &top->fallbacks.list[row];
	char code[16];

	snprintf(code, sizeof(code), "0x%08" PRIx32, fallback->code);
	switch (column) {
	case F_TOTAL:
		number(cell, fallback->client + fallback->server);
		break;
	case F_REASON:
		grid_text(cell, connection_reason(code, fallback->name));
		break;
	case F_CLIENT:
		number(cell, fallback->client);
		break;
	case F_SERVER:
		number(cell, fallback->server);
		break;
	case F_NEW:
		number(cell, top->counts[row].new);
		break;
	case F_MEANING:
		grid_text(cell, fallback->meaning);
		break;
	case F_CURE:
		grid_text(cell, fallback->cure);
		break;
	}
}

struct grid top_grid(const struct top *top, enum top_panel panel)
{
	static const struct grid grids[TOP_PANELS] = {
		[TOP_DEVICES] = { .columns = device_columns, .cell = device_cell,
				  .n_columns = sizeof(device_columns) / sizeof(*device_columns) },
		[TOP_CONNECTIONS] = { .columns = connection_columns, .cell = connection_cell,
				      .n_columns = sizeof(connection_columns) /
						   sizeof(*connection_columns) },
		[TOP_FALLBACKS] = { .columns = fallback_columns, .cell = fallback_cell,
				    .n_columns = sizeof(fallback_columns) /
						 sizeof(*fallback_columns) },
	};
	struct grid grid = grids[panel];

	grid.data = top;
	grid.n_rows = panel == TOP_DEVICES ? top->devices.n : panel == TOP_CONNECTIONS ?
		      top->connections.n : top->fallbacks.n;
	return grid;
}
