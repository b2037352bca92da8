// SPDX-License-Identifier: GPL-2.0-or-later
/* Streams of rows, see bus-stream.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "bus.h"
#include "bus-stream.h"
#include "reason.h"
#include "smc-diag.h"

#define STREAMS_MAX 16			/* at a time, of all users but root */
#define STREAMS_OF_USER 4
#define PATIENCE 30000000		/* us without anything being read */

/* Room for the rows of one answer of the kernel, none of which is longer than ROW_SIZE. */
#define ROW_SIZE 256
#define BUFFER_SIZE (SMC_DIAG_ANSWER_MAX * ROW_SIZE)

struct stream {
	struct stream *next;
	struct bus_streams *streams;
	struct smc_diag *diag;		/* NULL: all has been read */
	sd_event_source *writable, *expiry;
	uid_t uid;
	uint64_t rows;
	int fd;
	size_t size, sent;		/* of what is in the buffer */
	char buffer[BUFFER_SIZE];
};

struct bus_streams {
	sd_event *event;
	struct stream *first;
};

int bus_streams_new(sd_event *event, struct bus_streams **ret_streams)
{
	struct bus_streams *streams = calloc(1, sizeof(*streams));

	if (!streams)
		return -ENOMEM;
	streams->event = sd_event_ref(event);
	*ret_streams = streams;
	return 0;
}

static void stream_free(struct stream *stream)
{
	sd_event_source_disable_unref(stream->writable);
	sd_event_source_disable_unref(stream->expiry);
	smc_diag_close(stream->diag);
	if (stream->fd >= 0)
		close(stream->fd);
	free(stream);
}

static void stream_freep(struct stream **stream)
{
	if (*stream)
		stream_free(*stream);
}

static void end(struct stream *stream)
{
	struct stream **link = &stream->streams->first;

	while (*link != stream)
		link = &(*link)->next;
	*link = stream->next;
	stream_free(stream);
}

void bus_streams_free(struct bus_streams *streams)
{
	if (!streams)
		return;
	while (streams->first)
		end(streams->first);
	sd_event_unref(streams->event);
	free(streams);
}

static const char *mode_name(enum smc_mode mode)
{
	static const char *const names[] = { "none", "smcd", "smcr", "fallback" };

	return names[mode];
}

static const char *reason_name(uint32_t code)
{
	return code ? reason_find(code)->name : "";
}

static int append_row(const struct smc_connection *connection, void *userdata)
{
	struct stream *stream = userdata;
	char local[SMC_ADDRESS_SIZE], peer[SMC_ADDRESS_SIZE];
	size_t left = sizeof(stream->buffer) - stream->size;
	int length;

	smc_diag_address(&connection->local, connection->local_port, local);
	smc_diag_address(&connection->peer, connection->peer_port, peer);
	length = snprintf(stream->buffer + stream->size, left,
			  "connection\t%s\t%s\t%s\t0x%08" PRIx32 "\t%s\t0x%08" PRIx32 "\t%s"
			  "\t%" PRIu64 "\t%" PRIu32 "\t0x%016" PRIx64 "\n", local, peer,
			  mode_name(connection->mode), connection->reason,
			  reason_name(connection->reason), connection->peer_diagnosis,
			  reason_name(connection->peer_diagnosis), connection->inode,
			  connection->uid, connection->gid);
	if (length < 0 || (size_t)length >= left)
		return -ENOBUFS;
	stream->size += length;
	stream->rows++;
	return 0;
}

/* The last row tells the reader that it has them all, or why not. */
static void append_end(struct stream *stream, int r)
{
	char *at = stream->buffer + stream->size;
	size_t left = sizeof(stream->buffer) - stream->size;

	if (r < 0)
		stream->size += snprintf(at, left, "error\t%s\n", strerror(-r));
	else
		stream->size += snprintf(at, left, "end\t%" PRIu64 "\n", stream->rows);
}

/* Fills the empty buffer with what the kernel tells next. */
static void fill(struct stream *stream)
{
	int r;

	stream->size = 0;
	stream->sent = 0;
	r = smc_diag_read(stream->diag, append_row, stream);
	if (r > 0)
		return;
	smc_diag_close(stream->diag);
	stream->diag = NULL;
	append_end(stream, r);
}

static int on_writable(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct stream *stream = userdata;
	ssize_t sent;

	(void)source, (void)events;
	if (stream->sent == stream->size) {
		if (!stream->diag) {
			end(stream);
			return 0;
		}
		fill(stream);
	}
	sent = send(fd, stream->buffer + stream->sent, stream->size - stream->sent,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
	if (sent < 0 && errno != EAGAIN && errno != EINTR) {
		end(stream);		/* the reader has gone */
		return 0;
	}
	if (sent > 0) {
		stream->sent += sent;
		(void)sd_event_source_set_time_relative(stream->expiry, PATIENCE);
	}
	return 0;
}

static int on_expiry(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source, (void)usec;
	end(userdata);
	return 0;
}

/* Who has many user IDs, such as those of a user namespace, does not keep root out. */
static bool may_begin(const struct bus_streams *streams, uid_t uid)
{
	const struct stream *stream;
	unsigned int all = 0, of_user = 0;

	for (stream = streams->first; stream; stream = stream->next) {
		all++;
		if (stream->uid == uid)
			of_user++;
	}
	return (all < STREAMS_MAX || uid == 0) && of_user < STREAMS_OF_USER;
}

/* Returns what the caller reads. */
static int begin(struct bus_streams *streams, uid_t uid)
{
	__attribute__((cleanup(stream_freep))) struct stream *stream = malloc(sizeof(*stream));
	int pair[2], r;

	if (!stream)
		return -ENOMEM;
	memset(stream, 0, offsetof(struct stream, buffer));
	stream->streams = streams;
	stream->uid = uid;
	stream->fd = -1;
	r = smc_diag_open(&stream->diag);
	if (r < 0)
		return r;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	stream->fd = pair[0];
	r = sd_event_add_io(streams->event, &stream->writable, pair[0], EPOLLOUT, on_writable,
			    stream);
	if (r >= 0)
		r = sd_event_add_time_relative(streams->event, &stream->expiry, CLOCK_MONOTONIC,
					       PATIENCE, 0, on_expiry, stream);
	if (r < 0) {
		close(pair[1]);
		return r;
	}
	stream->next = streams->first;
	streams->first = stream;
	stream = NULL;
	return pair[1];
}

static int sender_uid(sd_bus_message *message, uid_t *ret_uid)
{
	__attribute__((cleanup(sd_bus_creds_unrefp))) sd_bus_creds *creds = NULL;
	int r = sd_bus_query_sender_creds(message, SD_BUS_CREDS_EUID, &creds);

	return r < 0 ? r : sd_bus_creds_get_euid(creds, ret_uid);
}

int bus_stream_connections(struct bus_streams *streams, sd_bus_message *message,
			   sd_bus_error *error)
{
	uid_t uid;
	int r;

	r = sender_uid(message, &uid);
	if (r < 0)
		return sd_bus_error_setf(error, SD_BUS_ERROR_ACCESS_DENIED,
					 "Who asks is not known: %s", strerror(-r));
	if (!may_begin(streams, uid))
		return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
					 "%d lists of yours have yet to be read: try again later",
					 STREAMS_OF_USER);
	r = begin(streams, uid);
	if (r == -ENOENT)
		return sd_bus_error_set(error, BUS_ERROR("NotSupported"),
					"The kernel does not tell of connections: modprobe smc_diag");
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR("Failed"),
					 "The kernel does not tell of connections: %s",
					 strerror(-r));
	return r;
}
