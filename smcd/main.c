// SPDX-License-Identifier: GPL-2.0-or-later
/* The program smcd: options, and the event loop. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <systemd/sd-event.h>
#include "backends.h"
#include "config-files.h"
#include "log.h"
#include "manager.h"
#include "tune.h"

struct arguments {
	struct manager_options manager;
	bool check;
	const char *tune;		/* a network namespace; NULL: not asked for */
};

static void print_help(void)
{
	puts("Usage: smcd [OPTION]...\n"
	     "Keeps the SMC-D devices of this machine as /etc/smcd/smcd.yaml says.\n"
	     "The service manager starts it; the command line is smcctl(1).\n"
	     "\n"
	     "      --check             check the files and exit: 0 good, 1 bad\n"
	     "      --config-root=DIR   put DIR before the paths of all files\n"
	     "      --tune=NAMESPACE    set the sysctls of the network namespace that it is\n"
	     "                          started in as the files say of NAMESPACE, and exit\n"
	     "      --plugin-dir=DIR    load plugins from DIR, for development\n"
	     "                          (default: " PLUGIN_DIRECTORY ")\n"
	     "  -h, --help              print this help and exit\n"
	     "  -V, --version           print the version and exit\n"
	     "\n"
	     "See smcd.service(8), smcd.yaml(5).");
}

static const struct option options[] = {
	{ "check", no_argument, NULL, 'c' },
	{ "config-root", required_argument, NULL, 'r' },
	{ "plugin-dir", required_argument, NULL, 'p' },
	{ "tune", required_argument, NULL, 't' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 }
};

/* 1: go on; else exit with success or, if negative, failure. */
static int parse_arguments(int argc, char *argv[], struct arguments *arguments)
{
	int option;

	while ((option = getopt_long(argc, argv, "hV", options, NULL)) >= 0) {
		switch (option) {
		case 'c':
			arguments->check = true;
			break;
		case 'r':
			arguments->manager.root = optarg;
			break;
		case 'p':
			arguments->manager.plugin_directory = optarg;
			break;
		case 't':
			arguments->tune = optarg;
			break;
		case 'h':
			print_help();
			return 0;
		case 'V':
			puts("smcd " PACKAGE_VERSION);
			return 0;
		default:
			fputs("Try 'smcd --help'.\n", stderr);
			return -EINVAL;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "smcd: no argument '%s' is known; try 'smcd --help'\n",
			argv[optind]);
		return -EINVAL;
	}
	return 1;
}

static int check_files(const struct manager_options *manager)
{
	__attribute__((cleanup(config_freep))) struct config *config = NULL;
	struct backends backends = { .site.directory = manager->plugin_directory };
	struct config_error error;
	int r;

	r = config_files_load(manager->root, &config, &error);
	if (!r)
		r = backends_check(manager->plugin_directory, NULL, config, &error);
	if (!r)
		r = backends_peek(&backends, config, &error);
	backends_close_all(&backends);
	if (r < 0)
		fprintf(stderr, "%s\n", error.text);
	return r;
}

static int run(const struct manager_options *manager_options)
{
	__attribute__((cleanup(sd_event_unrefp))) sd_event *event = NULL;
	struct manager *manager;
	int r;

	r = sd_event_default(&event);
	if (r >= 0)
		r = sd_event_set_watchdog(event, true);
	if (r >= 0)
		r = manager_new(event, manager_options, &manager);
	if (r < 0) {
		log_error("cannot start: %s", strerror(-r));
		return r;
	}
	r = manager_start(manager);
	if (!r)
		r = sd_event_loop(event);
	manager_free(manager);
	return r;
}

int main(int argc, char *argv[])
{
	struct arguments arguments = {
		.manager = { .root = "", .plugin_directory = PLUGIN_DIRECTORY },
	};
	int r = parse_arguments(argc, argv, &arguments);

	if (r > 0 && arguments.tune)
		r = tune_namespace(arguments.manager.root, arguments.tune);
	else if (r > 0)
		r = arguments.check ? check_files(&arguments.manager) : run(&arguments.manager);
	/* smcd.service does not try again after this one. */
	if (r == -EBADMSG)
		return EX_CONFIG;
	if (r == -EEXIST)
		return EX_UNAVAILABLE;
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
