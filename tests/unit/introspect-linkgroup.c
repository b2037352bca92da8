// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prints the introspection of an object with the daemon's vtable of org.smcd1.LinkGroup: the daemon
 * itself has such objects only where the kernel has link groups.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <systemd/sd-id128.h>
#include "bus.h"

static void need(int r, const char *what)
{
	if (r >= 0)
		return;
	fprintf(stderr, "%s: %d\n", what, r);
	exit(1);
}

static sd_bus *start(int fd, bool is_server)
{
	sd_bus *bus;

	need(sd_bus_new(&bus), "sd_bus_new");
	need(sd_bus_set_fd(bus, fd, fd), "sd_bus_set_fd");
	need(sd_bus_set_anonymous(bus, true), "sd_bus_set_anonymous");
	if (is_server)
		need(sd_bus_set_server(bus, true, SD_ID128_MAKE(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16)),
		     "sd_bus_set_server");
	need(sd_bus_start(bus), "sd_bus_start");
	return bus;
}

static int print(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const char *text;

	(void)error;
	need(sd_bus_message_read(reply, "s", &text), "the answer");
	puts(text);
	*(bool *)userdata = true;
	return 0;
}

int main(void)
{
	sd_bus *server, *client;
	bool done = false;
	int pair[2];

	need(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), "socketpair");
	server = start(pair[0], true);
	client = start(pair[1], false);
	need(sd_bus_add_object_vtable(server, NULL, "/x", BUS_LINKGROUP_INTERFACE,
				      bus_linkgroup_vtable, NULL), "the vtable");
	need(sd_bus_call_method_async(client, NULL, NULL, "/x",
				      "org.freedesktop.DBus.Introspectable", "Introspect", print,
				      &done, NULL), "the call");
	while (!done) {
		need(sd_bus_process(client, NULL), "the client");
		need(sd_bus_process(server, NULL), "the server");
	}
	sd_bus_close_unref(client);
	sd_bus_close_unref(server);
	return 0;
}
