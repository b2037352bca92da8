/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verbs of "stats" share: the reasons for fallback. */
#ifndef SMCCTL_STATS_H
#define SMCCTL_STATS_H

#include <stdbool.h>
#include <json-c/json.h>
#include "bus-read.h"

/* Two tables, of counts with meanings and of cures; nothing if there are no reasons. */
void stats_print_fallbacks(const struct fallbacks *fallbacks, bool headings);

/* Adds a member "fallback" to @object. */
void stats_fallbacks_json(struct json_object *object, const struct fallbacks *fallbacks);

#endif
