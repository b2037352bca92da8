// SPDX-License-Identifier: GPL-2.0-or-later
/* The plugins that the configuration asks for: those that run, and those that would not start. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "backends.h"
#include "config-error.h"
#include "log.h"
#include "uevent.h"

struct backend *backends_find(const struct backends *backends, const char *name)
{
	for (size_t i = 0; i < backends->count; i++)
		if (!strcmp(backends->items[i].name, name))
			return &backends->items[i];
	return NULL;
}

int backends_check(const char *directory, const struct backends *running,
		   const struct config *config, struct config_error *error)
{
	if (running && !running->running)
		return 0;
	for (size_t i = 0; i < config->n_plugins; i++) {
		const struct config_name *plugin = &config->plugins[i];

		if (running && backends_find(running, plugin->name))
			continue;
		if (!plugin_exists(directory, plugin->name))
			return config_fail(error, &plugin->origin,
					   "there is no plugin '%s' in %s; correct the name or "
					   "install it", plugin->name, directory);
	}
	return 0;
}

static bool is_listed(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->n_plugins; i++)
		if (!strcmp(config->plugins[i].name, name))
			return true;
	return false;
}

void backend_set_problem(struct backend *backend, const char *text)
{
	char *copy = text ? strdup(text) : NULL;

	/* Without memory the older text stays. */
	if (text && !copy)
		return;
	free(backend->problem);
	backend->problem = copy;
}

static struct backend *add(struct backends *backends, const char *name)
{
	struct backend *items;
	char *copy;

	items = reallocarray(backends->items, backends->count + 1, sizeof(*items));
	if (!items)
		return NULL;
	backends->items = items;
	copy = strdup(name);
	if (!copy)
		return NULL;
	items[backends->count] = (struct backend){ .name = copy };
	return &items[backends->count++];
}

static void open_backend(struct backends *backends, struct backend *backend)
{
	char *problem = NULL;
	int r;

	r = plugin_open(&backends->site, backend->name, &backend->plugin, &problem);
	backend->fresh = true;
	if (r < 0) {
		backend->plugin = NULL;
		backend_set_problem(backend, problem ?: strerror(-r));
	}
	free(problem);
}

/* A backend that is to be closed counts as little as one that is not there. */
static bool kind_is_known(const struct backends *backends, const struct config *config,
			  const char *kind)
{
	for (size_t i = 0; i < backends->count; i++) {
		const struct backend *backend = &backends->items[i];

		if (!is_listed(config, backend->name))
			continue;
		if (!backend->plugin || plugin_has_kind(backend->plugin, kind))
			return true;
	}
	return false;
}

static int check_kinds(const struct backends *backends, const struct config *config,
		       struct config_error *error)
{
	for (size_t i = 0; i < config->n_devices; i++) {
		const struct config_device *device = &config->devices[i];

		if (!kind_is_known(backends, config, device->kind))
			return config_fail(error, &device->kind_origin,
					   "no plugin of 'plugins' knows the kind '%s' of device "
					   "'%s'; correct it or add the plugin", device->kind,
					   device->name);
	}
	for (size_t i = 0; i < config->n_priorities; i++) {
		const struct config_priority *priority = &config->priorities[i];

		if (!kind_is_known(backends, config, priority->kind))
			log_notice("%s:%u:%u: no plugin of 'plugins' knows the kind '%s'; its "
				   "priority is not used", priority->origin.file,
				   priority->origin.line, priority->origin.column, priority->kind);
	}
	return 0;
}

static void on_uevent(const char *subsystem, void *userdata)
{
	const struct backends *backends = userdata;

	for (size_t i = 0; i < backends->count; i++) {
		struct plugin *plugin = backends->items[i].plugin;

		if (plugin && plugin_has_subsystem(plugin, subsystem))
			backends->site.changed(plugin, backends->site.userdata);
	}
}

/* One socket for all plugins. Without it devices that come and go by themselves are seen late. */
static void watch_uevents(struct backends *backends)
{
	int r;

	if (backends->uevent)
		return;
	r = uevent_open(backends->site.event, on_uevent, backends, &backends->uevent);
	if (r < 0)
		log_notice("cannot watch the kernel's uevents: %s: devices that come or go are "
			   "seen with the next reload", strerror(-r));
}

int backends_open(struct backends *backends, const struct config *config,
		  struct config_error *error)
{
	watch_uevents(backends);
	for (size_t i = 0; i < config->n_plugins; i++) {
		struct backend *backend = backends_find(backends, config->plugins[i].name);

		if (backend && backend->plugin) {
			int r = plugin_load_modules(backend->plugin);

			/* Steps that need them fail, and are problems. Here is why. */
			if (r < 0)
				log_warning("%s", plugin_problem(backend->plugin, r));
			continue;
		}
		if (!backend)
			backend = add(backends, config->plugins[i].name);
		if (!backend) {
			snprintf(error->text, sizeof(error->text), "out of memory");
			return -ENOMEM;
		}
		open_backend(backends, backend);
	}
	return check_kinds(backends, config, error);
}

int backends_peek(struct backends *backends, const struct config *config,
		  struct config_error *error)
{
	for (size_t i = 0; i < config->n_plugins; i++) {
		const char *name = config->plugins[i].name;
		struct backend *backend = backends_find(backends, name);

		if (backend && backend->plugin)
			continue;
		if (!backend)
			backend = add(backends, name);
		if (!backend) {
			snprintf(error->text, sizeof(error->text), "out of memory");
			return -ENOMEM;
		}
		backend->fresh = true;
		/* One that is broken may know any kind; what is wrong with it is told at its start. */
		(void)plugin_peek(backends->site.directory, name, &backend->plugin);
	}
	return check_kinds(backends, config, error);
}

void backends_close(struct backends *backends, struct backend *backend)
{
	size_t at = backend - backends->items;

	plugin_close(backend->plugin);
	free(backend->name);
	free(backend->problem);
	backends->count--;
	memmove(backend, backend + 1, (backends->count - at) * sizeof(*backend));
}

void backends_accept(struct backends *backends, const struct config *config)
{
	backends->running = true;
	for (size_t i = backends->count; i-- > 0; ) {
		struct backend *backend = &backends->items[i];

		backend->listed = is_listed(config, backend->name);
		if (backend->fresh && backend->plugin)
			backend_set_problem(backend, NULL);
		backend->fresh = false;
		if (!backend->plugin && !backend->listed)
			backends_close(backends, backend);
	}
}

void backends_reject(struct backends *backends)
{
	for (size_t i = backends->count; i-- > 0; ) {
		struct backend *backend = &backends->items[i];

		if (!backend->fresh)
			continue;
		backend->fresh = false;
		if (!backend->listed) {
			backends_close(backends, backend);
			continue;
		}
		/* It failed before, and is to stay so until a configuration is taken. */
		plugin_close(backend->plugin);
		backend->plugin = NULL;
	}
}

void backends_close_all(struct backends *backends)
{
	while (backends->count)
		backends_close(backends, &backends->items[backends->count - 1]);
	free(backends->items);
	backends->items = NULL;
	uevent_close(backends->uevent);
	backends->uevent = NULL;
}

struct backend *backends_of_kind(const struct backends *backends, const char *kind)
{
	for (size_t i = 0; i < backends->count; i++) {
		struct backend *backend = &backends->items[i];

		if (backend->plugin && plugin_has_kind(backend->plugin, kind))
			return backend;
	}
	return NULL;
}

static size_t count_kinds(const struct plugin *plugin)
{
	size_t count = 0;

	while (plugin_kinds(plugin)[count])
		count++;
	return count;
}

int backends_fixed_kinds(const struct backends *backends,
			 char (**ret_kinds)[SMCD_KIND_SIZE], size_t *ret_count)
{
	char (*kinds)[SMCD_KIND_SIZE] = NULL;
	size_t n = 0;

	for (size_t i = 0; i < backends->count; i++) {
		const struct plugin *plugin = backends->items[i].plugin;
		char (*larger)[SMCD_KIND_SIZE];

		if (!plugin || plugin_can_create(plugin))
			continue;
		larger = reallocarray(kinds, n + count_kinds(plugin) + 1, sizeof(*kinds));
		if (!larger) {
			free(kinds);
			return -ENOMEM;
		}
		kinds = larger;
		for (const char *const *kind = plugin_kinds(plugin); *kind; kind++)
			snprintf(kinds[n++], sizeof(*kinds), "%s", *kind);
	}
	*ret_kinds = kinds;
	*ret_count = n;
	return 0;
}

bool backends_complete(const struct backends *backends)
{
	for (size_t i = 0; i < backends->count; i++)
		if (!backends->items[i].plugin || backends->items[i].failing)
			return false;
	return true;
}
