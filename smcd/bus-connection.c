// SPDX-License-Identifier: GPL-2.0-or-later
/* The method ListConnections of org.smcd1.Manager. */
#include <errno.h>
#include <unistd.h>
#include "bus.h"
#include "bus-stream.h"
#include "manager.h"

int bus_method_list_connections(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct manager *manager = userdata;
	struct smc_netlink *netlink;
	int fd, r;

	r = bus_read_options(message, NULL, error);
	if (r < 0)
		return r;
	/* The request makes the kernel load smc_diag, but it must not load smc itself. */
	if (manager_netlink(manager, &netlink) == -ENOENT)
		return sd_bus_error_set(error, BUS_ERROR("NotSupported"),
					"The kernel has no SMC: module smc is not loaded");
	fd = bus_stream_connections(bus_streams(manager), message, error);
	if (fd < 0)
		return fd;
	r = sd_bus_reply_method_return(message, "h", fd);
	close(fd);
	return r;
}
