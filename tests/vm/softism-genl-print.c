// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Shows messages of the softism family as key=value lines.
 */
#include <inttypes.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../kmod/softism.h"
#include "softism-genl-fields.h"
#include "softism-genl-print.h"

/* What replies and notifications are made of */
static const struct field *const messages[SOFTISM_CMD_MAX + 1] = {
	[SOFTISM_CMD_INFO_GET] = info_fields,
	[SOFTISM_CMD_DEV_GET] = dev_fields,
	[SOFTISM_CMD_DEV_NEW] = dev_fields,
	[SOFTISM_CMD_DEV_ADD_NTF] = dev_fields,
	[SOFTISM_CMD_DEV_DEL_NTF] = dev_fields,
	[SOFTISM_CMD_DEV_CHANGE_NTF] = dev_fields,
	[SOFTISM_CMD_DEV_DRAIN_NTF] = dev_fields,
	[SOFTISM_CMD_DEV_GROW_NTF] = dev_fields,
	[SOFTISM_CMD_STATS_GET] = dev_fields,
	[SOFTISM_CMD_DMB_GET] = dmb_fields,
	[SOFTISM_CMD_FAULT_GET] = fault_fields,
};

static const char *const events[SOFTISM_CMD_MAX + 1] = {
	[SOFTISM_CMD_DEV_ADD_NTF] = "add",
	[SOFTISM_CMD_DEV_DEL_NTF] = "delete",
	[SOFTISM_CMD_DEV_CHANGE_NTF] = "change",
	[SOFTISM_CMD_DEV_DRAIN_NTF] = "draining",
	[SOFTISM_CMD_DEV_GROW_NTF] = "growth",
};

static void print_number(const struct field *field, const struct nlattr *attr)
{
	uint16_t size = mnl_attr_get_payload_len(attr);
	uint64_t value = 0;

	if (size != field->size) {
		fprintf(stderr, "softism-genl: %s has %u bytes, not %u\n",
			field->key, size, field->size);
		exit(1);
	}
	memcpy(field_bytes(field, &value), mnl_attr_get_payload(attr), size);
	if (field->form == FIELD_DECIMAL)
		printf("%s=%" PRIu64 " ", field->key, value);
	else	/* GIDs and tokens in full, as SMC_DIAG and sysfs show them */
		printf("%s=0x%0*" PRIx64 " ", field->key, size == 8 ? 16 : 1, value);
}

static void print_list(const struct field *field, const struct nlattr *attr)
{
	size_t count = mnl_attr_get_payload_len(attr) / sizeof(uint64_t);
	const char *payload = mnl_attr_get_payload(attr);
	uint64_t value;
	size_t i;

	printf("%s=", field->key);
	for (i = 0; i < count; i++) {
		memcpy(&value, payload + i * sizeof(value), sizeof(value));
		printf("%s%" PRIu64, i ? "," : "", value);
	}
	putchar(' ');
}

static int print_attr(const struct nlattr *attr, void *data);

static void print_field(const struct field *field, const struct nlattr *attr)
{
	switch (field->form) {
	case FIELD_STRING:
		printf("%s=%s ", field->key, mnl_attr_get_str(attr));
		break;
	case FIELD_DECIMAL:
	case FIELD_HEX:
		print_number(field, attr);
		break;
	case FIELD_FLAG:
		printf("%s=1 ", field->key);
		break;
	case FIELD_NEST:
		mnl_attr_parse_nested(attr, print_attr, (void *)field->nest);
		break;
	case FIELD_LIST:
		print_list(field, attr);
		break;
	}
}

static int print_attr(const struct nlattr *attr, void *data)
{
	const struct field *field;

	for (field = data; field->key; field++)
		if (field->type == mnl_attr_get_type(attr))
			print_field(field, attr);
	return MNL_CB_OK;
}

int print_message(const struct nlmsghdr *nlh, void *data)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	(void)data;
	if (genl->cmd > SOFTISM_CMD_MAX || !messages[genl->cmd]) {
		fprintf(stderr, "softism-genl: a message of command %u, which has none\n",
			genl->cmd);
		exit(1);
	}
	if (events[genl->cmd])
		printf("event=%s ", events[genl->cmd]);
	mnl_attr_parse(nlh, sizeof(*genl), print_attr, (void *)messages[genl->cmd]);
	putchar('\n');
	fflush(stdout);
	return MNL_CB_OK;
}
