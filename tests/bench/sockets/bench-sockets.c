// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-sockets: the workloads of tests/bench/run that are our own. Each has a client and a
 * server, in two processes, and prints one number.
 */
#define _GNU_SOURCE 1
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sockets.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static const char usage[] =
"Usage: bench-sockets WORKLOAD FAMILY [OPTION...]\n"
"Prints one number.\n"
"\n"
"  pingpong  round trips in a second\n"
"  stream    megabytes (10^6) in a second, in one direction\n"
"  connect   connections in a second: set up, a message each way, closed\n"
"  many      messages in a second, on many connections at once\n"
"  memory    KiB of the kernel's memory for a connection\n"
"FAMILY is tcp, unix or smc.\n"
"\n"
"  --millis N   how long (1000)\n"
"  --count N    how many operations, instead of how long\n"
"  --size N     bytes of a message (100; stream 65536, connect 1, many 64, memory 1024)\n"
"  --conns N    connections of many and memory (1000)\n"
"  --before N   memory: connections that are opened first, and do not count (0)\n"
"  --port N     of the server on 127.0.0.1 (5900)\n"
"  --buffer N   SO_SNDBUF and SO_RCVBUF, in bytes (what the system has set)\n"
"  --server N   the CPU that the server has to run on (any)\n"
"  --hold       say \"ready\" with connections open, and begin when a line comes in\n"
"\n"
"Exit status: 0 done; 1 something failed; 2 usage.\n";

static const struct workload *const workloads[] = {
	&pingpong, &stream, &connect_close, &many, &memory,
};

static const char *const families[] = {
	[FAMILY_TCP] = "tcp", [FAMILY_UNIX] = "unix", [FAMILY_SMC] = "smc",
};

noreturn static void bad(const char *what, const char *word)
{
	fprintf(stderr, "bench-sockets: %s '%s'; try 'bench-sockets --help'\n", what, word);
	exit(2);
}

static const struct workload *find_workload(const char *name)
{
	for (size_t i = 0; i < COUNT(workloads); i++)
		if (!strcmp(workloads[i]->name, name))
			return workloads[i];
	bad("there is no workload", name);
}

static enum family find_family(const char *name)
{
	for (size_t i = 0; i < COUNT(families); i++)
		if (!strcmp(families[i], name))
			return i;
	bad("there is no family", name);
}

static unsigned int parse_number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || value > 1 << 30)
		bad("this is no number, or too large:", text);
	return value;
}

static void parse_options(struct options *options, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "millis", required_argument, NULL, 'm' },
		{ "count", required_argument, NULL, 'c' },
		{ "size", required_argument, NULL, 's' },
		{ "conns", required_argument, NULL, 'n' },
		{ "before", required_argument, NULL, 'b' },
		{ "port", required_argument, NULL, 'p' },
		{ "buffer", required_argument, NULL, 'u' },
		{ "server", required_argument, NULL, 'v' },
		{ "hold", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	unsigned int *const numbers[] = {
		['m'] = &options->millis, ['c'] = &options->count, ['s'] = &options->size,
		['n'] = &options->conns, ['b'] = &options->before, ['p'] = &options->port,
		['u'] = &options->buffer, ['v'] = &options->server_cpu,
	};
	int option;

	while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (option == '?')
			exit(2);
		if (option == 'h')
			options->hold = true;
		else
			*numbers[option] = parse_number(optarg);
	}
	if (optind < argc)
		bad("not expected:", argv[optind]);
	if (!options->size || !options->conns)
		bad("--size and --conns must not be", "0");
}

static void run_on(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	if (cpu < CPU_SETSIZE)
		CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		die("cannot run the server on that CPU");
}

/* The server is gone when we are, however we end. */
static pid_t start_server(const struct workload *workload, const struct options *options)
{
	int listener = listen_to(options);
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		die("fork");
	if (pid) {
		close(listener);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	if (options->server_cpu != NO_CPU)
		run_on(options->server_cpu);
	workload->serve(options, listener);
	exit(0);
}

static void raise_limit(unsigned int files)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= files)
		return;
	limit.rlim_cur = files;
	if (limit.rlim_max < files)
		limit.rlim_max = files;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		die("RLIMIT_NOFILE");
}

int main(int argc, char **argv)
{
	struct options options = {
		.millis = 1000, .conns = 1000, .port = 5900, .server_cpu = NO_CPU,
	};
	const struct workload *workload;
	double result;
	pid_t server;

	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		fputs(usage, stdout);
		return 0;
	}
	if (argc < 3)
		bad("a workload and a family are needed, not", argc > 1 ? argv[1] : "");
	workload = find_workload(argv[1]);
	options.family = find_family(argv[2]);
	options.size = workload->size;
	parse_options(&options, argc - 2, argv + 2);
	raise_limit(options.conns + options.before + 64);
	server = start_server(workload, &options);
	result = workload->measure(&options);
	printf("%.*f\n", result < 1000 ? 2 : 0, result);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	return fflush(stdout) ? 1 : 0;
}
