/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Uevents: the kernel tells that a device of some subsystem has come, gone or changed.
 *
 * They come over netlink (NETLINK_KOBJECT_UEVENT, lib/kobject_uevent.c), as strings of the form
 * KEY=value that NULs separate, after one such as "add@/devices/virtual/dibs/lo".
 */
#ifndef SMCD_UEVENT_H
#define SMCD_UEVENT_H

#include <stddef.h>
#include <systemd/sd-event.h>

struct uevent;

/* @subsystem: of the device; NULL: some were lost, so any may have changed. */
typedef void (*uevent_fn)(const char *subsystem, void *userdata);

/* Calls @fn from @event for each from now on. It needs no permission. */
int uevent_open(sd_event *event, uevent_fn fn, void *userdata, struct uevent **ret_uevent);
void uevent_close(struct uevent *uevent);

/* The subsystem in a message of @size bytes at @data, within it; NULL: it has none, or is no uevent. */
const char *uevent_subsystem(const char *data, size_t size);

#endif
