// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * smc-genl: prints what the kernel's own families SMC_GEN_NETLINK and SMC_PNETID
 * say, and changes it, so that tests have a witness other than the programs under
 * test.
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <linux/smc.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "netns.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static const char usage[] =
"Usage: smc-genl [--netns NAME] COMMAND\n"
"Prints what the kernel's SMC families say, as key=value.\n"
"\n"
"  devices       SMC-D devices, one a line, in the kernel's order\n"
"  linkgroups    SMC-D link groups, one a line\n"
"  ueids         user EIDs, one a line\n"
"  ueid-add X    add a user EID\n"
"  ueid-del X    remove it\n"
"  ueid-flush    remove all\n"
"  pnets         PNET table, one entry a line\n"
"  pnet-add D P  give the SMC-D device D the PNETID P\n"
"  pnet-eth I P  give the network interface I the PNETID P\n"
"  pnet-del P    remove the PNETID P from all that have it\n"
"  pnet-flush    remove all PNETIDs that were given\n"
"  seid          system EID and whether it is in use\n"
"  limit         whether handshakes are limited\n"
"  stats         SMC statistics of the network namespace, one figure a line\n"
"  fallback      its fallbacks to TCP: totals, then one reason a line\n"
"  sysinfo       versions, host name, SEID\n"
"\n"
"Exit status: 0 done; 1 the kernel refuses or has no SMC; 2 usage.\n";

enum form {
	FORM_END,		/* attributes do not say so: one of them is number 0 */
	FORM_NUMBER,
	FORM_HEX16,
	FORM_HEX32,
	FORM_HEX64,
	FORM_TEXT,
	FORM_SIDE,
	FORM_NEST,
};

/* An attribute and how to show it. */
struct field {
	int attribute;
	enum form form;
	const char *key;		/* NULL: a nest that adds nothing to the keys */
	const struct field *nest;	/* ends with FORM_END */
};

struct listing {
	const char *name;
	uint8_t command;
	int top;			/* 0: no enclosing attribute */
	const char *between;		/* two figures; records end with a newline */
	const struct field *fields;
};

struct query {
	const struct listing *listing;
	int records;
};

static const struct field device_port[] = {
	{ SMC_NLA_DEV_PORT_PNETID, FORM_TEXT, "pnetid", NULL },
	{ SMC_NLA_DEV_PORT_PNET_USR, FORM_NUMBER, "pnetid_by_user", NULL },
	{ 0, FORM_END, NULL, NULL },
};

static const struct field device[] = {
	{ SMC_NLA_DEV_PCI_ID, FORM_TEXT, "pci_id", NULL },
	{ SMC_NLA_DEV_PCI_CHID, FORM_HEX16, "pci_chid", NULL },
	{ SMC_NLA_DEV_PCI_FID, FORM_HEX32, "pci_fid", NULL },
	{ SMC_NLA_DEV_PCI_VENDOR, FORM_HEX16, "pci_vendor", NULL },
	{ SMC_NLA_DEV_PCI_DEVICE, FORM_HEX16, "pci_device", NULL },
	{ SMC_NLA_DEV_USE_CNT, FORM_NUMBER, "linkgroups", NULL },
	{ SMC_NLA_DEV_IS_CRIT, FORM_NUMBER, "critical", NULL },
	{ SMC_NLA_DEV_PORT, FORM_NEST, NULL, device_port },
	{ 0, FORM_END, NULL, NULL },
};

static const struct field linkgroup_v2[] = {
	{ SMC_NLA_LGR_V2_VER, FORM_NUMBER, "version", NULL },
	{ SMC_NLA_LGR_V2_REL, FORM_NUMBER, "release", NULL },
	{ SMC_NLA_LGR_V2_OS, FORM_NUMBER, "peer_os", NULL },
	{ SMC_NLA_LGR_V2_NEG_EID, FORM_TEXT, "eid", NULL },
	{ SMC_NLA_LGR_V2_PEER_HOST, FORM_TEXT, "peer_host", NULL },
	{ 0, FORM_END, NULL, NULL },
};

static const struct field linkgroup[] = {
	{ SMC_NLA_LGR_D_ID, FORM_HEX32, "id", NULL },
	{ SMC_NLA_LGR_D_GID, FORM_HEX64, "gid", NULL },
	{ SMC_NLA_LGR_D_PEER_GID, FORM_HEX64, "peer_gid", NULL },
	{ SMC_NLA_LGR_D_CHID, FORM_HEX16, "chid", NULL },
	{ SMC_NLA_LGR_D_CONNS_NUM, FORM_NUMBER, "conns", NULL },
	{ SMC_NLA_LGR_D_VLAN_ID, FORM_NUMBER, "vlan", NULL },
	{ SMC_NLA_LGR_D_PNETID, FORM_TEXT, "pnetid", NULL },
	{ SMC_NLA_LGR_D_V2_COMMON, FORM_NEST, NULL, linkgroup_v2 },
	{ 0, FORM_END, NULL, NULL },
};

static const struct field ueid[] = {
	{ SMC_NLA_EID_TABLE_ENTRY, FORM_TEXT, "ueid", NULL },
	{ 0, FORM_END, NULL, NULL },
};

static const struct field seid[] = {
	{ SMC_NLA_SEID_ENTRY, FORM_TEXT, "seid", NULL },
	{ SMC_NLA_SEID_ENABLED, FORM_NUMBER, "enabled", NULL },
	{ 0, FORM_END, NULL, NULL },
};

static const struct field pnet[] = {
	{ SMC_PNETID_NAME, FORM_TEXT, "pnetid", NULL },
	{ SMC_PNETID_ETHNAME, FORM_TEXT, "interface", NULL },
	{ SMC_PNETID_IBNAME, FORM_TEXT, "device", NULL },
	{ SMC_PNETID_IBPORT, FORM_NUMBER, "port", NULL },
	{ 0, FORM_END, NULL, NULL },
};

static const struct field hs_limit[] = {
	{ SMC_NLA_HS_LIMITATION_ENABLED, FORM_NUMBER, "enabled", NULL },
	{ 0, FORM_END, NULL, NULL },
};

static const struct field buffers[] = {
	{ SMC_NLA_STATS_RMB_ALLOC_CNT, FORM_NUMBER, "alloc", NULL },
	{ SMC_NLA_STATS_RMB_REUSE_CNT, FORM_NUMBER, "reuse", NULL },
	{ SMC_NLA_STATS_RMB_DGRADE_CNT, FORM_NUMBER, "downgrade", NULL },
	{ SMC_NLA_STATS_RMB_FULL_CNT, FORM_NUMBER, "full", NULL },
	{ SMC_NLA_STATS_RMB_FULL_PEER_CNT, FORM_NUMBER, "full_peer", NULL },
	{ SMC_NLA_STATS_RMB_SIZE_SM_CNT, FORM_NUMBER, "small", NULL },
	{ SMC_NLA_STATS_RMB_SIZE_SM_PEER_CNT, FORM_NUMBER, "small_peer", NULL },
	{ 0, FORM_END, NULL, NULL },
};

static const struct field technology[] = {
	{ SMC_NLA_STATS_T_CLNT_V1_SUCC, FORM_NUMBER, "clnt_v1", NULL },
	{ SMC_NLA_STATS_T_CLNT_V2_SUCC, FORM_NUMBER, "clnt_v2", NULL },
	{ SMC_NLA_STATS_T_SRV_V1_SUCC, FORM_NUMBER, "srv_v1", NULL },
	{ SMC_NLA_STATS_T_SRV_V2_SUCC, FORM_NUMBER, "srv_v2", NULL },
	{ SMC_NLA_STATS_T_RX_BYTES, FORM_NUMBER, "rx_bytes", NULL },
	{ SMC_NLA_STATS_T_TX_BYTES, FORM_NUMBER, "tx_bytes", NULL },
	{ SMC_NLA_STATS_T_RX_CNT, FORM_NUMBER, "rx_count", NULL },
	{ SMC_NLA_STATS_T_TX_CNT, FORM_NUMBER, "tx_count", NULL },
	{ SMC_NLA_STATS_T_SENDPAGE_CNT, FORM_NUMBER, "sendpage", NULL },
	{ SMC_NLA_STATS_T_SPLICE_CNT, FORM_NUMBER, "splice", NULL },
	{ SMC_NLA_STATS_T_CORK_CNT, FORM_NUMBER, "cork", NULL },
	{ SMC_NLA_STATS_T_NDLY_CNT, FORM_NUMBER, "nodelay", NULL },
	{ SMC_NLA_STATS_T_URG_DATA_CNT, FORM_NUMBER, "urgent", NULL },
	{ SMC_NLA_STATS_T_TX_RMB_STATS, FORM_NEST, "tx_buffer_", buffers },
	{ SMC_NLA_STATS_T_RX_RMB_STATS, FORM_NEST, "rx_buffer_", buffers },
	{ 0, FORM_END, NULL, NULL },
};

static const struct field stats[] = {
	{ SMC_NLA_STATS_SMCD_TECH, FORM_NEST, "smcd_", technology },
	{ SMC_NLA_STATS_SMCR_TECH, FORM_NEST, "smcr_", technology },
	{ SMC_NLA_STATS_CLNT_HS_ERR_CNT, FORM_NUMBER, "clnt_handshake_errors", NULL },
	{ SMC_NLA_STATS_SRV_HS_ERR_CNT, FORM_NUMBER, "srv_handshake_errors", NULL },
	{ 0, FORM_END, NULL, NULL },
};

static const struct field fallback[] = {
	{ SMC_NLA_FBACK_STATS_TYPE, FORM_SIDE, "end", NULL },
	{ SMC_NLA_FBACK_STATS_RSN_CODE, FORM_HEX32, "reason", NULL },
	{ SMC_NLA_FBACK_STATS_RSN_CNT, FORM_NUMBER, "count", NULL },
	{ 0, FORM_END, NULL, NULL },
};

static const struct field sysinfo[] = {
	{ SMC_NLA_SYS_VER, FORM_NUMBER, "version", NULL },
	{ SMC_NLA_SYS_REL, FORM_NUMBER, "release", NULL },
	{ SMC_NLA_SYS_IS_ISM_V2, FORM_NUMBER, "ism_v2", NULL },
	{ SMC_NLA_SYS_IS_SMCR_V2, FORM_NUMBER, "smcr_v2", NULL },
	{ SMC_NLA_SYS_LOCAL_HOST, FORM_TEXT, "host", NULL },
	{ SMC_NLA_SYS_SEID, FORM_TEXT, "seid", NULL },
	{ 0, FORM_END, NULL, NULL },
};

static const struct listing listings[] = {
	{ "devices", SMC_NETLINK_GET_DEV_SMCD, SMC_GEN_DEV_SMCD, " ", device },
	{ "linkgroups", SMC_NETLINK_GET_LGR_SMCD, SMC_GEN_LGR_SMCD, " ", linkgroup },
	{ "ueids", SMC_NETLINK_DUMP_UEID, 0, " ", ueid },
	{ "seid", SMC_NETLINK_DUMP_SEID, 0, " ", seid },
	{ "limit", SMC_NETLINK_DUMP_HS_LIMITATION, 0, " ", hs_limit },
	{ "stats", SMC_NETLINK_GET_STATS, SMC_GEN_STATS, "\n", stats },
	{ "fallback", SMC_NETLINK_GET_FBACK_STATS, SMC_GEN_FBACK_STATS, " ", fallback },
	{ "sysinfo", SMC_NETLINK_GET_SYS_INFO, SMC_GEN_SYS_INFO, "\n", sysinfo },
};

static const struct listing pnets = { "pnets", SMC_PNETID_GET, 0, " ", pnet };

static void cleanup_sock(struct nl_sock **sk)
{
	nl_socket_free(*sk);
}

static void cleanup_msg(struct nl_msg **msg)
{
	nlmsg_free(*msg);
}

static int complain(const char *what, int error)
{
	fprintf(stderr, "smc-genl: %s: %s\n", what, nl_geterror(error));
	return error;
}

/* The width of some attributes differs from kernel to kernel. */
static uint64_t number_of(const struct nlattr *attr)
{
	switch (nla_len(attr)) {
	case 1:
		return nla_get_u8(attr);
	case 2:
		return nla_get_u16(attr);
	case 4:
		return nla_get_u32(attr);
	default:
		return nla_len(attr) < 8 ? 0 : nla_get_u64(attr);
	}
}

/* EIDs are padded with spaces, and may hold anything on foreign machines. */
static void print_text(const struct nlattr *attr)
{
	const char *text = nla_data(attr);
	int len = strnlen(text, nla_len(attr));

	while (len && text[len - 1] == ' ')
		len--;
	for (int i = 0; i < len; i++)
		putchar(isgraph((unsigned char)text[i]) ? text[i] : '?');
}

static void print_value(const struct field *f, const struct nlattr *attr)
{
	switch (f->form) {
	case FORM_NUMBER:
		printf("%" PRIu64, number_of(attr));
		break;
	case FORM_HEX16:
		printf("0x%04" PRIx64, number_of(attr));
		break;
	case FORM_HEX32:
		printf("0x%08" PRIx64, number_of(attr));
		break;
	case FORM_HEX64:
		printf("0x%016" PRIx64, number_of(attr));
		break;
	case FORM_TEXT:
		print_text(attr);
		break;
	case FORM_SIDE:
		fputs(number_of(attr) ? "server" : "client", stdout);
		break;
	case FORM_NEST:
	case FORM_END:
		break;
	}
}

/* Prints the fields that head holds; *count is how many have been printed. */
static void print_fields(const struct field *f, const struct nlattr *head, int len,
			 const char *prefix, const char *between, int *count)
{
	const struct nlattr *attr;
	char key[64];

	for (; f->form != FORM_END; f++) {
		attr = nla_find(head, len, f->attribute);
		if (!attr)
			continue;
		snprintf(key, sizeof(key), "%s%s", prefix, f->key ? f->key : "");
		if (f->form == FORM_NEST) {
			print_fields(f->nest, nla_data(attr), nla_len(attr), key, between, count);
			continue;
		}
		printf("%s%s=", (*count)++ ? between : "", key);
		print_value(f, attr);
	}
}

/* The kernel puts the totals into the first record, whatever that is about. */
static void print_fallback_totals(const struct nlattr *top)
{
	const struct nlattr *srv, *clnt;

	srv = nla_find(nla_data(top), nla_len(top), SMC_NLA_FBACK_STATS_SRV_CNT);
	clnt = nla_find(nla_data(top), nla_len(top), SMC_NLA_FBACK_STATS_CLNT_CNT);
	printf("srv_total=%" PRIu64 " clnt_total=%" PRIu64 "\n", srv ? number_of(srv) : 0,
	       clnt ? number_of(clnt) : 0);
}

static int take_record(struct nl_msg *msg, void *data)
{
	struct genlmsghdr *h = genlmsg_hdr(nlmsg_hdr(msg));
	const struct nlattr *head = genlmsg_attrdata(h, 0), *top;
	int len = genlmsg_attrlen(h, 0), count = 0;
	struct query *q = data;

	if (q->listing->top) {
		top = nla_find(head, len, q->listing->top);
		if (!top)
			return NL_OK;
		if (q->listing->command == SMC_NETLINK_GET_FBACK_STATS && !q->records)
			print_fallback_totals(top);
		head = nla_data(top);
		len = nla_len(top);
	}
	print_fields(q->listing->fields, head, len, "", q->listing->between, &count);
	if (count)
		putchar('\n');
	q->records++;
	return NL_OK;
}

/* The socket, and the family's number in *ret_family; NULL if there is none. */
static struct nl_sock *connect_family(const char *name, int *ret_family)
{
	struct nl_sock *sk = nl_socket_alloc();
	struct timeval limit = { .tv_sec = 10 };
	int r;

	if (!sk)
		return NULL;
	r = genl_connect(sk);
	if (r >= 0)
		r = genl_ctrl_resolve(sk, name);
	if (r < 0) {
		fprintf(stderr, "smc-genl: is the module smc loaded?\n");
		complain(name, r);
		nl_socket_free(sk);
		return NULL;
	}
	setsockopt(nl_socket_get_fd(sk), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	*ret_family = r;
	return sk;
}

static int run_listing(const struct listing *l, const char *family_name)
{
	struct nl_sock *sk __attribute__((cleanup(cleanup_sock))) = NULL;
	struct query q = { .listing = l };
	int family, r;

	sk = connect_family(family_name, &family);
	if (!sk)
		return -1;
	nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM, take_record, &q);
	r = genl_send_simple(sk, family, l->command, SMC_GENL_FAMILY_VERSION, NLM_F_DUMP);
	if (r >= 0)
		r = nl_recvmsgs_default(sk);
	if (r < 0)
		return complain(l->name, r);
	if (!q.records && l->command == SMC_NETLINK_GET_FBACK_STATS)
		puts("srv_total=0 clnt_total=0");
	return 0;
}

/* The kernel takes EIDs with all their 32 characters only. */
static int change_ueid(uint8_t command, const char *name, const char *eid)
{
	struct nl_sock *sk __attribute__((cleanup(cleanup_sock))) = NULL;
	struct nl_msg *msg __attribute__((cleanup(cleanup_msg))) = NULL;
	char padded[256];
	int family, r;

	sk = connect_family(SMC_GENL_FAMILY_NAME, &family);
	msg = nlmsg_alloc();
	if (!sk || !msg || !genlmsg_put(msg, 0, 0, family, 0, 0, command, SMC_GENL_FAMILY_VERSION))
		return -1;
	if (eid) {
		snprintf(padded, sizeof(padded), "%-*s", SMC_MAX_EID_LEN, eid);
		nla_put_string(msg, SMC_NLA_EID_TABLE_ENTRY, padded);
	}
	r = nl_send_sync(sk, msg);
	msg = NULL;
	return r < 0 ? complain(name, r) : 0;
}

/*
 * @name of an interface or a device, by @attribute; NULL: of all. The port of an SMC-D device
 * is always 1. @pnetid NULL: flush.
 */
static int change_pnet(uint8_t command, const char *pnetid, int attribute, const char *name)
{
	struct nl_sock *sk __attribute__((cleanup(cleanup_sock))) = NULL;
	struct nl_msg *msg __attribute__((cleanup(cleanup_msg))) = NULL;
	int family, r;

	sk = connect_family(SMCR_GENL_FAMILY_NAME, &family);
	msg = nlmsg_alloc();
	if (!sk || !msg ||
	    !genlmsg_put(msg, 0, 0, family, 0, 0, command, SMCR_GENL_FAMILY_VERSION))
		return -1;
	if (pnetid)
		nla_put_string(msg, SMC_PNETID_NAME, pnetid);
	if (name)
		nla_put_string(msg, attribute, name);
	if (name && attribute == SMC_PNETID_IBNAME)
		nla_put_u8(msg, SMC_PNETID_IBPORT, 1);
	r = nl_send_sync(sk, msg);
	msg = NULL;
	return r < 0 ? complain("PNETID", r) : 0;
}

static int bad(const char *format, const char *what)
{
	fputs("smc-genl: ", stderr);
	fprintf(stderr, format, what);
	fputs("; try 'smc-genl --help'\n", stderr);
	return 2;
}

static int run_pnet(int argc, char **argv)
{
	const char *name = argv[0];

	if (!strcmp(name, "pnet-del")) {
		if (argc != 2)
			return bad("%s needs a PNETID", name);
		return change_pnet(SMC_PNETID_DEL, argv[1], 0, NULL) < 0;
	}
	if (strcmp(name, "pnet-add") && strcmp(name, "pnet-eth"))
		return bad("'%s' is not a command", name);
	if (argc != 3)
		return bad("%s needs a device or interface and a PNETID", name);
	return change_pnet(SMC_PNETID_ADD, argv[2], strcmp(name, "pnet-eth") ?
			   SMC_PNETID_IBNAME : SMC_PNETID_ETHNAME, argv[1]) < 0;
}

static int run(int argc, char **argv)
{
	const char *name = argv[0];
	int is_add = !strcmp(name, "ueid-add");

	if (is_add || !strcmp(name, "ueid-del")) {
		if (argc != 2)
			return bad("%s needs one EID", name);
		return change_ueid(is_add ? SMC_NETLINK_ADD_UEID : SMC_NETLINK_REMOVE_UEID, name,
				   argv[1]) < 0;
	}
	if (!strncmp(name, "pnet-", 5) && strcmp(name, "pnet-flush"))
		return run_pnet(argc, argv);
	if (argc != 1)
		return bad("'%s' is not expected", argv[1]);
	if (!strcmp(name, "pnet-flush"))
		return change_pnet(SMC_PNETID_FLUSH, NULL, 0, NULL) < 0;
	if (!strcmp(name, "pnets"))
		return run_listing(&pnets, SMCR_GENL_FAMILY_NAME) < 0;
	if (!strcmp(name, "ueid-flush"))
		return change_ueid(SMC_NETLINK_FLUSH_UEID, name, NULL) < 0;
	for (size_t i = 0; i < COUNT(listings); i++)
		if (!strcmp(name, listings[i].name))
			return run_listing(&listings[i], SMC_GENL_FAMILY_NAME) < 0;
	return bad("'%s' is not a command", name);
}

int main(int argc, char **argv)
{
	int r;

	argc--;
	argv++;
	if (argc && (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h"))) {
		fputs(usage, stdout);
		return 0;
	}
	if (argc > 1 && !strcmp(argv[0], "--netns")) {
		if (netns_enter(argv[1]) < 0)
			return 1;
		argc -= 2;
		argv += 2;
	}
	if (!argc)
		return bad("a command is missing%s", "");
	r = run(argc, argv);
	if (fflush(stdout) || ferror(stdout))
		r = complain("cannot write the result", -NLE_FAILURE) < 0;
	return r;
}
