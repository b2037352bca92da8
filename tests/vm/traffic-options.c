// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * smc-traffic's command line.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "traffic-options.h"

#define ENDS	(VERB_PAIR | VERB_HOLD)
#define TRAFFIC (ENDS | VERB_SERVER | VERB_CLIENT)
#define MAX_CONNS 20000

static const char usage[] =
"Usage: smc-traffic pair|hold|server|client|diag [OPTION...]\n"
"Sends verified data over real AF_SMC sockets and shows by SMC_DIAG what each\n"
"connection really is.\n"
"\n"
"  pair    both ends: open all connections, send, verify, close\n"
"  hold    both ends: stay connected with a verified heartbeat until SIGTERM\n"
"  server  only the accepting end, for a client in another process or machine\n"
"  client  only the connecting end\n"
"  diag    list the SMC sockets of a network namespace\n"
"\n"
"Where (all but diag)\n"
"  -6                  IPv6\n"
"  --address A         where the server listens (loopback)\n"
"  --port P            (any free one; client: required)\n"
"  --server-netns NAME, --client-netns NAME\n"
"What\n"
"  --bytes N[K|M|G]    bytes each way and connection (1M); hold: a beat (256)\n"
"  --conns N           connections, all open at once (1)\n"
"  --parallel N        connects under way at once, at most 64 (16)\n"
"  --block N[K|M]      bytes a write (64K)\n"
"  --rcvbuf N[K|M], --sndbuf N[K|M]\n"
"                      SO_RCVBUF and SO_SNDBUF, i.e. the size of the DMBs\n"
"  --timeout SECONDS   longest time without progress (60)\n"
"Result\n"
"  --expect smcd|fallback|any\n"
"                      what every end has to be (smcd)\n"
"  --gid HEX           every end's own GID is one of these; may be repeated\n"
"  --summary           no line for each end\n"
"hold\n"
"  --interval MS       from beat to beat (500)\n"
"  --stall SECONDS     longest time without progress in a beat (5)\n"
"  --control FIFO      take 'diag' and 'stop' from this FIFO, made if missing\n"
"  --no-accept         never accept: established, but not accepted\n"
"diag\n"
"  --netns NAME\n"
"\n"
"Exit status: 0 all is as expected; 1 it is not; 2 usage.\n";

struct number {
	const char *option;
	uint64_t min, max;
	bool suffix;
};

static int bad(const char *format, const char *a, const char *b)
{
	fputs("smc-traffic: ", stderr);
	fprintf(stderr, format, a, b);
	fputs("; try 'smc-traffic --help'\n", stderr);
	return -EINVAL;
}

/* Bits to shift by for the K, M or G at the end of text; -1 for other things. */
static int suffix_shift(const char *text)
{
	static const char letters[] = "KMG";
	const char *letter;

	if (!*text)
		return 0;
	letter = strchr(letters, *text);
	if (!letter || text[1])
		return -1;
	return 10 * (int)(letter - letters + 1);
}

static int parse_number(const struct number *n, const char *text, uint64_t *ret)
{
	unsigned long long value;
	char *end;
	int shift;

	errno = 0;
	value = strtoull(text, &end, 10);
	shift = n->suffix ? suffix_shift(end) : *end ? -1 : 0;
	if (text[0] < '0' || text[0] > '9' || errno || shift < 0)
		return bad("--%s: '%s' is not a number of the right form", n->option, text);
	if (value > UINT64_MAX >> shift || value << shift < n->min || value << shift > n->max) {
		fprintf(stderr, "smc-traffic: --%s: %s is not within %llu..%llu\n", n->option,
			text, (unsigned long long)n->min, (unsigned long long)n->max);
		return -EINVAL;
	}
	*ret = value << shift;
	return 0;
}

static int parse_gid(struct traffic_options *o, const char *text)
{
	const char *digits = strncmp(text, "0x", 2) ? text : text + 2;
	size_t len = strlen(digits);

	if (!len || len > 16 || strspn(digits, "0123456789abcdefABCDEF") != len)
		return bad("--%s: '%s' is not a GID of up to 16 hexadecimal digits", "gid", text);
	if (o->gids_count == TRAFFIC_GIDS_MAX)
		return bad("--%s: '%s' is one too many", "gid", text);
	o->gids[o->gids_count++] = strtoull(digits, NULL, 16);
	return 0;
}

static int parse_expect(struct traffic_options *o, const char *text)
{
	static const char *const names[] = { "smcd", "fallback", "any" };

	for (unsigned int i = 0; i < 3; i++) {
		if (strcmp(text, names[i]))
			continue;
		o->expect = (enum expect)i;
		return 0;
	}
	return bad("--%s: '%s' is none of smcd, fallback, any", "expect", text);
}

enum {
	OPT_SERVER_NETNS = 256, OPT_CLIENT_NETNS, OPT_NETNS, OPT_ADDRESS, OPT_EXPECT,
	OPT_GID, OPT_SUMMARY, OPT_CONTROL, OPT_NO_ACCEPT, OPT_HELP,
	OPT_BYTES, OPT_CONNS, OPT_PARALLEL, OPT_BLOCK, OPT_RCVBUF, OPT_SNDBUF,
	OPT_TIMEOUT, OPT_INTERVAL, OPT_STALL, OPT_PORT,
	OPT_END,
};

static const struct option long_options[] = {
	{ "server-netns", required_argument, NULL, OPT_SERVER_NETNS },
	{ "client-netns", required_argument, NULL, OPT_CLIENT_NETNS },
	{ "netns", required_argument, NULL, OPT_NETNS },
	{ "address", required_argument, NULL, OPT_ADDRESS },
	{ "expect", required_argument, NULL, OPT_EXPECT },
	{ "gid", required_argument, NULL, OPT_GID },
	{ "summary", no_argument, NULL, OPT_SUMMARY },
	{ "control", required_argument, NULL, OPT_CONTROL },
	{ "no-accept", no_argument, NULL, OPT_NO_ACCEPT },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "bytes", required_argument, NULL, OPT_BYTES },
	{ "conns", required_argument, NULL, OPT_CONNS },
	{ "parallel", required_argument, NULL, OPT_PARALLEL },
	{ "block", required_argument, NULL, OPT_BLOCK },
	{ "rcvbuf", required_argument, NULL, OPT_RCVBUF },
	{ "sndbuf", required_argument, NULL, OPT_SNDBUF },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "interval", required_argument, NULL, OPT_INTERVAL },
	{ "stall", required_argument, NULL, OPT_STALL },
	{ "port", required_argument, NULL, OPT_PORT },
	{ NULL, 0, NULL, 0 },
};

/* Which verbs take an option; whatever is not here is for all that send. */
static const unsigned int verbs_of[OPT_END] = {
	[OPT_SERVER_NETNS] = ENDS | VERB_SERVER,
	[OPT_CLIENT_NETNS] = ENDS | VERB_CLIENT,
	[OPT_NETNS] = VERB_DIAG,
	[OPT_CONTROL] = VERB_HOLD,
	[OPT_NO_ACCEPT] = VERB_HOLD,
	[OPT_INTERVAL] = VERB_HOLD,
	[OPT_STALL] = VERB_HOLD,
	[OPT_PARALLEL] = ENDS | VERB_CLIENT,
	[OPT_HELP] = TRAFFIC | VERB_DIAG,
};

static const struct number numbers[OPT_END] = {
	[OPT_BYTES] = { "bytes", 0, UINT64_C(1) << 50, true },
	[OPT_CONNS] = { "conns", 1, MAX_CONNS, false },
	[OPT_PARALLEL] = { "parallel", 1, 64, false },
	[OPT_BLOCK] = { "block", 1, 64 << 20, true },
	[OPT_RCVBUF] = { "rcvbuf", 1, 64 << 20, true },
	[OPT_SNDBUF] = { "sndbuf", 1, 64 << 20, true },
	[OPT_TIMEOUT] = { "timeout", 1, 86400, false },
	[OPT_INTERVAL] = { "interval", 1, 3600000, false },
	[OPT_STALL] = { "stall", 1, 86400, false },
	[OPT_PORT] = { "port", 0, 65535, false },
};

static void set_number(struct traffic_options *o, int option, uint64_t value)
{
	switch (option) {
	case OPT_BYTES:
		o->bytes = value;
		break;
	case OPT_CONNS:
		o->conns = value;
		break;
	case OPT_PARALLEL:
		o->parallel = value;
		break;
	case OPT_BLOCK:
		o->block = value;
		break;
	case OPT_RCVBUF:
		o->rcvbuf = value;
		break;
	case OPT_SNDBUF:
		o->sndbuf = value;
		break;
	case OPT_TIMEOUT:
		o->timeout_s = value;
		break;
	case OPT_INTERVAL:
		o->interval_ms = value;
		break;
	case OPT_STALL:
		o->stall_s = value;
		break;
	case OPT_PORT:
		o->port = value;
		break;
	}
}

static int set_word(struct traffic_options *o, int option, const char *text)
{
	switch (option) {
	case OPT_SERVER_NETNS:
		o->server_netns = text;
		return 0;
	case OPT_CLIENT_NETNS:
		o->client_netns = text;
		return 0;
	case OPT_NETNS:
		o->netns = text;
		return 0;
	case OPT_ADDRESS:
		o->address = text;
		return 0;
	case OPT_CONTROL:
		o->control = text;
		return 0;
	case OPT_EXPECT:
		return parse_expect(o, text);
	case OPT_GID:
		return parse_gid(o, text);
	case OPT_SUMMARY:
		o->summary = true;
		return 0;
	case OPT_NO_ACCEPT:
		o->no_accept = true;
		return 0;
	case '6':
		o->ipv6 = true;
		return 0;
	}
	return -EINVAL;
}

static int set_option(struct traffic_options *o, int option, const char *text)
{
	unsigned int verbs = option < OPT_END ? verbs_of[option] : 0;
	uint64_t value;
	int r;

	if (!((verbs ? verbs : TRAFFIC) & o->verb)) {
		for (const struct option *l = long_options; l->name; l++)
			if (l->val == option)
				return bad("--%s is not for this verb%s", l->name, "");
		return bad("-%s is not for this verb%s", "6", "");
	}
	if (!numbers[option].option)
		return set_word(o, option, text);
	r = parse_number(&numbers[option], text, &value);
	if (r < 0)
		return r;
	set_number(o, option, value);
	return 0;
}

static int parse_verb(struct traffic_options *o, const char *text)
{
	static const char *const names[] = { "pair", "hold", "server", "client", "diag" };

	for (unsigned int i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(text, names[i]))
			continue;
		o->verb = (enum verb)(1 << i);
		return 0;
	}
	return bad("'%s' is not a verb%s", text, "");
}

static int check_address(struct traffic_options *o)
{
	struct in6_addr any;

	if (!o->address) {
		if (o->server_netns != o->client_netns && (o->verb & ENDS) &&
		    (!o->server_netns || !o->client_netns ||
		     strcmp(o->server_netns, o->client_netns)))
			return bad("--%s is needed with two network namespaces%s",
				   "address", "");
		o->address = o->ipv6 ? "::1" : "127.0.0.1";
	}
	if (strchr(o->address, ':'))
		o->ipv6 = true;
	if (inet_pton(o->ipv6 ? AF_INET6 : AF_INET, o->address, &any) != 1)
		return bad("--%s: '%s' is not a numeric address of the right family",
			   "address", o->address);
	if (o->verb == VERB_CLIENT && !o->port)
		return bad("--%s is needed by a client%s", "port", "");
	return 0;
}

static void set_defaults(struct traffic_options *o)
{
	enum verb verb = o->verb;

	*o = (struct traffic_options){
		.verb = verb,
		.bytes = verb == VERB_HOLD ? 256 : 1 << 20,
		.block = 64 << 10,
		.conns = 1,
		.parallel = 16,
		.timeout_s = 60,
		.interval_ms = 500,
		.stall_s = 5,
	};
}

int traffic_options_parse(struct traffic_options *o, int argc, char **argv)
{
	int option, r;

	if (argc < 2)
		return bad("a verb is missing%s%s", "", "");
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		fputs(usage, stdout);
		return 1;
	}
	r = parse_verb(o, argv[1]);
	if (r < 0)
		return r;
	set_defaults(o);
	optind = 2;
	while ((option = getopt_long(argc, argv, "6h", long_options, NULL)) != -1) {
		if (option == 'h' || option == OPT_HELP) {
			fputs(usage, stdout);
			return 1;
		}
		r = option == '?' ? -EINVAL : set_option(o, option, optarg);
		if (r < 0)
			return r;
	}
	if (optind < argc)
		return bad("'%s' is not expected%s", argv[optind], "");
	return o->verb == VERB_DIAG ? 0 : check_address(o);
}
