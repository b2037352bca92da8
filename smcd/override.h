/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was set by hand, over D-Bus, as drop-ins: /run/smcd/smcd.d/95-smcctl.yaml until the next
 * boot, /etc/smcd/smcd.d/90-smcctl.yaml for good.
 */
#ifndef SMCD_OVERRIDE_H
#define SMCD_OVERRIDE_H

#include <stdbool.h>
#include <stdint.h>
#include "config.h"

enum override_what {
	OVERRIDE_PRIORITY,		/* of device */
	OVERRIDE_STATE,			/* of device: up */
	OVERRIDE_DEVICE,		/* a whole one: wanted, whose name is device */
	OVERRIDE_UEID,			/* ueid */
	OVERRIDE_SEID,			/* seid */
	OVERRIDE_PNET,			/* pnet */
};

struct override_request {
	enum override_what what;
	const char *device;
	const char *kind;		/* written along if not empty: no other file tells it */
	uint32_t priority;
	bool up;
	const struct config_device *wanted;
	const char *ueid;
	enum config_seid seid;
	const struct pnet_entry *pnet;
	bool save;			/* in /etc, and no longer in /run */
	bool remove;			/* it is taken out: of /run, and with @save of /etc as well */
};

/* What the files were before, to be put back if the new policy is no good. */
struct override_undo;

/*
 * Writes the override below @root ("" for the real files), or takes it out; what else the files
 * override stays. Each file is replaced atomically. On failure nothing has
 * changed, and @error->text says which file cannot be written and why. The
 * caller frees *@ret_undo.
 */
int override_set(const char *root, const struct override_request *request,
		 struct override_undo **ret_undo, struct config_error *error);

/*
 * Removes all that the files override for @device. 0, also if that is nothing; on failure
 * @error->text says which file cannot be written and why.
 */
int override_forget(const char *root, const char *device, struct config_error *error);

/* Puts back what override_set() has changed. */
int override_undo(const struct override_undo *undo);

void override_undo_free(struct override_undo *undo);

#endif
