// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests how smcctl takes a baseline from counters, and what is no baseline. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "baseline.h"
#include "output.h"
#include "rates.h"
#include "temporary.h"

/* Counts of two devices, of the kernel, and of two reasons. */
struct sample {
	struct devices devices;
	struct counters kernel;
	struct fallbacks fallbacks;
	struct baseline_counts counts;
};

static void add_fallback(struct fallbacks *fallbacks, uint32_t code, uint64_t client,
			 uint64_t server)
{
	fallbacks->list = reallocarray(fallbacks->list, fallbacks->n + 1, sizeof(*fallbacks->list));
	assert_non_null(fallbacks->list);
	fallbacks->list[fallbacks->n++] = (struct fallback){
		code, client, server, strdup("NAME"), strdup("meaning"), strdup("cure"),
	};
}

static void make(struct sample *sample, uint64_t bytes, uint64_t gid, uint64_t kernel,
		 uint64_t fallback)
{
	*sample = (struct sample){};
	sample->devices.list = calloc(2, sizeof(struct device));
	assert_non_null(sample->devices.list);
	sample->devices.n = 2;
	sample->devices.list[0].name = strdup("a");
	sample->devices.list[0].gid = 1;
	sample->devices.list[1].name = strdup("b");
	sample->devices.list[1].gid = gid;
	assert_int_equal(counters_add(&sample->devices.list[0].counters, "tx-bytes", bytes), 0);
	assert_int_equal(counters_add(&sample->devices.list[1].counters, "tx-bytes", bytes), 0);
	assert_int_equal(counters_add(&sample->kernel, "client", kernel), 0);
	add_fallback(&sample->fallbacks, 0x03010000, fallback, 0);
	add_fallback(&sample->fallbacks, 0x05000000, 7, 7);
	sample->counts = (struct baseline_counts){ &sample->devices, &sample->kernel,
						   &sample->fallbacks };
}

static void clear(struct sample *sample)
{
	devices_clear(&sample->devices);
	counters_clear(&sample->kernel);
	fallbacks_clear(&sample->fallbacks);
}

static uint64_t bytes(const struct sample *sample, size_t device)
{
	return *counters_find(&sample->devices.list[device].counters, "tx-bytes");
}

static void test_subtract(void **state)
{
	json_cleanup struct json_object *baseline = NULL;
	struct sample before, now;

	(void)state;
	make(&before, UINT64_MAX - 5, 2, 10, 65530);
	baseline = baseline_new(&before.counts);
	make(&now, UINT64_MAX, 2, 14, 4);
	baseline_subtract(baseline, &now.counts);
	assert_int_equal(bytes(&now, 0), 5);
	assert_int_equal(bytes(&now, 1), 5);
	assert_int_equal(now.kernel.list[0].value, 4);
	/* The kernel's counter has gone through 65536; the other reason is as it was. */
	assert_int_equal(now.fallbacks.n, 1);
	assert_int_equal(now.fallbacks.list[0].client, 10);
	clear(&before);
	clear(&now);
}

static void test_anew(void **state)
{
	json_cleanup struct json_object *baseline = NULL;
	struct sample before, now;

	(void)state;
	make(&before, 100, 2, 10, 5);
	baseline = baseline_new(&before.counts);
	/* One device was made anew, and has moved more since than it had before. */
	make(&now, 150, 3, 9, 4);
	baseline_subtract(baseline, &now.counts);
	assert_int_equal(bytes(&now, 0), 50);
	assert_int_equal(bytes(&now, 1), 150);
	/* So was the kernel's module. */
	assert_int_equal(now.kernel.list[0].value, 9);
	assert_int_equal(now.fallbacks.n, 2);
	assert_int_equal(now.fallbacks.list[0].client, 4);
	clear(&now);
	make(&now, 99, 2, 10, 5);
	baseline_subtract(baseline, &now.counts);
	assert_int_equal(bytes(&now, 0), 99);
	assert_int_equal(now.fallbacks.n, 0);
	clear(&before);
	clear(&now);
}

static void test_file(void **state)
{
	json_cleanup struct json_object *baseline = NULL, *again = NULL;
	struct failure failure;
	struct sample sample;
	char *path;

	(void)state;
	make(&sample, 1, 2, 3, 4);
	setenv("XDG_STATE_HOME", in_temporary("state"), 1);
	assert_null(baseline_read());
	baseline = baseline_new(&sample.counts);
	path = baseline_path(&failure);
	assert_string_equal(path, in_temporary("state/smcctl/baseline.json"));
	assert_int_equal(baseline_write(baseline, path, &failure), 0);
	again = baseline_read();
	assert_non_null(again);
	assert_string_equal(baseline_time(again), baseline_time(baseline));
	baseline_subtract(again, &sample.counts);
	assert_int_equal(bytes(&sample, 0), 0);
	assert_int_equal(truncate(path, 20), 0);
	assert_null(baseline_read());
	free(path);
	unsetenv("XDG_STATE_HOME");
	setenv("HOME", "/home/x", 1);
	path = baseline_path(&failure);
	assert_string_equal(path, "/home/x/.local/state/smcctl/baseline.json");
	free(path);
	unsetenv("HOME");
	assert_null(baseline_path(&failure));
	clear(&sample);
}

#define GOOD(boot, devices, fallback) \
	"{\"schema\":1,\"boot_id\":\"" boot "\",\"time\":\"x\",\"devices\":" devices \
	",\"kernel\":{},\"fallback\":" fallback "}"

static void test_parse(void **state)
{
	static const struct {
		const char *text;
		bool good, problem;
	} table[] = {
		{ GOOD("me", "[]", "[]"), true, false },
		{ GOOD("me", "[{}]", "[{\"code\":\"x\"}]"), true, false },
		{ GOOD("other", "[]", "[]"), false, false },
		{ GOOD("me", "[1]", "[]"), false, true },
		{ GOOD("me", "{}", "[]"), false, true },
		{ GOOD("me", "[]", "[[]]"), false, true },
		{ "{\"schema\":2}", false, true }, { "[]", false, true }, { "", false, true },
		{ "{", false, true }, { "null", false, true },
	};
	struct json_object *baseline;
	struct sample sample;
	const char *problem;
	size_t i;

	(void)state;
	make(&sample, 1, 2, 3, 4);
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		baseline = baseline_parse(table[i].text, strlen(table[i].text), "me", &problem);
		assert_int_equal(baseline != NULL, table[i].good);
		assert_int_equal(problem != NULL, table[i].problem);
		if (baseline)
			baseline_subtract(baseline, &sample.counts);
		json_object_put(baseline);
	}
	assert_int_equal(bytes(&sample, 1), 1);
	clear(&sample);
}

static void test_rates(void **state)
{
	const uint64_t none = 0, some = 1000, most = UINT64_MAX;

	(void)state;
	assert_int_equal(rate_per_second(&none, &some, 1000000), 1000);
	assert_int_equal(rate_per_second(&none, &some, 3000000), 333);
	assert_int_equal(rate_per_second(&some, &some, 1), 0);
	assert_true(rate_per_second(&none, &most, 1) == RATE_UNKNOWN - 1);
	assert_true(rate_per_second(&some, &none, 1) == RATE_UNKNOWN);
	assert_true(rate_per_second(&none, &some, 0) == RATE_UNKNOWN);
	assert_true(rate_per_second(NULL, &some, 1) == RATE_UNKNOWN);
	assert_true(rate_per_second(&some, NULL, 1) == RATE_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_subtract),
		cmocka_unit_test(test_anew),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_rates),
	};

	return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}
