// SPDX-License-Identifier: GPL-2.0-or-later
/* UEIDs, the SEID and PNETIDs: what the files say, what the kernel has, and why not; settings.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "config-files.h"
#include "policy.h"
#include "settings-list.h"

#define CHANGED "somebody else changed it: smcctl apply puts it right"

const char *settings_who(const struct config_origin *origin)
{
	return config_files_is_runtime(origin->file) ? "hand" : "file";
}

/* The problems of steps end with the line that wants them. */
const char *settings_reason(const struct manager *manager, const struct config_origin *origin)
{
	char place[640];

	snprintf(place, sizeof(place), "(%.511s:%u)", origin->file, origin->line);
	for (size_t i = 0; i < manager->problems.count; i++)
		if (strstr(manager->problems.items[i], place))
			return manager->problems.items[i];
	return CHANGED;
}

const struct config_ueid *settings_find_ueid(const struct manager *manager, const char *ueid)
{
	const struct config *config = manager->config;

	for (size_t i = 0; i < config->n_ueids; i++) {
		const char *text = config->ueids[i].ueid;

		if (!strcmp(text, ueid) || !strcmp(manager_resolve_ueid(manager, text), ueid))
			return &config->ueids[i];
	}
	return NULL;
}

static int list_ueids(const struct manager *manager, setting_fn fn, void *userdata)
{
	const struct config *config = manager->config;
	int r = 0;

	for (size_t i = 0; i < config->n_ueids && !r; i++) {
		const struct config_ueid *wanted = &config->ueids[i];
		const char *ueid = manager_resolve_ueid(manager, wanted->ueid);
		bool has = *ueid && strings_contain(&manager->ueids, ueid);
		const struct setting setting = {
			.key = "ueids", .name = *ueid ? ueid : wanted->ueid,
			.configured = wanted->ueid, .effective = has ? ueid : "",
			.reason = has ? "" : settings_reason(manager, &wanted->origin),
			.who = settings_who(&wanted->origin), .origin = &wanted->origin,
		};

		r = fn(&setting, userdata);
	}
	for (size_t i = 0; i < manager->ueids.count && !r; i++) {
		const char *ueid = manager->ueids.items[i];
		const struct setting setting = {
			.key = "ueids", .name = ueid, .configured = "", .effective = ueid,
			.reason = "", .who = "other",
		};

		if (!settings_find_ueid(manager, ueid))
			r = fn(&setting, userdata);
	}
	return r;
}

/* Why the SEID is not as configured, or what is to be known where it cannot be. */
static const char *seid_reason(const struct manager *manager)
{
	const struct manager_stack *stack = &manager->stack;
	const struct config *config = manager->config;
	bool wanted = config->seid == CONFIG_SEID_ENABLE;

	if (!stack->loaded)
		return "module smc is not loaded: modprobe smc";
	if (!manager_has_seid())
		return "this kernel has none, only those of IBM Z (s390) have: UEIDs are used";
	if (!stack->seid_known)
		return "the kernel tells of it when it has a device for SMC-D V2";
	if (config->seid != CONFIG_SEID_AUTO && stack->seid_enabled != wanted)
		return settings_reason(manager, &config->seid_origin);
	return "";
}

static int list_seid(const struct manager *manager, setting_fn fn, void *userdata)
{
	static const char *const words[] = {
		[CONFIG_SEID_AUTO] = "auto",
		[CONFIG_SEID_ENABLE] = "enable",
		[CONFIG_SEID_DISABLE] = "disable",
	};
	const struct manager_stack *stack = &manager->stack;
	const struct config_origin *origin = &manager->config->seid_origin;
	const struct setting setting = {
		.key = "seid", .name = "", .configured = words[manager->config->seid],
		.effective = !stack->seid_known ? "" :
			     stack->seid_enabled ? "enabled" : "disabled",
		.reason = seid_reason(manager),
		.who = origin->file ? settings_who(origin) : "kernel",
		.origin = origin->file ? origin : NULL,
	};

	return fn(&setting, userdata);
}

/* @wanted, or NULL, is what the files want in the place of @present, or NULL, of the kernel. */
static int tell_pnet(const struct manager *manager, const struct pnet_entry *wanted,
		     const struct pnet_entry *present, const struct config_origin *origin,
		     setting_fn fn, void *userdata)
{
	const struct pnet_entry *entry = wanted ?: present;
	bool differs = wanted && (!present || !pnet_equal(wanted, present));
	char name[PNET_NAME_SIZE + 4];
	const struct setting setting = {
		.key = entry->port ? "pnetids.devices" : "pnetids.interfaces", .name = name,
		.configured = wanted ? wanted->pnetid : "",
		.effective = present ? present->pnetid : "",
		.reason = differs ? settings_reason(manager, origin) : "",
		.who = wanted ? settings_who(origin) : "other",
		.origin = wanted ? origin : NULL,
	};

	snprintf(name, sizeof(name), entry->port > 1 ? "%s/%u" : "%s", entry->name, entry->port);
	return fn(&setting, userdata);
}

static const struct pnet_entry *find_present(const struct manager *manager,
					     const struct pnet_entry *entry)
{
	const struct manager_stack *stack = &manager->stack;

	for (size_t i = 0; i < stack->n_pnets; i++)
		if (pnet_same_place(&stack->pnets[i], entry))
			return &stack->pnets[i];
	return NULL;
}

static bool has_pnet(const struct config *config, const struct pnet_entry *entry)
{
	for (size_t i = 0; i < config->n_pnets; i++)
		if (pnet_same_place(&config->pnets[i].entry, entry))
			return true;
	return false;
}

/* A device has its PNETID by its own lines, or by a rule, if the table of the files has none. */
static bool wants_pnetid(const struct manager *manager, const struct config_device *named,
			 const struct registry_device *device, struct pnet_entry *ret_entry,
			 struct config_origin *ret_origin)
{
	struct config_device settings;

	*ret_entry = (struct pnet_entry){ .port = 1 };
	snprintf(ret_entry->name, sizeof(ret_entry->name), "%s",
		 named ? named->name : device->device.name);
	if (has_pnet(manager->config, ret_entry) ||
	    !policy_settings(manager->config, named, device ? &device->device : NULL, &settings) ||
	    !settings.pnetid[0])
		return false;
	memcpy(ret_entry->pnetid, settings.pnetid, sizeof(ret_entry->pnetid));
	*ret_origin = settings.pnetid_origin;
	return true;
}

static int tell_device_pnet(const struct manager *manager, const struct config_device *named,
			    const struct registry_device *device, setting_fn fn, void *userdata)
{
	struct config_origin origin;
	struct pnet_entry entry;

	if (!wants_pnetid(manager, named, device, &entry, &origin))
		return 0;
	return tell_pnet(manager, &entry, find_present(manager, &entry), &origin, fn, userdata);
}

static const struct config_device *find_named(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->n_devices; i++)
		if (!strcmp(config->devices[i].name, name))
			return &config->devices[i];
	return NULL;
}

static int list_device_pnets(const struct manager *manager, setting_fn fn, void *userdata)
{
	const struct config *config = manager->config;
	int r = 0;

	for (size_t i = 0; i < config->n_devices && !r; i++)
		r = tell_device_pnet(manager, &config->devices[i],
				     registry_find(manager->registry, config->devices[i].name),
				     fn, userdata);
	for (size_t i = 0; i < registry_count(manager->registry) && !r; i++) {
		const struct registry_device *device = registry_get(manager->registry, i);

		if (!find_named(config, device->device.name))
			r = tell_device_pnet(manager, NULL, device, fn, userdata);
	}
	return r;
}

struct config_origin settings_pnet_origin(const struct manager *manager,
					  const struct pnet_entry *entry)
{
	const struct registry_device *device = registry_find(manager->registry, entry->name);
	const struct config_device *named = find_named(manager->config, entry->name);
	const struct config *config = manager->config;
	struct config_origin origin;
	struct pnet_entry wanted;

	for (size_t i = 0; i < config->n_pnets; i++)
		if (pnet_equal(&config->pnets[i].entry, entry))
			return config->pnets[i].origin;
	if (entry->port == 1 && (named || device) &&
	    wants_pnetid(manager, named, device, &wanted, &origin) && pnet_equal(&wanted, entry))
		return origin;
	return (struct config_origin){ 0 };
}

/* What no line wants in its place is of others. */
static bool is_of_others(const struct manager *manager, const struct pnet_entry *present)
{
	const struct registry_device *device = registry_find(manager->registry, present->name);
	const struct config_device *named = find_named(manager->config, present->name);
	struct config_origin origin;
	struct pnet_entry entry;

	if (has_pnet(manager->config, present))
		return false;
	return present->port != 1 || (!named && !device) ||
	       !wants_pnetid(manager, named, device, &entry, &origin);
}

static int list_pnets(const struct manager *manager, setting_fn fn, void *userdata)
{
	const struct manager_stack *stack = &manager->stack;
	const struct config *config = manager->config;
	int r = 0;

	for (size_t i = 0; i < config->n_pnets && !r; i++) {
		const struct config_pnet *pnet = &config->pnets[i];

		r = tell_pnet(manager, &pnet->entry, find_present(manager, &pnet->entry),
			      &pnet->origin, fn, userdata);
	}
	if (!r)
		r = list_device_pnets(manager, fn, userdata);
	for (size_t i = 0; i < stack->n_pnets && !r; i++)
		if (is_of_others(manager, &stack->pnets[i]))
			r = tell_pnet(manager, NULL, &stack->pnets[i], NULL, fn, userdata);
	return r;
}

int settings_identities(const struct manager *manager, setting_fn fn, void *userdata)
{
	int r = list_ueids(manager, fn, userdata);

	if (!r)
		r = list_seid(manager, fn, userdata);
	return r < 0 ? r : list_pnets(manager, fn, userdata);
}
