// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the SMC sockets of the current network namespace through SMC_DIAG.
 */
#define _GNU_SOURCE 1
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <libmnl/libmnl.h>
#include <linux/sock_diag.h>
#include <linux/smc_diag.h>

#include "traffic-diag.h"

#define EXTENSION(x) (1 << ((x) - 1))

/* What newer kernels send; older ones leave out the end. */
struct dmbinfo {
	uint32_t linkid;
	uint64_t peer_gid __attribute__((aligned(8)));
	uint64_t my_gid;
	uint64_t token;
	uint64_t peer_token;
	uint64_t peer_gid_ext;
	uint64_t my_gid_ext;
};

struct state_name {
	unsigned int state;
	const char *name;
};

static const struct state_name state_names[] = {
	{ 1, "ACTIVE" },
	{ SMC_STATE_INIT, "INIT" },
	{ 7, "CLOSED" },
	{ 10, "LISTEN" },	  { 20, "PEERCLOSEWAIT1" },  { 21, "PEERCLOSEWAIT2" },
	{ 22, "APPCLOSEWAIT1" },  { 23, "APPCLOSEWAIT2" },   { 24, "APPFINCLOSEWAIT" },
	{ 25, "PEERFINCLOSEWAIT" }, { 26, "PEERABORTWAIT" }, { 27, "PROCESSABORT" },
};

static void cleanup_mnl(struct mnl_socket **nl)
{
	if (*nl)
		mnl_socket_close(*nl);
}

static struct smc_socket *list_grow(struct smc_socket_list *list)
{
	struct smc_socket *items;
	size_t room;

	if (list->count == list->room) {
		room = list->room ? list->room * 2 : 64;
		items = reallocarray(list->items, room, sizeof(*items));
		if (!items)
			return NULL;
		list->items = items;
		list->room = room;
	}
	return memset(&list->items[list->count++], 0, sizeof(*list->items));
}

void smc_socket_list_free(struct smc_socket_list *list)
{
	free(list->items);
	*list = (struct smc_socket_list){ 0 };
}

/* Attributes may be shorter or longer than this program's idea of them. */
static void copy_payload(void *to, size_t size, const struct nlattr *attr)
{
	size_t len = mnl_attr_get_payload_len(attr);

	memset(to, 0, size);
	memcpy(to, mnl_attr_get_payload(attr), len < size ? len : size);
}

static void take_dmbinfo(struct smc_socket *s, const struct nlattr *attr)
{
	struct dmbinfo d;

	copy_payload(&d, sizeof(d), attr);
	s->linkid = d.linkid;
	s->my_gid = d.my_gid;
	s->peer_gid = d.peer_gid;
	s->my_gid_ext = d.my_gid_ext;
	s->peer_gid_ext = d.peer_gid_ext;
	s->token = d.token;
	s->peer_token = d.peer_token;
	s->mode = SMC_MODE_SMCD;
}

static void take_conninfo(struct smc_socket *s, const struct nlattr *attr)
{
	struct smc_diag_conninfo c;

	copy_payload(&c, sizeof(c), attr);
	s->sndbuf = c.sndbuf_size;
	s->rmbe = c.rmbe_size;
	s->peer_rmbe = c.peer_rmbe_size;
	s->conninfo = c;
}

static int take_attribute(const struct nlattr *attr, void *data)
{
	struct smc_diag_fallback f;
	struct smc_socket *s = data;

	switch (mnl_attr_get_type(attr)) {
	case SMC_DIAG_SHUTDOWN:
		copy_payload(&s->shutdown, sizeof(s->shutdown), attr);
		break;
	case SMC_DIAG_CONNINFO:
		take_conninfo(s, attr);
		break;
	case SMC_DIAG_DMBINFO:
		take_dmbinfo(s, attr);
		break;
	case SMC_DIAG_LGRINFO:
		s->mode = SMC_MODE_SMCR;
		break;
	case SMC_DIAG_FALLBACK:
		copy_payload(&f, sizeof(f), attr);
		s->reason = f.reason;
		s->peer_diagnosis = f.peer_diagnosis;
		break;
	}
	return MNL_CB_OK;
}

static int take_message(const struct nlmsghdr *h, void *data)
{
	const struct smc_diag_msg *m = mnl_nlmsg_get_payload(h);
	struct smc_socket *s;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*m)) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	s = list_grow(data);
	if (!s)
		return MNL_CB_ERROR;
	s->inode = m->diag_inode;
	s->state = m->diag_state;
	memcpy(&s->local, m->id.idiag_src, sizeof(s->local));
	memcpy(&s->peer, m->id.idiag_dst, sizeof(s->peer));
	s->local_port = ntohs(m->id.idiag_sport);
	s->peer_port = ntohs(m->id.idiag_dport);
	/*
	 * The kernel calls everything SMC-R that is neither of the others, so
	 * that a mode is believed only with its attribute.
	 */
	if (mnl_attr_parse(h, sizeof(*m), take_attribute, s) < 0)
		return MNL_CB_ERROR;
	if (m->diag_mode == SMC_DIAG_MODE_FALLBACK_TCP)
		s->mode = SMC_MODE_FALLBACK;
	return MNL_CB_OK;
}

static int send_request(struct mnl_socket *nl, uint32_t seq)
{
	char buf[128] __attribute__((aligned(NLMSG_ALIGNTO))) = { 0 };
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct smc_diag_req *req = mnl_nlmsg_put_extra_header(h, sizeof(*req));

	h->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	h->nlmsg_seq = seq;
	req->diag_family = AF_SMC;
	req->diag_ext = EXTENSION(SMC_DIAG_CONNINFO) | EXTENSION(SMC_DIAG_LGRINFO) |
			EXTENSION(SMC_DIAG_DMBINFO) | EXTENSION(SMC_DIAG_FALLBACK);
	return mnl_socket_sendto(nl, h, h->nlmsg_len) < 0 ? -errno : 0;
}

static int read_answers(struct mnl_socket *nl, uint32_t seq, struct smc_socket_list *list)
{
	/* The kernel asks for messages of 32 KiB; a shorter buffer would cut them. */
	static char buf[64 << 10] __attribute__((aligned(NLMSG_ALIGNTO)));
	ssize_t n;
	int r;

	do {
		n = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		if (n < 0)
			return -errno;
		r = mnl_cb_run(buf, n, seq, mnl_socket_get_portid(nl), take_message, list);
		if (r < 0)
			return -errno;
	} while (r > MNL_CB_STOP);
	return 0;
}

static int dump(struct smc_socket_list *list)
{
	struct mnl_socket *nl __attribute__((cleanup(cleanup_mnl))) = NULL;
	struct timeval limit = { .tv_sec = 10 };
	uint32_t seq = time(NULL);
	int r;

	nl = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_RCVTIMEO, &limit,
		       sizeof(limit)) < 0)
		return -errno;
	r = send_request(nl, seq);
	return r < 0 ? r : read_answers(nl, seq, list);
}

int smc_socket_list_read(struct smc_socket_list *list)
{
	int r;

	*list = (struct smc_socket_list){ 0 };
	r = dump(list);
	if (r == -ENOENT || r == -EPROTONOSUPPORT)
		fprintf(stderr, "SMC_DIAG: the kernel does not have it; "
				"load the module smc_diag\n");
	else if (r < 0)
		fprintf(stderr, "SMC_DIAG: cannot list the SMC sockets: %s\n", strerror(-r));
	return r;
}

const char *smc_mode_name(enum smc_mode mode)
{
	static const char *const names[] = { "none", "smcd", "smcr", "fallback" };

	return names[mode];
}

static const char *state_name(unsigned int state)
{
	for (size_t i = 0; i < sizeof(state_names) / sizeof(*state_names); i++)
		if (state_names[i].state == state)
			return state_names[i].name;
	return "unknown";
}

/* SMC_DIAG does not tell IPv4 from IPv6, but only the latter fills all words. */
static void print_address(const char *key, const struct in6_addr *a, uint16_t port, FILE *f)
{
	char text[INET6_ADDRSTRLEN];

	if (!a->s6_addr32[0] && !a->s6_addr32[1] && !a->s6_addr32[2] && !a->s6_addr32[3])
		fprintf(f, " %s=*:%u", key, port);
	else if (!a->s6_addr32[1] && !a->s6_addr32[2] && !a->s6_addr32[3])
		fprintf(f, " %s=%s:%u", key, inet_ntop(AF_INET, a, text, sizeof(text)), port);
	else
		fprintf(f, " %s=[%s]:%u", key, inet_ntop(AF_INET6, a, text, sizeof(text)), port);
}

static void print_gid(const char *key, uint64_t gid, uint64_t ext, FILE *f)
{
	fprintf(f, " %s=0x%016" PRIx64, key, gid);
	if (ext)
		fprintf(f, " %s_ext=0x%016" PRIx64, key, ext);
}

void smc_socket_print(const struct smc_socket *s, FILE *f)
{
	fprintf(f, "mode=%s state=%s", smc_mode_name(s->mode), state_name(s->state));
	if (s->mode == SMC_MODE_SMCD) {
		print_gid("my_gid", s->my_gid, s->my_gid_ext, f);
		print_gid("peer_gid", s->peer_gid, s->peer_gid_ext, f);
		fprintf(f, " linkid=0x%08x token=0x%016" PRIx64 " peer_token=0x%016" PRIx64,
			s->linkid, s->token, s->peer_token);
	}
	if (s->mode == SMC_MODE_SMCD || s->mode == SMC_MODE_SMCR)
		fprintf(f, " sndbuf=%u rmbe=%u peer_rmbe=%u", s->sndbuf, s->rmbe, s->peer_rmbe);
	if (s->mode == SMC_MODE_FALLBACK || s->reason || s->peer_diagnosis)
		fprintf(f, " reason=0x%08x peer_diag=0x%08x", s->reason, s->peer_diagnosis);
	print_address("local", &s->local, s->local_port, f);
	print_address("peer", &s->peer, s->peer_port, f);
}

static void print_cursor(const char *key, const struct smc_diag_cursor *c, FILE *f)
{
	fprintf(f, " %s=%u:%u", key, c->wrap, c->count);
}

void smc_socket_list_print_progress(const struct smc_socket_list *list, uint16_t port, FILE *f)
{
	const struct smc_diag_conninfo *c;
	const struct smc_socket *s;

	for (size_t i = 0; i < list->count; i++) {
		s = &list->items[i];
		c = &s->conninfo;
		/* With the end of its TCP connection a socket has lost its own port. */
		if (s->local_port && s->local_port != port && s->peer_port != port)
			continue;
		smc_socket_print(s, f);
		print_cursor("rx_prod", &c->rx_prod, f);
		print_cursor("rx_cons", &c->rx_cons, f);
		print_cursor("tx_prod", &c->tx_prod, f);
		print_cursor("tx_cons", &c->tx_cons, f);
		print_cursor("tx_prep", &c->tx_prep, f);
		print_cursor("tx_sent", &c->tx_sent, f);
		print_cursor("tx_fin", &c->tx_fin, f);
		fprintf(f, " rx_flags=0x%02x,0x%02x tx_flags=0x%02x,0x%02x", c->rx_prod_flags,
			c->rx_conn_state_flags, c->tx_prod_flags, c->tx_conn_state_flags);
		fprintf(f, " shutdown=0x%02x\n", s->shutdown);
	}
}
