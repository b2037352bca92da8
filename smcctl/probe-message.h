/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two ends of a connection of smcctl doctor say to each other. Pure.
 *
 * The client sends PROBE_HELLO_SIZE bytes, of which the first are PROBE_MAGIC. The server sends
 * the same bytes back, then one line of at most PROBE_LINE_SIZE bytes that says how it sees the
 * connection, and closes. smcctl-doctor(1) documents it.
 */
#ifndef SMCCTL_PROBE_MESSAGE_H
#define SMCCTL_PROBE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "smc-diag.h"
#include "smcd-plugin.h"

#define PROBE_MAGIC "smcd-doctor 1\n"
#define PROBE_HELLO_SIZE 1024
#define PROBE_LINE_SIZE 512		/* with its newline */
#define PROBE_KERNEL_SIZE 65		/* as of struct utsname */

enum probe_diag {
	PROBE_DIAG_KNOWN,		/* SMC_DIAG told it */
	PROBE_DIAG_NONE,		/* the kernel has no SMC_DIAG, or it failed */
	PROBE_DIAG_NO_SMC,		/* the kernel has no SMC: the socket is one of TCP */
};

/* How one end sees the connection. */
struct probe_view {
	enum probe_diag diag;
	enum smc_mode mode;		/* if known, as all that follows */
	uint32_t reason, peer_diagnosis;	/* of fallback, see reason.h */
	uint64_t gid;			/* of the device for SMC-D */
	char device[SMCD_NAME_SIZE];	/* its name; empty: not known */
	char kernel[PROBE_KERNEL_SIZE];	/* the release; empty: not known */
};

/* Writes the line for @view, with its newline; returns its length. */
size_t probe_line_print(const struct probe_view *view, char line[static PROBE_LINE_SIZE]);

/*
 * Reads the @size bytes of a line, without its newline, which may hold anything. Keys that are not
 * known are passed over. 0 or -EBADMSG.
 */
int probe_line_parse(const char *line, size_t size, struct probe_view *ret_view);

#endif
