/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy that YAML files ask for: types, parser, and merging of files.
 *
 * Pure: nothing here opens a file. smcd.yaml(5) describes the language.
 */
#ifndef SMCD_CONFIG_H
#define SMCD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "pnetid.h"
#include "smcd-plugin.h"
#include "tuning.h"

#define CONFIG_SIZE_MAX (1024 * 1024)	/* bytes of one file */
#define CONFIG_UEIDS_MAX 4		/* as many as the kernel takes (net/smc/smc_clc.h) */
#define CONFIG_UEID_AUTO "auto"
#define CONFIG_DEVICES_MAX 4096
#define CONFIG_KINDS_MAX 256		/* with a priority */
#define CONFIG_PLUGINS_MAX 64
#define CONFIG_RULES_MAX 256
#define CONFIG_NAMESPACES_MAX 256
#define CONFIG_NAMESPACE_SIZE 64	/* of a name, with its NUL */
#define CONFIG_PNETS_MAX 1024		/* entries of the PNET table */
#define CONFIG_PRIORITY_MAX 65535
#define CONFIG_DMBS_MAX 65536		/* of one device */
#define CONFIG_MEMORY_MIN 16384		/* bytes; smaller DMBs do not exist (net/smc/smc_core.h) */
#define CONFIG_MEMORY_MAX (UINT64_C(1) << 40)
#define UEID_SIZE 33			/* 32 characters, space padded, and a NUL */

/* Where a setting stands. @file is owned by the config that holds the origin. */
struct config_origin {
	const char *file;
	unsigned int line, column;	/* counted from 1 */
};

struct config_error {
	char text[512];			/* "FILE:LINE:COLUMN: what is wrong, and what to do" */
};

/* A device that the files want. Absent settings have their has_ flag clear. */
struct config_device {
	char name[SMCD_NAME_SIZE];
	char kind[SMCD_KIND_SIZE];	/* empty in a drop-in that only changes a device */
	uint16_t chid;			/* 0: not set */
	uint64_t gid;			/* 0: not set */
	uint32_t priority, max_dmbs;
	uint64_t max_memory;		/* bytes; 0: not set */
	bool has_priority, has_max_dmbs, has_up;
	bool up;
	char pnetid[SMCD_PNETID_SIZE];	/* in upper case; empty: not set */
	struct config_origin origin;		/* of the name */
	struct config_origin kind_origin;	/* of the kind's value; so the others */
	struct config_origin chid_origin;
	struct config_origin gid_origin;
	struct config_origin priority_origin;
	struct config_origin up_origin;
	struct config_origin max_memory_origin;
	struct config_origin pnetid_origin;
};

struct config_pnet {			/* an interface or a device, and its PNETID */
	struct pnet_entry entry;
	struct config_origin origin;	/* of its name */
};

/* What is to be so of each device that matches. */
struct config_rule {
	struct config_device match;	/* kind, chid, pnetid, and a glob as the name; empty or 0: any */
	struct config_device set;	/* priority, up, pnetid */
	struct config_origin origin;
};

struct config_priority {		/* the default priority of a kind */
	char kind[SMCD_KIND_SIZE];
	uint32_t priority;
	struct config_origin origin;
};

struct config_ueid {
	char ueid[UEID_SIZE];		/* unpadded; "auto": made from the machine-id */
	struct config_origin origin;
};

enum config_seid {
	CONFIG_SEID_AUTO,		/* as the kernel has it */
	CONFIG_SEID_ENABLE,
	CONFIG_SEID_DISABLE,
};

enum config_drift {		/* what is done about changes that others make */
	CONFIG_DRIFT_REPAIR,
	CONFIG_DRIFT_REPORT,
};

enum config_tuning_mode {
	CONFIG_TUNING_NUMBER,
	CONFIG_TUNING_AUTO,	/* chosen by the daemon: buffer-size.h */
	CONFIG_TUNING_KEEP,	/* as it is */
};

struct config_tuning {
	enum config_tuning_mode mode;
	uint32_t value;			/* of CONFIG_TUNING_NUMBER */
	struct config_origin origin;	/* file NULL: not set */
};

struct config_namespace {	/* tuned by another unit, as smcd cannot enter it */
	char name[CONFIG_NAMESPACE_SIZE];
	struct config_tuning tuning[TUNABLES];
	struct config_origin origin;
};

struct config_name {
	char *name;			/* owned */
	struct config_origin origin;
};

/* All zero is an empty one, too. */
struct config {
	char **files;			/* names of the files, owned, NULL-terminated; origins point here */
	struct config_name *plugins;
	size_t n_plugins;
	bool has_plugins;
	struct config_priority *priorities;
	size_t n_priorities;
	struct config_ueid ueids[CONFIG_UEIDS_MAX];
	size_t n_ueids;
	bool has_ueids;
	struct config_ueid *more_ueids;	/* besides those, until config_complete() */
	size_t n_more_ueids;
	enum config_seid seid;
	struct config_origin seid_origin;	/* file NULL: not set */
	enum config_drift drift;
	struct config_origin drift_origin;	/* file NULL: not set */
	struct config_tuning tuning[TUNABLES];	/* of the network namespace of smcd */
	uint32_t ceiling;			/* bytes, of buffers that are chosen, in all of them */
	struct config_origin ceiling_origin;	/* file NULL: not set */
	struct config_namespace *namespaces;
	size_t n_namespaces;
	struct config_pnet *pnets;	/* each interface once, and each device */
	size_t n_pnets;
	struct config_rule *rules;	/* in the order of the files */
	size_t n_rules;
	struct config_device *devices;	/* in the order of the files */
	size_t n_devices;
};

/*
 * Parses @size bytes of one file, which errors call @file. Returns 0 and
 * *@ret_config, which the caller frees; -EINVAL for a bad file, with
 * @error->text filled; -E2BIG for one above CONFIG_SIZE_MAX, likewise; or
 * -ENOMEM.
 */
int config_parse(const char *file, const void *data, size_t size,
		 struct config **ret_config, struct config_error *error);

/*
 * Lays @over upon @base: its lists of plugins and UEIDs replace those of @base, its rules follow,
 * its further UEIDs, priorities, PNETIDs and devices are added to, or override setting by setting,
 * those of the same kind or name. @over is consumed, also on failure. Returns 0, or -ENOMEM
 * with @base as it was.
 */
int config_merge(struct config *base, struct config *over);

/*
 * To be called when all files have been merged, and before config_check(): further UEIDs join the
 * list of those. -EINVAL with @error->text: the kernel does not take so many.
 */
int config_complete(struct config *config, struct config_error *error);

/*
 * Checks what only the merged whole can tell, and what holds for all kinds:
 * each device has a kind, different kinds have different explicit CHIDs, no GID
 * is there twice, there is a UEID if the SEID is to be disabled, no
 * device has two PNETIDs, at most CONFIG_DEVICES_MAX devices and CONFIG_KINDS_MAX
 * priorities. Whether a plugin or a kind exists is for the caller to check.
 * Returns 0 or -EINVAL with @error->text.
 */
int config_check(const struct config *config, struct config_error *error);

/* Whether nothing stands in the file but what override_print() writes. */
bool config_is_override(const struct config *config);

void config_free(struct config *config);
void config_freep(struct config **config);	/* for __attribute__((cleanup)) */

#endif
