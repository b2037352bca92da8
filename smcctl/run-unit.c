// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl run --unit: has a systemd service run over SMC, by a drop-in. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "device.h"
#include "dropin.h"
#include "program.h"
#include "run-unit.h"

#define SYSTEMD "org.freedesktop.systemd1"
#define SYSTEMD_PATH "/org/freedesktop/systemd1"
#define UNIT_INTERFACE SYSTEMD ".Unit"
#define SERVICE_INTERFACE SYSTEMD ".Service"
#define SYSTEMD_INTERFACE SYSTEMD ".Manager"
#define DIRECTORY "/etc/systemd/system"
#define FILE_NAME "50-smc.conf"

#define error_cleanup __attribute__((cleanup(sd_bus_error_free)))
#define message_cleanup __attribute__((cleanup(sd_bus_message_unrefp)))
#define unit_cleanup __attribute__((cleanup(unit_clear)))
#define text_cleanup __attribute__((cleanup(free_text)))

struct unit {
	char name[256];			/* with its suffix */
	char *path;			/* of the object */
	char *load_state, *load_error, *root_directory, *root_image;
	char **triggered_by;
	char *program;			/* NULL: it starts none */
	struct service service;
};

static void free_text(char **text)
{
	free(*text);
}

static void free_list(char **list)
{
	for (char **word = list; word && *word; word++)
		free(*word);
	free(list);
}

static void unit_clear(struct unit *unit)
{
	free(unit->path);
	free(unit->load_state);
	free(unit->load_error);
	free(unit->root_directory);
	free(unit->root_image);
	free(unit->program);
	free_list(unit->triggered_by);
	free_list(unit->service.environment);
	free_list(unit->service.families);
	free_list(unit->service.no_exec_paths);
}

static int failed(struct failure *failure, const char *what, int r, const sd_bus_error *error)
{
	failure_set(failure, sd_bus_error_has_name(error, SD_BUS_ERROR_ACCESS_DENIED) ?
		    EXIT_PERMISSION : EXIT_FAILED, "%s: %s", what,
		    error && error->message ? error->message : strerror(-r));
	return r;
}

static int set_name(struct unit *unit, const char *name, struct failure *failure)
{
	const char *suffix = strrchr(name, '.');
	bool whole = suffix && !strcmp(suffix, ".service");
	int n = snprintf(unit->name, sizeof(unit->name), "%s%s", name, whole ? "" : ".service");

	if (n < (int)sizeof(unit->name) && !strchr(name, '/'))
		return 0;
	failure_set(failure, EXIT_FAILED, "'%.64s' is not the name of a service", name);
	return -EINVAL;
}

static int get_text(sd_bus *bus, const struct unit *unit, const char *interface,
		    const char *property, char **ret_text, struct failure *failure)
{
	error_cleanup sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = sd_bus_get_property_string(bus, SYSTEMD, unit->path, interface, property, &error,
				       ret_text);
	return r < 0 ? failed(failure, unit->name, r, &error) : 0;
}

static int get_list(sd_bus *bus, const struct unit *unit, const char *interface,
		    const char *property, char ***ret_list, struct failure *failure)
{
	error_cleanup sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = sd_bus_get_property_strv(bus, SYSTEMD, unit->path, interface, property, &error,
				     ret_list);
	return r < 0 ? failed(failure, unit->name, r, &error) : 0;
}

static int get_families(sd_bus *bus, struct unit *unit, struct failure *failure)
{
	error_cleanup sd_bus_error error = SD_BUS_ERROR_NULL;
	message_cleanup sd_bus_message *reply = NULL;
	int allowed, r;

	r = sd_bus_get_property(bus, SYSTEMD, unit->path, SERVICE_INTERFACE,
				"RestrictAddressFamilies", &error, &reply, "(bas)");
	if (r >= 0)
		r = sd_bus_message_enter_container(reply, 'r', "bas");
	if (r >= 0)
		r = sd_bus_message_read(reply, "b", &allowed);
	if (r >= 0)
		r = sd_bus_message_read_strv(reply, &unit->service.families);
	if (r < 0)
		return failed(failure, unit->name, r, &error);
	unit->service.families_allowed = allowed;
	return 0;
}

/* The first command of ExecStart=. */
static int get_program(sd_bus *bus, struct unit *unit, struct failure *failure)
{
	error_cleanup sd_bus_error error = SD_BUS_ERROR_NULL;
	message_cleanup sd_bus_message *reply = NULL;
	const char *program;
	int r;

	r = sd_bus_get_property(bus, SYSTEMD, unit->path, SERVICE_INTERFACE, "ExecStart", &error,
				&reply, "a(sasbttttuii)");
	if (r >= 0)
		r = sd_bus_message_enter_container(reply, 'a', "(sasbttttuii)");
	if (r >= 0)
		r = sd_bus_message_enter_container(reply, 'r', "sasbttttuii");
	if (r > 0) {
		r = sd_bus_message_read(reply, "s", &program);
		if (r >= 0 && !(unit->program = strdup(program)))
			r = -ENOMEM;
	}
	return r < 0 ? failed(failure, unit->name, r, &error) : 0;
}

static int load(sd_bus *bus, struct unit *unit, struct failure *failure)
{
	error_cleanup sd_bus_error error = SD_BUS_ERROR_NULL;
	message_cleanup sd_bus_message *reply = NULL;
	const char *path;
	int r;

	r = sd_bus_call_method(bus, SYSTEMD, SYSTEMD_PATH, SYSTEMD_INTERFACE, "LoadUnit", &error,
			       &reply, "s", unit->name);
	if (r >= 0)
		r = sd_bus_message_read(reply, "o", &path);
	if (r >= 0 && !(unit->path = strdup(path)))
		r = -ENOMEM;
	return r < 0 ? failed(failure, unit->name, r, &error) : 0;
}

static int check_loaded(sd_bus *bus, struct unit *unit, struct failure *failure)
{
	int r = get_text(bus, unit, UNIT_INTERFACE, "LoadState", &unit->load_state, failure);

	if (r < 0 || !strcmp(unit->load_state, "loaded"))
		return r;
	failure_set(failure, EXIT_FAILED, "%s: the unit is %s: see systemctl status %s",
		    unit->name, strcmp(unit->load_state, "not-found") ? unit->load_state :
		    "not there", unit->name);
	return -ENOENT;
}

static int read_unit(sd_bus *bus, struct unit *unit, struct failure *failure)
{
	struct service *service = &unit->service;
	int r;

	r = load(bus, unit, failure) ?: check_loaded(bus, unit, failure) ?:
	    get_list(bus, unit, UNIT_INTERFACE, "TriggeredBy", &unit->triggered_by, failure) ?:
	    get_text(bus, unit, SERVICE_INTERFACE, "RootDirectory", &unit->root_directory,
		     failure) ?:
	    get_text(bus, unit, SERVICE_INTERFACE, "RootImage", &unit->root_image, failure) ?:
	    get_list(bus, unit, SERVICE_INTERFACE, "Environment", &service->environment,
		     failure) ?:
	    get_list(bus, unit, SERVICE_INTERFACE, "NoExecPaths", &service->no_exec_paths,
		     failure) ?:
	    get_families(bus, unit, failure) ?: get_program(bus, unit, failure);
	return r;
}

/* What a drop-in cannot change. */
static int check_possible(const struct unit *unit, struct failure *failure)
{
	char why[PROGRAM_WHY_SIZE];

	if (*unit->root_directory || *unit->root_image) {
		failure_set(failure, EXIT_FAILED, "%s: cannot be preloaded: it has a root directory "
			    "of its own (%s), where " PRELOAD_PATH " is not", unit->name,
			    *unit->root_directory ? unit->root_directory : unit->root_image);
		return -EPERM;
	}
	if (unit->program && program_preloadable(unit->program, why) < 0) {
		failure_set(failure, EXIT_FAILED, "%s: %s cannot be preloaded: it %s", unit->name,
			    unit->program, why);
		return -EPERM;
	}
	return 0;
}

/* A socket that systemd has opened is one of TCP. */
static void warn_of_sockets(const struct unit *unit)
{
	for (char **name = unit->triggered_by; name && *name; name++) {
		size_t length = strlen(*name);

		if (length > 7 && !strcmp(*name + length - 7, ".socket"))
			output_error("%s: what listens by %s stays TCP, for systemd opens it: let "
				     "the service listen by itself", unit->name, *name);
	}
}

/* 0 or a negative errno. The file is there whole, or not at all. */
static int replace_file(const char *path, const char *text)
{
	char new[PATH_MAX];
	FILE *stream;
	int r = 0;

	if (snprintf(new, sizeof(new), "%s.new", path) >= (int)sizeof(new))
		return -ENAMETOOLONG;
	stream = fopen(new, "we");
	if (!stream)
		return -errno;
	if (fputs(text, stream) < 0 || fflush(stream) || fsync(fileno(stream)) < 0 ||
	    fchmod(fileno(stream), 0644) < 0)
		r = -errno;
	if (fclose(stream) && !r)
		r = -errno;
	if (!r && rename(new, path) < 0)
		r = -errno;
	if (r < 0)
		unlink(new);
	return r;
}

static void set_paths(const struct unit *unit, char *directory, char *path)
{
	snprintf(directory, PATH_MAX, DIRECTORY "/%s.d", unit->name);
	snprintf(path, PATH_MAX, DIRECTORY "/%s.d/" FILE_NAME, unit->name);
}

static int write_failed(const char *path, int r, struct failure *failure)
{
	if (r == -EACCES || r == -EPERM)
		failure_set(failure, EXIT_PERMISSION, "writing %s needs root: run with sudo", path);
	else
		failure_set(failure, EXIT_FAILED, "%s: %s", path, strerror(-r));
	return r;
}

static int reload_systemd(sd_bus *bus, struct failure *failure)
{
	error_cleanup sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = sd_bus_call_method(bus, SYSTEMD, SYSTEMD_PATH, SYSTEMD_INTERFACE, "Reload", &error,
			       NULL, NULL);
	return r < 0 ? failed(failure, "systemctl daemon-reload", r, &error) : 0;
}

static void report(const struct command *command, const struct unit *unit, const char *path,
		   const char *text, const char *what)
{
	json_cleanup struct json_object *object = NULL;

	if (!command_has(command, OPTION_JSON)) {
		printf("%s %s; it takes effect with: systemctl restart %s\n", path, what,
		       unit->name);
		return;
	}
	object = output_json_new();
	output_json_text(object, "unit", unit->name);
	output_json_text(object, "file", path);
	output_json_text(object, "text", text);
	output_json_print(object, stdout);
}

static int add(const struct command *command, sd_bus *bus, const struct unit *unit,
	       const char *text, struct failure *failure)
{
	char directory[PATH_MAX], path[PATH_MAX];
	int r;

	set_paths(unit, directory, path);
	if (command_has(command, OPTION_DRY_RUN) && !command_has(command, OPTION_JSON)) {
		printf("# %s\n%s", path, text);
		return 0;
	}
	if (!command_has(command, OPTION_DRY_RUN)) {
		r = mkdir(directory, 0755) < 0 && errno != EEXIST ? -errno : 0;
		r = r ?: replace_file(path, text);
		if (r < 0)
			return write_failed(path, r, failure);
		r = reload_systemd(bus, failure);
		if (r < 0)
			return r;
	}
	report(command, unit, path, text, "is written");
	return 0;
}

static int take_away(const struct command *command, sd_bus *bus, const struct unit *unit,
		     struct failure *failure)
{
	char directory[PATH_MAX], path[PATH_MAX];
	int r;

	set_paths(unit, directory, path);
	if (command_has(command, OPTION_DRY_RUN))
		r = access(path, F_OK) < 0 ? -errno : 0;
	else
		r = unlink(path) < 0 ? -errno : 0;
	if (r == -ENOENT) {
		failure_set(failure, EXIT_FAILED, "%s: there is no %s to remove", unit->name, path);
		return r;
	}
	if (r < 0)
		return write_failed(path, r, failure);
	if (!command_has(command, OPTION_DRY_RUN)) {
		rmdir(directory);	/* stays if it has other files */
		r = reload_systemd(bus, failure);
	}
	if (!r)
		report(command, unit, path, NULL, command_has(command, OPTION_DRY_RUN) ?
		       "would be removed" : "is removed");
	return r;
}

static int put(const struct command *command, sd_bus *bus, struct unit *unit,
	       struct failure *failure)
{
	text_cleanup char *text = NULL;
	int r;

	r = read_unit(bus, unit, failure) ?: check_possible(unit, failure);
	if (r < 0)
		return r;
	if (dropin_is_there(&unit->service, PRELOAD_PATH)) {
		failure_set(failure, EXIT_FAILED, "%s: has " PRELOAD_PATH " preloaded already: see "
			    "systemctl cat %s", unit->name, unit->name);
		return -EALREADY;
	}
	text = dropin_text(&unit->service, PRELOAD_PATH);
	if (!text) {
		failure_set(failure, EXIT_FAILED, "not enough memory");
		return -ENOMEM;
	}
	warn_of_sockets(unit);
	return add(command, bus, unit, text, failure);
}

static int change(const struct command *command, sd_bus *bus, struct failure *failure)
{
	unit_cleanup struct unit unit = {};
	int r;

	r = set_name(&unit, command_text(command, OPTION_UNIT), failure);
	if (r < 0)
		return r;
	return command_has(command, OPTION_REMOVE) ? take_away(command, bus, &unit, failure) :
						     put(command, bus, &unit, failure);
}

int run_unit(const struct command *command)
{
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure = {};

	if (bus_client_open(&bus, &failure) < 0 || change(command, bus, &failure) < 0)
		return device_failed(&failure);
	return EXIT_OK;
}
