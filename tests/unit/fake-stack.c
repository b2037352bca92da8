// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An SMC stack for test-manager-nomem: each request to it may fail, see manager-faults.h.
 *
 * Link with -Wl,--wrap= of each function that has a __wrap_ here.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fake-stack.h"
#include "manager-faults.h"

struct fake_stack fake_stack;

int __wrap_smc_netlink_open(struct smc_netlink **ret_netlink);
void __wrap_smc_netlink_close(struct smc_netlink *netlink);
int __wrap_smc_netlink_ueids(struct smc_netlink *netlink, char (**ret_ueids)[UEID_SIZE],
			     size_t *ret_count);
int __wrap_smc_netlink_add_ueid(struct smc_netlink *netlink, const char *ueid);
int __wrap_smc_netlink_delete_ueid(struct smc_netlink *netlink, const char *ueid);
int __wrap_smc_netlink_seid(struct smc_netlink *netlink, bool *ret_known, bool *ret_enabled);
int __wrap_smc_netlink_handshake_limit(struct smc_netlink *netlink, bool *ret_enabled);
int __wrap_smc_netlink_pnets(struct smc_netlink *netlink, struct pnet_entry **ret_entries,
			     size_t *ret_count);
int __wrap_smc_netlink_add_pnet(struct smc_netlink *netlink, const struct pnet_entry *entry);
int __wrap_smc_netlink_delete_pnetid(struct smc_netlink *netlink, const char *pnetid);
int __wrap_smc_netlink_devices(struct smc_netlink *netlink,
			       struct smc_netlink_device **ret_devices, size_t *ret_count);
int __wrap_smc_netlink_linkgroups(struct smc_netlink *netlink,
				  struct smc_linkgroup **ret_linkgroups, size_t *ret_count);
int __wrap_smc_netlink_fallbacks(struct smc_netlink *netlink, struct smc_fallback **ret_reasons,
				 size_t *ret_count);
int __wrap_smc_diag_dump(smc_diag_fn fn, void *userdata);

/* A request may be lost before the kernel has seen it, or its answer. */
#define REQUEST(expression) do { \
	int result; \
	if (fault_must_fail(STACK_BEFORE)) \
		return fault.error; \
	result = (expression); \
	return fault_must_fail(STACK_AFTER) && result >= 0 ? fault.error : result; \
} while (0)

void fake_stack_load(void)
{
	fake_stack = (struct fake_stack){
		.loaded = true,
		.ueids = { "FOREIGN" }, .n_ueids = 1,
		.pnets = { { "THEIRS", "eth9", 0 } }, .n_pnets = 1,
	};
}

static size_t find_ueid(const char *ueid)
{
	size_t i = 0;

	while (i < fake_stack.n_ueids && strcmp(fake_stack.ueids[i], ueid) != 0)
		i++;
	return i;
}

bool fake_stack_has_ueid(const char *ueid)
{
	return find_ueid(ueid) < fake_stack.n_ueids;
}

bool fake_stack_has_pnet(const char *pnetid, const char *name)
{
	for (size_t i = 0; i < fake_stack.n_pnets; i++)
		if (!strcmp(fake_stack.pnets[i].pnetid, pnetid) &&
		    !strcmp(fake_stack.pnets[i].name, name))
			return true;
	return false;
}

int __wrap_smc_netlink_open(struct smc_netlink **ret_netlink)
{
	if (!fake_stack.loaded)
		return -ENOENT;
	if (fault_must_fail(STACK_BEFORE))
		return fault.error;
	*ret_netlink = malloc(1);
	return *ret_netlink ? 0 : -ENOMEM;
}

void __wrap_smc_netlink_close(struct smc_netlink *netlink)
{
	free(netlink);
}

/* A copy of @n elements of @size bytes, for the caller to free. */
static int copy_out(const void *from, size_t n, size_t size, void **ret_copy, size_t *ret_count)
{
	void *copy;

	if (fault_must_fail(STACK_BEFORE))
		return fault.error;
	copy = calloc(n + 1, size);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, from, n * size);
	*ret_copy = copy;
	*ret_count = n;
	return 0;
}

int __wrap_smc_netlink_ueids(struct smc_netlink *netlink, char (**ret_ueids)[UEID_SIZE],
			     size_t *ret_count)
{
	(void)netlink;
	return copy_out(fake_stack.ueids, fake_stack.n_ueids, UEID_SIZE, (void **)ret_ueids,
			ret_count);
}

static int add_ueid(const char *ueid)
{
	if (fake_stack_has_ueid(ueid))
		return -EEXIST;
	if (fake_stack.n_ueids == STACK_UEIDS_MAX)
		return -ENOSPC;
	snprintf(fake_stack.ueids[fake_stack.n_ueids++], UEID_SIZE, "%s", ueid);
	return 0;
}

static int delete_ueid(const char *ueid)
{
	size_t i = find_ueid(ueid);

	if (i == fake_stack.n_ueids)
		return -ENOENT;
	fake_stack.n_ueids--;
	memmove(fake_stack.ueids[i], fake_stack.ueids[i + 1],
		(fake_stack.n_ueids - i) * UEID_SIZE);
	return 0;
}

int __wrap_smc_netlink_add_ueid(struct smc_netlink *netlink, const char *ueid)
{
	(void)netlink;
	REQUEST(add_ueid(ueid));
}

int __wrap_smc_netlink_delete_ueid(struct smc_netlink *netlink, const char *ueid)
{
	(void)netlink;
	REQUEST(delete_ueid(ueid));
}

/* As off s390: there is none. */
int __wrap_smc_netlink_seid(struct smc_netlink *netlink, bool *ret_known, bool *ret_enabled)
{
	(void)netlink;
	*ret_known = *ret_enabled = false;
	REQUEST(0);
}

int __wrap_smc_netlink_handshake_limit(struct smc_netlink *netlink, bool *ret_enabled)
{
	(void)netlink;
	*ret_enabled = false;
	REQUEST(0);
}

int __wrap_smc_netlink_pnets(struct smc_netlink *netlink, struct pnet_entry **ret_entries,
			     size_t *ret_count)
{
	(void)netlink;
	return copy_out(fake_stack.pnets, fake_stack.n_pnets, sizeof(*fake_stack.pnets),
			(void **)ret_entries, ret_count);
}

static int add_pnet(const struct pnet_entry *entry)
{
	for (size_t i = 0; i < fake_stack.n_pnets; i++)
		if (pnet_same_place(&fake_stack.pnets[i], entry))
			return -EEXIST;
	if (fake_stack.n_pnets == STACK_PNETS_MAX)
		return -ENOMEM;
	fake_stack.pnets[fake_stack.n_pnets++] = *entry;
	return 0;
}

static int delete_pnetid(const char *pnetid)
{
	size_t n = 0, before = fake_stack.n_pnets;

	for (size_t i = 0; i < before; i++)
		if (strcmp(fake_stack.pnets[i].pnetid, pnetid) != 0)
			fake_stack.pnets[n++] = fake_stack.pnets[i];
	fake_stack.n_pnets = n;
	return n == before ? -ENOENT : 0;
}

int __wrap_smc_netlink_add_pnet(struct smc_netlink *netlink, const struct pnet_entry *entry)
{
	(void)netlink;
	REQUEST(add_pnet(entry));
}

int __wrap_smc_netlink_delete_pnetid(struct smc_netlink *netlink, const char *pnetid)
{
	(void)netlink;
	REQUEST(delete_pnetid(pnetid));
}

/* The device counts one link group more than the list has. */
int __wrap_smc_netlink_devices(struct smc_netlink *netlink,
			       struct smc_netlink_device **ret_devices, size_t *ret_count)
{
	static const struct smc_netlink_device device = { .linkgroups = STACK_LINKGROUPS + 1 };

	(void)netlink;
	return copy_out(&device, 1, sizeof(device), (void **)ret_devices, ret_count);
}

int __wrap_smc_netlink_linkgroups(struct smc_netlink *netlink,
				  struct smc_linkgroup **ret_linkgroups, size_t *ret_count)
{
	static const struct smc_linkgroup linkgroups[STACK_LINKGROUPS] = {
		{ .id = 0x100, .connections = 2, .complete = true },
		{ .id = 0x300, .connections = 1, .complete = true },
	};

	(void)netlink;
	return copy_out(linkgroups, STACK_LINKGROUPS, sizeof(*linkgroups),
			(void **)ret_linkgroups, ret_count);
}

int __wrap_smc_netlink_fallbacks(struct smc_netlink *netlink, struct smc_fallback **ret_reasons,
				 size_t *ret_count)
{
	static const struct smc_fallback reason = { .code = 0x03030000, .client = 1 };

	(void)netlink;
	return copy_out(&reason, 1, sizeof(reason), (void **)ret_reasons, ret_count);
}

static int tell_connections(smc_diag_fn fn, void *userdata)
{
	static const uint32_t linkgroups[] = { 0x300, 0x200, 0x100, 0x200 };
	int r = 0;

	for (size_t i = 0; i < sizeof(linkgroups) / sizeof(linkgroups[0]) && !r; i++) {
		const struct smc_connection connection = {
			.mode = SMC_MODE_SMCD, .linkgroup = linkgroups[i],
		};

		r = fn(&connection, userdata);
	}
	return r;
}

int __wrap_smc_diag_dump(smc_diag_fn fn, void *userdata)
{
	REQUEST(tell_connections(fn, userdata));
}
