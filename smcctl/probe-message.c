// SPDX-License-Identifier: GPL-2.0-or-later
/* What the two ends of a connection of smcctl doctor say to each other; see probe-message.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "probe-message.h"

/* Words of the key "mode", in their order here. */
static const struct word {
	const char *name;
	enum probe_diag diag;
	enum smc_mode mode;
} words[] = {
	{ "smcd", PROBE_DIAG_KNOWN, SMC_MODE_SMCD },
	{ "smcr", PROBE_DIAG_KNOWN, SMC_MODE_SMCR },
	{ "fallback", PROBE_DIAG_KNOWN, SMC_MODE_FALLBACK },
	{ "none", PROBE_DIAG_KNOWN, SMC_MODE_NONE },
	{ "unknown", PROBE_DIAG_NONE, SMC_MODE_NONE },
	{ "tcp", PROBE_DIAG_NO_SMC, SMC_MODE_NONE },
};

#define WORDS (sizeof(words) / sizeof(words[0]))

static const char *mode_word(const struct probe_view *view)
{
	size_t i;

	for (i = 0; i < WORDS; i++)
		if (words[i].diag == view->diag && words[i].mode == view->mode)
			break;
	return words[i < WORDS ? i : WORDS - 2].name;
}

size_t probe_line_print(const struct probe_view *view, char line[static PROBE_LINE_SIZE])
{
	return snprintf(line, PROBE_LINE_SIZE, "mode=%s reason=0x%08" PRIx32 " peer=0x%08" PRIx32
			" gid=0x%016" PRIx64 " device=%s kernel=%s\n", mode_word(view),
			view->reason, view->peer_diagnosis, view->gid, view->device, view->kernel);
}

static bool take_mode(struct probe_view *view, const char *value)
{
	size_t i;

	for (i = 0; i < WORDS; i++) {
		if (strcmp(words[i].name, value))
			continue;
		view->diag = words[i].diag;
		view->mode = words[i].mode;
		return true;
	}
	return false;
}

/* "0x" and at most @digits hexadecimal ones */
static bool take_number(const char *value, size_t digits, uint64_t *ret_number)
{
	size_t length = strlen(value);

	if (length < 3 || length > digits + 2 || strncmp(value, "0x", 2) ||
	    strspn(value + 2, "0123456789abcdef") != length - 2)
		return false;
	*ret_number = strtoull(value + 2, NULL, 16);
	return true;
}

static bool take_code(const char *value, uint32_t *ret_code)
{
	uint64_t number;

	if (!take_number(value, 8, &number))
		return false;
	*ret_code = number;
	return true;
}

static bool take_text(const char *value, char *text, size_t size)
{
	return snprintf(text, size, "%s", value) < (int)size;
}

static bool take_field(struct probe_view *view, const char *key, const char *value)
{
	if (!strcmp(key, "mode"))
		return take_mode(view, value);
	if (!strcmp(key, "reason"))
		return take_code(value, &view->reason);
	if (!strcmp(key, "peer"))
		return take_code(value, &view->peer_diagnosis);
	if (!strcmp(key, "gid"))
		return take_number(value, 16, &view->gid);
	if (!strcmp(key, "device"))
		return take_text(value, view->device, sizeof(view->device));
	if (!strcmp(key, "kernel"))
		return take_text(value, view->kernel, sizeof(view->kernel));
	return true;
}

/* What is printed goes to a terminal: only plain ASCII gets there. */
static bool is_plain(const char *line, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (line[i] < ' ' || line[i] > '~')
			return false;
	return true;
}

int probe_line_parse(const char *line, size_t size, struct probe_view *ret_view)
{
	struct probe_view view = { 0 };
	char copy[PROBE_LINE_SIZE], *rest = copy, *value, *key;
	bool has_mode = false;

	if (size >= sizeof(copy) || !is_plain(line, size))
		return -EBADMSG;
	memcpy(copy, line, size);
	copy[size] = '\0';
	while ((value = strsep(&rest, " "))) {
		key = strsep(&value, "=");
		if (!value || !take_field(&view, key, value))
			return -EBADMSG;
		has_mode = has_mode || !strcmp(key, "mode");
	}
	if (!has_mode)
		return -EBADMSG;
	*ret_view = view;
	return 0;
}
