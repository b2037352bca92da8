/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of smcctl report that are no verbs; each fills an object or array of JSON. */
#ifndef SMCCTL_REPORT_H
#define SMCCTL_REPORT_H

#include "output.h"

/* Return NULL, or why there is nothing, in words that are constant or live until the next call. */
const char *report_versions(struct json_object *object);
const char *report_modules(struct json_object *array);
const char *report_tuning(struct json_object *object);
const char *report_files(struct json_object *array);

/* The last lines of smcd and of its units; what the kernel says of SMC. */
const char *report_journal(struct json_object *array);
const char *report_kernel_messages(struct json_object *array);

/* Connections, link groups and fallbacks as the kernel has them, whether or not smcd runs. */
const char *report_kernel_connections(struct json_object *array);

#endif
