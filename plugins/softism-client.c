// SPDX-License-Identifier: GPL-2.0-or-later
/* Client of the kernel's generic netlink family softism, for the plugins. */
#include <errno.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include "place.h"
#include "softism-client.h"
#include "softism-reply.h"
#include "sysfs.h"
#include "../smcd/genl.h"
#include "../smcd/smc-netlink.h"

_Static_assert(SMCD_DRAIN_MAX == SOFTISM_DRAIN_MAX, "drains of softism are not as long");

#define EVENTS_AT_ONCE 64	/* receives before other event sources get their turn */

struct softism {
	const struct smcd_host *host;
	struct genl *genl;
	struct smc_netlink *smc;	/* for the PNETIDs; NULL until needed */
	struct nl_sock *events;
	sd_event_source *source;
};

/* Leaves words about @error with the host. @name may be NULL. */
static int failed(struct softism *softism, int error, const char *name)
{
	const struct smcd_host *host = softism->host;
	const char *text = genl_text(softism->genl);
	const char *prefix = name ? "device " : "list of devices";

	if (!name)
		name = "";
	if (text[0])
		host->error(host, "softism: %s%s: %s", prefix, name, text);
	else if (error == -ENODEV)
		host->error(host, "softism: the kernel module is not loaded: modprobe softism");
	else if (error == -EBADMSG)
		host->error(host, "softism: %s%s: the kernel module's answer is not understood: "
			    "install the module and smcd of one version", prefix, name);
	else
		host->error(host, "softism: %s%s: %s", prefix, name, strerror(-error));
	return error;
}

/* Takes the family as it is now, with its new ids, or notes that it is gone. */
static void follow_family(struct softism *softism)
{
	int group;

	if (genl_resolve(softism->genl) < 0)
		return;
	group = genl_group(SOFTISM_GENL_NAME, SOFTISM_MCGRP_EVENTS);
	/* If this fails, the module is going away again, and that is told. */
	if (group > 0)
		(void)nl_socket_add_membership(softism->events, group);
}

/* Receives one batch of notifications. A negative errno, or SOFTISM_EVENT_ bits in *@events. */
static int receive_events(struct softism *softism, unsigned int *events)
{
	struct sockaddr_nl from = { 0 };
	unsigned char *data = NULL;
	int size;

	size = nl_recv(softism->events, &from, &data, NULL);
	if (size == -NLE_NOMEM || size == -NLE_MSG_TRUNC) {
		/* ENOBUFS: events were lost, so anything may have happened. */
		*events |= SOFTISM_EVENT_DEVICE | SOFTISM_EVENT_FAMILY;
		return 0;
	}
	if (size <= 0)
		return size == 0 || size == -NLE_AGAIN ? -EAGAIN : genl_errno(size);
	if (from.nl_pid == 0)
		*events |= softism_reply_events(data, size, genl_id(softism->genl));
	free(data);
	return 0;
}

static int on_events(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct softism *softism = userdata;
	unsigned int events = 0;
	int i, r = 0;

	(void)source, (void)fd, (void)revents;
	for (i = 0; i < EVENTS_AT_ONCE && r >= 0; i++)
		r = receive_events(softism, &events);
	if (events & SOFTISM_EVENT_FAMILY)
		follow_family(softism);
	/* What was lost may have been growth. */
	if (events & (SOFTISM_EVENT_GROWTH | SOFTISM_EVENT_FAMILY))
		softism->host->grew(softism->host);
	if (events & ~SOFTISM_EVENT_GROWTH)
		softism->host->changed(softism->host);
	return r == -EAGAIN ? 0 : r;
}

static int subscribe(struct softism *softism)
{
	int group, r;

	softism->events = nl_socket_alloc();
	if (!softism->events)
		return -ENOMEM;
	r = genl_connect(softism->events);
	if (r >= 0)
		r = nl_socket_set_nonblocking(softism->events);
	if (r < 0)
		return genl_errno(r);
	group = genl_group("nlctrl", "notify");
	if (group < 0)
		return group;
	r = nl_socket_add_membership(softism->events, group);
	if (r < 0)
		return genl_errno(r);
	return sd_event_add_io(softism->host->event, &softism->source,
			       nl_socket_get_fd(softism->events), EPOLLIN, on_events, softism);
}

int softism_open(const struct smcd_host *host, struct softism **ret_softism)
{
	struct softism *softism;
	int r;

	softism = calloc(1, sizeof(*softism));
	if (!softism)
		return -ENOMEM;
	softism->host = host;
	r = genl_open(SOFTISM_GENL_NAME, SOFTISM_GENL_VERSION, &softism->genl);
	if (r >= 0)
		r = subscribe(softism);
	if (r < 0) {
		host->error(host, "softism: no connection to the kernel over netlink: %s",
			    strerror(-r));
		softism_close(softism);
		return r;
	}
	/* After subscribing, so that nothing is missed in between. */
	follow_family(softism);
	*ret_softism = softism;
	return 0;
}

void softism_close(struct softism *softism)
{
	if (!softism)
		return;
	sd_event_source_disable_unref(softism->source);
	nl_socket_free(softism->events);
	smc_netlink_close(softism->smc);
	genl_close(softism->genl);
	free(softism);
}

struct list {
	struct smcd_device *devices;
	size_t count;
};

static int collect(struct nlmsghdr *nlh, void *userdata)
{
	struct list *list = userdata;
	struct smcd_device *longer, device;
	int r;

	r = softism_reply_device(nlh, &device);
	if (r == -EOPNOTSUPP)
		return 0;	/* a newer module's kind, which is no concern of ours */
	if (r < 0)
		return r;
	longer = reallocarray(list->devices, list->count + 1, sizeof(*longer));
	if (!longer)
		return -ENOMEM;
	longer[list->count++] = device;
	list->devices = longer;
	return 0;
}

static int dump(struct softism *softism, struct list *list)
{
	struct nl_msg *request;
	int r, tries = 0;

	request = genl_request(softism->genl, SOFTISM_CMD_DEV_GET, NLM_F_DUMP);
	if (!request)
		return -ENOMEM;
	do {
		list->count = 0;
		r = genl_call(softism->genl, request, collect, list);
	} while (r == -EINTR && ++tries < GENL_DUMP_TRIES);
	nlmsg_free(request);
	return r;
}

static bool has_id(const struct smcd_device *device, const struct smc_netlink_device *seen)
{
	return seen->vendor == 0 &&
	       strncmp(device->name, seen->pci_id, SMC_PCI_ID_SIZE - 1) == 0;
}

/* The device that is @seen; NULL if none is, or if its cut name is that of several. */
static struct smcd_device *find_seen(struct list *list, const struct smc_netlink_device *seen)
{
	struct smcd_device *found = NULL;
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (!has_id(&list->devices[i], seen))
			continue;
		if (found)
			return NULL;
		found = &list->devices[i];
	}
	return found;
}

/* Only the SMC stack knows the PNETIDs. Without an answer of it there are none. */
static void add_pnetids(struct softism *softism, struct list *list)
{
	struct smc_netlink_device *seen;
	struct smcd_device *device;
	size_t count, i;

	if (!softism->smc && smc_netlink_open(&softism->smc) < 0)
		return;
	if (smc_netlink_devices(softism->smc, &seen, &count) < 0)
		return;
	for (i = 0; i < count; i++) {
		device = seen[i].pnetid[0] ? find_seen(list, &seen[i]) : NULL;
		if (!device)
			continue;
		memcpy(device->pnetid, seen[i].pnetid, sizeof(device->pnetid));
		if (!device->reason[0])
			strcpy(device->reason,
			       "offered only to network devices of its PNETID");
	}
	free(seen);
}

static int compare_ranks(const void *a, const void *b)
{
	const struct smcd_device *x = *(const struct smcd_device *const *)a;
	const struct smcd_device *y = *(const struct smcd_device *const *)b;

	return x->rank < y->rank ? -1 : x->rank > y->rank;
}

/* The module ranks its own devices only; those that have a place move behind @loopback. */
static int place_behind(struct list *list, const struct smcd_device *loopback)
{
	struct smcd_device **devices;
	struct place place;
	size_t i;

	if (!loopback || !loopback->rank || !list->count)
		return 0;
	devices = calloc(list->count, sizeof(*devices));
	if (!devices)
		return -ENOMEM;
	for (i = 0; i < list->count; i++)
		devices[i] = &list->devices[i];
	qsort(devices, list->count, sizeof(*devices), compare_ranks);
	place_init(&place, loopback);
	for (i = 0; i < list->count; i++)
		if (devices[i]->rank)
			place_next(&place, devices[i], strcmp(devices[i]->kind, "ism-emu") == 0);
	free(devices);
	return 0;
}

int softism_enumerate(struct softism *softism, const char *kind,
		      const struct smcd_device *loopback, smcd_device_fn fn, void *userdata)
{
	struct list list = { 0 };
	size_t i;
	int r;

	/* The module may have come back, and its notification still wait to be read. */
	if (!genl_id(softism->genl))
		follow_family(softism);
	r = dump(softism, &list);
	if (r < 0)
		failed(softism, r, NULL);
	else if (list.count)
		add_pnetids(softism, &list);
	if (r >= 0)
		r = place_behind(&list, loopback);
	for (i = 0; r >= 0 && i < list.count; i++) {
		struct smcd_device *device = &list.devices[i];

		/* Where there is dibs, loopback devices have SOFTISM_CAP_NOCOPY. */
		device->no_copy = strcmp(device->kind, "loopback") == 0 &&
				  sysfs_exists(softism->host->root, "class/dibs");
		if (strcmp(device->kind, kind) == 0)
			r = fn(device, userdata);
	}
	free(list.devices);
	return r < 0 ? r : 0;
}

/* Takes over @request, to which a put may have failed with @error of libnl. */
static int step(struct softism *softism, const char *name, struct nl_msg *request, int error)
{
	int r;

	if (!request)
		r = -ENOMEM;
	else if (error < 0)
		r = genl_errno(error);
	else
		r = genl_call(softism->genl, request, NULL, NULL);
	nlmsg_free(request);
	return r < 0 ? failed(softism, r, name) : 0;
}

/* A request about device @name; NULL: no memory. */
static struct nl_msg *request_for(struct softism *softism, uint8_t command, const char *name)
{
	struct nl_msg *request = genl_request(softism->genl, command, 0);

	if (request && nla_put_string(request, SOFTISM_A_DEV_NAME, name) < 0) {
		nlmsg_free(request);
		return NULL;
	}
	return request;
}

int softism_create(struct softism *softism, const struct smcd_wanted *wanted)
{
	struct nl_msg *request = request_for(softism, SOFTISM_CMD_DEV_NEW, wanted->name);
	int r = 0;

	if (request)
		r = nla_put_u32(request, SOFTISM_A_DEV_KIND, softism_kind_of(wanted->kind));
	if (request && r >= 0)
		r = nla_put_u32(request, SOFTISM_A_DEV_PRIORITY, wanted->priority);
	if (request && r >= 0)
		r = nla_put_u8(request, SOFTISM_A_DEV_UP, wanted->up);
	if (request && r >= 0 && wanted->chid)
		r = nla_put_u16(request, SOFTISM_A_DEV_CHID, wanted->chid);
	if (request && r >= 0 && wanted->gid)
		r = nla_put_u64(request, SOFTISM_A_DEV_GID, wanted->gid);
	if (request && r >= 0 && wanted->max_dmbs)
		r = nla_put_u32(request, SOFTISM_A_DEV_MAX_DMBS, wanted->max_dmbs);
	if (request && r >= 0 && wanted->max_memory)
		r = nla_put_u64(request, SOFTISM_A_DEV_MAX_MEMORY, wanted->max_memory);
	return step(softism, wanted->name, request, r);
}

int softism_delete(struct softism *softism, const char *name, bool force)
{
	struct nl_msg *request = request_for(softism, SOFTISM_CMD_DEV_DEL, name);
	bool forced = request && force;

	return step(softism, name, request,
		    forced ? nla_put_flag(request, SOFTISM_A_DEV_FORCE) : 0);
}

int softism_set_up(struct softism *softism, const char *name, bool up)
{
	struct nl_msg *request = request_for(softism, SOFTISM_CMD_DEV_SET, name);

	return step(softism, name, request,
		    request ? nla_put_u8(request, SOFTISM_A_DEV_UP, up) : 0);
}

int softism_set_priority(struct softism *softism, const char *name, uint32_t priority)
{
	struct nl_msg *request = request_for(softism, SOFTISM_CMD_DEV_SET, name);

	return step(softism, name, request,
		    request ? nla_put_u32(request, SOFTISM_A_DEV_PRIORITY, priority) : 0);
}

int softism_drain(struct softism *softism, const char *name, uint32_t timeout)
{
	struct nl_msg *request = request_for(softism, SOFTISM_CMD_DEV_DRAIN, name);
	bool limited = request && timeout;

	return step(softism, name, request,
		    limited ? nla_put_u32(request, SOFTISM_A_DEV_DRAIN_TIMEOUT, timeout) : 0);
}
