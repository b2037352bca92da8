// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of pnetid.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "pnetid.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define SIXTEEN "ABCDEFGHIJKLMNOP"
#define SIXTY_THREE SIXTEEN SIXTEEN SIXTEEN "ABCDEFGHIJKLMNO"

struct bad {
	const char *text, *problem;
};

static void assert_problem(const char *problem, const struct bad *bad)
{
	if (!problem || !strstr(problem, bad->problem))
		fail_msg("'%s': '%s' has no '%s'", bad->text, problem ?: "", bad->problem);
}

static void good_pnetids_pass(void **state)
{
	static const char *const good[] = { "A", "0", "z", "NET1", "net1", SIXTEEN };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good); i++)
		assert_null(pnetid_problem(good[i]));
}

static void bad_pnetids_are_named(void **state)
{
	static const struct bad bad[] = {
		{ "", "is empty" },
		{ SIXTEEN "Q", "longer than 16" },
		{ "A B", "other than" },
		{ " A", "other than" },
		{ "A ", "other than" },
		{ "A-B", "other than" },
		{ "A\n", "other than" },
		{ "\xc4", "other than" },	/* the kernel's isalnum() takes Latin-1 */
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_problem(pnetid_problem(bad[i].text), &bad[i]);
}

static void letters_become_upper_case(void **state)
{
	char pnetid[SMCD_PNETID_SIZE];

	(void)state;
	pnetid_copy(pnetid, "net1Xz");
	assert_string_equal(pnetid, "NET1XZ");
	pnetid_copy(pnetid, "abcdefghijklmnop");
	assert_string_equal(pnetid, SIXTEEN);
	pnetid_copy(pnetid, "");
	assert_string_equal(pnetid, "");
}

static void interfaces_are_parsed(void **state)
{
	static const char *const good[] = { "eth0", "a", "enp1s0f1np1.100", "br-x_y@", "%d" };
	static const struct bad bad[] = {
		{ "", "is empty" },
		{ "abcdefghijklmnop", "longer than 15" },
		{ "a/b", "no interface can" },
		{ "eth0:1", "no interface can" },
		{ "a b", "no interface can" },
		{ "\x80", "no interface can" },
		{ "\x7f", "no interface can" },
		{ ".", "no interface can" },
		{ "..", "no interface can" },
	};
	struct pnet_entry entry = { .port = 7 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_problem(pnet_parse_interface(bad[i].text, &entry), &bad[i]);
	assert_int_equal(entry.port, 7);
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		assert_null(pnet_parse_interface(good[i], &entry));
		assert_string_equal(entry.name, good[i]);
		assert_int_equal(entry.port, 0);
	}
}

static void devices_are_parsed(void **state)
{
	static const struct {
		const char *text, *name;
		int port;
	} good[] = {
		{ "lo", "lo", 1 },
		{ "lo/1", "lo", 1 },
		{ "mlx5_0/2", "mlx5_0", 2 },
		{ "0000:00:00.0", "0000:00:00.0", 1 },
		{ SIXTY_THREE, SIXTY_THREE, 1 },
		{ SIXTY_THREE "/2", SIXTY_THREE, 2 },
	};
	static const struct bad bad[] = {
		{ "", "is empty" },
		{ "/1", "is empty" },
		{ SIXTY_THREE "P", "longer than 63" },
		{ "a b", "no device can" },
		{ "\xff", "no device can" },
		{ "a/", "port" },
		{ "a/0", "port" },
		{ "a/3", "port" },
		{ "a/10", "port" },
		{ "a/1/1", "port" },
		{ "a/x", "port" },
	};
	struct pnet_entry entry = { .port = 7 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_problem(pnet_parse_device(bad[i].text, &entry), &bad[i]);
	assert_int_equal(entry.port, 7);
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		assert_null(pnet_parse_device(good[i].text, &entry));
		assert_string_equal(entry.name, good[i].name);
		assert_int_equal(entry.port, good[i].port);
	}
}

static void places_are_names_of_a_sort(void **state)
{
	struct pnet_entry eth = { "A", "x", 0 }, ib = { "A", "x", 1 }, ib2 = { "A", "x", 2 };
	struct pnet_entry other = { "B", "x", 1 }, y = { "A", "y", 1 };

	(void)state;
	assert_true(pnet_same_place(&ib, &ib2));
	assert_true(pnet_same_place(&ib, &other));
	assert_false(pnet_same_place(&eth, &ib));
	assert_false(pnet_same_place(&ib, &y));
	assert_true(pnet_equal(&ib, &ib));
	assert_false(pnet_equal(&ib, &ib2));
	assert_false(pnet_equal(&ib, &other));
	assert_false(pnet_equal(&ib, &eth));
	assert_false(pnet_equal(&ib, &y));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_pnetids_pass),
		cmocka_unit_test(bad_pnetids_are_named),
		cmocka_unit_test(letters_become_upper_case),
		cmocka_unit_test(interfaces_are_parsed),
		cmocka_unit_test(devices_are_parsed),
		cmocka_unit_test(places_are_names_of_a_sort),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
