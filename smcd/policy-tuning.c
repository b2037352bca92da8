// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The plan for tuning: what the files name gets the value that they say. Sizes of buffers that they
 * do not name are chosen.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "buffer-size.h"
#include "policy-planner.h"

#define VALUE_SIZE 16

static const char *word(enum tunable tunable, uint32_t value, char text[static VALUE_SIZE])
{
	if (tunable == TUNABLE_HANDSHAKE_LIMIT)
		return value ? "on" : "off";
	snprintf(text, VALUE_SIZE, "%" PRIu32, value);
	return text;
}

static const char *why_unknown(const struct policy_state *state, enum tunable tunable)
{
	if (!state->has_stack)
		return "module smc is not loaded";
	if (tunable_sysctl(tunable) && !state->has_sysctls)
		return "/proc/sys is hidden from smcd; ProcSubset= of its unit must be all";
	return "this kernel has no such setting";
}

bool policy_is_chosen(const struct config_tuning *wanted, enum tunable tunable)
{
	if (wanted->origin.file)
		return wanted->mode == CONFIG_TUNING_AUTO;
	return tunable_is_buffer(tunable);
}

uint32_t policy_ceiling(const struct config *config)
{
	return config->ceiling_origin.file ? config->ceiling : BUFFER_SIZE_CEILING;
}

/* Without a line that says so, what an administrator has set is left alone. */
static bool may_choose(const struct config_tuning *wanted, const struct policy_tunable *present)
{
	return wanted->origin.file ||
	       (present->known && (present->ours || present->value == BUFFER_SIZE_KERNEL));
}

bool policy_tuned(const struct config_tuning *wanted, const struct policy_state *state,
		  enum tunable tunable, uint32_t *ret_value)
{
	if (policy_is_chosen(wanted, tunable)) {
		*ret_value = state->buffer_size;
		return state->buffer_size && may_choose(wanted, &state->tuning[tunable]);
	}
	*ret_value = wanted->value;
	return wanted->origin.file && wanted->mode == CONFIG_TUNING_NUMBER;
}

static int plan_tunable(struct planner *p, enum tunable tunable)
{
	const struct config_tuning *wanted = &p->config->tuning[tunable];
	const struct policy_tunable *present = &p->state->tuning[tunable];
	const char *name = tunable_name(tunable);
	char to[VALUE_SIZE], from[VALUE_SIZE];
	struct policy_step *step;
	uint32_t value;

	if (!policy_tuned(wanted, p->state, tunable, &value)) {
		if (wanted->origin.file && wanted->mode == CONFIG_TUNING_AUTO)
			return planner_problem(p, &wanted->origin, "%s is not chosen: "
					       "/proc/meminfo cannot be read", name);
		return 0;
	}
	if (present->known && present->value == value)
		return 0;
	if (!present->known)
		return planner_problem(p, &wanted->origin, "%s is not set to %s: %s", name,
				       word(tunable, value, to), why_unknown(p->state, tunable));
	step = planner_step(p, POLICY_TUNE, &wanted->origin, "set %s to %s, which was %s", name,
			    word(tunable, value, to), word(tunable, present->value, from));
	if (!step)
		return -ENOMEM;
	step->tunable = tunable;
	step->value = value;
	return 0;
}

int planner_tuning(struct planner *p)
{
	enum tunable tunable;
	int r = 0;

	for (tunable = 0; tunable < TUNABLES && r >= 0; tunable++)
		r = plan_tunable(p, tunable);
	return r;
}
