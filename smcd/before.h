/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a policy on trial changes, and the one before it says nothing of: tuning and the SEID stay
 * as they are when no file names them any longer, so that one has to name them to go back. Pure.
 */
#ifndef SMCD_BEFORE_H
#define SMCD_BEFORE_H

#include "policy.h"

/*
 * Makes a drop-in for @before that names what @next changes of @state; what @before has from such
 * a one already, which is called @file, is in it as well. Returns 1 and *@ret_text, for the
 * caller to free; 0 if there is nothing to add; or -ENOMEM.
 */
int before_describe(const struct config *before, const struct config *next,
		    const struct policy_state *state, const char *file, char **ret_text);

#endif
