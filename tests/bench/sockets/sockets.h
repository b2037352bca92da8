/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the workloads of bench-sockets have in common: what is asked for, and sockets of three
 * families that are used in the same way. Whatever fails ends the program: a measurement is
 * whole, or it is none.
 */
#ifndef BENCH_SOCKETS_H
#define BENCH_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdnoreturn.h>

#define NO_CPU (~0U)

enum family {
	FAMILY_TCP,
	FAMILY_UNIX,
	FAMILY_SMC,
};

struct options {
	enum family family;
	unsigned int millis;	/* how long to measure, unless count says how much */
	unsigned int count;	/* operations, or 0 */
	unsigned int size;	/* bytes of a message or block */
	unsigned int conns;	/* of workloads that have many at once */
	unsigned int before;	/* of memory: connections that are there already */
	unsigned int port;	/* of 127.0.0.1; AF_UNIX has a name with it */
	unsigned int buffer;	/* of each socket, in bytes; 0: what the system has set */
	unsigned int server_cpu;	/* where the server has to run, or NO_CPU */
	bool hold;
};

/*
 * serve() gets a socket that listens, in a process of its own, and is killed at the end;
 * measure() connects to it and returns the number to print. The default of size is in bytes.
 */
struct workload {
	const char *name, *unit;
	unsigned int size;
	void (*serve)(const struct options *options, int listener);
	double (*measure)(const struct options *options);
};

extern const struct workload pingpong, stream, connect_close, many, memory;

noreturn void die(const char *what);

/* Nanoseconds of the monotonic clock */
unsigned long long now(void);

/* Is there more to do, after so many operations? */
bool goes_on(const struct options *options, unsigned long long done, unsigned long long start);

/* Operations in a second, since start. Here ends what tests/bench/profile counts. */
double per_second(double done, unsigned long long start);

/*
 * Lets who wants look at the connections that there are now: with --hold. Then begins what
 * tests/bench/profile counts.
 */
void hold(const struct options *options);

int listen_to(const struct options *options);
int accept_from(int listener);
int connect_to(const struct options *options);

/* All of size bytes. At the end of the stream receive_all() returns false. */
void send_all(int fd, const void *data, size_t size);
bool receive_all(int fd, void *data, size_t size);

/* A buffer of so many bytes, none of them a page that has to be made first */
void *buffer_of(size_t size);

/* Sends a message of size bytes and gets it back, as the servers but stream's do. */
void exchange(int fd, void *message, size_t size);

/* Gets a message and sends it back; false at the end of the stream. */
bool echo(int fd, void *message, size_t size);

#endif
