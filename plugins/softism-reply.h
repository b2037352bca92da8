/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parsers of what the kernel's softism family sends. Pure: they trust nothing of it. */
#ifndef SMCD_SOFTISM_REPLY_H
#define SMCD_SOFTISM_REPLY_H

#include <stddef.h>
#include <stdint.h>
#include <netlink/netlink.h>
#include "softism.h"
#include "../smcd/smcd-plugin.h"

/* The word for a kind, e.g. "ism-emu"; NULL for a kind that is not known. */
const char *softism_kind_name(uint32_t kind);

/* SOFTISM_KIND_UNSPEC for a word that is none. */
enum softism_kind softism_kind_of(const char *name);

/*
 * Parses the device in a message whose length nlmsg_ok() has approved.
 * -EBADMSG: malformed; -EOPNOTSUPP: well-formed, but of a kind that is not known.
 */
int softism_reply_device(struct nlmsghdr *nlh, struct smcd_device *ret_device);

/* What a batch of notifications told. */
enum {
	SOFTISM_EVENT_DEVICE = 1 << 0,	/* a device has come, gone or changed */
	SOFTISM_EVENT_FAMILY = 1 << 1,	/* the softism family has appeared or disappeared */
	SOFTISM_EVENT_STACK = 1 << 2,	/* the SMC stack's family has */
	SOFTISM_EVENT_GROWTH = 1 << 3,	/* DMBs of a device take more memory */
};

/*
 * The SOFTISM_EVENT_ bits of the messages in @size bytes at @data, aligned as
 * malloc() does. @family is the id of the softism family, 0 for none. What is
 * malformed counts for nothing.
 */
unsigned int softism_reply_events(void *data, size_t size, uint16_t family);

#endif
