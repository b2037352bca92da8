/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Streams of rows to callers that were given the other end of a socket: however many rows there are
 * and however slowly they are read, the daemon holds one part of them, and answers others between
 * two parts.
 */
#ifndef SMCD_BUS_STREAM_H
#define SMCD_BUS_STREAM_H

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

struct bus_streams;

int bus_streams_new(sd_event *event, struct bus_streams **ret_streams);

/* Ends those that still run. */
void bus_streams_free(struct bus_streams *streams);

/*
 * Begins a stream of the connections of SMC sockets for the sender of @message, and returns what
 * it is to read, which the caller closes; the rows are those of org.smcd1(5). A negative errno has
 * set @error: LimitsExceeded, NotSupported or Failed.
 */
int bus_stream_connections(struct bus_streams *streams, sd_bus_message *message,
			   sd_bus_error *error);

#endif
