/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests to a generic netlink family and their answers, with the kernel's words for a refusal. */
#ifndef SMCD_GENL_H
#define SMCD_GENL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <netlink/netlink.h>
#include <netlink/genl/genl.h>

#define GENL_TEXT_SIZE 256	/* of the kernel's words, with the NUL */
#define GENL_DUMP_TRIES 8	/* for a dump that changes of the kernel keep interrupting */

/*
 * Called for every message that the family sends in an answer. An error is
 * what the call returns then, but the rest of the answer is still received.
 */
typedef int (*genl_reply_fn)(struct nlmsghdr *nlh, void *userdata);

/* The answer to one request: what is awaited, and what has been found so far. */
struct genl_answer {
	uint32_t seq;
	uint16_t family;
	genl_reply_fn fn;		/* NULL: messages of the family are skipped */
	void *userdata;
	bool done;			/* nothing is to follow */
	bool interrupted;		/* a dump that is not consistent */
	int error;			/* of the kernel or @fn, whichever was first */
	char text[GENL_TEXT_SIZE];	/* extended ACK, printable; empty: none */
};

/*
 * Takes in what one receive returned: @size bytes at @data, aligned as malloc()
 * does. Messages of other requests are skipped. -EBADMSG: not netlink messages.
 */
int genl_answer_feed(struct genl_answer *answer, void *data, size_t size);

struct genl;

/* Opens a socket for @family (a constant), which need not exist now: see genl_resolve(). */
int genl_open(const char *family, uint8_t version, struct genl **ret_genl);
void genl_close(struct genl *genl);

/* Asks for the family's id anew; never makes the kernel load a module. -ENODEV: no such family. */
int genl_resolve(struct genl *genl);

/* The family's id; 0: there was no such family when it was last resolved. */
uint16_t genl_id(const struct genl *genl);

/* The id of a multicast group of @family, which should be known to exist, or a negative errno. */
int genl_group(const char *family, const char *group);

/* A request without attributes yet, to be freed with nlmsg_free(); NULL: no memory. */
struct nl_msg *genl_request(const struct genl *genl, uint8_t command, int flags);

/*
 * Sends @request and receives all of its answer. -ENODEV: there is no such
 * family; -EINTR: the kernel changed while it was dumped, so that all that
 * @fn got is void; -ETIMEDOUT: no answer for seconds; -EBADMSG: malformed; else
 * the kernel's error or that of @fn.
 */
int genl_call(struct genl *genl, struct nl_msg *request, genl_reply_fn fn, void *userdata);

/* What the kernel said in words when the last call failed; empty if it said nothing. */
const char *genl_text(const struct genl *genl);

/* A negative errno for a negative error of libnl. */
int genl_errno(int nl_error);

#endif
