/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the running policy says, line by line: who wants it, what the kernel has, and why that is
 * something else.
 */
#ifndef SMCD_SETTINGS_H
#define SMCD_SETTINGS_H

#include "manager.h"

struct setting {
	const char *key;		/* where it stands in smcd.yaml: "pnetids.interfaces" */
	const char *name;		/* of what it is about, a UEID or an interface; may be empty */
	const char *configured;		/* as the files say it; empty: they do not */
	const char *effective;		/* as the kernel has it; empty: it has not, or is silent */
	const char *reason;		/* why the two differ; empty if they do not, or for no reason */
	const char *who;		/* "file", "hand", "other", "kernel" or "default", see org.smcd1(5) */
	const struct config_origin *origin;	/* the line; NULL: there is none */
};

/* Takes one, whose strings live no longer; a negative errno ends it all, and is returned. */
typedef int (*setting_fn)(const struct setting *setting, void *userdata);

/* UEIDs, the SEID, and PNETIDs: of the files and of the kernel. */
int settings_identities(const struct manager *manager, setting_fn fn, void *userdata);

/* These, and all else that the files say or that is known of what they could say. */
int settings_all(const struct manager *manager, setting_fn fn, void *userdata);

/* What wants a UEID, as the kernel has it or as it stands in a file; NULL: nothing does. */
const struct config_ueid *settings_find_ueid(const struct manager *manager, const char *ueid);

/* The line that wants exactly that entry of the PNET table; file NULL: none does. */
struct config_origin settings_pnet_origin(const struct manager *manager,
					  const struct pnet_entry *entry);

#endif
