// SPDX-License-Identifier: GPL-2.0-or-later
/* Tells when network interfaces come, go or change. */
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include "link-watch.h"

struct link_watch {
	void (*changed)(void *userdata);
	void *userdata;
	sd_event_source *source;	/* owns the socket */
};

/* What the messages say is of no use: one that has been lost (ENOBUFS) tells as much. */
static int on_message(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct link_watch *watch = userdata;
	char byte;

	(void)source;
	(void)events;
	while (recv(fd, &byte, sizeof(byte), MSG_DONTWAIT) >= 0 || errno == ENOBUFS)
		;
	watch->changed(watch->userdata);
	return 0;
}

static int open_socket(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	int fd, r;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		r = -errno;
		close(fd);
		return r;
	}
	return fd;
}

static int add_source(sd_event *event, struct link_watch *watch)
{
	int fd = open_socket(), r;

	if (fd < 0)
		return fd;
	r = sd_event_add_io(event, &watch->source, fd, EPOLLIN, on_message, watch);
	if (r < 0) {
		close(fd);
		return r;
	}
	return sd_event_source_set_io_fd_own(watch->source, true);
}

int link_watch_new(sd_event *event, void (*changed)(void *userdata), void *userdata,
		   struct link_watch **ret_watch)
{
	struct link_watch *watch = calloc(1, sizeof(*watch));
	int r;

	if (!watch)
		return -ENOMEM;
	watch->changed = changed;
	watch->userdata = userdata;
	r = add_source(event, watch);
	if (r < 0) {
		link_watch_free(watch);
		return r;
	}
	*ret_watch = watch;
	return 0;
}

void link_watch_free(struct link_watch *watch)
{
	if (!watch)
		return;
	sd_event_source_disable_unref(watch->source);
	free(watch);
}
