// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests the line that the server of smcctl doctor ends with: printed, read again, and malformed. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "probe-message.h"

/* Reads a copy that ends where the line does. */
static int parse(const char *line, size_t size, struct probe_view *ret_view)
{
	char *copy = malloc(size ? size : 1);
	int r;

	assert_non_null(copy);
	memcpy(copy, line, size);
	r = probe_line_parse(copy, size, ret_view);
	free(copy);
	return r;
}

static void check_round(const struct probe_view *view)
{
	char line[PROBE_LINE_SIZE];
	size_t size = probe_line_print(view, line);
	struct probe_view again;

	assert_int_equal(line[size - 1], '\n');
	assert_int_equal(parse(line, size - 1, &again), 0);
	assert_int_equal(again.diag, view->diag);
	assert_int_equal(again.mode, view->mode);
	assert_int_equal(again.reason, view->reason);
	assert_int_equal(again.peer_diagnosis, view->peer_diagnosis);
	assert_true(again.gid == view->gid);
	assert_string_equal(again.device, view->device);
	assert_string_equal(again.kernel, view->kernel);
}

static void test_round(void **state)
{
	struct probe_view view = {
		.mode = SMC_MODE_SMCD, .gid = UINT64_MAX, .device = "loopback0",
		.kernel = "6.1.0-56-amd64",
	};
	enum smc_mode mode;

	(void)state;
	for (mode = SMC_MODE_NONE; mode <= SMC_MODE_FALLBACK; mode++) {
		view.mode = mode;
		check_round(&view);
	}
	view.reason = 0x05000000;
	view.peer_diagnosis = 0x03030008;
	check_round(&view);
	/* As long as it gets */
	memset(view.device, 'd', sizeof(view.device) - 1);
	memset(view.kernel, 'k', sizeof(view.kernel) - 1);
	check_round(&view);
	check_round(&(struct probe_view){ .diag = PROBE_DIAG_NONE });
	check_round(&(struct probe_view){ .diag = PROBE_DIAG_NO_SMC });
}

static void test_good(void **state)
{
	static const char line[] = "news=later mode=fallback reason=0x1 gid=0xabc";
	struct probe_view view;

	(void)state;
	assert_int_equal(parse(line, strlen(line), &view), 0);
	assert_int_equal(view.mode, SMC_MODE_FALLBACK);
	assert_int_equal(view.reason, 1);
	assert_true(view.gid == 0xabc);
	assert_string_equal(view.device, "");
}

static void test_bad(void **state)
{
	static const char *const lines[] = {
		"", " ", "mode", "mode=", "mode=smc", "reason=0x1", "mode=smcd  gid=0x1",
		"mode=smcd reason=1", "mode=smcd reason=0x", "mode=smcd reason=0x123456789",
		"mode=smcd reason=0x-1", "mode=smcd gid=0x12345678901234567", "mode=smcd gid=0xAB",
		"mode=smcd device=12345678901234567890123456789012",
		"mode=smcd kernel=12345678901234567890123456789012345678901234567890123456789012345",
		"mode=smcd\r", "mode=smcd device=\x1b[31m", "mode=smcd device=\xc3\xa4",
		"SSH-2.0-OpenSSH_9.2",
	};
	char *longest = malloc(PROBE_LINE_SIZE);
	struct probe_view view;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_int_equal(parse(lines[i], strlen(lines[i]), &view), -EBADMSG);
	assert_int_equal(parse("mode=smcd\0", 10, &view), -EBADMSG);
	assert_non_null(longest);
	memset(longest, 'x', PROBE_LINE_SIZE);
	memcpy(longest, "mode=smcd x=", 12);
	assert_int_equal(parse(longest, PROBE_LINE_SIZE, &view), -EBADMSG);
	assert_int_equal(parse(longest, PROBE_LINE_SIZE - 1, &view), 0);
	free(longest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
