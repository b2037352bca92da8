// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each call that goes to the kernel over netlink fails once, with each of several errors, in all
 * that the clients of softism and of the SMC stack do: the failure is told, nothing is handed out,
 * nothing leaks (with ASan, see tests/sanitize), and the next call works.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "../../plugins/softism-client.h"
#include "../../smcd/smc-netlink.h"
#include "kernel-messages.h"
#include "plugin-host.h"

#define UNTOUCHED ((void *)0x55)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const int errors[] = {
	-EINTR, -ENOBUFS, -ETIMEDOUT, -ENODEV, -EPERM, -ENOENT, -ENOMEM, -EBUSY,
};

static struct softism *softism;
static struct smc_netlink *smc;
static int error_now;		/* of the call that fails */

static void answer_ueid(const char *ueid)
{
	struct nl_msg *msg = fake_message(GEN, SMC_NETLINK_DUMP_UEID);
	char padded[33];

	snprintf(padded, sizeof(padded), "%-32s", ueid);
	nla_put_string(msg, SMC_NLA_EID_TABLE_ENTRY, padded);
	fake_answer(GEN, SMC_NETLINK_DUMP_UEID, msg);
}

static void answer_stats(void)
{
	struct nl_msg *msg = fake_message(GEN, SMC_NETLINK_GET_STATS);
	struct nlattr *top = nla_nest_start(msg, SMC_GEN_STATS), *smcd;

	smcd = nla_nest_start(msg, SMC_NLA_STATS_SMCD_TECH);
	nla_put_u64(msg, SMC_NLA_STATS_T_CLNT_V2_SUCC, 4);
	nla_nest_end(msg, smcd);
	nla_put_u64(msg, SMC_NLA_STATS_CLNT_HS_ERR_CNT, 1);
	nla_nest_end(msg, top);
	fake_answer(GEN, SMC_NETLINK_GET_STATS, msg);
}

static void answer_fallback(uint32_t code)
{
	struct nl_msg *msg = fake_message(GEN, SMC_NETLINK_GET_FBACK_STATS);
	struct nlattr *top = nla_nest_start(msg, SMC_GEN_FBACK_STATS);

	nla_put_u8(msg, SMC_NLA_FBACK_STATS_TYPE, 1);
	nla_put_u32(msg, SMC_NLA_FBACK_STATS_RSN_CODE, code);
	nla_put_u16(msg, SMC_NLA_FBACK_STATS_RSN_CNT, 3);
	nla_nest_end(msg, top);
	fake_answer(GEN, SMC_NETLINK_GET_FBACK_STATS, msg);
}

static int setup(void **state)
{
	fake_reset();
	fake_family(GEN, true);
	fake_family(PNET, true);
	fake_family(SOFTISM_GENL_NAME, true);
	answer_softism("lo0", SOFTISM_KIND_LOOPBACK, 0xffff, 1);
	answer_softism("emu0", SOFTISM_KIND_ISM_EMU, 0x42, 2);
	answer_device(0, 0xffff, 0, "lo0", "");
	answer_device(0, 0x42, 0, "emu0", "NET1            ");
	answer_system("SOFTISM-SYSTEM-EID-0000010001000");
	answer_linkgroup(0x1001, 0xffff, 2);
	answer_pnet("NET1", NULL, "emu0");
	answer_pnet("NET1", "eth0", NULL);
	answer_ueid("ONE");
	answer_ueid("TWO");
	answer_stats();
	answer_fallback(0x01010000);
	answer_fallback(0x03030008);
	if (temporary_setup(state) < 0)
		return -1;
	write_text("sys/module/softism/initstate", "live\n");
	return 0;
}

static int teardown(void **state)
{
	fake_reset();
	return temporary_teardown(state);
}

/* What is tried. Each checks what it gets, or that it got nothing, and returns what it was told. */

static int try_open(void)
{
	struct softism *other = UNTOUCHED;
	int r = softism_open(&host, &other);

	if (r < 0)
		assert_ptr_equal(other, UNTOUCHED);
	else
		softism_close(other);
	return r;
}

static int try_enumerate(void)
{
	int r;

	n_devices = 0;
	r = softism_enumerate(softism, "ism-emu", NULL, keep_device, NULL);
	assert_int_equal(n_devices, r < 0 ? 0 : 1);
	return r;
}

static int try_create(void)
{
	const struct smcd_wanted wanted = {
		.name = "new", .kind = "loopback", .chid = 0xffff, .gid = 7, .max_dmbs = 8,
	};

	return softism_create(softism, &wanted);
}

static int try_delete(void)
{
	return softism_delete(softism, "lo0", true);
}

static int try_set_up(void)
{
	return softism_set_up(softism, "lo0", false);
}

static int try_set_priority(void)
{
	return softism_set_priority(softism, "lo0", 7);
}

static int try_drain(void)
{
	return softism_drain(softism, "lo0", 100);
}

static int try_smc_open(void)
{
	struct smc_netlink *other = UNTOUCHED;
	int r = smc_netlink_open(&other);

	if (r < 0)
		assert_ptr_equal(other, UNTOUCHED);
	else
		smc_netlink_close(other);
	return r;
}

/* After a list has been asked for: nothing is touched, or there is @wanted. */
static int check_list(int r, void *list, size_t count, size_t wanted)
{
	if (r < 0) {
		assert_ptr_equal(list, UNTOUCHED);
		assert_int_equal(count, 77);
		return r;
	}
	assert_int_equal(count, wanted);
	free(list);
	return r;
}

static int try_ueids(void)
{
	char (*ueids)[UEID_SIZE] = UNTOUCHED;
	size_t count = 77;
	int r = smc_netlink_ueids(smc, &ueids, &count);

	return check_list(r, ueids, count, 2);
}

static int try_devices(void)
{
	struct smc_netlink_device *list = UNTOUCHED;
	size_t count = 77;
	int r = smc_netlink_devices(smc, &list, &count);

	return check_list(r, list, count, 2);
}

static int try_linkgroups(void)
{
	struct smc_linkgroup *list = UNTOUCHED;
	size_t count = 77;
	int r = smc_netlink_linkgroups(smc, &list, &count);

	return check_list(r, list, count, 1);
}

static int try_pnets(void)
{
	struct pnet_entry *list = UNTOUCHED;
	size_t count = 77;
	int r = smc_netlink_pnets(smc, &list, &count);

	return check_list(r, list, count, 2);
}

static int try_statistics(void)
{
	struct smc_counter *list = UNTOUCHED;
	size_t count = 77;
	int r = smc_netlink_statistics(smc, &list, &count);

	return check_list(r, list, count, 4);
}

static int try_fallbacks(void)
{
	struct smc_fallback *list = UNTOUCHED;
	size_t count = 77;
	int r = smc_netlink_fallbacks(smc, &list, &count);

	return check_list(r, list, count, 2);
}

static int try_system(void)
{
	struct smc_system system = { .seid = "untouched" };
	int r = smc_netlink_system(smc, &system);

	assert_string_equal(system.seid, r < 0 ? "untouched" : "SOFTISM-SYSTEM-EID-0000010001000");
	return r;
}

static int try_add_ueid(void)
{
	return smc_netlink_add_ueid(smc, "THREE");
}

static int try_delete_ueid(void)
{
	return smc_netlink_delete_ueid(smc, "ONE");
}

static int try_plugin_for(size_t wanted)
{
	void *other = UNTOUCHED;
	int r = smcd_plugin.start(&host, &other);

	if (r < 0) {
		assert_ptr_equal(other, UNTOUCHED);
		return r;
	}
	n_devices = 0;
	r = smcd_plugin.enumerate(other, keep_device, NULL);
	/* Told that softism or smc is not there, which libnl does by either, it does without. */
	if (r >= 0 && error_now != -ENODEV && error_now != -ENOENT)
		assert_int_equal(n_devices, wanted);
	smcd_plugin.stop(other);
	return r;
}

static int try_plugin(void)
{
	return try_plugin_for(1);
}

/* Beside the kernel's own device */
static int try_lo(void)
{
	int r;

	write_text("sys/class/dibs/lo/fabric_id", "0xffff\n");
	r = try_plugin_for(2);
	assert_int_equal(remove(in_temporary("sys/class/dibs/lo/fabric_id")), 0);
	assert_int_equal(remove(in_temporary("sys/class/dibs/lo")), 0);
	assert_int_equal(remove(in_temporary("sys/class/dibs")), 0);
	return r;
}

static const struct operation {
	const char *name;
	int (*try)(void);
	bool change;		/* it asks the kernel to change something, once */
	bool words;		/* it leaves words about a failure */
	bool tolerant;		/* it does without some of what it asks for */
} operations[] = {
	{ .name = "open", .try = try_open, .words = true, .tolerant = true },
	{ .name = "enumerate", .try = try_enumerate, .words = true, .tolerant = true },
	{ .name = "create", .try = try_create, .change = true, .words = true },
	{ .name = "delete", .try = try_delete, .change = true, .words = true },
	{ .name = "set up", .try = try_set_up, .change = true, .words = true },
	{ .name = "set priority", .try = try_set_priority, .change = true, .words = true },
	{ .name = "drain", .try = try_drain, .change = true, .words = true },
	{ .name = "smc open", .try = try_smc_open },
	{ .name = "ueids", .try = try_ueids },
	{ .name = "devices", .try = try_devices },
	{ .name = "link groups", .try = try_linkgroups },
	{ .name = "pnets", .try = try_pnets },
	{ .name = "statistics", .try = try_statistics },
	{ .name = "fallbacks", .try = try_fallbacks },
	{ .name = "system", .try = try_system },
	{ .name = "add ueid", .try = try_add_ueid, .change = true },
	{ .name = "delete ueid", .try = try_delete_ueid, .change = true },
	{ .name = "plugin", .try = try_plugin, .words = true, .tolerant = true },
	{ .name = "plugin, and lo", .try = try_lo, .words = true, .tolerant = true },
};

static void open_clients(void)
{
	assert_return_code(sd_event_new(&host.event), 0);
	assert_int_equal(softism_open(&host, &softism), 0);
	assert_int_equal(smc_netlink_open(&smc), 0);
}

static void close_clients(void)
{
	softism_close(softism);
	smc_netlink_close(smc);
	host.event = sd_event_unref(host.event);
}

/* A dump that changes interrupt is asked for again. */
static bool may_succeed(const struct operation *operation, int error, bool from_kernel)
{
	return operation->tolerant ||
	       (from_kernel && error == -EINTR && !operation->change);
}

static void fail_once(const struct operation *operation, unsigned int nth, int error,
		      bool from_kernel)
{
	unsigned int before;
	int r;

	open_clients();
	problem[0] = '\0';
	fake_fail(nth, error, from_kernel);
	error_now = error;
	r = operation->try();
	assert_true(fake_calls() >= nth);
	if (r >= 0 && !may_succeed(operation, error, from_kernel))
		fail_msg("%s: call %u with %s is no failure", operation->name, nth,
			 strerror(-error));
	if (r < 0 && operation->words && !problem[0])
		fail_msg("%s: call %u with %s: no words", operation->name, nth, strerror(-error));
	/* The next one works, whatever waits yet to be received. */
	before = fake_changes();
	fake_fail(0, 0, false);
	error_now = 0;
	r = operation->try();
	if (r < 0)
		fail_msg("%s: after call %u with %s: %s", operation->name, nth, strerror(-error),
			 strerror(-r));
	assert_int_equal(fake_changes() - before, operation->change);
	close_clients();
}

static void fail_each(const struct operation *operation, int error, bool from_kernel)
{
	unsigned int calls, nth;

	open_clients();
	fake_fail(0, 0, false);
	assert_int_equal(operation->try(), 0);
	calls = fake_calls();
	assert_true(calls > 0);
	close_clients();
	for (nth = 1; nth <= calls; nth++)
		fail_once(operation, nth, error, from_kernel);
}

static void test_each(void **state)
{
	size_t o, e;

	(void)state;
	for (o = 0; o < COUNT(operations); o++)
		for (e = 0; e < COUNT(errors); e++) {
			fail_each(&operations[o], errors[e], false);
			fail_each(&operations[o], errors[e], true);
		}
}

/* What the kernel says to a step is what the caller gets, and the step was not done. */
static void test_refusals(void **state)
{
	size_t o, e;

	(void)state;
	for (o = 0; o < COUNT(operations); o++)
		for (e = 0; operations[o].change && e < COUNT(errors); e++) {
			unsigned int before;

			open_clients();
			before = fake_changes();
			/* The first call makes the message, the second one sends it. */
			fake_fail(2, errors[e], true);
			assert_int_equal(operations[o].try(), errors[e]);
			assert_int_equal(fake_changes(), before);
			close_clients();
		}
}

/* Without softism its list is no list, and without smc neither is any of smc's. */
static void test_absent(void **state)
{
	size_t o;

	(void)state;
	open_clients();
	fake_family(SOFTISM_GENL_NAME, false);
	fake_family(GEN, false);
	fake_family(PNET, false);
	for (o = 0; o < COUNT(operations); o++) {
		int r;

		/* These do without. */
		if (operations[o].try == try_open || operations[o].try == try_lo)
			continue;
		r = operations[o].try();
		assert_int_equal(r, operations[o].try == try_smc_open ? -ENOENT : -ENODEV);
	}
	fake_family(SOFTISM_GENL_NAME, true);
	fake_family(GEN, true);
	fake_family(PNET, true);
	for (o = 0; o < COUNT(operations); o++)
		assert_int_equal(operations[o].try(), 0);
	close_clients();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_each, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
		cmocka_unit_test_setup_teardown(test_absent, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
