// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * softism-genl's way to the kernel.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "../../kmod/softism.h"
#include "softism-genl-link.h"
#include "softism-request.h"

static struct mnl_socket *sock;
static struct softism_family family;
static bool failed;		/* the answer was a refusal, or is incomplete */
static char buffer[32768];	/* the kernel's largest datagrams in a dump */

static void die(const char *what)
{
	fprintf(stderr, "softism-genl: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int find_text(const struct nlattr *attr, void *data)
{
	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
		*(const char **)data = mnl_attr_get_str(attr);
	return MNL_CB_OK;
}

/* Ends an answer, whose extended ACK may begin at @offset of the payload */
static int finish(const struct nlmsghdr *nlh, int error, size_t offset)
{
	const char *text = NULL;

	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(nlh, offset, find_text, &text);
	if (error)
		fprintf(stderr, "softism-genl: refused: %s: %s\n",
			strerror(-error), text ?: "(no extended ACK)");
	else if (text)
		fprintf(stderr, "softism-genl: %s\n", text);
	failed |= error;
	return MNL_CB_STOP;
}

static int handle_error(const struct nlmsghdr *nlh, void *data)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(nlh);
	size_t offset = sizeof(*error);

	(void)data;
	if (error->error == -ENOENT && error->msg.nlmsg_type == GENL_ID_CTRL) {
		fputs("softism-genl: there is no family " SOFTISM_GENL_NAME
		      ": load the module; only the first network namespace has it\n",
		      stderr);
		exit(1);
	}
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		offset += mnl_nlmsg_get_payload_len(&error->msg);
	return finish(nlh, error->error, offset);
}

static int handle_done(const struct nlmsghdr *nlh, void *data)
{
	int error = 0;

	(void)data;
	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(error))
		memcpy(&error, mnl_nlmsg_get_payload(nlh), sizeof(error));
	return finish(nlh, error, sizeof(error));
}

static mnl_cb_t controls[] = {
	[NLMSG_ERROR] = handle_error,
	[NLMSG_DONE] = handle_done,
};

/* libmnl gives up where a dump was interrupted, but what came is worth showing */
static bool take_interruption(int size)
{
	struct nlmsghdr *nlh = (void *)buffer;
	bool interrupted = false;

	for (; mnl_nlmsg_ok(nlh, size); nlh = mnl_nlmsg_next(nlh, &size)) {
		interrupted |= nlh->nlmsg_flags & NLM_F_DUMP_INTR;
		nlh->nlmsg_flags &= ~NLM_F_DUMP_INTR;
	}
	return interrupted;
}

/* Returns whether the answer was a dump that was interrupted */
static bool transact(const struct nlmsghdr *request, mnl_cb_t callback)
{
	bool interrupted = false;
	ssize_t size;
	int rc;

	if (mnl_socket_sendto(sock, request, request->nlmsg_len) < 0)
		die("send");
	do {
		size = mnl_socket_recvfrom(sock, buffer, sizeof(buffer));
		if (size < 0)
			die("receive");
		interrupted |= take_interruption(size);
		rc = mnl_cb_run2(buffer, size, request->nlmsg_seq, 0, callback,
				 NULL, controls, MNL_ARRAY_SIZE(controls));
	} while (rc > MNL_CB_STOP);
	if (rc < 0)
		die("reply");
	return interrupted;
}

static int take_family(const struct nlmsghdr *nlh, void *data)
{
	(void)data;
	return softism_take_family(nlh, &family);
}

struct nlmsghdr *link_begin(void *data, uint8_t cmd, uint16_t flags)
{
	struct nlmsghdr *nlh = softism_request(data, 0, cmd, NLM_F_ACK | flags);
	static uint32_t sequence;

	nlh->nlmsg_seq = ++sequence;
	return nlh;
}

void link_open(void)
{
	struct nlmsghdr *nlh;
	char request[128];
	int on = 1;

	sock = mnl_socket_open(NETLINK_GENERIC);
	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0)
		die("generic netlink");
	mnl_socket_setsockopt(sock, NETLINK_EXT_ACK, &on, sizeof(on));

	nlh = link_begin(request, CTRL_CMD_GETFAMILY, 0);
	nlh->nlmsg_type = GENL_ID_CTRL;
	softism_put_family(nlh);
	transact(nlh, take_family);
	if (failed)
		exit(1);
}

int link_request(struct nlmsghdr *nlh, mnl_cb_t callback)
{
	nlh->nlmsg_type = family.id;
	if (transact(nlh, callback)) {
		fputs("softism-genl: interrupted: the list has changed during the dump\n",
		      stderr);
		failed = true;
	}
	return failed;
}

int link_listen(unsigned int seconds, mnl_cb_t callback)
{
	struct timeval timeout = { .tv_sec = seconds };
	ssize_t size;

	if (mnl_socket_setsockopt(sock, NETLINK_ADD_MEMBERSHIP,
				  &family.events, sizeof(family.events)) < 0)
		die("subscribe to " SOFTISM_MCGRP_EVENTS);
	setsockopt(mnl_socket_get_fd(sock), SOL_SOCKET, SO_RCVTIMEO, &timeout,
		   sizeof(timeout));
	puts("listening");
	fflush(stdout);
	for (;;) {
		size = mnl_socket_recvfrom(sock, buffer, sizeof(buffer));
		if (size >= 0) {
			mnl_cb_run(buffer, size, 0, 0, callback, NULL);
		} else if (errno == ENOBUFS) {
			fputs("softism-genl: events were lost (ENOBUFS)\n", stderr);
			failed = true;
		} else if (errno == EAGAIN) {
			return failed;
		} else if (errno != EINTR) {
			die("receive");
		}
	}
}
