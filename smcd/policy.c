// SPDX-License-Identifier: GPL-2.0-or-later
/* From configuration and state to a plan: its frame, and the order of its parts. */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config-error.h"
#include "policy-planner.h"

/* Room for one more element in @array of @n; NULL without memory, with @array as it was. */
static void *grow(void *array, size_t n, size_t *allocated, size_t size)
{
	size_t more = n ? 2 * n : 8;

	if (n < *allocated)
		return array;
	array = reallocarray(array, more, size);
	if (array)
		*allocated = more;
	return array;
}

/* Writes the words, and the file and line of @origin, if any, behind them. */
static void describe(char *text, const struct config_origin *origin,
		     const char *format, va_list ap)
{
	int n = vsnprintf(text, POLICY_TEXT_SIZE, format, ap);

	if (origin->file && n >= 0 && n < POLICY_TEXT_SIZE)
		snprintf(text + n, POLICY_TEXT_SIZE - n, " (%s:%u)", origin->file, origin->line);
	config_make_printable(text);
}

const struct config_origin planner_nowhere;

struct policy_step *planner_step(struct planner *p, enum policy_verb verb,
				 const struct config_origin *origin, const char *format, ...)
{
	struct policy_plan *plan = p->plan;
	struct policy_step *steps, *step;
	va_list ap;

	steps = grow(plan->steps, plan->n_steps, &p->steps_size, sizeof(*steps));
	if (!steps)
		return NULL;
	plan->steps = steps;

	step = &steps[plan->n_steps++];
	*step = (struct policy_step) { .verb = verb, .origin = *origin };
	va_start(ap, format);
	describe(step->text, origin, format, ap);
	va_end(ap);
	return step;
}

int planner_problem(struct planner *p, const struct config_origin *origin,
		    const char *format, ...)
{
	struct policy_plan *plan = p->plan;
	struct policy_problem *problems;
	va_list ap;

	problems = grow(plan->problems, plan->n_problems, &p->problems_size, sizeof(*problems));
	if (!problems)
		return -ENOMEM;
	plan->problems = problems;

	problems[plan->n_problems].awaited[0] = '\0';
	va_start(ap, format);
	describe(problems[plan->n_problems++].text, origin, format, ap);
	va_end(ap);
	return 0;
}

void planner_await(struct planner *p, const struct config_origin *origin,
		   const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	describe(p->plan->problems[p->plan->n_problems - 1].awaited, origin, format, ap);
	va_end(ap);
}

static int planner_init(struct planner *p, const char *machine_ueid)
{
	int r;

	r = planner_collect_devices(p);
	if (r >= 0)
		r = planner_collect_pnets(p);
	return r < 0 ? r : planner_collect_ueids(p, machine_ueid);
}

static void planner_deinit(struct planner *p)
{
	planner_free_devices(p);
	free(p->pnets);
	policy_plan_free(p->plan);
}

static int plan_all(struct planner *p)
{
	size_t deleted;
	int r;

	r = planner_add_ueids(p, &deleted);
	if (r < 0)
		return r;
	r = planner_seid(p);
	if (r < 0)
		return r;
	r = planner_tuning(p);
	if (r < 0)
		return r;
	r = planner_pnets(p);
	if (r < 0)
		return r;
	r = planner_devices(p);
	if (r < 0)
		return r;
	return planner_delete_ueids(p, deleted);
}

int policy_make_plan(const struct config *config, const char *machine_ueid,
		     const struct policy_state *state, struct policy_plan **ret_plan)
{
	__attribute__((cleanup(planner_deinit))) struct planner p = {
		.config = config,
		.state = state,
	};
	int r;

	p.plan = calloc(1, sizeof(*p.plan));
	if (!p.plan)
		return -ENOMEM;
	r = planner_init(&p, machine_ueid);
	if (r < 0)
		return r;
	r = plan_all(&p);
	if (r < 0)
		return r;

	*ret_plan = p.plan;
	p.plan = NULL;
	return 0;
}

static bool is_among(const char *text, const char *const *kept, size_t n_kept)
{
	size_t i;

	for (i = 0; i < n_kept; i++)
		if (strcmp(text, kept[i]) == 0)
			return true;
	return false;
}

static void report(struct policy_plan *plan, const struct policy_step *step)
{
	struct policy_problem *problem = &plan->problems[plan->n_problems++];

	problem->awaited[0] = '\0';
	snprintf(problem->text, sizeof(problem->text), "drift is only reported, not: %.*s",
		 POLICY_TEXT_SIZE - 32, step->text);
	config_make_printable(problem->text);
}

int policy_report_only(struct policy_plan *plan, const char *const *kept, size_t n_kept)
{
	struct policy_problem *problems;
	bool keep = false;
	size_t i, n = 0;

	problems = reallocarray(plan->problems, plan->n_problems + plan->n_steps + 1,
				sizeof(*problems));
	if (!problems)
		return -ENOMEM;
	plan->problems = problems;
	for (i = 0; i < plan->n_steps; i++) {
		/* What is put back follows the step that takes it away. */
		if (!plan->steps[i].restores)
			keep = is_among(plan->steps[i].text, kept, n_kept);
		if (keep)
			plan->steps[n++] = plan->steps[i];
		else
			report(plan, &plan->steps[i]);
	}
	plan->n_steps = n;
	return 0;
}

const char *policy_verb_name(enum policy_verb verb)
{
	switch (verb) {
	case POLICY_DELETE:
		return "delete";
	case POLICY_CREATE:
		return "create";
	case POLICY_SET_UP:
		return "set-up";
	case POLICY_SET_PRIORITY:
		return "set-priority";
	case POLICY_ADD_UEID:
		return "add-ueid";
	case POLICY_DELETE_UEID:
		return "delete-ueid";
	case POLICY_ENABLE_SEID:
		return "enable-seid";
	case POLICY_DISABLE_SEID:
		return "disable-seid";
	case POLICY_ADD_PNET:
		return "add-pnet";
	case POLICY_TUNE:
		return "tune";
	case POLICY_DELETE_PNETID:
		return "delete-pnetid";
	}
	return "";
}

const char *policy_step_target(const struct policy_step *step)
{
	switch (step->verb) {
	case POLICY_ADD_UEID:
	case POLICY_DELETE_UEID:
		return step->ueid;
	case POLICY_ENABLE_SEID:
	case POLICY_DISABLE_SEID:
		return "SEID";
	case POLICY_ADD_PNET:
	case POLICY_DELETE_PNETID:
		return step->pnet.pnetid;
	case POLICY_TUNE:
		return tunable_name(step->tunable);
	default:
		return step->wanted.name;
	}
}

void policy_plan_free(struct policy_plan *plan)
{
	if (!plan)
		return;
	free(plan->steps);
	free(plan->problems);
	free(plan);
}

void policy_plan_freep(struct policy_plan **plan)
{
	policy_plan_free(*plan);
}
