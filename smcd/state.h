/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which devices, UEIDs and PNETIDs smcd has made or taken over, and what it has tuned, on disk: so
 * that one that leaves the files is removed from the kernel although the daemon was killed, and what
 * others have tuned is not taken for its own.
 */
#ifndef SMCD_STATE_H
#define SMCD_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include "config.h"

struct state {
	char (*devices)[SMCD_NAME_SIZE];
	size_t n_devices;
	char (*ueids)[UEID_SIZE];	/* unpadded */
	size_t n_ueids;
	struct pnet_entry *pnets;
	size_t n_pnets;
	struct {
		uint32_t now, before;	/* what we set last, and what that was to replace of ours */
	} tuned[TUNABLES];		/* 0, 0: nothing */
};

/* Each takes a name once. 0 or -ENOMEM; -ENAMETOOLONG. */
int state_add_device(struct state *state, const char *name);
int state_add_ueid(struct state *state, const char *ueid);
int state_add_pnet(struct state *state, const struct pnet_entry *pnet);

/* To be called before @value is set, as that may be the last that the daemon does. */
void state_set_tuned(struct state *state, enum tunable tunable, uint32_t value);
bool state_has_tuned(const struct state *state, enum tunable tunable, uint32_t value);

bool state_has_device(const struct state *state, const char *name);
bool state_has_ueid(const struct state *state, const char *ueid);
void state_clear(struct state *state);

/*
 * Reads @path into *@ret_state, which the caller clears. -ENOENT: there is no
 * such file; -EBADMSG: it is none of ours; else what reading it returned.
 */
int state_load(const char *path, struct state *ret_state);

/* Writes @state to @path, atomically, unless the file says the same already. */
int state_save(const char *path, const struct state *state);

#endif
