// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the plugin loopback: softism's devices, and beside them those of the kernel itself.
 * /sys and netlink are made up after the kernel's source (kernel-messages.h); a VM shows the rest.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "kernel-messages.h"
#include "plugin-host.h"

/* drivers/dibs/dibs_main.c: "%pUb" and "0x%04x" */
static void make_lo(void)
{
	write_text("sys/class/dibs/lo/gid", "0b6e1a52-9c11-4d0e-8f4a-1c2d3e4f5a6b\n");
	write_text("sys/class/dibs/lo/fabric_id", "0xffff\n");
}

static int setup(void **state)
{
	fake_reset();
	fake_family(GEN, true);
	fake_family(PNET, true);
	fake_family(SOFTISM_GENL_NAME, true);
	return temporary_setup(state);
}

static int teardown(void **state)
{
	fake_reset();
	return temporary_teardown(state);
}

static void test_softism_alone(void **state)
{
	(void)state;
	answer_softism("lo1", SOFTISM_KIND_LOOPBACK, 0xffff, 2);
	answer_softism("emu0", SOFTISM_KIND_ISM_EMU, 0x42, 1);
	answer_system("SOFTISM-SYSTEM-EID-0000010001000");
	write_text("sys/module/softism/initstate", "live\n");
	enumerate();
	assert_int_equal(n_devices, 1);
	assert_int_equal(device_named("lo1")->rank, 2);
	assert_string_equal(devices[0].reason, "");
	assert_true(devices[0].caps & SMCD_CAN_PRIORITY);
}

static void test_lo(void **state)
{
	const struct smcd_device *lo;

	(void)state;
	make_lo();
	answer_linkgroup(0x0b6e1a529c114d0e, 0xffff, 2);
	answer_linkgroup(0x0b6e1a529c114d0e, 0xffff, 1);
	answer_linkgroup(0x1001, 0xffff, 5);
	answer_softism("lo1", SOFTISM_KIND_LOOPBACK, 0xffff, 1);
	enumerate();
	lo = device_named("lo");
	assert_string_equal(lo->kind, "loopback");
	assert_int_equal(lo->chid, 0xffff);
	assert_true(lo->gid == 0x0b6e1a529c114d0e);
	assert_int_equal(lo->rank, 1);
	assert_int_equal(lo->caps, 0);
	assert_int_equal(lo->connections, 3);
	assert_true(lo->up && lo->attached);
	assert_true(lo->stats.tx_bytes == SMCD_UNKNOWN);
	assert_non_null(strstr(lo->reason, "proposes it before all others; a PNETID"));
	assert_non_null(strstr(lo->instead, "part of the kernel"));
	assert_int_equal(device_named("lo1")->rank, 0);
	assert_non_null(strstr(device_named("lo1")->reason, "kernel's own loopback device comes first"));
}

static void test_lo_put_away(void **state)
{
	(void)state;
	make_lo();
	answer_pnet("OTHER", NULL, "mlx5_0");
	answer_pnet("UNUSED", NULL, "lo");
	answer_softism("lo1", SOFTISM_KIND_LOOPBACK, 0xffff, 1);
	enumerate();
	assert_string_equal(device_named("lo")->pnetid, "UNUSED");
	assert_int_equal(device_named("lo")->rank, 0);
	assert_non_null(strstr(device_named("lo")->reason, "takes no connection"));
	assert_int_equal(device_named("lo1")->rank, 1);
	assert_string_equal(device_named("lo1")->reason, "");

	/* Its PNETID is that of a network device, too. */
	answer_pnet("UNUSED", "eth0", NULL);
	enumerate();
	assert_int_equal(device_named("lo")->rank, 1);
	assert_non_null(strstr(device_named("lo")->reason, "offered only to"));
	assert_int_equal(device_named("lo1")->rank, 0);
}

static void test_not_lo(void **state)
{
	(void)state;
	/* A device of another module has a parent, one of another CHID is no loopback device. */
	make_lo();
	write_text("sys/class/dibs/lo/device/uevent", "");
	enumerate();
	assert_int_equal(n_devices, 0);
	write_text("sys/class/dibs/lo/fabric_id", "0x0042\n");
	assert_int_equal(remove(in_temporary("sys/class/dibs/lo/device/uevent")), 0);
	assert_int_equal(remove(in_temporary("sys/class/dibs/lo/device")), 0);
	enumerate();
	assert_int_equal(n_devices, 0);
	write_text("sys/class/dibs/lo/fabric_id", "lots\n");
	enumerate();
	assert_int_equal(n_devices, 0);
}

/* Linux 6.10 to 6.17: no class dibs, nothing in /sys, nothing in the list of devices. */
static void test_loopback_ism(void **state)
{
	(void)state;
	fake_family(SOFTISM_GENL_NAME, false);
	answer_system("");
	enumerate();
	assert_int_equal(n_devices, 1);
	assert_string_equal(devices[0].name, "loopback-ism");
	assert_int_equal(devices[0].rank, 1);
	assert_int_equal(devices[0].gid, 0);
	assert_non_null(strstr(devices[0].reason, "proposes it before all others"));

	answer_linkgroup(0x77, 0xffff, 4);
	answer_pnet("UNUSED", NULL, "loopback-ism");
	enumerate();
	assert_int_equal(devices[0].gid, 0x77);
	assert_int_equal(devices[0].connections, 4);
	assert_int_equal(devices[0].rank, 0);
	assert_string_equal(devices[0].pnetid, "UNUSED");
}

static void no_device(const char *seid)
{
	fake_reset();
	fake_family(GEN, true);
	fake_family(PNET, true);
	answer_system(seid);
	assert_int_equal(host_start(), 0);
	assert_int_equal(host_enumerate(), -ENODEV);
	assert_int_equal(n_devices, 0);
	assert_non_null(strstr(problem, "modprobe softism"));
	host_stop();
}

/* No device for V2; softism that has been there; ISM hardware, which brings the SEID of s390. */
static void test_no_loopback_ism(void **state)
{
	(void)state;
	no_device(NULL);
	no_device("SOFTISM-SYSTEM-EID-0000010001000");
	no_device("IBM-SYSZ-ISMSEID00000000A1B23906");
	/* With that SEID a link group tells. */
	answer_linkgroup(0x77, 0xffff, 1);
	enumerate();
	assert_string_equal(devices[0].name, "loopback-ism");
}

static void test_no_stack(void **state)
{
	(void)state;
	fake_reset();
	assert_int_equal(host_start(), 0);
	assert_int_equal(host_enumerate(), -ENODEV);
	make_lo();
	assert_int_equal(host_enumerate(), 0);
	assert_int_equal(n_devices, 1);
	assert_false(devices[0].attached);
	assert_int_equal(devices[0].rank, 0);
	assert_non_null(strstr(devices[0].reason, "modprobe smc"));
	host_stop();
}

/* Clients propose 8 entries, of which one with an emulated CHID takes two; lo is such a one. */
static void test_places(void **state)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f" };
	unsigned int i;

	(void)state;
	make_lo();
	for (i = 0; i < 6; i++)
		answer_softism(names[i], SOFTISM_KIND_LOOPBACK, 0xff01 + (i < 5 ? i : 0), i + 1);
	enumerate();
	assert_int_equal(device_named("lo")->rank, 1);
	assert_int_equal(device_named("a")->rank, 2);
	assert_int_equal(device_named("b")->rank, 3);
	assert_int_equal(device_named("c")->rank, 4);
	assert_int_equal(device_named("d")->rank, 0);
	assert_non_null(strstr(device_named("d")->reason, "takes all 8 entries"));
	assert_int_equal(device_named("e")->rank, 0);
	assert_int_equal(device_named("f")->rank, 0);
	assert_non_null(strstr(device_named("f")->reason, "one device of a CHID"));
}

/* Nothing is shown of answers that are none: half of the truth about ranks would be wrong. */
static void test_bad_answers(void **state)
{
	struct nl_msg *msg;

	(void)state;
	make_lo();
	answer_softism("lo1", SOFTISM_KIND_LOOPBACK, 0xffff, 1);
	msg = fake_message(PNET, SMC_PNETID_GET);
	nla_put_string(msg, SMC_PNETID_NAME, "A2345678901234567");
	nla_put_string(msg, SMC_PNETID_IBNAME, "lo");
	fake_answer(PNET, SMC_PNETID_GET, msg);
	assert_int_equal(host_start(), 0);
	assert_int_equal(host_enumerate(), -EBADMSG);
	assert_int_equal(n_devices, 0);
	assert_non_null(strstr(problem, "the SMC stack does not answer"));
	fake_reset();
	fake_family(GEN, true);
	fake_family(PNET, true);
	fake_answer(GEN, SMC_NETLINK_GET_LGR_SMCD,
		    fake_message(GEN, SMC_NETLINK_GET_LGR_SMCD));
	assert_int_equal(host_enumerate(), -EBADMSG);
	host_stop();
}

static void test_steps(void **state)
{
	struct smcd_wanted wanted = { .name = "lo1", .kind = "loopback", .up = true };

	(void)state;
	make_lo();
	assert_int_equal(host_start(), 0);
	assert_int_equal(smcd_plugin.create(context, &wanted), 0);
	assert_int_equal(fake_changes(), 1);
	assert_int_equal(genlmsg_hdr(fake_last_change())->cmd, SOFTISM_CMD_DEV_NEW);
	assert_int_equal(smcd_plugin.set_priority(context, "lo1", 7), 0);
	assert_int_equal(smcd_plugin.set_up(context, "lo1", false), 0);
	assert_int_equal(smcd_plugin.drain(context, "lo1", 10), 0);
	assert_int_equal(smcd_plugin.delete(context, "lo1", true), 0);
	assert_int_equal(genlmsg_hdr(fake_last_change())->cmd, SOFTISM_CMD_DEV_DEL);
	assert_int_equal(fake_changes(), 5);
	host_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_softism_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lo, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lo_put_away, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_lo, setup, teardown),
		cmocka_unit_test_setup_teardown(test_loopback_ism, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_loopback_ism, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_stack, setup, teardown),
		cmocka_unit_test_setup_teardown(test_places, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_steps, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
