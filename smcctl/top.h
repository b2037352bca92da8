/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What "smcctl top" knows, and how that is laid out. Pure: top.c has the terminal and the loop,
 * top-poll.c asks smcd.
 */
#ifndef SMCCTL_TOP_H
#define SMCCTL_TOP_H

#include "bus-client.h"
#include "grid.h"
#include "processes.h"

#define TOP_CONNECTIONS_MAX 4096	/* more are counted, but not listed */
#define TOP_ERROR_SIZE sizeof(((struct failure *)NULL)->text)

enum top_panel { TOP_DEVICES, TOP_CONNECTIONS, TOP_FALLBACKS, TOP_PANELS };

struct top_rate {
	uint64_t tx, rx;		/* bytes a second, or RATE_UNKNOWN */
};

#define TOP_PROCESS_SIZE (PROCESS_NAME_SIZE + 16)

/* Strings are printable ASCII. */
struct top_connection {
	char *local, *peer;
	char *via;			/* what carries it, or why that is TCP */
	uint64_t gid;			/* of the device that carries it; 0: none does */
	uint64_t inode;			/* of the socket; 0: no process has it */
	char process[TOP_PROCESS_SIZE];	/* "iperf3[4711]"; empty: not known */
};

struct top_connections {
	struct top_connection *list;
	size_t n;			/* at most TOP_CONNECTIONS_MAX */
	uint64_t smcd, smcr, fallback, other;	/* how many there are, by what carries them */
};

struct top_fallback {
	uint32_t code;
	uint64_t client, server;
	uint64_t new;			/* since top began */
};

struct top {
	struct devices devices;
	struct top_rate *rates;		/* of each device */
	uint64_t read_at;		/* when the devices were read, us; 0: never */
	struct top_connections connections;
	struct fallbacks fallbacks;
	struct top_fallback *counts;	/* of each reason */
	bool fallbacks_known;		/* they were read before */
	char errors[TOP_PANELS][TOP_ERROR_SIZE];	/* why there is nothing; empty: there is */
	char notice[TOP_ERROR_SIZE];	/* what concerns all; empty: nothing */
	char host[65], clock[16];
	unsigned int interval;		/* s */
};

#define top_cleanup __attribute__((cleanup(top_clear)))

void top_clear(struct top *top);

/*
 * Take what was read, at @now us of any clock, in place of what was there, and work out how fast it
 * changes. They own it then, and also when they fail, with -ENOMEM.
 */
int top_take_devices(struct top *top, struct devices *devices, uint64_t now);
int top_take_fallbacks(struct top *top, struct fallbacks *fallbacks);
void top_take_connections(struct top *top, struct top_connections *connections);

/* Puts the names of the processes that are known to each. */
void top_name_processes(struct top_connections *connections, const struct processes *processes);

/* All goes: it is not true any longer. What comes next has no rates. */
void top_forget(struct top *top);

/*
 * Adds a row of ListConnections, which is taken apart. Returns 0; 1 for the last one; -ENOMEM; or
 * -EBADMSG with @failure, see connection-row.h.
 */
int top_add_connection(struct top_connections *connections, char *row, struct failure *failure);
void top_connections_clear(struct top_connections *connections);

#define top_connections_cleanup __attribute__((cleanup(top_connections_clear)))

/* How the user looks at it. Zeros are how it begins. */
struct top_view {
	enum top_panel focus;
	unsigned int sort[TOP_PANELS];		/* column */
	bool reverse[TOP_PANELS];
	size_t first[TOP_PANELS];		/* row that is shown first */
	size_t page[TOP_PANELS];		/* rows that were shown last */
	bool help;
};

enum top_key {
	TOP_KEY_NONE, TOP_KEY_QUIT, TOP_KEY_HELP, TOP_KEY_NEXT, TOP_KEY_PREVIOUS, TOP_KEY_SORT,
	TOP_KEY_REVERSE, TOP_KEY_UP, TOP_KEY_DOWN, TOP_KEY_PAGE_UP, TOP_KEY_PAGE_DOWN,
	TOP_KEY_HOME, TOP_KEY_END,
};

/* Obeys a key, but TOP_KEY_QUIT: that is for the caller. */
void top_view_key(struct top_view *view, enum top_key key);

/* The table of a panel. */
struct grid top_grid(const struct top *top, enum top_panel panel);

/* Fills an empty canvas; corrects what of @view is out of range. 0 or -ENOMEM. */
int top_layout(const struct top *top, struct top_view *view, struct canvas *canvas);

#endif
