/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * smc-traffic's command line.
 */
#ifndef TESTS_VM_TRAFFIC_OPTIONS_H
#define TESTS_VM_TRAFFIC_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRAFFIC_GIDS_MAX 16

enum verb {
	VERB_PAIR = 1,
	VERB_HOLD = 2,
	VERB_SERVER = 4,
	VERB_CLIENT = 8,
	VERB_DIAG = 16,
};

enum expect {
	EXPECT_SMCD,
	EXPECT_FALLBACK,
	EXPECT_ANY,
};

/* Strings belong to argv. */
struct traffic_options {
	enum verb verb;
	bool ipv6;
	const char *address;
	uint16_t port;			/* 0: any that is free */
	const char *server_netns;	/* NULL: the current one */
	const char *client_netns;
	const char *netns;		/* for diag */
	uint64_t bytes;			/* each way and connection; hold: a beat */
	size_t block;			/* bytes a write */
	unsigned int conns;
	unsigned int parallel;		/* connects under way at once */
	int rcvbuf;			/* bytes; 0: the system's default */
	int sndbuf;
	unsigned int timeout_s;		/* without any progress */
	enum expect expect;
	uint64_t gids[TRAFFIC_GIDS_MAX];
	unsigned int gids_count;
	bool summary;			/* no line for each end */
	const char *control;
	unsigned int interval_ms;
	unsigned int stall_s;
	bool no_accept;
};

/*
 * Returns 0, 1 if there is nothing more to do because help was asked for, or
 * -EINVAL after saying on stderr what is wrong.
 */
int traffic_options_parse(struct traffic_options *o, int argc, char **argv);

#endif
