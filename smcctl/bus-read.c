// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads devices, the daemon's state, counters and reasons out of messages; see bus-read.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "bus-read.h"

/* A property, and the field of a struct that takes it. */
struct property {
	const char *name;
	const char *type;
	size_t offset;
};

#define DEVICE_PROPERTY(name, type, field) { name, type, offsetof(struct device, field) }
#define LINKGROUP_PROPERTY(name, type, field) { name, type, offsetof(struct linkgroup, field) }
#define MANAGER_PROPERTY(name, type, field) { name, type, offsetof(struct manager, field) }

static const struct property device_properties[] = {
	DEVICE_PROPERTY("Name", "s", name),
	DEVICE_PROPERTY("Kind", "s", kind),
	DEVICE_PROPERTY("Plugin", "s", plugin),
	DEVICE_PROPERTY("CHID", "q", chid),
	DEVICE_PROPERTY("GID", "t", gid),
	DEVICE_PROPERTY("Priority", "u", priority),
	DEVICE_PROPERTY("Rank", "u", rank),
	DEVICE_PROPERTY("Reason", "s", reason),
	DEVICE_PROPERTY("State", "s", state),
	DEVICE_PROPERTY("Drain", "s", drain),
	DEVICE_PROPERTY("PNETID", "s", pnetid),
	DEVICE_PROPERTY("FunctionID", "s", function_id),
	DEVICE_PROPERTY("MaxDMBs", "u", max_dmbs),
	DEVICE_PROPERTY("Managed", "b", managed),
	DEVICE_PROPERTY("Connections", "u", connections),
	DEVICE_PROPERTY("DMBs", "u", dmbs),
	DEVICE_PROPERTY("Counters", "a{st}", counters),
	{ NULL, NULL, 0 }
};

static const struct property linkgroup_properties[] = {
	LINKGROUP_PROPERTY("ID", "u", id),
	LINKGROUP_PROPERTY("Device", "s", device),
	LINKGROUP_PROPERTY("GID", "t", gid),
	LINKGROUP_PROPERTY("PeerGID", "t", peer_gid),
	LINKGROUP_PROPERTY("Connections", "u", connections),
	LINKGROUP_PROPERTY("Complete", "b", complete),
	LINKGROUP_PROPERTY("CHID", "q", chid),
	LINKGROUP_PROPERTY("VLAN", "q", vlan),
	LINKGROUP_PROPERTY("PNETID", "s", pnetid),
	LINKGROUP_PROPERTY("Version", "y", version),
	LINKGROUP_PROPERTY("Release", "y", release),
	LINKGROUP_PROPERTY("EID", "s", eid),
	LINKGROUP_PROPERTY("PeerOS", "s", peer_os),
	LINKGROUP_PROPERTY("PeerHostname", "s", peer_hostname),
	{ NULL, NULL, 0 }
};

static const struct property manager_properties[] = {
	MANAGER_PROPERTY("Version", "s", version),
	MANAGER_PROPERTY("ConfigFiles", "as", config_files),
	MANAGER_PROPERTY("ConfigError", "s", config_error),
	MANAGER_PROPERTY("PolicyState", "s", policy_state),
	MANAGER_PROPERTY("PolicyReason", "s", policy_reason),
	MANAGER_PROPERTY("ConfirmDeadline", "t", confirm_deadline),
	MANAGER_PROPERTY("UEIDs", "as", ueids),
	MANAGER_PROPERTY("Plugins", "a{sas}", plugins),	/* and n_plugins */
	MANAGER_PROPERTY("Problems", "as", problems),
	MANAGER_PROPERTY("KernelRelease", "s", kernel_release),
	{ NULL, NULL, 0 }
};

#define STEP_PROPERTY(name, type, field) { name, type, offsetof(struct plan_step, field) }

static const struct property step_properties[] = {
	STEP_PROPERTY("file", "s", file),
	STEP_PROPERTY("line", "u", line),
	STEP_PROPERTY("column", "u", column),
	STEP_PROPERTY("connections", "u", connections),
	{ NULL, NULL, 0 }
};

#define SETTING_PROPERTY(name, type, field) { name, type, offsetof(struct setting, field) }

static const struct property setting_properties[] = {
	SETTING_PROPERTY("who", "s", who),
	SETTING_PROPERTY("reason", "s", reason),
	SETTING_PROPERTY("file", "s", file),
	SETTING_PROPERTY("line", "u", line),
	SETTING_PROPERTY("column", "u", column),
	{ NULL, NULL, 0 }
};

static void list_clear(char ***list)
{
	char **p;

	for (p = *list; p && *p; p++)
		free(*p);
	free(*list);
	*list = NULL;
}

#define list_cleanup __attribute__((cleanup(list_clear)))

/* Puts @text in place of the string *@field; NULL stands for no memory. */
static int replace(char **field, char *text)
{
	if (!text)
		return -ENOMEM;
	free(*field);
	*field = text;
	return 0;
}

static int read_plugin(sd_bus_message *m, struct manager *manager)
{
	list_cleanup char **kinds = NULL;
	struct plugin *plugins;
	const char *name;
	char *copy;
	int r;

	r = sd_bus_message_read_basic(m, 's', &name);
	if (r < 0)
		return r;
	r = sd_bus_message_read_strv(m, &kinds);
	if (r < 0)
		return r;
	plugins = reallocarray(manager->plugins, manager->n_plugins + 1, sizeof(*plugins));
	if (!plugins)
		return -ENOMEM;
	manager->plugins = plugins;
	copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	plugins[manager->n_plugins++] = (struct plugin){ copy, kinds };
	kinds = NULL;
	return sd_bus_message_exit_container(m);
}

static int read_plugins(sd_bus_message *m, struct manager *manager)
{
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{sas}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(m, 'e', "sas")) > 0) {
		r = read_plugin(m, manager);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_list(sd_bus_message *m, char ***field)
{
	char **list;
	int r;

	r = sd_bus_message_read_strv(m, &list);
	if (r < 0)
		return r;
	list_clear(field);
	*field = list;
	return 0;
}

static int read_string(sd_bus_message *m, char **field)
{
	const char *text;
	int r;

	r = sd_bus_message_read_basic(m, 's', &text);
	return r < 0 ? r : replace(field, strdup(text));
}

static int read_bool(sd_bus_message *m, bool *field)
{
	int value, r;

	r = sd_bus_message_read_basic(m, 'b', &value);
	if (r < 0)
		return r;
	*field = value;
	return 0;
}

static int read_value(sd_bus_message *m, const struct property *property, void *base)
{
	void *field = (char *)base + property->offset;

	if (!strcmp(property->type, "a{sas}"))
		return read_plugins(m, base);
	if (!strcmp(property->type, "a{st}"))
		return bus_read_counters(m, field);
	if (!strcmp(property->type, "as"))
		return read_list(m, field);
	if (!strcmp(property->type, "s"))
		return read_string(m, field);
	if (!strcmp(property->type, "b"))
		return read_bool(m, field);
	return sd_bus_message_read_basic(m, property->type[0], field);
}

static int read_property(sd_bus_message *m, const struct property *properties, void *base)
{
	const char *name;
	int r;

	r = sd_bus_message_read_basic(m, 's', &name);
	if (r < 0)
		return r;
	while (properties->name && strcmp(properties->name, name))
		properties++;
	if (!properties->name)		/* of a newer daemon */
		return sd_bus_message_skip(m, "v");
	r = sd_bus_message_enter_container(m, 'v', properties->type);
	if (r < 0)
		return r;
	r = read_value(m, properties, base);
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

/* Reads an a{sv} into the fields at @base that @properties names. */
static int read_properties(sd_bus_message *m, const struct property *properties, void *base)
{
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{sv}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = read_property(m, properties, base);
		if (r < 0)
			return r;
		r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

/* Gives an empty string to each string that was not among the properties. */
static int fill_strings(const struct property *properties, void *base)
{
	for (; properties->name; properties++) {
		char **field = (char **)((char *)base + properties->offset);

		if (!strcmp(properties->type, "s") && !*field && replace(field, strdup("")) < 0)
			return -ENOMEM;
	}
	return 0;
}

int bus_read_counters(sd_bus_message *m, struct counters *counters)
{
	const char *name;
	uint64_t value;
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{st}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_read(m, "{st}", &name, &value)) > 0) {
		r = counters_add(counters, name, value);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

/* What objects are to have, and where it goes. */
struct wanted {
	const char *interface;
	const struct property *properties;
	int (*begin)(void *list, void **ret_base, char ***ret_path);	/* makes room for one */
	void (*undo)(void *list);	/* and takes it away again */
};

/* Reads "a{sa{sv}}", the interfaces of an object; 1: it has that which is wanted. */
static int read_interfaces(sd_bus_message *m, const struct wanted *wanted, void *base)
{
	const char *interface;
	int r, found = 0;

	r = sd_bus_message_enter_container(m, 'a', "{sa{sv}}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(m, 'e', "sa{sv}")) > 0) {
		r = sd_bus_message_read_basic(m, 's', &interface);
		if (r < 0)
			return r;
		if (!strcmp(interface, wanted->interface)) {
			found = 1;
			r = read_properties(m, wanted->properties, base);
		} else {
			r = sd_bus_message_skip(m, "a{sv}");
		}
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	if (r >= 0)
		r = sd_bus_message_exit_container(m);
	return r < 0 ? r : found;
}

/* Reads "oa{sa{sv}}", an object and its interfaces. */
static int add_object(sd_bus_message *m, const struct wanted *wanted, void *list)
{
	const char *path;
	char **to_path;
	void *base;
	int r;

	r = sd_bus_message_read_basic(m, 'o', &path);
	if (r >= 0)
		r = wanted->begin(list, &base, &to_path);
	if (r < 0)
		return r;
	r = read_interfaces(m, wanted, base);
	if (!r)
		wanted->undo(list);
	if (r <= 0)
		return r;
	r = replace(to_path, strdup(path));
	return r < 0 ? r : fill_strings(wanted->properties, base);
}

static int read_objects(sd_bus_message *m, const struct wanted *wanted, void *list)
{
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{oa{sa{sv}}}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(m, 'e', "oa{sa{sv}}")) > 0) {
		r = add_object(m, wanted, list);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int begin_device(void *list, void **ret_base, char ***ret_path)
{
	struct devices *devices = list;
	struct device *longer;

	longer = reallocarray(devices->list, devices->n + 1, sizeof(*longer));
	if (!longer)
		return -ENOMEM;
	devices->list = longer;
	longer[devices->n] = (struct device){};
	*ret_base = &longer[devices->n];
	*ret_path = &longer[devices->n++].path;
	return 0;
}

static void undo_device(void *list)
{
	struct devices *devices = list;

	device_clear(&devices->list[--devices->n]);
}

int bus_read_devices(sd_bus_message *m, struct devices *devices)
{
	static const struct wanted wanted = {
		DEVICE_INTERFACE, device_properties, begin_device, undo_device,
	};

	return read_objects(m, &wanted, devices);
}

static int begin_linkgroup(void *list, void **ret_base, char ***ret_path)
{
	struct linkgroups *linkgroups = list;
	struct linkgroup *longer;

	longer = reallocarray(linkgroups->list, linkgroups->n + 1, sizeof(*longer));
	if (!longer)
		return -ENOMEM;
	linkgroups->list = longer;
	longer[linkgroups->n] = (struct linkgroup){};
	*ret_base = &longer[linkgroups->n];
	*ret_path = &longer[linkgroups->n++].path;
	return 0;
}

static void undo_linkgroup(void *list)
{
	struct linkgroups *linkgroups = list;

	linkgroup_clear(&linkgroups->list[--linkgroups->n]);
}

int bus_read_linkgroups(sd_bus_message *m, struct linkgroups *linkgroups)
{
	static const struct wanted wanted = {
		LINKGROUP_INTERFACE, linkgroup_properties, begin_linkgroup, undo_linkgroup,
	};

	return read_objects(m, &wanted, linkgroups);
}

int bus_read_linkgroup(sd_bus_message *m, struct linkgroup *linkgroup)
{
	int r = read_properties(m, linkgroup_properties, linkgroup);

	return r < 0 ? r : fill_strings(linkgroup_properties, linkgroup);
}

int bus_read_device(sd_bus_message *m, struct device *device)
{
	int r = read_properties(m, device_properties, device);

	return r < 0 ? r : fill_strings(device_properties, device);
}

int bus_read_manager(sd_bus_message *m, struct manager *manager)
{
	int r = read_properties(m, manager_properties, manager);

	return r < 0 ? r : fill_strings(manager_properties, manager);
}

static void fallback_clear(struct fallback *fallback)
{
	free(fallback->name);
	free(fallback->meaning);
	free(fallback->cure);
}

/* The dictionary at the end is for newer daemons to fill. */
static int read_fallback(sd_bus_message *m, struct fallback *fallback)
{
	const char *name, *meaning, *cure;
	int r;

	r = sd_bus_message_read(m, "uttsss", &fallback->code, &fallback->client,
				&fallback->server, &name, &meaning, &cure);
	if (r >= 0)
		r = sd_bus_message_skip(m, "a{sv}");
	if (r >= 0)
		r = replace(&fallback->name, strdup(name));
	if (r >= 0)
		r = replace(&fallback->meaning, strdup(meaning));
	if (r >= 0)
		r = replace(&fallback->cure, strdup(cure));
	return r;
}

static int add_fallback(sd_bus_message *m, struct fallbacks *fallbacks)
{
	struct fallback fallback = {}, *list;
	int r;

	r = read_fallback(m, &fallback);
	list = r < 0 ? NULL : reallocarray(fallbacks->list, fallbacks->n + 1, sizeof(*list));
	if (!list) {
		fallback_clear(&fallback);
		return r < 0 ? r : -ENOMEM;
	}
	fallbacks->list = list;
	list[fallbacks->n++] = fallback;
	return 0;
}

int bus_read_fallbacks(sd_bus_message *m, struct fallbacks *fallbacks)
{
	int r;

	r = sd_bus_message_enter_container(m, 'a', "(uttsssa{sv})");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(m, 'r', "uttsssa{sv}")) > 0) {
		r = add_fallback(m, fallbacks);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

void fallbacks_shorten(struct fallbacks *fallbacks, size_t n)
{
	while (fallbacks->n > n)
		fallback_clear(&fallbacks->list[--fallbacks->n]);
}

void fallbacks_clear(struct fallbacks *fallbacks)
{
	fallbacks_shorten(fallbacks, 0);
	free(fallbacks->list);
	*fallbacks = (struct fallbacks){};
}

static void step_clear(struct plan_step *step)
{
	free(step->verb);
	free(step->target);
	free(step->text);
	free(step->file);
}

static int read_step(sd_bus_message *m, struct plan_step *step)
{
	const char *verb, *target, *text;
	int r;

	r = sd_bus_message_read(m, "sss", &verb, &target, &text);
	if (r >= 0)
		r = replace(&step->verb, strdup(verb));
	if (r >= 0)
		r = replace(&step->target, strdup(target));
	if (r >= 0)
		r = replace(&step->text, strdup(text));
	if (r >= 0)
		r = read_properties(m, step_properties, step);
	return r < 0 ? r : fill_strings(step_properties, step);
}

static int add_step(sd_bus_message *m, struct plan *plan)
{
	struct plan_step step = {}, *steps;
	int r;

	r = read_step(m, &step);
	steps = r < 0 ? NULL : reallocarray(plan->steps, plan->n + 1, sizeof(*steps));
	if (!steps) {
		step_clear(&step);
		return r < 0 ? r : -ENOMEM;
	}
	plan->steps = steps;
	steps[plan->n++] = step;
	return 0;
}

int bus_read_plan(sd_bus_message *m, struct plan *plan)
{
	int r;

	r = sd_bus_message_enter_container(m, 'a', "(sssa{sv})");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(m, 'r', "sssa{sv}")) > 0) {
		r = add_step(m, plan);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	if (r >= 0)
		r = sd_bus_message_exit_container(m);
	return r < 0 ? r : read_list(m, &plan->problems);
}

static void setting_clear(struct setting *setting)
{
	free(setting->key);
	free(setting->name);
	free(setting->configured);
	free(setting->effective);
	free(setting->who);
	free(setting->reason);
	free(setting->file);
}

static int read_setting(sd_bus_message *m, struct setting *setting)
{
	int r = read_string(m, &setting->key);

	if (r >= 0)
		r = read_string(m, &setting->name);
	if (r >= 0)
		r = read_string(m, &setting->configured);
	if (r >= 0)
		r = read_string(m, &setting->effective);
	if (r >= 0)
		r = read_properties(m, setting_properties, setting);
	return r < 0 ? r : fill_strings(setting_properties, setting);
}

static int add_setting(sd_bus_message *m, struct settings *settings)
{
	struct setting setting = {}, *list;
	int r;

	r = read_setting(m, &setting);
	list = r < 0 ? NULL : reallocarray(settings->list, settings->n + 1, sizeof(*list));
	if (!list) {
		setting_clear(&setting);
		return r < 0 ? r : -ENOMEM;
	}
	settings->list = list;
	list[settings->n++] = setting;
	return 0;
}

int bus_read_settings(sd_bus_message *m, struct settings *settings)
{
	int r;

	r = sd_bus_message_enter_container(m, 'a', "(ssssa{sv})");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(m, 'r', "ssssa{sv}")) > 0) {
		r = add_setting(m, settings);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

void settings_clear(struct settings *settings)
{
	size_t i;

	for (i = 0; i < settings->n; i++)
		setting_clear(&settings->list[i]);
	free(settings->list);
	*settings = (struct settings){};
}

void plan_clear(struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->n; i++)
		step_clear(&plan->steps[i]);
	free(plan->steps);
	list_clear(&plan->problems);
	*plan = (struct plan){};
}

void device_clear(struct device *device)
{
	free(device->path);
	free(device->name);
	free(device->kind);
	free(device->plugin);
	free(device->reason);
	free(device->state);
	free(device->drain);
	free(device->pnetid);
	free(device->function_id);
	counters_clear(&device->counters);
	*device = (struct device){};
}

void devices_clear(struct devices *devices)
{
	size_t i;

	for (i = 0; i < devices->n; i++)
		device_clear(&devices->list[i]);
	free(devices->list);
	*devices = (struct devices){};
}

const struct device *device_with_gid(const struct device *devices, size_t n, uint64_t gid)
{
	size_t i;

	for (i = 0; i < n && gid; i++)
		if (devices[i].gid == gid)
			return &devices[i];
	return NULL;
}

void linkgroup_clear(struct linkgroup *linkgroup)
{
	free(linkgroup->path);
	free(linkgroup->device);
	free(linkgroup->pnetid);
	free(linkgroup->eid);
	free(linkgroup->peer_os);
	free(linkgroup->peer_hostname);
	*linkgroup = (struct linkgroup){};
}

void linkgroups_clear(struct linkgroups *linkgroups)
{
	size_t i;

	for (i = 0; i < linkgroups->n; i++)
		linkgroup_clear(&linkgroups->list[i]);
	free(linkgroups->list);
	*linkgroups = (struct linkgroups){};
}

void manager_clear(struct manager *manager)
{
	size_t i;

	for (i = 0; i < manager->n_plugins; i++) {
		free(manager->plugins[i].name);
		list_clear(&manager->plugins[i].kinds);
	}
	free(manager->plugins);
	free(manager->version);
	free(manager->config_error);
	free(manager->kernel_release);
	free(manager->policy_state);
	free(manager->policy_reason);
	list_clear(&manager->config_files);
	list_clear(&manager->ueids);
	list_clear(&manager->problems);
	*manager = (struct manager){};
}
