// SPDX-License-Identifier: GPL-2.0-or-later
/* What a policy on trial changes, and the one before it says nothing of, as a drop-in for that. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "before.h"

static bool is_from(const struct config_origin *origin, const char *file)
{
	return origin->file && strcmp(origin->file, file) == 0;
}

/* As it is now, if @next changes that and the files could say it. */
static bool is_changed(const struct config_tuning *next, const struct policy_state *state,
		       enum tunable tunable)
{
	const struct policy_tunable *present = &state->tuning[tunable];
	uint64_t min, max;
	uint32_t value;

	tunable_range(tunable, &min, &max);
	return next->origin.file && policy_tuned(next, state, tunable, &value) &&
	       present->known && present->value != value && present->value >= min &&
	       present->value <= max;
}

/* The policy before will choose it anew. */
static bool is_chosen(const struct config_tuning *old, const struct policy_state *state,
		      enum tunable tunable)
{
	uint32_t value;

	return policy_is_chosen(old, tunable) && policy_tuned(old, state, tunable, &value);
}

/* The settings that are new in the drop-in. */
static int print_tuning(FILE *stream, const struct config *before, const struct config *next,
			const struct policy_state *state, const char *file)
{
	const char *heading = "tuning:\n";
	enum tunable i;
	int n = 0;

	for (i = 0; i < TUNABLES; i++) {
		const struct config_tuning *old = &before->tuning[i];
		bool changed = !old->origin.file && !is_chosen(old, state, i) &&
			       is_changed(&next->tuning[i], state, i);
		uint32_t value = changed ? state->tuning[i].value : old->value;

		if (!changed && !is_from(&old->origin, file))
			continue;
		fprintf(stream, "%s  %s: ", heading, tunable_key(i));
		if (i == TUNABLE_HANDSHAKE_LIMIT)
			fputs(value ? "on\n" : "off\n", stream);
		else
			fprintf(stream, "%" PRIu32 "\n", value);
		heading = "";
		n += changed;
	}
	return n;
}

/* Where the kernel has none, no policy changes it; without a UEID it cannot be disabled. */
static int print_seid(FILE *stream, const struct config *before, const struct config *next,
		      const struct policy_state *state, const char *file)
{
	if (is_from(&before->seid_origin, file)) {
		fprintf(stream, "seid: %s\n",
			before->seid == CONFIG_SEID_ENABLE ? "enable" : "disable");
		return 0;
	}
	if (before->seid != CONFIG_SEID_AUTO || !state->has_seid)
		return 0;
	if (next->seid == CONFIG_SEID_DISABLE && state->seid == POLICY_SEID_ENABLED)
		fputs("seid: enable\n", stream);
	else if (next->seid == CONFIG_SEID_ENABLE && state->seid == POLICY_SEID_DISABLED &&
		 before->n_ueids)
		fputs("seid: disable\n", stream);
	else
		return 0;
	return 1;
}

int before_describe(const struct config *before, const struct config *next,
		    const struct policy_state *state, const char *file, char **ret_text)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	int n;

	if (!stream)
		return -ENOMEM;
	fputs("# Written by smcd: as it was before the policy on trial.\n", stream);
	n = print_tuning(stream, before, next, state, file);
	n += print_seid(stream, before, next, state, file);
	if (fclose(stream) || !n) {
		free(text);
		return n ? -ENOMEM : 0;
	}
	*ret_text = text;
	return 1;
}
