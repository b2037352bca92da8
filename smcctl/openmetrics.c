// SPDX-License-Identifier: GPL-2.0-or-later
/* OpenMetrics text; see openmetrics.h. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include "openmetrics.h"
#include "output.h"

#define PREFIX "smcd_"

/* The lines about a family, which stand before its samples; @unit may be NULL. */
static void begin(FILE *stream, const char *name, const char *type, const char *unit,
		  const char *help)
{
	fprintf(stream, "# TYPE " PREFIX "%s %s\n", name, type);
	if (unit)
		fprintf(stream, "# UNIT " PREFIX "%s %s\n", name, unit);
	fprintf(stream, "# HELP " PREFIX "%s %s\n", name, help);
}

/* NAME="VALUE", with what has a meaning in it escaped; before all but the first a comma. */
static void label(FILE *stream, bool first, const char *name, const char *value)
{
	fprintf(stream, "%s%s=\"", first ? "{" : ",", name);
	for (; *value; value++) {
		if (*value == '\n')
			fputs("\\n", stream);
		else if (*value == '"' || *value == '\\')
			fprintf(stream, "\\%c", *value);
		else
			fputc(*value, stream);
	}
	fputc('"', stream);
}

static void sample(FILE *stream, const char *name, uint64_t value)
{
	fprintf(stream, PREFIX "%s %" PRIu64 "\n", name, value);
}

static void write_manager(const struct manager *manager, FILE *stream)
{
	static const char *const states[] = { "files", "unconfirmed", "rolled-back" };
	uint64_t problems = 0;
	size_t i;

	while (manager->problems && manager->problems[problems])
		problems++;
	begin(stream, "build", "info", NULL, "The daemon and the kernel.");
	fputs(PREFIX "build_info", stream);
	label(stream, true, "version", manager->version);
	label(stream, false, "kernel", manager->kernel_release);
	fputs("} 1\n", stream);
	begin(stream, "problems", "gauge", NULL, "What is not as the files say.");
	sample(stream, "problems", problems);
	begin(stream, "config_refused", "gauge", NULL, "1 if the last reload was refused.");
	sample(stream, "config_refused", *manager->config_error != '\0');
	begin(stream, "policy", "stateset", NULL, "Which policy runs.");
	for (i = 0; i < sizeof(states) / sizeof(*states); i++) {
		fputs(PREFIX "policy", stream);
		label(stream, true, PREFIX "policy", states[i]);
		fprintf(stream, "} %d\n", !strcmp(states[i], manager->policy_state));
	}
}

static void write_device_info(const struct devices *devices, FILE *stream)
{
	const struct device *device = devices->list;
	char number[OUTPUT_NUMBER_SIZE];
	size_t i;

	begin(stream, "device", "info", NULL, "What a device is.");
	for (i = 0; i < devices->n; i++, device++) {
		fputs(PREFIX "device_info", stream);
		label(stream, true, "device", device->name);
		label(stream, false, "kind", device->kind);
		label(stream, false, "plugin", device->plugin);
		label(stream, false, "chid", output_chid(device->chid, number));
		label(stream, false, "gid", output_gid(device->gid, number));
		label(stream, false, "pnetid", device->pnetid);
		fputs("} 1\n", stream);
	}
}

static void write_device_states(const struct devices *devices, FILE *stream)
{
	static const char *const states[] = { "up", "down", "draining", "detached" };
	size_t i, state;

	begin(stream, "device_state", "stateset", NULL, "Whether a device takes connections.");
	for (i = 0; i < devices->n; i++) {
		for (state = 0; state < sizeof(states) / sizeof(*states); state++) {
			fputs(PREFIX "device_state", stream);
			label(stream, true, "device", devices->list[i].name);
			label(stream, false, PREFIX "device_state", states[state]);
			fprintf(stream, "} %d\n", !strcmp(states[state], devices->list[i].state));
		}
	}
}

static void write_device_gauges(const struct devices *devices, FILE *stream)
{
	static const struct {
		const char *name, *help;
		size_t offset;
	} gauges[] = {
		{ "device_priority", "The priority that is configured; higher is preferred.",
		  offsetof(struct device, priority) },
		{ "device_rank", "The place among those that are proposed to peers; 0: none.",
		  offsetof(struct device, rank) },
		{ "device_connections", "Connections that use a device.",
		  offsetof(struct device, connections) },
		{ "device_dmbs_in_use", "DMBs that are registered.", offsetof(struct device, dmbs) },
	};
	const uint32_t *value;
	size_t gauge, i;

	for (gauge = 0; gauge < sizeof(gauges) / sizeof(*gauges); gauge++) {
		begin(stream, gauges[gauge].name, "gauge", NULL, gauges[gauge].help);
		for (i = 0; i < devices->n; i++) {
			value = (const void *)((const char *)&devices->list[i] +
					       gauges[gauge].offset);
			fprintf(stream, PREFIX "%s", gauges[gauge].name);
			label(stream, true, "device", devices->list[i].name);
			fprintf(stream, "} %" PRIu32 "\n", *value);
		}
	}
}

/* "device_tx_bytes" of "tx-bytes"; what a name cannot have is '_'. */
static void counter_name(const char *prefix, const char *counter, char *name, size_t size)
{
	char *p;

	snprintf(name, size, "%s_%s", prefix, counter);
	for (p = name; *p; p++)
		if (!isalnum((unsigned char)*p))
			*p = '_';
}

/* The unit that a name ends with: the others count calls, buffers and the like. */
static const char *unit_of(const char *name)
{
	size_t length = strlen(name);

	return length > 6 && !strcmp(name + length - 6, "_bytes") ? "bytes" : NULL;
}

/* A family for each counter that any device has, with a sample for each device that has it. */
static void write_device_counters(const struct devices *devices, FILE *stream)
{
	counters_cleanup struct counters all = {};
	const uint64_t *value;
	char name[96];
	size_t counter, i;

	for (i = 0; i < devices->n; i++)
		output_need(!counters_sum(&all, &devices->list[i].counters));
	for (counter = 0; counter < all.n; counter++) {
		counter_name("device", all.list[counter].name, name, sizeof(name));
		begin(stream, name, "counter", unit_of(name),
		      "A counter of a device since that exists, see softism(4).");
		for (i = 0; i < devices->n; i++) {
			value = counters_find(&devices->list[i].counters, all.list[counter].name);
			if (!value)
				continue;
			fprintf(stream, PREFIX "%s_total", name);
			label(stream, true, "device", devices->list[i].name);
			fprintf(stream, "} %" PRIu64 "\n", *value);
		}
	}
}

static void write_kernel(const struct counters *kernel, FILE *stream)
{
	char name[96];
	size_t i;

	for (i = 0; i < kernel->n; i++) {
		counter_name("kernel", kernel->list[i].name, name, sizeof(name));
		begin(stream, name, "counter", unit_of(name),
		      "Of the kernel's statistics of SMC in the daemon's network namespace.");
		fprintf(stream, PREFIX "%s_total %" PRIu64 "\n", name, kernel->list[i].value);
	}
}

static void write_fallback(const struct fallback *fallback, const char *side, uint64_t count,
			   FILE *stream)
{
	char code[OUTPUT_NUMBER_SIZE];

	snprintf(code, sizeof(code), "0x%08" PRIx32, fallback->code);
	fputs(PREFIX "fallbacks_total", stream);
	label(stream, true, "code", code);
	label(stream, false, "reason", fallback->name);
	label(stream, false, "side", side);
	fprintf(stream, "} %" PRIu64 "\n", count);
}

static void write_fallbacks(const struct fallbacks *fallbacks, FILE *stream)
{
	size_t i;

	begin(stream, "fallbacks", "counter", NULL,
	      "Connections that fell back to TCP, by reason; the kernel counts modulo 65536.");
	for (i = 0; i < fallbacks->n; i++) {
		write_fallback(&fallbacks->list[i], "client", fallbacks->list[i].client, stream);
		write_fallback(&fallbacks->list[i], "server", fallbacks->list[i].server, stream);
	}
}

void openmetrics_write(const struct metrics *metrics, FILE *stream)
{
	write_manager(&metrics->manager, stream);
	write_device_info(&metrics->stats.devices, stream);
	write_device_states(&metrics->stats.devices, stream);
	write_device_gauges(&metrics->stats.devices, stream);
	write_device_counters(&metrics->stats.devices, stream);
	begin(stream, "linkgroups", "gauge", NULL, "Link groups of SMC-D.");
	sample(stream, "linkgroups", metrics->linkgroups.n);
	if (metrics->stats.have_kernel) {
		write_kernel(&metrics->stats.kernel, stream);
		write_fallbacks(&metrics->stats.fallbacks, stream);
	}
	fputs("# EOF\n", stream);
}
