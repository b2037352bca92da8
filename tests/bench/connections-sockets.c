// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For tests/bench/connections: makes SMC connections, and reads the kernel's list of them.
 *
 * connections-sockets hold N   N connections from SMC sockets to a TCP server that never accepts
 *                              them: they fall back, and cost the least memory. Says "ready" and
 *                              how many there are, and waits for a signal
 * connections-sockets dump     reads the whole SMC_DIAG dump, and does nothing with it; says how
 *                              many connections and how many microseconds
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/smc_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define AF_SMC_FAMILY 43
#define PORT 5999
#define PER_ADDRESS 20000	/* below what ephemeral ports there are */
#define ACTIVE 1

static void need(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

static struct sockaddr_in address_of(unsigned int number)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK + number / PER_ADDRESS),
	};
}

static void start_server(unsigned int count)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	need(fd >= 0, "socket");
	need(!bind(fd, (struct sockaddr *)&any, sizeof(any)), "bind");
	need(!listen(fd, count + 1), "listen");
}

static int hold(unsigned int count)
{
	const struct rlimit limit = { count + 100, count + 100 };
	unsigned int made;

	need(!setrlimit(RLIMIT_NOFILE, &limit), "RLIMIT_NOFILE");
	start_server(count);
	for (made = 0; made < count; made++) {
		struct sockaddr_in address = address_of(made);
		int fd = socket(AF_SMC_FAMILY, SOCK_STREAM, 0);

		if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
			fprintf(stderr, "after %u: %s\n", made, strerror(errno));
			break;
		}
	}
	printf("ready %u\n", made);
	fflush(stdout);
	pause();
	return 0;
}

static int count_active(const struct nlmsghdr *nlh, void *userdata)
{
	const struct smc_diag_msg *message = mnl_nlmsg_get_payload(nlh);

	if (message->diag_state == ACTIVE)
		++*(unsigned int *)userdata;
	return MNL_CB_OK;
}

static void send_request(struct mnl_socket *socket)
{
	const struct {
		struct nlmsghdr header;
		struct smc_diag_req request;
	} message = {
		.header.nlmsg_len = sizeof(message),
		.header.nlmsg_type = SOCK_DIAG_BY_FAMILY,
		.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		.request.diag_family = AF_SMC_FAMILY,
		.request.diag_ext = 1 << (SMC_DIAG_LGRINFO - 1) | 1 << (SMC_DIAG_DMBINFO - 1),
	};

	need(mnl_socket_sendto(socket, &message, sizeof(message)) > 0, "the request");
}

static long microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

static int dump(void)
{
	static char answer[64 << 10];
	struct mnl_socket *socket = mnl_socket_open(NETLINK_SOCK_DIAG);
	unsigned int count = 0;
	long start = microseconds();
	ssize_t size;
	int r;

	need(socket && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) >= 0, "netlink");
	send_request(socket);
	do {
		size = mnl_socket_recvfrom(socket, answer, sizeof(answer));
		need(size >= 0, "the answer");
		r = mnl_cb_run(answer, size, 0, 0, count_active, &count);
		need(r >= 0, "the answer");
	} while (r > MNL_CB_STOP);
	printf("%u %ld\n", count, microseconds() - start);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "hold"))
		return hold(atoi(argv[2]));
	if (argc == 2 && !strcmp(argv[1], "dump"))
		return dump();
	fprintf(stderr, "Usage: connections-sockets hold N | dump\n");
	return 2;
}
