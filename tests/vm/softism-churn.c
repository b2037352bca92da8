/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * softism-churn: keeps the softism family busy, faster than programs can be
 * started: devices come, change and go; and lists are dumped, and examined for
 * what appears twice.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "../../kmod/softism.h"
#include "softism-request.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* A dump comes in datagrams as large as this: so it has many of them */
#define DATAGRAM_SIZE 4096
#define LIVE_MAX 4096
#define BUSY_SECONDS 60
#define PAUSE_US 100000
#define NEWS 1000

static const char usage[] =
"Usage: softism-churn COMMAND [KEY=VALUE...]\n"
"Commands:\n"
"  devices  adds devices, and deletes the oldest: count (1000) in all, live (6)\n"
"           at a time; prefix (churn) of their names; they share chids (4) CHIDs\n"
"           from chid (0x100) on, in turns of loopback and of emulation; keep=1\n"
"           leaves the last ones behind\n"
"  changes  sets the live devices of that prefix up and down, and changes their\n"
"           priorities, count times or until SIGTERM; pause (0) milliseconds\n"
"           after each change\n"
"  dumps    dumps devices, counters and DMBs, count times or until SIGTERM;\n"
"           touch=NAME: changes this device during each dump\n"
"Priorities are below priority (100).\n"
"Prints key=value lines. Exit code: 0, 1 refused or wrong, 2 usage.\n";

static struct option {
	const char *key;
	const char *text;
	unsigned long number;
} options[] = {
	{ "count", NULL, 0 },
	{ "live", NULL, 6 },
	{ "prefix", "churn", 0 },
	{ "chid", NULL, 0x100 },
	{ "chids", NULL, 4 },
	{ "priority", NULL, 100 },
	{ "pause", NULL, 0 },
	{ "keep", NULL, 0 },
	{ "touch", NULL, 0 },
};

enum {
	COUNT, LIVE, PREFIX, CHID, CHIDS, PRIORITY, PAUSE, KEEP, TOUCH,
};

static struct list {
	const char *name;
	uint8_t cmd;
	uint16_t key;
	bool number;
	unsigned long dumps, interrupted, entries, duplicates;
} lists[] = {
	{ .name = "devices", .cmd = SOFTISM_CMD_DEV_GET, .key = SOFTISM_A_DEV_NAME },
	{ .name = "stats", .cmd = SOFTISM_CMD_STATS_GET, .key = SOFTISM_A_DEV_NAME },
	{ .name = "dmbs", .cmd = SOFTISM_CMD_DMB_GET, .key = SOFTISM_A_DMB_INDEX,
	  .number = true },
};

/* What identifies the entries of one dump */
static struct {
	uint64_t *keys;
	size_t count, room;
	bool interrupted, changed;
} dump;

static struct mnl_socket *requests, *dumps;
static struct softism_family family;
static uint32_t sequence;
static char buffer[DATAGRAM_SIZE];
static volatile sig_atomic_t stopping;

static void die(const char *what, const char *why)
{
	fprintf(stderr, "softism-churn: %s: %s\n", what, why);
	exit(1);
}

static void stop(int signal)
{
	(void)signal;
	stopping = 1;
}

static struct nlmsghdr *put_header(void *data, uint16_t type, uint8_t cmd,
				   uint16_t flags)
{
	struct nlmsghdr *nlh = softism_request(data, type, cmd, flags);

	nlh->nlmsg_seq = ++sequence;
	return nlh;
}

static void send_message(struct mnl_socket *sock, const struct nlmsghdr *nlh)
{
	if (mnl_socket_sendto(sock, nlh, nlh->nlmsg_len) < 0)
		die("send", strerror(errno));
}

static size_t receive(struct mnl_socket *sock)
{
	ssize_t size;

	do {
		size = recv(mnl_socket_get_fd(sock), buffer, sizeof(buffer),
			    MSG_TRUNC);
	} while (size < 0 && errno == EINTR);
	if (size < 0)
		die("receive", strerror(errno));
	if ((size_t)size > sizeof(buffer))
		die("receive", "a datagram is too large");
	return size;
}

static int find_text(const struct nlattr *attr, void *data)
{
	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
		*(const char **)data = mnl_attr_get_str(attr);
	return MNL_CB_OK;
}

/* What the extended ACK says */
static const char *ack_text(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(nlh);
	size_t offset = sizeof(*error);
	const char *text = "no extended ACK";

	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		offset += mnl_nlmsg_get_payload_len(&error->msg);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(nlh, offset, find_text, &text);
	return text;
}

/* Sends what put_header() began; the ACK's message, which is in the buffer */
static const struct nlmsghdr *transact(struct nlmsghdr *request)
{
	const struct nlmsghdr *nlh;
	int size;

	send_message(requests, request);
	for (;;) {
		size = receive(requests);
		for (nlh = (void *)buffer; mnl_nlmsg_ok(nlh, size);
		     nlh = mnl_nlmsg_next(nlh, &size)) {
			if (nlh->nlmsg_type == NLMSG_ERROR)
				return nlh;
			if (nlh->nlmsg_type == GENL_ID_CTRL)
				softism_take_family(nlh, &family);
		}
	}
}

/* For what may only fail with the error @allowed */
static int request(struct nlmsghdr *nlh, const char *what, int allowed)
{
	const struct nlmsghdr *ack = transact(nlh);
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(ack);

	if (error->error && -error->error != allowed)
		die(what, ack_text(ack));
	return error->error;
}

static struct mnl_socket *open_socket(void)
{
	struct mnl_socket *sock = mnl_socket_open(NETLINK_GENERIC);
	int on = 1;

	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0)
		die("generic netlink", strerror(errno));
	mnl_socket_setsockopt(sock, NETLINK_EXT_ACK, &on, sizeof(on));
	return sock;
}

static void find_family(void)
{
	char data[256];
	struct nlmsghdr *nlh;

	nlh = put_header(data, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK);
	softism_put_family(nlh);
	request(nlh, "the family softism", 0);
}

static void device_name(char *name, unsigned int slot)
{
	snprintf(name, SOFTISM_NAME_SIZE, "%.20s%u", options[PREFIX].text, slot);
}

/* Some get the same GID each time, some are down at first */
static void add(unsigned long slot, unsigned long round)
{
	unsigned long chid = slot % options[CHIDS].number;
	char name[SOFTISM_NAME_SIZE], data[512];
	struct nlmsghdr *nlh;

	device_name(name, slot);
	nlh = put_header(data, family.id, SOFTISM_CMD_DEV_NEW, NLM_F_ACK);
	mnl_attr_put_strz(nlh, SOFTISM_A_DEV_NAME, name);
	mnl_attr_put_u32(nlh, SOFTISM_A_DEV_KIND, chid % 2 ?
			 SOFTISM_KIND_ISM_EMU : SOFTISM_KIND_LOOPBACK);
	mnl_attr_put_u16(nlh, SOFTISM_A_DEV_CHID, options[CHID].number + chid);
	mnl_attr_put_u32(nlh, SOFTISM_A_DEV_PRIORITY,
			 random() % options[PRIORITY].number);
	mnl_attr_put_u32(nlh, SOFTISM_A_DEV_MAX_DMBS, 64);
	if (slot % 3 == 0)
		mnl_attr_put_u64(nlh, SOFTISM_A_DEV_GID, options[CHID].number << 16 | slot);
	if (round % 5 == 4)
		mnl_attr_put_u8(nlh, SOFTISM_A_DEV_UP, 0);
	request(nlh, name, 0);
}

/* False while connections use it */
static bool del(unsigned long slot)
{
	char name[SOFTISM_NAME_SIZE], data[256];
	struct nlmsghdr *nlh;

	device_name(name, slot);
	nlh = put_header(data, family.id, SOFTISM_CMD_DEV_DEL, NLM_F_ACK);
	mnl_attr_put_strz(nlh, SOFTISM_A_DEV_NAME, name);
	return !request(nlh, name, EBUSY);
}

static unsigned long del_all(const bool *exists)
{
	time_t end = time(NULL) + BUSY_SECONDS;
	unsigned long slot, deleted = 0;

	for (slot = 0; slot < options[LIVE].number; slot++) {
		while (exists[slot] && !del(slot)) {
			if (time(NULL) > end)
				die("the last devices", "still busy");
			usleep(PAUSE_US);
		}
		deleted += exists[slot];
	}
	return deleted;
}

static void churn_devices(void)
{
	unsigned long count = options[COUNT].number ? options[COUNT].number : 1000;
	unsigned long live = options[LIVE].number;
	unsigned long adds = 0, deletes = 0, busy = 0, n;
	static bool exists[LIVE_MAX];

	for (n = 0; adds < count && !stopping; n++) {
		if (exists[n % live]) {
			if (!del(n % live)) {
				busy++;
				continue;
			}
			deletes++;
		}
		add(n % live, n / live);
		exists[n % live] = true;
		if (++adds % NEWS == 0)
			fprintf(stderr, "softism-churn: %lu of %lu devices\n", adds, count);
	}
	if (!options[KEEP].number)
		deletes += del_all(exists);
	printf("adds=%lu deletes=%lu busy=%lu\n", adds, deletes, busy);
}

static void set_device(const char *name, uint32_t priority, int up)
{
	struct nlmsghdr *nlh;
	char data[256];

	nlh = put_header(data, family.id, SOFTISM_CMD_DEV_SET, NLM_F_ACK);
	mnl_attr_put_strz(nlh, SOFTISM_A_DEV_NAME, name);
	mnl_attr_put_u32(nlh, SOFTISM_A_DEV_PRIORITY, priority);
	if (up >= 0)
		mnl_attr_put_u8(nlh, SOFTISM_A_DEV_UP, up);
	request(nlh, name, 0);
}

static bool go_on(unsigned long n)
{
	return !stopping && (!options[COUNT].number || n < options[COUNT].number);
}

static void change_devices(void)
{
	char name[SOFTISM_NAME_SIZE];
	unsigned long n;

	for (n = 0; go_on(n); n++) {
		device_name(name, random() % options[LIVE].number);
		set_device(name, random() % options[PRIORITY].number, random() % 3 - 1);
		usleep(options[PAUSE].number * 1000);
	}
	printf("changes=%lu\n", n);
}

static uint64_t hash_of(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
	return hash;
}

static void remember(uint64_t key)
{
	if (dump.count == dump.room) {
		dump.room = dump.room ? 2 * dump.room : 1024;
		dump.keys = realloc(dump.keys, dump.room * sizeof(*dump.keys));
		if (!dump.keys)
			die("dump", strerror(errno));
	}
	dump.keys[dump.count++] = key;
}

static void take_entry(const struct list *list, const struct nlmsghdr *nlh)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) != list->key)
			continue;
		remember(list->number ? mnl_attr_get_u32(attr) :
					hash_of(mnl_attr_get_str(attr)));
		return;
	}
	die(list->name, "an entry without its name");
}

/* False at the end of the dump */
static bool take_message(const struct list *list, const struct nlmsghdr *nlh)
{
	const int *error = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		dump.interrupted = true;
	if (nlh->nlmsg_type == family.id) {
		take_entry(list, nlh);
		return true;
	}
	if (nlh->nlmsg_type != NLMSG_DONE)
		die(list->name, "the dump is refused");
	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(*error) && *error < 0)
		die(list->name, strerror(-*error));
	return false;
}

static bool take_datagram(const struct list *list)
{
	const struct nlmsghdr *nlh = (void *)buffer;
	int size = receive(dumps);

	for (; mnl_nlmsg_ok(nlh, size); nlh = mnl_nlmsg_next(nlh, &size))
		if (!take_message(list, nlh))
			return false;
	return true;
}

static int compare_keys(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* A dump during which the list has changed may name something twice */
static void judge(struct list *list)
{
	size_t i;

	list->dumps++;
	list->interrupted += dump.interrupted;
	if (dump.interrupted)
		return;
	list->entries = dump.count;
	qsort(dump.keys, dump.count, sizeof(*dump.keys), compare_keys);
	for (i = 1; i < dump.count; i++)
		list->duplicates += dump.keys[i - 1] == dump.keys[i];
}

static void touch(void)
{
	static uint32_t priority;

	if (!options[TOUCH].text || dump.changed)
		return;
	dump.changed = true;
	priority = (priority + 1) % options[PRIORITY].number;
	set_device(options[TOUCH].text, priority, -1);
}

static void dump_list(struct list *list)
{
	char data[64];

	dump.count = 0;
	dump.interrupted = false;
	dump.changed = false;
	send_message(dumps, put_header(data, family.id, list->cmd, NLM_F_DUMP));
	while (take_datagram(list))
		touch();
	judge(list);
}

/* A socket with little room keeps the kernel from filling in all at once. */
static void dump_lists(void)
{
	unsigned long n;
	int room = 1;
	size_t i;

	setsockopt(mnl_socket_get_fd(dumps), SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	for (n = 0; go_on(n); n++)
		for (i = 0; i < ARRAY_SIZE(lists); i++)
			dump_list(&lists[i]);
	for (i = 0; i < ARRAY_SIZE(lists); i++)
		printf("list=%s dumps=%lu interrupted=%lu entries=%lu duplicates=%lu\n",
		       lists[i].name, lists[i].dumps, lists[i].interrupted,
		       lists[i].entries, lists[i].duplicates);
}

static void bad_usage(void)
{
	fputs(usage, stderr);
	exit(2);
}

static void set_option(const char *word)
{
	const char *value = strchr(word, '=');
	char *end;
	size_t i;

	for (i = 0; value && i < ARRAY_SIZE(options); i++) {
		if (strlen(options[i].key) != (size_t)(value - word) ||
		    strncmp(options[i].key, word, value - word))
			continue;
		options[i].text = value + 1;
		options[i].number = strtoul(value + 1, &end, 0);
		if (i != PREFIX && i != TOUCH && (*end || end == value + 1))
			bad_usage();
		return;
	}
	bad_usage();
}

static void check_options(void)
{
	if (!options[LIVE].number || options[LIVE].number > LIVE_MAX ||
	    !options[CHIDS].number || !options[PRIORITY].number)
		bad_usage();
}

static const struct {
	const char *name;
	void (*run)(void);
} commands[] = {
	{ "devices", churn_devices },
	{ "changes", change_devices },
	{ "dumps", dump_lists },
};

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = stop };
	size_t i;
	int arg;

	for (arg = 2; arg < argc; arg++)
		set_option(argv[arg]);
	check_options();
	sigaction(SIGTERM, &action, NULL);
	for (i = 0; argc > 1 && i < ARRAY_SIZE(commands); i++) {
		if (strcmp(commands[i].name, argv[1]))
			continue;
		requests = open_socket();
		dumps = open_socket();
		find_family();
		commands[i].run();
		return 0;
	}
	bad_usage();
}
