/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * softism-genl: talks to the softism family without the daemon, message by
 * message, so that tests can ask for what the daemon never would.
 */
#include <errno.h>
#include <inttypes.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "../../kmod/softism.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const char usage[] =
"Usage: softism-genl COMMAND [KEY=VALUE...]\n"
"Commands: info, get, dump, new, del, set, raw, events\n"
"Keys: name, kind (loopback, ism-emu, or a number), chid, gid, priority, up,\n"
"  max-dmbs, max-memory; for raw: cmd, type, size (an attribute of that type\n"
"  and of size zero bytes); for events: seconds\n"
"Prints key=value lines. Exit code: 0, 1 refused (with the kernel's words on\n"
"stderr), 2 usage.\n";

/* How each key is sent, and shown again */
static const struct field {
	const char *key;
	uint16_t type;
	uint8_t size;		/* 0: string */
	bool hex;
} fields[] = {
	{ "name", SOFTISM_A_DEV_NAME, 0, false },
	{ "kind", SOFTISM_A_DEV_KIND, 4, false },
	{ "chid", SOFTISM_A_DEV_CHID, 2, true },
	{ "gid", SOFTISM_A_DEV_GID, 8, true },
	{ "priority", SOFTISM_A_DEV_PRIORITY, 4, false },
	{ "up", SOFTISM_A_DEV_UP, 1, false },
	{ "max-dmbs", SOFTISM_A_DEV_MAX_DMBS, 4, false },
	{ "max-memory", SOFTISM_A_DEV_MAX_MEMORY, 8, false },
	{ "attached", SOFTISM_A_DEV_ATTACHED, 1, false },
	{ "rank", SOFTISM_A_DEV_RANK, 4, false },
	{ "held", SOFTISM_A_DEV_HELD, 1, false },
	{ "conns", SOFTISM_A_DEV_CONNS, 4, false },
	{ "dmbs", SOFTISM_A_DEV_DMBS, 4, false },
	{ "memory", SOFTISM_A_DEV_MEMORY, 8, false },
}, info_fields[] = {
	{ "version", SOFTISM_A_INFO_VERSION, 0, false },
	{ "api", SOFTISM_A_INFO_API, 4, false },
	{ "caps", SOFTISM_A_INFO_CAPS, 4, false },
	{ "devices", SOFTISM_A_INFO_DEVICES, 4, false },
};

static const char *const stats[] = {
	[SOFTISM_A_STATS_TX_MOVES] = "tx_moves",
	[SOFTISM_A_STATS_TX_BYTES] = "tx_bytes",
	[SOFTISM_A_STATS_RX_MOVES] = "rx_moves",
	[SOFTISM_A_STATS_RX_BYTES] = "rx_bytes",
	[SOFTISM_A_STATS_SIGNALS] = "signals",
	[SOFTISM_A_STATS_REFUSED] = "refused",
	[SOFTISM_A_STATS_DMBS] = "dmbs_total",
	[SOFTISM_A_STATS_DMBS_FAILED] = "dmbs_failed",
	[SOFTISM_A_STATS_QUERIES_YES] = "queries_yes",
	[SOFTISM_A_STATS_QUERIES_NO] = "queries_no",
};

static const char *const commands[] = {
	[SOFTISM_CMD_INFO_GET] = "info",
	[SOFTISM_CMD_DEV_GET] = "get",
	[SOFTISM_CMD_DEV_NEW] = "new",
	[SOFTISM_CMD_DEV_DEL] = "del",
	[SOFTISM_CMD_DEV_SET] = "set",
	[SOFTISM_CMD_DEV_ADD_NTF] = "add",
	[SOFTISM_CMD_DEV_DEL_NTF] = "delete",
	[SOFTISM_CMD_DEV_CHANGE_NTF] = "change",
};

struct family {
	uint16_t id;
	uint32_t group;
};

static struct mnl_socket *sock;
static char buffer[32768];

static void die(const char *what)
{
	fprintf(stderr, "softism-genl: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t attr_number(const struct nlattr *attr, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, mnl_attr_get_payload(attr), size);
	return value;
}

static void print_field(const struct field *field, const struct nlattr *attr)
{
	if (!field->size)
		printf("%s=%s ", field->key, mnl_attr_get_str(attr));
	else
		printf(field->hex ? "%s=0x%" PRIx64 " " : "%s=%" PRIu64 " ",
		       field->key, attr_number(attr, field->size));
}

static int print_stat(const struct nlattr *attr, void *data)
{
	uint16_t type = mnl_attr_get_type(attr);

	(void)data;
	if (type < ARRAY_SIZE(stats) && stats[type])
		printf("%s=%" PRIu64 " ", stats[type], mnl_attr_get_u64(attr));
	return MNL_CB_OK;
}

static int print_attr(const struct nlattr *attr, void *data)
{
	bool info = *(bool *)data;
	const struct field *table = info ? info_fields : fields;
	size_t count = info ? ARRAY_SIZE(info_fields) : ARRAY_SIZE(fields);
	size_t i;

	if (!info && mnl_attr_get_type(attr) == SOFTISM_A_DEV_STATS)
		return mnl_attr_parse_nested(attr, print_stat, NULL);
	for (i = 0; i < count; i++)
		if (table[i].type == mnl_attr_get_type(attr))
			print_field(&table[i], attr);
	return MNL_CB_OK;
}

static int print_message(const struct nlmsghdr *nlh, void *data)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	bool info = genl->cmd == SOFTISM_CMD_INFO_GET;

	if (data)
		printf("event=%s ", genl->cmd < ARRAY_SIZE(commands) ?
		       commands[genl->cmd] : "?");
	mnl_attr_parse(nlh, sizeof(*genl), print_attr, &info);
	putchar('\n');
	fflush(stdout);
	return MNL_CB_OK;
}

static int print_ack(const struct nlattr *attr, void *data)
{
	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
		*(const char **)data = mnl_attr_get_str(attr);
	return MNL_CB_OK;
}

static int handle_error(const struct nlmsghdr *nlh, void *data)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(nlh);
	size_t offset = sizeof(*error);
	const char *text = "(no extended ACK)";

	(void)data;
	if (!error->error)
		return MNL_CB_STOP;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		offset += mnl_nlmsg_get_payload_len(&error->msg);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(nlh, offset, print_ack, &text);
	fprintf(stderr, "softism-genl: refused: %s: %s\n",
		strerror(-error->error), text);
	exit(1);
}

/* For all other types libmnl has callbacks of its own */
static mnl_cb_t controls[NLMSG_ERROR + 1] = { [NLMSG_ERROR] = handle_error };

static void receive(unsigned int seq, mnl_cb_t callback, void *data)
{
	ssize_t size;
	int rc;

	do {
		size = mnl_socket_recvfrom(sock, buffer, sizeof(buffer));
		if (size < 0)
			die("receive");
		rc = mnl_cb_run2(buffer, size, seq, 0, callback, data, controls,
				 ARRAY_SIZE(controls));
	} while (rc > MNL_CB_STOP);
	if (rc < 0)
		die("reply");
}

static struct nlmsghdr *put_header(uint16_t family, uint8_t cmd, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = family;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	nlh->nlmsg_seq = time(NULL);
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = 1;
	return nlh;
}

static void transact(struct nlmsghdr *nlh, mnl_cb_t callback, void *data)
{
	unsigned int seq = nlh->nlmsg_seq;

	if (mnl_socket_sendto(sock, nlh, nlh->nlmsg_len) < 0)
		die("send");
	receive(seq, callback, data);
}

static int parse_group(const struct nlattr *attr, void *data)
{
	struct family *family = data;

	if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID)
		family->group = mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

static int parse_groups(const struct nlattr *attr, void *data)
{
	return mnl_attr_parse_nested(attr, parse_group, data);
}

static int parse_family_attr(const struct nlattr *attr, void *data)
{
	struct family *family = data;

	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
		family->id = mnl_attr_get_u16(attr);
	if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GROUPS)
		return mnl_attr_parse_nested(attr, parse_groups, data);
	return MNL_CB_OK;
}

static int parse_family(const struct nlmsghdr *nlh, void *data)
{
	return mnl_attr_parse(nlh, sizeof(struct genlmsghdr), parse_family_attr,
			      data);
}

static void put_key(struct nlmsghdr *nlh, const char *key, const char *value)
{
	uint64_t number;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if (!strcmp(fields[i].key, key))
			break;
	if (i == ARRAY_SIZE(fields)) {
		fprintf(stderr, "softism-genl: unknown key %s\n%s", key, usage);
		exit(2);
	}
	if (!strcmp(value, "loopback"))
		number = SOFTISM_KIND_LOOPBACK;
	else if (!strcmp(value, "ism-emu"))
		number = SOFTISM_KIND_ISM_EMU;
	else
		number = strtoull(value, NULL, 0);
	if (fields[i].size)
		mnl_attr_put(nlh, fields[i].type, fields[i].size, &number);
	else
		mnl_attr_put_strz(nlh, fields[i].type, value);
}

static const char *option(char **args, const char *key, const char *fallback)
{
	size_t length = strlen(key);

	for (; *args; args++)
		if (!strncmp(*args, key, length) && (*args)[length] == '=')
			return *args + length + 1;
	return fallback;
}

static void raw(uint16_t family, char **args)
{
	static const char zeros[4096];
	unsigned long size = strtoul(option(args, "size", "0"), NULL, 0);
	struct nlmsghdr *nlh;

	nlh = put_header(family, atoi(option(args, "cmd", "0")), 0);
	if (size > sizeof(zeros))
		size = sizeof(zeros);
	mnl_attr_put(nlh, atoi(option(args, "type", "0")), size, zeros);
	transact(nlh, print_message, NULL);
}

static void events(const struct family *family, char **args)
{
	struct timeval timeout = { .tv_sec = atoi(option(args, "seconds", "5")) };
	ssize_t size;

	if (mnl_socket_setsockopt(sock, NETLINK_ADD_MEMBERSHIP,
				  (void *)&family->group, sizeof(int)) < 0)
		die("subscribe");
	setsockopt(mnl_socket_get_fd(sock), SOL_SOCKET, SO_RCVTIMEO, &timeout,
		   sizeof(timeout));
	puts("listening");
	fflush(stdout);
	while ((size = mnl_socket_recvfrom(sock, buffer, sizeof(buffer))) > 0)
		mnl_cb_run(buffer, size, 0, 0, print_message, (void *)family);
}

static void request(uint16_t family, const char *command, char **args)
{
	bool dump = !strcmp(command, "dump");
	struct nlmsghdr *nlh;
	uint8_t cmd = 0;
	char *value;
	size_t i;

	for (i = 1; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i], dump ? "get" : command))
			cmd = i;
	if (!cmd) {
		fputs(usage, stderr);
		exit(2);
	}
	nlh = put_header(family, cmd, dump ? NLM_F_DUMP : 0);
	for (; *args; args++) {
		value = strchr(*args, '=');
		if (value)
			*value++ = '\0';
		put_key(nlh, *args, value ? value : "");
	}
	transact(nlh, print_message, NULL);
}

static void open_socket(void)
{
	int on = 1;

	sock = mnl_socket_open(NETLINK_GENERIC);
	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0)
		die("generic netlink");
	mnl_socket_setsockopt(sock, NETLINK_EXT_ACK, &on, sizeof(on));
}

int main(int argc, char **argv)
{
	struct family family = {};
	struct nlmsghdr *nlh;

	if (argc < 2) {
		fputs(usage, stderr);
		return 2;
	}
	open_socket();
	nlh = put_header(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, SOFTISM_GENL_NAME);
	transact(nlh, parse_family, &family);

	if (!strcmp(argv[1], "events"))
		events(&family, argv + 2);
	else if (!strcmp(argv[1], "raw"))
		raw(family.id, argv + 2);
	else
		request(family.id, argv[1], argv + 2);
	return 0;
}
