// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * smc-traffic: sends verified data over real AF_SMC sockets and shows by
 * SMC_DIAG what each connection really is.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "netns.h"
#include "traffic-diag.h"
#include "traffic-hold.h"
#include "traffic-options.h"
#include "traffic-report.h"
#include "traffic-side.h"

struct traffic {
	const struct traffic_options *options;
	struct side sides[2];
	struct side *server, *client;	/* NULL: not in this process */
	bool serving;			/* the server also accepts */
	atomic_bool stop;
};

typedef int (*side_step)(struct side *s);

struct job {
	struct traffic *traffic;
	struct side *side;
	side_step step;
	int result;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int allow_files(const struct traffic_options *o)
{
	rlim_t need = 2 * (rlim_t)o->conns + 64;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= need)
		return 0;
	limit.rlim_cur = need;
	if (limit.rlim_max < need)
		limit.rlim_max = need;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0) {
		fprintf(stderr, "smc-traffic: --conns %u: cannot open %llu files: %m\n", o->conns,
			(unsigned long long)need);
		return -errno;
	}
	return 0;
}

static void run_job(struct job *j)
{
	j->result = j->step(j->side);
	if (j->result < 0)
		j->traffic->stop = true;
}

static void *run_thread(void *data)
{
	run_job(data);
	return NULL;
}

/* Runs a step of both sides at once, or of the only one. */
static int run_step(struct traffic *t, side_step step)
{
	struct job server = { .traffic = t, .side = t->server, .step = step };
	struct job client = { .traffic = t, .side = t->client, .step = step };
	pthread_t thread;
	int r;

	if (!t->client || !t->serving) {
		run_job(t->client ? &client : &server);
		return t->client ? client.result : server.result;
	}
	r = pthread_create(&thread, NULL, run_thread, &server);
	if (r) {
		fprintf(stderr, "smc-traffic: cannot start a thread: %s\n", strerror(r));
		return -r;
	}
	run_job(&client);
	pthread_join(thread, NULL);
	return server.result < 0 ? server.result : client.result;
}

static int begin_server(struct traffic *t)
{
	const struct traffic_options *o = t->options;
	int r;

	t->server = &t->sides[0];
	t->serving = !o->no_accept;
	r = side_init(t->server, o, true, &t->stop);
	if (!r)
		r = netns_enter(o->server_netns);
	if (!r)
		r = side_listen(t->server);
	if (!r && o->verb == VERB_SERVER) {
		printf("listening address=%s port=%u\n", o->address, t->server->port);
		fflush(stdout);
	}
	return r;
}

static int begin_client(struct traffic *t)
{
	const struct traffic_options *o = t->options;
	int r;

	t->client = &t->sides[1];
	r = side_init(t->client, o, false, &t->stop);
	if (!r)
		r = netns_enter(o->client_netns);
	if (!r)
		r = side_open(t->client, t->server ? t->server->port : o->port);
	return r;
}

static int begin(struct traffic *t)
{
	enum verb verb = t->options->verb;
	int r = allow_files(t->options);

	if (!r && verb != VERB_CLIENT)
		r = begin_server(t);
	if (!r && verb != VERB_SERVER)
		r = begin_client(t);
	if (!r)
		r = run_step(t, side_establish);
	return netns_enter(NULL) ?: r;
}

static void end(struct traffic *t)
{
	if (t->client)
		side_free(t->client);
	if (t->server)
		side_free(t->server);
}

static int transfer(struct traffic *t, uint64_t bytes, unsigned int limit_s)
{
	for (int i = 0; i < 2; i++) {
		t->sides[i].goal += bytes;
		t->sides[i].limit_s = limit_s;
	}
	return run_step(t, side_transfer);
}

static void print_bytes(const struct traffic *t, int64_t ms)
{
	uint64_t sent = 0, received = 0;

	for (int i = 0; i < 2; i++) {
		for (unsigned int k = 0; t->sides[i].ends && k < t->options->conns; k++) {
			sent += t->sides[i].ends[k].sent;
			received += t->sides[i].ends[k].received;
		}
	}
	printf("bytes=%" PRIu64 " verified=%" PRIu64 " seconds=%" PRId64 ".%03d\n", sent, received,
	       ms / 1000, (int)(ms % 1000));
}

/* Returns -EINVAL if things are not as expected. */
static int report(const struct traffic *t, struct report *ret)
{
	int r = report_ends(t->server, t->client, ret);

	fflush(stdout);
	return r < 0 ? r : ret->wrong ? -EINVAL : 0;
}

static int run_transfer(struct traffic *t)
{
	struct report ends = { 0 };
	int64_t start, ms;
	int r, checked;

	r = begin(t);
	if (r < 0)
		return r;
	start = now_ms();
	r = transfer(t, t->options->bytes, t->options->timeout_s);
	ms = now_ms() - start;
	checked = report(t, &ends);
	if (!r)
		r = run_step(t, side_finish);
	printf("total conns=%u ", t->options->conns);
	report_print(&ends);
	putchar(' ');
	print_bytes(t, ms);
	return r < 0 ? r : checked;
}

static int beat(struct traffic *t)
{
	if (!t->serving)
		return side_watch(t->client);
	return transfer(t, t->options->bytes, t->options->stall_s);
}

/* Returns 0 when told to stop. */
static int keep_beating(struct traffic *t, struct orders *orders, uint64_t *beats)
{
	int64_t next = now_ms(), wait;
	struct report ends;
	int r;

	for (;;) {
		wait = next - now_ms();
		r = orders_wait(orders, wait > 0 ? wait : 0);
		if (r < 0 || r == ORDER_STOP)
			return r < 0 ? r : 0;
		if (r == ORDER_DIAG) {
			r = report(t, &ends);
		} else if (next <= now_ms()) {
			next = now_ms() + t->options->interval_ms;
			r = beat(t);
			*beats += !r;
		}
		if (r < 0)
			return r;
	}
}

static int hold(struct traffic *t, struct orders *orders)
{
	struct report ends;
	int64_t start = now_ms();
	uint64_t beats = 0;
	int r;

	r = report(t, &ends);
	if (r < 0)
		return r;
	printf("total conns=%u ", t->options->conns);
	report_print(&ends);
	puts("\nready");
	fflush(stdout);
	r = keep_beating(t, orders, &beats);
	if (r < 0)
		report(t, &ends);
	else if (t->serving)
		r = run_step(t, side_finish);
	printf("beats=%" PRIu64 " ", beats);
	print_bytes(t, now_ms() - start);
	return r;
}

static int run_hold(struct traffic *t)
{
	struct orders orders;
	int r;

	r = begin(t);
	if (r < 0)
		return r;
	r = orders_open(&orders, t->options->control);
	if (!r)
		r = hold(t, &orders);
	orders_close(&orders);
	return r;
}

static int run_diag(const struct traffic_options *o)
{
	struct smc_socket_list list;
	int r;

	r = netns_enter(o->netns);
	if (r < 0)
		return r;
	r = smc_socket_list_read(&list);
	for (size_t i = 0; !r && i < list.count; i++) {
		printf("inode=%" PRIu64 " ", list.items[i].inode);
		smc_socket_print(&list.items[i], stdout);
		putchar('\n');
	}
	smc_socket_list_free(&list);
	return r;
}

int main(int argc, char **argv)
{
	struct traffic_options options = { 0 };
	struct traffic traffic = { .options = &options };
	int r;

	r = traffic_options_parse(&options, argc, argv);
	if (r)
		return r < 0 ? 2 : 0;
	if (options.verb == VERB_DIAG)
		return run_diag(&options) < 0;
	r = options.verb == VERB_HOLD ? run_hold(&traffic) : run_transfer(&traffic);
	end(&traffic);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "smc-traffic: cannot write the result: %m\n");
		r = -EIO;
	}
	return r < 0;
}
