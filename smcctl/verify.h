/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Has the daemon's own program check the files of the policy. */
#ifndef SMCCTL_VERIFY_H
#define SMCCTL_VERIFY_H

#include <stddef.h>
#include "exit-status.h"

/*
 * Checks those below @root, NULL for the real ones; the daemon need not run. EXIT_OK, or
 * EXIT_FAILED with the mistake, "FILE:LINE:COLUMN: ...", in @mistake.
 */
enum exit_status verify_files(const char *root, char *mistake, size_t size);

#endif
