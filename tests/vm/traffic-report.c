// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Shows what the connections of smc-traffic really are, and compares that
 * with what was expected.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "netns.h"
#include "traffic-report.h"

/* Sockets that come and go make a dump miss others. */
#define ATTEMPTS	20
#define PAUSE_US	100000
/* One reason that hits a thousand connections is no more telling than ten. */
#define COMPLAINTS_MAX	10

/* What SMC_DIAG says of each connection's end, by index; NULL if nothing. */
struct snapshot {
	struct smc_socket_list list;
	struct smc_socket **by_index;
};

static void __attribute__((format(printf, 2, 3)))
complain(struct report *r, const char *format, ...)
{
	va_list args;

	r->wrong++;
	if (r->wrong > COMPLAINTS_MAX)
		return;
	fputs("smc-traffic: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static int compare_inodes(const void *a, const void *b)
{
	const struct smc_socket *x = a, *y = b;

	return x->inode < y->inode ? -1 : x->inode > y->inode;
}

/* The client is connected before the server's end has heard that it is: SMC_INIT until then. */
static struct smc_socket *find_unaccepted(const struct smc_socket_list *list,
					  const struct end *client)
{
	for (size_t i = 0; i < list->count; i++)
		if (!list->items[i].inode && list->items[i].state != SMC_STATE_INIT &&
		    list->items[i].peer_port == client->local_port &&
		    list->items[i].local_port == client->peer_port)
			return &list->items[i];
	return NULL;
}

static struct smc_socket *find_end(const struct smc_socket_list *list, const struct end *e)
{
	struct smc_socket key = { .inode = e->inode };

	if (!e->inode)
		return NULL;
	return bsearch(&key, list->items, list->count, sizeof(key), compare_inodes);
}

/* Returns how many connections have been found. */
static unsigned int find_all(struct snapshot *shot, const struct side *s,
			     const struct side *client)
{
	unsigned int found = 0, conns = s->options->conns;

	qsort(shot->list.items, shot->list.count, sizeof(*shot->list.items), compare_inodes);
	for (unsigned int i = 0; i < conns; i++) {
		shot->by_index[i] = NULL;
		if (s->by_index[i])
			shot->by_index[i] = find_end(&shot->list, s->by_index[i]);
		else if (s->server && s->options->no_accept)
			shot->by_index[i] = find_unaccepted(&shot->list, client->by_index[i]);
		found += !!shot->by_index[i];
	}
	return found;
}

static int take_snapshot(struct snapshot *shot, const struct side *s, const struct side *client)
{
	const struct traffic_options *o = s->options;
	int r;

	shot->by_index = calloc(o->conns, sizeof(*shot->by_index));
	if (!shot->by_index)
		return -ENOMEM;
	r = netns_enter(s->server ? o->server_netns : o->client_netns);
	if (r < 0)
		return r;
	for (int attempt = 1;; attempt++) {
		r = smc_socket_list_read(&shot->list);
		if (r < 0 || find_all(shot, s, client) == o->conns || attempt == ATTEMPTS)
			break;
		smc_socket_list_free(&shot->list);
		usleep(PAUSE_US);
	}
	netns_enter(NULL);
	return r;
}

static void free_snapshot(struct snapshot *shot)
{
	smc_socket_list_free(&shot->list);
	free(shot->by_index);
}

static int is_wanted_gid(const struct traffic_options *o, uint64_t gid)
{
	for (unsigned int i = 0; i < o->gids_count; i++)
		if (o->gids[i] == gid)
			return 1;
	return !o->gids_count;
}

static void check_end(struct report *r, const struct traffic_options *o, const char *name,
		      unsigned int index, const struct smc_socket *s)
{
	enum smc_mode mode = o->expect == EXPECT_SMCD ? SMC_MODE_SMCD : SMC_MODE_FALLBACK;

	if (o->expect != EXPECT_ANY && s->mode != mode)
		complain(r, "connection %u, %s end: mode is %s instead of %s "
			 "(reason 0x%08x, peer's 0x%08x)",
			 index, name, smc_mode_name(s->mode), smc_mode_name(mode), s->reason,
			 s->peer_diagnosis);
	if (s->mode == SMC_MODE_SMCD && !is_wanted_gid(o, s->my_gid))
		complain(r, "connection %u, %s end: GID 0x%016" PRIx64 " is none of --gid",
			 index, name, s->my_gid);
}

static void report_side(struct report *r, const struct side *s, const struct snapshot *shot)
{
	const char *name = s->server ? "server" : "client";
	const struct smc_socket *sock;

	for (unsigned int i = 0; i < s->options->conns; i++) {
		sock = shot->by_index[i];
		r->ends++;
		if (!sock) {
			r->missing++;
			complain(r, "connection %u, %s end: SMC_DIAG does not have it", i, name);
			continue;
		}
		r->modes[sock->mode]++;
		check_end(r, s->options, name, i, sock);
		if (s->options->summary)
			continue;
		printf("end=%s conn=%u ", name, i);
		if (!s->by_index[i])
			printf("accepted=no ");
		smc_socket_print(sock, stdout);
		putchar('\n');
	}
}

/* Both ends have to tell the same story. */
static void check_both(struct report *r, const struct snapshot *a, const struct snapshot *b,
		       unsigned int conns)
{
	const struct smc_socket *x, *y;

	for (unsigned int i = 0; i < conns; i++) {
		x = a->by_index[i];
		y = b->by_index[i];
		if (!x || !y)
			continue;
		if (x->local_port != y->peer_port || x->peer_port != y->local_port)
			complain(r, "connection %u: the ports of its ends do not match", i);
		if (x->mode != y->mode)
			complain(r, "connection %u: server is %s and client is %s", i,
				 smc_mode_name(x->mode), smc_mode_name(y->mode));
		else if (x->my_gid != y->peer_gid || x->peer_gid != y->my_gid)
			complain(r, "connection %u: the GIDs of its ends do not match", i);
		else if (x->token != y->peer_token || x->peer_token != y->token)
			complain(r, "connection %u: the tokens of its ends do not match", i);
	}
}

int report_ends(const struct side *server, const struct side *client, struct report *ret)
{
	struct snapshot a = { 0 }, b = { 0 };
	struct report report = { 0 };
	int r = 0;

	if (server)
		r = take_snapshot(&a, server, client);
	if (!r && client)
		r = take_snapshot(&b, client, client);
	if (!r && server)
		report_side(&report, server, &a);
	if (!r && client)
		report_side(&report, client, &b);
	if (!r && server && client)
		check_both(&report, &a, &b, client->options->conns);
	free_snapshot(&a);
	free_snapshot(&b);
	if (r < 0)
		return r;
	if (report.wrong > COMPLAINTS_MAX)
		fprintf(stderr, "smc-traffic: and %u more\n", report.wrong - COMPLAINTS_MAX);
	*ret = report;
	return 0;
}

void report_print(const struct report *r)
{
	printf("ends=%u smcd=%u fallback=%u smcr=%u none=%u missing=%u wrong=%u", r->ends,
	       r->modes[SMC_MODE_SMCD], r->modes[SMC_MODE_FALLBACK], r->modes[SMC_MODE_SMCR],
	       r->modes[SMC_MODE_NONE], r->missing, r->wrong);
}
