/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verbs that print link groups share. */
#ifndef SMCCTL_LINKGROUP_H
#define SMCCTL_LINKGROUP_H

#include "device.h"

#define LINKGROUP_ID_SIZE 9

/* Fills and returns @ret: "00000100". */
const char *linkgroup_id(const struct linkgroup *linkgroup, char ret[LINKGROUP_ID_SIZE]);

/* Adds all that is known about the link group to @object; what is not known is null. */
void linkgroup_json(struct json_object *object, const struct linkgroup *linkgroup);

#endif
