// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for configuration files: parse, merge, check, and plan.
 *
 * A line "#--" parts the input into files that are merged in turn.
 */

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "override-text.h"
#include "policy.h"

#define CONFIG __attribute__((cleanup(config_freep))) struct config

static const char separator[] = "\n#--\n";

static const struct smcd_device devices[] = {
	{ .name = "loopback0", .kind = "loopback", .chid = 0xFFFF, .gid = 1, .priority = 100,
	  .max_dmbs = 4096, .up = true,
	  .caps = SMCD_CAN_DELETE | SMCD_CAN_UPDOWN | SMCD_CAN_PRIORITY },
	{ .name = "emu0", .kind = "ism-emu", .chid = 0x8001, .gid = 2, .priority = 300,
	  .caps = SMCD_CAN_DELETE },
	{ .name = "ism0", .kind = "ism", .chid = 0x0101, .priority = 300 },
};
static const char ueids[][UEID_SIZE] = { "OURS", "THEIRS", "OURS.TOO" };
static const char managed[][SMCD_NAME_SIZE] = { "emu0" };
static const char managed_ueids[][UEID_SIZE] = { "OURS", "OURS.TOO" };
static const struct pnet_entry pnets[] = {
	{ "OURS", "eth0", 0 }, { "OURS", "lo", 1 }, { "THEIRS", "eth1", 0 },
};
static const char *const interfaces[] = { "eth0" };
static const char fixed_kinds[][SMCD_KIND_SIZE] = { "ism" };

static const struct policy_state world = {
	.devices = devices, .n_devices = sizeof(devices) / sizeof(devices[0]),
	.ueids = ueids, .n_ueids = sizeof(ueids) / sizeof(ueids[0]),
	.managed = managed, .n_managed = 1,
	.managed_ueids = managed_ueids, .n_managed_ueids = 2,
	.has_stack = true, .buffer_size = 524288,
	.tuning[TUNABLE_WMEM] = { .known = true, .value = 65536 }, .tuning[TUNABLE_HANDSHAKE_LIMIT].known = true,
	.pnets = pnets, .n_pnets = sizeof(pnets) / sizeof(pnets[0]), .pnets_known = true,
	.managed_pnets = pnets, .n_managed_pnets = 1,
	.interfaces = interfaces, .n_interfaces = 1,
	.fixed_kinds = fixed_kinds, .n_fixed_kinds = 1,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A message has words, and the call failed as documented. */
static void expect_message(int r, const struct config_error *error)
{
	if ((r != -EINVAL && r != -E2BIG) || strncmp(error->text, "f:", 2) != 0)
		abort();
}

/* What the daemon writes of a file that may be one of its own, it reads as the same again. */
static void write_and_read(const struct config *config)
{
	char *text, *again;
	size_t size, size_again;
	struct config_error error;
	struct config *read;

	if (override_print(config, &text, &size) < 0)
		abort();
	if (size) {
		if (config_parse("f", text, size, &read, &error) < 0 ||
		    !config_is_override(read) || override_print(read, &again, &size_again) < 0)
			abort();
		if (size != size_again || memcmp(text, again, size) != 0)
			abort();
		free(again);
		config_free(read);
	}
	free(text);
}

static int parse_and_merge(const void *data, size_t size, struct config **config)
{
	struct config_error error = { "" };
	struct config *parsed;
	int r;

	r = config_parse("f", data, size, &parsed, &error);
	if (r < 0) {
		expect_message(r, &error);
		return r;
	}
	if (config_is_override(parsed))
		write_and_read(parsed);
	if (!*config) {
		*config = parsed;
		return 0;
	}
	return config_merge(*config, parsed);
}

static void check_and_plan(struct config *config)
{
	struct config_error error = { "" };
	struct policy_plan *plan;
	size_t i;
	int r;

	r = config_complete(config, &error);
	if (!r)
		r = config_check(config, &error);
	if (r < 0) {
		expect_message(r, &error);
		return;
	}
	if (policy_make_plan(config, "MACHINE", &world, &plan) < 0)
		abort();
	for (i = 0; i < plan->n_steps; i++)
		if (!plan->steps[i].text[0])
			abort();
	if (policy_report_only(plan, NULL, 0) < 0 || plan->n_steps)
		abort();
	policy_plan_free(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *rest = data, *end = data + size, *cut;
	CONFIG *config = NULL;

	for (; rest; rest = cut) {
		cut = memmem(rest, end - rest, separator, sizeof(separator) - 1);
		if (parse_and_merge(rest, (cut ?: end) - rest, &config) < 0)
			return 0;
		if (cut)
			cut += sizeof(separator) - 1;
	}
	check_and_plan(config);
	return 0;
}
