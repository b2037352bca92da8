// SPDX-License-Identifier: GPL-2.0-or-later
/* The interface org.smcd1.LinkGroup. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bus.h"
#include "log.h"
#include "manager.h"

#define PATH_FORMAT BUS_LINKGROUPS "/%08" PRIx32

/* One request may ask for many: they are read in one turn of the loop. */
static bool is_fresh(const struct manager *manager)
{
	uint64_t iteration;

	return sd_event_get_iteration(manager->event, &iteration) < 0 ||
	       iteration == manager->linkgroups.iteration ||
	       manager_now() < manager->linkgroups.fresh_until;
}

/* With very many connections this may take long; no caller gets more than a tenth of our time. */
static void read_linkgroups(struct manager *manager)
{
	struct linkgroups *linkgroups = &manager->linkgroups;
	uint64_t start = manager_now();
	struct smc_netlink *netlink;
	int r;

	if (is_fresh(manager))
		return;
	(void)sd_event_get_iteration(manager->event, &linkgroups->iteration);
	linkgroups_clear(linkgroups);
	r = manager_netlink(manager, &netlink);
	if (!r)
		r = linkgroups_read(linkgroups, netlink);
	/* Without smc there are none. */
	if (r < 0 && r != -ENOENT && r != -ENODEV)
		log_warning("the kernel does not tell its link groups: %s", strerror(-r));
	linkgroups->fresh_until = manager_now() + 10 * (manager_now() - start);
}

int bus_linkgroup_find(sd_bus *connection, const char *path, const char *interface,
		       void *userdata, void **ret_found, sd_bus_error *error)
{
	struct manager *manager = userdata;
	const struct smc_linkgroup *found;
	char exact[sizeof(BUS_LINKGROUPS) + 9];
	uint32_t id;

	(void)connection, (void)interface, (void)error;
	if (sscanf(path, BUS_LINKGROUPS "/%8" SCNx32, &id) != 1)
		return 0;
	snprintf(exact, sizeof(exact), PATH_FORMAT, id);
	if (strcmp(path, exact) != 0)
		return 0;
	read_linkgroups(manager);
	found = linkgroups_find(&manager->linkgroups, id);
	if (!found)
		return 0;
	*ret_found = (void *)found;
	return 1;
}

int bus_linkgroup_enumerate(sd_bus *connection, const char *path, void *userdata,
			    char ***ret_nodes, sd_bus_error *error)
{
	struct manager *manager = userdata;
	const struct linkgroups *linkgroups = &manager->linkgroups;
	char **nodes;

	(void)connection, (void)path, (void)error;
	read_linkgroups(manager);
	nodes = calloc(linkgroups->count + 1, sizeof(*nodes));
	if (!nodes)
		return -ENOMEM;
	for (size_t i = 0; i < linkgroups->count; i++) {
		if (asprintf(&nodes[i], PATH_FORMAT, linkgroups->items[i].id) >= 0)
			continue;
		while (i > 0)
			free(nodes[--i]);
		free(nodes);
		return -ENOMEM;
	}
	*ret_nodes = nodes;
	return 0;
}

/* The device of that GID; empty if smcd knows none. */
static int get_device(sd_bus *bus, const char *path, const char *interface, const char *property,
		      sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct manager *manager = sd_bus_slot_get_userdata(sd_bus_get_current_slot(bus));
	const struct smc_linkgroup *linkgroup = userdata;

	(void)path, (void)interface, (void)property, (void)error;
	for (size_t i = 0; i < registry_count(manager->registry); i++) {
		const struct smcd_device *device = &registry_get(manager->registry, i)->device;

		if (device->gid == linkgroup->gid)
			return sd_bus_message_append(reply, "s", device->name);
	}
	return sd_bus_message_append(reply, "s", "");
}

/* @userdata points to the text, as the vtable's offset says. */
static int get_text(sd_bus *bus, const char *path, const char *interface, const char *property,
		    sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "s", (const char *)userdata);
}

static int get_complete(sd_bus *bus, const char *path, const char *interface,
			const char *property, sd_bus_message *reply, void *userdata,
			sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "b", (int)*(const bool *)userdata);
}

static int get_vlan(sd_bus *bus, const char *path, const char *interface, const char *property,
		    sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "q", (uint16_t)*(const uint8_t *)userdata);
}

/* As in net/smc/smc_clc.h, enum for the operating system. */
static int get_os(sd_bus *bus, const char *path, const char *interface, const char *property,
		  sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	static const char *const names[] = { "", "zos", "linux", "aix" };
	uint8_t os = *(const uint8_t *)userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "s",
				     os < sizeof(names) / sizeof(names[0]) ? names[os] : "other");
}

#define PROPERTY(name, type, getter, field)	\
	SD_BUS_PROPERTY(name, type, getter, offsetof(struct smc_linkgroup, field), 0)

const sd_bus_vtable bus_linkgroup_vtable[] = {
	SD_BUS_VTABLE_START(0),
	PROPERTY("ID", "u", NULL, id),
	SD_BUS_PROPERTY("Device", "s", get_device, 0, 0),
	PROPERTY("GID", "t", NULL, gid),
	PROPERTY("PeerGID", "t", NULL, peer_gid),
	PROPERTY("Connections", "u", NULL, connections),
	PROPERTY("Complete", "b", get_complete, complete),
	PROPERTY("CHID", "q", NULL, chid),
	PROPERTY("VLAN", "q", get_vlan, vlan),
	PROPERTY("PNETID", "s", get_text, pnetid),
	PROPERTY("Version", "y", NULL, version),
	PROPERTY("Release", "y", NULL, release),
	PROPERTY("EID", "s", get_text, eid),
	PROPERTY("PeerOS", "s", get_os, peer_os),
	PROPERTY("PeerHostname", "s", get_text, peer_hostname),
	SD_BUS_VTABLE_END
};
