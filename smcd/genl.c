// SPDX-License-Identifier: GPL-2.0-or-later
/* Requests to a generic netlink family and their answers, with the kernel's words for a refusal. */
#include <ctype.h>
#include <errno.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/family.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include "genl.h"

/* The kernel answers at once; this only keeps a bug from stopping the caller for ever. */
#define ANSWER_TIMEOUT_S 10

struct genl {
	struct nl_sock *sock;
	const char *family;
	uint8_t version;
	uint16_t id;
	char text[GENL_TEXT_SIZE];
};

int genl_errno(int nl_error)
{
	switch (nl_error) {
	case -NLE_NOMEM:
		return -ENOMEM;
	case -NLE_AGAIN:
		return -ETIMEDOUT;
	case -NLE_OBJ_NOTFOUND:
		return -ENODEV;
	case -NLE_PERM:
		return -EPERM;
	case -NLE_NOACCESS:
		return -EACCES;
	case -NLE_AF_NOSUPPORT:
	case -NLE_PROTO_MISMATCH:
		return -EAFNOSUPPORT;
	default:
		return -EIO;
	}
}

static void keep_error(struct genl_answer *answer, int error)
{
	if (!answer->error)
		answer->error = error;
}

/* Keeps the message among the attributes at @data, the end of an error or done message. */
static void parse_text(struct genl_answer *answer, const char *data, size_t size)
{
	static const struct nla_policy policy[NLMSGERR_ATTR_MAX + 1] = {
		[NLMSGERR_ATTR_MSG] = { .type = NLA_STRING, .minlen = 1 },
	};
	struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];
	char *c;

	if (nla_parse(tb, NLMSGERR_ATTR_MAX, (struct nlattr *)data, size, policy) < 0 ||
	    !tb[NLMSGERR_ATTR_MSG])
		return;
	nla_strlcpy(answer->text, tb[NLMSGERR_ATTR_MSG], sizeof(answer->text));
	for (c = answer->text; *c; c++)
		if (!isprint((unsigned char)*c))
			*c = '?';
}

/* NLMSG_ERROR: an errno, 0 for an ACK, and the request's header, or all of the request. */
static int feed_error(struct genl_answer *answer, struct nlmsghdr *nlh)
{
	size_t size = nlmsg_datalen(nlh), skip = sizeof(struct nlmsgerr);
	const char *data = nlmsg_data(nlh);
	struct nlmsgerr error;

	if (size < sizeof(error))
		return -EBADMSG;
	memcpy(&error, data, sizeof(error));
	if (error.error > 0 || error.error < -4095)
		return -EBADMSG;
	answer->done = true;
	keep_error(answer, error.error);
	if (!error.error || !(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return 0;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED)) {
		if (error.msg.nlmsg_len < NLMSG_HDRLEN || error.msg.nlmsg_len > size)
			return -EBADMSG;
		skip += NLMSG_ALIGN(error.msg.nlmsg_len) - NLMSG_HDRLEN;
	}
	if (skip < size)
		parse_text(answer, data + skip, size - skip);
	return 0;
}

/* NLMSG_DONE: the end of a dump, with an errno since Linux has dumps that can fail. */
static int feed_done(struct genl_answer *answer, struct nlmsghdr *nlh)
{
	size_t size = nlmsg_datalen(nlh);
	const char *data = nlmsg_data(nlh);
	int error = 0;

	answer->done = true;
	if (size < sizeof(error))
		return 0;
	memcpy(&error, data, sizeof(error));
	if (error >= 0)
		return 0;
	if (error < -4095)
		return -EBADMSG;
	keep_error(answer, error);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		parse_text(answer, data + sizeof(error), size - sizeof(error));
	return 0;
}

static int feed_message(struct genl_answer *answer, struct nlmsghdr *nlh)
{
	int r;

	if (nlh->nlmsg_seq != answer->seq)
		return 0;
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		answer->interrupted = true;
	if (nlh->nlmsg_type == NLMSG_ERROR)
		return feed_error(answer, nlh);
	if (nlh->nlmsg_type == NLMSG_DONE)
		return feed_done(answer, nlh);
	if (nlh->nlmsg_type != answer->family || !answer->fn)
		return 0;
	r = answer->fn(nlh, answer->userdata);
	if (r < 0)
		keep_error(answer, r);
	return 0;
}

int genl_answer_feed(struct genl_answer *answer, void *data, size_t size)
{
	struct nlmsghdr *nlh = data;
	int rest = size, r;

	if (size > INT32_MAX)
		return -EBADMSG;
	for (; nlmsg_ok(nlh, rest) && !answer->done; nlh = nlmsg_next(nlh, &rest)) {
		r = feed_message(answer, nlh);
		if (r < 0)
			return r;
	}
	return answer->done || rest <= 0 ? 0 : -EBADMSG;
}

/* Best effort: without them there are no words, or echoes of the request, or a long wait. */
static void set_options(struct nl_sock *sock)
{
	struct timeval timeout = { .tv_sec = ANSWER_TIMEOUT_S };
	int fd = nl_socket_get_fd(sock), on = 1;

	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
}

static void free_socket(struct nl_sock **sock)
{
	nl_socket_free(*sock);
}

static int open_socket(struct nl_sock **ret_sock)
{
	struct nl_sock *sock = nl_socket_alloc();
	int r;

	if (!sock)
		return -ENOMEM;
	r = genl_connect(sock);
	if (r < 0) {
		nl_socket_free(sock);
		return genl_errno(r);
	}
	set_options(sock);
	*ret_sock = sock;
	return 0;
}

int genl_open(const char *family, uint8_t version, struct genl **ret_genl)
{
	struct genl *genl;
	int r;

	genl = calloc(1, sizeof(*genl));
	if (!genl)
		return -ENOMEM;
	genl->family = family;
	genl->version = version;
	r = open_socket(&genl->sock);
	if (r < 0) {
		free(genl);
		return r;
	}
	*ret_genl = genl;
	return 0;
}

void genl_close(struct genl *genl)
{
	if (!genl)
		return;
	nl_socket_free(genl->sock);
	free(genl);
}

/* Looks through all families: the kernel would load a module for a request by name. */
static int find_id(struct nl_sock *sock, const char *name)
{
	struct genl_family *family;
	struct nl_cache *cache;
	int r;

	r = genl_ctrl_alloc_cache(sock, &cache);
	if (r < 0)
		return genl_errno(r);
	family = genl_ctrl_search_by_name(cache, name);
	r = family ? (int)genl_family_get_id(family) : -ENODEV;
	if (family)
		genl_family_put(family);
	nl_cache_free(cache);
	return r;
}

/*
 * On a socket of its own, because libnl's receiver would stumble over the
 * sequence numbers of answers that genl_call() has given up.
 */
int genl_resolve(struct genl *genl)
{
	__attribute__((cleanup(free_socket))) struct nl_sock *sock = NULL;
	int r;

	genl->id = 0;
	r = open_socket(&sock);
	if (r < 0)
		return r;
	r = find_id(sock, genl->family);
	if (r < 0)
		return r;
	genl->id = r;
	return 0;
}

uint16_t genl_id(const struct genl *genl)
{
	return genl->id;
}

int genl_group(const char *family, const char *group)
{
	__attribute__((cleanup(free_socket))) struct nl_sock *sock = NULL;
	int r;

	r = open_socket(&sock);
	if (r < 0)
		return r;
	r = genl_ctrl_resolve_grp(sock, family, group);
	return r < 0 ? genl_errno(r) : r;
}

struct nl_msg *genl_request(const struct genl *genl, uint8_t command, int flags)
{
	struct nl_msg *request = nlmsg_alloc();

	if (!request)
		return NULL;
	if (!genlmsg_put(request, NL_AUTO_PORT, NL_AUTO_SEQ, genl->id, 0, flags, command,
			 genl->version)) {
		nlmsg_free(request);
		return NULL;
	}
	return request;
}

static int receive(struct genl *genl, struct genl_answer *answer)
{
	struct sockaddr_nl from = { 0 };
	unsigned char *data = NULL;
	int size, r = 0;

	size = nl_recv(genl->sock, &from, &data, NULL);
	if (size < 0)
		return genl_errno(size);
	if (size == 0)
		return -EIO;
	if (from.nl_pid == 0)	/* only the kernel has a say */
		r = genl_answer_feed(answer, data, size);
	free(data);
	return r;
}

static int transact(struct genl *genl, struct nl_msg *request, genl_reply_fn fn, void *userdata)
{
	struct genl_answer answer = { .family = genl->id, .fn = fn, .userdata = userdata };
	struct nlmsghdr *nlh = nlmsg_hdr(request);
	int r;

	nlh->nlmsg_type = genl->id;
	nlh->nlmsg_seq = NL_AUTO_SEQ;
	r = nl_send_auto(genl->sock, request);
	if (r < 0)
		return genl_errno(r);
	answer.seq = nlh->nlmsg_seq;
	while (!answer.done) {
		r = receive(genl, &answer);
		if (r < 0)
			return r;
	}
	memcpy(genl->text, answer.text, sizeof(genl->text));
	if (answer.error)
		return answer.error;
	return answer.interrupted ? -EINTR : 0;
}

int genl_call(struct genl *genl, struct nl_msg *request, genl_reply_fn fn, void *userdata)
{
	uint16_t id = genl->id;
	int r;

	genl->text[0] = '\0';
	if (!id)
		return -ENODEV;
	r = transact(genl, request, fn, userdata);
	/* So answers a family, and so the kernel that has none of this id any longer. */
	if (r != -ENOENT || genl->text[0])
		return r;
	r = genl_resolve(genl);
	if (r < 0)
		return r;
	return genl->id == id ? -ENOENT : transact(genl, request, fn, userdata);
}

const char *genl_text(const struct genl *genl)
{
	return genl->text;
}
