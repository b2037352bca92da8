// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl report: what belongs to a report of a bug, in one text. */
#include <errno.h>
#include <string.h>
#include <time.h>
#include "bus-client.h"
#include "capture.h"
#include "report.h"
#include "run.h"

#define WORDS_MAX 4

/* A part: a verb, which prints for itself, or what a function knows. */
struct part {
	const char *name;		/* the key in JSON */
	const char *heading;
	bool array;			/* what @fill fills is one, and no object */
	const char *(*fill)(struct json_object *container);
	const char *words[WORDS_MAX];	/* of the verb */
	bool asks_smcd;
};

static const struct part parts[] = {
	{ "versions", "Versions", false, report_versions, {}, false },
	{ "doctor", "smcctl doctor", false, NULL, { "doctor" }, false },
	{ "status", "smcctl status", false, NULL, { "status" }, true },
	{ "verify", "smcctl verify", false, NULL, { "verify" }, false },
	{ "files", "Files", true, report_files, {}, false },
	{ "modules", "Modules", true, report_modules, {}, false },
	{ "tuning", "Tuning", false, report_tuning, {}, false },
	{ "devices", "smcctl device list", false, NULL, { "device", "list" }, true },
	{ "linkgroups", "smcctl linkgroup list", false, NULL, { "linkgroup", "list" }, true },
	{ "stats", "smcctl stats", false, NULL, { "stats", "show" }, true },
	{ "connections", "Connections, by the kernel", true, report_kernel_connections, {}, false },
	{ "journal", "Journal of smcd", true, report_journal, {}, false },
	{ "kernel_messages", "Messages of the kernel", true, report_kernel_messages, {}, false },
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

struct report {
	bool json, smcd;
	struct json_object *object, *errors;	/* of JSON */
};

/* Asking it would have it started, where its unit is enabled. */
static bool smcd_runs(void)
{
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	return bus_client_open(&bus, &failure) >= 0 && bus_client_is_running(bus);
}

static void print_text(const char *text)
{
	char *escaped = output_escape(text);

	fputs(escaped, stdout);
	free(escaped);
}

/* "key: value" for each scalar, on one line; arrays of words below, one a line. */
static void print_object(struct json_object *object)
{
	struct json_object *lines = NULL;
	const char *separator = "";
	size_t i;

	json_object_object_foreach(object, key, value) {
		if (json_object_is_type(value, json_type_array)) {
			lines = value;
			continue;
		}
		printf("%s%s: ", separator, key);
		print_text(value ? json_object_get_string(value) : "-");
		separator = ", ";
	}
	if (*separator)
		putchar('\n');
	for (i = 0; lines && i < json_object_array_length(lines); i++) {
		fputs("  ", stdout);
		print_text(json_object_get_string(json_object_array_get_idx(lines, i)));
		putchar('\n');
	}
}

static void print_container(struct json_object *container)
{
	struct json_object *element;
	size_t i;

	if (!json_object_is_type(container, json_type_array)) {
		print_object(container);
		return;
	}
	for (i = 0; i < json_object_array_length(container); i++) {
		element = json_object_array_get_idx(container, i);
		if (json_object_is_type(element, json_type_object)) {
			print_object(element);
			continue;
		}
		print_text(json_object_get_string(element));
		putchar('\n');
	}
}

static void print_heading(const struct part *part)
{
	printf("\n== %s ==\n", part->heading);
}

/* Why a part is not there, or not all of it. */
static void missing(const struct report *report, const struct part *part, const char *why)
{
	struct json_object *element;

	if (!report->json) {
		print_text(why);
		putchar('\n');
		return;
	}
	element = output_json_element(report->errors);
	output_json_text(element, "part", part->name);
	output_json_text(element, "error", why);
}

static void add_filled(const struct report *report, const struct part *part)
{
	json_cleanup struct json_object *own = NULL;
	struct json_object *container, *parent = report->object;
	const char *why;

	if (!report->json)
		parent = own = output_json_new();
	container = part->array ? output_json_array(parent, part->name) :
				  output_json_object(parent, part->name);
	why = part->fill(container);
	if (!report->json)
		print_container(container);
	if (why)
		missing(report, part, why);
}

/* The verb's own JSON; what is none is an error. */
static void add_output(const struct report *report, const struct part *part,
		       const struct capture *capture)
{
	struct json_object *parsed = capture->output && *capture->output ?
				     json_tokener_parse(capture->output) : NULL;

	output_need(!json_object_object_add(report->object, part->name, parsed));
	if (capture->errors && *capture->errors)
		missing(report, part, capture->errors);
	else if (!parsed)
		missing(report, part, "it has printed nothing");
}

static void print_output(const struct capture *capture)
{
	fputs(capture->output ?: "", stdout);
	fputs(capture->errors ?: "", stdout);
	if (!capture->output || (!*capture->output && !*capture->errors))
		puts(capture->status == EXIT_OK ? "nothing to say" : "it has failed");
}

static void add_verb(const struct report *report, const struct part *part)
{
	char *words[WORDS_MAX + 2] = { NULL };
	struct capture capture;
	int i, r;

	for (i = 0; i < WORDS_MAX && part->words[i]; i++)
		words[i] = (char *)part->words[i];
	if (report->json)
		words[i] = (char *)"--json";
	r = capture_run(words, &capture);
	if (r < 0)
		missing(report, part, strerror(-r));
	else if (report->json)
		add_output(report, part, &capture);
	else
		print_output(&capture);
	capture_clear(&capture);
}

static void add_part(const struct report *report, const struct part *part)
{
	if (!report->json)
		print_heading(part);
	if (part->fill) {
		add_filled(report, part);
	} else if (part->asks_smcd && !report->smcd) {
		if (report->json)
			output_json_text(report->object, part->name, NULL);
		missing(report, part, "smcd does not run: systemctl start smcd");
	} else {
		add_verb(report, part);
	}
}

static void print_introduction(const char *when)
{
	printf("Report of smcctl %s, made at %s.\n"
	       "It has versions, the files of smcd's policy, the state of the SMC stack and its\n"
	       "devices, addresses of SMC connections, UEIDs, and lines of the journal about smcd\n"
	       "and SMC. Read it before you give it to others.\n", PACKAGE_VERSION, when);
}

int run_report(const struct command *command)
{
	json_cleanup struct json_object *object = output_json_new();
	struct report report = {
		.json = command_has(command, OPTION_JSON), .smcd = smcd_runs(), .object = object,
	};
	time_t now = time(NULL);
	char when[64] = "?";
	struct tm tm;
	size_t i;

	if (localtime_r(&now, &tm))
		strftime(when, sizeof(when), "%F %T %z", &tm);
	output_json_text(object, "time", when);
	if (report.json)
		report.errors = output_json_array(object, "errors");
	else
		output_page();
	if (!report.json)
		print_introduction(when);
	for (i = 0; i < PARTS; i++)
		add_part(&report, &parts[i]);
	if (report.json)
		output_json_print(object, stdout);
	return EXIT_OK;
}
