// SPDX-License-Identifier: GPL-2.0-or-later
/* Methods of org.smcd1.Manager that look at the files, or take them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "bus.h"
#include "config-error.h"
#include "manager.h"
#include "policy.h"

/* The files may say what not everybody is to read. */
static const struct bus_action verify = { BUS_NAME ".verify", "read the configuration" };

static const struct bus_action apply = { BUS_NAME ".apply", "apply the configuration" };

static int fail(int r, const struct config_error *words, sd_bus_error *error)
{
	return bus_fail(error, r == -EBADMSG ? BUS_ERROR("InvalidConfig") :
			       r == -EBUSY ? BUS_ERROR("Busy") : BUS_ERROR("Failed"), words->text);
}

static int parse_busy(const char *word, enum manager_busy *ret_busy, sd_bus_error *error)
{
	static const char *const words[] = {
		[MANAGER_DEFER] = "defer",
		[MANAGER_REFUSE] = "refuse",
		[MANAGER_FORCE] = "force",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i], word) != 0)
			continue;
		*ret_busy = i;
		return 0;
	}
	return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
				 "Option 'busy' must be 'defer', 'refuse' or 'force'");
}

static int check_confirm(uint32_t seconds, sd_bus_error *error)
{
	if (seconds <= MANAGER_CONFIRM_MAX)
		return 0;
	return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS, "Option 'confirm' must be 0 to "
				 "%d seconds, where 0 is that nothing has to be confirmed",
				 MANAGER_CONFIRM_MAX);
}

int bus_method_apply(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct manager_apply_options options = { 0 };
	const char *busy = "defer";
	const struct bus_option known[] = {
		{ "busy", "s", &busy }, { "confirm", "u", &options.confirm }, { NULL, NULL, NULL }
	};
	struct config_error words;
	int r;

	r = bus_read_options(message, known, error);
	if (r >= 0)
		r = parse_busy(busy, &options.busy, error);
	if (r >= 0)
		r = check_confirm(options.confirm, error);
	if (r >= 0)
		r = bus_authorize(userdata, message, &apply, NULL, error);
	if (r)
		return r;
	snprintf(words.text, sizeof(words.text), "out of memory");
	r = manager_apply_files(userdata, &options, &words);
	return r < 0 ? fail(r, &words, error) : sd_bus_reply_method_return(message, NULL);
}

/* As bus_authorize(), for a method that knows no options; @words are for its failure. */
static int begin(sd_bus_message *message, struct manager *manager, const struct bus_action *action,
		 struct config_error *words, sd_bus_error *error)
{
	int r;

	r = bus_read_options(message, NULL, error);
	if (r >= 0)
		r = bus_authorize(manager, message, action, NULL, error);
	snprintf(words->text, sizeof(words->text), "out of memory");
	return r;
}

static int run(sd_bus_message *message, struct manager *manager, const struct bus_action *action,
	       int (*fn)(struct manager *manager, struct config_error *error),
	       sd_bus_error *error)
{
	struct config_error words;
	int r;

	r = begin(message, manager, action, &words, error);
	if (r)
		return r;
	r = fn(manager, &words);
	return r < 0 ? fail(r, &words, error) : sd_bus_reply_method_return(message, NULL);
}

/* Who has seen a deadline means the policy of that one, not what somebody has applied since. */
static int end_trial(sd_bus_message *message, struct manager *manager,
		     const struct bus_action *action,
		     int (*fn)(struct manager *manager, struct config_error *error),
		     sd_bus_error *error)
{
	struct config_error words = { .text = "out of memory" };
	uint64_t deadline = 0;
	const struct bus_option known[] = { { "deadline", "t", &deadline }, { NULL, NULL, NULL } };
	int r;

	r = bus_read_options(message, known, error);
	if (r >= 0)
		r = bus_authorize(manager, message, action, NULL, error);
	if (r)
		return r;
	if (deadline && manager->trial.active && manager->trial.deadline != deadline)
		return bus_fail(error, BUS_ERROR("Busy"),
				"another policy than the one meant waits to be confirmed");
	r = fn(manager, &words);
	return r < 0 ? fail(r, &words, error) : sd_bus_reply_method_return(message, NULL);
}

int bus_method_confirm(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	static const struct bus_action action = { BUS_NAME ".apply", "confirm the configuration" };

	return end_trial(message, userdata, &action, manager_confirm, error);
}

int bus_method_rollback(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	static const struct bus_action action = {
		BUS_NAME ".apply", "roll back the configuration"
	};

	return end_trial(message, userdata, &action, manager_rollback, error);
}

int bus_get_policy_state(sd_bus *bus, const char *path, const char *interface,
			 const char *property, sd_bus_message *reply, void *userdata,
			 sd_bus_error *error)
{
	const struct manager *manager = userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "s", manager->trial.active ? "unconfirmed" :
					    manager->older[0] ? "rolled-back" : "files");
}

int bus_get_policy_reason(sd_bus *bus, const char *path, const char *interface,
			  const char *property, sd_bus_message *reply, void *userdata,
			  sd_bus_error *error)
{
	const struct manager *manager = userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "s", manager->trial.active ?
				     "the policy before runs again if this one is not confirmed" :
				     manager->older);
}

int bus_method_verify(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	return run(message, userdata, &verify, manager_verify, error);
}

/* The line that wants a step, if any does. */
static int append_origin(sd_bus_message *reply, const struct config_origin *origin)
{
	char file[512];
	int r;

	if (!origin->file)
		return 0;
	snprintf(file, sizeof(file), "%s", origin->file);
	config_make_printable(file);
	r = sd_bus_message_append(reply, "{sv}", "file", "s", file);
	if (r >= 0)
		r = sd_bus_message_append(reply, "{sv}", "line", "u", origin->line);
	if (r >= 0)
		r = sd_bus_message_append(reply, "{sv}", "column", "u", origin->column);
	return r;
}

/* @connections are in the way of the step. */
static int append_row(sd_bus_message *reply, const char *verb, const char *target,
		      const char *text, const struct config_origin *origin, uint32_t connections)
{
	int r;

	r = sd_bus_message_open_container(reply, 'r', "sssa{sv}");
	if (r >= 0)
		r = sd_bus_message_append(reply, "sss", verb, target, text);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "{sv}");
	if (r >= 0)
		r = append_origin(reply, origin);
	if (r >= 0 && connections)
		r = sd_bus_message_append(reply, "{sv}", "connections", "u", connections);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_plugin(sd_bus_message *reply, const struct config *config, const char *name)
{
	const struct config_origin *origin = NULL;
	char text[POLICY_TEXT_SIZE];

	for (size_t i = 0; i < config->n_plugins && !origin; i++)
		if (!strcmp(config->plugins[i].name, name))
			origin = &config->plugins[i].origin;
	if (!origin)
		return 0;
	snprintf(text, sizeof(text), "start plugin %s, which loads its modules and may find "
		 "devices (%s:%u)", name, origin->file, origin->line);
	config_make_printable(text);
	return append_row(reply, "start-plugin", name, text, origin, 0);
}

static int append_step(sd_bus_message *reply, const struct manager *manager,
		       const struct policy_step *step)
{
	const struct registry_device *device = registry_find(manager->registry, step->wanted.name);
	bool goes = step->verb == POLICY_DELETE && device;

	return append_row(reply, policy_verb_name(step->verb),
			  policy_step_target(step), step->text,
			  &step->origin, goes ? device->device.connections : 0);
}

static int append_preview(sd_bus_message *reply, const struct manager *manager,
			  const struct manager_preview *preview)
{
	const struct policy_plan *plan = preview->plan;
	int r;

	r = sd_bus_message_open_container(reply, 'a', "(sssa{sv})");
	for (size_t i = 0; i < preview->plugins.count && r >= 0; i++)
		r = append_plugin(reply, preview->policy.config, preview->plugins.items[i]);
	for (size_t i = 0; i < plan->n_steps && r >= 0; i++)
		r = append_step(reply, manager, &plan->steps[i]);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "s");
	for (size_t i = 0; i < plan->n_problems && r >= 0; i++)
		r = sd_bus_message_append(reply, "s", plan->problems[i].text);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int reply_preview(sd_bus_message *message, const struct manager *manager,
			 const struct manager_preview *preview)
{
	__attribute__((cleanup(sd_bus_message_unrefp))) sd_bus_message *reply = NULL;
	int r;

	r = sd_bus_message_new_method_return(message, &reply);
	if (r >= 0)
		r = append_preview(reply, manager, preview);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

int bus_method_dry_run(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct manager_preview preview;
	struct config_error words;
	int r;

	r = begin(message, userdata, &verify, &words, error);
	if (r)
		return r;
	r = manager_preview(userdata, &preview, &words);
	if (r < 0)
		return fail(r, &words, error);
	r = reply_preview(message, userdata, &preview);
	manager_preview_clear(&preview);
	return r;
}
