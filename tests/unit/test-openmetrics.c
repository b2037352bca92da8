// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests the text of smcctl metrics: labels whose values have all that is special, counters that one
 * device has and another has not. With an argument, prints it, for a parser.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "openmetrics.h"

static char a[] = "a", odd[] = "odd\\\"\nname\303\244", kind[] = "loopback", none[] = "";
static char up[] = "up", version[] = "1", files[] = "files", problem[] = "x", *problems[] = {
	problem, NULL,
};
static char tx_bytes[] = "tx-bytes", moves[] = "tx-moves", strange[] = "1 strange.name";
static char client[] = "handshakes-client", reason[] = "PEERNOSMC";

static char *make_text(bool have_kernel)
{
	struct counter first[] = { { tx_bytes, UINT64_MAX }, { strange, 1 } };
	struct counter second[] = { { moves, 3 } };
	struct counter kernel[] = { { client, 4 } };
	struct device devices[] = {
		{ .name = a, .kind = kind, .plugin = kind, .state = up, .pnetid = none,
		  .gid = 1, .rank = 1, .priority = 7, .counters = { first, 2 } },
		{ .name = odd, .kind = kind, .plugin = kind, .state = up, .pnetid = none,
		  .counters = { second, 1 } },
	};
	struct fallback fallback = { 0x03010000, 2, 5, reason, none, none };
	struct metrics metrics = {
		.manager = { .version = version, .kernel_release = version, .config_error = none,
			     .policy_state = files, .problems = problems },
		.stats = { .devices = { devices, 2 }, .kernel = { kernel, 1 },
			   .fallbacks = { &fallback, 1 }, .have_kernel = have_kernel },
	};
	FILE *stream;
	size_t size;
	char *text;

	stream = open_memstream(&text, &size);
	assert_non_null(stream);
	openmetrics_write(&metrics, stream);
	assert_int_equal(fclose(stream), 0);
	return text;
}

static void need(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("there is no '%s' in:\n%s", part, text);
}

static void test_text(void **state)
{
	char *text = make_text(true);

	(void)state;
	need(text, "# TYPE smcd_device_tx_bytes counter\n# UNIT smcd_device_tx_bytes bytes\n# HELP ");
	need(text, "\nsmcd_device_tx_bytes_total{device=\"a\"} 18446744073709551615\n#");
	need(text, "\nsmcd_device_tx_moves_total{device=\"odd\\\\\\\"\\nname\303\244\"} 3\n");
	need(text, "# TYPE smcd_device_1_strange_name counter\n# HELP ");
	need(text, "\nsmcd_device_state{device=\"a\",smcd_device_state=\"up\"} 1\n");
	need(text, "\nsmcd_device_state{device=\"a\",smcd_device_state=\"down\"} 0\n");
	need(text, "\nsmcd_policy{smcd_policy=\"files\"} 1\n");
	need(text, "\nsmcd_problems 1\n");
	need(text, "\nsmcd_kernel_handshakes_client_total 4\n");
	need(text, "\nsmcd_fallbacks_total{code=\"0x03010000\",reason=\"PEERNOSMC\",side=\"server\"}"
	     " 5\n");
	assert_string_equal(text + strlen(text) - 7, "\n# EOF\n");
	free(text);
}

static void test_without_kernel(void **state)
{
	char *text = make_text(false);

	(void)state;
	assert_null(strstr(text, "fallbacks"));
	assert_null(strstr(text, "smcd_kernel"));
	assert_string_equal(text + strlen(text) - 7, "\n# EOF\n");
	free(text);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_without_kernel),
	};
	char *text;

	(void)argv;
	if (argc == 1)
		return cmocka_run_group_tests(tests, NULL, NULL);
	text = make_text(true);
	fputs(text, stdout);
	free(text);
	return 0;
}
