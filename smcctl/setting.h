/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verbs that show or change lines of the policy share. */
#ifndef SMCCTL_SETTING_H
#define SMCCTL_SETTING_H

#include <json-c/json.h>
#include "bus-client.h"
#include "output.h"
#include "verbs.h"

/* "/etc/smcd/smcd.yaml:3", "by hand", "others" or "-": the cell of the row that is filled. */
void setting_origin_cell(struct output_table *table, const struct setting *setting);

/* Adds who, file, line, column and reason to @object. */
void setting_origin_json(struct json_object *object, const struct setting *setting);

/* Says that @what, "UEID X", was @done, and for how long; as JSON, with @key and @value. */
void setting_print_change(const struct command *command, const char *key, const char *value,
			  const char *done);

#endif
