/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows messages of the softism family as key=value lines.
 */
#ifndef TESTS_VM_SOFTISM_GENL_PRINT_H
#define TESTS_VM_SOFTISM_GENL_PRINT_H

#include <libmnl/libmnl.h>

/*
 * A line for the message, flushed; that of a notification begins with event=.
 * A callback for libmnl, which does not use @data.
 */
int print_message(const struct nlmsghdr *nlh, void *data);

#endif
