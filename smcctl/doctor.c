// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl doctor: looks whether SMC-D works, and says what is wrong and what cures it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "doctor.h"
#include "exit-status.h"
#include "judge.h"
#include "output.h"
#include "run.h"

/* A check: where its facts come from, and what becomes of them. */
struct check {
	const char *name;
	const char *what;			/* it looks at, in words */
	void (*gather)(struct facts *facts);	/* NULL: another check's facts will do */
	void (*judge)(const struct facts *facts, struct findings *findings);
};

/* Facts are gathered in this order, and all of them before the first is judged. */
static const struct check checks[] = {
	{ "kernel", "the kernel", facts_kernel, judge_kernel },
	{ "modules", "kernel modules", facts_modules, judge_modules },
	{ "smcd", "the daemon", facts_daemon, judge_daemon },
	{ "devices", "devices", facts_devices, judge_devices },
	{ "EIDs", "EIDs", facts_stack, judge_eids },
	{ "PNETIDs", "PNETIDs", NULL, judge_pnetids },
	{ "tuning", "tuning", NULL, judge_tuning },
	{ "sockets", "sockets of programs", NULL, judge_sockets },
	{ "fallback", "connections that fell back", NULL, judge_fallbacks },
	{ "live", "a connection to this machine itself, up to 10 seconds", facts_probe_self,
	  judge_probes },
};

/* What a connection to a host takes: names of devices. */
static const struct check host_checks[] = {
	{ "kernel", "the kernel", facts_kernel, NULL },
	{ "smcd", "the daemon", facts_daemon, NULL },
	{ "devices", "devices", facts_devices, NULL },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* On a terminal: what is looked at now, until the next is. NULL: nothing any longer. */
static void progress(const char *what)
{
	if (!isatty(STDERR_FILENO))
		return;
	fputs("\r\033[K", stderr);
	if (what)
		fprintf(stderr, "smcctl: looking at %s ...", what);
	fflush(stderr);
}

static void gather(const struct check *list, size_t n, struct facts *facts)
{
	size_t i;

	for (i = 0; i < n; i++) {
		progress(list[i].what);
		if (list[i].gather)
			list[i].gather(facts);
	}
	progress(NULL);
}

void doctor_gather_devices(struct facts *facts)
{
	gather(host_checks, COUNT(host_checks), facts);
}

/* Findings may quote files and peers. */
static void print_line(const char *prefix, const char *text)
{
	char *escaped;

	if (!text)
		return;
	escaped = output_escape(text);
	printf("%s%s\n", prefix, escaped);
	free(escaped);
}

static void print_finding(const struct finding *finding, void *userdata)
{
	const char *level = finding_level_name(finding->level), *color = output_color(level);
	char check[32];

	(void)userdata;
	printf("%s%-8s%s", color ?: "", level, color ? "\033[0m" : "");
	snprintf(check, sizeof(check), " %-9s ", finding->check);
	print_line(check, finding->text);
	print_line("         cure:     ", finding->command);
	print_line(finding->command ? "                   " : "         cure:     ",
		   finding->advice);
}

static void finding_json(const struct finding *finding, void *array)
{
	struct json_object *element = output_json_element(array);

	output_json_text(element, "check", finding->check);
	output_json_text(element, "level", finding_level_name(finding->level));
	output_json_text(element, "text", finding->text);
	output_json_text(element, "command", finding->command);
	output_json_text(element, "advice", finding->advice);
}

static void judge_all(const struct facts *facts, struct findings *findings)
{
	size_t i;

	for (i = 0; i < COUNT(checks); i++) {
		findings->check = checks[i].name;
		checks[i].judge(facts, findings);
	}
}

static void judge_host(const struct facts *facts, struct findings *findings)
{
	findings->check = "host";
	judge_probes(facts, findings);
}

void doctor_view_json(struct json_object *object, const char *key, const struct probe_view *view)
{
	static const char *const modes[] = {
		[SMC_MODE_NONE] = NULL, [SMC_MODE_SMCD] = "smcd", [SMC_MODE_SMCR] = "smcr",
		[SMC_MODE_FALLBACK] = "fallback",
	};
	struct json_object *member = output_json_object(object, key);
	char code[OUTPUT_NUMBER_SIZE];

	output_json_text(member, "mode", view->diag == PROBE_DIAG_NO_SMC ? "tcp" :
			 modes[view->mode]);
	output_json_text(member, "device", view->device);
	output_json_gid(member, "gid", view->gid);
	snprintf(code, sizeof(code), "0x%08x", view->reason);
	output_json_text(member, "code", view->reason ? code : NULL);
	snprintf(code, sizeof(code), "0x%08x", view->peer_diagnosis);
	output_json_text(member, "peer_code", view->peer_diagnosis ? code : NULL);
	output_json_text(member, "kernel", view->kernel);
}

static void connections_json(struct json_object *array, const struct facts_probes *probes)
{
	const struct facts_probe *entry;
	struct json_object *element;
	size_t i;

	for (i = 0; i < probes->n; i++) {
		entry = &probes->list[i];
		element = output_json_element(array);
		output_json_text(element, "address", entry->address);
		output_json_bool(element, "verified", entry->probe.outcome == PROBE_DONE);
		output_json_text(element, "error", entry->probe.error ?
				 strerror(-entry->probe.error) : NULL);
		doctor_view_json(element, "own", &entry->probe.own);
		doctor_view_json(element, "peer", &entry->probe.peer);
	}
}

static void print_summary(const struct facts *facts, const struct findings *findings)
{
	unsigned int problems = findings->counts[FINDING_PROBLEM];
	unsigned int warnings = findings->counts[FINDING_WARNING];

	printf("\n%u problem%s, %u warning%s%s\n", problems, problems == 1 ? "" : "s", warnings,
	       warnings == 1 ? "" : "s", problems + warnings && !facts->root ?
	       "; cures need root" : "");
}

static void print_json(const struct facts *facts, struct findings *findings,
		       void (*judge)(const struct facts *facts, struct findings *findings))
{
	json_cleanup struct json_object *object = output_json_new();

	findings->take = finding_json;
	findings->userdata = output_json_array(object, "findings");
	judge(facts, findings);
	output_json_number(object, "problems", findings->counts[FINDING_PROBLEM]);
	output_json_number(object, "warnings", findings->counts[FINDING_WARNING]);
	connections_json(output_json_array(object, "connections"), &facts->probes);
	output_json_print(object, stdout);
}

/* HOST of HOST:PORT, HOST, [ADDRESS]:PORT or an IPv6 address. */
static void take_host(const char *text, bool has_port, char *host, size_t size)
{
	const char *end = has_port ? strrchr(text, ':') : text + strlen(text);

	if (*text == '[') {
		text++;
		end = strchr(text, ']');
	}
	snprintf(host, size, "%.*s", (int)(end - text), text);
}

static void gather_host(const char *text, uint16_t port, struct facts *facts)
{
	char host[NI_MAXHOST], what[NI_MAXHOST + 64];

	take_host(text, port, host, sizeof(host));
	doctor_gather_devices(facts);
	snprintf(what, sizeof(what), "connections to %s, each up to %d seconds", host,
		 PROBE_TIMEOUT);
	progress(what);
	facts_probe_host(facts, host, port ?: PROBE_PORT);
	progress(NULL);
}

static int diagnose(const struct command *command, struct facts *facts)
{
	const char *host = command_argument(command, VALUE_HOST);
	void (*judge)(const struct facts *facts, struct findings *findings) = judge_all;
	struct findings findings = { .take = print_finding };

	if (host) {
		gather_host(host, command_argument_number(command, VALUE_HOST), facts);
		judge = judge_host;
	} else {
		gather(checks, COUNT(checks), facts);
	}
	if (command_has(command, OPTION_JSON)) {
		print_json(facts, &findings, judge);
	} else {
		output_page();
		judge(facts, &findings);
		print_summary(facts, &findings);
	}
	return findings.counts[FINDING_PROBLEM] ? EXIT_FAILED : EXIT_OK;
}

int check_doctor(const struct command *command, char *error)
{
	bool serve = command_has(command, OPTION_SERVE);

	if (serve && command_argument(command, VALUE_HOST))
		return command_refuse(command, error, "--serve waits for others: it takes no HOST");
	if (!serve && command_has(command, OPTION_PORT))
		return command_refuse(command, error, "--port is for --serve: the port of a host is "
				      "HOST:PORT");
	return 0;
}

int run_doctor(const struct command *command)
{
	struct facts *facts = calloc(1, sizeof(*facts));
	int status;

	if (!facts) {
		output_error("not enough memory");
		return EXIT_FAILED;
	}
	if (command_has(command, OPTION_SERVE))
		status = doctor_serve(command, facts);
	else
		status = diagnose(command, facts);
	facts_clear(facts);
	free(facts);
	return status;
}
