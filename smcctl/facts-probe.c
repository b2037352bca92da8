// SPDX-License-Identifier: GPL-2.0-or-later
/* Connections that smcctl doctor tries, to this machine itself and to others. */
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "facts.h"

/* In the child: serves whoever comes, for that need not be its parent, until this ends it. */
__attribute__((noreturn))
static void serve(const struct probe_listener *listener, struct facts *facts)
{
	struct pollfd fd = { .fd = listener->fd, .events = POLLIN };
	struct probe_client client;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		(void)poll(&fd, 1, -1);
		(void)probe_serve(listener, -1, facts_name_device, facts, &client);
	}
}

static struct facts_probe *add_probe(struct facts_probes *probes,
				     const union probe_address *address)
{
	struct facts_probe *probe = &probes->list[probes->n++];

	probe_address_text(address, probe->address);
	return probe;
}

static void connect_to(struct facts *facts, const union probe_address *address, socklen_t size)
{
	struct facts_probe *probe = add_probe(&facts->probes, address);

	probe_connect(address, size, &probe->probe);
	facts_name_device(&probe->probe.own, facts);
}

static void probe_child(struct facts *facts, const union probe_address *address,
			const struct probe_listener *listener)
{
	pid_t pid = fork();

	if (!pid)
		serve(listener, facts);
	if (pid < 0) {
		snprintf(facts->probes.error, sizeof(facts->probes.error),
			 "no process could be started: %s", strerror(errno));
		return;
	}
	connect_to(facts, address, sizeof(address->in));
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* What is sent to 127.0.0.1 while lo is down is lost without a word. */
static bool lo_is_up(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool up = fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0 || request.ifr_flags & IFF_UP;

	if (fd >= 0)
		close(fd);
	return up;
}

void facts_probe_self(struct facts *facts)
{
	union probe_address address = {
		.in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) },
	};
	struct probe_listener listener;
	int r;

	if (!facts->smc.loaded)
		return;
	if (!lo_is_up()) {
		facts->probes.lo_is_down = true;
		return;
	}
	r = probe_listen(&address, &listener);
	if (r < 0) {
		snprintf(facts->probes.error, sizeof(facts->probes.error),
			 "cannot listen at 127.0.0.1: %s", strerror(-r));
		return;
	}
	probe_child(facts, &address, &listener);
	probe_listener_close(&listener);
}

void facts_probe_host(struct facts *facts, const char *host, uint16_t port)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
	struct facts_probes *probes = &facts->probes;
	struct addrinfo *list, *entry;
	union probe_address address;
	char service[8];
	int r;

	*probes = (struct facts_probes){ .port = port };
	snprintf(probes->host, sizeof(probes->host), "%s", host);
	snprintf(service, sizeof(service), "%u", port);
	r = getaddrinfo(host, service, &hints, &list);
	if (r) {
		snprintf(probes->error, sizeof(probes->error), "%s",
			 r == EAI_SYSTEM ? strerror(errno) : gai_strerror(r));
		return;
	}
	for (entry = list; entry && probes->n < FACTS_PROBES_MAX; entry = entry->ai_next) {
		if (entry->ai_addrlen > sizeof(address))
			continue;
		memset(&address, 0, sizeof(address));
		memcpy(&address, entry->ai_addr, entry->ai_addrlen);
		connect_to(facts, &address, entry->ai_addrlen);
	}
	freeaddrinfo(list);
}
