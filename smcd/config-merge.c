// SPDX-License-Identifier: GPL-2.0-or-later
/* Merging of files, and what only the merged whole can tell. */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "config-error.h"
#include "config.h"

static size_t count_files(const struct config *config)
{
	size_t n = 0;

	while (config->files && config->files[n])
		n++;
	return n;
}

/* Makes the array of @n elements at @array as large as @more elements need in addition. */
static int widen(void **array, size_t n, size_t more, size_t size)
{
	void *larger = reallocarray(*array, n + more + 1, size);

	if (!larger)
		return -ENOMEM;
	*array = larger;
	return 0;
}

/* Gives @base room for what @over has, so that merging cannot fail half-way. */
static int make_room(struct config *base, const struct config *over)
{
	size_t n_files = count_files(base);

	if (widen((void **)&base->files, n_files, count_files(over), sizeof(*base->files)) < 0)
		return -ENOMEM;
	base->files[n_files] = NULL;
	if (widen((void **)&base->more_ueids, base->n_more_ueids, over->n_more_ueids,
		  sizeof(*base->more_ueids)) < 0 ||
	    widen((void **)&base->priorities, base->n_priorities, over->n_priorities,
		  sizeof(*base->priorities)) < 0 ||
	    widen((void **)&base->pnets, base->n_pnets, over->n_pnets,
		  sizeof(*base->pnets)) < 0 ||
	    widen((void **)&base->rules, base->n_rules, over->n_rules,
		  sizeof(*base->rules)) < 0 ||
	    widen((void **)&base->namespaces, base->n_namespaces, over->n_namespaces,
		  sizeof(*base->namespaces)) < 0 ||
	    widen((void **)&base->devices, base->n_devices, over->n_devices,
		  sizeof(*base->devices)) < 0)
		return -ENOMEM;
	return 0;
}

static void merge_files(struct config *base, struct config *over)
{
	size_t n = count_files(base), more = count_files(over);

	if (more > 0) {
		memcpy(base->files + n, over->files, more * sizeof(*base->files));
		over->files[0] = NULL;
	}
	base->files[n + more] = NULL;
}

/* @base's list goes with @over when that is freed. */
static void replace_plugins(struct config *base, struct config *over)
{
	struct config_name *plugins = base->plugins;
	size_t n = base->n_plugins;

	base->plugins = over->plugins;
	base->n_plugins = over->n_plugins;
	base->has_plugins = true;
	over->plugins = plugins;
	over->n_plugins = n;
}

static void replace_ueids(struct config *base, const struct config *over)
{
	memcpy(base->ueids, over->ueids, sizeof(base->ueids));
	base->n_ueids = over->n_ueids;
	base->has_ueids = true;
}

static bool has_ueid(const struct config_ueid *ueids, size_t n, const char *ueid)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(ueids[i].ueid, ueid) == 0)
			return true;
	return false;
}

static void merge_ueids(struct config *base, const struct config *over)
{
	size_t i;

	if (over->has_ueids)
		replace_ueids(base, over);
	for (i = 0; i < over->n_more_ueids; i++)
		if (!has_ueid(base->more_ueids, base->n_more_ueids, over->more_ueids[i].ueid))
			base->more_ueids[base->n_more_ueids++] = over->more_ueids[i];
}

static void merge_priority(struct config *base, const struct config_priority *over)
{
	size_t i;

	for (i = 0; i < base->n_priorities; i++)
		if (strcmp(base->priorities[i].kind, over->kind) == 0)
			break;
	if (i == base->n_priorities)
		base->n_priorities++;
	base->priorities[i] = *over;
}

static void merge_pnet(struct config *base, const struct config_pnet *over)
{
	size_t i;

	for (i = 0; i < base->n_pnets; i++)
		if (pnet_same_place(&base->pnets[i].entry, &over->entry))
			break;
	if (i == base->n_pnets)
		base->n_pnets++;
	base->pnets[i] = *over;
}

static void merge_tuning(struct config_tuning *base, const struct config_tuning *over)
{
	size_t i;

	for (i = 0; i < TUNABLES; i++)
		if (over[i].origin.file)
			base[i] = over[i];
}

static void merge_namespace(struct config *base, const struct config_namespace *over)
{
	size_t i;

	for (i = 0; i < base->n_namespaces; i++) {
		if (strcmp(base->namespaces[i].name, over->name) == 0) {
			merge_tuning(base->namespaces[i].tuning, over->tuning);
			return;
		}
	}
	base->namespaces[base->n_namespaces++] = *over;
}

static void override_device(struct config_device *base, const struct config_device *over)
{
	if (over->kind[0]) {
		memcpy(base->kind, over->kind, sizeof(base->kind));
		base->kind_origin = over->kind_origin;
	}
	if (over->chid) {
		base->chid = over->chid;
		base->chid_origin = over->chid_origin;
	}
	if (over->gid) {
		base->gid = over->gid;
		base->gid_origin = over->gid_origin;
	}
	if (over->has_priority) {
		base->priority = over->priority;
		base->has_priority = true;
		base->priority_origin = over->priority_origin;
	}
	if (over->has_max_dmbs) {
		base->max_dmbs = over->max_dmbs;
		base->has_max_dmbs = true;
	}
	if (over->max_memory) {
		base->max_memory = over->max_memory;
		base->max_memory_origin = over->max_memory_origin;
	}
	if (over->has_up) {
		base->up = over->up;
		base->has_up = true;
		base->up_origin = over->up_origin;
	}
	if (over->pnetid[0]) {
		memcpy(base->pnetid, over->pnetid, sizeof(base->pnetid));
		base->pnetid_origin = over->pnetid_origin;
	}
}

static void merge_device(struct config *base, const struct config_device *over)
{
	size_t i;

	for (i = 0; i < base->n_devices; i++) {
		if (strcmp(base->devices[i].name, over->name) == 0) {
			override_device(&base->devices[i], over);
			return;
		}
	}
	base->devices[base->n_devices++] = *over;
}

static void merge(struct config *base, struct config *over)
{
	size_t i;

	merge_files(base, over);
	if (over->has_plugins)
		replace_plugins(base, over);
	merge_ueids(base, over);
	if (over->seid_origin.file) {
		base->seid = over->seid;
		base->seid_origin = over->seid_origin;
	}
	if (over->drift_origin.file) {
		base->drift = over->drift;
		base->drift_origin = over->drift_origin;
	}
	merge_tuning(base->tuning, over->tuning);
	if (over->ceiling_origin.file) {
		base->ceiling = over->ceiling;
		base->ceiling_origin = over->ceiling_origin;
	}
	for (i = 0; i < over->n_namespaces; i++)
		merge_namespace(base, &over->namespaces[i]);
	for (i = 0; i < over->n_priorities; i++)
		merge_priority(base, &over->priorities[i]);
	for (i = 0; i < over->n_pnets; i++)
		merge_pnet(base, &over->pnets[i]);
	for (i = 0; i < over->n_rules; i++)
		base->rules[base->n_rules++] = over->rules[i];
	for (i = 0; i < over->n_devices; i++)
		merge_device(base, &over->devices[i]);
}

int config_merge(struct config *base, struct config *over)
{
	int r;

	r = make_room(base, over);
	if (r == 0)
		merge(base, over);
	config_free(over);
	return r;
}

bool config_is_override(const struct config *config)
{
	size_t i;

	for (i = 0; i < TUNABLES; i++)
		if (config->tuning[i].origin.file)
			return false;
	return !config->has_plugins && !config->has_ueids && !config->n_priorities &&
	       !config->drift_origin.file && !config->ceiling_origin.file && !config->n_rules &&
	       !config->n_namespaces;
}

int config_complete(struct config *config, struct config_error *error)
{
	size_t i;

	for (i = 0; i < config->n_more_ueids; i++) {
		const struct config_ueid *ueid = &config->more_ueids[i];

		if (has_ueid(config->ueids, config->n_ueids, ueid->ueid))
			continue;
		if (config->n_ueids == CONFIG_UEIDS_MAX)
			return config_fail(error, &ueid->origin, "all files together have more than "
					   "the %d UEIDs that the kernel takes; remove one",
					   CONFIG_UEIDS_MAX);
		config->ueids[config->n_ueids++] = *ueid;
	}
	config->n_more_ueids = 0;
	return 0;
}

static int check_counts(const struct config *config, struct config_error *error)
{
	if (config->n_devices > CONFIG_DEVICES_MAX)
		return config_fail(error, &config->devices[CONFIG_DEVICES_MAX].origin,
				   "all files together have %zu devices, more than %d; remove some",
				   config->n_devices, CONFIG_DEVICES_MAX);
	if (config->n_pnets > CONFIG_PNETS_MAX)
		return config_fail(error, &config->pnets[CONFIG_PNETS_MAX].origin,
				   "all files together have PNETIDs of %zu interfaces and devices, "
				   "more than %d; remove some", config->n_pnets, CONFIG_PNETS_MAX);
	if (config->n_rules > CONFIG_RULES_MAX)
		return config_fail(error, &config->rules[CONFIG_RULES_MAX].origin,
				   "all files together have %zu rules, more than %d; remove some",
				   config->n_rules, CONFIG_RULES_MAX);
	if (config->n_namespaces > CONFIG_NAMESPACES_MAX)
		return config_fail(error, &config->namespaces[CONFIG_NAMESPACES_MAX].origin,
				   "all files together have %zu network namespaces, more than %d; "
				   "remove some", config->n_namespaces, CONFIG_NAMESPACES_MAX);
	if (config->n_priorities > CONFIG_KINDS_MAX)
		return config_fail(error, &config->priorities[CONFIG_KINDS_MAX].origin,
				   "all files together have priorities of %zu kinds, more than %d; "
				   "remove some", config->n_priorities, CONFIG_KINDS_MAX);
	return 0;
}

/* The kernel refuses to be without any EID (net/smc/smc_clc.c, smc_nl_disable_seid). */
static int check_seid(const struct config *config, struct config_error *error)
{
	if (config->seid != CONFIG_SEID_DISABLE || config->n_ueids)
		return 0;
	return config_fail(error, &config->seid_origin,
			   "the SEID cannot be disabled without a UEID in its place; "
			   "add one, like 'ueids: [auto]', or write 'seid: auto'");
}

/* A fabric is of one kind: what speaks to what depends on it. */
static int check_chid(const struct config_device *device, const struct config_device *earlier,
		      struct config_error *error)
{
	if (!device->chid || device->chid != earlier->chid ||
	    strcmp(device->kind, earlier->kind) == 0)
		return 0;
	return config_fail(error, &device->chid_origin,
			   "CHID 0x%04X of '%s' (%s) is that of '%s' (%s), %s:%u; "
			   "kinds cannot share one, choose another",
			   device->chid, device->name, device->kind, earlier->name, earlier->kind,
			   earlier->chid_origin.file, earlier->chid_origin.line);
}

static int check_gid(const struct config_device *device, const struct config_device *earlier,
		     struct config_error *error)
{
	if (!device->gid || device->gid != earlier->gid)
		return 0;
	return config_fail(error, &device->gid_origin,
			   "GID 0x%" PRIX64 " of '%s' is that of '%s', %s:%u; choose another",
			   device->gid, device->name, earlier->name,
			   earlier->gid_origin.file, earlier->gid_origin.line);
}

static int check_pnetid(const struct config_device *device, const struct config_pnet *pnet,
			struct config_error *error)
{
	if (!pnet->entry.port || strcmp(device->name, pnet->entry.name) != 0 ||
	    strcmp(device->pnetid, pnet->entry.pnetid) == 0)
		return 0;
	return config_fail(error, &device->pnetid_origin,
			   "PNETID %s of '%s' is %s in %s:%u; it can have one, remove the other",
			   device->pnetid, device->name, pnet->entry.pnetid,
			   pnet->origin.file, pnet->origin.line);
}

static int check_device(const struct config *config, size_t index, struct config_error *error)
{
	const struct config_device *device = &config->devices[index];
	size_t i;
	int r;

	if (!device->kind[0])
		return config_fail(error, &device->origin,
				   "device '%s' has no kind in any file; "
				   "add one, like 'kind: loopback', or remove the device",
				   device->name);
	for (i = 0; device->pnetid[0] && i < config->n_pnets; i++) {
		r = check_pnetid(device, &config->pnets[i], error);
		if (r < 0)
			return r;
	}
	for (i = 0; i < index; i++) {
		r = check_chid(device, &config->devices[i], error);
		if (r < 0)
			return r;
		r = check_gid(device, &config->devices[i], error);
		if (r < 0)
			return r;
	}
	return 0;
}

int config_check(const struct config *config, struct config_error *error)
{
	size_t i;
	int r;

	r = check_counts(config, error);
	if (r < 0)
		return r;
	r = check_seid(config, error);
	if (r < 0)
		return r;
	for (i = 0; i < config->n_devices; i++) {
		r = check_device(config, i, error);
		if (r < 0)
			return r;
	}
	return 0;
}
