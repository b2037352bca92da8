// SPDX-License-Identifier: GPL-2.0-or-later
/* Asks smcd without waiting for the answer; see bus-ask.h. */
#include "bus-ask.h"

static const struct {
	const char *interface, *method, *what;
	bool options;			/* the argument is a{sv} */
} questions[BUS_QUESTIONS] = {
	[ASK_OBJECTS] = { OBJECTS_INTERFACE, "GetManagedObjects", "reading the devices", false },
	[ASK_FALLBACKS] = { MANAGER_INTERFACE, "FallbackReasons",
			    "reading the reasons for fallback", true },
	[ASK_CONNECTIONS] = { MANAGER_INTERFACE, "ListConnections", "reading the connections",
			      true },
};

int bus_ask(sd_bus *bus, enum bus_question question, sd_bus_message_handler_t answer,
	    void *userdata, sd_bus_slot **ret_slot)
{
	sd_bus_message *message = NULL;
	int r;

	r = sd_bus_message_new_method_call(bus, &message, SERVICE, MANAGER_PATH,
					   questions[question].interface,
					   questions[question].method);
	if (r >= 0)
		r = sd_bus_message_set_auto_start(message, false);
	if (r >= 0 && questions[question].options)
		r = sd_bus_message_append(message, "a{sv}", 0);
	if (r >= 0)
		r = sd_bus_call_async(bus, ret_slot, message, answer, userdata, 0);
	sd_bus_message_unref(message);
	return r < 0 ? r : 0;
}

int bus_ask_failed(sd_bus_message *reply, enum bus_question question, struct failure *failure)
{
	const sd_bus_error *error = sd_bus_message_get_error(reply);
	int r;

	if (!error)
		return 0;
	r = -sd_bus_error_get_errno(error);
	failure_from_bus(failure, r, error, questions[question].what);
	return r;
}
