/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much memory the machine has, and how much of it is available: /proc/meminfo. */
#ifndef SMCD_MEMORY_H
#define SMCD_MEMORY_H

#include <stdint.h>

/*
 * Bytes, from the text of the file, proc(5) "MemTotal" and "MemAvailable". -EBADMSG: one of them is
 * not there, or no number of kB.
 */
int memory_parse(const char *text, uint64_t *ret_total, uint64_t *ret_available);

/* Likewise, from the file below @root; or what opening or reading it returned. */
int memory_read(const char *root, uint64_t *ret_total, uint64_t *ret_available);

#endif
