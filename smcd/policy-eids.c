// SPDX-License-Identifier: GPL-2.0-or-later
/* The plan for EIDs: UEIDs of the files are added, others that were ours deleted; the SEID. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy-planner.h"

#define DISABLE "disable the SEID"

static bool has_ueid(const char (*ueids)[UEID_SIZE], size_t n, const char *ueid)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(ueids[i], ueid) == 0)
			return true;
	return false;
}

/* Keeps pointers; "auto" may turn out to be one of the others. */
int planner_collect_ueids(struct planner *p, const char *machine_ueid)
{
	size_t i, j;

	for (i = 0; i < p->config->n_ueids; i++) {
		const struct config_ueid *wanted = &p->config->ueids[i];
		bool is_auto = strcmp(wanted->ueid, CONFIG_UEID_AUTO) == 0;
		const char *ueid = is_auto ? machine_ueid : wanted->ueid;

		if (!ueid) {
			int r = planner_problem(p, &wanted->origin,
						"UEID auto is not added, as there is no machine-id");
			if (r < 0)
				return r;
			continue;
		}
		for (j = 0; j < p->n_ueids; j++)
			if (strcmp(p->ueids[j], ueid) == 0)
				break;
		if (j < p->n_ueids)
			continue;
		p->ueids[p->n_ueids] = ueid;
		p->ueid_origins[p->n_ueids++] = wanted->origin;
	}
	return 0;
}

static int add_ueid_step(struct planner *p, enum policy_verb verb, const char *ueid,
			 const struct config_origin *origin)
{
	struct policy_step *step;

	step = verb == POLICY_ADD_UEID ?
		planner_step(p, verb, origin, "add UEID %s", ueid) :
		planner_step(p, verb, origin, "delete UEID %s, which no file wants any longer",
			     ueid);
	if (!step)
		return -ENOMEM;
	snprintf(step->ueid, sizeof(step->ueid), "%s", ueid);
	return 0;
}

/* Those of an earlier plan that no file wants now. */
static bool ueid_is_stale(const struct planner *p, const char *ueid)
{
	size_t i;

	for (i = 0; i < p->n_ueids; i++)
		if (strcmp(p->ueids[i], ueid) == 0)
			return false;
	return has_ueid(p->state->managed_ueids, p->state->n_managed_ueids, ueid);
}

/* Deletes stale UEIDs number @from to, but not including, @to. */
static int delete_ueids(struct planner *p, size_t from, size_t to)
{
	size_t i, n = 0;

	for (i = 0; i < p->state->n_ueids && n < to; i++) {
		int r;

		if (!ueid_is_stale(p, p->state->ueids[i]) || n++ < from)
			continue;
		r = add_ueid_step(p, POLICY_DELETE_UEID, p->state->ueids[i], &planner_nowhere);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool ueid_is_missing(const struct planner *p, size_t index)
{
	return !has_ueid(p->state->ueids, p->state->n_ueids, p->ueids[index]);
}

int planner_add_ueids(struct planner *p, size_t *ret_deleted)
{
	size_t i, missing = 0, stale = 0, free_slots = 0, needed;
	int r;

	for (i = 0; i < p->n_ueids; i++)
		missing += ueid_is_missing(p, i);
	for (i = 0; i < p->state->n_ueids; i++)
		stale += ueid_is_stale(p, p->state->ueids[i]);
	if (p->state->n_ueids < CONFIG_UEIDS_MAX)
		free_slots = CONFIG_UEIDS_MAX - p->state->n_ueids;

	needed = missing > free_slots ? missing - free_slots : 0;
	if (needed > stale)
		needed = stale;
	r = delete_ueids(p, 0, needed);
	if (r < 0)
		return r;
	free_slots += needed;

	for (i = 0; i < p->n_ueids; i++) {
		if (!ueid_is_missing(p, i))
			continue;
		if (free_slots > 0) {
			free_slots--;
			r = add_ueid_step(p, POLICY_ADD_UEID, p->ueids[i], &p->ueid_origins[i]);
		} else {
			r = planner_problem(p, &p->ueid_origins[i],
					    "UEID %s is not added, as the kernel has %zu others; "
					    "delete one with smcd-ueid(8)",
					    p->ueids[i], p->state->n_ueids);
		}
		if (r < 0)
			return r;
	}
	*ret_deleted = needed;
	return 0;
}

/* Whether there will be one when the plan has been carried out. */
static bool some_ueid_stays(const struct planner *p)
{
	size_t i;

	for (i = 0; i < p->state->n_ueids; i++)
		if (!ueid_is_stale(p, p->state->ueids[i]))
			return true;
	return p->n_ueids > 0;
}

/* There is none, and net/smc/smc_clc.c refuses to enable it: only s390 has it. */
static int plan_impossible_seid(struct planner *p)
{
	const struct config *config = p->config;

	if (config->seid != CONFIG_SEID_ENABLE)
		return 0;
	return planner_problem(p, &config->seid_origin,
			       "SEID is not enabled: this kernel cannot do that off s390; %s",
			       some_ueid_stays(p) ? "a UEID is used instead" :
			       "SMC-D V2 needs a UEID, like 'ueids: [auto]'");
}

static int plan_disable_seid(struct planner *p)
{
	const struct config_origin *origin = &p->config->seid_origin;

	if (p->state->seid == POLICY_SEID_UNKNOWN) {
		int r = planner_problem(p, origin, "SEID is not disabled yet: the kernel tells of "
					"it when it has a device for SMC-D V2");

		if (r >= 0)
			planner_await(p, origin, DISABLE);
		return r;
	}
	if (!some_ueid_stays(p))
		return planner_problem(p, origin, "SEID is not disabled: the kernel wants a UEID "
				       "in its place, and there is none");
	return planner_step(p, POLICY_DISABLE_SEID, origin, DISABLE) ? 0 : -ENOMEM;
}

int planner_seid(struct planner *p)
{
	const struct config *config = p->config;

	if (!p->state->has_seid)
		return plan_impossible_seid(p);
	if (config->seid == CONFIG_SEID_DISABLE && p->state->seid != POLICY_SEID_DISABLED)
		return plan_disable_seid(p);
	/* Unknown is enabled, as it is when smc is loaded, unless somebody has disabled it. */
	if (config->seid == CONFIG_SEID_ENABLE && p->state->seid == POLICY_SEID_DISABLED)
		return planner_step(p, POLICY_ENABLE_SEID, &config->seid_origin,
				    "enable the SEID") ? 0 : -ENOMEM;
	return 0;
}

int planner_delete_ueids(struct planner *p, size_t deleted)
{
	return delete_ueids(p, deleted, SIZE_MAX);
}
