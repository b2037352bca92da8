// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * softism-fuzz's way to the kernel: batches and all that comes back for them,
 * notifications, dumps that are given up, and the end of the devices.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "softism-fuzz.h"
#include "softism-request.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

#define DATAGRAMS 64
/* Dumps come in datagrams as large as the buffers that wait for them */
#define DATAGRAM_SIZE 8192
#define BUFFER_SIZE (16 << 20)

static struct softism_family family;
static int requests, events;

static void die(const char *what)
{
	fprintf(stderr, "softism-fuzz: %s: %s\n", what, strerror(errno));
	exit(2);
}

unsigned long fuzz_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000ul + time.tv_nsec / 1000000;
}

static void set_option(int fd, int level, int option, int value)
{
	if (setsockopt(fd, level, option, &value, sizeof(value)) < 0)
		die("setsockopt");
}

static int open_socket(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd < 0 || bind(fd, (void *)&address, sizeof(address)) < 0)
		die("generic netlink");
	return fd;
}

/* Answers to a whole batch have to fit; without privileges most are short */
static void enlarge(int fd, int force, int option)
{
	int size = BUFFER_SIZE;

	if (setsockopt(fd, SOL_SOCKET, force, &size, sizeof(size)) < 0)
		set_option(fd, SOL_SOCKET, option, size);
}

static void send_all(int fd, const void *data, size_t size)
{
	if (size && send(fd, data, size, 0) != (ssize_t)size)
		die("send");
}

static void find_family(void)
{
	char buffer[DATAGRAM_SIZE];
	struct nlmsghdr *nlh = softism_request(buffer, GENL_ID_CTRL,
					       CTRL_CMD_GETFAMILY, 0);
	int fd = open_socket();
	ssize_t size;

	softism_put_family(nlh);
	send_all(fd, nlh, nlh->nlmsg_len);
	size = recv(fd, buffer, sizeof(buffer), 0);
	if (size < 0 ||
	    mnl_cb_run(buffer, size, 0, 0, softism_take_family, &family) < 0 ||
	    !family.id)
		die("family " SOFTISM_GENL_NAME);
	close(fd);
}

uint16_t fuzz_open(void)
{
	find_family();
	requests = open_socket();
	enlarge(requests, SO_RCVBUFFORCE, SO_RCVBUF);
	enlarge(requests, SO_SNDBUFFORCE, SO_SNDBUF);
	set_option(requests, SOL_NETLINK, NETLINK_EXT_ACK, 1);
	fuzz_quote(false);
	events = open_socket();
	enlarge(events, SO_RCVBUFFORCE, SO_RCVBUF);
	set_option(events, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, family.events);
	return family.id;
}

void fuzz_quote(bool quote)
{
	set_option(requests, SOL_NETLINK, NETLINK_CAP_ACK, !quote);
}

typedef void (*take_fn)(struct fuzz_batch *batch, const void *data, size_t size);

/* One call's worth of datagrams; whether there may be more */
static bool receive_some(int fd, take_fn take, struct fuzz_batch *batch)
{
	static unsigned char buffers[DATAGRAMS][DATAGRAM_SIZE];
	static struct iovec vectors[DATAGRAMS];
	static struct mmsghdr datagrams[DATAGRAMS];
	int i, count;

	for (i = 0; i < DATAGRAMS; i++) {
		vectors[i] = (struct iovec){ buffers[i], DATAGRAM_SIZE };
		datagrams[i].msg_hdr = (struct msghdr){
			.msg_iov = &vectors[i], .msg_iovlen = 1
		};
	}
	count = recvmmsg(fd, datagrams, DATAGRAMS, MSG_DONTWAIT, NULL);
	if (count < 0)
		return errno == EINTR;
	for (i = 0; i < count; i++) {
		if (datagrams[i].msg_hdr.msg_flags & MSG_TRUNC) {
			fuzz_results.garbage++;
			fuzz_complain(NULL, NULL, "a datagram too large");
		}
		take(batch, buffers[i], datagrams[i].msg_len);
	}
	return true;
}

/* All that is there; errno says why no more is */
static void receive(int fd, take_fn take, struct fuzz_batch *batch)
{
	while (receive_some(fd, take, batch))
		;
}

/*
 * A listener that could not keep pace is told so, and misses what comes until it
 * has read all that it got before.
 */
static void receive_events(void)
{
	for (;;) {
		receive(events, fuzz_take_events, NULL);
		fuzz_expect_events(errno == EAGAIN);
		if (errno == EAGAIN)
			return;
		if (errno != ENOBUFS)
			die("receive events");
		fuzz_results.events_lost++;
	}
}

void fuzz_exchange(struct fuzz_batch *batch)
{
	send_all(requests, batch->data, batch->size);
	receive(requests, fuzz_take, batch);
	if (errno != EAGAIN)
		die("receive");
	receive_events();
}

void fuzz_half_dump(void)
{
	static const unsigned char cmds[] = {
		SOFTISM_CMD_DEV_GET, SOFTISM_CMD_STATS_GET,
		SOFTISM_CMD_DMB_GET, SOFTISM_CMD_FAULT_GET,
	};
	unsigned char cmd = cmds[fuzz_below(ARRAY_SIZE(cmds))];
	unsigned int reads = fuzz_below(3);
	char buffer[DATAGRAM_SIZE];
	struct nlmsghdr *nlh = softism_request(buffer, family.id, cmd, NLM_F_DUMP);
	int fd = open_socket();

	send_all(fd, nlh, nlh->nlmsg_len);
	while (reads--)
		recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);
	close(fd);
	fuzz_results.half_dumps++;
}

static int delete_device(const struct nlmsghdr *nlh, void *data)
{
	struct nlmsghdr *request;
	const struct nlattr *attr;
	char buffer[256];

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		const char *name = mnl_attr_get_payload(attr);

		if (mnl_attr_get_type(attr) != SOFTISM_A_DEV_NAME ||
		    strncmp(name, fuzz_options.prefix,
			    strlen(fuzz_options.prefix)) != 0)
			continue;
		++*(unsigned int *)data;
		request = softism_request(buffer, family.id, SOFTISM_CMD_DEV_DEL, 0);
		mnl_attr_put_strz(request, SOFTISM_A_DEV_NAME, name);
		mnl_attr_put(request, SOFTISM_A_DEV_FORCE, 0, NULL);
		/* Who is refused is asked again */
		send_all(events, request, request->nlmsg_len);
	}
	return MNL_CB_OK;
}

/* How many there were; a dump that was interrupted has to be read again */
static unsigned int delete_devices(void)
{
	char buffer[DATAGRAM_SIZE];
	struct nlmsghdr *nlh = softism_request(buffer, family.id,
					       SOFTISM_CMD_DEV_GET, NLM_F_DUMP);
	int fd = open_socket(), more = MNL_CB_OK;
	unsigned int found = 0;
	ssize_t size;

	send_all(fd, nlh, nlh->nlmsg_len);
	while (more > MNL_CB_STOP) {
		size = recv(fd, buffer, sizeof(buffer), 0);
		if (size < 0)
			die("receive");
		more = mnl_cb_run(buffer, size, 0, 0, delete_device, &found);
	}
	close(fd);
	return more < 0 ? found + 1 : found;
}

/* Those that applications still use go when these close their sockets */
unsigned int fuzz_clean_up(void)
{
	unsigned long end = fuzz_now() + fuzz_options.patience * 1000;
	unsigned int found;

	do {
		found = delete_devices();
		if (found)
			usleep(10000);
	} while (found && fuzz_now() < end);
	return found;
}
