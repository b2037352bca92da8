/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Moving the calling thread between named network namespaces.
 */
#ifndef TESTS_VM_NETNS_H
#define TESTS_VM_NETNS_H

/*
 * Enters the network namespace that "ip netns" calls name; NULL goes back to
 * the one in which the program was started. Sockets stay where they were
 * made. Says on stderr what went wrong. Returns 0 or a negative errno.
 */
int netns_enter(const char *name);

#endif
