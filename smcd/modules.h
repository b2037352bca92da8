/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel modules: the daemon has them loaded by a service of their own, smcd-modules@.service, so
 * that it needs no CAP_SYS_MODULE itself. Blacklists are honoured, nothing is ever unloaded.
 *
 * The two talk over the stream socket MODULES_SOCKET, a connection for each module: the daemon
 * writes the module's name and a newline, and gets a line of 0 or a negative errno, a blank, and
 * the message for the latter.
 */
#ifndef SMCD_MODULES_H
#define SMCD_MODULES_H

/* As smcd-modules.socket says; only root may connect. */
#define MODULES_SOCKET "/run/smcd-modules.socket"

/*
 * Has module @name loaded, and what it depends on. 0 also when it is loaded or built in already;
 * -ENOENT: no such module for this kernel; -EPERM: not allowed, or blacklisted; -ENOTCONN: nobody
 * is there to load it; -ETIMEDOUT: it takes too long; else what the kernel says. On failure
 * *@ret_problem is a message that names the module and the cure, owned by the caller, or NULL
 * without memory. Waits for the kernel, 15 seconds at most.
 */
int modules_load(const char *name, char **ret_problem);

/* Likewise, by whoever listens at the path @socket, whatever the kernel has already. */
int modules_load_by(const char *socket, const char *name, char **ret_problem);

#endif
