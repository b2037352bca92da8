// SPDX-License-Identifier: GPL-2.0-or-later
/* The interface org.smcd1.Manager. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include "bus.h"
#include "config-error.h"
#include "manager.h"
#include "reason.h"

static int get_version(sd_bus *bus, const char *path, const char *interface, const char *property,
		       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)userdata, (void)error;
	return sd_bus_message_append(reply, "s", PACKAGE_VERSION);
}

static int get_kernel(sd_bus *bus, const char *path, const char *interface, const char *property,
		      sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct utsname name;

	(void)bus, (void)path, (void)interface, (void)property, (void)userdata, (void)error;
	if (uname(&name) < 0)
		return -errno;
	return sd_bus_message_append(reply, "s", name.release);
}

/* Names of files may have bytes that D-Bus does not take. */
static int append_printable(sd_bus_message *reply, const char *text)
{
	char *copy = strdup(text);
	int r;

	if (!copy)
		return -ENOMEM;
	config_make_printable(copy);
	r = sd_bus_message_append(reply, "s", copy);
	free(copy);
	return r;
}

/* What is kept for a trial is merged anew with each. */
static bool is_repeated(char **files, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (!strcmp(files[i], files[index]))
			return true;
	return false;
}

static int get_config_files(sd_bus *bus, const char *path, const char *interface,
			    const char *property, sd_bus_message *reply, void *userdata,
			    sd_bus_error *error)
{
	const struct manager *manager = userdata;
	char **files = manager->config ? manager->config->files : NULL;
	int r;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	r = sd_bus_message_open_container(reply, 'a', "s");
	for (size_t i = 0; files && files[i] && r >= 0; i++)
		if (!is_repeated(files, i))
			r = append_printable(reply, files[i]);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_strings(sd_bus *bus, const char *path, const char *interface,
		       const char *property, sd_bus_message *reply, void *userdata,
		       sd_bus_error *error)
{
	const struct strings *strings = userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append_strv(reply, strings->items);
}

static int append_plugin(sd_bus_message *reply, const struct backend *backend)
{
	int r;

	r = sd_bus_message_open_container(reply, 'e', "sas");
	if (r >= 0)
		r = sd_bus_message_append(reply, "s", backend->name);
	if (r >= 0)
		r = sd_bus_message_append_strv(reply, (char **)plugin_kinds(backend->plugin));
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_plugins(sd_bus *bus, const char *path, const char *interface, const char *property,
		       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct manager *manager = userdata;
	int r;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	r = sd_bus_message_open_container(reply, 'a', "{sas}");
	for (size_t i = 0; i < manager->backends.count && r >= 0; i++)
		if (manager->backends.items[i].plugin)
			r = append_plugin(reply, &manager->backends.items[i]);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int method_reload(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	static const struct bus_action action = { BUS_NAME ".reload", "reload the configuration" };
	struct manager *manager = userdata;
	struct config_error words;
	int r;

	r = bus_authorize(manager, message, &action, NULL, error);
	if (r)
		return r;
	snprintf(words.text, sizeof(words.text), "out of memory");
	r = manager_reload(manager, &words);
	if (r == -EBADMSG)
		return bus_fail(error, BUS_ERROR("InvalidConfig"), words.text);
	if (r == -EBUSY)
		return bus_fail(error, BUS_ERROR("Busy"), words.text);
	if (r < 0)
		return bus_fail(error, BUS_ERROR("Failed"), words.text);
	return sd_bus_reply_method_return(message, NULL);
}

static int append_device(sd_bus_message *reply, const struct registry_device *device)
{
	char *path;
	int r;

	r = sd_bus_path_encode(BUS_DEVICES, device->device.name, &path);
	if (r < 0)
		return r;
	r = sd_bus_message_append(reply, "(so)", device->device.name, path);
	free(path);
	return r;
}

static int method_list_devices(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	__attribute__((cleanup(sd_bus_message_unrefp))) sd_bus_message *reply = NULL;
	const struct manager *manager = userdata;
	const struct registry_device **devices;
	size_t count;
	int r;

	(void)error;
	r = sd_bus_message_new_method_return(message, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "(so)");
	if (r < 0)
		return r;
	r = registry_ranked(manager->registry, &devices, &count);
	if (r < 0)
		return r;
	for (size_t i = 0; i < count && r >= 0; i++)
		r = append_device(reply, devices[i]);
	free(devices);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

static int method_get_device(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const struct manager *manager = userdata;
	const char *name;
	char *path;
	int r;

	r = sd_bus_message_read(message, "s", &name);
	if (r < 0)
		return r;
	if (!registry_find(manager->registry, name))
		return sd_bus_error_setf(error, BUS_ERROR("NoSuchDevice"),
					 "There is no device '%s'",
					 strlen(name) < SMCD_NAME_SIZE ? name : "...");
	r = sd_bus_path_encode(BUS_DEVICES, name, &path);
	if (r < 0)
		return r;
	r = sd_bus_reply_method_return(message, "o", path);
	free(path);
	return r;
}

static int reply_counters(sd_bus_message *message, const struct smc_counter *counters,
			  size_t count)
{
	__attribute__((cleanup(sd_bus_message_unrefp))) sd_bus_message *reply = NULL;
	int r;

	r = sd_bus_message_new_method_return(message, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "{st}");
	for (size_t i = 0; i < count && r >= 0; i++)
		r = sd_bus_message_append(reply, "{st}", counters[i].name, counters[i].value);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

static int fail_statistics(sd_bus_error *error, int r)
{
	if (r == -ENOENT || r == -ENODEV)
		return sd_bus_error_set(error, BUS_ERROR("NotSupported"),
					"The kernel has no SMC: module smc is not loaded");
	return sd_bus_error_setf(error, BUS_ERROR("Failed"),
				 "The kernel does not tell its SMC statistics: %s", strerror(-r));
}

static int method_statistics(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct manager *manager = userdata;
	struct smc_netlink *netlink;
	struct smc_counter *counters;
	size_t count;
	int r;

	r = bus_read_options(message, NULL, error);
	if (r < 0)
		return r;
	r = manager_netlink(manager, &netlink);
	if (!r)
		r = smc_netlink_statistics(netlink, &counters, &count);
	if (r < 0)
		return fail_statistics(error, r);
	r = reply_counters(message, counters, count);
	free(counters);
	return r;
}

static int append_fallback(sd_bus_message *reply, const struct smc_fallback *fallback)
{
	const struct reason *reason = reason_find(fallback->code);

	return sd_bus_message_append(reply, "(uttsssa{sv})", fallback->code,
				     (uint64_t)fallback->client, (uint64_t)fallback->server,
				     reason->name, reason->meaning, reason->cure, 0);
}

static int reply_fallbacks(sd_bus_message *message, const struct smc_fallback *fallbacks,
			   size_t count)
{
	__attribute__((cleanup(sd_bus_message_unrefp))) sd_bus_message *reply = NULL;
	int r;

	r = sd_bus_message_new_method_return(message, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "(uttsssa{sv})");
	for (size_t i = 0; i < count && r >= 0; i++)
		r = append_fallback(reply, &fallbacks[i]);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

static int method_fallback_reasons(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct manager *manager = userdata;
	struct smc_netlink *netlink;
	struct smc_fallback *fallbacks;
	size_t count;
	int r;

	r = bus_read_options(message, NULL, error);
	if (r < 0)
		return r;
	r = manager_netlink(manager, &netlink);
	if (!r)
		r = smc_netlink_fallbacks(netlink, &fallbacks, &count);
	if (r < 0)
		return fail_statistics(error, r);
	r = reply_fallbacks(message, fallbacks, count);
	free(fallbacks);
	return r;
}

static int get_seid(sd_bus *bus, const char *path, const char *interface, const char *property,
		    sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct manager_stack *stack = &((const struct manager *)userdata)->stack;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "s", !stack->seid_known ? "" :
				     stack->seid_enabled ? "enabled" : "disabled");
}

static int get_pnetids(sd_bus *bus, const char *path, const char *interface,
		       const char *property, sd_bus_message *reply, void *userdata,
		       sd_bus_error *error)
{
	const struct manager_stack *stack = &((const struct manager *)userdata)->stack;
	int r;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	r = sd_bus_message_open_container(reply, 'a', "(ssu)");
	for (size_t i = 0; i < stack->n_pnets && r >= 0; i++)
		r = sd_bus_message_append(reply, "(ssu)", stack->pnets[i].pnetid,
					  stack->pnets[i].name, (uint32_t)stack->pnets[i].port);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

const sd_bus_vtable bus_manager_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("Reload", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, method_reload,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Apply", SD_BUS_ARGS("a{sv}", options), SD_BUS_NO_RESULT,
				bus_method_apply, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Confirm", SD_BUS_ARGS("a{sv}", options), SD_BUS_NO_RESULT,
				bus_method_confirm, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Rollback", SD_BUS_ARGS("a{sv}", options), SD_BUS_NO_RESULT,
				bus_method_rollback, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Verify", SD_BUS_ARGS("a{sv}", options), SD_BUS_NO_RESULT,
				bus_method_verify, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("DryRun", SD_BUS_ARGS("a{sv}", options),
				SD_BUS_RESULT("a(sssa{sv})", steps, "as", problems),
				bus_method_dry_run, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Identities", SD_BUS_ARGS("a{sv}", options),
				SD_BUS_RESULT("a(ssssa{sv})", settings),
				bus_method_identities, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Settings", SD_BUS_ARGS("a{sv}", options),
				SD_BUS_RESULT("a(ssssa{sv})", settings),
				bus_method_settings, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("AddUEID", SD_BUS_ARGS("s", ueid, "a{sv}", options),
				SD_BUS_NO_RESULT, bus_method_add_ueid, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("DeleteUEID", SD_BUS_ARGS("s", ueid, "a{sv}", options),
				SD_BUS_NO_RESULT, bus_method_delete_ueid, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("SetSEID", SD_BUS_ARGS("b", enable, "a{sv}", options),
				SD_BUS_NO_RESULT, bus_method_set_seid, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("AddPNETID", SD_BUS_ARGS("s", pnetid, "a{sv}", options),
				SD_BUS_NO_RESULT, bus_method_add_pnetid, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("DeletePNETID", SD_BUS_ARGS("s", pnetid, "a{sv}", options),
				SD_BUS_NO_RESULT, bus_method_delete_pnetid,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("CreateDevice",
				SD_BUS_ARGS("s", name, "s", kind, "a{sv}", options),
				SD_BUS_NO_RESULT, bus_method_create_device,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ListDevices", SD_BUS_NO_ARGS,
				SD_BUS_RESULT("a(so)", devices), method_list_devices,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetDevice", SD_BUS_ARGS("s", name), SD_BUS_RESULT("o", device),
				method_get_device, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Statistics", SD_BUS_ARGS("a{sv}", options),
				SD_BUS_RESULT("a{st}", counters), method_statistics,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("FallbackReasons", SD_BUS_ARGS("a{sv}", options),
				SD_BUS_RESULT("a(uttsssa{sv})", reasons), method_fallback_reasons,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ListConnections", SD_BUS_ARGS("a{sv}", options),
				SD_BUS_RESULT("h", rows),
				bus_method_list_connections, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_PROPERTY("Version", "s", get_version, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("ConfigFiles", "as", get_config_files, 0,
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("ConfigError", "s", NULL, offsetof(struct manager, config_error),
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("PolicyState", "s", bus_get_policy_state, 0,
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("PolicyReason", "s", bus_get_policy_reason, 0,
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("ConfirmDeadline", "t", NULL, offsetof(struct manager, trial.deadline),
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("UEIDs", "as", get_strings, offsetof(struct manager, ueids),
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("SEID", "s", get_seid, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("PNETIDs", "a(ssu)", get_pnetids, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("Plugins", "a{sas}", get_plugins, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("Problems", "as", get_strings, offsetof(struct manager, problems),
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("KernelRelease", "s", get_kernel, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_VTABLE_END
};

void bus_manager_property_names(unsigned int what, const char *names[16])
{
	static const struct {
		unsigned int bit;
		const char *name;
	} table[] = {
		{ BUS_CONFIG_FILES, "ConfigFiles" },
		{ BUS_CONFIG_ERROR, "ConfigError" },
		{ BUS_UEIDS, "UEIDs" },
		{ BUS_SEID, "SEID" },
		{ BUS_PNETIDS, "PNETIDs" },
		{ BUS_PLUGINS, "Plugins" },
		{ BUS_PROBLEMS, "Problems" },
		{ BUS_POLICY, "PolicyState" },
		{ BUS_POLICY, "PolicyReason" },
		{ BUS_POLICY, "ConfirmDeadline" },
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (what & table[i].bit)
			names[n++] = table[i].name;
	names[n] = NULL;
}
