// SPDX-License-Identifier: GPL-2.0-or-later
/* The plan for the PNET table: what is missing is added, what was ours and is unwanted deleted. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy-planner.h"

#define WHO_SIZE (PNET_NAME_SIZE + 32)
#define GIVE "give %s PNETID %s"

/* Whose PNETID it is, in words. */
static const char *who(const struct pnet_entry *entry, char text[static WHO_SIZE])
{
	if (!entry->port)
		snprintf(text, WHO_SIZE, "interface %s", entry->name);
	else if (entry->port == 1)
		snprintf(text, WHO_SIZE, "device %s", entry->name);
	else
		snprintf(text, WHO_SIZE, "port %u of device %s", entry->port, entry->name);
	return text;
}

static bool interface_exists(const struct planner *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->state->n_interfaces; i++)
		if (strcmp(p->state->interfaces[i], name) == 0)
			return true;
	return false;
}

/* The kernel would take it, but not notice an interface that is renamed to it later. */
static int want_entry(struct planner *p, const struct pnet_entry *entry,
		      const struct config_origin *origin)
{
	char text[WHO_SIZE];
	int r;

	if (!entry->port && !interface_exists(p, entry->name)) {
		r = planner_problem(p, origin, "interface %s does not get PNETID %s, as it is "
				    "not there yet", entry->name, entry->pnetid);
		if (r >= 0)
			planner_await(p, origin, GIVE, who(entry, text), entry->pnetid);
		return r;
	}
	p->pnets[p->n_pnets++] = (struct pnet_want){ *entry, origin };
	return 0;
}

static const struct pnet_want *find_wanted(const struct planner *p,
					   const struct pnet_entry *entry)
{
	size_t i;

	for (i = 0; i < p->n_pnets; i++)
		if (pnet_same_place(&p->pnets[i].entry, entry))
			return &p->pnets[i];
	return NULL;
}

/* What the table of the files says of a device comes before what the device says. */
static int want_device(struct planner *p, const struct want *want)
{
	const struct config_device *device = &want->device;
	struct pnet_entry entry = { .port = 1 };

	if (!device->pnetid[0] || want->fate == FATE_DELETED)
		return 0;
	memcpy(entry.pnetid, device->pnetid, sizeof(entry.pnetid));
	memcpy(entry.name, device->name, sizeof(device->name));
	return find_wanted(p, &entry) ? 0 : want_entry(p, &entry, &device->pnetid_origin);
}

int planner_collect_pnets(struct planner *p)
{
	const struct config *config = p->config;
	size_t i;
	int r = 0;

	if (!p->state->pnets_known)
		return 0;
	p->pnets = calloc(config->n_pnets + p->n_wants + 1, sizeof(*p->pnets));
	if (!p->pnets)
		return -ENOMEM;
	for (i = 0; i < config->n_pnets && r >= 0; i++)
		r = want_entry(p, &config->pnets[i].entry, &config->pnets[i].origin);
	for (i = 0; i < p->n_wants && r >= 0; i++)
		r = want_device(p, &p->wants[i]);
	return r;
}

static bool is_ours(const struct planner *p, const struct pnet_entry *entry)
{
	size_t i;

	for (i = 0; i < p->state->n_managed_pnets; i++)
		if (pnet_equal(&p->state->managed_pnets[i], entry))
			return true;
	return false;
}

static bool is_stale(const struct planner *p, const struct pnet_entry *entry)
{
	const struct pnet_want *wanted = find_wanted(p, entry);

	return !(wanted && pnet_equal(&wanted->entry, entry)) && is_ours(p, entry);
}

/* The line that names an interface which has gone; NULL: no file names it. */
static const struct config_origin *origin_of_gone(const struct planner *p,
						  const struct pnet_entry *entry)
{
	size_t i;

	for (i = 0; i < p->config->n_pnets; i++)
		if (pnet_equal(&p->config->pnets[i].entry, entry))
			return &p->config->pnets[i].origin;
	return NULL;
}

static int add_delete(struct planner *p, const struct pnet_entry *entry)
{
	const struct config_origin *origin = origin_of_gone(p, entry);
	struct policy_step *step;
	char text[WHO_SIZE];

	step = planner_step(p, POLICY_DELETE_PNETID, origin ?: &planner_nowhere,
			    "delete PNETID %s of %s, which %s", entry->pnetid, who(entry, text),
			    origin ? "is gone" : "no file wants any longer");
	if (!step)
		return -ENOMEM;
	step->pnet = *entry;
	return 0;
}

static int add_restore(struct planner *p, const struct pnet_entry *entry)
{
	const struct pnet_want *wanted = find_wanted(p, entry);
	struct policy_step *step;
	char text[WHO_SIZE];

	step = planner_step(p, POLICY_ADD_PNET, wanted ? wanted->origin : &planner_nowhere,
			    "put back PNETID %s of %s, which the kernel deletes with it",
			    entry->pnetid, who(entry, text));
	if (!step)
		return -ENOMEM;
	step->pnet = *entry;
	step->restores = true;
	return 0;
}

/* True for the first stale one of its PNETID. */
static bool begins_delete(const struct planner *p, size_t index)
{
	const struct pnet_entry *entries = p->state->pnets;
	size_t i;

	if (!is_stale(p, &entries[index]))
		return false;
	for (i = 0; i < index; i++)
		if (strcmp(entries[i].pnetid, entries[index].pnetid) == 0 &&
		    is_stale(p, &entries[i]))
			return false;
	return true;
}

/* The kernel deletes all that have a PNETID, or none (net/smc/smc_pnet.c, smc_pnet_del). */
static int plan_deletes(struct planner *p)
{
	const struct pnet_entry *entries = p->state->pnets;
	size_t i, j, n = p->state->n_pnets;
	int r;

	for (i = 0; i < n; i++) {
		if (!begins_delete(p, i))
			continue;
		r = add_delete(p, &entries[i]);
		for (j = 0; j < n && r >= 0; j++)
			if (strcmp(entries[i].pnetid, entries[j].pnetid) == 0 &&
			    !is_stale(p, &entries[j]))
				r = add_restore(p, &entries[j]);
		if (r < 0)
			return r;
	}
	return 0;
}

/* What the kernel has in the place of @entry; NULL: nothing. */
static const struct pnet_entry *find_present(const struct planner *p,
					     const struct pnet_entry *entry)
{
	size_t i;

	for (i = 0; i < p->state->n_pnets; i++)
		if (pnet_same_place(&p->state->pnets[i], entry))
			return &p->state->pnets[i];
	return NULL;
}

/* A PNETID that a device has without the table is that of its hardware. Empty: none. */
static const char *hardware_pnetid(const struct planner *p, const struct pnet_entry *entry)
{
	const struct smcd_device *device;

	device = entry->port ? planner_find_device(p, entry->name) : NULL;
	return device && !find_present(p, entry) ? device->pnetid : "";
}

static int plan_add(struct planner *p, const struct pnet_want *want)
{
	const struct pnet_entry *entry = &want->entry, *present = find_present(p, entry);
	const char *fixed = hardware_pnetid(p, entry);
	struct policy_step *step;
	char text[WHO_SIZE];

	if ((present && pnet_equal(present, entry)) || strcmp(fixed, entry->pnetid) == 0)
		return 0;
	if (fixed[0])
		return planner_problem(p, want->origin, "%s keeps PNETID %s, which is that of its "
				       "hardware, instead of %s", who(entry, text), fixed,
				       entry->pnetid);
	if (present && !is_stale(p, present))
		return planner_problem(p, want->origin, "%s keeps PNETID %s, which others gave it, "
				       "instead of %s; delete it with 'smc_pnet -d %s'",
				       who(present, text), present->pnetid, entry->pnetid,
				       present->pnetid);
	step = planner_step(p, POLICY_ADD_PNET, want->origin, GIVE,
			    who(entry, text), entry->pnetid);
	if (!step)
		return -ENOMEM;
	step->pnet = *entry;
	return 0;
}

int planner_pnets(struct planner *p)
{
	size_t i;
	int r;

	if (!p->state->pnets_known)
		return 0;
	r = plan_deletes(p);
	for (i = 0; i < p->n_pnets && r >= 0; i++)
		r = plan_add(p, &p->pnets[i]);
	return r;
}
