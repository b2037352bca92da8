// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the plugin ism: hardware of IBM Z, which is not here. /sys and netlink are made after the
 * kernel's source (arch/s390/pci/pci_sysfs.c, drivers/s390/net/ism_drv.c, drivers/dibs/dibs_main.c
 * and what kernel-messages.h names), not recorded on a machine that has it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "../../plugins/ism-hardware.h"
#include "kernel-messages.h"
#include "plugin-host.h"

#define ISM_A "0000:00:00.0"
#define ISM_B "0001:00:00.0"
#define SEID "IBM-SYSZ-ISMSEID00000000A1B23906"
#define IBM 0x1014

/* "NET1" and "NET1    ..." of 16 bytes in EBCDIC, and 48 bytes for ports that ISM does not have */
static const unsigned char net1[64] = {
	0xd5, 0xc5, 0xe3, 0xf1, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
};

static int setup(void **state)
{
	fake_reset();
	fake_family(GEN, true);
	fake_family(PNET, true);
	fake_family(SOFTISM_GENL_NAME, false);
	return temporary_setup(state);
}

static int teardown(void **state)
{
	fake_reset();
	return temporary_teardown(state);
}

static void write_attribute(const char *pci_id, const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "sys/devices/pci%.7s/%s/%s", pci_id, pci_id, name);
	write_text(path, text);
}

static void bind_driver(const char *pci_id)
{
	char path[256];

	snprintf(path, sizeof(path), "sys/devices/pci%.7s/%s/driver", pci_id, pci_id);
	make_link("../../../bus/pci/drivers/ism", path);
}

/* A PCI function as zpci shows it; @fid in the format of its attribute, e.g. "0x00000010" */
static void make_function(const char *pci_id, const char *modalias, const char *fid,
			  const char *pchid)
{
	char path[256], target[256];
	FILE *file;

	write_attribute(pci_id, "modalias", modalias);
	write_attribute(pci_id, "function_id", fid);
	write_attribute(pci_id, "pchid", pchid);
	write_attribute(pci_id, "uid", "0x10\n");
	snprintf(path, sizeof(path), "sys/devices/pci%.7s/%s/util_string", pci_id, pci_id);
	file = fopen(in_temporary(path), "we");
	assert_non_null(file);
	assert_int_equal(fwrite(net1, sizeof(net1), 1, file), 1);
	assert_int_equal(fclose(file), 0);
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s", pci_id);
	snprintf(target, sizeof(target), "../../../devices/pci%.7s/%s", pci_id, pci_id);
	make_link(target, path);
}

static void make_ism(const char *pci_id, const char *fid, const char *pchid)
{
	make_function(pci_id, "pci:v00001014d000004EDsv00001014sd00000000bc00sc00i00\n", fid,
		      pchid);
	bind_driver(pci_id);
}

/* Linux before 6.18: two functions and a RoCE card, which is none of ours. */
static void test_hardware(void **state)
{
	const struct smcd_device *a, *b;

	(void)state;
	make_ism(ISM_A, "0x00000010\n", "0x07c0\n");
	make_ism(ISM_B, "0x0000002f\n", "0x07c1\n");
	make_function("0002:00:00.0", "pci:v000015B3d00001016sv0000\n", "0x1\n", "0x1c8\n");
	answer_device(0x2f, 0x07c1, IBM, ISM_B, "                ");
	answer_device(0x10, 0x07c0, IBM, ISM_A, "NET1            ");
	answer_system(SEID);
	enumerate();
	assert_int_equal(n_devices, 2);
	b = device_named(ISM_B);
	a = device_named(ISM_A);
	assert_string_equal(b->kind, "ism");
	assert_int_equal(b->chid, 0x07c1);
	assert_true(b->has_fid);
	assert_int_equal(b->fid, 0x2f);
	assert_string_equal(b->pnetid, "");
	assert_int_equal(b->rank, 1);
	assert_int_equal(b->gid, 0);
	assert_int_equal(b->caps, 0);
	assert_true(b->up && b->attached);
	assert_non_null(strstr(b->reason, "its order cannot be set"));
	assert_non_null(strstr(b->instead, "/sys/bus/pci/slots/0000002f/power"));
	assert_string_equal(a->pnetid, "NET1");
	assert_int_equal(a->rank, 2);
	assert_non_null(strstr(a->reason, "offered only to network devices of its PNETID"));
}

/* Since Linux 6.18: the function's dibs device has the GID, and lo comes first. */
static void test_dibs(void **state)
{
	(void)state;
	make_ism(ISM_A, "0x00000010\n", "0x07c0\n");
	write_text("sys/class/dibs/ism10/gid", "2f38c70a-0000-07c0-0000-000000000000\n");
	write_text("sys/class/dibs/ism10/fabric_id", "0x07c0\n");
	make_link("../../../" ISM_A, "sys/class/dibs/ism10/device");
	write_text("sys/class/dibs/lo/gid", "0b6e1a52-9c11-4d0e-8f4a-1c2d3e4f5a6b\n");
	write_text("sys/class/dibs/lo/fabric_id", "0xffff\n");
	answer_device(0x10, 0x07c0, IBM, ISM_A, "");
	enumerate();
	assert_int_equal(n_devices, 1);
	assert_true(devices[0].gid == 0x2f38c70a000007c0);
	assert_int_equal(devices[0].rank, 2);
}

static void test_detached(void **state)
{
	(void)state;
	make_ism(ISM_A, "0x00000010\n", "0x07c0\n");
	make_function(ISM_B, "pci:v00001014d000004EDsv00001014sd00000000bc00sc00i00\n",
		      "0x0000002f\n", "0x07c1\n");
	enumerate();
	assert_int_equal(n_devices, 2);
	assert_false(device_named(ISM_A)->attached);
	assert_int_equal(device_named(ISM_A)->rank, 0);
	assert_int_equal(device_named(ISM_A)->chid, 0x07c0);
	assert_string_equal(device_named(ISM_A)->pnetid, "NET1");
	assert_non_null(strstr(device_named(ISM_A)->reason, "has not taken it"));
	assert_non_null(strstr(device_named(ISM_B)->reason, "modprobe ism"));
	fake_family(GEN, false);
	enumerate();
	assert_non_null(strstr(device_named(ISM_A)->reason, "modprobe smc"));
}

/* A machine without: softism's are all, or there are none; no stack is no support. */
static void test_none(void **state)
{
	(void)state;
	answer_device(0, 0, 0, "emu0", "");
	enumerate();
	assert_int_equal(n_devices, 0);
	fake_family(SOFTISM_GENL_NAME, true);
	answer_softism("lo0", SOFTISM_KIND_LOOPBACK, 0xffff, 1);
	answer_softism("emu0", SOFTISM_KIND_ISM_EMU, 0x42, 2);
	enumerate();
	assert_int_equal(n_devices, 1);
	assert_int_equal(device_named("emu0")->rank, 2);
	fake_reset();
	assert_int_equal(host_start(), 0);
	assert_int_equal(host_enumerate(), -ENODEV);
	assert_non_null(strstr(problem, "modprobe smc"));
	host_stop();
}

/* Attributes that are missing or nonsense are unknown, and no more. */
static void test_nonsense(void **state)
{
	(void)state;
	make_ism(ISM_A, "0x1ffffffff\n", "lots\n");
	make_ism("long-name-of-a-pci-device", "0x1\n", "0x1\n");
	write_text("sys/class/dibs/ism10/gid", "2f38c70a\n");
	make_link("../../../" ISM_A, "sys/class/dibs/ism10/device");
	make_link("../../../nothing", "sys/bus/pci/devices/0003:00:00.0");
	answer_device(0x10, 0x07c0, IBM, ISM_A, "");
	answer_device(0x11, 0x07c0, IBM, ISM_B, "");
	enumerate();
	assert_int_equal(n_devices, 2);
	assert_false(device_named(ISM_A)->has_fid);
	assert_int_equal(device_named(ISM_A)->gid, 0);
	assert_int_equal(device_named(ISM_A)->chid, 0x07c0);
	assert_string_equal(device_named(ISM_A)->instead,
			    "hardware is switched by its slot, see /sys/bus/pci/slots");
	assert_int_equal(device_named(ISM_B)->rank, 2);
}

static void test_pnetids(void **state)
{
	static const unsigned char full[16] = {	/* AIJRSZ0123456789 */
		0xc1, 0xc9, 0xd1, 0xd9, 0xe2, 0xe9, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7,
		0xf8, 0xf9,
	};
	unsigned char text[16];
	char pnetid[SMCD_PNETID_SIZE] = "untouched";

	(void)state;
	memset(text, 0x40, sizeof(text));
	assert_false(ism_hardware_pnetid(text, sizeof(text), pnetid));
	memset(text, 0, sizeof(text));
	assert_false(ism_hardware_pnetid(text, sizeof(text), pnetid));
	memcpy(text, net1, sizeof(text));
	assert_false(ism_hardware_pnetid(text, 15, pnetid));
	text[1] = 0x40;		/* a blank within */
	assert_false(ism_hardware_pnetid(text, sizeof(text), pnetid));
	text[1] = 0xca;		/* between I and J */
	assert_false(ism_hardware_pnetid(text, sizeof(text), pnetid));
	assert_string_equal(pnetid, "untouched");
	assert_true(ism_hardware_pnetid(full, sizeof(full), pnetid));
	assert_string_equal(pnetid, "AIJRSZ0123456789");
	assert_true(ism_hardware_pnetid(net1, sizeof(net1), pnetid));
	assert_string_equal(pnetid, "NET1");
}

static void test_steps(void **state)
{
	struct smcd_wanted wanted = { .name = ISM_A, .kind = "ism" };

	(void)state;
	fake_family(SOFTISM_GENL_NAME, true);
	assert_int_equal(host_start(), 0);
	assert_int_equal(smcd_plugin.create(context, &wanted), -EOPNOTSUPP);
	assert_non_null(strstr(problem, "cannot be created"));
	assert_int_equal(fake_changes(), 0);
	strcpy(wanted.kind, "ism-emu");
	assert_int_equal(smcd_plugin.create(context, &wanted), 0);
	assert_int_equal(fake_changes(), 1);
	host_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_hardware, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dibs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_detached, setup, teardown),
		cmocka_unit_test_setup_teardown(test_none, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nonsense, setup, teardown),
		cmocka_unit_test(test_pnetids),
		cmocka_unit_test_setup_teardown(test_steps, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
