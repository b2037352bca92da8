/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens: to devices, link groups, the policy, smcd itself, and connections that fall
 * back. smcd signals most; what the kernel announces to nobody is asked for at an interval.
 */
#ifndef SMCCTL_EVENTS_H
#define SMCCTL_EVENTS_H

#include <json-c/json.h>
#include <stdio.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>
#include "bus-client.h"

struct events;

/* @event is a flat object, as smcctl/schema/monitor.json says; it is freed afterwards. */
typedef void (*events_fn)(struct json_object *event, void *userdata);

/*
 * From now on, whenever @loop runs, @fn is called with what happens; a poll every @interval us,
 * 0: none, so that nothing waits for smcd, but link groups and fallbacks are missing.
 * @bus is attached to @loop by the caller. smcd is not started. The caller frees *@ret_events.
 */
int events_new(sd_bus *bus, sd_event *loop, uint64_t interval, events_fn fn, void *userdata,
	       struct events **ret_events, struct failure *failure);
void events_free(struct events *events);

/* Prints an event as one line of text, at once: time, kind, name=value ... */
void events_print(struct json_object *event, FILE *stream);

#endif
