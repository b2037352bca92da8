/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel's generic netlink, for tests of what speaks with it: the calls of libnl-genl that
 * go to the kernel are replaced (FAKE_NETLINK_WRAP in Makefile.am), all else is real. Answers are
 * messages that a test makes, in the layout of the kernel's code. Any call can be made to fail.
 */
#ifndef TESTS_FAKE_NETLINK_H
#define TESTS_FAKE_NETLINK_H

#include <stdbool.h>
#include <stdint.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

/* Forgets all families, answers and faults. */
void fake_reset(void);

/* @name (a constant) is there from now on, or no longer. */
void fake_family(const char *name, bool present);

/* A message of @family, which must be there, to be filled and given to fake_answer(). */
struct nl_msg *fake_message(const char *family, uint8_t command);

/* Each @command of @family is answered by @message, which is taken over, after those before it. */
void fake_answer(const char *family, uint8_t command, struct nl_msg *message);

/* The last request that changes something, with its attributes; NULL: there was none. */
struct nlmsghdr *fake_last_change(void);
unsigned int fake_changes(void);

/* Calls that can fail since fake_reset() or fake_fail(). */
unsigned int fake_calls(void);

/*
 * The @nth call from now on, 1 is the next, fails: with @error, a negative errno, from the kernel
 * if it is a request and @from_kernel is set, else as libnl fails; 0: none.
 */
void fake_fail(unsigned int nth, int error, bool from_kernel);

#endif
