// SPDX-License-Identifier: GPL-2.0-or-later
/* The interface org.smcd1.Device. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "bus.h"
#include "config-error.h"
#include "manager.h"

int bus_device_find(sd_bus *connection, const char *path, const char *interface, void *userdata,
		    void **ret_found, sd_bus_error *error)
{
	const struct manager *manager = userdata;
	const struct registry_device *device;
	char *name;
	int r;

	(void)connection, (void)interface, (void)error;
	r = sd_bus_path_decode(path, BUS_DEVICES, &name);
	if (r <= 0)
		return r;
	device = registry_find(manager->registry, name);
	free(name);
	if (!device)
		return 0;
	*ret_found = (void *)device;
	return 1;
}

int bus_device_enumerate(sd_bus *connection, const char *path, void *userdata,
			 char ***ret_nodes, sd_bus_error *error)
{
	const struct manager *manager = userdata;
	size_t count = registry_count(manager->registry);
	char **nodes = calloc(count + 1, sizeof(*nodes));

	(void)connection, (void)path, (void)error;
	if (!nodes)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const char *name = registry_get(manager->registry, i)->device.name;
		int r = sd_bus_path_encode(BUS_DEVICES, name, &nodes[i]);

		if (r < 0) {
			while (i > 0)
				free(nodes[--i]);
			free(nodes);
			return r;
		}
	}
	*ret_nodes = nodes;
	return 0;
}

/* @userdata points to the text, as the vtable's offset says. */
static int get_text(sd_bus *bus, const char *path, const char *interface, const char *property,
		    sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	char text[sizeof(((struct smcd_device *)NULL)->reason)];

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	snprintf(text, sizeof(text), "%s", (const char *)userdata);
	config_make_printable(text);
	return sd_bus_message_append(reply, "s", text);
}

static int get_state(sd_bus *bus, const char *path, const char *interface, const char *property,
		     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct registry_device *device = userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "s", registry_state(&device->device));
}

static int get_drain(sd_bus *bus, const char *path, const char *interface, const char *property,
		     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct registry_device *device = userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "s", registry_drain(&device->device));
}

static int get_function_id(sd_bus *bus, const char *path, const char *interface,
			   const char *property, sd_bus_message *reply, void *userdata,
			   sd_bus_error *error)
{
	const struct registry_device *device = userdata;
	char text[16] = "";

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	if (device->device.has_fid)
		snprintf(text, sizeof(text), "0x%08" PRIx32, device->device.fid);
	return sd_bus_message_append(reply, "s", text);
}

static int get_managed(sd_bus *bus, const char *path, const char *interface, const char *property,
		       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct registry_device *device = userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "b", (int)device->managed);
}

/* The manager is what the vtable was added with; @userdata is the device that was found. */
static struct manager *manager_of(sd_bus *bus)
{
	return sd_bus_slot_get_userdata(sd_bus_get_current_slot(bus));
}

static int get_counter(sd_bus *bus, const char *path, const char *interface, const char *property,
		       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	(void)path, (void)interface, (void)property, (void)error;
	manager_read_counters(manager_of(bus));
	return sd_bus_message_append(reply, "u", *(const uint32_t *)userdata);
}

static int append_counter(sd_bus_message *reply, const char *name, uint64_t value)
{
	/* What the backend cannot tell is absent. */
	return value == SMCD_UNKNOWN ? 0 : sd_bus_message_append(reply, "{st}", name, value);
}

static int append_counters(sd_bus_message *reply, const struct smcd_stats *stats)
{
	const struct {
		const char *name;
		uint64_t value;
	} table[] = {
		{ "tx-moves", stats->tx_moves }, { "tx-bytes", stats->tx_bytes },
		{ "rx-moves", stats->rx_moves }, { "rx-bytes", stats->rx_bytes },
		{ "signals", stats->signals }, { "refused", stats->refused },
		{ "dmbs", stats->dmbs }, { "dmbs-failed", stats->dmbs_failed },
		{ "queries-yes", stats->queries_yes }, { "queries-no", stats->queries_no },
	};
	int r;

	r = sd_bus_message_open_container(reply, 'a', "{st}");
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]) && r >= 0; i++)
		r = append_counter(reply, table[i].name, table[i].value);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_counters(sd_bus *bus, const char *path, const char *interface, const char *property,
			sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct registry_device *device = userdata;

	(void)path, (void)interface, (void)property, (void)error;
	manager_read_counters(manager_of(bus));
	return append_counters(reply, &device->device.stats);
}

static int fail_change(int r, const struct config_error *words, sd_bus_error *error)
{
	switch (r) {
	case -ENODEV:
		return bus_fail(error, BUS_ERROR("NoSuchDevice"), words->text);
	case -EOPNOTSUPP:
		return bus_fail(error, BUS_ERROR("NotSupported"), words->text);
	case -EBADMSG:
		return bus_fail(error, BUS_ERROR("InvalidConfig"), words->text);
	case -EBUSY:
		return bus_fail(error, BUS_ERROR("Busy"), words->text);
	default:
		return bus_fail(error, BUS_ERROR("Failed"), words->text);
	}
}

static const struct bus_action action_priority = {
	BUS_NAME ".set-priority", "set the priority of a device"
};
static const struct bus_action action_up = { BUS_NAME ".device-state", "take a device up" };
static const struct bus_action action_down = { BUS_NAME ".device-state", "take a device down" };
static const struct bus_action action_drain = { BUS_NAME ".device-state", "drain a device" };
static const struct bus_action action_delete = { BUS_NAME ".device-delete", "delete a device" };

/* bus_authorize() for this device. */
static int authorize(sd_bus_message *message, const struct bus_action *action,
		     const struct registry_device *device, sd_bus_error *error)
{
	return bus_authorize(manager_of(sd_bus_message_get_bus(message)), message, action,
			     device->device.name, error);
}

static int method_set_priority(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const struct registry_device *device = userdata;
	struct manager *manager = manager_of(sd_bus_message_get_bus(message));
	char name[SMCD_NAME_SIZE];
	struct config_error words;
	bool save = false;
	const struct bus_option known[] = { { "save", "b", &save }, { NULL, NULL, NULL } };
	uint32_t priority;
	int r;

	r = sd_bus_message_read(message, "u", &priority);
	if (r >= 0)
		r = bus_read_options(message, known, error);
	if (r < 0)
		return r;
	if (priority > CONFIG_PRIORITY_MAX)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "Priority %" PRIu32 " is out of range; it must be 0 to %d",
					 priority, CONFIG_PRIORITY_MAX);
	r = authorize(message, &action_priority, device, error);
	if (r)
		return r;
	/* A copy, for the device may go while the kernel is made to match. */
	snprintf(name, sizeof(name), "%s", device->device.name);
	snprintf(words.text, sizeof(words.text), "out of memory");
	r = manager_set_priority(manager, name, priority, save, &words);
	if (r < 0)
		return fail_change(r, &words, error);
	return sd_bus_reply_method_return(message, NULL);
}

static int set_up(sd_bus_message *message, const struct registry_device *device, bool up,
		  sd_bus_error *error)
{
	char name[SMCD_NAME_SIZE];
	struct config_error words;
	int r;

	r = bus_read_options(message, NULL, error);
	if (r < 0)
		return r;
	r = authorize(message, up ? &action_up : &action_down, device, error);
	if (r)
		return r;
	snprintf(name, sizeof(name), "%s", device->device.name);
	snprintf(words.text, sizeof(words.text), "out of memory");
	r = manager_set_up(manager_of(sd_bus_message_get_bus(message)), name, up, &words);
	if (r < 0)
		return fail_change(r, &words, error);
	return sd_bus_reply_method_return(message, NULL);
}

static int method_up(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	return set_up(message, userdata, true, error);
}

static int method_down(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	return set_up(message, userdata, false, error);
}

static int method_drain(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const struct registry_device *device = userdata;
	char name[SMCD_NAME_SIZE];
	struct config_error words;
	uint32_t timeout = 0;
	const struct bus_option known[] = { { "timeout", "u", &timeout }, { NULL, NULL, NULL } };
	int r;

	r = bus_read_options(message, known, error);
	if (r < 0)
		return r;
	if (timeout > SMCD_DRAIN_MAX)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "Timeout %" PRIu32 " is out of range; it must be 0 to %d "
					 "milliseconds, where 0 is none", timeout, SMCD_DRAIN_MAX);
	r = authorize(message, &action_drain, device, error);
	if (r)
		return r;
	snprintf(name, sizeof(name), "%s", device->device.name);
	snprintf(words.text, sizeof(words.text), "out of memory");
	r = manager_drain(manager_of(sd_bus_message_get_bus(message)), name, timeout, &words);
	if (r < 0)
		return fail_change(r, &words, error);
	return sd_bus_reply_method_return(message, NULL);
}

static int method_delete(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const struct registry_device *device = userdata;
	char name[SMCD_NAME_SIZE];
	struct config_error words;
	bool force = false;
	const struct bus_option known[] = { { "force", "b", &force }, { NULL, NULL, NULL } };
	int r;

	r = bus_read_options(message, known, error);
	if (r < 0)
		return r;
	r = authorize(message, &action_delete, device, error);
	if (r)
		return r;
	snprintf(name, sizeof(name), "%s", device->device.name);
	snprintf(words.text, sizeof(words.text), "out of memory");
	r = manager_delete(manager_of(sd_bus_message_get_bus(message)), name, force, &words);
	if (r < 0)
		return fail_change(r, &words, error);
	return sd_bus_reply_method_return(message, NULL);
}

static int method_statistics(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	__attribute__((cleanup(sd_bus_message_unrefp))) sd_bus_message *reply = NULL;
	const struct registry_device *device = userdata;
	int r;

	r = bus_read_options(message, NULL, error);
	if (r < 0)
		return r;
	manager_read_counters(manager_of(sd_bus_message_get_bus(message)));
	r = sd_bus_message_new_method_return(message, &reply);
	if (r >= 0)
		r = append_counters(reply, &device->device.stats);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

#define PROPERTY(name, type, getter, field)					\
	SD_BUS_PROPERTY(name, type, getter, offsetof(struct registry_device, field),	\
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)

const sd_bus_vtable bus_device_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("SetPriority", SD_BUS_ARGS("u", priority, "a{sv}", options),
				SD_BUS_NO_RESULT, method_set_priority, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Up", SD_BUS_ARGS("a{sv}", options), SD_BUS_NO_RESULT,
				method_up, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Down", SD_BUS_ARGS("a{sv}", options), SD_BUS_NO_RESULT,
				method_down, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Drain", SD_BUS_ARGS("a{sv}", options), SD_BUS_NO_RESULT,
				method_drain, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Delete", SD_BUS_ARGS("a{sv}", options), SD_BUS_NO_RESULT,
				method_delete, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_SIGNAL_WITH_ARGS("DrainProgress", SD_BUS_ARGS("u", connections, "s", drain), 0),
	SD_BUS_METHOD_WITH_ARGS("Statistics", SD_BUS_ARGS("a{sv}", options),
				SD_BUS_RESULT("a{st}", counters), method_statistics,
				SD_BUS_VTABLE_UNPRIVILEGED),
	PROPERTY("Name", "s", get_text, device.name),
	PROPERTY("Kind", "s", get_text, device.kind),
	PROPERTY("Plugin", "s", get_text, plugin),
	PROPERTY("CHID", "q", NULL, device.chid),
	PROPERTY("GID", "t", NULL, device.gid),
	PROPERTY("Priority", "u", NULL, priority),
	PROPERTY("Rank", "u", NULL, device.rank),
	PROPERTY("Reason", "s", get_text, device.reason),
	SD_BUS_PROPERTY("State", "s", get_state, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("Drain", "s", get_drain, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	PROPERTY("PNETID", "s", get_text, device.pnetid),
	SD_BUS_PROPERTY("FunctionID", "s", get_function_id, 0,
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	PROPERTY("MaxDMBs", "u", NULL, device.max_dmbs),
	SD_BUS_PROPERTY("Managed", "b", get_managed, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("Connections", "u", get_counter,
			offsetof(struct registry_device, device.connections), 0),
	SD_BUS_PROPERTY("DMBs", "u", get_counter,
			offsetof(struct registry_device, device.dmbs), 0),
	SD_BUS_PROPERTY("Counters", "a{st}", get_counters, 0, 0),
	SD_BUS_VTABLE_END
};

void bus_device_property_names(unsigned int what, const char *names[16])
{
	static const struct {
		unsigned int bit;
		const char *name;
	} table[] = {
		{ REGISTRY_KIND, "Kind" },
		{ REGISTRY_PLUGIN, "Plugin" },
		{ REGISTRY_CHID, "CHID" },
		{ REGISTRY_GID, "GID" },
		{ REGISTRY_PRIORITY, "Priority" },
		{ REGISTRY_RANK, "Rank" },
		{ REGISTRY_REASON, "Reason" },
		{ REGISTRY_STATE, "State" },
		{ REGISTRY_DRAIN, "Drain" },
		{ REGISTRY_PNETID, "PNETID" },
		{ REGISTRY_FUNCTION_ID, "FunctionID" },
		{ REGISTRY_MAX_DMBS, "MaxDMBs" },
		{ REGISTRY_MANAGED, "Managed" },
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (what & table[i].bit)
			names[n++] = table[i].name;
	names[n] = NULL;
}
