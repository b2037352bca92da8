// SPDX-License-Identifier: GPL-2.0-or-later
/* What happens while somebody is in "smcctl shell", as monitor has it; see shell.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "events.h"
#include "output.h"
#include "shell.h"

struct shell_events {
	sd_event *loop;
	sd_bus *bus;			/* NULL: there was none */
	struct events *events;
	void (*say)(const char *text);
};

/* Above a line that is typed there is room for what matters only: NULL if that is nothing. */
static struct json_object *shorten(struct json_object *event)
{
	static const char *const names[] = { "time", "event", "device" };
	static const char *const news[] = {
		"kind", "state", "policy", "policy_reason", "config_error",
	};
	struct json_object *shorter = json_object_new_object(), *value;
	bool has_news = false;
	size_t i;

	output_need(shorter);
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (json_object_object_get_ex(event, names[i], &value))
			json_object_object_add(shorter, names[i], json_object_get(value));
	for (i = 0; i < sizeof(news) / sizeof(*news); i++) {
		if (!json_object_object_get_ex(event, news[i], &value))
			continue;
		json_object_object_add(shorter, news[i], json_object_get(value));
		has_news = true;
	}
	value = json_object_object_get(event, "event");
	if (has_news || strstr(json_object_get_string(value), "removed") ||
	    strstr(json_object_get_string(value), "smcd"))
		return shorter;
	json_object_put(shorter);
	return NULL;
}

static void on_event(struct json_object *event, void *userdata)
{
	json_cleanup struct json_object *shorter = shorten(event);
	struct shell_events *events = userdata;
	char *text = NULL;
	FILE *stream;
	size_t size;

	stream = shorter ? open_memstream(&text, &size) : NULL;
	if (!stream)
		return;
	events_print(shorter, stream);
	if (fclose(stream) == 0) {
		text[strcspn(text, "\n")] = '\0';
		events->say(text);
	}
	free(text);
}

static void stop(struct shell_events *events)
{
	events_free(events->events);
	events->events = NULL;
	events->bus = sd_bus_flush_close_unref(events->bus);
}

void shell_events_listen(struct shell_events *events)
{
	struct failure failure;

	if (events->bus && sd_bus_is_open(events->bus) > 0)
		return;
	stop(events);
	if (bus_client_open(&events->bus, &failure) < 0)
		return;
	if (sd_bus_attach_event(events->bus, events->loop, SD_EVENT_PRIORITY_NORMAL) < 0 ||
	    events_new(events->bus, events->loop, 0, on_event, events, &events->events,
		       &failure) < 0)
		stop(events);
}

int shell_events_new(sd_event *loop, void (*say)(const char *text),
		     struct shell_events **ret_events)
{
	struct shell_events *events = calloc(1, sizeof(*events));

	if (!events)
		return -ENOMEM;
	*events = (struct shell_events){ .loop = loop, .say = say };
	*ret_events = events;
	return 0;
}

void shell_events_free(struct shell_events *events)
{
	if (!events)
		return;
	stop(events);
	free(events);
}
