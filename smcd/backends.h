/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plugins that the configuration asks for: those that run, and those that would not start.
 *
 * A new configuration is tried first: backends_open() starts what it adds, then
 * backends_accept() or backends_reject() follows.
 */
#ifndef SMCD_BACKENDS_H
#define SMCD_BACKENDS_H

#include "config.h"
#include "plugin.h"

struct uevent;

struct backend {
	char *name;
	struct plugin *plugin;		/* NULL: did not start */
	char *problem;			/* in words, why it did not start or cannot be asked; or NULL */
	bool failing;			/* the last enumeration failed */
	bool listed;			/* in the running configuration */
	bool fresh;			/* opened for one that is being tried */
};

struct backends {
	struct plugin_site site;
	struct uevent *uevent;		/* NULL: not yet, or the kernel refuses */
	bool running;			/* a configuration has been taken */
	struct backend *items;
	size_t count;
};

/*
 * -EINVAL with @error->text if @config asks for a plugin that is not in @directory. With @running
 * backends only for one that it adds: at start, or while it is asked for already, a plugin that
 * is not there keeps nothing else from being done.
 */
int backends_check(const char *directory, const struct backends *running,
		   const struct config *config, struct config_error *error);

/*
 * Starts plugins of @config that do not run. One that fails is no error; -ENOMEM is. Then -EINVAL with
 * @error->text if a device's kind is known to none, unless a plugin that did not start may know it.
 */
int backends_open(struct backends *backends, const struct config *config,
		  struct config_error *error);

/*
 * Likewise, but starts nothing and loads no module, so that the new ones can only tell their
 * kinds. backends_reject() has to follow before anything else is done with them.
 */
int backends_peek(struct backends *backends, const struct config *config,
		  struct config_error *error);

void backends_accept(struct backends *backends, const struct config *config);
void backends_reject(struct backends *backends);

/* Closes @backend; @backends->items move up. */
void backends_close(struct backends *backends, struct backend *backend);
void backends_close_all(struct backends *backends);

/* Those that run; NULL if none does. */
struct backend *backends_of_kind(const struct backends *backends, const char *kind);
struct backend *backends_find(const struct backends *backends, const char *name);

/*
 * The kinds whose devices no running plugin can create; the caller frees *@ret_kinds. A kind
 * of a plugin that did not start is not among them.
 */
int backends_fixed_kinds(const struct backends *backends,
			 char (**ret_kinds)[SMCD_KIND_SIZE], size_t *ret_count);

/* True if all that the configuration asks for run and answer: then what is not seen is not there. */
bool backends_complete(const struct backends *backends);

/* Keeps @text, or NULL for none, as the problem of @backend. */
void backend_set_problem(struct backend *backend, const char *text);

#endif
