// SPDX-License-Identifier: GPL-2.0-or-later
/* Loads device backends and calls them; one that fails never takes the daemon down. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "modules.h"
#include "plugin.h"

#define NAME_MAX_LENGTH 32	/* of a plugin's name */

struct plugin {
	struct smcd_host host;		/* what the plugin sees */
	void *handle;			/* of dlopen() */
	const struct smcd_plugin *ops;
	void *context;			/* the plugin's own */
	bool started;
	plugin_changed_fn changed, grew;
	void *userdata;
	char problem[512];
	char module_problem[256];	/* why an optional module is not there; empty if all are */
};

static struct plugin *from_host(const struct smcd_host *host)
{
	return (struct plugin *)((char *)host - offsetof(struct plugin, host));
}

static void host_changed(const struct smcd_host *host)
{
	struct plugin *plugin = from_host(host);

	plugin->changed(plugin, plugin->userdata);
}

static void host_grew(const struct smcd_host *host)
{
	struct plugin *plugin = from_host(host);

	plugin->grew(plugin, plugin->userdata);
}

__attribute__((format(printf, 2, 3)))
static void host_error(const struct smcd_host *host, const char *format, ...)
{
	struct plugin *plugin = from_host(host);
	va_list args;

	va_start(args, format);
	(void)vsnprintf(plugin->problem, sizeof(plugin->problem), format, args);
	va_end(args);
}

__attribute__((format(printf, 3, 4)))
static int fail(struct plugin *plugin, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(plugin->problem, sizeof(plugin->problem), format, args);
	va_end(args);
	return error;
}

/* Names come from configuration files and must not lead out of the directory. */
static bool name_is_valid(const char *name)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_");

	return length > 0 && length <= NAME_MAX_LENGTH && !name[length] && name[0] != '-';
}

static char *plugin_path(const char *directory, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s.so", directory, name) < 0 ? NULL : path;
}

static void free_string(char **string)
{
	free(*string);
}

bool plugin_exists(const char *directory, const char *name)
{
	char path[PATH_MAX];
	struct stat status;

	if (!name_is_valid(name))
		return false;
	/* Without an allocation: what cannot be found out would be taken for "no". */
	snprintf(path, sizeof(path), "%s/%s.so", directory, name);
	return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* What dlopen() would not see: that code of this file is the administrator's. */
static int check_file(struct plugin *plugin, const char *path, const char *name)
{
	struct stat status;
	int fd, r;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		return fail(plugin, -ENOENT, "plugin %s not found: there is no %s: install it, or "
			    "take it out of 'plugins'", name, path);
	if (fd < 0)
		return fail(plugin, -errno, "plugin %s: cannot open %s: %m", name, path);
	r = fstat(fd, &status) < 0 ? -errno : 0;
	close(fd);
	if (r < 0)
		return fail(plugin, r, "plugin %s: %s: %s", name, path, strerror(-r));
	if (!S_ISREG(status.st_mode))
		return fail(plugin, -ENOEXEC, "plugin %s: %s is not a regular file", name, path);
	if (status.st_mode & S_IWOTH)
		return fail(plugin, -EPERM, "plugin %s: anyone can write to %s: chmod o-w it", name,
			    path);
	return 0;
}

static bool has_valid_kinds(const struct smcd_plugin *ops)
{
	const char *const *kind;

	if (!ops->kinds || !ops->kinds[0])
		return false;
	for (kind = ops->kinds; *kind; kind++)
		if (!**kind || strlen(*kind) >= SMCD_KIND_SIZE)
			return false;
	return true;
}

static int check_ops(struct plugin *plugin, const char *path, const char *name)
{
	const struct smcd_plugin *ops = plugin->ops;

	if (ops->abi != SMCD_PLUGIN_ABI)
		return fail(plugin, -ENOEXEC,
			    "plugin %s: %s has plugin ABI %u, and this smcd wants %u: rebuild it",
			    name, path, ops->abi, SMCD_PLUGIN_ABI);
	if (!ops->name || strcmp(ops->name, name) != 0)
		return fail(plugin, -ENOEXEC, "plugin %s: %s calls itself \"%s\": rename one of them",
			    name, path, ops->name ? ops->name : "");
	if (!has_valid_kinds(ops) || !ops->start || !ops->stop || !ops->enumerate)
		return fail(plugin, -ENOEXEC,
			    "plugin %s: %s is incomplete: kinds, start, stop and enumerate are needed",
			    name, path);
	return 0;
}

static int load_object(struct plugin *plugin, const char *path, const char *name)
{
	plugin->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!plugin->handle)
		return fail(plugin, -ENOEXEC, "plugin %s: cannot load it: %s", name, dlerror());
	plugin->ops = dlsym(plugin->handle, "smcd_plugin");
	if (!plugin->ops)
		return fail(plugin, -ENOEXEC, "plugin %s: %s has no symbol smcd_plugin", name, path);
	return check_ops(plugin, path, name);
}

static int load_modules(struct plugin *plugin, const char *const *modules, bool optional)
{
	int r;

	for (; modules && *modules; modules++) {
		__attribute__((cleanup(free_string))) char *text = NULL;

		r = modules_load(*modules, &text);
		if (r < 0 && !optional)
			return fail(plugin, r, "plugin %s: %s", plugin->ops->name,
				    text ? text : strerror(-r));
		if (r < 0)
			(void)snprintf(plugin->module_problem, sizeof(plugin->module_problem),
				       "%s", text ? text : strerror(-r));
	}
	return 0;
}

int plugin_load_modules(struct plugin *plugin)
{
	int r;

	plugin->module_problem[0] = '\0';
	r = load_modules(plugin, plugin->ops->modules, false);
	if (r >= 0)
		(void)load_modules(plugin, plugin->ops->optional_modules, true);
	return r;
}

static int start(struct plugin *plugin)
{
	int r;

	r = plugin_load_modules(plugin);
	if (r < 0)
		return r;
	r = plugin->ops->start(&plugin->host, &plugin->context);
	if (r < 0 && !plugin->problem[0])
		return fail(plugin, r, "plugin %s: cannot start: %s", plugin->ops->name,
			    strerror(-r));
	plugin->started = r >= 0;
	return r < 0 ? r : 0;
}

static int load_plugin(struct plugin *plugin, const char *directory, const char *name)
{
	__attribute__((cleanup(free_string))) char *path = NULL;
	int r;

	if (!name_is_valid(name))
		return fail(plugin, -ENOENT,
			    "plugin \"%s\": a name has 1 to %d of a-z, 0-9, '_' and, but for the "
			    "first, '-'", name, NAME_MAX_LENGTH);
	path = plugin_path(directory, name);
	if (!path)
		return -ENOMEM;
	r = check_file(plugin, path, name);
	if (r < 0)
		return r;
	return load_object(plugin, path, name);
}

int plugin_open(const struct plugin_site *site, const char *name,
		struct plugin **ret_plugin, char **ret_problem)
{
	struct plugin *plugin;
	int r;

	plugin = calloc(1, sizeof(*plugin));
	if (!plugin) {
		*ret_problem = NULL;
		return -ENOMEM;
	}
	plugin->host.event = sd_event_ref(site->event);
	plugin->host.root = site->root;
	plugin->host.changed = host_changed;
	plugin->host.grew = host_grew;
	plugin->host.error = host_error;
	plugin->changed = site->changed;
	plugin->grew = site->grew;
	plugin->userdata = site->userdata;
	r = load_plugin(plugin, site->directory, name);
	if (r >= 0)
		r = start(plugin);
	if (r < 0) {
		*ret_problem = strdup(plugin_problem(plugin, r));
		plugin_close(plugin);
		return r;
	}
	*ret_plugin = plugin;
	return 0;
}

int plugin_peek(const char *directory, const char *name, struct plugin **ret_plugin)
{
	struct plugin *plugin;
	int r;

	plugin = calloc(1, sizeof(*plugin));
	if (!plugin)
		return -ENOMEM;
	r = load_plugin(plugin, directory, name);
	if (r < 0) {
		plugin_close(plugin);
		return r;
	}
	*ret_plugin = plugin;
	return 0;
}

void plugin_close(struct plugin *plugin)
{
	if (!plugin)
		return;
	if (plugin->started)
		plugin->ops->stop(plugin->context);
	if (plugin->handle)
		dlclose(plugin->handle);
	sd_event_unref(plugin->host.event);
	free(plugin);
}

const char *plugin_name(const struct plugin *plugin)
{
	return plugin->ops->name;
}

const char *const *plugin_kinds(const struct plugin *plugin)
{
	return plugin->ops->kinds;
}

static bool contains(const char *const *list, const char *text)
{
	for (; list && *list; list++)
		if (strcmp(*list, text) == 0)
			return true;
	return false;
}

bool plugin_has_kind(const struct plugin *plugin, const char *kind)
{
	return contains(plugin->ops->kinds, kind);
}

bool plugin_has_subsystem(const struct plugin *plugin, const char *subsystem)
{
	return subsystem ? contains(plugin->ops->subsystems, subsystem) :
			   plugin->ops->subsystems != NULL;
}

bool plugin_can_create(const struct plugin *plugin)
{
	return plugin->ops->create;
}

struct enumeration {
	struct plugin *plugin;
	smcd_device_fn fn;
	void *userdata;
	char (*names)[SMCD_NAME_SIZE];
	size_t count, allocated;
};

static bool device_name_is_valid(const struct smcd_device *device)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._:-";

	return memchr(device->name, 0, sizeof(device->name)) && device->name[0] &&
	       !device->name[strspn(device->name, letters)];
}

/* Keeps what a faulty plugin says away from the daemon. */
static int check_device(struct plugin *plugin, const struct smcd_device *device)
{
	if (!device_name_is_valid(device))
		return fail(plugin, -EPROTO, "plugin %s: it reports a device with a bad name",
			    plugin_name(plugin));
	if (!memchr(device->kind, 0, sizeof(device->kind)) ||
	    !memchr(device->pnetid, 0, sizeof(device->pnetid)) ||
	    !memchr(device->reason, 0, sizeof(device->reason)) ||
	    !memchr(device->instead, 0, sizeof(device->instead)))
		return fail(plugin, -EPROTO, "plugin %s: it reports device %s with a bad text",
			    plugin_name(plugin), device->name);
	if (!plugin_has_kind(plugin, device->kind))
		return fail(plugin, -EPROTO,
			    "plugin %s: it reports device %s of kind %s, which is not its own",
			    plugin_name(plugin), device->name, device->kind);
	return 0;
}

static int keep_name(struct enumeration *enumeration, const char *name)
{
	if (enumeration->count == SMCD_DEVICES_MAX)
		return fail(enumeration->plugin, -EPROTO,
			    "plugin %s: it reports more than %d devices",
			    plugin_name(enumeration->plugin), SMCD_DEVICES_MAX);
	if (enumeration->count == enumeration->allocated) {
		size_t more = enumeration->allocated ? 2 * enumeration->allocated : 16;
		void *larger = reallocarray(enumeration->names, more, SMCD_NAME_SIZE);

		if (!larger)
			return -ENOMEM;
		enumeration->names = larger;
		enumeration->allocated = more;
	}
	strcpy(enumeration->names[enumeration->count++], name);
	return 0;
}

static int take_device(const struct smcd_device *device, void *userdata)
{
	struct enumeration *enumeration = userdata;
	int r;

	r = check_device(enumeration->plugin, device);
	if (r >= 0)
		r = keep_name(enumeration, device->name);
	return r < 0 ? r : enumeration->fn(device, enumeration->userdata);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int check_names(struct enumeration *enumeration)
{
	size_t i;

	if (!enumeration->count)
		return 0;
	qsort(enumeration->names, enumeration->count, SMCD_NAME_SIZE, compare_names);
	for (i = 1; i < enumeration->count; i++)
		if (strcmp(enumeration->names[i - 1], enumeration->names[i]) == 0)
			return fail(enumeration->plugin, -EPROTO,
				    "plugin %s: it reports two devices %s",
				    plugin_name(enumeration->plugin), enumeration->names[i]);
	return 0;
}

int plugin_enumerate(struct plugin *plugin, smcd_device_fn fn, void *userdata)
{
	struct enumeration enumeration = { .plugin = plugin, .fn = fn, .userdata = userdata };
	int r;

	plugin->problem[0] = '\0';
	r = plugin->ops->enumerate(plugin->context, take_device, &enumeration);
	if (r >= 0)
		r = check_names(&enumeration);
	free(enumeration.names);
	return r < 0 ? r : 0;
}

static int not_supported(struct plugin *plugin, const char *what, const char *name)
{
	return fail(plugin, -EOPNOTSUPP, "plugin %s cannot %s device %s", plugin_name(plugin), what,
		    name);
}

/* What a step returned. Without support in the kernel it tells why there is none. */
static int outcome(struct plugin *plugin, int r)
{
	size_t length = strlen(plugin->problem);

	if (r >= 0)
		return 0;
	if (r == -ENODEV && plugin->module_problem[0])
		(void)snprintf(plugin->problem + length, sizeof(plugin->problem) - length,
			       "%s%s", length ? ": " : "", plugin->module_problem);
	return r;
}

int plugin_create(struct plugin *plugin, const struct smcd_wanted *wanted)
{
	plugin->problem[0] = '\0';
	if (!plugin->ops->create)
		return not_supported(plugin, "create", wanted->name);
	return outcome(plugin, plugin->ops->create(plugin->context, wanted));
}

int plugin_delete(struct plugin *plugin, const char *name, bool force)
{
	plugin->problem[0] = '\0';
	if (!plugin->ops->delete)
		return not_supported(plugin, "delete", name);
	return outcome(plugin, plugin->ops->delete(plugin->context, name, force));
}

int plugin_set_up(struct plugin *plugin, const char *name, bool up)
{
	plugin->problem[0] = '\0';
	if (!plugin->ops->set_up)
		return not_supported(plugin, up ? "bring up" : "bring down", name);
	return outcome(plugin, plugin->ops->set_up(plugin->context, name, up));
}

int plugin_set_priority(struct plugin *plugin, const char *name, uint32_t priority)
{
	plugin->problem[0] = '\0';
	if (!plugin->ops->set_priority)
		return not_supported(plugin, "set the priority of", name);
	return outcome(plugin, plugin->ops->set_priority(plugin->context, name, priority));
}

int plugin_drain(struct plugin *plugin, const char *name, uint32_t timeout)
{
	plugin->problem[0] = '\0';
	if (!plugin->ops->drain)
		return not_supported(plugin, "drain", name);
	return outcome(plugin, plugin->ops->drain(plugin->context, name, timeout));
}

const char *plugin_problem(const struct plugin *plugin, int error)
{
	return plugin->problem[0] ? plugin->problem : strerror(error < 0 ? -error : error);
}
