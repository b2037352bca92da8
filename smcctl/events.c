// SPDX-License-Identifier: GPL-2.0-or-later
/* Events of smcd; see events.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "bus-json.h"
#include "events.h"
#include "linkgroup.h"
#include "output.h"

#define DEVICES MANAGER_PATH "/device"

struct events {
	sd_bus *bus;
	sd_event_source *timer;
	uint64_t interval;
	events_fn fn;
	void *userdata;
	bool running;			/* smcd is on the bus */
	bool polled;			/* what follows has been read since then */
	struct linkgroups linkgroups;
	struct fallbacks fallbacks;
};

static struct json_object *new_event(const char *kind)
{
	struct json_object *event = output_json_new();
	char text[OUTPUT_TIME_SIZE];

	output_json_text(event, "time", output_time(text));
	output_json_text(event, "event", kind);
	return event;
}

static void send_event(struct events *events, struct json_object *event)
{
	events->fn(event, events->userdata);
	json_object_put(event);
}

/* An event about the device at @path; NULL if there is none there. */
static struct json_object *new_device_event(const char *kind, const char *path)
{
	struct json_object *event;
	char *name;

	if (sd_bus_path_decode(path, DEVICES, &name) <= 0)
		return NULL;
	event = new_event(kind);
	output_json_text(event, "device", name);
	free(name);
	return event;
}

/* Sends @event with the properties that follow in @message, if there are any. */
static int send_properties(struct events *events, struct json_object *event,
			   sd_bus_message *message)
{
	int before = json_object_object_length(event), r;

	r = bus_json_properties(message, event);
	/* A device's name is there already, and what changes all the time is for others to watch. */
	json_object_object_del(event, "name");
	json_object_object_del(event, "counters");
	json_object_object_del(event, "connections");
	json_object_object_del(event, "dmbs");
	if (r >= 0 && json_object_object_length(event) > before)
		send_event(events, event);
	else
		json_object_put(event);
	return r;
}

static int on_changed(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct json_object *event = NULL;
	const char *interface;
	int r;

	(void)error;
	r = sd_bus_message_read_basic(message, 's', &interface);
	if (r < 0)
		return r;
	if (!strcmp(interface, DEVICE_INTERFACE))
		event = new_device_event("device-changed", sd_bus_message_get_path(message));
	else if (!strcmp(interface, MANAGER_INTERFACE))
		event = new_event("policy-changed");
	return event ? send_properties(userdata, event, message) : 0;
}

/* Of an object's interfaces, only that of devices has something to tell. */
static int on_added(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const char *path, *interface;
	struct json_object *event;
	int r;

	(void)error;
	r = sd_bus_message_read_basic(message, 'o', &path);
	if (r >= 0)
		r = sd_bus_message_enter_container(message, 'a', "{sa{sv}}");
	while (r >= 0 && (r = sd_bus_message_enter_container(message, 'e', "sa{sv}")) > 0) {
		r = sd_bus_message_read_basic(message, 's', &interface);
		if (r < 0)
			break;
		event = strcmp(interface, DEVICE_INTERFACE) ? NULL :
			new_device_event("device-added", path);
		r = event ? send_properties(userdata, event, message) :
			    sd_bus_message_skip(message, "a{sv}");
		if (r >= 0)
			r = sd_bus_message_exit_container(message);
	}
	return r;
}

static int on_removed(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct json_object *event;
	const char *path;
	int r;

	(void)error;
	r = sd_bus_message_read_basic(message, 'o', &path);
	if (r < 0)
		return r;
	event = new_device_event("device-removed", path);
	if (event)
		send_event(userdata, event);
	return 0;
}

static int on_drain(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct json_object *event;
	uint32_t connections;
	const char *drain;
	int r;

	(void)error;
	r = sd_bus_message_read(message, "us", &connections, &drain);
	if (r < 0)
		return r;
	event = new_device_event("drain-progress", sd_bus_message_get_path(message));
	if (!event)
		return 0;
	output_json_number(event, "connections", connections);
	output_json_text(event, "drain", drain);
	send_event(userdata, event);
	return 0;
}

static void forget(struct events *events)
{
	events->polled = false;
	linkgroups_clear(&events->linkgroups);
	fallbacks_clear(&events->fallbacks);
}

static int on_owner(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct events *events = userdata;
	const char *name, *before, *after;
	int r;

	(void)error;
	r = sd_bus_message_read(message, "sss", &name, &before, &after);
	if (r < 0)
		return r;
	if (*before) {
		events->running = false;
		send_event(events, new_event("smcd-stopped"));
	}
	if (*after) {
		forget(events);
		events->running = true;
		send_event(events, new_event("smcd-started"));
	}
	return 0;
}

static const struct linkgroup *find_linkgroup(const struct linkgroups *linkgroups, uint32_t id)
{
	size_t i;

	for (i = 0; i < linkgroups->n; i++)
		if (linkgroups->list[i].id == id)
			return &linkgroups->list[i];
	return NULL;
}

/* An event for each of @some that is not among @others. */
static void compare_linkgroups(struct events *events, const char *kind,
			       const struct linkgroups *some, const struct linkgroups *others)
{
	struct json_object *event;
	char id[LINKGROUP_ID_SIZE];
	size_t i;

	for (i = 0; i < some->n; i++) {
		if (find_linkgroup(others, some->list[i].id))
			continue;
		event = new_event(kind);
		output_json_text(event, "linkgroup", linkgroup_id(&some->list[i], id));
		output_json_text(event, "device", some->list[i].device);
		output_json_gid(event, "peer_gid", some->list[i].peer_gid);
		output_json_text(event, "peer_hostname", some->list[i].peer_hostname);
		send_event(events, event);
	}
}

static int poll_linkgroups(struct events *events, struct failure *failure)
{
	struct linkgroups linkgroups = {};
	int r = bus_client_linkgroups(events->bus, &linkgroups, failure);

	if (r < 0)
		return r;
	if (events->polled) {
		compare_linkgroups(events, "linkgroup-removed", &events->linkgroups, &linkgroups);
		compare_linkgroups(events, "linkgroup-added", &linkgroups, &events->linkgroups);
	}
	linkgroups_clear(&events->linkgroups);
	events->linkgroups = linkgroups;
	return 0;
}

/* The kernel counts modulo 65536. */
static uint16_t more(uint64_t now, uint64_t before)
{
	return now - before;
}

static void compare_fallback(struct events *events, const struct fallback *now)
{
	struct fallback none = {}, *before = &none;
	struct json_object *event;
	char code[OUTPUT_NUMBER_SIZE];
	size_t i;

	for (i = 0; i < events->fallbacks.n; i++)
		if (events->fallbacks.list[i].code == now->code)
			before = &events->fallbacks.list[i];
	if (now->client == before->client && now->server == before->server)
		return;
	event = new_event("fallback");
	snprintf(code, sizeof(code), "0x%08" PRIx32, now->code);
	output_json_text(event, "code", code);
	output_json_text(event, "reason", now->name);
	output_json_number(event, "client", more(now->client, before->client));
	output_json_number(event, "server", more(now->server, before->server));
	output_json_text(event, "meaning", now->meaning);
	output_json_text(event, "cure", now->cure);
	send_event(events, event);
}

static int poll_fallbacks(struct events *events, struct failure *failure)
{
	struct fallbacks fallbacks = {};
	size_t i;
	int r = bus_client_fallbacks(events->bus, &fallbacks, failure);

	if (r < 0)
		return r;
	for (i = 0; i < fallbacks.n && events->polled; i++)
		compare_fallback(events, &fallbacks.list[i]);
	fallbacks_clear(&events->fallbacks);
	events->fallbacks = fallbacks;
	return 0;
}

/* What cannot be read is missing, as where the kernel has no SMC; the rest goes on. */
static void poll_all(struct events *events)
{
	struct failure failure;

	if (!events->running)
		return;
	(void)poll_linkgroups(events, &failure);
	(void)poll_fallbacks(events, &failure);
	events->polled = true;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct events *events = userdata;
	int r;

	(void)usec;
	poll_all(events);
	r = sd_event_source_set_time_relative(source, events->interval);
	return r < 0 ? r : sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int match(struct events *events)
{
	static const struct {
		const char *sender, *interface, *member;
		sd_bus_message_handler_t fn;
	} table[] = {
		{ SERVICE, "org.freedesktop.DBus.Properties", "PropertiesChanged", on_changed },
		{ SERVICE, OBJECTS_INTERFACE, "InterfacesAdded", on_added },
		{ SERVICE, OBJECTS_INTERFACE, "InterfacesRemoved", on_removed },
		{ SERVICE, DEVICE_INTERFACE, "DrainProgress", on_drain },
	};
	size_t i;
	int r;

	/* First of all: what comes of the others is of one daemon or of the next. */
	r = sd_bus_add_match(events->bus, NULL,
			     "type='signal',sender='org.freedesktop.DBus',"
			     "interface='org.freedesktop.DBus',member='NameOwnerChanged',"
			     "arg0='" SERVICE "'", on_owner, events);
	for (i = 0; i < sizeof(table) / sizeof(*table) && r >= 0; i++)
		r = sd_bus_match_signal(events->bus, NULL, table[i].sender, NULL,
					table[i].interface, table[i].member, table[i].fn, events);
	return r;
}

int events_new(sd_bus *bus, sd_event *loop, uint64_t interval, events_fn fn, void *userdata,
	       struct events **ret_events, struct failure *failure)
{
	struct events *events = calloc(1, sizeof(*events));
	int r;

	output_need(events);
	*events = (struct events){ .bus = bus, .interval = interval, .fn = fn,
				   .userdata = userdata };
	bus_client_do_not_start(bus);
	r = match(events);
	if (r >= 0 && interval)
		r = sd_event_add_time_relative(loop, &events->timer, CLOCK_MONOTONIC, interval, 0,
					       on_timer, events);
	if (r < 0) {
		failure_set(failure, EXIT_FAILED, "cannot listen to smcd: %s", strerror(-r));
		events_free(events);
		return r;
	}
	events->running = bus_client_is_running(bus);
	if (interval)
		poll_all(events);
	*ret_events = events;
	return 0;
}

void events_free(struct events *events)
{
	if (!events)
		return;
	sd_event_source_disable_unref(events->timer);
	forget(events);
	free(events);
}

/* A value that is empty or has blanks stands in quotes. */
static void print_value(struct json_object *value, FILE *stream)
{
	const char *text = json_object_get_type(value) == json_type_string ?
			   json_object_get_string(value) :
			   json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN);
	char *escaped = output_escape(text ? text : "");
	bool quoted = !*escaped || strpbrk(escaped, " \"");

	fprintf(stream, quoted ? "\"%s\"" : "%s", escaped);
	free(escaped);
}

void events_print(struct json_object *event, FILE *stream)
{
	struct json_object_iter member;

	json_object_object_foreachC(event, member) {
		if (!strcmp(member.key, "schema") || !member.val)
			continue;
		if (!strcmp(member.key, "time")) {
			fputs(json_object_get_string(member.val), stream);
		} else if (!strcmp(member.key, "event")) {
			fprintf(stream, " %s", json_object_get_string(member.val));
		} else {
			fprintf(stream, " %s=", member.key);
			print_value(member.val, stream);
		}
	}
	fputc('\n', stream);
	fflush(stream);
}
