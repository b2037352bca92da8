// SPDX-License-Identifier: GPL-2.0-or-later
/* Sums up what the preloaded library has counted, see run-summary.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "preload/lookup.h"
#include "bus-read.h"
#include "output.h"
#include "reason.h"
#include "run-summary.h"

/* Sockets that are open still, or were when their process was killed. */
static void settle(struct tally *tally, uint64_t inode, bool abandoned)
{
	struct lookup lookup;
	int r = lookup_inode(inode, &lookup);

	if (r > 0 && lookup.kind.path && lookup.state != LOOKUP_BEFORE)
		tally_count(tally, &lookup.kind);
	else if (r <= 0 && !abandoned)
		atomic_fetch_add(&tally->unknown, 1);
}

static struct summary_line *find_line(struct summary *summary, const struct tally_kind *kind)
{
	struct tally_kind wanted = *kind;

	wanted.server = 0;
	for (size_t i = 0; i < summary->n; i++)
		if (!memcmp(&summary->lines[i].kind, &wanted, sizeof(wanted)))
			return &summary->lines[i];
	summary->lines[summary->n].kind = wanted;
	return &summary->lines[summary->n++];
}

static void add(struct summary *summary, const struct tally_kind *kind, uint64_t count)
{
	struct summary_line *line = find_line(summary, kind);

	if (kind->server)
		line->server += count;
	else
		line->client += count;
	if (kind->path == TALLY_SMCD || kind->path == TALLY_SMCR)
		summary->smc += count;
	else if (kind->path != TALLY_REFUSED)
		summary->tcp += count;
}

static int compare(const void *a, const void *b)
{
	const struct summary_line *x = a, *y = b;
	uint64_t n = x->client + x->server, m = y->client + y->server;

	if (x->kind.path != y->kind.path)
		return x->kind.path < y->kind.path ? -1 : 1;
	return n > m ? -1 : n < m;
}

void summary_read(struct tally *tally, struct summary *ret_summary)
{
	struct summary summary = {};
	struct tally_kind kind;
	uint64_t inode, count;
	bool abandoned;
	size_t i = 0;

	while ((inode = tally_take(tally, &abandoned)))
		settle(tally, inode, abandoned);
	while (tally_next(tally, &i, &kind, &count))
		add(&summary, &kind, count);
	summary.unknown = atomic_load(&tally->unknown);
	qsort(summary.lines, summary.n, sizeof(summary.lines[0]), compare);
	*ret_summary = summary;
}

static const char *path_name(uint32_t path)
{
	static const char *const names[] = {
		[TALLY_SMCD] = "smcd", [TALLY_SMCR] = "smcr", [TALLY_FALLBACK] = "fallback",
		[TALLY_TCP] = "tcp",
	};

	return names[path];
}

/* NULL: not known. */
static const char *device_name(uint64_t gid, const struct device *devices, size_t n)
{
	const struct device *device = device_with_gid(devices, n, gid);

	return device ? device->name : NULL;
}

static const char *code_text(uint32_t code, char ret[OUTPUT_NUMBER_SIZE])
{
	snprintf(ret, OUTPUT_NUMBER_SIZE, "0x%08" PRIx32, code);
	return ret;
}

static void print_reason(struct output_table *table, uint32_t code)
{
	const struct reason *reason = reason_find(code);
	char text[OUTPUT_NUMBER_SIZE];

	output_text(table, !code ? "" : reason->code ? reason->name : code_text(code, text));
}

/* Of the peer's reason, if that is why. */
static const char *meaning(const struct tally_kind *kind)
{
	if (kind->path == TALLY_TCP)
		return "the socket was not made over SMC";
	if (kind->path != TALLY_FALLBACK)
		return "";
	return reason_find(kind->peer_reason ?: kind->reason)->meaning;
}

static void print_line(struct output_table *table, const struct summary_line *line,
		       const struct device *devices, size_t n)
{
	const struct tally_kind *kind = &line->kind;
	char gid[OUTPUT_NUMBER_SIZE];

	output_row(table);
	output_text(table, path_name(kind->path));
	output_text(table, kind->path != TALLY_SMCD ? "" :
		    device_name(kind->gid, devices, n) ?: output_gid(kind->gid, gid));
	output_cell(table, "%" PRIu64, line->client);
	output_cell(table, "%" PRIu64, line->server);
	print_reason(table, kind->reason);
	print_reason(table, kind->peer_reason);
	output_text(table, meaning(kind));
}

static struct output_table *new_table(bool headings)
{
	static const struct output_column columns[] = {
		{ "mode", false }, { "device", false }, { "client", true }, { "server", true },
		{ "reason", false }, { "reason of peer", false }, { "meaning", false },
	};

	return output_table_new(columns, sizeof(columns) / sizeof(columns[0]), headings);
}

bool summary_has_columns(void)
{
	table_cleanup struct output_table *table = new_table(true);

	(void)table;	/* clang does not count what frees it */
	return !output_has_failed();
}

static void print_table(const struct summary *summary, const struct device *devices, size_t n,
			bool headings, FILE *stream)
{
	table_cleanup struct output_table *table = new_table(headings);

	for (size_t i = 0; i < summary->n; i++)
		if (summary->lines[i].kind.path != TALLY_REFUSED)
			print_line(table, &summary->lines[i], devices, n);
	output_table_print(table, stream);
}

static void print_refused(const struct summary *summary, FILE *stream)
{
	for (size_t i = 0; i < summary->n; i++) {
		const struct summary_line *line = &summary->lines[i];

		if (line->kind.path == TALLY_REFUSED)
			fprintf(stream, "smcctl: %" PRIu64 " sockets were made as TCP, for the "
				"kernel refused SMC: %s\n", line->client,
				strerror(line->kind.reason));
	}
}

void summary_print(const struct summary *summary, const struct device *devices, size_t n,
		   bool headings, FILE *stream)
{
	fprintf(stream, "smcctl: %" PRIu64 " over SMC, %" PRIu64 " over TCP\n", summary->smc,
		summary->tcp);
	if (summary->smc + summary->tcp)
		print_table(summary, devices, n, headings, stream);
	print_refused(summary, stream);
	if (summary->unknown)
		fprintf(stream, "smcctl: of %" PRIu64 " more it is not known how they went\n",
			summary->unknown);
}

static void reason_json(struct json_object *object, const char *code_key, const char *name_key,
			uint32_t code)
{
	char text[OUTPUT_NUMBER_SIZE];

	output_json_text(object, code_key, code ? code_text(code, text) : NULL);
	output_json_text(object, name_key, code ? reason_find(code)->name : NULL);
}

static void line_json(struct json_object *array, const struct summary_line *line,
		      const struct device *devices, size_t n)
{
	struct json_object *object = output_json_element(array);
	const struct tally_kind *kind = &line->kind;

	output_json_text(object, "mode", path_name(kind->path));
	output_json_text(object, "device", device_name(kind->gid, devices, n));
	output_json_gid(object, "gid", kind->gid);
	output_json_number(object, "client", line->client);
	output_json_number(object, "server", line->server);
	reason_json(object, "code", "reason", kind->reason);
	reason_json(object, "peer_code", "peer_reason", kind->peer_reason);
	output_json_text(object, "meaning", meaning(kind));
}

static void refused_json(struct json_object *array, const struct summary_line *line)
{
	struct json_object *object = output_json_element(array);

	output_json_text(object, "error", strerror(line->kind.reason));
	output_json_number(object, "sockets", line->client);
}

void summary_print_json(const struct summary *summary, const struct device *devices, size_t n,
			FILE *stream)
{
	json_cleanup struct json_object *object = output_json_new();
	struct json_object *connections, *refused;

	output_json_number(object, "smc", summary->smc);
	output_json_number(object, "tcp", summary->tcp);
	output_json_number(object, "unknown", summary->unknown);
	connections = output_json_array(object, "connections");
	refused = output_json_array(object, "refused");
	for (size_t i = 0; i < summary->n; i++) {
		const struct summary_line *line = &summary->lines[i];

		if (line->kind.path == TALLY_REFUSED)
			refused_json(refused, line);
		else
			line_json(connections, line, devices, n);
	}
	output_json_print(object, stream);
}
