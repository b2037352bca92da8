// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the plugin virtio-ism: no hypervisor here has such a device, so /sys is made after the
 * kernel's source (drivers/virtio/virtio.c, drivers/dibs/dibs_main.c). A VM shows that other virtio
 * devices are left out.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "plugin-host.h"

static void make_virtio(const char *name, const char *id)
{
	char path[128];

	snprintf(path, sizeof(path), "sys/bus/virtio/devices/%s/device", name);
	write_text(path, id);
}

static void make_driver(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "sys/bus/virtio/devices/%s/driver", name);
	make_link("../../../bus/virtio/drivers/virtio_ism", path);
}

static void make_dibs(const char *name, const char *parent, const char *fabric_id)
{
	char path[128], target[128];

	snprintf(path, sizeof(path), "sys/class/dibs/%s/fabric_id", name);
	write_text(path, fabric_id);
	snprintf(path, sizeof(path), "sys/class/dibs/%s/gid", name);
	write_text(path, "0b6e1a52-9c11-4d0e-8f4a-1c2d3e4f5a6b\n");
	snprintf(path, sizeof(path), "sys/class/dibs/%s/device", name);
	snprintf(target, sizeof(target), "../../../%s", parent);
	make_link(target, path);
}

static void test_none(void **state)
{
	(void)state;
	enumerate();
	assert_int_equal(n_devices, 0);
	make_virtio("virtio0", "0x0001\n");
	make_virtio("virtio1", "0x0013\n");
	make_virtio("virtio2", "nonsense\n");
	make_virtio("virtio3", "0x1002c\n");
	enumerate();
	assert_int_equal(n_devices, 0);
}

/* As today: the device is there, and no driver. */
static void test_no_driver(void **state)
{
	(void)state;
	make_virtio("virtio0", "0x0001\n");
	make_virtio("virtio5", "0x002c\n");
	make_virtio("a-name-that-is-too-long-for-a-device", "0x002c\n");
	enumerate();
	assert_int_equal(n_devices, 1);
	assert_string_equal(devices[0].name, "virtio5");
	assert_string_equal(devices[0].kind, "virtio-ism");
	assert_int_equal(devices[0].rank, 0);
	assert_int_equal(devices[0].caps, 0);
	assert_int_equal(devices[0].chid, 0);
	assert_true(devices[0].up);
	assert_false(devices[0].attached);
	assert_true(devices[0].stats.tx_bytes == SMCD_UNKNOWN);
	assert_non_null(strstr(devices[0].reason, "Linux has none yet"));
	assert_non_null(strstr(devices[0].instead, "hypervisor"));
}

/* What a driver would show; still nothing is taken for usable. */
static void test_driver(void **state)
{
	static const char *const names[] = { "virtio1", "virtio2", "virtio3" };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		make_virtio(names[i], "0x002c\n");
		make_driver(names[i]);
	}
	make_dibs("vism0", "virtio2", "0xff01\n");
	make_dibs("vism1", "virtio3", "0x0042\n");
	make_dibs("emu0", "emu0", "0xff02\n");
	enumerate();
	assert_int_equal(n_devices, 3);
	assert_non_null(strstr(device_named("virtio1")->reason, "virtio_ism does not offer it"));
	assert_int_equal(device_named("virtio2")->chid, 0xff01);
	assert_true(device_named("virtio2")->gid == 0x0b6e1a529c114d0e);
	assert_non_null(strstr(device_named("virtio2")->reason, "does not know its place"));
	assert_non_null(strstr(device_named("virtio3")->reason, "none of 0xFF00 to 0xFFFE"));
	for (i = 0; i < 3; i++) {
		assert_int_equal(device_named(names[i])->rank, 0);
		assert_false(device_named(names[i])->attached);
	}
}

static void test_unreadable(void **state)
{
	(void)state;
	write_text("sys/bus/virtio/devices", "not a directory\n");
	assert_int_equal(host_start(), 0);
	assert_int_equal(host_enumerate(), -ENOTDIR);
	assert_non_null(strstr(problem, "does not list virtio devices"));
	host_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_none, temporary_setup, temporary_teardown),
		cmocka_unit_test_setup_teardown(test_no_driver, temporary_setup,
						temporary_teardown),
		cmocka_unit_test_setup_teardown(test_driver, temporary_setup, temporary_teardown),
		cmocka_unit_test_setup_teardown(test_unreadable, temporary_setup,
						temporary_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
