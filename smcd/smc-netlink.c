// SPDX-License-Identifier: GPL-2.0-or-later
/* Client of the SMC stack's generic netlink families SMC_GEN_NETLINK and SMC_PNETID. */
#include <errno.h>
#include <linux/if.h>
#include <linux/smc.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "genl.h"
#include "smc-netlink.h"
#include "smc-reply.h"

_Static_assert(UEID_SIZE == SMC_MAX_EID_LEN + 1, "UEID_SIZE is not the kernel's");
_Static_assert(SMC_HOSTNAME_SIZE == SMC_MAX_HOSTNAME_LEN + 1,
	       "SMC_HOSTNAME_SIZE is not the kernel's");
_Static_assert(SMC_PCI_ID_SIZE == SMC_PCI_ID_STR_LEN, "SMC_PCI_ID_SIZE is not the kernel's");

_Static_assert(PNET_INTERFACE_SIZE == IFNAMSIZ, "PNET_INTERFACE_SIZE is not the kernel's");

struct smc_netlink {
	struct genl *genl;
	struct genl *pnet;	/* SMC_PNETID; NULL until it is needed */
};

int smc_netlink_open(struct smc_netlink **ret_netlink)
{
	struct smc_netlink *netlink;
	int r;

	netlink = calloc(1, sizeof(*netlink));
	if (!netlink)
		return -ENOMEM;
	r = genl_open(SMC_GENL_FAMILY_NAME, SMC_GENL_FAMILY_VERSION, &netlink->genl);
	if (r >= 0)
		r = genl_resolve(netlink->genl);
	if (r < 0) {
		smc_netlink_close(netlink);
		return r == -ENODEV ? -ENOENT : r;
	}
	*ret_netlink = netlink;
	return 0;
}

void smc_netlink_close(struct smc_netlink *netlink)
{
	if (!netlink)
		return;
	genl_close(netlink->genl);
	genl_close(netlink->pnet);
	free(netlink);
}

/* smc may have been unloaded and loaded since the last call. */
static int ensure_family(struct genl *genl)
{
	return genl_id(genl) ? 0 : genl_resolve(genl);
}

/* One pass of a dump; see genl_call() for -EINTR. */
static int dump_family(struct genl *genl, uint8_t command, genl_reply_fn fn, void *userdata)
{
	struct nl_msg *request;
	int r;

	r = ensure_family(genl);
	if (r < 0)
		return r;
	request = genl_request(genl, command, NLM_F_DUMP);
	if (!request)
		return -ENOMEM;
	r = genl_call(genl, request, fn, userdata);
	nlmsg_free(request);
	return r;
}

static int dump(struct smc_netlink *netlink, uint8_t command, genl_reply_fn fn, void *userdata)
{
	return dump_family(netlink->genl, command, fn, userdata);
}

/* Dumps into @list, of *@count entries, anew as long as changes of the kernel interrupt it. */
static int dump_list(struct genl *genl, uint8_t command, genl_reply_fn fn, void *list,
		     size_t *count)
{
	int r, tries = 0;

	do {
		*count = 0;
		r = dump_family(genl, command, fn, list);
	} while (r == -EINTR && ++tries < GENL_DUMP_TRIES);
	return r;
}

int smc_netlink_ueids(struct smc_netlink *netlink, char (**ret_ueids)[UEID_SIZE],
		      size_t *ret_count)
{
	struct smc_ueids list = { 0 };
	int r;

	r = dump_list(netlink->genl, SMC_NETLINK_DUMP_UEID, smc_reply_ueid, &list, &list.count);
	if (r < 0) {
		free(list.ueids);
		return r;
	}
	*ret_ueids = list.ueids;
	*ret_count = list.count;
	return 0;
}

int smc_netlink_devices(struct smc_netlink *netlink, struct smc_netlink_device **ret_devices,
			size_t *ret_count)
{
	struct smc_devices list = { 0 };
	int r;

	r = dump_list(netlink->genl, SMC_NETLINK_GET_DEV_SMCD, smc_reply_device, &list,
		      &list.count);
	if (r < 0) {
		free(list.devices);
		return r;
	}
	*ret_devices = list.devices;
	*ret_count = list.count;
	return 0;
}

int smc_netlink_system(struct smc_netlink *netlink, struct smc_system *ret_system)
{
	struct smc_system system = { 0 };
	int r;

	r = dump(netlink, SMC_NETLINK_GET_SYS_INFO, smc_reply_system, &system);
	if (r < 0)
		return r;
	*ret_system = system;
	return 0;
}

int smc_netlink_linkgroups(struct smc_netlink *netlink, struct smc_linkgroup **ret_linkgroups,
			   size_t *ret_count)
{
	struct smc_linkgroups list = { 0 };
	int r;

	r = dump_list(netlink->genl, SMC_NETLINK_GET_LGR_SMCD, smc_reply_linkgroup, &list,
		      &list.count);
	if (r < 0) {
		free(list.linkgroups);
		return r;
	}
	*ret_linkgroups = list.linkgroups;
	*ret_count = list.count;
	return 0;
}

static int change_ueid(struct smc_netlink *netlink, uint8_t command, const char *ueid)
{
	size_t length = strnlen(ueid, UEID_SIZE);
	struct nl_msg *request;
	char padded[UEID_SIZE];
	int r;

	if (length == 0 || length >= sizeof(padded))
		return -EINVAL;
	memset(padded, ' ', sizeof(padded) - 1);
	memcpy(padded, ueid, length);
	padded[sizeof(padded) - 1] = '\0';
	r = ensure_family(netlink->genl);
	if (r < 0)
		return r;
	request = genl_request(netlink->genl, command, 0);
	if (!request)
		return -ENOMEM;
	r = nla_put(request, SMC_NLA_EID_TABLE_ENTRY, sizeof(padded), padded);
	r = r < 0 ? genl_errno(r) : genl_call(netlink->genl, request, NULL, NULL);
	nlmsg_free(request);
	return r;
}

int smc_netlink_add_ueid(struct smc_netlink *netlink, const char *ueid)
{
	int r = change_ueid(netlink, SMC_NETLINK_ADD_UEID, ueid);

	return r == -ERANGE ? -ENOSPC : r;
}

int smc_netlink_delete_ueid(struct smc_netlink *netlink, const char *ueid)
{
	int r = change_ueid(netlink, SMC_NETLINK_REMOVE_UEID, ueid);

	/* s390: that was the last UEID, and now the SEID is enabled. */
	return r == -EAGAIN ? 0 : r;
}

int smc_netlink_seid(struct smc_netlink *netlink, bool *ret_known, bool *ret_enabled)
{
	struct smc_seid seid = { 0 };
	int r;

	r = dump(netlink, SMC_NETLINK_DUMP_SEID, smc_reply_seid, &seid);
	if (r < 0)
		return r;
	*ret_known = seid.known;
	*ret_enabled = seid.enabled;
	return 0;
}

/* A command without attributes. */
static int send_command(struct smc_netlink *netlink, uint8_t command)
{
	struct nl_msg *request;
	int r;

	r = ensure_family(netlink->genl);
	if (r < 0)
		return r;
	request = genl_request(netlink->genl, command, 0);
	if (!request)
		return -ENOMEM;
	r = genl_call(netlink->genl, request, NULL, NULL);
	nlmsg_free(request);
	return r;
}

int smc_netlink_set_seid(struct smc_netlink *netlink, bool enable)
{
	return send_command(netlink, enable ? SMC_NETLINK_ENABLE_SEID : SMC_NETLINK_DISABLE_SEID);
}

int smc_netlink_handshake_limit(struct smc_netlink *netlink, bool *ret_enabled)
{
	bool enabled = false;
	int r;

	r = dump(netlink, SMC_NETLINK_DUMP_HS_LIMITATION, smc_reply_handshake_limit, &enabled);
	if (r < 0)
		return r;
	*ret_enabled = enabled;
	return 0;
}

int smc_netlink_set_handshake_limit(struct smc_netlink *netlink, bool enable)
{
	return send_command(netlink, enable ? SMC_NETLINK_ENABLE_HS_LIMITATION :
					      SMC_NETLINK_DISABLE_HS_LIMITATION);
}

static int open_pnet(struct smc_netlink *netlink)
{
	int r = 0;

	if (!netlink->pnet)
		r = genl_open(SMCR_GENL_FAMILY_NAME, SMCR_GENL_FAMILY_VERSION, &netlink->pnet);
	return r < 0 ? r : ensure_family(netlink->pnet);
}

int smc_netlink_pnets(struct smc_netlink *netlink, struct pnet_entry **ret_entries,
		      size_t *ret_count)
{
	struct smc_pnets list = { 0 };
	int r;

	r = open_pnet(netlink);
	if (r < 0)
		return r;
	r = dump_list(netlink->pnet, SMC_PNETID_GET, smc_reply_pnet, &list, &list.count);
	if (r < 0) {
		free(list.entries);
		return r;
	}
	*ret_entries = list.entries;
	*ret_count = list.count;
	return 0;
}

/* @entry, of which a deletion needs the PNETID only. */
static int change_pnet(struct smc_netlink *netlink, uint8_t command,
		       const struct pnet_entry *entry)
{
	struct nl_msg *request;
	int r;

	r = open_pnet(netlink);
	if (r < 0)
		return r;
	request = genl_request(netlink->pnet, command, 0);
	if (!request)
		return -ENOMEM;
	r = nla_put_string(request, SMC_PNETID_NAME, entry->pnetid);
	if (!r && entry->name[0])
		r = nla_put_string(request, entry->port ? SMC_PNETID_IBNAME : SMC_PNETID_ETHNAME,
				   entry->name);
	if (!r && entry->port)
		r = nla_put_u8(request, SMC_PNETID_IBPORT, entry->port);
	r = r < 0 ? genl_errno(r) : genl_call(netlink->pnet, request, NULL, NULL);
	nlmsg_free(request);
	return r;
}

int smc_netlink_add_pnet(struct smc_netlink *netlink, const struct pnet_entry *entry)
{
	return change_pnet(netlink, SMC_PNETID_ADD, entry);
}

int smc_netlink_delete_pnetid(struct smc_netlink *netlink, const char *pnetid)
{
	struct pnet_entry entry = { 0 };

	snprintf(entry.pnetid, sizeof(entry.pnetid), "%s", pnetid);
	return change_pnet(netlink, SMC_PNETID_DEL, &entry);
}

/* No message at all means that there has been no fallback. */
static int get_fallbacks(struct smc_netlink *netlink, struct smc_fallbacks *ret_fallbacks)
{
	struct smc_fallbacks fallbacks = { 0 };
	int r;

	r = dump(netlink, SMC_NETLINK_GET_FBACK_STATS, smc_reply_fallbacks, &fallbacks);
	if (r < 0) {
		free(fallbacks.reasons);
		return r;
	}
	*ret_fallbacks = fallbacks;
	return 0;
}

static int get_counters(struct smc_netlink *netlink, struct smc_counters *to)
{
	struct smc_fallbacks fallbacks;
	int r;

	r = dump(netlink, SMC_NETLINK_GET_STATS, smc_reply_stats, to);
	if (r < 0)
		return r;
	r = get_fallbacks(netlink, &fallbacks);
	if (r < 0)
		return r;
	free(fallbacks.reasons);
	if (to->count > SMC_COUNTERS_MAX - 2)
		return -EBADMSG;
	to->counters[to->count++] = (struct smc_counter){ "fallback-client", fallbacks.client };
	to->counters[to->count++] = (struct smc_counter){ "fallback-server", fallbacks.server };
	return 0;
}

int smc_netlink_statistics(struct smc_netlink *netlink, struct smc_counter **ret_counters,
			   size_t *ret_count)
{
	struct smc_counters *counters;
	struct smc_counter *list;
	int r;

	counters = calloc(1, sizeof(*counters));
	if (!counters)
		return -ENOMEM;
	r = get_counters(netlink, counters);
	list = r < 0 ? NULL : calloc(counters->count, sizeof(*list));
	if (r >= 0 && !list)
		r = -ENOMEM;
	if (r >= 0) {
		memcpy(list, counters->counters, counters->count * sizeof(*list));
		*ret_counters = list;
		*ret_count = counters->count;
	}
	free(counters);
	return r;
}

static int compare_frequency(const void *a, const void *b)
{
	const struct smc_fallback *x = a, *y = b;
	unsigned int of_x = x->client + x->server, of_y = y->client + y->server;

	if (of_x != of_y)
		return of_x > of_y ? -1 : 1;
	return x->code < y->code ? -1 : x->code > y->code;
}

int smc_netlink_fallbacks(struct smc_netlink *netlink, struct smc_fallback **ret_reasons,
			  size_t *ret_count)
{
	struct smc_fallbacks fallbacks;
	int r;

	r = get_fallbacks(netlink, &fallbacks);
	if (r < 0)
		return r;
	if (fallbacks.count)
		qsort(fallbacks.reasons, fallbacks.count, sizeof(*fallbacks.reasons),
		      compare_frequency);
	*ret_reasons = fallbacks.reasons;
	*ret_count = fallbacks.count;
	return 0;
}
