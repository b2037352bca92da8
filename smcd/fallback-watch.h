/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells the journal when connections begin to fall back to TCP. */
#ifndef SMCD_FALLBACK_WATCH_H
#define SMCD_FALLBACK_WATCH_H

struct fallback_watch;
struct manager;

/* Begins to watch; what has been counted before is no news. 0 or -errno. */
int fallback_watch_new(struct manager *manager, struct fallback_watch **ret_watch);
void fallback_watch_free(struct fallback_watch *watch);

#endif
