/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was set by hand, as the text of a drop-in. Pure. */
#ifndef SMCD_OVERRIDE_TEXT_H
#define SMCD_OVERRIDE_TEXT_H

#include "config.h"

/*
 * Writes the devices, further UEIDs, SEID and PNETIDs of @config, which are all that
 * config_is_override() allows, so that config_parse() reads the same. The caller frees *@ret_text,
 * which is empty if there are none. -ENOMEM.
 */
int override_print(const struct config *config, char **ret_text, size_t *ret_size);

#endif
