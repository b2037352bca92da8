// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads and writes what can be tuned in the network namespace of the caller. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "buffer-size.h"
#include "config-files.h"
#include "files.h"
#include "kept.h"
#include "log.h"
#include "memory.h"
#include "policy.h"
#include "sysctl.h"
#include "tune.h"

int tune_read(const char *root, struct smc_netlink *netlink, enum tunable tunable,
	      uint32_t *ret_value)
{
	bool enabled;
	int r;

	if (tunable_sysctl(tunable))
		return sysctl_read(root, tunable_sysctl(tunable), ret_value);
	if (!netlink)
		return -ENOENT;
	r = smc_netlink_handshake_limit(netlink, &enabled);
	if (!r)
		*ret_value = enabled;
	return r;
}

int tune_write(const char *root, struct smc_netlink *netlink, enum tunable tunable, uint32_t value,
	       char *words, size_t size)
{
	int r;

	if (tunable_sysctl(tunable))
		r = sysctl_write(root, tunable_sysctl(tunable), value);
	else if (netlink)
		r = smc_netlink_set_handshake_limit(netlink, value);
	else
		r = -ENODEV;
	if (r == -EROFS)
		snprintf(words, size, "/proc/sys is read-only in the sandbox of smcd; "
			 "ReadWritePaths= of its unit must have /proc/sys/net");
	else if (r == -ENODEV)
		snprintf(words, size, "module smc is not loaded");
	else if (r < 0)
		snprintf(words, size, "%s", strerror(-r));
	return r;
}

static const struct config_namespace *find_namespace(const struct config *config,
						     const char *name)
{
	for (size_t i = 0; i < config->n_namespaces; i++)
		if (!strcmp(config->namespaces[i].name, name))
			return &config->namespaces[i];
	return NULL;
}

static int run_plan(const char *root, struct smc_netlink *netlink, const struct policy_plan *plan)
{
	int result = plan->n_problems ? -EIO : 0;

	for (size_t i = 0; i < plan->n_problems; i++)
		log_error("%s", plan->problems[i].text);
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct policy_step *step = &plan->steps[i];
		char words[256];

		if (tune_write(root, netlink, step->tunable, step->value, words,
			       sizeof(words)) < 0) {
			log_error("cannot %s: %s", step->text, words);
			result = -EIO;
		} else {
			log_info("%s", step->text);
		}
	}
	return result;
}

/* Chosen once, for connections and devices that are not known. */
static uint32_t choose_size(const char *root, const struct config *config)
{
	struct buffer_state state = { .limit = UINT64_MAX, .copied = true };

	if (memory_read(root, &state.total, &state.available) < 0)
		return 0;
	return buffer_choose(&state, policy_ceiling(config), 0);
}

/* Here what no file names stays as it is. */
static void take_tuning(const struct config_namespace *namespace, struct config *config)
{
	memcpy(config->tuning, namespace->tuning, sizeof(config->tuning));
	for (enum tunable i = 0; i < TUNABLES; i++)
		if (!config->tuning[i].origin.file)
			config->tuning[i] = (struct config_tuning){
				.mode = CONFIG_TUNING_KEEP, .origin = namespace->origin,
			};
}

/* A policy that says nothing but how the namespace is tuned, and nothing else of the kernel. */
static int tune(const char *root, struct smc_netlink *netlink, const struct config *all,
		const struct config_namespace *namespace)
{
	__attribute__((cleanup(policy_plan_freep))) struct policy_plan *plan = NULL;
	struct policy_state state = {
		.has_stack = netlink, .has_sysctls = sysctl_visible(root),
		.buffer_size = choose_size(root, all),
	};
	struct config config = { 0 };
	int r;

	take_tuning(namespace, &config);
	for (enum tunable i = 0; i < TUNABLES; i++)
		state.tuning[i].known = !tune_read(root, netlink, i, &state.tuning[i].value);
	r = policy_make_plan(&config, NULL, &state, &plan);
	return r < 0 ? r : run_plan(root, netlink, plan);
}

/* What nobody has confirmed is not used here either: see kept.h. */
static int load_files(const char *root, struct config **ret_config)
{
	__attribute__((cleanup(free_charp))) char *kept = NULL;
	struct config_error error;

	if (asprintf(&kept, "%s" KEPT_PATH, root) < 0) {
		kept = NULL;
		return -ENOMEM;
	}
	if (kept_exists(root)) {
		log_notice("the files are not confirmed: those in %s are used", kept);
		root = kept;
	}
	if (!config_files_load(root, ret_config, &error))
		return 0;
	log_error("%s", error.text);
	return -EBADMSG;
}

int tune_namespace(const char *root, const char *name)
{
	__attribute__((cleanup(config_freep))) struct config *config = NULL;
	const struct config_namespace *namespace;
	struct smc_netlink *netlink = NULL;
	int r;

	r = load_files(root, &config);
	if (r < 0)
		return r;
	namespace = find_namespace(config, name);
	if (!namespace) {
		log_info("no file tunes network namespace %s", name);
		return 0;
	}
	r = smc_netlink_open(&netlink);
	if (r < 0 && r != -ENOENT)
		log_error("cannot speak to the SMC stack: %s", strerror(-r));
	r = tune(root, netlink, config, namespace);
	smc_netlink_close(netlink);
	return r;
}
