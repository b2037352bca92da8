/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that list settings share. */
#ifndef SMCD_SETTINGS_LIST_H
#define SMCD_SETTINGS_LIST_H

#include "settings.h"

/* Of a setting that stands at @origin. */
const char *settings_who(const struct config_origin *origin);

/* Why the kernel does not have what stands at @origin, as the last plan found. */
const char *settings_reason(const struct manager *manager, const struct config_origin *origin);

#endif
