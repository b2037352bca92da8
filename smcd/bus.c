// SPDX-License-Identifier: GPL-2.0-or-later
/* The connection to the system bus: made, lost and made again; and what all interfaces share. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "bus.h"
#include "bus-polkit.h"
#include "bus-stream.h"
#include "config-error.h"
#include "log.h"
#include "manager.h"

#define RETRY_INTERVAL 1000000		/* us */
#define OPTION_NAME_SIZE 64		/* longer ones are not repeated in errors */
#define NAME_TIMEOUT 5000000		/* us: how long the start waits for the name */

struct bus {
	struct manager *manager;
	sd_bus *connection;		/* NULL while there is none */
	struct bus_polkit *polkit;
	struct bus_streams *streams;
	sd_event_source *retry;
	int name_result;		/* 1: asked for; 0: ours; else why not */
	bool starting;
	sd_bus_message **early;		/* calls that came meanwhile */
	size_t early_count;
	bool told;			/* of the missing bus, once */
};

static int connect_bus(struct bus *bus);

static int on_retry(sd_event_source *source, uint64_t usec, void *userdata);

static int retry_later(struct bus *bus)
{
	sd_event *event = bus->manager->event;
	int r;

	if (!bus->retry)
		r = sd_event_add_time_relative(event, &bus->retry, CLOCK_MONOTONIC,
					       RETRY_INTERVAL, 0, on_retry, bus);
	else
		r = sd_event_source_set_time_relative(bus->retry, RETRY_INTERVAL);
	if (r >= 0)
		r = sd_event_source_set_enabled(bus->retry, SD_EVENT_ONESHOT);
	if (r < 0)
		log_error("cannot set a timer to reach the system bus: %s", strerror(-r));
	return r < 0 ? r : 0;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct bus *bus = userdata;
	int r;

	(void)source;
	(void)usec;
	bus_polkit_forget(bus->polkit);
	bus->connection = sd_bus_flush_close_unref(bus->connection);
	r = connect_bus(bus);
	if (r < 0) {
		if (!bus->told)
			log_notice("cannot reach the system bus, trying again: %s", strerror(-r));
		bus->told = true;
		return retry_later(bus);
	}
	return 0;
}

static int on_disconnected(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct bus *bus = userdata;

	(void)message;
	(void)error;
	log_notice("the system bus has gone, trying again every second");
	bus->told = true;
	if (bus->name_result == 1)
		bus->name_result = -ECONNRESET;
	return retry_later(bus);
}

/* What the answer to RequestName says: 0 or an error. */
static int name_result(sd_bus_message *reply)
{
	uint32_t code;
	int r;

	if (sd_bus_message_is_method_error(reply, NULL)) {
		const sd_bus_error *error = sd_bus_message_get_error(reply);

		r = -sd_bus_message_get_errno(reply);
		log_error("cannot take the name " BUS_NAME " on the system bus: %s; is the policy "
			  "org.smcd1.conf installed, and smcd run by root?",
			  error->message ?: error->name);
		return r ?: -EACCES;
	}
	r = sd_bus_message_read(reply, "u", &code);
	if (r < 0)
		return r;
	if (code == 1 || code == 4)	/* primary owner; already owner */
		return 0;
	log_error("the name " BUS_NAME " has an owner: another smcd runs, see systemctl status "
		  "smcd");
	return -EEXIST;
}

static int on_name(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct bus *bus = userdata;

	(void)error;
	bus->name_result = name_result(reply);
	if (bus->starting)
		return 0;
	if (bus->name_result == -EEXIST)
		return sd_event_exit(bus->manager->event, bus->name_result);
	if (bus->name_result < 0)
		return retry_later(bus);
	if (bus->told)
		log_notice("on the system bus again");
	bus->told = false;
	return 0;
}

/*
 * Who calls a daemon that D-Bus has to start has the call delivered even before the answer about the
 * name, when nothing is known about devices yet. A filter that keeps it until the start is over.
 */
static int keep_early(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct bus *bus = userdata;
	sd_bus_message **longer;

	(void)error;
	if (!bus->starting || !sd_bus_message_is_method_call(message, NULL, NULL))
		return 0;
	longer = reallocarray(bus->early, bus->early_count + 1, sizeof(*longer));
	if (!longer)
		return -ENOMEM;
	bus->early = longer;
	longer[bus->early_count++] = sd_bus_message_ref(message);
	return 1;
}

/* Without a connection nobody waits for an answer any more. */
static void release_early(struct bus *bus)
{
	for (size_t i = 0; i < bus->early_count; i++) {
		if (bus->connection)
			(void)sd_bus_enqueue_for_read(bus->connection, bus->early[i]);
		sd_bus_message_unref(bus->early[i]);
	}
	free(bus->early);
	bus->early = NULL;
	bus->early_count = 0;
}

static int add_objects(struct bus *bus, sd_bus *connection)
{
	struct manager *manager = bus->manager;
	int r;

	r = sd_bus_add_filter(connection, NULL, keep_early, bus);
	if (r >= 0)
		r = sd_bus_add_object_manager(connection, NULL, BUS_PATH);
	if (r >= 0)
		r = sd_bus_add_object_vtable(connection, NULL, BUS_PATH, BUS_MANAGER_INTERFACE,
					     bus_manager_vtable, manager);
	if (r >= 0)
		r = sd_bus_add_fallback_vtable(connection, NULL, BUS_DEVICES, BUS_DEVICE_INTERFACE,
					       bus_device_vtable, bus_device_find, manager);
	if (r >= 0)
		r = sd_bus_add_node_enumerator(connection, NULL, BUS_DEVICES,
					       bus_device_enumerate, manager);
	if (r >= 0)
		r = sd_bus_add_fallback_vtable(connection, NULL, BUS_LINKGROUPS,
					       BUS_LINKGROUP_INTERFACE, bus_linkgroup_vtable,
					       bus_linkgroup_find, manager);
	if (r >= 0)
		r = sd_bus_add_node_enumerator(connection, NULL, BUS_LINKGROUPS,
					       bus_linkgroup_enumerate, manager);
	return r < 0 ? r : 0;
}

static int connect_bus(struct bus *bus)
{
	__attribute__((cleanup(sd_bus_flush_close_unrefp))) sd_bus *connection = NULL;
	int r;

	r = sd_bus_open_system_with_description(&connection, "smcd");
	if (r >= 0)
		r = sd_bus_attach_event(connection, bus->manager->event, SD_EVENT_PRIORITY_NORMAL);
	if (r >= 0)
		r = sd_bus_match_signal_async(connection, NULL, "org.freedesktop.DBus.Local",
					      "/org/freedesktop/DBus/Local",
					      "org.freedesktop.DBus.Local", "Disconnected",
					      on_disconnected, NULL, bus);
	if (r >= 0)
		r = add_objects(bus, connection);
	if (r >= 0)
		r = sd_bus_request_name_async(connection, NULL, BUS_NAME, 0, on_name, bus);
	if (r < 0)
		return r;
	bus->name_result = 1;
	bus->connection = connection;
	connection = NULL;
	return 0;
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * UINT64_C(1000000) + ts.tv_nsec / 1000;
}

/* Only the start waits, for nothing may happen to the kernel while another smcd runs. */
static int wait_for_name(struct bus *bus)
{
	uint64_t deadline = now() + NAME_TIMEOUT;

	while (bus->name_result == 1) {
		uint64_t t = now();
		int r = sd_bus_process(bus->connection, NULL);

		if (r > 0)
			continue;
		if (r < 0 || t >= deadline)
			return r < 0 ? r : -ETIMEDOUT;
		r = sd_bus_wait(bus->connection, deadline - t);
		if (r < 0)
			return r;
	}
	return bus->name_result;
}

static bool is_connection_loss(int r)
{
	return r == -ECONNRESET || r == -ENOTCONN || r == -ETIMEDOUT || r == -EPIPE;
}

int bus_start(struct bus *bus)
{
	int r;

	bus->starting = true;
	r = connect_bus(bus);
	if (!r)
		r = wait_for_name(bus);
	else
		r = -ENOTCONN;
	bus->starting = false;
	release_early(bus);
	if (!r || !is_connection_loss(r))
		return r;
	bus->connection = sd_bus_flush_close_unref(bus->connection);
	log_notice("cannot reach the system bus, trying again every second: "
		   "smcctl does not work until then");
	bus->told = true;
	return retry_later(bus);
}

int bus_new(struct manager *manager, struct bus **ret_bus)
{
	struct bus *bus = calloc(1, sizeof(*bus));

	if (!bus)
		return -ENOMEM;
	if (bus_polkit_new(&bus->polkit) < 0 ||
	    bus_streams_new(manager->event, &bus->streams) < 0) {
		bus_free(bus);
		return -ENOMEM;
	}
	bus->manager = manager;
	*ret_bus = bus;
	return 0;
}

void bus_free(struct bus *bus)
{
	if (!bus)
		return;
	bus_polkit_free(bus->polkit);
	bus_streams_free(bus->streams);
	sd_event_source_disable_unref(bus->retry);
	sd_bus_flush_close_unref(bus->connection);
	free(bus);
}

static bool is_usable(const struct bus *bus)
{
	return bus && bus->connection && sd_bus_is_open(bus->connection) > 0;
}

/* A signal that is lost with the connection is no matter: clients start anew, too. */
static void check_sent(int r, const char *what)
{
	if (r < 0 && !is_connection_loss(r))
		log_warning("cannot tell the system bus of %s: %s", what, strerror(-r));
}

void bus_manager_changed(struct bus *bus, unsigned int what)
{
	const char *names[16];

	if (!is_usable(bus))
		return;
	bus_manager_property_names(what, names);
	if (names[0])
		check_sent(sd_bus_emit_properties_changed_strv(bus->connection, BUS_PATH,
							       BUS_MANAGER_INTERFACE,
							       (char **)names),
			   "a change of the daemon");
}

static char *device_path(const struct registry_device *device)
{
	char *path;

	return sd_bus_path_encode(BUS_DEVICES, device->device.name, &path) < 0 ? NULL : path;
}

void bus_device_added(struct bus *bus, const struct registry_device *device)
{
	char *path = is_usable(bus) ? device_path(device) : NULL;

	if (path)
		check_sent(sd_bus_emit_object_added(bus->connection, path), "a new device");
	free(path);
}

void bus_device_removed(struct bus *bus, const struct registry_device *device)
{
	char *path = is_usable(bus) ? device_path(device) : NULL;

	if (path)
		check_sent(sd_bus_emit_object_removed(bus->connection, path), "a removed device");
	free(path);
}

void bus_device_changed(struct bus *bus, const struct registry_device *device, unsigned int what)
{
	char *path = is_usable(bus) ? device_path(device) : NULL;
	const char *names[16];

	bus_device_property_names(what, names);
	if (path && names[0])
		check_sent(sd_bus_emit_properties_changed_strv(bus->connection, path,
							       BUS_DEVICE_INTERFACE,
							       (char **)names),
			   "a changed device");
	if (path && what & (REGISTRY_DRAIN | REGISTRY_DRAINED))
		check_sent(sd_bus_emit_signal(bus->connection, path, BUS_DEVICE_INTERFACE,
					      "DrainProgress", "us", device->device.connections,
					      registry_drain(&device->device)),
			   "a drain");
	free(path);
}

int bus_authorize(struct manager *manager, sd_bus_message *message,
		  const struct bus_action *action, const char *device, sd_bus_error *error)
{
	return bus_polkit_authorize(manager->bus->polkit, message, action, device, error);
}

int bus_fail(sd_bus_error *error, const char *name, const char *text)
{
	char *copy = strdup(text);
	int r;

	if (!copy)
		return -ENOMEM;
	config_make_printable(copy);
	r = sd_bus_error_set(error, name, copy);
	free(copy);
	return r;
}

struct bus_streams *bus_streams(const struct manager *manager)
{
	return manager->bus->streams;
}

static int read_value(sd_bus_message *message, const struct bus_option *option)
{
	int boolean, r;

	if (*option->type != 'b')
		return sd_bus_message_read(message, "v", option->type, option->value);
	r = sd_bus_message_read(message, "v", "b", &boolean);
	if (r >= 0)
		*(bool *)option->value = boolean;
	return r;
}

static const char *type_words(char type)
{
	switch (type) {
	case 'u':
		return "a number, of type u";
	case 't':
		return "a number, of type t";
	case 's':
		return "a text";
	default:
		return "a boolean";
	}
}

/* @seen has a bit for each of @known: nobody has a reason to say an option twice. */
static int read_option(sd_bus_message *message, const char *name,
		       const struct bus_option *known, unsigned int *seen, sd_bus_error *error)
{
	const char *contents;
	unsigned int bit = 1;
	char type;
	int r;

	for (; known && known->name; known++, bit <<= 1) {
		if (strcmp(known->name, name) != 0)
			continue;
		if (*seen & bit)
			return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
						 "Option '%s' is there twice", name);
		*seen |= bit;
		r = sd_bus_message_peek_type(message, &type, &contents);
		if (r < 0)
			return r;
		if (strcmp(contents, known->type) != 0)
			return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
						 "Option '%s' is %s", name,
						 type_words(*known->type));
		return read_value(message, known);
	}
	return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS, "Unknown option '%s'",
				 strlen(name) < OPTION_NAME_SIZE ? name : "...");
}

int bus_read_options(sd_bus_message *message, const struct bus_option *known,
		     sd_bus_error *error)
{
	unsigned int seen = 0;
	int r;

	r = sd_bus_message_enter_container(message, 'a', "{sv}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
		const char *name;

		r = sd_bus_message_read(message, "s", &name);
		if (r >= 0)
			r = read_option(message, name, known, &seen, error);
		if (r >= 0)
			r = sd_bus_message_exit_container(message);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	return sd_bus_message_exit_container(message);
}
