// SPDX-License-Identifier: GPL-2.0-or-later
/* Which devices, UEIDs and PNETIDs smcd has made or taken over, and what it has tuned, on disk. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "files.h"
#include "state.h"
#include "ueid.h"

#define HEADER "smcd-managed 1"
#define SIZE_MAX_BYTES (1024 * 1024)

static bool has_row(const char *table, size_t count, size_t row, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(table + i * row, text))
			return true;
	return false;
}

static int add_row(char **table, size_t *count, size_t row, const char *text)
{
	char *grown;

	if (has_row(*table, *count, row, text))
		return 0;
	if (strlen(text) >= row)
		return -ENAMETOOLONG;
	grown = reallocarray(*table, *count + 1, row);
	if (!grown)
		return -ENOMEM;
	*table = grown;
	memset(grown + *count * row, 0, row);
	memcpy(grown + *count * row, text, strlen(text));
	(*count)++;
	return 0;
}

int state_add_device(struct state *state, const char *name)
{
	char *table = (char *)state->devices;
	int r = add_row(&table, &state->n_devices, SMCD_NAME_SIZE, name);

	state->devices = (char (*)[SMCD_NAME_SIZE])table;
	return r;
}

int state_add_ueid(struct state *state, const char *ueid)
{
	char *table = (char *)state->ueids;
	int r = add_row(&table, &state->n_ueids, UEID_SIZE, ueid);

	state->ueids = (char (*)[UEID_SIZE])table;
	return r;
}

int state_add_pnet(struct state *state, const struct pnet_entry *pnet)
{
	struct pnet_entry *grown;

	for (size_t i = 0; i < state->n_pnets; i++)
		if (pnet_equal(&state->pnets[i], pnet))
			return 0;
	grown = reallocarray(state->pnets, state->n_pnets + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	grown[state->n_pnets++] = *pnet;
	state->pnets = grown;
	return 0;
}

void state_set_tuned(struct state *state, enum tunable tunable, uint32_t value)
{
	if (state->tuned[tunable].now == value)
		return;
	state->tuned[tunable].before = state->tuned[tunable].now;
	state->tuned[tunable].now = value;
}

bool state_has_tuned(const struct state *state, enum tunable tunable, uint32_t value)
{
	return value && (state->tuned[tunable].now == value ||
			 state->tuned[tunable].before == value);
}

bool state_has_device(const struct state *state, const char *name)
{
	return has_row((const char *)state->devices, state->n_devices, SMCD_NAME_SIZE, name);
}

bool state_has_ueid(const struct state *state, const char *ueid)
{
	return has_row((const char *)state->ueids, state->n_ueids, UEID_SIZE, ueid);
}

void state_clear(struct state *state)
{
	free(state->devices);
	free(state->ueids);
	free(state->pnets);
	*state = (struct state){ 0 };
}

/* A name is printable and without blanks; more the kernel will say. */
static bool is_name(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

/* "PNETID interface NAME" or "PNETID device NAME/PORT" */
static int parse_pnet(struct state *state, const char *text)
{
	size_t length = strcspn(text, " ");
	struct pnet_entry pnet = { 0 };
	const char *problem;

	if (length >= sizeof(pnet.pnetid))
		return -EBADMSG;
	memcpy(pnet.pnetid, text, length);
	text += length;
	if (!strncmp(text, " interface ", 11))
		problem = pnet_parse_interface(text + 11, &pnet);
	else if (!strncmp(text, " device ", 8))
		problem = pnet_parse_device(text + 8, &pnet);
	else
		return -EBADMSG;
	if (problem || pnetid_problem(pnet.pnetid))
		return -EBADMSG;
	return state_add_pnet(state, &pnet);
}

/* One number, in digits only, and a blank or the end behind it. */
static int parse_number(const char **text, uint32_t *ret_number)
{
	unsigned long number;
	char *end;

	if (**text < '0' || **text > '9')
		return -EBADMSG;
	errno = 0;
	number = strtoul(*text, &end, 10);
	if (errno || number > UINT32_MAX || (*end && *end != ' '))
		return -EBADMSG;
	*text = *end ? end + 1 : end;
	*ret_number = number;
	return 0;
}

/* "KEY NOW BEFORE" */
static int parse_tuned(struct state *state, const char *text)
{
	size_t length = strcspn(text, " ");
	enum tunable tunable;

	for (tunable = 0; tunable < TUNABLES; tunable++)
		if (strlen(tunable_key(tunable)) == length &&
		    !strncmp(text, tunable_key(tunable), length))
			break;
	if (tunable == TUNABLES || !text[length])
		return -EBADMSG;
	text += length + 1;
	if (parse_number(&text, &state->tuned[tunable].now) < 0 ||
	    parse_number(&text, &state->tuned[tunable].before) < 0 || *text)
		return -EBADMSG;
	return 0;
}

static int parse_line(struct state *state, const char *line)
{
	int r = -EBADMSG;

	if (!strncmp(line, "device ", 7) && is_name(line + 7))
		r = state_add_device(state, line + 7);
	else if (!strncmp(line, "ueid ", 5) && !ueid_problem(line + 5))
		r = state_add_ueid(state, line + 5);
	else if (!strncmp(line, "pnet ", 5))
		r = parse_pnet(state, line + 5);
	else if (!strncmp(line, "tuned ", 6))
		r = parse_tuned(state, line + 6);
	return r == -ENAMETOOLONG ? -EBADMSG : r;
}

static int parse(struct state *state, char *text, size_t size)
{
	char *line = text, *end;
	bool first = true;

	if (strlen(text) != size)
		return -EBADMSG;
	for (; (end = strchr(line, '\n')); line = end + 1, first = false) {
		int r;

		*end = '\0';
		if (first)
			r = strcmp(line, HEADER) ? -EBADMSG : 0;
		else
			r = parse_line(state, line);
		if (r < 0)
			return r;
	}
	/* Every line ends, and there is one: else the file is cut. */
	return *line || first ? -EBADMSG : 0;
}

int state_load(const char *path, struct state *ret_state)
{
	__attribute__((cleanup(free_charp))) char *text = NULL;
	struct state state = { 0 };
	size_t size;
	int r;

	r = file_read(path, SIZE_MAX_BYTES, &text, &size);
	if (r < 0)
		return r;
	r = parse(&state, text, size);
	if (r < 0) {
		state_clear(&state);
		return r;
	}
	*ret_state = state;
	return 0;
}

static void print_pnet(FILE *stream, const struct pnet_entry *pnet)
{
	if (pnet->port)
		fprintf(stream, "pnet %s device %s/%u\n", pnet->pnetid, pnet->name, pnet->port);
	else
		fprintf(stream, "pnet %s interface %s\n", pnet->pnetid, pnet->name);
}

static int print(const struct state *state, char **ret_text, size_t *ret_size)
{
	FILE *stream = open_memstream(ret_text, ret_size);

	if (!stream)
		return -ENOMEM;
	fputs(HEADER "\n", stream);
	for (size_t i = 0; i < state->n_devices; i++)
		fprintf(stream, "device %s\n", state->devices[i]);
	for (size_t i = 0; i < state->n_ueids; i++)
		fprintf(stream, "ueid %s\n", state->ueids[i]);
	for (size_t i = 0; i < state->n_pnets; i++)
		print_pnet(stream, &state->pnets[i]);
	for (enum tunable i = 0; i < TUNABLES; i++)
		if (state->tuned[i].now)
			fprintf(stream, "tuned %s %" PRIu32 " %" PRIu32 "\n", tunable_key(i),
				state->tuned[i].now, state->tuned[i].before);
	return fclose(stream) ? -ENOMEM : 0;
}

int state_save(const char *path, const struct state *state)
{
	__attribute__((cleanup(free_charp))) char *text = NULL;
	__attribute__((cleanup(free_charp))) char *before = NULL;
	size_t size, size_before;
	int r;

	r = print(state, &text, &size);
	if (r < 0)
		return r;
	if (!file_read(path, SIZE_MAX_BYTES, &before, &size_before) &&
	    size == size_before && !memcmp(text, before, size))
		return 0;
	return file_write(path, text, size);
}
