/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells when network interfaces come, go or change. */
#ifndef SMCD_LINK_WATCH_H
#define SMCD_LINK_WATCH_H

#include <systemd/sd-event.h>

struct link_watch;

/* Calls @changed whenever the kernel has told of a change, once for many that come together. */
int link_watch_new(sd_event *event, void (*changed)(void *userdata), void *userdata,
		   struct link_watch **ret_watch);
void link_watch_free(struct link_watch *watch);

#endif
