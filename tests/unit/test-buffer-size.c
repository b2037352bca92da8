// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the size of buffers that is chosen, by examples and by what must hold of any machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "buffer-size.h"
#include "churn.h"
#include "memory.h"

#define MIB (UINT64_C(1) << 20)
#define K(n) ((n) << 10)
#define ROUNDS 200000

/* A machine of 1 GiB without connections, whose devices copy and tell. */
static const struct buffer_state small = {
	.total = 980 * MIB, .available = 850 * MIB, .limit = UINT64_MAX, .copied = true,
	.told = true,
};

static uint32_t choose(struct buffer_state state)
{
	return buffer_choose(&state, BUFFER_SIZE_CEILING, 0);
}

static void test_examples(void **unused)
{
	struct buffer_state state = small;

	(void)unused;
	assert_int_equal(choose(state), K(512));
	assert_int_equal(buffer_choose(&state, K(256), 0), K(256));
	assert_int_equal(buffer_choose(&state, K(200), 0), K(128));
	assert_int_equal(buffer_choose(&state, K(16), 0), K(16));
	state.told = false;
	assert_int_equal(choose(state), K(128));
	state.copied = false;
	assert_int_equal(choose(state), K(256));
	state.total = state.available = 8192 * MIB;
	assert_int_equal(choose(state), K(512));
	assert_int_equal(buffer_choose(&state, 1 << 20, 0), 1 << 20);

	state = small;
	state.sockets = 160;
	state.used = 96 * MIB;
	assert_int_equal(choose(state), K(64));
	state.used = 500 * MIB;
	assert_int_equal(choose(state), K(64));
	state.sockets = 4000;
	state.available = 300 * MIB;
	assert_int_equal(choose(state), K(16));
	state.sockets = 1000;
	assert_int_equal(choose(state), K(64));

	/* Never less than the kernel's because of a limit of a device: that would be its business. */
	state = small;
	state.limit = MIB;
	assert_int_equal(choose(state), K(64));
	state.limit = 16 * MIB;
	assert_int_equal(choose(state), K(256));
}

/* It goes down at once, and comes up only when there is a quarter to spare. */
static void test_steady(void **unused)
{
	struct buffer_state state = small;

	(void)unused;
	state.used = 58 * MIB;
	assert_int_equal(buffer_choose(&state, BUFFER_SIZE_CEILING, K(512)), K(512));
	assert_int_equal(buffer_choose(&state, BUFFER_SIZE_CEILING, K(256)), K(256));
	state.used = 59 * MIB;
	assert_int_equal(buffer_choose(&state, BUFFER_SIZE_CEILING, K(512)), K(256));
	state.used = 30 * MIB;
	assert_int_equal(buffer_choose(&state, BUFFER_SIZE_CEILING, K(256)), K(512));
}

/*
 * Connections of both ends on this machine come, and it is looked whenever DMBs have grown by a
 * quarter, as devices tell. As many as the kernel's size has room for must fit.
 */
static void test_burst(void **unused)
{
	struct buffer_state state = small;
	uint64_t told = 8 * MIB, dmbs = 0, taken = 0;
	uint32_t size = choose(state), i;

	(void)unused;
	for (i = 0; i < 2000; i++) {
		dmbs += 2 * size;
		taken += 4 * size;
		if (dmbs >= told) {
			told = dmbs + dmbs / 4;
			state.sockets = 2 * (i + 1);
			state.used = taken;
			state.available = small.available - taken;
			size = buffer_choose(&state, BUFFER_SIZE_CEILING, size);
		}
		assert_true(taken < 600 * MIB);
	}
	assert_true(size <= K(64));
}

static uint64_t number(uint64_t below)
{
	return (((uint64_t)rand() << 31) ^ rand()) % below;
}

static struct buffer_state any(void)
{
	uint64_t total = (64 * MIB) << number(12);
	struct buffer_state state = {
		.total = total, .available = number(total), .used = number(total / 2),
		.limit = number(2) ? UINT64_MAX : number(total), .sockets = number(20000),
		.copied = number(2), .told = number(2),
	};

	return state;
}

static void test_properties(void **unused)
{
	(void)unused;
	srand(1);
	for (int i = 0; i < ROUNDS; i++) {
		struct buffer_state state = any(), more, less;
		uint32_t ceiling = BUFFER_SIZE_MIN + number(BUFFER_SIZE_MAX - BUFFER_SIZE_MIN + 1);
		uint32_t present = number(2) ? BUFFER_SIZE_MIN << number(7) : 0;
		uint32_t size = buffer_choose(&state, ceiling, present);

		assert_true(size >= BUFFER_SIZE_MIN && size <= ceiling);
		assert_int_equal(size & (size - 1), 0);
		/* Nothing new, no change. */
		assert_int_equal(buffer_choose(&state, ceiling, size), size);
		more = less = state;
		more.available += number(state.total);
		more.total += number(state.total);
		more.limit += number(UINT64_MAX - more.limit + 1 ?: 1);
		more.used -= number(state.used + 1);
		more.sockets -= number(state.sockets + 1);
		assert_true(buffer_choose(&more, ceiling, present) >= size);
		less.copied = less.told = false;
		more = less;
		more.told = true;
		assert_true(buffer_choose(&more, ceiling, present) >=
			    buffer_choose(&less, ceiling, present));
		more = less;
		more.copied = true;
		assert_true(buffer_choose(&more, ceiling, present) <=
			    buffer_choose(&less, ceiling, present));
		/* Above the kernel's size nothing is taken that is not there. */
		if (size > BUFFER_SIZE_KERNEL)
			assert_true(size * UINT64_C(64) * (state.copied ? 2 : 1) <=
				    state.available / 2);
	}
}

/* Many short connections get little, until there are few, or their data is much. */
static void test_churn(void **unused)
{
	struct churn churn = { 0 };
	uint64_t now = 1;

	(void)unused;
	/* The second time in a row it counts. */
	assert_false(churn_look(&churn, 1000000, 0, now));
	assert_false(churn_look(&churn, 1005000, 0, now += 1000000));
	assert_false(churn_look(&churn, 1005000, 5000ull * K(255), now += 9000000));
	assert_true(churn_look(&churn, 1006000, 6000ull * K(255), now += 10000000));
	assert_true(churn_look(&churn, 1006500, 6000ull * K(255) + 500 * K(511), now += 10000000));
	assert_false(churn_look(&churn, 1007000, 6000ull * K(255) + 1000ull * K(512), now += 10000000));
	assert_false(churn_look(&churn, 1007999, 6000ull * K(255) + 1000ull * K(512), now += 10000000));
	assert_false(churn_look(&churn, 1008999, 6000ull * K(255) + 1000ull * K(512), now += 10000000));
	assert_true(churn_look(&churn, 1009999, 6000ull * K(255) + 1000ull * K(512), now += 10000000));
	assert_false(churn_look(&churn, 1009999, 6000ull * K(255) + 1000ull * K(512), now += 10000000));
	assert_false(churn_look(&churn, 1, 0, now += 10000000));
	assert_false(churn_look(&churn, 1001, 0, now += 10000000));
	assert_true(churn_look(&churn, 2001, 0, now += 10000000));
}

static void test_brief(void **unused)
{
	struct buffer_state state = small;
	char text[BUFFER_TEXT_SIZE];

	(void)unused;
	state.brief = true;
	assert_int_equal(choose(state), K(128));
	assert_int_equal(buffer_choose(&state, K(64), 0), K(64));
	buffer_explain(&state, BUFFER_SIZE_CEILING, K(128), text);
	assert_non_null(strstr(text, "128K, as connections are many and short: "));
	buffer_explain(&state, K(128), K(128), text);
	assert_non_null(strstr(text, "128K, the ceiling: "));
}

static void test_words(void **unused)
{
	struct buffer_state state = small;
	char text[BUFFER_TEXT_SIZE];

	(void)unused;
	buffer_explain(&state, BUFFER_SIZE_CEILING, K(512), text);
	assert_string_equal(text, "512K, the ceiling: 0 sockets use 0M of 122M for buffers, "
			    "850M are available");
	state.sockets = 1;
	state.used = 97 * MIB;
	buffer_explain(&state, BUFFER_SIZE_CEILING, K(64), text);
	assert_string_equal(text, "64K: 1 socket uses 97M of 122M for buffers, 850M are available");
	state.told = false;
	buffer_explain(&state, BUFFER_SIZE_CEILING, K(128), text);
	assert_non_null(strstr(text, "128K, as a device does not tell when connections become "
			       "many: "));
	state.limit = MIB;
	buffer_explain(&state, BUFFER_SIZE_CEILING, K(64), text);
	assert_non_null(strstr(text, "64K, as max-memory of a device is low: "));
	state = small;
	state.sockets = UINT32_MAX;
	state.total = state.available = state.used = UINT64_MAX;
	state.told = false;
	buffer_explain(&state, BUFFER_SIZE_CEILING, K(64), text);
	assert_true(strlen(text) < sizeof(text) - 1);
}

static void test_meminfo(void **unused)
{
	static const char *const bad[] = {
		"", "MemTotal: 1 kB\n", "MemTotal: 1 kB\nMemAvailable: x kB\n",
		"MemTotal: 1 kB\nMemAvailable: 1 MB\n", "MemTotal: -1 kB\nMemAvailable: 1 kB\n",
		"MemTotal: 99999999999999999999 kB\nMemAvailable: 1 kB\n",
		"MemTotal: 18446744073709551615 kB\nMemAvailable: 1 kB\n",
		"MemTotal: 1 kB\nMemAvailable: 1 kB", "xMemTotal: 1 kB\nMemAvailable: 1 kB\n",
	};
	uint64_t total = 0, available = 0;

	(void)unused;
	assert_int_equal(memory_parse("MemTotal:        1004996 kB\nMemFree:  3 kB\n"
				      "MemAvailable:     827392 kB\nBuffers: 1 kB\n",
				      &total, &available), 0);
	assert_int_equal(total, UINT64_C(1004996) << 10);
	assert_int_equal(available, UINT64_C(827392) << 10);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(memory_parse(bad[i], &total, &available), -EBADMSG);
	assert_int_equal(total, UINT64_C(1004996) << 10);
	assert_int_equal(memory_read("", &total, &available), 0);
	assert_true(total >= available && available > 0);
	assert_int_equal(memory_read("/nowhere", &total, &available), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_steady),
		cmocka_unit_test(test_burst),
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_churn),
		cmocka_unit_test(test_brief),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_meminfo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
