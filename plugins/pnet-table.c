// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the SMC stack's PNET table (family SMC_PNETID, net/smc/smc_pnet.c), for the plugins. */
#include <ctype.h>
#include <errno.h>
#include <linux/smc.h>
#include <netlink/attr.h>
#include <stdlib.h>
#include <string.h>
#include "pnet-table.h"

struct pnet_table {
	struct genl *genl;
};

int pnet_table_open(struct pnet_table **ret_table)
{
	struct pnet_table *table;
	int r;

	table = calloc(1, sizeof(*table));
	if (!table)
		return -ENOMEM;
	r = genl_open(SMCR_GENL_FAMILY_NAME, SMCR_GENL_FAMILY_VERSION, &table->genl);
	if (r < 0) {
		free(table);
		return r;
	}
	*ret_table = table;
	return 0;
}

void pnet_table_close(struct pnet_table *table)
{
	if (!table)
		return;
	genl_close(table->genl);
	free(table);
}

/* The kernel pads PNETIDs with blanks. */
static int copy_string(char *to, size_t size, const struct nlattr *attr)
{
	const char *from = nla_data(attr);
	size_t length = strnlen(from, nla_len(attr)), i;

	if (length + 1 != (size_t)nla_len(attr) || length >= size)
		return -EBADMSG;
	for (i = 0; i < length; i++)
		if (!isprint((unsigned char)from[i]))
			return -EBADMSG;
	while (length > 0 && from[length - 1] == ' ')
		length--;
	memcpy(to, from, length);
	to[length] = '\0';
	return 0;
}

int pnet_table_reply(struct nlmsghdr *nlh, void *userdata)
{
	static const struct nla_policy policy[SMC_PNETID_MAX + 1] = {
		[SMC_PNETID_NAME] = { .type = NLA_STRING, .minlen = 1 },
		[SMC_PNETID_IBNAME] = { .type = NLA_STRING, .minlen = 1 },
	};
	struct nlattr *tb[SMC_PNETID_MAX + 1];
	struct pnet_table_entries *list = userdata;
	struct pnet_table_entry entry, *longer;

	if (genlmsg_parse(nlh, 0, tb, SMC_PNETID_MAX, policy) < 0 ||
	    !tb[SMC_PNETID_NAME] || !tb[SMC_PNETID_IBNAME] ||
	    copy_string(entry.pnetid, sizeof(entry.pnetid), tb[SMC_PNETID_NAME]) < 0 ||
	    copy_string(entry.device, sizeof(entry.device), tb[SMC_PNETID_IBNAME]) < 0)
		return -EBADMSG;
	if (strcmp(entry.device, "n/a") == 0)
		entry.device[0] = '\0';
	longer = reallocarray(list->entries, list->count + 1, sizeof(*longer));
	if (!longer)
		return -ENOMEM;
	longer[list->count++] = entry;
	list->entries = longer;
	return 0;
}

static int dump(struct genl *genl, struct pnet_table_entries *list)
{
	struct nl_msg *request;
	int r, tries = 0;

	if (!genl_id(genl)) {
		r = genl_resolve(genl);
		if (r < 0)
			return r;
	}
	request = genl_request(genl, SMC_PNETID_GET, NLM_F_DUMP);
	if (!request)
		return -ENOMEM;
	do {
		list->count = 0;
		r = genl_call(genl, request, pnet_table_reply, list);
	} while (r == -EINTR && ++tries < GENL_DUMP_TRIES);
	nlmsg_free(request);
	return r;
}

static const struct pnet_table_entry *find(const struct pnet_table_entries *list,
					   const char *device)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (strcmp(list->entries[i].device, device) == 0)
			return &list->entries[i];
	return NULL;
}

static bool is_shared(const struct pnet_table_entries *list, const char *pnetid)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (!list->entries[i].device[0] && strcmp(list->entries[i].pnetid, pnetid) == 0)
			return true;
	return false;
}

int pnet_table_find(struct pnet_table *table, const char *device,
		    char pnetid[static SMCD_PNETID_SIZE], bool *ret_shared)
{
	struct pnet_table_entries list = { 0 };
	const struct pnet_table_entry *entry;
	int r;

	r = dump(table->genl, &list);
	if (r >= 0) {
		entry = find(&list, device);
		strcpy(pnetid, entry ? entry->pnetid : "");
		*ret_shared = entry && is_shared(&list, entry->pnetid);
	}
	free(list.entries);
	return r;
}
