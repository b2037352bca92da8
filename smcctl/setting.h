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

/*
 * Shows what @read gives, as JSON or as a table, as @command wants it. Returns an enum
 * exit_status, and has said what failed.
 */
int setting_show(const struct command *command,
		 int (*read)(sd_bus *bus, struct settings *ret_settings, struct failure *failure),
		 void (*print_json)(const struct settings *settings),
		 void (*print_table)(const struct settings *settings, bool headings));

/* Says that @what, "UEID X", was @done, and for how long; as JSON, with @key and @value. */
void setting_print_change(const struct command *command, const char *key, const char *value,
			  const char *done);

#endif
