/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verbs that print devices share. */
#ifndef SMCCTL_DEVICE_H
#define SMCCTL_DEVICE_H

#include <json-c/json.h>
#include "bus-client.h"
#include "output.h"
#include "verbs.h"

/* Counters of a device, as org.smcd1.Device names them. */
#define COUNTER_TX_BYTES "tx-bytes"
#define COUNTER_RX_BYTES "rx-bytes"

/* Says @failure on stderr; returns its exit status. */
int device_failed(const struct failure *failure);

/* Says on stderr why there are no devices: the daemon's first problem, if it has one. */
void device_explain_none(sd_bus *bus);

/* Says on stderr what is not as the files say; a policy that was taken may have such problems. */
void problems_print(char *const *problems);

/* A plan as JSON, with its steps and problems. */
void plan_print_json(const struct plan *plan);

/* Cells of the row that is filled. Rank 0 and a GID that is not known print as "-". */
void device_rank_cell(struct output_table *table, const struct device *device);
void device_gid_cell(struct output_table *table, const struct device *device);

/* Prints state, priority, rank and reason of devices, as table or as JSON, for several verbs. */
void device_print_order(const struct command *command, const struct device *devices, size_t n);

/* Adds all that is known about the device to @object. */
void device_json(struct json_object *object, const struct device *device);

/* Adds a member @key with @counters; their names get '_' for '-'. */
void device_counters_json(struct json_object *object, const char *key,
			  const struct counters *counters);

#endif
