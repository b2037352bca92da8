// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl metrics: what smcd knows as OpenMetrics text, to stdout, into a file or over HTTP. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "device.h"
#include "files.h"
#include "http.h"
#include "openmetrics.h"
#include "run.h"

#define PAGE "/metrics"
#define HTTP_TIMEOUT 10000	/* ms */

static void metrics_clear(struct metrics *metrics)
{
	manager_clear(&metrics->manager);
	linkgroups_clear(&metrics->linkgroups);
	stats_clear(&metrics->stats);
}

/* What scrapes time and again has nothing started. */
static int read_metrics(struct metrics *metrics, struct failure *failure)
{
	bus_cleanup sd_bus *bus = NULL;
	int r;

	r = bus_client_open(&bus, failure);
	if (r < 0)
		return r;
	bus_client_do_not_start(bus);
	r = bus_client_manager(bus, &metrics->manager, failure);
	if (r >= 0)
		r = bus_client_linkgroups(bus, &metrics->linkgroups, failure);
	return r < 0 ? r : stats_read(bus, &metrics->stats, failure);
}

/* All of the text, which the caller frees; NULL with @failure. */
static char *make_text(struct failure *failure)
{
	__attribute__((cleanup(metrics_clear))) struct metrics metrics = {};
	FILE *stream;
	size_t size;
	char *text;

	if (read_metrics(&metrics, failure) < 0)
		return NULL;
	stream = open_memstream(&text, &size);
	output_need(stream);
	openmetrics_write(&metrics, stream);
	output_need(!fclose(stream));
	return text;
}

/* Whoever asks gets an answer, so that is no failure of ours. */
static int serve(void)
{
	__attribute__((cleanup(free_charp))) char *text = NULL;
	struct http_request request;
	struct failure failure;
	char error[64];

	http_read(STDIN_FILENO, PAGE, HTTP_TIMEOUT, &request);
	if (request.status == 200) {
		text = make_text(&failure);
		if (!text)
			request.status = 503;
	}
	if (request.status == 200) {
		http_answer(&request, OPENMETRICS_TYPE, text, stdout);
		return EXIT_OK;
	}
	if (request.status == 503)
		output_error("%s", failure.text);
	snprintf(error, sizeof(error), "%s\n", request.status == 503 ? "smcd does not answer" :
		 request.status == 404 ? "there is " PAGE " only" : "not understood");
	http_answer(&request, "text/plain; charset=utf-8", error, stdout);
	return EXIT_OK;
}

static int write_file(const char *path, const char *text)
{
	int r = file_write(path, text, strlen(text));

	if (r >= 0)
		return EXIT_OK;
	output_error("cannot write %s: %s", path, strerror(-r));
	return r == -EACCES ? EXIT_PERMISSION : EXIT_FAILED;
}

int check_metrics(const struct command *command, char *error)
{
	if (command_has(command, OPTION_HTTP) && command_has(command, OPTION_TEXTFILE))
		return command_refuse(command, error, "--http answers, it does not write a file");
	return 0;
}

int run_metrics(const struct command *command)
{
	__attribute__((cleanup(free_charp))) char *text = NULL;
	struct failure failure;

	if (command_has(command, OPTION_HTTP))
		return serve();
	text = make_text(&failure);
	if (!text)
		return device_failed(&failure);
	if (command_has(command, OPTION_TEXTFILE))
		return write_file(command_text(command, OPTION_TEXTFILE), text);
	fputs(text, stdout);
	return EXIT_OK;
}
