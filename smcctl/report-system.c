// SPDX-License-Identifier: GPL-2.0-or-later
/* Versions, modules, tuning, files and connections, for smcctl report. */
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include "config.h"
#include "config-error.h"
#include "facts.h"
#include "files.h"
#include "reason.h"
#include "report.h"
#include "smc-diag.h"
#include "tune.h"

#define RELEASE_SIZE 4096	/* of /etc/os-release, as much as is looked at */
#define CONNECTIONS_MAX 1000	/* in a report; the kernel may have very many */

#define text_cleanup __attribute__((cleanup(free_charp)))

/* PRETTY_NAME of os-release(5), without quotes */
static void distribution(struct json_object *object)
{
	static const char key[] = "\nPRETTY_NAME=";
	text_cleanup char *data = NULL;
	char *name = NULL;
	size_t size;

	if (!file_read("/etc/os-release", RELEASE_SIZE, &data, &size)) {
		name = strstr(data, key);
		name = name ? name + strlen(key) : !strncmp(data, key + 1, strlen(key + 1)) ?
			data + strlen(key + 1) : NULL;
	}
	if (name) {
		name += strspn(name, "\"'");
		name[strcspn(name, "\"'\n")] = '\0';
	}
	output_json_text(object, "distribution", name);
}

const char *report_versions(struct json_object *object)
{
	struct utsname name;

	output_json_text(object, "smcctl", PACKAGE_VERSION);
	distribution(object);
	if (uname(&name) < 0)
		return strerror(errno);
	output_json_text(object, "kernel", name.release);
	output_json_text(object, "build", name.version);
	output_json_text(object, "machine", name.machine);
	return NULL;
}

static void module_json(struct json_object *array, const char *name,
			const struct facts_module *module)
{
	struct json_object *element = output_json_element(array);
	text_cleanup char *version = NULL;
	char path[64];
	size_t size;

	output_json_text(element, "name", name);
	output_json_bool(element, "loaded", module->loaded);
	output_json_bool(element, "installed", module->installed);
	output_json_bool(element, "blacklisted", module->blacklisted);
	output_json_text(element, "built_for", module->built_for);
	snprintf(path, sizeof(path), "/sys/module/%s/srcversion", name);
	if (!file_read(path, sizeof(path), &version, &size))
		version[strcspn(version, "\n")] = '\0';
	output_json_text(element, "srcversion", version);
}

const char *report_modules(struct json_object *array)
{
	struct facts *facts = calloc(1, sizeof(*facts));

	output_need(facts);
	facts_modules(facts);
	module_json(array, "smc", &facts->smc);
	module_json(array, "smc_diag", &facts->smc_diag);
	module_json(array, "softism", &facts->softism);
	facts_clear(facts);
	free(facts);
	return NULL;
}

const char *report_tuning(struct json_object *object)
{
	struct smc_netlink *netlink;
	char key[32], *p;
	uint32_t value;
	int r;

	r = smc_netlink_open(&netlink);
	if (r < 0)
		return r == -ENOENT ? "smc is not loaded" : strerror(-r);
	for (enum tunable i = 0; i < TUNABLES; i++) {
		snprintf(key, sizeof(key), "%s", tunable_key(i));
		for (p = key; *p; p++)
			*p = *p == '-' ? '_' : *p;
		if (tune_read("", netlink, i, &value) >= 0)
			output_json_number(object, key, value);
		else
			output_json_text(object, key, NULL);
	}
	smc_netlink_close(netlink);
	return NULL;
}

static void lines_json(struct json_object *array, char *data)
{
	char *line;

	while ((line = strsep(&data, "\n"))) {
		config_make_printable(line);
		if (*line || data)
			output_need(!json_object_array_add(array, json_object_new_string(line)));
	}
}

/* One that cannot be read is in the report, too. */
static void file_json(struct json_object *array, const char *path)
{
	struct json_object *element = output_json_element(array);
	text_cleanup char *data = NULL;
	size_t size;
	int r = file_read(path, CONFIG_SIZE_MAX, &data, &size);

	output_json_text(element, "path", path);
	output_json_text(element, "error", r == -ENODATA ? "it is /dev/null, which masks others" :
			 r ? strerror(-r) : NULL);
	lines_json(output_json_array(element, "lines"), data);
}

const char *report_files(struct json_object *array)
{
	static const char *const patterns[] = {
		"/etc/smcd/smcd.yaml", "/run/smcd/smcd.yaml", "/usr/lib/smcd/smcd.yaml",
		"/etc/smcd/smcd.d/*.yaml", "/run/smcd/smcd.d/*.yaml", "/usr/lib/smcd/smcd.d/*.yaml",
	};
	bool any = false;
	glob_t paths;
	size_t i, j;

	for (i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		if (glob(patterns[i], 0, NULL, &paths))
			continue;
		for (j = 0; j < paths.gl_pathc; j++)
			file_json(array, paths.gl_pathv[j]);
		any = true;
		globfree(&paths);
	}
	return any ? NULL : "there are none, or they cannot be seen";
}

/* Those that have come, and how many more there are. */
struct taken {
	struct json_object *array;
	unsigned int n;
};

static const char *mode_name(enum smc_mode mode)
{
	static const char *const names[] = {
		[SMC_MODE_NONE] = "none", [SMC_MODE_SMCD] = "smcd", [SMC_MODE_SMCR] = "smcr",
		[SMC_MODE_FALLBACK] = "fallback",
	};

	return names[mode];
}

static int take_connection(const struct smc_connection *connection, void *userdata)
{
	struct taken *taken = userdata;
	char local[SMC_ADDRESS_SIZE], peer[SMC_ADDRESS_SIZE];
	struct json_object *element;

	if (taken->n++ >= CONNECTIONS_MAX)
		return 0;
	element = output_json_element(taken->array);
	output_json_text(element, "local", smc_diag_address(&connection->local,
							    connection->local_port, local));
	output_json_text(element, "peer", smc_diag_address(&connection->peer,
							   connection->peer_port, peer));
	output_json_text(element, "mode", mode_name(connection->mode));
	output_json_gid(element, "gid", connection->gid);
	output_json_text(element, "reason", connection->reason ?
			 reason_find(connection->reason)->name : NULL);
	output_json_text(element, "peer_reason", connection->peer_diagnosis ?
			 reason_find(connection->peer_diagnosis)->name : NULL);
	return 0;
}

const char *report_kernel_connections(struct json_object *array)
{
	static char words[64];
	struct taken taken = { .array = array };
	int r;

	r = smc_diag_dump(take_connection, &taken);
	if (r < 0)
		return r == -ENOENT ? "the kernel has no SMC_DIAG" : strerror(-r);
	if (taken.n <= CONNECTIONS_MAX)
		return NULL;
	snprintf(words, sizeof(words), "and %u more", taken.n - CONNECTIONS_MAX);
	return words;
}
