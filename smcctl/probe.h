/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection of smcctl doctor: a few bytes both ways, and by what they were carried, as
 * SMC_DIAG of both ends says. See probe-message.h for what is said.
 */
#ifndef SMCCTL_PROBE_H
#define SMCCTL_PROBE_H

#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>
#include "probe-message.h"

#define PROBE_PORT 11643	/* unless another is given */
#define PROBE_TIMEOUT 10	/* s: all that a connection may take */
#define PROBE_SERVE_TIMEOUT 5	/* s: so that a silent client does not cost the next one its turn */
#define PROBE_PEER_SIZE (NI_MAXHOST + 8)

union probe_address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_storage storage;
};

enum probe_outcome {
	PROBE_DONE,		/* the bytes came back as they were sent */
	PROBE_NOT_CONNECTED,
	PROBE_STRANGER,		/* connected, but to something that does not speak like this */
	PROBE_BROKEN,		/* the connection failed in the middle */
};

struct probe {
	enum probe_outcome outcome;
	int error;			/* a negative errno of what is not done; 0: the peer closed it */
	struct probe_view own, peer;	/* when it is done, but for the names of own devices */
};

/* Connects to @address, which is of @size bytes. Waits for PROBE_TIMEOUT at most. */
void probe_connect(const union probe_address *address, socklen_t size, struct probe *ret_probe);

/* What accepts connections of smcctl doctor. */
struct probe_listener {
	int fd;			/* -1: none */
	bool smc;		/* else one of TCP, as the kernel has no SMC */
};

/*
 * Listens at @address, whose port becomes the one that was taken if it was 0; IPv6 is IPv6 only.
 * 0 or a negative errno.
 */
int probe_listen(union probe_address *address, struct probe_listener *ret_listener);
void probe_listener_close(struct probe_listener *listener);

/* Puts the name of the device that has the GID of @view into it. */
typedef void (*probe_name_fn)(struct probe_view *view, void *userdata);

/* A client that has been served. */
struct probe_client {
	char address[PROBE_PEER_SIZE];	/* "10.0.0.2:4711", "[fd00::2]:4711" */
	struct probe_view view;
};

/*
 * Takes the client that waits at @listener, for PROBE_SERVE_TIMEOUT at most, or until @stop, unless it
 * is -1, has something to read: -ECANCELED. -EAGAIN: there is none after all; -EBADMSG: it did not
 * speak like this; else what failed. @ret_client->address is set whenever there was one.
 */
int probe_serve(const struct probe_listener *listener, int stop, probe_name_fn name,
		void *userdata, struct probe_client *ret_client);

/* "10.0.0.2:4711", "[fd00::2]:4711"; fills and returns @text. */
const char *probe_address_text(const union probe_address *address,
			       char text[static PROBE_PEER_SIZE]);

#endif
