// SPDX-License-Identifier: GPL-2.0-or-later
/* The method ListConnections of org.smcd1.Manager. */
#include <errno.h>
#include <string.h>
#include "bus.h"
#include "manager.h"
#include "reason.h"
#include "smc-diag.h"

static const char *mode_name(enum smc_mode mode)
{
	static const char *const names[] = { "none", "smcd", "smcr", "fallback" };

	return names[mode];
}

static const char *reason_name(uint32_t code)
{
	return code ? reason_find(code)->name : "";
}

static int append_connection(const struct smc_connection *connection, void *userdata)
{
	char local[SMC_ADDRESS_SIZE], peer[SMC_ADDRESS_SIZE];
	sd_bus_message *reply = userdata;

	smc_diag_address(&connection->local, connection->local_port, local);
	smc_diag_address(&connection->peer, connection->peer_port, peer);
	return sd_bus_message_append(reply, "(sssususa{sv})", local, peer,
				     mode_name(connection->mode), connection->reason,
				     reason_name(connection->reason), connection->peer_diagnosis,
				     reason_name(connection->peer_diagnosis), 0);
}

int bus_method_list_connections(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	__attribute__((cleanup(sd_bus_message_unrefp))) sd_bus_message *reply = NULL;
	struct manager *manager = userdata;
	struct smc_netlink *netlink;
	int r;

	r = bus_read_options(message, NULL, error);
	if (r >= 0)
		r = sd_bus_message_new_method_return(message, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "(sssususa{sv})");
	if (r < 0)
		return r;
	/* The request makes the kernel load smc_diag, but it must not load smc itself. */
	r = manager_netlink(manager, &netlink);
	if (r == -ENOENT)
		return sd_bus_error_set(error, BUS_ERROR("NotSupported"),
					"The kernel has no SMC: module smc is not loaded");
	if (!r)
		r = smc_diag_dump(append_connection, reply);
	if (r == -ENOENT)
		return sd_bus_error_set(error, BUS_ERROR("NotSupported"),
					"The kernel does not tell of connections: modprobe smc_diag");
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR("Failed"),
					 "The kernel does not tell of connections: %s",
					 strerror(-r));
	r = sd_bus_message_close_container(reply);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}
