// SPDX-License-Identifier: GPL-2.0-or-later
/* The connections of SMC sockets, see smc-diag.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/smc_diag.h>
#include <linux/sock_diag.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include "smc-diag.h"

#define ANSWER_SIZE (64 << 10)	/* the kernel sends 32 KiB at once */
#define TIMEOUT 5		/* s */

/* States of SMC's own: all others have a peer, or had one. */
enum {
	STATE_INIT = 2,
	STATE_CLOSED = 7,
	STATE_LISTEN = 10,
};

static int copy_payload(const struct nlattr *attr, void *to, size_t size)
{
	if (mnl_attr_get_payload_len(attr) < size) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	memcpy(to, mnl_attr_get_payload(attr), size);
	return MNL_CB_OK;
}

static int take_dmb(const struct nlattr *attr, struct smc_connection *connection)
{
	struct smcd_diag_dmbinfo info;
	int r = copy_payload(attr, &info, sizeof(info));

	if (r != MNL_CB_OK)
		return r;
	connection->mode = SMC_MODE_SMCD;
	connection->linkgroup = info.linkid;
	connection->gid = info.my_gid;
	connection->peer_gid = info.peer_gid;
	return r;
}

static int take_fallback(const struct nlattr *attr, struct smc_connection *connection)
{
	struct smc_diag_fallback fallback;
	int r = copy_payload(attr, &fallback, sizeof(fallback));

	if (r != MNL_CB_OK)
		return r;
	connection->reason = fallback.reason;
	connection->peer_diagnosis = fallback.peer_diagnosis;
	return r;
}

static int take_attribute(const struct nlattr *attr, void *userdata)
{
	struct smc_connection *connection = userdata;

	switch (mnl_attr_get_type(attr)) {
	case SMC_DIAG_LGRINFO:
		connection->mode = SMC_MODE_SMCR;
		break;
	case SMC_DIAG_DMBINFO:
		return take_dmb(attr, connection);
	case SMC_DIAG_FALLBACK:
		return take_fallback(attr, connection);
	}
	return MNL_CB_OK;
}

int smc_diag_parse(const struct nlmsghdr *nlh, struct smc_connection *ret_connection)
{
	struct smc_connection connection = { 0 };
	struct smc_diag_msg message;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(message))
		return -EBADMSG;
	memcpy(&message, mnl_nlmsg_get_payload(nlh), sizeof(message));
	if (message.diag_state == STATE_INIT || message.diag_state == STATE_CLOSED ||
	    message.diag_state == STATE_LISTEN)
		return 0;
	memcpy(&connection.local, message.id.idiag_src, sizeof(connection.local));
	memcpy(&connection.peer, message.id.idiag_dst, sizeof(connection.peer));
	connection.local_port = ntohs(message.id.idiag_sport);
	connection.peer_port = ntohs(message.id.idiag_dport);
	connection.inode = message.diag_inode;
	connection.uid = message.diag_uid;
	if (mnl_attr_parse(nlh, sizeof(message), take_attribute, &connection) < 0)
		return -EBADMSG;
	/* SMC-R is what the kernel says of all that it knows nothing of: its attribute tells. */
	if (message.diag_mode == SMC_DIAG_MODE_FALLBACK_TCP)
		connection.mode = SMC_MODE_FALLBACK;
	*ret_connection = connection;
	return 1;
}

struct smc_diag {
	struct mnl_socket *socket;
	char answer[ANSWER_SIZE];
};

_Static_assert(ANSWER_SIZE / (NLMSG_HDRLEN + sizeof(struct smc_diag_msg)) <= SMC_DIAG_ANSWER_MAX,
	       "SMC_DIAG_ANSWER_MAX is too small");

/* Who takes the connections. */
struct taker {
	smc_diag_fn fn;
	void *userdata;
};

static int on_message(const struct nlmsghdr *nlh, void *userdata)
{
	const struct taker *taker = userdata;
	struct smc_connection connection;
	int r = smc_diag_parse(nlh, &connection);

	if (r > 0)
		r = taker->fn(&connection, taker->userdata);
	errno = -r;
	return r < 0 ? MNL_CB_ERROR : MNL_CB_OK;
}

static int send_request(struct mnl_socket *socket)
{
	char buffer[128] __attribute__((aligned(NLMSG_ALIGNTO))) = { 0 };
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct smc_diag_req *request = mnl_nlmsg_put_extra_header(nlh, sizeof(*request));

	nlh->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = 1;
	request->diag_family = AF_SMC;
	request->diag_ext = 1 << (SMC_DIAG_LGRINFO - 1) | 1 << (SMC_DIAG_DMBINFO - 1);
	return mnl_socket_sendto(socket, nlh, nlh->nlmsg_len) < 0 ? -errno : 0;
}

static int prepare(struct mnl_socket *socket)
{
	const struct timeval timeout = { .tv_sec = TIMEOUT };

	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVTIMEO, &timeout,
		       sizeof(timeout)) < 0)
		return -errno;
	return send_request(socket);
}

static int no_diag(int r)
{
	return r == -EPROTONOSUPPORT ? -ENOENT : r;
}

int smc_diag_open(struct smc_diag **ret_diag)
{
	struct smc_diag *diag = malloc(sizeof(*diag));
	int r;

	if (!diag)
		return -ENOMEM;
	diag->socket = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	r = diag->socket ? prepare(diag->socket) : -errno;
	if (r < 0) {
		smc_diag_close(diag);
		return no_diag(r);
	}
	*ret_diag = diag;
	return 0;
}

void smc_diag_close(struct smc_diag *diag)
{
	if (!diag)
		return;
	if (diag->socket)
		mnl_socket_close(diag->socket);
	free(diag);
}

int smc_diag_read(struct smc_diag *diag, smc_diag_fn fn, void *userdata)
{
	struct taker taker = { fn, userdata };
	ssize_t size;
	int r;

	size = mnl_socket_recvfrom(diag->socket, diag->answer, sizeof(diag->answer));
	r = size < 0 ? MNL_CB_ERROR : mnl_cb_run(diag->answer, size, 1,
						 mnl_socket_get_portid(diag->socket),
						 on_message, &taker);
	if (r < 0)
		return no_diag(-errno);
	return r > MNL_CB_STOP;
}

int smc_diag_dump(smc_diag_fn fn, void *userdata)
{
	struct smc_diag *diag;
	int r;

	r = smc_diag_open(&diag);
	if (r < 0)
		return r;
	do
		r = smc_diag_read(diag, fn, userdata);
	while (r > 0);
	smc_diag_close(diag);
	return r;
}

/* SMC_DIAG does not tell IPv4 from IPv6, but IPv4 leaves these bytes zero. */
static bool is_ipv4(const struct in6_addr *address)
{
	static const unsigned char zeros[12];

	return !memcmp(address->s6_addr + 4, zeros, sizeof(zeros));
}

const char *smc_diag_address(const struct in6_addr *address, uint16_t port,
			     char ret[SMC_ADDRESS_SIZE])
{
	char text[INET6_ADDRSTRLEN];

	if (is_ipv4(address))
		snprintf(ret, SMC_ADDRESS_SIZE, "%s:%u",
			 inet_ntop(AF_INET, address, text, sizeof(text)), port);
	else
		snprintf(ret, SMC_ADDRESS_SIZE, "[%s]:%u",
			 inet_ntop(AF_INET6, address, text, sizeof(text)), port);
	return ret;
}
