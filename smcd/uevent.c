// SPDX-License-Identifier: GPL-2.0-or-later
/* Uevents: the kernel tells that a device of some subsystem has come, gone or changed. */
#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "uevent.h"

#define KERNEL_GROUP 1		/* the kernel's own messages; those of udev are in another */
#define MESSAGE_SIZE 8192	/* more than the kernel sends: UEVENT_BUFFER_SIZE and a path */
#define EVENTS_AT_ONCE 64	/* receives before other event sources get their turn */

struct uevent {
	int fd;
	sd_event_source *source;
	uevent_fn fn;
	void *userdata;
};

const char *uevent_subsystem(const char *data, size_t size)
{
	static const char key[] = "SUBSYSTEM=";
	const char *end = data + size, *next;

	/* The last string, too, must have its end within the message. */
	if (size == 0 || end[-1] || !strchr(data, '@'))
		return NULL;
	for (; data < end; data = next) {
		next = data + strlen(data) + 1;
		if (strncmp(data, key, sizeof(key) - 1) == 0)
			return data + sizeof(key) - 1;
	}
	return NULL;
}

/* -EAGAIN: there is no more. What others than the kernel send is skipped. */
static int receive(struct uevent *uevent)
{
	struct sockaddr_nl from = { 0 };
	char data[MESSAGE_SIZE];
	struct iovec iov = { data, sizeof(data) };
	struct msghdr message = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1,
	};
	const char *subsystem;
	ssize_t size;

	size = recvmsg(uevent->fd, &message, MSG_DONTWAIT);
	if (size < 0 && errno == ENOBUFS)
		uevent->fn(NULL, uevent->userdata);
	else if (size < 0)
		return errno == EINTR ? 0 : -errno;
	if (size <= 0 || from.nl_pid || (message.msg_flags & MSG_TRUNC))
		return 0;
	subsystem = uevent_subsystem(data, size);
	if (subsystem)
		uevent->fn(subsystem, uevent->userdata);
	return 0;
}

static int on_event(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	int i, r = 0;

	(void)source, (void)fd, (void)revents;
	for (i = 0; i < EVENTS_AT_ONCE && r >= 0; i++)
		r = receive(userdata);
	return r == -EAGAIN ? 0 : r;
}

static int subscribe(struct uevent *uevent, sd_event *event)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = KERNEL_GROUP };

	uevent->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			    NETLINK_KOBJECT_UEVENT);
	if (uevent->fd < 0 ||
	    bind(uevent->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	return sd_event_add_io(event, &uevent->source, uevent->fd, EPOLLIN, on_event, uevent);
}

int uevent_open(sd_event *event, uevent_fn fn, void *userdata, struct uevent **ret_uevent)
{
	struct uevent *uevent;
	int r;

	uevent = calloc(1, sizeof(*uevent));
	if (!uevent)
		return -ENOMEM;
	uevent->fn = fn;
	uevent->userdata = userdata;
	r = subscribe(uevent, event);
	if (r < 0) {
		uevent_close(uevent);
		return r;
	}
	*ret_uevent = uevent;
	return 0;
}

void uevent_close(struct uevent *uevent)
{
	if (!uevent)
		return;
	sd_event_source_disable_unref(uevent->source);
	if (uevent->fd >= 0)
		close(uevent->fd);
	free(uevent);
}
