// SPDX-License-Identifier: GPL-2.0-or-later
/* The whole running policy, line by line; settings.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "policy.h"
#include "settings-list.h"

#define VALUE_SIZE 24
#define RULE_SIZE 256

/* Who takes the rows, and what they are about. */
struct teller {
	const struct manager *manager;
	setting_fn fn;
	void *userdata;
};

/* @origin may be NULL, or of no file: then @who stands for it. */
static int tell(const struct teller *teller, const char *key, const char *name,
		const char *configured, const char *effective, const char *reason,
		const struct config_origin *origin, const char *who)
{
	bool placed = origin && origin->file;
	const struct setting setting = {
		.key = key, .name = name, .configured = configured, .effective = effective,
		.reason = reason, .who = placed ? settings_who(origin) : who,
		.origin = placed ? origin : NULL,
	};

	return teller->fn(&setting, teller->userdata);
}

/* Where what is effective differs for no reason of its own, the last plan knows one. */
static int compare(const struct teller *teller, const char *key, const char *name,
		   const char *configured, const char *effective,
		   const struct config_origin *origin)
{
	bool differs = strcmp(configured, effective) && origin && origin->file;

	return tell(teller, key, name, configured, effective,
		    differs ? settings_reason(teller->manager, origin) : "", origin, "default");
}

static int list_plugins(const struct teller *teller)
{
	const struct config *config = teller->manager->config;
	int r = 0;

	for (size_t i = 0; i < config->n_plugins && !r; i++) {
		const struct config_name *plugin = &config->plugins[i];
		const struct backend *backend = backends_find(&teller->manager->backends,
							      plugin->name);
		bool runs = backend && backend->plugin;

		r = tell(teller, "plugins", plugin->name, "run", runs ? "runs" : "",
			 backend && backend->problem ? backend->problem : "", &plugin->origin, "");
	}
	return r;
}

static int list_priorities(const struct teller *teller)
{
	const struct config *config = teller->manager->config;
	char value[VALUE_SIZE];
	int r = 0;

	for (size_t i = 0; i < config->n_priorities && !r; i++) {
		const struct config_priority *priority = &config->priorities[i];

		snprintf(value, sizeof(value), "%" PRIu32, priority->priority);
		r = tell(teller, "priorities", priority->kind, value, value, "",
			 &priority->origin, "");
	}
	return r;
}

static int list_drift(const struct teller *teller)
{
	const struct config *config = teller->manager->config;
	const char *word = config->drift == CONFIG_DRIFT_REPORT ? "report" : "repair";

	return tell(teller, "drift", "", word, word, "", &config->drift_origin, "default");
}

static const char *tuned(enum tunable tunable, uint32_t number, char value[VALUE_SIZE])
{
	if (tunable == TUNABLE_HANDSHAKE_LIMIT)
		return number ? "on" : "off";
	snprintf(value, VALUE_SIZE, "%" PRIu32, number);
	return value;
}

/* As the files say it. */
static const char *wanted_word(const struct config_tuning *wanted, enum tunable tunable,
			       char value[VALUE_SIZE])
{
	switch (wanted->mode) {
	case CONFIG_TUNING_AUTO:
		return "auto";
	case CONFIG_TUNING_KEEP:
		return "keep";
	default:
		return tuned(tunable, wanted->value, value);
	}
}

/* It is told why also if it is as it should be. */
static int tell_chosen(const struct teller *teller, const char *key, enum tunable tunable,
		       const char *effective)
{
	const struct manager *manager = teller->manager;
	const struct config_tuning *wanted = &manager->config->tuning[tunable];
	uint32_t value = manager->stack.tuning[tunable].value;
	char words[BUFFER_TEXT_SIZE];
	const char *reason = words;

	manager_explain_buffers(manager, words, sizeof(words));
	if (wanted->origin.file && value != manager_buffer_size(manager, manager->config))
		reason = settings_reason(manager, &wanted->origin);
	else if (!wanted->origin.file && value != BUFFER_SIZE_KERNEL &&
		 !state_has_tuned(&manager->managed, tunable, value))
		reason = "somebody else set it: it stays, as no file says auto";
	return tell(teller, key, "", "auto", effective, reason, &wanted->origin, "default");
}

static int tell_tunable(const struct teller *teller, enum tunable tunable)
{
	const struct config_tuning *wanted = &teller->manager->config->tuning[tunable];
	bool known = teller->manager->stack.tuning[tunable].known, set = wanted->origin.file;
	char key[64], to[VALUE_SIZE], is[VALUE_SIZE];
	const char *effective = known ?
		tuned(tunable, teller->manager->stack.tuning[tunable].value, is) : "";

	snprintf(key, sizeof(key), "tuning.%s", tunable_key(tunable));
	if (known && policy_is_chosen(wanted, tunable))
		return tell_chosen(teller, key, tunable, effective);
	if (set && wanted->mode == CONFIG_TUNING_KEEP)
		return tell(teller, key, "", "keep", effective, "", &wanted->origin, "");
	if (set)
		return compare(teller, key, "", wanted_word(wanted, tunable, to), effective,
			       &wanted->origin);
	return known ? tell(teller, key, "", "", effective, "", NULL, "kernel") : 0;
}

static int list_tuning(const struct teller *teller)
{
	const struct config *config = teller->manager->config;
	char ceiling[VALUE_SIZE];
	int r = 0;

	for (enum tunable i = 0; i < TUNABLES && !r; i++)
		r = tell_tunable(teller, i);
	snprintf(ceiling, sizeof(ceiling), "%" PRIu32, policy_ceiling(config));
	return r ? r : tell(teller, "tuning.ceiling", "", ceiling, ceiling, "",
			    &config->ceiling_origin, "default");
}

/* The daemon cannot look into other namespaces. */
static int list_namespaces(const struct teller *teller)
{
	const struct config *config = teller->manager->config;
	char key[64], to[VALUE_SIZE];
	int r = 0;

	for (size_t i = 0; i < config->n_namespaces * TUNABLES && !r; i++) {
		const struct config_namespace *space = &config->namespaces[i / TUNABLES];
		const struct config_tuning *wanted = &space->tuning[i % TUNABLES];

		if (!wanted->origin.file)
			continue;
		snprintf(key, sizeof(key), "tuning.namespaces.%s", tunable_key(i % TUNABLES));
		r = tell(teller, key, space->name, wanted_word(wanted, i % TUNABLES, to), "",
			 "a unit for each namespace sets it: systemctl status 'smcd-netns@*'",
			 &wanted->origin, "");
	}
	return r;
}

static bool same_place(const struct config_origin *a, const struct config_origin *b)
{
	return a->file && a->file == b->file && a->line == b->line && a->column == b->column;
}

static const struct config_device *find_named(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->n_devices; i++)
		if (!strcmp(config->devices[i].name, name))
			return &config->devices[i];
	return NULL;
}

/* Whether something of the device is what the rule says. */
static bool is_set_by(const struct config *config, const struct config_rule *rule,
		      const struct registry_device *device)
{
	struct config_device settings;

	return policy_settings(config, find_named(config, device->device.name), &device->device,
			       &settings) &&
	       (same_place(&settings.priority_origin, &rule->set.priority_origin) ||
		same_place(&settings.up_origin, &rule->set.up_origin) ||
		same_place(&settings.pnetid_origin, &rule->set.pnetid_origin));
}

static size_t append(char *text, size_t n, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Returns the new length, below RULE_SIZE. */
static size_t append(char *text, size_t n, const char *format, ...)
{
	va_list ap;
	int more;

	va_start(ap, format);
	more = vsnprintf(text + n, RULE_SIZE - n, format, ap);
	va_end(ap);
	return more < 0 ? n : n + more < RULE_SIZE ? n + more : RULE_SIZE - 1;
}

/* "kind ism-emu, chid 0x0042: priority 1, state down" */
static void describe_rule(const struct config_rule *rule, char text[RULE_SIZE])
{
	const struct config_device *match = &rule->match, *set = &rule->set;
	size_t n = 0;

	text[0] = '\0';
	if (match->kind[0])
		n = append(text, n, "kind %s ", match->kind);
	if (match->name[0])
		n = append(text, n, "name %s ", match->name);
	if (match->chid)
		n = append(text, n, "chid 0x%04x ", match->chid);
	if (match->pnetid[0])
		n = append(text, n, "pnetid %s ", match->pnetid);
	n = append(text, n, "->");
	if (set->has_priority)
		n = append(text, n, " priority %" PRIu32, set->priority);
	if (set->has_up)
		n = append(text, n, " state %s", set->up ? "up" : "down");
	if (set->pnetid[0])
		(void)append(text, n, " pnetid %s", set->pnetid);
}

static int list_rules(const struct teller *teller)
{
	const struct registry *registry = teller->manager->registry;
	const struct config *config = teller->manager->config;
	char name[VALUE_SIZE], effective[VALUE_SIZE + 16], text[RULE_SIZE];
	int r = 0;

	for (size_t i = 0; i < config->n_rules && !r; i++) {
		size_t n = 0;

		for (size_t j = 0; j < registry_count(registry); j++)
			n += is_set_by(config, &config->rules[i], registry_get(registry, j));
		snprintf(name, sizeof(name), "%zu", i + 1);
		snprintf(effective, sizeof(effective), "sets %zu device%s", n, n == 1 ? "" : "s");
		describe_rule(&config->rules[i], text);
		r = tell(teller, "rules", name, text, effective, "", &config->rules[i].origin, "");
	}
	return r;
}

/* The line that gives the kind its priority; NULL: it is built in. */
static const struct config_origin *kind_origin(const struct config *config, const char *kind)
{
	for (size_t i = 0; i < config->n_priorities; i++)
		if (!strcmp(config->priorities[i].kind, kind))
			return &config->priorities[i].origin;
	return NULL;
}

/* In as many hexadecimal digits, or in decimal if that is 0. */
static const char *number_text(uint64_t number, int digits, char text[VALUE_SIZE])
{
	if (digits)
		snprintf(text, VALUE_SIZE, "0x%0*" PRIx64, digits, number);
	else
		snprintf(text, VALUE_SIZE, "%" PRIu64, number);
	return text;
}

static int tell_number(const struct teller *teller, const char *key, const char *name,
		       int digits, uint64_t wanted, const struct smcd_device *present,
		       uint64_t number, const struct config_origin *origin)
{
	char configured[VALUE_SIZE], effective[VALUE_SIZE] = "";

	if (!wanted)
		return 0;
	number_text(wanted, digits, configured);
	if (present)
		number_text(number, digits, effective);
	return compare(teller, key, name, configured, effective, origin);
}

/* The kernel may have the number, but not the place that goes with it. */
static int tell_priority(const struct teller *teller, const struct config_device *settings,
			 const struct smcd_device *present)
{
	const struct config *config = teller->manager->config;
	const struct config_origin *origin = settings->has_priority ? &settings->priority_origin :
					     kind_origin(config, settings->kind);
	char configured[VALUE_SIZE], effective[VALUE_SIZE] = "";

	snprintf(configured, sizeof(configured), "%" PRIu32, policy_priority(config, settings));
	if (!present)
		return compare(teller, "devices.priority", settings->name, configured, "", origin);
	snprintf(effective, sizeof(effective), "%" PRIu32, present->priority);
	if (!present->reason[0])
		return compare(teller, "devices.priority", settings->name, configured, effective,
			       origin);
	return tell(teller, "devices.priority", settings->name, configured, effective,
		    present->reason, origin, "default");
}

static int tell_state(const struct teller *teller, const struct config_device *settings,
		      const struct smcd_device *present)
{
	const char *effective = !present ? "" : present->up ? "up" : "down";

	if (!settings->has_up)
		return 0;
	return compare(teller, "devices.state", settings->name, settings->up ? "up" : "down",
		       effective, &settings->up_origin);
}

static int tell_named(const struct teller *teller, const struct config_device *device,
		      const struct smcd_device *present)
{
	int r;

	r = compare(teller, "devices.kind", device->name, device->kind,
		    present ? present->kind : "", &device->kind_origin);
	if (!r)
		r = tell_number(teller, "devices.chid", device->name, 4, device->chid,
				present, present ? present->chid : 0, &device->chid_origin);
	if (!r)
		r = tell_number(teller, "devices.gid", device->name, 16, device->gid,
				present, present ? present->gid : 0, &device->gid_origin);
	if (!r)
		r = tell_number(teller, "devices.max-dmbs", device->name, 0,
				device->max_dmbs, present, present ? present->max_dmbs : 0,
				&device->origin);
	if (!r)
		r = tell_number(teller, "devices.max-memory", device->name, 0,
				device->max_memory, present, present ? present->max_memory : 0,
				&device->max_memory_origin);
	return r;
}

/* All else of it differs for the same reason. */
static int tell_deleted(const struct teller *teller, const struct config_device *named)
{
	return tell(teller, "devices.kind", named->name, named->kind, "",
		    "it was deleted by hand: the next reload makes it again", &named->kind_origin,
		    "");
}

static int tell_device(const struct teller *teller, const struct config_device *named,
		       const struct smcd_device *present)
{
	struct config_device settings;
	int r = 0;

	if (!policy_settings(teller->manager->config, named, present, &settings))
		return 0;
	if (!present && strings_contain(&teller->manager->deleted, settings.name))
		return tell_deleted(teller, named);
	if (named)
		r = tell_named(teller, named, present);
	if (!r && (named || settings.has_priority))
		r = tell_priority(teller, &settings, present);
	return r ? r : tell_state(teller, &settings, present);
}

static int list_devices(const struct teller *teller)
{
	const struct registry *registry = teller->manager->registry;
	const struct config *config = teller->manager->config;
	int r = 0;

	for (size_t i = 0; i < config->n_devices && !r; i++) {
		const struct registry_device *device = registry_find(registry,
								     config->devices[i].name);

		r = tell_device(teller, &config->devices[i], device ? &device->device : NULL);
	}
	for (size_t i = 0; i < registry_count(registry) && !r; i++) {
		const struct smcd_device *present = &registry_get(registry, i)->device;

		if (!find_named(config, present->name))
			r = tell_device(teller, NULL, present);
	}
	return r;
}

int settings_all(const struct manager *manager, setting_fn fn, void *userdata)
{
	static int (*const lists[])(const struct teller *teller) = {
		list_drift, list_tuning, list_namespaces, list_rules, list_devices,
	};
	const struct teller teller = { manager, fn, userdata };
	int r = list_plugins(&teller);

	if (!r)
		r = list_priorities(&teller);
	if (!r)
		r = settings_identities(manager, fn, userdata);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]) && !r; i++)
		r = lists[i](&teller);
	return r;
}
