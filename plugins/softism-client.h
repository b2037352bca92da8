/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Client of the kernel's generic netlink family softism, for the plugins.
 *
 * The module may come and go while a client is open. All functions leave words
 * with host->error() when they fail; -ENODEV without a device in question means
 * that softism is not loaded.
 */
#ifndef SMCD_SOFTISM_CLIENT_H
#define SMCD_SOFTISM_CLIENT_H

#include "../smcd/smcd-plugin.h"

struct softism;

/* Calls @host->changed() from now on when any device of softism, or softism itself, has come, gone or changed. */
int softism_open(const struct smcd_host *host, struct softism **ret_softism);
void softism_close(struct softism *softism);

/*
 * Calls @fn for each device of @kind, and returns its first error. @loopback: the kernel's own
 * loopback device, see kernel-loopback.h, or NULL; behind it ranks are others than softism knows.
 */
int softism_enumerate(struct softism *softism, const char *kind,
		      const struct smcd_device *loopback, smcd_device_fn fn, void *userdata);

/* The steps of struct smcd_plugin. */
int softism_create(struct softism *softism, const struct smcd_wanted *wanted);
int softism_delete(struct softism *softism, const char *name, bool force);
int softism_set_up(struct softism *softism, const char *name, bool up);
int softism_set_priority(struct softism *softism, const char *name, uint32_t priority);
int softism_drain(struct softism *softism, const char *name, uint32_t timeout);

#endif
