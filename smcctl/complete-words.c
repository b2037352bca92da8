// SPDX-License-Identifier: GPL-2.0-or-later
/* Asks the daemon and the kernel for words that complete values; see complete.h. */
#include <net/if.h>
#include <string.h>
#include "bus-client.h"
#include "complete.h"
#include "linkgroup.h"

typedef void (*word_fn)(const char *word, void *userdata);

/* Shells would take other words apart. */
static void plain_word(const char *word, word_fn fn, void *userdata)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._:@-";

	if (!word[strspn(word, plain)])
		fn(word, userdata);
}

static void complete_devices(sd_bus *bus, word_fn fn, void *userdata)
{
	devices_cleanup struct devices devices = {};
	struct failure failure;
	size_t i;

	if (bus_client_devices(bus, &devices, &failure) < 0)
		return;
	for (i = 0; i < devices.n; i++)
		plain_word(devices.list[i].name, fn, userdata);
}

static void complete_linkgroups(sd_bus *bus, word_fn fn, void *userdata)
{
	linkgroups_cleanup struct linkgroups linkgroups = {};
	char id[LINKGROUP_ID_SIZE];
	struct failure failure;
	size_t i;

	if (bus_client_linkgroups(bus, &linkgroups, &failure) < 0)
		return;
	for (i = 0; i < linkgroups.n; i++)
		fn(linkgroup_id(&linkgroups.list[i], id), userdata);
}

/* Those that the kernel has. */
static void complete_ueids(sd_bus *bus, word_fn fn, void *userdata)
{
	manager_cleanup struct manager manager = {};
	struct failure failure;
	char **ueid;

	if (bus_client_manager(bus, &manager, &failure) < 0)
		return;
	for (ueid = manager.ueids; ueid && *ueid; ueid++)
		plain_word(*ueid, fn, userdata);
}

/* Those that the files or the kernel have. */
static void complete_pnetids(sd_bus *bus, word_fn fn, void *userdata)
{
	settings_cleanup struct settings settings = {};
	struct failure failure;
	size_t i;

	if (bus_client_identities(bus, &settings, &failure) < 0)
		return;
	for (i = 0; i < settings.n; i++)
		if (!strncmp(settings.list[i].key, "pnetids.", strlen("pnetids.")))
			plain_word(*settings.list[i].configured ? settings.list[i].configured :
				   settings.list[i].effective, fn, userdata);
}

/* What plugins that run can make. */
static void complete_kinds(sd_bus *bus, word_fn fn, void *userdata)
{
	manager_cleanup struct manager manager = {};
	struct failure failure;
	char **kind;
	size_t i;

	if (bus_client_manager(bus, &manager, &failure) < 0)
		return;
	for (i = 0; i < manager.n_plugins; i++)
		for (kind = manager.plugins[i].kinds; kind && *kind; kind++)
			plain_word(*kind, fn, userdata);
}

static void complete_interfaces(word_fn fn, void *userdata)
{
	struct if_nameindex *list = if_nameindex(), *interface;

	if (!list)
		return;
	for (interface = list; interface->if_name; interface++)
		plain_word(interface->if_name, fn, userdata);
	if_freenameindex(list);
}

/* A template needs an instance, which is anything. */
static void complete_unit(const char *path, word_fn fn, void *userdata)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	if (!strstr(name, "@."))
		plain_word(name, fn, userdata);
}

/* Services that are installed, says systemd. */
static void complete_units(word_fn fn, void *userdata)
{
	__attribute__((cleanup(sd_bus_message_unrefp))) sd_bus_message *reply = NULL;
	bus_cleanup sd_bus *bus = NULL;
	const char *path, *state;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 ||
	    sd_bus_call_method(bus, "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
			       "org.freedesktop.systemd1.Manager", "ListUnitFilesByPatterns", NULL,
			       &reply, "asas", 0, 1, "*.service") < 0 ||
	    sd_bus_message_enter_container(reply, 'a', "(ss)") < 0)
		return;
	while (sd_bus_message_read(reply, "(ss)", &path, &state) > 0)
		complete_unit(path, fn, userdata);
}

void complete_words(enum value_kind kind, word_fn fn, void *userdata)
{
	static void (*const of_daemon[VALUE_KINDS])(sd_bus *bus, word_fn fn, void *userdata) = {
		[VALUE_DEVICE] = complete_devices,
		[VALUE_LINKGROUP] = complete_linkgroups,
		[VALUE_EID] = complete_ueids,
		[VALUE_PNETID] = complete_pnetids,
		[VALUE_KIND] = complete_kinds,
	};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (kind == VALUE_INTERFACE)
		complete_interfaces(fn, userdata);
	else if (kind == VALUE_UNIT)
		complete_units(fn, userdata);
	else if (of_daemon[kind] && bus_client_open(&bus, &failure) >= 0 &&
		 bus_client_is_running(bus))
		of_daemon[kind](bus, fn, userdata);
}
