/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of smcctl doctor share. */
#ifndef SMCCTL_DOCTOR_H
#define SMCCTL_DOCTOR_H

#include "facts.h"
#include "output.h"
#include "verbs.h"

/* Gathers what it takes to tell devices by their GIDs. */
void doctor_gather_devices(struct facts *facts);

/* Adds a member @key that says how one end sees a connection. */
void doctor_view_json(struct json_object *object, const char *key, const struct probe_view *view);

/* Serves clients, until a signal ends it; returns an enum exit_status. */
int doctor_serve(const struct command *command, struct facts *facts);

#endif
