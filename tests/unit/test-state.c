// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the list of managed devices: what is written is read, and rubbish is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include "state.h"
#include "temporary.h"

static void test_round_trip(void **unused)
{
	static const struct pnet_entry eth = { "NET1", "eth0.7", 0 }, lo = { "N", "lo", 2 };
	struct state state = { 0 }, again = { 0 };

	(void)unused;
	assert_int_equal(state_add_device(&state, "loopback0"), 0);
	assert_int_equal(state_add_device(&state, "ism.1"), 0);
	assert_int_equal(state_add_device(&state, "loopback0"), 0);
	assert_int_equal(state_add_ueid(&state, "MY-UEID.1"), 0);
	assert_int_equal(state_add_pnet(&state, &eth), 0);
	assert_int_equal(state_add_pnet(&state, &lo), 0);
	assert_int_equal(state_add_pnet(&state, &lo), 0);
	state_set_tuned(&state, TUNABLE_RMEM, 65536);
	state_set_tuned(&state, TUNABLE_RMEM, 524288);
	state_set_tuned(&state, TUNABLE_RMEM, 524288);
	assert_int_equal(state.n_devices, 2);
	assert_int_equal(state_add_device(&state, "a-name-that-is-too-long-for-a-device"),
			 -ENAMETOOLONG);
	assert_int_equal(state_save(in_temporary("managed"), &state), 0);
	assert_int_equal(state_load(in_temporary("managed"), &again), 0);
	assert_int_equal(again.n_devices, 2);
	assert_int_equal(again.n_ueids, 1);
	assert_int_equal(again.n_pnets, 2);
	assert_true(pnet_equal(&again.pnets[0], &eth));
	assert_true(pnet_equal(&again.pnets[1], &lo));
	assert_true(state_has_device(&again, "ism.1"));
	assert_true(state_has_ueid(&again, "MY-UEID.1"));
	assert_false(state_has_device(&again, "MY-UEID.1"));
	assert_true(state_has_tuned(&again, TUNABLE_RMEM, 524288));
	assert_true(state_has_tuned(&again, TUNABLE_RMEM, 65536));
	assert_false(state_has_tuned(&again, TUNABLE_RMEM, 1));
	assert_false(state_has_tuned(&again, TUNABLE_WMEM, 0));
	state_clear(&state);
	state_clear(&again);
}

static void test_empty(void **unused)
{
	struct state state = { 0 }, again = { 0 };

	(void)unused;
	assert_int_equal(state_save(in_temporary("managed"), &state), 0);
	assert_int_equal(state_load(in_temporary("managed"), &again), 0);
	assert_int_equal(again.n_devices + again.n_ueids, 0);
	state_clear(&again);
}

static void test_unchanged(void **unused)
{
	struct state state = { 0 };
	struct stat first, second;

	(void)unused;
	assert_int_equal(state_add_device(&state, "a"), 0);
	assert_int_equal(state_save(in_temporary("managed"), &state), 0);
	assert_int_equal(stat(in_temporary("managed"), &first), 0);
	assert_int_equal(state_save(in_temporary("managed"), &state), 0);
	assert_int_equal(stat(in_temporary("managed"), &second), 0);
	assert_int_equal(first.st_ino, second.st_ino);
	assert_int_equal(state_add_device(&state, "b"), 0);
	assert_int_equal(state_save(in_temporary("managed"), &state), 0);
	assert_int_equal(stat(in_temporary("managed"), &second), 0);
	assert_int_not_equal(first.st_ino, second.st_ino);
	assert_int_equal(second.st_mode & 07777, 0644);
	state_clear(&state);
}

static void test_garbled(void **unused)
{
	static const char *const texts[] = {
		"", "\n", "rubbish", "smcd-managed 1", "smcd-managed 2\n",
		"smcd-managed 1\ndevice a\ndevice b", "smcd-managed 1\ndevice\n",
		"smcd-managed 1\ndevice \n", "smcd-managed 1\ndevice a b\n",
		"smcd-managed 1\ntuned\n", "smcd-managed 1\ntuned rmem\n",
		"smcd-managed 1\ntuned rmem 1\n", "smcd-managed 1\ntuned rmem 1 -2\n",
		"smcd-managed 1\ntuned rmem 1 2 3\n", "smcd-managed 1\ntuned qmem 1 2\n",
		"smcd-managed 1\ntuned rmem 1 4294967296\n", "smcd-managed 1\ntuned rmem 1 2x\n",
		"smcd-managed 1\nueid lower\n", "smcd-managed 1\n\n",
		"smcd-managed 1\ndevice a-name-that-is-too-long-for-a-device\n",
		"smcd-managed 1\ndevice \x80\xff\n",
		"smcd-managed 1\npnet \n", "smcd-managed 1\npnet A\n",
		"smcd-managed 1\npnet A router x\n", "smcd-managed 1\npnet A-B device x\n",
		"smcd-managed 1\npnet ABCDEFGHIJKLMNOPQ device x\n",
		"smcd-managed 1\npnet  device x\n", "smcd-managed 1\npnet A device x/3\n",
		"smcd-managed 1\npnet A interface a/b\n",
	};
	struct state state = { 0 };

	(void)unused;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		write_text("managed", texts[i]);
		assert_int_equal(state_load(in_temporary("managed"), &state), -EBADMSG);
		assert_null(state.devices);
		assert_null(state.pnets);
	}
}

static void test_no_file(void **unused)
{
	struct state state = { 0 };

	(void)unused;
	assert_int_equal(state_load(in_temporary("managed"), &state), -ENOENT);
	assert_int_equal(mkdir(in_temporary("managed"), 0755), 0);
	assert_int_equal(state_load(in_temporary("managed"), &state), -EISDIR);
	assert_int_equal(state_save(in_temporary("managed"), &state), -EISDIR);
	assert_false(has_hidden_files("."));
	assert_int_equal(state_save(in_temporary("none/managed"), &state), -ENOENT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, temporary_setup, temporary_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_round_trip),
		TEST(test_empty),
		TEST(test_unchanged),
		TEST(test_garbled),
		TEST(test_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
