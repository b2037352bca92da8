/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads kernel modules with libkmod; blacklists are honoured, nothing is ever unloaded. */
#ifndef SMCD_MODULES_H
#define SMCD_MODULES_H

/*
 * Loads module @name and what it depends on. 0 also when it is loaded or built
 * in already; -ENOENT: no such module for this kernel; -EPERM: not allowed, or
 * blacklisted; else what the kernel says. On failure *@ret_problem is a message
 * that names the module and the cure, owned by the caller, or NULL without memory.
 */
int modules_load(const char *name, char **ret_problem);

#endif
