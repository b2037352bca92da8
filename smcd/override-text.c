// SPDX-License-Identifier: GPL-2.0-or-later
/* What was set by hand, as the text of a drop-in. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "override-text.h"

/* Names are printable: more than these two has no need of an escape. */
static void print_quoted(FILE *stream, const char *text)
{
	fputc('"', stream);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', stream);
		fputc(*text, stream);
	}
	fputc('"', stream);
}

/* Nothing is said of the device but that it is there. */
static bool is_bare(const struct config_device *device)
{
	return !device->kind[0] && !device->chid && !device->gid && !device->has_priority &&
	       !device->has_max_dmbs && !device->max_memory && !device->pnetid[0] &&
	       !device->has_up;
}

static void print_device(FILE *stream, const struct config_device *device)
{
	/* A key without a value would not be read again */
	fprintf(stream, "  \"%s\":%s\n", device->name, is_bare(device) ? " {}" : "");
	if (device->kind[0]) {
		fputs("    kind: ", stream);
		print_quoted(stream, device->kind);
		fputc('\n', stream);
	}
	if (device->chid)
		fprintf(stream, "    chid: 0x%04x\n", device->chid);
	if (device->gid)
		fprintf(stream, "    gid: 0x%016" PRIx64 "\n", device->gid);
	if (device->has_priority)
		fprintf(stream, "    priority: %" PRIu32 "\n", device->priority);
	if (device->has_max_dmbs)
		fprintf(stream, "    max-dmbs: %" PRIu32 "\n", device->max_dmbs);
	if (device->max_memory)
		fprintf(stream, "    max-memory: %" PRIu64 "\n", device->max_memory);
	if (device->pnetid[0])
		fprintf(stream, "    pnetid: \"%s\"\n", device->pnetid);
	if (device->has_up)
		fprintf(stream, "    state: %s\n", device->up ? "up" : "down");
}

/* "    interfaces: [...]", or devices, of the PNETID; nothing if it has none of that sort. */
static void print_names(FILE *stream, const struct config *config, const char *pnetid,
			bool devices)
{
	const char *before = devices ? "    devices: [" : "    interfaces: [";
	size_t i, n = 0;

	for (i = 0; i < config->n_pnets; i++) {
		const struct pnet_entry *entry = &config->pnets[i].entry;
		char name[PNET_NAME_SIZE + 4];

		if (strcmp(entry->pnetid, pnetid) != 0 || !entry->port == devices)
			continue;
		snprintf(name, sizeof(name), entry->port > 1 ? "%s/%u" : "%s", entry->name,
			 entry->port);
		fputs(n++ ? ", " : before, stream);
		print_quoted(stream, name);
	}
	if (n)
		fputs("]\n", stream);
}

/* Keys are there once, so that each PNETID is printed with the first that has it. */
static void print_pnetids(FILE *stream, const struct config *config)
{
	size_t i, j;

	if (config->n_pnets)
		fputs("pnetids:\n", stream);
	for (i = 0; i < config->n_pnets; i++) {
		const char *pnetid = config->pnets[i].entry.pnetid;

		for (j = 0; strcmp(config->pnets[j].entry.pnetid, pnetid) != 0; j++)
			;
		if (j < i)
			continue;
		fprintf(stream, "  \"%s\":\n", pnetid);
		print_names(stream, config, pnetid, false);
		print_names(stream, config, pnetid, true);
	}
}

static void print_eids(FILE *stream, const struct config *config)
{
	static const char *const words[] = {
		[CONFIG_SEID_AUTO] = "auto",
		[CONFIG_SEID_ENABLE] = "enable",
		[CONFIG_SEID_DISABLE] = "disable",
	};
	size_t i;

	for (i = 0; i < config->n_more_ueids; i++)
		fprintf(stream, "%s%s", i ? ", " : "more-ueids: [", config->more_ueids[i].ueid);
	if (config->n_more_ueids)
		fputs("]\n", stream);
	if (config->seid_origin.file)
		fprintf(stream, "seid: %s\n", words[config->seid]);
}

static bool is_empty(const struct config *config)
{
	return !config->n_devices && !config->n_pnets && !config->n_more_ueids &&
	       !config->seid_origin.file;
}

int override_print(const struct config *config, char **ret_text, size_t *ret_size)
{
	FILE *stream = open_memstream(ret_text, ret_size);
	size_t i;

	if (!stream)
		return -ENOMEM;
	if (!is_empty(config))
		fputs("# Written by smcd for smcctl: what was set by hand; delete to forget.\n",
		      stream);
	print_eids(stream, config);
	print_pnetids(stream, config);
	if (config->n_devices)
		fputs("devices:\n", stream);
	for (i = 0; i < config->n_devices; i++)
		print_device(stream, &config->devices[i]);
	return fclose(stream) ? -ENOMEM : 0;
}
