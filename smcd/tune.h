/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and writes what can be tuned in the network namespace of the caller. */
#ifndef SMCD_TUNE_H
#define SMCD_TUNE_H

#include <stddef.h>
#include "smc-netlink.h"
#include "tuning.h"

/*
 * @netlink is NULL while smc is not loaded; files are below @root, "" for the real ones. -ENOENT,
 * -EOPNOTSUPP: this kernel does not have it, or smc is not loaded; -EBADMSG; -ENODEV.
 */
int tune_read(const char *root, struct smc_netlink *netlink, enum tunable tunable,
	      uint32_t *ret_value);

/* On failure @words, of @size bytes, says why. */
int tune_write(const char *root, struct smc_netlink *netlink, enum tunable tunable, uint32_t value,
	       char *words, size_t size);

/*
 * Makes this network namespace as the files below @root, or those that are kept while these are not
 * confirmed, say of the one called @name: that it is in that one is up to the caller. Logs what it does and what is wrong. -EBADMSG: the files
 * are bad; -EIO: not all is as they say.
 */
int tune_namespace(const char *root, const char *name);

#endif
