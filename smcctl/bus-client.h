/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks smcd over D-Bus (org.smcd1) and puts the answers into structs.
 *
 * Functions return 0, or a negative errno with *@failure filled: what to say and
 * how to exit. On failure out-parameters are untouched.
 */
#ifndef SMCCTL_BUS_CLIENT_H
#define SMCCTL_BUS_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <systemd/sd-bus.h>
#include "bus-read.h"
#include "counters.h"
#include "exit-status.h"

struct failure {
	enum exit_status status;
	bool located;			/* @text begins with FILE:LINE:COLUMN: */
	bool gone;			/* the daemon is not there, or ended before it answered */
	char text[1024];
};

/* Fills @failure. */
void failure_set(struct failure *failure, enum exit_status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Fills @failure for a call that failed with the negative errno @error and with
 * @bus_error, if that is set. @what needs root: "setting a priority".
 */
void failure_from_bus(struct failure *failure, int error, const sd_bus_error *bus_error,
		      const char *what);

/* The caller closes the connection with bus_cleanup. */
int bus_client_open(sd_bus **ret_bus, struct failure *failure);

/* Whether smcd is on the bus already: any other call would have it started, where it is enabled. */
bool bus_client_is_running(sd_bus *bus);

/*
 * From now on no call on @bus, of which there may be one such at a time, has smcd started: what asks
 * again and again would keep it from being stopped.
 */
void bus_client_do_not_start(const sd_bus *bus);

/* All devices and their counters; devices_clear() frees what is in *@ret_devices. */
int bus_client_devices(sd_bus *bus, struct devices *ret_devices, struct failure *failure);

/* The device @name, or EXIT_NO_DEVICE. device_clear() frees what is in *@ret_device. */
int bus_client_device(sd_bus *bus, const char *name, struct device *ret_device,
		      struct failure *failure);

/* All link groups, by id; linkgroups_clear() frees what is in *@ret_linkgroups. */
int bus_client_linkgroups(sd_bus *bus, struct linkgroups *ret_linkgroups,
			  struct failure *failure);

/* The link group @id, or EXIT_NO_DEVICE. linkgroup_clear() frees what is in *@ret_linkgroup. */
int bus_client_linkgroup(sd_bus *bus, uint32_t id, struct linkgroup *ret_linkgroup,
			 struct failure *failure);

/* manager_clear() frees what is in *@ret_manager. */
int bus_client_manager(sd_bus *bus, struct manager *ret_manager, struct failure *failure);

/* The kernel's SMC statistics; counters_clear() frees what is in *@ret_counters. */
int bus_client_statistics(sd_bus *bus, struct counters *ret_counters, struct failure *failure);

/* Why connections fell back to TCP; fallbacks_clear() frees what is in *@ret_fallbacks. */
int bus_client_fallbacks(sd_bus *bus, struct fallbacks *ret_fallbacks, struct failure *failure);

/* The rows of ListConnections, see org.smcd1(5); the caller closes *@ret_stream. */
int bus_client_connections(sd_bus *bus, FILE **ret_stream, struct failure *failure);

/*
 * For what goes on while the daemon is restarted: true, after a moment, if @failure was that it
 * has gone, unless that was so often already that it will hardly come back. @pauses begins with 0.
 */
bool bus_client_may_return(const struct failure *failure, unsigned int *pauses);

int bus_client_reload(sd_bus *bus, struct failure *failure);
/*
 * Applies the files; @busy is "defer", "refuse" or "force". After @confirm seconds, if not 0, the
 * policy before runs again, unless bus_client_confirm() is called.
 */
int bus_client_apply(sd_bus *bus, const char *busy, uint32_t confirm, struct failure *failure);
/* @deadline is that of the trial which is meant, see struct manager; 0: whichever there is. */
int bus_client_confirm(sd_bus *bus, uint64_t deadline, struct failure *failure);
int bus_client_rollback(sd_bus *bus, uint64_t deadline, struct failure *failure);

/* What a reload would do; plan_clear() frees what is in *@ret_plan. */
int bus_client_dry_run(sd_bus *bus, struct plan *ret_plan, struct failure *failure);

/* The whole running policy, which needs rights; settings_clear() frees *@ret_settings. */
int bus_client_settings(sd_bus *bus, struct settings *ret_settings, struct failure *failure);

/* UEIDs, the SEID and PNETIDs; settings_clear() frees what is in *@ret_settings. */
int bus_client_identities(sd_bus *bus, struct settings *ret_settings, struct failure *failure);

/* With @save for good, else until the next boot. */
int bus_client_add_ueid(sd_bus *bus, const char *ueid, bool save, struct failure *failure);
int bus_client_delete_ueid(sd_bus *bus, const char *ueid, bool save, struct failure *failure);
int bus_client_set_seid(sd_bus *bus, bool enable, bool save, struct failure *failure);

/* @sort is "interface" or "device", the sort of @name; both are NULL for all of the PNETID. */
int bus_client_add_pnetid(sd_bus *bus, const char *pnetid, const char *sort, const char *name,
			  bool save, struct failure *failure);
int bus_client_delete_pnetid(sd_bus *bus, const char *pnetid, const char *sort,
			     const char *name, bool save, struct failure *failure);

int bus_client_set_priority(sd_bus *bus, const struct device *device, uint32_t priority,
			    bool save, struct failure *failure);
/* What a device is to be; 0 and an empty PNETID are not said. */
struct new_device {
	const char *name, *kind, *pnetid;
	uint16_t chid;
	uint64_t gid, max_memory;
	bool has_priority;
	uint32_t priority, max_dmbs;
};

int bus_client_create(sd_bus *bus, const struct new_device *device, bool save,
		      struct failure *failure);
int bus_client_set_up(sd_bus *bus, const struct device *device, bool up,
		      struct failure *failure);

/* Deletes the device; with @force, its connections are aborted. */
int bus_client_delete(sd_bus *bus, const struct device *device, bool force,
		      struct failure *failure);

/* Begins to drain the device, for @timeout seconds, 0: without limit; returns at once. */
int bus_client_drain(sd_bus *bus, const struct device *device, uint32_t timeout,
		     struct failure *failure);

/* Hears of the drain of the device from now on; needed for bus_client_wait(). */
int bus_client_watch_drain(sd_bus *bus, const struct device *device, struct failure *failure);

/* Waits for a message that was asked for, but not longer than a second. */
int bus_client_wait(sd_bus *bus, struct failure *failure);

#define bus_cleanup __attribute__((cleanup(sd_bus_flush_close_unrefp)))

#endif
