// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of config*.c and policy.c without memory: each allocation fails once.
 *
 * Link with -Wl,--wrap= of each function that has a __wrap_ here.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>
#include <cmocka.h>

#include "config.h"
#include "policy.h"

#define CONFIG __attribute__((cleanup(config_freep))) struct config
#define PLAN __attribute__((cleanup(policy_plan_freep))) struct policy_plan

static size_t calls, failing_call;
static long balance;			/* allocations that are not freed */

void *__real_calloc(size_t n, size_t size);
void *__real_reallocarray(void *old, size_t n, size_t size);
char *__real_strdup(const char *text);
void __real_free(void *memory);
int __real_yaml_parser_initialize(yaml_parser_t *parser);
int __real_yaml_parser_parse(yaml_parser_t *parser, yaml_event_t *event);

void *__wrap_calloc(size_t n, size_t size);
void *__wrap_reallocarray(void *old, size_t n, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_free(void *memory);
int __wrap_yaml_parser_initialize(yaml_parser_t *parser);
int __wrap_yaml_parser_parse(yaml_parser_t *parser, yaml_event_t *event);

static bool must_fail(void)
{
	errno = ENOMEM;
	return calls++ == failing_call;
}

void *__wrap_calloc(size_t n, size_t size)
{
	if (must_fail())
		return NULL;
	balance++;
	return __real_calloc(n, size);
}

void *__wrap_reallocarray(void *old, size_t n, size_t size)
{
	if (must_fail())
		return NULL;
	balance += !old;
	return __real_reallocarray(old, n, size);
}

char *__wrap_strdup(const char *text)
{
	if (must_fail())
		return NULL;
	balance++;
	return __real_strdup(text);
}

void __wrap_free(void *memory)
{
	balance -= memory != NULL;
	__real_free(memory);
}

int __wrap_yaml_parser_initialize(yaml_parser_t *parser)
{
	if (must_fail())
		return 0;
	return __real_yaml_parser_initialize(parser);
}

int __wrap_yaml_parser_parse(yaml_parser_t *parser, yaml_event_t *event)
{
	if (must_fail()) {
		parser->error = YAML_MEMORY_ERROR;
		return 0;
	}
	return __real_yaml_parser_parse(parser, event);
}

static const char base_text[] =
	"plugins: [a, b]\n"
	"priorities: {k: 1}\n"
	"ueids: [auto, A]\nmore-ueids: [A]\n"
	"pnetids: {N: {interfaces: [a, b], devices: [c]}}\n"
	"devices: {x: {kind: k}, y: {kind: k, gid: 1}, h: {kind: hard}}\n";
static const char over_text[] =
	"plugins: [c]\n"
	"priorities: {l: 1}\n"
	"ueids: [auto, A, B, C]\n"
	"tuning: {wmem: 1M, rmem: 1M, handshake-limit: on, namespaces: {a: {wmem: 1M}}}\n"
	"rules: [{match: {kind: k}, set: {priority: 1}}]\n"
	"pnetids: {M: {devices: [c, d]}}\n"
	"devices: {x: {kind: k}, e: {kind: k}, f: {kind: k}, g: {kind: k}, i: {kind: k},"
	" j: {kind: k}}\n";

static const struct smcd_device devices[] = {
	{ .name = "x", .kind = "l", .caps = SMCD_CAN_DELETE },
	{ .name = "y", .kind = "k", .caps = SMCD_CAN_UPDOWN | SMCD_CAN_PRIORITY },
	{ .name = "z", .kind = "k", .caps = SMCD_CAN_DELETE },
};
static const char ueids[][UEID_SIZE] = { "OLD1", "OLD2", "NOT-OURS" };
static const char managed[][SMCD_NAME_SIZE] = { "z" };
static const struct pnet_entry pnets[] = { { "N", "x", 0 }, { "N", "y", 1 } };
static const char *const interfaces[] = { "a" };
static const char fixed_kinds[][SMCD_KIND_SIZE] = { "hard" };

static const struct policy_state world = {
	.devices = devices, .n_devices = 3,
	.ueids = ueids, .n_ueids = 3,
	.managed = managed, .n_managed = 1,
	.managed_ueids = ueids, .n_managed_ueids = 2,
	.tuning[TUNABLE_WMEM].known = true,
	.pnets = pnets, .n_pnets = 2, .pnets_known = true,
	.managed_pnets = pnets, .n_managed_pnets = 1,
	.interfaces = interfaces, .n_interfaces = 1,
	.fixed_kinds = fixed_kinds, .n_fixed_kinds = 1,
};

static int merge_into_empty(void)
{
	CONFIG *base = calloc(1, sizeof(*base)), *over = calloc(1, sizeof(*over));
	int r;

	if (!base || !over)
		return -ENOMEM;
	r = config_merge(base, over);
	over = NULL;
	return r;
}

static int work(const char *machine_ueid)
{
	CONFIG *base = NULL, *over = NULL;
	struct config_error error;
	PLAN *plan = NULL;
	int r;

	r = merge_into_empty();
	if (r < 0)
		return r;
	r = config_parse("base", base_text, strlen(base_text), &base, &error);
	if (r < 0)
		return r;
	r = config_parse("over", over_text, strlen(over_text), &over, &error);
	if (r < 0)
		return r;

	r = config_merge(base, over);
	over = NULL;
	assert_int_equal(base->n_devices, r < 0 ? 3 : 8);
	assert_string_equal(base->plugins[0].name, r < 0 ? "a" : "c");
	assert_int_equal(config_check(base, &error), 0);
	if (r < 0)
		return r;

	r = policy_make_plan(base, machine_ueid, &world, &plan);
	if (r < 0)
		assert_null(plan);
	return r < 0 ? r : policy_report_only(plan, NULL, 0);
}

static void fail_each(const char *machine_ueid)
{
	for (failing_call = 0; ; failing_call++) {
		int r;

		calls = 0;
		balance = 0;
		r = work(machine_ueid);
		assert_int_equal(balance, 0);
		if (calls <= failing_call) {
			assert_int_equal(r, 0);
			break;
		}
		assert_int_equal(r, -ENOMEM);
	}
	/* Far more than the handful of calls that a wrong link would leave. */
	assert_true(failing_call > 100);
}

static void each_allocation_may_fail(void **state)
{
	(void)state;
	fail_each("MACHINE");
	fail_each(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
