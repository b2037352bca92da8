// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of the journal, for smcctl report. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-journal.h>
#include <time.h>
#include <unistd.h>
#include "config-error.h"
#include "report.h"

#define LINES 100		/* of each kind */
#define LOOK_AT 20000		/* entries, to find those among */
#define LINE_SIZE 1024		/* longer ones are cut */

#define journal_cleanup __attribute__((cleanup(close_journal)))

static void close_journal(sd_journal **journal)
{
	sd_journal_close(*journal);
}

/* What the kernel says is of interest if it has one of these words. */
static bool is_of_smc(const char *message)
{
	static const char *const words[] = { "smc", "softism", "dibs", "ism:", NULL };
	const char *const *word;

	for (word = words; *word; word++)
		if (strcasestr(message, *word))
			return true;
	return false;
}

static bool any(const char *message)
{
	(void)message;
	return true;
}

/* A field's value, cut; empty if there is none. */
static void take_field(sd_journal *journal, const char *name, char *text, size_t size)
{
	size_t length = 0, skip = strlen(name) + 1;
	const void *data = NULL;

	*text = '\0';
	if (sd_journal_get_data(journal, name, &data, &length) >= 0 && length > skip)
		snprintf(text, size, "%.*s", (int)(length - skip), (const char *)data + skip);
}

/* "2026-11-25 17:00:00 smcd: text" */
static void take_line(sd_journal *journal, const char *message, char line[LINE_SIZE + 128])
{
	char program[64], when[32] = "?";
	uint64_t usec = 0;
	struct tm tm;
	time_t t;

	take_field(journal, "SYSLOG_IDENTIFIER", program, sizeof(program));
	if (sd_journal_get_realtime_usec(journal, &usec) >= 0) {
		t = usec / 1000000;
		if (localtime_r(&t, &tm))
			strftime(when, sizeof(when), "%F %T", &tm);
	}
	snprintf(line, LINE_SIZE + 128, "%s %s: %s", when, program, message);
	config_make_printable(line);
}

/* From the last one back; the first of @lines that are not NULL is the last one. */
static size_t collect(sd_journal *journal, bool (*wanted)(const char *message),
		      char *lines[LINES])
{
	char message[LINE_SIZE], line[LINE_SIZE + 128];
	unsigned int seen;
	size_t n = 0;

	for (seen = 0; seen < LOOK_AT && n < LINES && sd_journal_previous(journal) > 0; seen++) {
		take_field(journal, "MESSAGE", message, sizeof(message));
		if (!wanted(message))
			continue;
		take_line(journal, message, line);
		lines[n] = strdup(line);
		output_need(lines[n++]);
	}
	return n;
}

/* Takes over @journal, whose matches are added. */
static const char *take_lines(sd_journal *journal, bool (*wanted)(const char *message),
			      struct json_object *array)
{
	char *lines[LINES];
	size_t n;

	if (sd_journal_seek_tail(journal) < 0)
		return "the journal cannot be read";
	n = collect(journal, wanted, lines);
	if (!n)
		return geteuid() ? "the journal has none that this user may read: run as root" :
			"the journal has none";
	while (n) {
		output_need(!json_object_array_add(array, json_object_new_string(lines[--n])));
		free(lines[n]);
	}
	return NULL;
}

static int open_journal(sd_journal **ret_journal)
{
	return sd_journal_open(ret_journal, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM);
}

const char *report_journal(struct json_object *array)
{
	journal_cleanup sd_journal *journal = NULL;
	int r = open_journal(&journal);

	/* Of each unit, or by the service manager about it */
	if (r >= 0)
		r = sd_journal_add_match(journal, "_SYSTEMD_UNIT=smcd.service", 0);
	if (r >= 0)
		r = sd_journal_add_disjunction(journal);
	if (r >= 0)
		r = sd_journal_add_match(journal, "UNIT=smcd.service", 0);
	return r < 0 ? strerror(-r) : take_lines(journal, any, array);
}

const char *report_kernel_messages(struct json_object *array)
{
	journal_cleanup sd_journal *journal = NULL;
	int r = open_journal(&journal);

	if (r >= 0)
		r = sd_journal_add_match(journal, "_TRANSPORT=kernel", 0);
	return r < 0 ? strerror(-r) : take_lines(journal, is_of_smc, array);
}
