/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests to the softism family, and what the kernel says of the family, for
 * programs that speak with it by libmnl.
 */
#ifndef TESTS_VM_SOFTISM_REQUEST_H
#define TESTS_VM_SOFTISM_REQUEST_H

#include <stdint.h>
#include <libmnl/libmnl.h>

struct softism_family {
	uint16_t id;
	uint32_t events;	/* its multicast group */
};

/* Begins a request in @buffer, without a sequence number; @type is the family's id */
struct nlmsghdr *softism_request(void *buffer, uint16_t type, uint8_t cmd,
				 uint16_t flags);

/* The name of the family, for a request of CTRL_CMD_GETFAMILY to GENL_ID_CTRL */
void softism_put_family(struct nlmsghdr *nlh);

/* Takes the answer to that into the struct softism_family @data; for libmnl */
int softism_take_family(const struct nlmsghdr *nlh, void *data);

#endif
