// SPDX-License-Identifier: GPL-2.0-or-later
/* The link groups of SMC-D, as far as the kernel tells them; see linkgroups.h. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include "linkgroups.h"

void linkgroups_clear(struct linkgroups *linkgroups)
{
	free(linkgroups->items);
	linkgroups->items = NULL;
	linkgroups->count = 0;
}

static int by_id(const void *a, const void *b)
{
	const struct smc_linkgroup *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

void linkgroups_sort(struct linkgroups *linkgroups)
{
	if (linkgroups->count)
		qsort(linkgroups->items, linkgroups->count, sizeof(*linkgroups->items), by_id);
}

const struct smc_linkgroup *linkgroups_find(const struct linkgroups *linkgroups, uint32_t id)
{
	const struct smc_linkgroup key = { .id = id };

	if (!linkgroups->count)
		return NULL;
	return bsearch(&key, linkgroups->items, linkgroups->count, sizeof(key), by_id);
}

/* Those that connections are counted for are at the end. */
static struct smc_linkgroup *find_unsorted(struct linkgroups *linkgroups, uint32_t id)
{
	for (size_t i = linkgroups->count; i > 0; i--)
		if (linkgroups->items[i - 1].id == id)
			return &linkgroups->items[i - 1];
	return NULL;
}

int linkgroups_add_connection(const struct smc_connection *connection, void *userdata)
{
	struct linkgroups *linkgroups = userdata;
	struct smc_linkgroup *found, *longer;

	if (connection->mode != SMC_MODE_SMCD)
		return 0;
	found = find_unsorted(linkgroups, connection->linkgroup);
	if (!found) {
		longer = reallocarray(linkgroups->items, linkgroups->count + 1, sizeof(*longer));
		if (!longer)
			return -ENOMEM;
		linkgroups->items = longer;
		found = &longer[linkgroups->count++];
		*found = (struct smc_linkgroup){
			.id = connection->linkgroup,
			.gid = connection->gid,
			.peer_gid = connection->peer_gid,
		};
	}
	if (!found->complete)
		found->connections++;
	return 0;
}

/* How many there are in all, by what the devices count. */
static int count_all(struct smc_netlink *netlink, size_t *ret_count)
{
	struct smc_netlink_device *devices;
	size_t count, sum = 0;
	int r;

	r = smc_netlink_devices(netlink, &devices, &count);
	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++)
		sum += devices[i].linkgroups;
	free(devices);
	*ret_count = sum;
	return 0;
}

/* Since Linux 6.10 devices with this CHID are not in the list of devices, and so not counted. */
#define CHID_LOOPBACK 0xffff

static bool has_uncounted(const struct linkgroups *linkgroups)
{
	for (size_t i = 0; i < linkgroups->count; i++)
		if (linkgroups->items[i].chid == CHID_LOOPBACK)
			return true;
	return false;
}

/* A kernel without SMC_DIAG cannot add anything. */
static int add_missing(struct linkgroups *linkgroups)
{
	int r = smc_diag_dump(linkgroups_add_connection, linkgroups);

	return r == -ENOENT ? 0 : r;
}

int linkgroups_read(struct linkgroups *linkgroups, struct smc_netlink *netlink)
{
	size_t all;
	int r;

	linkgroups_clear(linkgroups);
	r = smc_netlink_linkgroups(netlink, &linkgroups->items, &linkgroups->count);
	if (r >= 0)
		r = count_all(netlink, &all);
	if (r >= 0 && (linkgroups->count < all || has_uncounted(linkgroups)))
		r = add_missing(linkgroups);
	if (r < 0)
		linkgroups_clear(linkgroups);
	linkgroups_sort(linkgroups);
	return r;
}
