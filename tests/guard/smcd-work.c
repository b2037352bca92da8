// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the daemon does much of, for tests/guard/run: reading files that name many devices, making
 * plans for them, and taking apart what SMC_DIAG says of many sockets.
 */
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/smc_diag.h>
#include <linux/sock_diag.h>
#include "config.h"
#include "policy.h"
#include "smc-diag.h"
#include "work.h"

#define DEVICES 1000
#define SOCKETS 10000
#define MESSAGE_SIZE 256

static char *yaml;
static size_t yaml_size;
static struct config *config;
static struct smcd_device devices[DEVICES];
static char managed[DEVICES][SMCD_NAME_SIZE];
static _Alignas(8) char messages[SOCKETS][MESSAGE_SIZE];

static void write_yaml(void)
{
	FILE *stream = open_memstream(&yaml, &yaml_size);

	need(stream);
	fputs("plugins: [softism]\nueids: [GUARD]\npriorities: {loopback: 5}\n"
	      "rules:\n  - match: {kind: loopback, name: 'l*9'}\n    set: {state: down}\n"
	      "devices:\n", stream);
	for (int i = 0; i < DEVICES; i += 2) {
		fprintf(stream, "  lo%d:\n    kind: loopback\n    priority: %d\n", i, i);
		fprintf(stream, "  emu%d:\n    kind: ism-emu\n    chid: 0x%x\n    gid: %d\n"
			"    state: down\n", i, 0x1000 + i, 1 + i);
	}
	need(fclose(stream) == 0);
}

static struct config *parse(void)
{
	struct config_error error = { "" };
	struct config *parsed = NULL;

	if (config_parse("smcd.yaml", yaml, yaml_size, &parsed, &error) < 0 ||
	    config_complete(parsed, &error) < 0 || config_check(parsed, &error) < 0)
		fprintf(stderr, "%s\n", error.text);
	return parsed;
}

static bool load(void)
{
	struct config *parsed = parse();
	bool good = parsed && parsed->n_devices == DEVICES;

	config_free(parsed);
	return good;
}

static void prepare_plan(void)
{
	write_yaml();
	config = parse();
	need(config && config->n_devices == DEVICES);
	for (size_t i = 0; i < DEVICES; i++) {
		const struct config_device *wanted = &config->devices[i];
		struct smcd_device *device = &devices[i];

		memcpy(device->name, wanted->name, sizeof(device->name));
		memcpy(device->kind, wanted->kind, sizeof(device->kind));
		memcpy(managed[i], wanted->name, sizeof(managed[i]));
		device->chid = wanted->chid;
		device->gid = wanted->gid;
		device->priority = policy_priority(config, wanted);
		device->up = !wanted->has_up || wanted->up;
		device->caps = SMCD_CAN_DELETE | SMCD_CAN_UPDOWN | SMCD_CAN_PRIORITY;
	}
}

/* How many steps lead from a kernel with so many of the devices to what the files want */
static bool plan(size_t present, size_t steps)
{
	static const char ueids[][UEID_SIZE] = { "GUARD" };
	const struct policy_state state = {
		.devices = devices, .n_devices = present,
		.managed = (const char (*)[SMCD_NAME_SIZE])managed, .n_managed = present,
		.ueids = ueids, .n_ueids = 1,
		.has_stack = true, .has_sysctls = true, .pnets_known = true,
	};
	struct policy_plan *made = NULL;
	bool good = policy_make_plan(config, NULL, &state, &made) == 0 &&
		    made->n_steps == steps && made->n_problems == 0;

	policy_plan_free(made);
	return good;
}

static bool plan_all(void)
{
	return plan(0, DEVICES);
}

static bool plan_nothing(void)
{
	return plan(DEVICES, 0);
}

/* Every other connection has fallen back. */
static void prepare_messages(void)
{
	static const struct smc_diag_fallback fallback = { 0x05000000, 0x03030008 };
	static const struct smcd_diag_dmbinfo dmb = { .linkid = 1, .my_gid = 5, .peer_gid = 6 };

	for (int i = 0; i < SOCKETS; i++) {
		struct nlmsghdr *nlh = mnl_nlmsg_put_header(messages[i]);
		struct smc_diag_msg *message = mnl_nlmsg_put_extra_header(nlh, sizeof(*message));
		bool fell_back = i % 2;

		nlh->nlmsg_type = SOCK_DIAG_BY_FAMILY;
		message->diag_state = 1;
		message->diag_mode = fell_back ? SMC_DIAG_MODE_FALLBACK_TCP : SMC_DIAG_MODE_SMCD;
		message->id.idiag_sport = htons(i);
		message->id.idiag_dport = htons(i + 1);
		message->diag_inode = i;
		inet_pton(AF_INET, "10.0.0.1", message->id.idiag_src);
		inet_pton(AF_INET6, "fd00::2", message->id.idiag_dst);
		if (fell_back)
			mnl_attr_put(nlh, SMC_DIAG_FALLBACK, sizeof(fallback), &fallback);
		else
			mnl_attr_put(nlh, SMC_DIAG_DMBINFO, sizeof(dmb), &dmb);
		need(nlh->nlmsg_len <= MESSAGE_SIZE);
	}
}

static bool take_messages(void)
{
	struct smc_connection connection;
	char text[SMC_ADDRESS_SIZE];
	int found = 0;

	for (int i = 0; i < SOCKETS; i++) {
		if (smc_diag_parse((const struct nlmsghdr *)messages[i], &connection) != 1)
			return false;
		smc_diag_address(&connection.local, connection.local_port, text);
		found += strlen(smc_diag_address(&connection.peer, connection.peer_port, text)) > 0;
	}
	return found == SOCKETS;
}

int main(int argc, char *argv[])
{
	static const struct work table[] = {
		{ "config", write_yaml, load },
		{ "plan-all", prepare_plan, plan_all },
		{ "plan-nothing", prepare_plan, plan_nothing },
		{ "diag", prepare_messages, take_messages },
	};
	int status = work_main(table, sizeof(table) / sizeof(table[0]), argc, argv);

	config_free(config);
	free(yaml);
	return status;
}
