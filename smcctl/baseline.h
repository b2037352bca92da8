/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the counters were when a user had them begin anew. The kernel's own are never set back, as
 * others read them, too; so that is kept in a file of the user's.
 */
#ifndef SMCCTL_BASELINE_H
#define SMCCTL_BASELINE_H

#include <json-c/json.h>
#include "bus-client.h"

/* All that is counted; @kernel and @fallbacks may be empty. */
struct baseline_counts {
	struct devices *devices;
	struct counters *kernel;
	struct fallbacks *fallbacks;
};

/* Its path, $XDG_STATE_HOME/smcctl/baseline.json; NULL with @failure. The caller frees it. */
char *baseline_path(struct failure *failure);

/* A baseline of @counts as it is now. The caller frees it: json_cleanup. */
struct json_object *baseline_new(const struct baseline_counts *counts);

/* Writes @baseline in the place of any before. 0 or a negative errno with @failure. */
int baseline_write(struct json_object *baseline, const char *path, struct failure *failure);

/*
 * The baseline that the file has, if it is one and of this boot; NULL: there is none. Where the
 * file is of no use, a message says so. The caller frees it.
 */
struct json_object *baseline_read(void);

/* That of @text, which is no string, of the boot @boot_id. NULL, with *@ret_problem, if none is. */
struct json_object *baseline_parse(const char *text, size_t size, const char *boot_id,
				   const char **ret_problem);

/* When it was made, as output_time() has it. */
const char *baseline_time(struct json_object *baseline);

/*
 * Takes what @baseline has from @counts. Counters of a device that was made anew since, or of a
 * kernel that counts from 0 again, stay as they are. Reasons that nothing is left of go.
 */
void baseline_subtract(struct json_object *baseline, const struct baseline_counts *counts);

#endif
