// SPDX-License-Identifier: GPL-2.0-or-later
/* Methods of org.smcd1.Manager for what is set by hand, EIDs, PNETIDs, devices, and who did it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "bus.h"
#include "config-error.h"
#include "manager.h"
#include "settings.h"

static int reply(sd_bus_message *message, int r, const struct config_error *words,
		 sd_bus_error *error)
{
	switch (r) {
	case 0:
		return sd_bus_reply_method_return(message, NULL);
	case -EINVAL:
		return bus_fail(error, SD_BUS_ERROR_INVALID_ARGS, words->text);
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

/* Reads the only option of a method, and asks whether the sender may. */
static int begin(sd_bus_message *message, struct manager *manager,
		 const struct bus_action *action, bool *ret_save, sd_bus_error *error)
{
	const struct bus_option known[] = { { "save", "b", ret_save }, { NULL, NULL, NULL } };
	int r = bus_read_options(message, known, error);

	return r < 0 ? r : bus_authorize(manager, message, action, NULL, error);
}

static int change_ueid(sd_bus_message *message, struct manager *manager,
		       const struct bus_action *action,
		       int (*fn)(struct manager *manager, const char *ueid, bool save,
				 struct config_error *error), sd_bus_error *error)
{
	struct config_error why = { .text = "out of memory" };
	const char *ueid;
	bool save = false;
	int r;

	r = sd_bus_message_read(message, "s", &ueid);
	if (r >= 0)
		r = begin(message, manager, action, &save, error);
	if (r)
		return r;
	return reply(message, fn(manager, ueid, save, &why), &why, error);
}

int bus_method_add_ueid(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	static const struct bus_action action = { BUS_NAME ".eids", "add a UEID" };

	return change_ueid(message, userdata, &action, manager_add_ueid, error);
}

int bus_method_delete_ueid(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	static const struct bus_action action = { BUS_NAME ".eids", "delete a UEID" };

	return change_ueid(message, userdata, &action, manager_delete_ueid, error);
}

int bus_method_set_seid(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	static const struct bus_action action = {
		BUS_NAME ".eids", "enable or disable the SEID"
	};
	struct config_error why = { .text = "out of memory" };
	bool save = false;
	int enable, r;

	r = sd_bus_message_read(message, "b", &enable);
	if (r >= 0)
		r = begin(message, userdata, &action, &save, error);
	if (r)
		return r;
	return reply(message, manager_set_seid(userdata, enable, save, &why), &why, error);
}

/* Whom a PNETID is about; @place is untouched if no option says it. */
static int parse_place(const char *interface, const char *device, struct pnet_entry *place,
		       sd_bus_error *error)
{
	const char *problem = NULL;

	if (*interface && *device)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS, "Either an interface or "
					 "a device has a PNETID, not both");
	if (*interface)
		problem = pnet_parse_interface(interface, place);
	else if (*device)
		problem = pnet_parse_device(device, place);
	return problem ? bus_fail(error, SD_BUS_ERROR_INVALID_ARGS, problem) : 0;
}

/* Reads the arguments of both methods, and asks whether the sender may. */
static int read_pnet(sd_bus_message *message, struct manager *manager,
		     const struct bus_action *action, bool needs_place,
		     struct pnet_entry *ret_entry, bool *ret_save, sd_bus_error *error)
{
	const char *pnetid, *problem, *interface = "", *device = "";
	const struct bus_option known[] = {
		{ "interface", "s", &interface }, { "device", "s", &device },
		{ "save", "b", ret_save }, { NULL, NULL, NULL }
	};
	int r;

	r = sd_bus_message_read(message, "s", &pnetid);
	if (r >= 0)
		r = bus_read_options(message, known, error);
	if (r >= 0)
		r = parse_place(interface, device, ret_entry, error);
	if (r < 0)
		return r;
	problem = pnetid_problem(pnetid);
	if (problem)
		return bus_fail(error, SD_BUS_ERROR_INVALID_ARGS, problem);
	if (needs_place && !ret_entry->name[0])
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS, "Option 'interface' or "
					 "'device' is needed");
	pnetid_copy(ret_entry->pnetid, pnetid);
	return bus_authorize(manager, message, action, NULL, error);
}

int bus_method_add_pnetid(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	static const struct bus_action action = { BUS_NAME ".pnetids", "add a PNETID" };
	struct config_error why = { .text = "out of memory" };
	struct pnet_entry entry = { 0 };
	bool save = false;
	int r;

	r = read_pnet(message, userdata, &action, true, &entry, &save, error);
	if (r)
		return r;
	return reply(message, manager_add_pnet(userdata, &entry, save, &why), &why, error);
}

int bus_method_delete_pnetid(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	static const struct bus_action action = { BUS_NAME ".pnetids", "delete a PNETID" };
	struct config_error why = { .text = "out of memory" };
	struct pnet_entry entry = { 0 };
	bool save = false;
	int r;

	r = read_pnet(message, userdata, &action, false, &entry, &save, error);
	if (r)
		return r;
	return reply(message, manager_delete_pnet(userdata, &entry, save, &why), &why, error);
}

/* What its texts have to be besides is checked with all else that is read out of files. */
static int fill_device(struct config_device *device, const char *name, const char *kind,
		       const char *pnetid, sd_bus_error *error)
{
	const char *problem = *pnetid ? pnetid_problem(pnetid) : NULL;

	if (strlen(name) >= sizeof(device->name) || strlen(kind) >= sizeof(device->kind))
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS, "A name has at most %zu "
					 "characters, a kind %zu", sizeof(device->name) - 1,
					 sizeof(device->kind) - 1);
	if (problem)
		return bus_fail(error, SD_BUS_ERROR_INVALID_ARGS, problem);
	strcpy(device->name, name);
	strcpy(device->kind, kind);
	pnetid_copy(device->pnetid, pnetid);
	return 0;
}

/* 0 stands for what is not said, but of a priority it is one: that has a value beyond. */
static int read_device(sd_bus_message *message, struct config_device *ret_device, bool *ret_save,
		       sd_bus_error *error)
{
	struct config_device device = { .priority = UINT32_MAX };
	const char *name, *kind, *pnetid = "";
	uint32_t chid = 0;
	const struct bus_option known[] = {
		{ "chid", "u", &chid }, { "gid", "t", &device.gid },
		{ "priority", "u", &device.priority }, { "max-dmbs", "u", &device.max_dmbs },
		{ "max-memory", "t", &device.max_memory }, { "pnetid", "s", &pnetid },
		{ "save", "b", ret_save }, { NULL, NULL, NULL }
	};
	int r;

	r = sd_bus_message_read(message, "ss", &name, &kind);
	if (r >= 0)
		r = bus_read_options(message, known, error);
	if (r >= 0)
		r = fill_device(&device, name, kind, pnetid, error);
	if (r < 0)
		return r;
	if (chid > UINT16_MAX)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "CHID %u is out of range; it must be 1 to 0xFFFF", chid);
	device.chid = chid;
	device.has_priority = device.priority != UINT32_MAX;
	device.has_max_dmbs = device.max_dmbs;
	*ret_device = device;
	return 0;
}

int bus_method_create_device(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	static const struct bus_action action = {
		BUS_NAME ".device-create", "create a device"
	};
	struct config_error why = { .text = "out of memory" };
	struct config_device device;
	bool save = false;
	int r;

	r = read_device(message, &device, &save, error);
	if (r >= 0)
		r = bus_authorize(userdata, message, &action, device.name, error);
	if (r)
		return r;
	return reply(message, manager_create(userdata, &device, save, &why), &why, error);
}

static int append_text(sd_bus_message *message, const char *key, const char *text)
{
	char copy[512];

	snprintf(copy, sizeof(copy), "%s", text);
	config_make_printable(copy);
	return sd_bus_message_append(message, "{sv}", key, "s", copy);
}

static int append_place(sd_bus_message *message, const struct config_origin *origin)
{
	int r = append_text(message, "file", origin->file);

	if (r >= 0)
		r = sd_bus_message_append(message, "{sv}", "line", "u", origin->line);
	return r < 0 ? r : sd_bus_message_append(message, "{sv}", "column", "u", origin->column);
}

/* A setting_fn; @userdata is the message. */
static int append_setting(const struct setting *setting, void *userdata)
{
	sd_bus_message *message = userdata;
	int r;

	r = sd_bus_message_open_container(message, 'r', "ssssa{sv}");
	if (r >= 0)
		r = sd_bus_message_append(message, "ssss", setting->key, setting->name,
					  setting->configured, setting->effective);
	if (r >= 0)
		r = sd_bus_message_open_container(message, 'a', "{sv}");
	if (r >= 0)
		r = append_text(message, "who", setting->who);
	if (r >= 0 && *setting->reason)
		r = append_text(message, "reason", setting->reason);
	if (r >= 0 && setting->origin)
		r = append_place(message, setting->origin);
	if (r >= 0)
		r = sd_bus_message_close_container(message);
	if (r >= 0)
		r = sd_bus_message_close_container(message);
	return r < 0 ? r : 0;
}

static int reply_settings(sd_bus_message *message, const struct manager *manager,
			  int (*list)(const struct manager *manager, setting_fn fn, void *userdata))
{
	__attribute__((cleanup(sd_bus_message_unrefp))) sd_bus_message *reply = NULL;
	int r;

	r = sd_bus_message_new_method_return(message, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "(ssssa{sv})");
	if (r >= 0)
		r = list(manager, append_setting, reply);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

int bus_method_settings(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	static const struct bus_action action = { BUS_NAME ".verify", "read the configuration" };
	int r = bus_read_options(message, NULL, error);

	if (r >= 0)
		r = bus_authorize(userdata, message, &action, NULL, error);
	if (r)
		return r;
	r = manager_refresh(userdata);
	return r < 0 ? r : reply_settings(message, userdata, settings_all);
}

int bus_method_identities(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	int r = bus_read_options(message, NULL, error);

	/* The kernel tells of no change of these. */
	if (r >= 0)
		r = manager_refresh(userdata);
	return r < 0 ? r : reply_settings(message, userdata, settings_identities);
}
