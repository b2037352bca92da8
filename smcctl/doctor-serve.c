// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl doctor --serve: the other end of smcctl doctor HOST. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include "doctor.h"
#include "exit-status.h"
#include "output.h"
#include "reason.h"

enum { IPV4, IPV6, SIGNALS, SOURCES };

struct server {
	bool json;
	struct facts *facts;
	struct probe_listener listeners[SIGNALS];
	struct pollfd fds[SOURCES];
};

static int listen_at(struct server *server, int which, union probe_address *address)
{
	struct probe_listener *listener = &server->listeners[which];
	int r = probe_listen(address, listener);

	if (r < 0)
		listener->fd = -1;
	server->fds[which] = (struct pollfd){ .fd = listener->fd, .events = POLLIN };
	return r;
}

/* Both families, or the one that there is. */
static int open_listeners(struct server *server, uint16_t port)
{
	union probe_address in = {
		.in = { .sin_family = AF_INET, .sin_port = htons(port) },
	};
	union probe_address in6 = {
		.in6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) },
	};
	int r = listen_at(server, IPV4, &in), r6;

	r6 = r == -EADDRINUSE ? r : listen_at(server, IPV6, &in6);
	if (r < 0 && (r == -EADDRINUSE || r6 < 0))
		return r;
	return r6 == -EADDRINUSE ? r6 : 0;
}

/* Ctrl-C and SIGTERM become something to wait for; @old is how signals were before. */
static void open_signals(struct server *server, sigset_t *old)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, old);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	server->fds[SIGNALS] = (struct pollfd){ .fd = fd, .events = POLLIN };
}

/* What has come has been obeyed by then. */
static void close_signals(struct server *server, const sigset_t *old)
{
	struct signalfd_siginfo info;
	int fd = server->fds[SIGNALS].fd;

	while (fd >= 0 && read(fd, &info, sizeof(info)) > 0)
		;
	if (fd >= 0)
		close(fd);
	sigprocmask(SIG_SETMASK, old, NULL);
}

static const char *mode_text(const struct probe_view *view)
{
	if (view->diag == PROBE_DIAG_NO_SMC)
		return "TCP: this kernel has no SMC, modprobe smc";
	if (view->diag == PROBE_DIAG_NONE)
		return "not told by SMC_DIAG: modprobe smc_diag";
	switch (view->mode) {
	case SMC_MODE_SMCD:
		return "SMC-D";
	case SMC_MODE_SMCR:
		return "SMC-R";
	case SMC_MODE_FALLBACK:
		return "TCP instead of SMC";
	default:
		return "not known";
	}
}

static void print_json(const struct probe_client *client)
{
	json_cleanup struct json_object *object = output_json_new();

	output_json_text(object, "address", client->address);
	doctor_view_json(object, "own", &client->view);
	output_json_line(object, stdout);
}

static void print_text(const struct probe_client *client)
{
	const struct probe_view *view = &client->view;
	const struct reason *reason = reason_find(view->reason);

	printf("%s: %s", client->address, mode_text(view));
	if (view->mode == SMC_MODE_SMCD)
		printf(" on %s", *view->device ? view->device : "a device without a name");
	if (view->mode == SMC_MODE_FALLBACK)
		printf(": %s (0x%08" PRIx32 "), %s", reason->name, view->reason, reason->meaning);
	putchar('\n');
}

static void print_refused(const struct probe_client *client, int error)
{
	output_error("%s: %s", client->address, error == -EBADMSG ? "is no smcctl doctor" :
		     error == -ETIMEDOUT ? "was too slow" : strerror(-error));
}

/* The device may be newer than the last look at them. */
static void name_device(struct probe_view *view, void *userdata)
{
	struct server *server = userdata;

	facts_name_device(view, server->facts);
	if (*view->device || view->mode != SMC_MODE_SMCD)
		return;
	facts_clear(server->facts);
	doctor_gather_devices(server->facts);
	facts_name_device(view, server->facts);
}

/* The client's failure is no failure of the server. */
static void serve_client(struct server *server, const struct probe_listener *listener)
{
	struct probe_client client = { .address = "" };
	int r;

	r = probe_serve(listener, server->fds[SIGNALS].fd, name_device, server, &client);
	if (r < 0 && r != -EAGAIN && r != -ECANCELED)
		print_refused(&client, r);
	if (r < 0)
		return;
	if (server->json)
		print_json(&client);
	else
		print_text(&client);
	fflush(stdout);
}

static void loop(struct server *server)
{
	int i;

	while (!server->fds[SIGNALS].revents) {
		if (poll(server->fds, SOURCES, -1) < 0)
			continue;
		for (i = 0; i < SIGNALS; i++)
			if (server->fds[i].revents)
				serve_client(server, &server->listeners[i]);
	}
}

/* On stderr, as it is no output: that is one line for each client. */
static void announce(const struct server *server, uint16_t port)
{
	if (!server->listeners[server->listeners[IPV4].fd >= 0 ? IPV4 : IPV6].smc)
		output_error("this kernel has no SMC, so that all will be TCP: modprobe smc, then "
			     "start this anew");
	output_error("waiting at port %u; on the other host: smcctl doctor THIS-HOST:%u", port,
		     port);
}

static int serve(struct server *server, uint16_t port)
{
	int r = server->fds[SIGNALS].fd < 0 ? -EMFILE : open_listeners(server, port);

	if (r < 0) {
		output_error("cannot listen at port %u: %s%s", port, strerror(-r),
			     r == -EADDRINUSE ? ": take another with --port" :
			     r == -EACCES ? ": take one from 1024 on with --port" : "");
		return EXIT_FAILED;
	}
	announce(server, port);
	loop(server);
	return EXIT_OK;
}

int doctor_serve(const struct command *command, struct facts *facts)
{
	struct server server = {
		.json = command_has(command, OPTION_JSON), .facts = facts,
		.listeners = { [IPV4].fd = -1, [IPV6].fd = -1 },
	};
	sigset_t old;
	int status;

	doctor_gather_devices(facts);
	open_signals(&server, &old);
	status = serve(&server, command_has(command, OPTION_PORT) ?
		       command_number(command, OPTION_PORT) : PROBE_PORT);
	probe_listener_close(&server.listeners[IPV4]);
	probe_listener_close(&server.listeners[IPV6]);
	close_signals(&server, &old);
	return status;
}
