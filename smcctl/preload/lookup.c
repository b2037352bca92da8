// SPDX-License-Identifier: GPL-2.0-or-later
/* Asks SMC_DIAG for a socket, see lookup.h: by itself, for the library depends on nothing. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <linux/smc_diag.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include "lookup.h"

#define ANSWER_SIZE (64 << 10)	/* the kernel sends 32 KiB at once */
#define ATTEMPTS 10		/* see look_through() */

/* enum smc_state of the kernel's net/smc/smc.h */
enum { STATE_INIT = 2, STATE_CLOSED = 7 };

static void take_attribute(const struct rtattr *attribute, struct tally_kind *kind)
{
	struct smc_diag_fallback fallback;
	struct smcd_diag_dmbinfo dmb;

	switch (attribute->rta_type) {
	case SMC_DIAG_LGRINFO:
		kind->path = TALLY_SMCR;
		break;
	case SMC_DIAG_DMBINFO:
		if (RTA_PAYLOAD(attribute) < sizeof(dmb))
			break;
		memcpy(&dmb, RTA_DATA(attribute), sizeof(dmb));
		kind->path = TALLY_SMCD;
		kind->gid = dmb.my_gid;
		break;
	case SMC_DIAG_FALLBACK:
		if (RTA_PAYLOAD(attribute) < sizeof(fallback))
			break;
		memcpy(&fallback, RTA_DATA(attribute), sizeof(fallback));
		kind->reason = fallback.reason;
		kind->peer_reason = fallback.peer_diagnosis;
		break;
	}
}

/* Whatever the state says, fallback is from when the socket was switched to TCP until its end. */
static void take(const struct smc_diag_msg *message, const struct nlmsghdr *nlh,
		 struct lookup *ret_lookup)
{
	struct lookup lookup = { .state = message->diag_state == STATE_INIT ? LOOKUP_BEFORE :
					  message->diag_state == STATE_CLOSED ? LOOKUP_CLOSED :
					  LOOKUP_CONNECTED };
	int left = nlh->nlmsg_len - NLMSG_SPACE(sizeof(*message));
	const struct rtattr *attribute;

	for (attribute = (const void *)((const char *)NLMSG_DATA(nlh) +
					NLMSG_ALIGN(sizeof(*message)));
	     RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left))
		take_attribute(attribute, &lookup.kind);
	if (message->diag_mode == SMC_DIAG_MODE_FALLBACK_TCP)
		lookup.kind = (struct tally_kind){ .path = TALLY_FALLBACK,
						   .reason = lookup.kind.reason,
						   .peer_reason = lookup.kind.peer_reason };
	else
		lookup.kind.reason = lookup.kind.peer_reason = 0;
	*ret_lookup = lookup;
}

/* A kernel without SMC_DIAG refuses with -ENOENT (net/core/sock_diag.c). */
static int end_of_dump(const struct nlmsghdr *nlh)
{
	int error;

	if (nlh->nlmsg_len < NLMSG_LENGTH(sizeof(error)))
		return nlh->nlmsg_type == NLMSG_DONE ? -ENOENT : -EBADMSG;
	memcpy(&error, NLMSG_DATA(nlh), sizeof(error));
	if (nlh->nlmsg_type == NLMSG_ERROR && error == -ENOENT)
		return -EPROTONOSUPPORT;
	return error < 0 ? error : -ENOENT;
}

int lookup_parse(const void *messages, size_t size, uint64_t inode, struct lookup *ret_lookup)
{
	const struct nlmsghdr *nlh = messages;
	struct smc_diag_msg message;
	size_t step;

	for (; NLMSG_OK(nlh, size); nlh = (const void *)((const char *)nlh + step), size -= step) {
		step = NLMSG_ALIGN(nlh->nlmsg_len) < size ? NLMSG_ALIGN(nlh->nlmsg_len) : size;
		if (nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR)
			return end_of_dump(nlh);
		if (nlh->nlmsg_len < NLMSG_LENGTH(sizeof(message)))
			return -EBADMSG;
		memcpy(&message, NLMSG_DATA(nlh), sizeof(message));
		if (message.diag_inode != inode)
			continue;
		take(&message, nlh, ret_lookup);
		return 1;
	}
	return 0;
}

static int send_request(int fd)
{
	struct {
		struct nlmsghdr nlh;
		struct smc_diag_req body;
	} request = {
		.nlh.nlmsg_len = sizeof(request),
		.nlh.nlmsg_type = SOCK_DIAG_BY_FAMILY,
		.nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		.body.diag_family = AF_SMC,
		.body.diag_ext = 1 << (SMC_DIAG_LGRINFO - 1) | 1 << (SMC_DIAG_DMBINFO - 1),
	};

	return send(fd, &request, sizeof(request), 0) < 0 ? -errno : 0;
}

/*
 * 1 or a negative errno. The kernel makes each part when the one before is fetched, and goes on at
 * a number in its list: between two parts a socket moves to a lower one when a newer one is closed,
 * and may be missed. -EAGAIN if it was not there, but may have been.
 */
static int look_through(int fd, void *answer, uint64_t inode, struct lookup *ret_lookup)
{
	int parts, r = send_request(fd);
	ssize_t size;

	for (parts = 0; !r; parts++) {
		size = recv(fd, answer, ANSWER_SIZE, 0);
		r = size < 0 ? -errno : lookup_parse(answer, size, inode, ret_lookup);
	}
	/* The last one only says that it was the last one. */
	return r == -ENOENT && parts > 2 ? -EAGAIN : r;
}

static int look_once(void *answer, uint64_t inode, struct lookup *ret_lookup)
{
	int fd, r;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (fd < 0)
		return -errno;
	r = look_through(fd, answer, inode, ret_lookup);
	close(fd);
	return r;
}

int lookup_inode(uint64_t inode, struct lookup *ret_lookup)
{
	void *answer;
	int r = -EAGAIN;

	answer = mmap(NULL, ANSWER_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (answer == MAP_FAILED)
		return -ENOMEM;
	for (int i = 0; i < ATTEMPTS && r == -EAGAIN; i++)
		r = look_once(answer, inode, ret_lookup);
	munmap(answer, ANSWER_SIZE);
	return r == -ENOENT || r == -EAGAIN ? 0 : r;
}
