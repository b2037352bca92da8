/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * softism-genl's way to the kernel: requests, their answers, and events. What
 * goes wrong below the family's own answers ends the program with exit code 1.
 */
#ifndef TESTS_VM_SOFTISM_GENL_LINK_H
#define TESTS_VM_SOFTISM_GENL_LINK_H

#include <libmnl/libmnl.h>
#include <stdint.h>

/* Begins a request in @buffer */
struct nlmsghdr *link_begin(void *buffer, uint8_t cmd, uint16_t flags);

/* Opens the socket and asks for the family. Comes before all of the below. */
void link_open(void);

/*
 * Sends the request and calls @callback for each message of the answer. An
 * extended ACK's text goes to stderr. Returns the exit code: 0; 1 refused, or
 * the answer is a dump that was interrupted.
 */
int link_request(struct nlmsghdr *nlh, mnl_cb_t callback);

/*
 * Calls @callback for each event, until none comes for @seconds; 0 is for ever.
 * Returns the exit code: 0; 1 if events were lost.
 */
int link_listen(unsigned int seconds, mnl_cb_t callback);

#endif
