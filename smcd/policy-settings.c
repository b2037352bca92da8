// SPDX-License-Identifier: GPL-2.0-or-later
/* What the files say of one device: by its name, by rules, and by its kind. */

#include <fnmatch.h>
#include <string.h>

#include "policy-planner.h"

/* Built-in, in the order of preference that the maintainers of SMC gave. */
static uint32_t builtin_priority(const char *kind)
{
	static const struct {
		const char *kind;
		uint32_t priority;
	} table[] = {
		{ "ism", 300 },
		{ "ism-emu", 300 },
		{ "virtio-ism", 200 },
		{ "loopback", 100 },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].kind, kind) == 0)
			return table[i].priority;
	return 100;
}

static const struct config_priority *find_kind(const struct config *config, const char *kind)
{
	size_t i;

	for (i = 0; i < config->n_priorities; i++)
		if (strcmp(config->priorities[i].kind, kind) == 0)
			return &config->priorities[i];
	return NULL;
}

uint32_t policy_kind_priority(const struct config *config, const char *kind)
{
	const struct config_priority *priority = find_kind(config, kind);

	return priority ? priority->priority : builtin_priority(kind);
}

uint32_t policy_priority(const struct config *config, const struct config_device *device)
{
	return device->has_priority ? device->priority : policy_kind_priority(config, device->kind);
}

const struct config_origin *planner_priority_origin(const struct config *config,
						    const struct config_device *device)
{
	const struct config_priority *kind = find_kind(config, device->kind);

	if (device->has_priority)
		return &device->priority_origin;
	return kind ? &kind->origin : &device->origin;
}

/* What the device has, or will have: that of the table, its own, else what the kernel has. */
static const char *future_pnetid(const struct config *config, const struct config_device *device,
				 const struct smcd_device *present)
{
	size_t i;

	for (i = 0; i < config->n_pnets; i++)
		if (config->pnets[i].entry.port &&
		    strcmp(config->pnets[i].entry.name, device->name) == 0)
			return config->pnets[i].entry.pnetid;
	return device->pnetid[0] || !present ? device->pnetid : present->pnetid;
}

static bool rule_matches(const struct config *config, const struct config_device *match,
			 const struct config_device *device, const struct smcd_device *present)
{
	uint16_t chid = device->chid || !present ? device->chid : present->chid;

	if ((match->kind[0] && strcmp(match->kind, device->kind) != 0) ||
	    (match->chid && match->chid != chid) ||
	    (match->name[0] && fnmatch(match->name, device->name, 0) != 0))
		return false;
	return !match->pnetid[0] ||
	       strcmp(match->pnetid, future_pnetid(config, device, present)) == 0;
}

/* Rules that set a PNETID match none: with these first, the others know it. */
static void settle_pnetid(const struct config *config, struct config_device *device,
			  const struct smcd_device *present)
{
	size_t i;

	for (i = config->n_rules; i-- > 0 && !device->pnetid[0]; ) {
		const struct config_rule *rule = &config->rules[i];

		if (!rule->set.pnetid[0] || !rule_matches(config, &rule->match, device, present))
			continue;
		memcpy(device->pnetid, rule->set.pnetid, sizeof(device->pnetid));
		device->pnetid_origin = rule->set.pnetid_origin;
	}
}

/* What is set already, by name or by a later rule, stays. */
static void fill_in(struct config_device *device, const struct config_device *set)
{
	if (set->has_priority && !device->has_priority) {
		device->priority = set->priority;
		device->has_priority = true;
		device->priority_origin = set->priority_origin;
	}
	if (set->has_up && !device->has_up) {
		device->up = set->up;
		device->has_up = true;
		device->up_origin = set->up_origin;
	}
}

bool policy_settings(const struct config *config, const struct config_device *named,
		     const struct smcd_device *present, struct config_device *ret_settings)
{
	struct config_device *device = ret_settings;
	bool said = named;
	size_t i;

	*device = named ? *named : (struct config_device){ .origin = planner_nowhere };
	if (!named) {
		memcpy(device->name, present->name, sizeof(device->name));
		memcpy(device->kind, present->kind, sizeof(device->kind));
	}
	settle_pnetid(config, device, present);
	for (i = config->n_rules; i-- > 0; ) {
		const struct config_rule *rule = &config->rules[i];

		if (!rule_matches(config, &rule->match, device, present))
			continue;
		fill_in(device, &rule->set);
		if (!said)
			device->origin = rule->origin;
		said = true;
	}
	return said;
}
