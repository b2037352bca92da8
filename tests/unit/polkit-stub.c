// SPDX-License-Identifier: GPL-2.0-or-later
/* For test-daemon.sh: allows everything in polkit's place, and prints what it was asked. */
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-bus.h>

static int check(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const char *action;
	int r;

	(void)userdata, (void)error;
	r = sd_bus_message_skip(message, "(sa{sv})");
	if (r >= 0)
		r = sd_bus_message_read(message, "s", &action);
	if (r < 0)
		return r;
	puts(action);
	fflush(stdout);
	return sd_bus_reply_method_return(message, "(bba{ss})", 1, 0, 0);
}

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("CheckAuthorization", "(sa{sv})sa{ss}us", "(bba{ss})", check,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END
};

int main(void)
{
	sd_bus *bus;
	int r;

	r = sd_bus_open_system(&bus);
	if (r >= 0)
		r = sd_bus_add_object_vtable(bus, NULL, "/org/freedesktop/PolicyKit1/Authority",
					     "org.freedesktop.PolicyKit1.Authority", vtable, NULL);
	if (r >= 0)
		r = sd_bus_request_name(bus, "org.freedesktop.PolicyKit1", 0);
	while (r >= 0) {
		r = sd_bus_process(bus, NULL);
		if (r == 0)
			r = sd_bus_wait(bus, UINT64_MAX);
	}
	return EXIT_FAILURE;
}
