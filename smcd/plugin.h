/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads device backends and calls them; one that fails never takes the daemon down. */
#ifndef SMCD_PLUGIN_LOADER_H
#define SMCD_PLUGIN_LOADER_H

#include "smcd-plugin.h"

struct plugin;

typedef void (*plugin_changed_fn)(struct plugin *plugin, void *userdata);

/* Where plugins live and what they work with; what it points to outlives them. */
struct plugin_site {
	const char *directory;
	const char *root;		/* before the paths of files; "" for the real ones */
	sd_event *event;
	plugin_changed_fn changed;	/* called when devices of a plugin may have changed */
	plugin_changed_fn grew;		/* called when their buffers have grown */
	void *userdata;			/* of both */
};

/*
 * Opens @name.so at @site, checks its ABI and its name, loads its kernel
 * modules and starts it. On failure *@ret_problem, if there is memory for it, is a message
 * in words that the caller frees. -ENOENT: no such plugin; -ENOEXEC: not a
 * plugin, or of another ABI; else what start() or loading a module returned.
 */
int plugin_open(const struct plugin_site *site, const char *name,
		struct plugin **ret_plugin, char **ret_problem);

/*
 * Opens it likewise, but neither loads a module nor starts it: it can tell its name and its
 * kinds, and be closed.
 */
int plugin_peek(const char *directory, const char *name, struct plugin **ret_plugin);

/* True if @directory holds a plugin of that name; used to check configurations without loading. */
bool plugin_exists(const char *directory, const char *name);

void plugin_close(struct plugin *plugin);

/* Loads those of its kernel modules that have been unloaded since; see plugin_problem(). */
int plugin_load_modules(struct plugin *plugin);

const char *plugin_name(const struct plugin *plugin);
const char *const *plugin_kinds(const struct plugin *plugin);
bool plugin_has_kind(const struct plugin *plugin, const char *kind);

/* True if uevents of @subsystem concern it; NULL: of some subsystem. */
bool plugin_has_subsystem(const struct plugin *plugin, const char *subsystem);

/* False of backends for hardware: their devices are there, or they are not. */
bool plugin_can_create(const struct plugin *plugin);

/* The contract's calls; -EOPNOTSUPP for a step that the plugin does not have. */
int plugin_enumerate(struct plugin *plugin, smcd_device_fn fn, void *userdata);
int plugin_create(struct plugin *plugin, const struct smcd_wanted *wanted);
int plugin_delete(struct plugin *plugin, const char *name, bool force);
int plugin_set_up(struct plugin *plugin, const char *name, bool up);
int plugin_set_priority(struct plugin *plugin, const char *name, uint32_t priority);
int plugin_drain(struct plugin *plugin, const char *name, uint32_t timeout);

/* What the plugin said in words about the last failed call, else strerror() of @error. */
const char *plugin_problem(const struct plugin *plugin, int error);

#endif
