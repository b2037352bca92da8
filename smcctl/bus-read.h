/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What smcctl knows of smcd, and how it is read out of D-Bus messages.
 *
 * Functions return a negative errno when there is no memory (-ENOMEM) or a
 * message is not as org.smcd1 says; properties that are not known are passed over.
 */
#ifndef SMCCTL_BUS_READ_H
#define SMCCTL_BUS_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-bus.h>
#include "counters.h"

#define SERVICE "org.smcd1"
#define MANAGER_PATH "/org/smcd1"
#define OBJECTS_INTERFACE "org.freedesktop.DBus.ObjectManager"
#define MANAGER_INTERFACE "org.smcd1.Manager"
#define DEVICE_INTERFACE "org.smcd1.Device"
#define LINKGROUP_INTERFACE "org.smcd1.LinkGroup"

/* A device; its strings are not NULL. */
struct device {
	char *path;
	char *name, *kind, *plugin, *reason, *state, *drain, *pnetid, *function_id;
	uint16_t chid;
	uint64_t gid;			/* 0: not known */
	uint32_t priority, rank, max_dmbs, connections, dmbs;
	bool managed;
	struct counters counters;
};

struct devices {
	struct device *list;		/* in the order that the kernel proposes them */
	size_t n;
};

/* A link group; its strings are not NULL. */
struct linkgroup {
	char *path;
	char *device, *pnetid, *eid, *peer_os, *peer_hostname;
	uint32_t id, connections;
	uint64_t gid, peer_gid;
	bool complete;			/* else what follows, and pnetid to peer_hostname, are not known */
	uint16_t chid, vlan;
	uint8_t version, release;
};

struct linkgroups {
	struct linkgroup *list;		/* by id */
	size_t n;
};

/* Why connections fell back to TCP, and how often; its strings are not NULL. */
struct fallback {
	uint32_t code;
	uint64_t client, server;
	char *name, *meaning, *cure;
};

struct fallbacks {
	struct fallback *list;		/* the most frequent one first */
	size_t n;
};

struct plugin {
	char *name;
	char **kinds;			/* ends with NULL, or is NULL */
};

/* A step that a reload would take; its strings are not NULL. */
struct plan_step {
	char *verb, *target, *text;
	char *file;			/* of the line that wants it; empty: none does */
	uint32_t line, column;
	uint32_t connections;		/* of a device that is to go */
};

struct plan {
	struct plan_step *steps;
	size_t n;
	char **problems;		/* ends with NULL, or is NULL */
};

/* A line of the policy, or what others made of its sort; its strings are not NULL. */
struct setting {
	char *key, *name, *configured, *effective;
	char *who;			/* "file", "hand", "other" or "kernel" */
	char *reason;			/* why effective is not as configured */
	char *file;			/* of the line; empty: there is none */
	uint32_t line, column;
};

struct settings {
	struct setting *list;
	size_t n;
};

/* The daemon; its strings are not NULL, its lists end with NULL but may be NULL. */
struct manager {
	char *version, *config_error, *kernel_release;
	char *policy_state, *policy_reason;
	uint64_t confirm_deadline;	/* CLOCK_MONOTONIC, us; 0: nothing has to be confirmed */
	char **config_files, **ueids, **problems;
	struct plugin *plugins;
	size_t n_plugins;
};

/*
 * Read what is next in @m into structs of zeros, which the caller clears, also on
 * failure. In turn: a{sv}; a{oa{sa{sv}}}, of which only devices are taken, in no order;
 * likewise for link groups; a{sv}; a{st}; a(uttsssa{sv}); a(sssa{sv})as;
 * a(ssssa{sv}).
 */
int bus_read_device(sd_bus_message *m, struct device *device);
int bus_read_devices(sd_bus_message *m, struct devices *devices);
int bus_read_linkgroup(sd_bus_message *m, struct linkgroup *linkgroup);
int bus_read_linkgroups(sd_bus_message *m, struct linkgroups *linkgroups);
int bus_read_manager(sd_bus_message *m, struct manager *manager);
int bus_read_counters(sd_bus_message *m, struct counters *counters);
int bus_read_fallbacks(sd_bus_message *m, struct fallbacks *fallbacks);
int bus_read_plan(sd_bus_message *m, struct plan *plan);
int bus_read_settings(sd_bus_message *m, struct settings *settings);

/* Of @n devices the one with a GID; NULL if none has it, or if @gid is 0, which stands for none. */
const struct device *device_with_gid(const struct device *devices, size_t n, uint64_t gid);

/* All take structs of zeros too. */
void device_clear(struct device *device);
void devices_clear(struct devices *devices);
void linkgroup_clear(struct linkgroup *linkgroup);
void linkgroups_clear(struct linkgroups *linkgroups);
void manager_clear(struct manager *manager);
void fallbacks_clear(struct fallbacks *fallbacks);
void fallbacks_shorten(struct fallbacks *fallbacks, size_t n);	/* frees those after the first @n */
void plan_clear(struct plan *plan);
void settings_clear(struct settings *settings);

#define device_cleanup __attribute__((cleanup(device_clear)))
#define devices_cleanup __attribute__((cleanup(devices_clear)))
#define linkgroup_cleanup __attribute__((cleanup(linkgroup_clear)))
#define linkgroups_cleanup __attribute__((cleanup(linkgroups_clear)))
#define manager_cleanup __attribute__((cleanup(manager_clear)))
#define fallbacks_cleanup __attribute__((cleanup(fallbacks_clear)))
#define plan_cleanup __attribute__((cleanup(plan_clear)))
#define settings_cleanup __attribute__((cleanup(settings_clear)))

#endif
