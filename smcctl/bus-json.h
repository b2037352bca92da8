/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns properties of D-Bus objects into members of JSON objects, whatever they are. */
#ifndef SMCCTL_BUS_JSON_H
#define SMCCTL_BUS_JSON_H

#include <json-c/json.h>
#include <systemd/sd-bus.h>

#define BUS_JSON_NAME_SIZE 64

/* Fills and returns @ret: the name of a property as JSON has it, "config_files" of ConfigFiles. */
const char *bus_json_name(const char *property, char ret[BUS_JSON_NAME_SIZE]);

/*
 * Reads what is next in @message, an a{sv}, and adds it to @object. Empty text is null, and a
 * GID is text, as elsewhere. 0 or a negative errno.
 */
int bus_json_properties(sd_bus_message *message, struct json_object *object);

#endif
