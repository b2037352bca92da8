// SPDX-License-Identifier: GPL-2.0-or-later
/* Speaks org.smcd1 (smcd/org.smcd1.xml) with sd-bus; see bus-client.h. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "agent.h"
#include "bus-client.h"

#define PROPERTIES_INTERFACE "org.freedesktop.DBus.Properties"
#define INVALID_CONFIG "org.smcd1.Error.InvalidConfig"
#define NO_SUCH_DEVICE "org.smcd1.Error.NoSuchDevice"

#define PASSWORD_TIMEOUT 300000000	/* us: for somebody who has to find it */
#define PAUSES_MAX 50	/* of a fifth of a second: what a restart may take */

#define message_cleanup __attribute__((cleanup(sd_bus_message_unrefp)))
#define error_cleanup __attribute__((cleanup(sd_bus_error_free)))

void failure_set(struct failure *failure, enum exit_status status, const char *format, ...)
{
	va_list args;

	failure->status = status;
	failure->located = false;
	failure->gone = false;
	va_start(args, format);
	vsnprintf(failure->text, sizeof(failure->text), format, args);
	va_end(args);
}

static bool no_daemon(const sd_bus_error *error)
{
	return sd_bus_error_has_names(error, SD_BUS_ERROR_SERVICE_UNKNOWN,
				      SD_BUS_ERROR_NAME_HAS_NO_OWNER,
				      "org.freedesktop.systemd1.NoSuchUnit") ||
	       (error->name && !strncmp(error->name, "org.freedesktop.DBus.Error.Spawn.", 33));
}

/* What the bus says when it has waited for a daemon that it had started. */
static bool does_not_start(const sd_bus_error *error)
{
	return sd_bus_error_has_name(error, "org.freedesktop.DBus.Error.TimedOut");
}

void failure_from_bus(struct failure *failure, int error, const sd_bus_error *bus_error,
		      const char *what)
{
	const char *text = strerror(-error);

	if (bus_error->message && *bus_error->message)
		text = bus_error->message;
	if (no_daemon(bus_error))
		failure_set(failure, EXIT_NOT_RUNNING, "smcd is not running: systemctl start smcd");
	else if (does_not_start(bus_error))
		failure_set(failure, EXIT_NOT_RUNNING,
			    "smcd does not start: see systemctl status smcd");
	else if (sd_bus_error_has_names(bus_error, SD_BUS_ERROR_ACCESS_DENIED,
					SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED))
		failure_set(failure, EXIT_PERMISSION, "%s needs root: run with sudo%s%s%s", what,
			    bus_error->message ? " (" : "", bus_error->message ?: "",
			    bus_error->message ? ")" : "");
	else if (sd_bus_error_has_name(bus_error, NO_SUCH_DEVICE))
		failure_set(failure, EXIT_NO_DEVICE, "%s", text);
	else if (sd_bus_error_has_name(bus_error, INVALID_CONFIG))
		failure_set(failure, EXIT_FAILED, "%s", text);
	else if (sd_bus_error_has_names(bus_error, SD_BUS_ERROR_NO_REPLY, SD_BUS_ERROR_TIMEOUT,
					SD_BUS_ERROR_DISCONNECTED))
		failure_set(failure, EXIT_FAILED,
			    "%s: smcd did not answer (%s): see journalctl -u smcd", what, text);
	else
		failure_set(failure, EXIT_FAILED, "%s: %s", what, text);
	failure->located = sd_bus_error_has_name(bus_error, INVALID_CONFIG);
	failure->gone = no_daemon(bus_error) ||
			sd_bus_error_has_name(bus_error, SD_BUS_ERROR_NO_REPLY);
}

/* For a failure on this side: no memory, or an answer of another form than the interface says. */
static int broken(struct failure *failure, int error, const char *what)
{
	if (error == -ENOMEM)
		failure_set(failure, EXIT_FAILED, "%s: not enough memory", what);
	else
		failure_set(failure, EXIT_FAILED, "%s: smcctl and smcd do not understand each "
			    "other (%s): are they of the same version?", what, strerror(-error));
	return error;
}

int bus_client_open(sd_bus **ret_bus, struct failure *failure)
{
	int r = sd_bus_open_system(ret_bus);

	if (r < 0)
		failure_set(failure, EXIT_NOT_RUNNING, "cannot reach the D-Bus system bus: %s: "
			    "systemctl start dbus", strerror(-r));
	return r < 0 ? r : 0;
}

bool bus_client_is_running(sd_bus *bus)
{
	return sd_bus_get_name_creds(bus, SERVICE, 0, NULL) >= 0;
}

static const sd_bus *without_start;

void bus_client_do_not_start(const sd_bus *bus)
{
	without_start = bus;
}

/* Calls a method; @types are the arguments that follow, NULL for none. */
static int call(sd_bus *bus, const char *path, const char *interface, const char *method,
		sd_bus_message **ret_reply, struct failure *failure, const char *what,
		const char *types, ...)
{
	error_cleanup sd_bus_error error = SD_BUS_ERROR_NULL;
	message_cleanup sd_bus_message *message = NULL;
	va_list args;
	int r;

	r = sd_bus_message_new_method_call(bus, &message, SERVICE, path, interface, method);
	if (r >= 0)
		r = sd_bus_message_set_auto_start(message, bus != without_start);
	if (r < 0)
		return broken(failure, r, what);
	va_start(args, types);
	r = types ? sd_bus_message_appendv(message, types, args) : 0;
	va_end(args);
	if (r == -EINVAL)	/* not UTF-8; the only text from outside is the name of a device */
		failure_set(failure, EXIT_NO_DEVICE, "%s: not a name", what);
	else if (r < 0)
		broken(failure, r, what);
	if (r < 0)
		return r;
	r = sd_bus_call(bus, message, 0, &error, ret_reply);
	if (r >= 0)
		return 0;
	if (strcmp(path, MANAGER_PATH) &&
	    sd_bus_error_has_name(&error, SD_BUS_ERROR_UNKNOWN_OBJECT))
		failure_set(failure, EXIT_NO_DEVICE, "%s: the device has gone", what);
	else
		failure_from_bus(failure, r, &error, what);
	return r;
}

/* By rank; those that take no connections last, the preferred ones first. */
static int compare_devices(const void *a, const void *b)
{
	const struct device *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank - 1 < y->rank - 1 ? -1 : 1;
	if (x->priority != y->priority)
		return x->priority > y->priority ? -1 : 1;
	return strcmp(x->name, y->name);
}

int bus_client_devices(sd_bus *bus, struct devices *ret_devices, struct failure *failure)
{
	devices_cleanup struct devices devices = {};
	message_cleanup sd_bus_message *reply = NULL;
	int r;

	r = call(bus, MANAGER_PATH, OBJECTS_INTERFACE, "GetManagedObjects",
		 &reply, failure, "reading the devices", NULL);
	if (r < 0)
		return r;
	r = bus_read_devices(reply, &devices);
	if (r < 0)
		return broken(failure, r, "reading the devices");
	if (devices.n)
		qsort(devices.list, devices.n, sizeof(*devices.list), compare_devices);
	*ret_devices = devices;
	devices = (struct devices){};
	return 0;
}

static int device_path(sd_bus *bus, const char *name, char **ret_path, struct failure *failure)
{
	message_cleanup sd_bus_message *reply = NULL;
	const char *text;
	char *path;
	int r;

	r = call(bus, MANAGER_PATH, MANAGER_INTERFACE, "GetDevice", &reply, failure,
		 "looking for the device", "s", name);
	if (r < 0)
		return r;
	r = sd_bus_message_read_basic(reply, 'o', &text);
	if (r < 0)
		return broken(failure, r, "looking for the device");
	path = strdup(text);
	if (!path)
		return broken(failure, -ENOMEM, "looking for the device");
	*ret_path = path;
	return 0;
}

static int read_device_at(sd_bus *bus, struct device *device, struct failure *failure)
{
	message_cleanup sd_bus_message *reply = NULL;
	int r;

	r = call(bus, device->path, PROPERTIES_INTERFACE, "GetAll", &reply, failure,
		 "reading a device", "s", DEVICE_INTERFACE);
	if (r < 0)
		return r;
	r = bus_read_device(reply, device);
	return r < 0 ? broken(failure, r, "reading a device") : 0;
}

int bus_client_device(sd_bus *bus, const char *name, struct device *ret_device,
		      struct failure *failure)
{
	device_cleanup struct device device = {};
	int r;

	r = device_path(bus, name, &device.path, failure);
	if (r >= 0)
		r = read_device_at(bus, &device, failure);
	if (r < 0 && failure->status == EXIT_NO_DEVICE)
		failure_set(failure, EXIT_NO_DEVICE,
			    "no device '%.64s': smcctl device list shows those that exist", name);
	if (r < 0)
		return r;
	*ret_device = device;
	device = (struct device){};
	return 0;
}

static int compare_linkgroups(const void *a, const void *b)
{
	const struct linkgroup *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

int bus_client_linkgroups(sd_bus *bus, struct linkgroups *ret_linkgroups, struct failure *failure)
{
	static const char what[] = "reading the link groups";
	linkgroups_cleanup struct linkgroups linkgroups = {};
	message_cleanup sd_bus_message *reply = NULL;
	int r;

	r = call(bus, MANAGER_PATH, OBJECTS_INTERFACE, "GetManagedObjects",
		 &reply, failure, what, NULL);
	if (r < 0)
		return r;
	r = bus_read_linkgroups(reply, &linkgroups);
	if (r < 0)
		return broken(failure, r, what);
	if (linkgroups.n)
		qsort(linkgroups.list, linkgroups.n, sizeof(*linkgroups.list), compare_linkgroups);
	*ret_linkgroups = linkgroups;
	linkgroups = (struct linkgroups){};
	return 0;
}

int bus_client_linkgroup(sd_bus *bus, uint32_t id, struct linkgroup *ret_linkgroup,
			 struct failure *failure)
{
	static const char what[] = "reading a link group";
	linkgroup_cleanup struct linkgroup linkgroup = {};
	message_cleanup sd_bus_message *reply = NULL;
	char path[64];
	int r;

	snprintf(path, sizeof(path), MANAGER_PATH "/linkgroup/%08" PRIx32, id);
	r = call(bus, path, PROPERTIES_INTERFACE, "GetAll", &reply, failure, what, "s",
		 LINKGROUP_INTERFACE);
	if (r < 0 && failure->status == EXIT_NO_DEVICE)
		failure_set(failure, EXIT_NO_DEVICE, "no link group %08" PRIx32 ": smcctl linkgroup "
			    "list shows those that exist", id);
	if (r < 0)
		return r;
	r = bus_read_linkgroup(reply, &linkgroup);
	if (r < 0)
		return broken(failure, r, what);
	*ret_linkgroup = linkgroup;
	linkgroup = (struct linkgroup){};
	return 0;
}

int bus_client_manager(sd_bus *bus, struct manager *ret_manager, struct failure *failure)
{
	manager_cleanup struct manager manager = {};
	message_cleanup sd_bus_message *reply = NULL;
	int r;

	r = call(bus, MANAGER_PATH, PROPERTIES_INTERFACE, "GetAll", &reply, failure,
		 "reading the daemon's state", "s", MANAGER_INTERFACE);
	if (r < 0)
		return r;
	r = bus_read_manager(reply, &manager);
	if (r < 0)
		return broken(failure, r, "reading the daemon's state");
	*ret_manager = manager;
	manager = (struct manager){};
	return 0;
}

int bus_client_statistics(sd_bus *bus, struct counters *ret_counters, struct failure *failure)
{
	static const char what[] = "reading the kernel's SMC statistics";
	counters_cleanup struct counters counters = {};
	message_cleanup sd_bus_message *reply = NULL;
	int r;

	r = call(bus, MANAGER_PATH, MANAGER_INTERFACE, "Statistics", &reply, failure, what,
		 "a{sv}", 0);
	if (r < 0)
		return r;
	r = bus_read_counters(reply, &counters);
	if (r < 0)
		return broken(failure, r, what);
	*ret_counters = counters;
	counters = (struct counters){};
	return 0;
}

int bus_client_fallbacks(sd_bus *bus, struct fallbacks *ret_fallbacks, struct failure *failure)
{
	static const char what[] = "reading the reasons for fallback";
	fallbacks_cleanup struct fallbacks fallbacks = {};
	message_cleanup sd_bus_message *reply = NULL;
	int r;

	r = call(bus, MANAGER_PATH, MANAGER_INTERFACE, "FallbackReasons", &reply, failure, what,
		 "a{sv}", 0);
	if (r < 0)
		return r;
	r = bus_read_fallbacks(reply, &fallbacks);
	if (r < 0)
		return broken(failure, r, what);
	*ret_fallbacks = fallbacks;
	fallbacks = (struct fallbacks){};
	return 0;
}

/* The message keeps its descriptor. */
int bus_client_connections(sd_bus *bus, FILE **ret_stream, struct failure *failure)
{
	static const char what[] = "reading the connections";
	message_cleanup sd_bus_message *reply = NULL;
	FILE *stream;
	int fd, r;

	r = call(bus, MANAGER_PATH, MANAGER_INTERFACE, "ListConnections", &reply, failure, what,
		 "a{sv}", 0);
	if (r < 0)
		return r;
	r = sd_bus_message_read_basic(reply, 'h', &fd);
	if (r < 0)
		return broken(failure, r, what);
	fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	stream = fd < 0 ? NULL : fdopen(fd, "r");
	if (!stream) {
		r = -errno;
		if (fd >= 0)
			close(fd);
		return broken(failure, r, what);
	}
	*ret_stream = stream;
	return 0;
}

/*
 * For what is not allowed to everybody: on a terminal, polkit may ask for a password, and the
 * answer takes as long as that.
 */
static void expect_question(sd_bus *bus)
{
	if (geteuid() == 0 || !isatty(STDIN_FILENO))
		return;
	agent_start();
	(void)sd_bus_set_allow_interactive_authorization(bus, true);
	(void)sd_bus_set_method_call_timeout(bus, PASSWORD_TIMEOUT);
}

bool bus_client_may_return(const struct failure *failure, unsigned int *pauses)
{
	static const struct timespec pause = { .tv_nsec = 200000000 };

	if (!failure->gone || *pauses >= PAUSES_MAX)
		return false;
	++*pauses;
	(void)nanosleep(&pause, NULL);
	return true;
}

int bus_client_reload(sd_bus *bus, struct failure *failure)
{
	expect_question(bus);
	return call(bus, MANAGER_PATH, MANAGER_INTERFACE, "Reload", NULL, failure, "reload", NULL);
}

int bus_client_apply(sd_bus *bus, const char *busy, uint32_t confirm, struct failure *failure)
{
	expect_question(bus);
	return call(bus, MANAGER_PATH, MANAGER_INTERFACE, "Apply", NULL, failure,
		    "applying the configuration", "a{sv}", 2, "busy", "s", busy, "confirm", "u",
		    confirm);
}

static int end_trial(sd_bus *bus, const char *method, uint64_t deadline, struct failure *failure,
		     const char *what)
{
	expect_question(bus);
	return call(bus, MANAGER_PATH, MANAGER_INTERFACE, method, NULL, failure, what, "a{sv}", 1,
		    "deadline", "t", deadline);
}

int bus_client_confirm(sd_bus *bus, uint64_t deadline, struct failure *failure)
{
	return end_trial(bus, "Confirm", deadline, failure, "confirming the configuration");
}

int bus_client_rollback(sd_bus *bus, uint64_t deadline, struct failure *failure)
{
	return end_trial(bus, "Rollback", deadline, failure, "rolling back the configuration");
}

int bus_client_dry_run(sd_bus *bus, struct plan *ret_plan, struct failure *failure)
{
	static const char what[] = "planning a reload";
	plan_cleanup struct plan plan = {};
	message_cleanup sd_bus_message *reply = NULL;
	int r;

	expect_question(bus);
	r = call(bus, MANAGER_PATH, MANAGER_INTERFACE, "DryRun", &reply, failure, what, "a{sv}", 0);
	if (r < 0)
		return r;
	r = bus_read_plan(reply, &plan);
	if (r < 0)
		return broken(failure, r, what);
	*ret_plan = plan;
	plan = (struct plan){};
	return 0;
}

int bus_client_set_priority(sd_bus *bus, const struct device *device, uint32_t priority,
			    bool save, struct failure *failure)
{
	static const char what[] = "setting a priority";

	expect_question(bus);
	if (save)
		return call(bus, device->path, DEVICE_INTERFACE, "SetPriority", NULL, failure,
			    what, "ua{sv}", priority, 1, "save", "b", 1);
	return call(bus, device->path, DEVICE_INTERFACE, "SetPriority", NULL, failure, what,
		    "ua{sv}", priority, 0);
}

int bus_client_set_up(sd_bus *bus, const struct device *device, bool up, struct failure *failure)
{
	expect_question(bus);
	return call(bus, device->path, DEVICE_INTERFACE, up ? "Up" : "Down", NULL, failure,
		    up ? "taking a device up" : "taking a device down", "a{sv}", 0);
}

int bus_client_drain(sd_bus *bus, const struct device *device, uint32_t timeout,
		     struct failure *failure)
{
	expect_question(bus);
	return call(bus, device->path, DEVICE_INTERFACE, "Drain", NULL, failure,
		    "draining a device", "a{sv}", 1, "timeout", "u", timeout * 1000);
}

/* That it came is all: the state is asked for. */
static int on_drain_progress(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	(void)message, (void)userdata, (void)error;
	return 0;
}

int bus_client_watch_drain(sd_bus *bus, const struct device *device, struct failure *failure)
{
	int r = sd_bus_match_signal(bus, NULL, SERVICE, device->path, DEVICE_INTERFACE,
				    "DrainProgress", on_drain_progress, NULL);

	if (r < 0)
		failure_set(failure, EXIT_FAILED, "cannot listen to smcd: %s", strerror(-r));
	return r < 0 ? r : 0;
}

int bus_client_wait(sd_bus *bus, struct failure *failure)
{
	int r = sd_bus_process(bus, NULL);

	/* What came while answers were waited for stands in a queue. */
	if (!r)
		r = sd_bus_wait(bus, 1000000);
	if (r < 0 && r != -EINTR) {
		failure_set(failure, EXIT_NOT_RUNNING, "the D-Bus system bus has gone: %s",
			    strerror(-r));
		return r;
	}
	return 0;
}

int bus_client_delete(sd_bus *bus, const struct device *device, bool force,
		      struct failure *failure)
{
	expect_question(bus);
	return call(bus, device->path, DEVICE_INTERFACE, "Delete", NULL, failure,
		    "deleting a device", "a{sv}", 1, "force", "b", (int)force);
}

static int read_settings(sd_bus *bus, const char *method, const char *what,
			 struct settings *ret_settings, struct failure *failure)
{
	settings_cleanup struct settings settings = {};
	message_cleanup sd_bus_message *reply = NULL;
	int r;

	r = call(bus, MANAGER_PATH, MANAGER_INTERFACE, method, &reply, failure, what, "a{sv}", 0);
	if (r < 0)
		return r;
	r = bus_read_settings(reply, &settings);
	if (r < 0)
		return broken(failure, r, what);
	*ret_settings = settings;
	settings = (struct settings){};
	return 0;
}

int bus_client_settings(sd_bus *bus, struct settings *ret_settings, struct failure *failure)
{
	expect_question(bus);
	return read_settings(bus, "Settings", "reading the configuration", ret_settings, failure);
}

int bus_client_identities(sd_bus *bus, struct settings *ret_settings, struct failure *failure)
{
	return read_settings(bus, "Identities", "reading EIDs and PNETIDs", ret_settings, failure);
}

int bus_client_add_ueid(sd_bus *bus, const char *ueid, bool save, struct failure *failure)
{
	expect_question(bus);
	return call(bus, MANAGER_PATH, MANAGER_INTERFACE, "AddUEID", NULL, failure,
		    "adding a UEID", "sa{sv}", ueid, 1, "save", "b", (int)save);
}

int bus_client_delete_ueid(sd_bus *bus, const char *ueid, bool save, struct failure *failure)
{
	expect_question(bus);
	return call(bus, MANAGER_PATH, MANAGER_INTERFACE, "DeleteUEID", NULL, failure,
		    "deleting a UEID", "sa{sv}", ueid, 1, "save", "b", (int)save);
}

int bus_client_set_seid(sd_bus *bus, bool enable, bool save, struct failure *failure)
{
	expect_question(bus);
	return call(bus, MANAGER_PATH, MANAGER_INTERFACE, "SetSEID", NULL, failure,
		    enable ? "enabling the SEID" : "disabling the SEID", "ba{sv}", (int)enable, 1,
		    "save", "b", (int)save);
}

int bus_client_add_pnetid(sd_bus *bus, const char *pnetid, const char *sort, const char *name,
			  bool save, struct failure *failure)
{
	expect_question(bus);
	return call(bus, MANAGER_PATH, MANAGER_INTERFACE, "AddPNETID", NULL, failure,
		    "adding a PNETID", "sa{sv}", pnetid, 2, sort, "s", name, "save", "b",
		    (int)save);
}

int bus_client_delete_pnetid(sd_bus *bus, const char *pnetid, const char *sort,
			     const char *name, bool save, struct failure *failure)
{
	static const char what[] = "deleting a PNETID";

	expect_question(bus);
	if (!sort)
		return call(bus, MANAGER_PATH, MANAGER_INTERFACE, "DeletePNETID", NULL, failure,
			    what, "sa{sv}", pnetid, 1, "save", "b", (int)save);
	return call(bus, MANAGER_PATH, MANAGER_INTERFACE, "DeletePNETID", NULL, failure, what,
		    "sa{sv}", pnetid, 2, sort, "s", name, "save", "b", (int)save);
}

int bus_client_create(sd_bus *bus, const struct new_device *device, bool save,
		      struct failure *failure)
{
	static const char what[] = "creating a device";
	/* Beyond what a priority can be is none. */
	uint32_t priority = device->has_priority ? device->priority : UINT32_MAX;

	expect_question(bus);
	return call(bus, MANAGER_PATH, MANAGER_INTERFACE, "CreateDevice", NULL, failure, what,
		    "ssa{sv}", device->name, device->kind, 7, "chid", "u", (uint32_t)device->chid,
		    "gid", "t", device->gid, "priority", "u", priority, "max-dmbs", "u",
		    device->max_dmbs, "max-memory", "t", device->max_memory, "pnetid", "s",
		    device->pnetid, "save", "b", (int)save);
}
