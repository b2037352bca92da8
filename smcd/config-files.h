/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the files of the policy and makes one configuration of them.
 *
 * smcd.yaml is the first of /etc/smcd, /run/smcd and /usr/lib/smcd. Drop-ins
 * are smcd.d/NAME.yaml of all three, laid upon it in the order of their names; of the
 * same name only the first directory's counts, and one that is /dev/null is none.
 */
#ifndef SMCD_CONFIG_FILES_H
#define SMCD_CONFIG_FILES_H

#include "config.h"

/*
 * The drop-ins that SetPriority writes. Their names differ, for else the saved one in
 * /etc would mask the other, which is for now and wins.
 */
#define CONFIG_OVERRIDE_SAVED "90-smcctl.yaml"
#define CONFIG_OVERRIDE_RUNTIME "95-smcctl.yaml"

/* The files of a configuration, byte for byte. All zero is an empty list. */
struct config_sources {
	struct config_source {
		char *path;
		char *data;
		size_t size;
	} *items;
	size_t count;
};

void config_sources_clear(struct config_sources *sources);

/* True if @file, as an origin has it, is one of those; or the one until the next boot. */
bool config_files_is_override(const char *file);
bool config_files_is_runtime(const char *file);

/*
 * Reads, merges and checks all files below @root ("" for the real ones). The caller frees
 * *@ret_config. Without any file it is an empty policy. On failure
 * @error->text says where and what.
 */
int config_files_load(const char *root, struct config **ret_config, struct config_error *error);

/* Likewise; the caller also clears *@ret_sources. */
int config_files_load_sources(const char *root, struct config **ret_config,
			      struct config_sources *ret_sources, struct config_error *error);

#endif
