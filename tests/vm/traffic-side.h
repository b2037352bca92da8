/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One side of smc-traffic, server or client: its sockets and what is done
 * with all of them at once. Each step runs until it is complete for every
 * connection, and can run for both sides in two threads.
 */
#ifndef TESTS_VM_TRAFFIC_SIDE_H
#define TESTS_VM_TRAFFIC_SIDE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "traffic-options.h"
#include "traffic-pattern.h"

/* What a client says first: accept() order is not connect() order. */
struct hello {
	uint64_t nonce;
	uint64_t bytes;
	uint32_t magic;
	uint32_t index;
};

enum end_state {
	END_UNUSED,
	END_CONNECTING,
	END_HELLO,
	END_OPEN,
	END_DONE,
};

/* One end of a connection. */
struct end {
	int fd;
	unsigned int index;
	enum end_state state;
	uint32_t events;	/* what epoll watches for now */
	uint64_t inode;		/* how SMC_DIAG calls it */
	uint16_t local_port, peer_port;
	struct hello hello;
	size_t hello_done;
	uint64_t key_out, key_in;
	uint64_t sent, received;	/* bytes; all received ones are verified */
	int64_t progress_ms;
};

struct side {
	bool server;
	const struct traffic_options *options;
	atomic_bool *stop;	/* set as soon as either side fails */
	uint64_t nonce;
	uint16_t port;
	int listen_fd, epoll_fd;
	struct end *ends;	/* in the order of connect() or accept() */
	struct end **by_index;
	unsigned int begun;
	unsigned int pending;	/* ends that have not finished the step */
	uint64_t goal;		/* bytes to be sent and received by each end */
	unsigned int limit_s;	/* longest time without progress */
	struct pattern_window out;
	char *in;
};

/*
 * All functions say on stderr what is wrong, naming the connection, and
 * return 0 or a negative errno; -ECANCELED if the other side has failed.
 */

/* Both strings of options and the flag must outlive the side. */
int side_init(struct side *s, const struct traffic_options *o, bool server, atomic_bool *stop);
void side_free(struct side *s);

/* Server, in its namespace: listens, and sets port. */
int side_listen(struct side *s);
/* Client, in its namespace until side_establish() is over: what is to be connected to port. */
int side_open(struct side *s, uint16_t port);

/* Connects or accepts all connections and says hello. */
int side_establish(struct side *s);
/* Sends and verifies until every end has reached goal. */
int side_transfer(struct side *s);
/* Shuts the connections down and waits for their orderly ends. */
int side_finish(struct side *s);
/* Client of a server that does not accept: notices whether connections broke. */
int side_watch(struct side *s);

#endif
