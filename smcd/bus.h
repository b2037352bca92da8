/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The daemon on the system bus: the connection, the name org.smcd1, and what changes are told. */
#ifndef SMCD_BUS_H
#define SMCD_BUS_H

#include <systemd/sd-bus.h>
#include "registry.h"

#define BUS_NAME "org.smcd1"
#define BUS_PATH "/org/smcd1"
#define BUS_DEVICES BUS_PATH "/device"
#define BUS_LINKGROUPS BUS_PATH "/linkgroup"
#define BUS_MANAGER_INTERFACE BUS_NAME ".Manager"
#define BUS_DEVICE_INTERFACE BUS_NAME ".Device"
#define BUS_LINKGROUP_INTERFACE BUS_NAME ".LinkGroup"
#define BUS_ERROR(name) BUS_NAME ".Error." name

struct bus;
struct manager;

/* Properties of the manager that change. */
enum {
	BUS_CONFIG_FILES = 1 << 0,
	BUS_CONFIG_ERROR = 1 << 1,
	BUS_UEIDS        = 1 << 2,
	BUS_PLUGINS      = 1 << 3,
	BUS_PROBLEMS     = 1 << 4,
	BUS_POLICY       = 1 << 5,	/* whether it is confirmed, or an older one */
	BUS_SEID         = 1 << 6,
	BUS_PNETIDS      = 1 << 7,
};

int bus_new(struct manager *manager, struct bus **ret_bus);
void bus_free(struct bus *bus);

/*
 * Connects and takes the name. A bus that is not there is waited for; that is no failure.
 * -EEXIST: another smcd runs; errors have been logged.
 */
int bus_start(struct bus *bus);

/* Tell the bus; @what has BUS_ bits here, and REGISTRY_ bits below. Nothing happens without a bus. */
void bus_manager_changed(struct bus *bus, unsigned int what);
void bus_device_added(struct bus *bus, const struct registry_device *device);
void bus_device_changed(struct bus *bus, const struct registry_device *device, unsigned int what);
void bus_device_removed(struct bus *bus, const struct registry_device *device);

/* What follows is shared between the files of the bus. */

extern const sd_bus_vtable bus_manager_vtable[];
extern const sd_bus_vtable bus_device_vtable[];
extern const sd_bus_vtable bus_linkgroup_vtable[];

/* Finds the device of an object path; an sd_bus_object_find_t, with the manager as @userdata. */
int bus_device_find(sd_bus *connection, const char *path, const char *interface, void *userdata,
		    void **ret_found, sd_bus_error *error);

/* Lists the object paths of all devices; an sd_bus_node_enumerator_t, likewise. */
int bus_device_enumerate(sd_bus *connection, const char *path, void *userdata,
			 char ***ret_nodes, sd_bus_error *error);

/* Likewise of link groups, which are read for this; what was found lives as long as the request. */
int bus_linkgroup_find(sd_bus *connection, const char *path, const char *interface,
		       void *userdata, void **ret_found, sd_bus_error *error);
int bus_linkgroup_enumerate(sd_bus *connection, const char *path, void *userdata,
			    char ***ret_nodes, sd_bus_error *error);

/* The names of the properties of @what, NULL-terminated; room for 16. */
void bus_manager_property_names(unsigned int what, const char *names[16]);
void bus_device_property_names(unsigned int what, const char *names[16]);

/* In files of their own; sd_bus_message_handler_t with the manager as @userdata. */
int bus_method_list_connections(sd_bus_message *message, void *userdata, sd_bus_error *error);
int bus_method_apply(sd_bus_message *message, void *userdata, sd_bus_error *error);
int bus_method_confirm(sd_bus_message *message, void *userdata, sd_bus_error *error);
int bus_method_rollback(sd_bus_message *message, void *userdata, sd_bus_error *error);
int bus_method_verify(sd_bus_message *message, void *userdata, sd_bus_error *error);
int bus_method_dry_run(sd_bus_message *message, void *userdata, sd_bus_error *error);
int bus_method_create_device(sd_bus_message *message, void *userdata, sd_bus_error *error);
int bus_method_settings(sd_bus_message *message, void *userdata, sd_bus_error *error);
int bus_method_identities(sd_bus_message *message, void *userdata, sd_bus_error *error);
int bus_method_add_ueid(sd_bus_message *message, void *userdata, sd_bus_error *error);
int bus_method_delete_ueid(sd_bus_message *message, void *userdata, sd_bus_error *error);
int bus_method_set_seid(sd_bus_message *message, void *userdata, sd_bus_error *error);
int bus_method_add_pnetid(sd_bus_message *message, void *userdata, sd_bus_error *error);
int bus_method_delete_pnetid(sd_bus_message *message, void *userdata, sd_bus_error *error);

/* Likewise, for properties. */
int bus_get_policy_state(sd_bus *bus, const char *path, const char *interface,
			 const char *property, sd_bus_message *reply, void *userdata,
			 sd_bus_error *error);
int bus_get_policy_reason(sd_bus *bus, const char *path, const char *interface,
			  const char *property, sd_bus_message *reply, void *userdata,
			  sd_bus_error *error);

/* Something that not everybody may do. */
struct bus_action {
	const char *id;		/* polkit's, see conf/org.smcd1.policy */
	const char *words;	/* completes "Only root may" */
};

/*
 * Whether the sender of @message may do @action, with @device if it is about one: 0, or a negative
 * error such as AccessDenied. 1: polkit is asked; the handler returns this, and is called anew with
 * the same message when the answer is there. To be called after everything has been checked and
 * before anything is changed. Root may do everything, and needs no polkit.
 */
int bus_authorize(struct manager *manager, sd_bus_message *message,
		  const struct bus_action *action, const char *device, sd_bus_error *error);

/*
 * Sets @error, and returns what a handler is to return. @text may quote what plugins say: it is
 * made printable, for an error that is no UTF-8 would not be sent, and the caller wait for it.
 */
int bus_fail(sd_bus_error *error, const char *name, const char *text);

/* See bus-stream.h. */
struct bus_streams *bus_streams(const struct manager *manager);

struct bus_option {
	const char *name;	/* NULL ends a list */
	const char *type;	/* "b": of a bool; "u": of a uint32_t; "t": of a uint64_t; "s": of a
				 * const char *, whose text lives as long as the message */
	void *value;
};

/*
 * Reads a{sv}. An option has to be one of @known, which may be NULL, and its value goes where
 * that says. Else InvalidArgs names it.
 */
int bus_read_options(sd_bus_message *message, const struct bus_option *known,
		     sd_bus_error *error);

#endif
