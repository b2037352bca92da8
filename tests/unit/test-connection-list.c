// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of smcctl connection list with rows that no good daemon sends, and with too few of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bus-client.h"
#include "exit-status.h"
#include "output.h"
#include "run.h"

#define ROW "connection\t10.0.0.1:1\t10.0.0.2:2\tsmcd\t0x00000000\t\t0x00000000\t\t4711\t0\t" \
	"0x0000000000000001\n"

static FILE *rows;

int __wrap_bus_client_open(sd_bus **ret_bus, struct failure *failure);
int __wrap_bus_client_devices(sd_bus *bus, struct devices *ret_devices, struct failure *failure);
int __wrap_bus_client_connections(sd_bus *bus, FILE **ret_stream, struct failure *failure);

int __wrap_bus_client_open(sd_bus **ret_bus, struct failure *failure)
{
	(void)failure;
	*ret_bus = NULL;
	return 0;
}

int __wrap_bus_client_devices(sd_bus *bus, struct devices *ret_devices, struct failure *failure)
{
	(void)bus, (void)failure;
	ret_devices->list = calloc(2, sizeof(*ret_devices->list));
	assert_non_null(ret_devices->list);
	ret_devices->list[0] = (struct device){ .name = strdup("unready0") };
	ret_devices->list[1] = (struct device){ .name = strdup("loopback0"), .gid = 1 };
	ret_devices->n = 2;
	return 0;
}

int __wrap_bus_client_connections(sd_bus *bus, FILE **ret_stream, struct failure *failure)
{
	(void)bus, (void)failure;
	*ret_stream = rows;
	return 0;
}

/* Has smcctl read @text; what it prints to either stream goes to @output. */
static int list(const char *text, size_t size, enum verb_option_id option, char *output, size_t room)
{
	struct command command = {};
	int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO), status;
	FILE *file = tmpfile();

	command.options[option].text = "";
	rows = tmpfile();
	assert_non_null(rows);
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, rows), size);
	rewind(rows);
	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	dup2(fileno(file), STDERR_FILENO);
	status = run_connection_list(&command);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	rewind(file);
	output[fread(output, 1, room - 1, file)] = '\0';
	fclose(file);
	return status;
}

static void test_good(void **state)
{
	static const char text[] = ROW "end\t1\n";
	char output[1024];

	(void)state;
	assert_int_equal(list(text, sizeof(text) - 1, OPTION_NONE, output, sizeof(output)), EXIT_OK);
	assert_non_null(strstr(output, "10.0.0.1:1 "));
	assert_int_equal(list(text, sizeof(text) - 1, OPTION_JSON, output, sizeof(output)), EXIT_OK);
	assert_non_null(strstr(output, "\"local\": \"10.0.0.1:1\""));
}

static void test_device(void **state)
{
	static const char text[] = ROW
		"connection\t10.0.0.1:3\t10.0.0.2:2\tsmcd\t0x00000000\t\t0x00000000\t\t4711\t0\t"
		"0x0000000000000002\n"
		"connection\t10.0.0.1:4\t10.0.0.2:2\tnone\t0x00000000\t\t0x00000000\t\t4711\t0\t"
		"0x0000000000000000\n" "end\t3\n";
	char output[2048];

	(void)state;
	output_begin(&(struct output_style){ .columns = "local,device" });
	assert_int_equal(list(text, sizeof(text) - 1, OPTION_NONE, output, sizeof(output)), EXIT_OK);
	assert_string_equal(output, "LOCAL                    DEVICE\n"
			    "10.0.0.1:1               loopback0\n"
			    "10.0.0.1:3               -\n10.0.0.1:4               -\n");
	assert_int_equal(output_end(EXIT_OK), EXIT_OK);
	assert_int_equal(list(text, sizeof(text) - 1, OPTION_JSON, output, sizeof(output)), EXIT_OK);
	assert_non_null(strstr(output, "\"device\": \"loopback0\""));
	assert_non_null(strstr(output, "\"device\": null"));
}

static void test_style(void **state)
{
	static const char text[] = ROW "end\t1\n";
	char output[1024];

	(void)state;
	output_begin(&(struct output_style){ .columns = "mode,local", .color = COLOR_ALWAYS });
	assert_int_equal(list(text, sizeof(text) - 1, OPTION_NONE, output, sizeof(output)), EXIT_OK);
	assert_non_null(strstr(output, "\033[32msmcd\033[0m     10.0.0.1:1\n"));
	assert_int_equal(output_end(EXIT_OK), EXIT_OK);
	output_begin(&(struct output_style){ .columns = "mod" });
	assert_int_equal(list(text, sizeof(text) - 1, OPTION_NONE, output, sizeof(output)), EXIT_OK);
	assert_non_null(strstr(output, "there is no column 'mod': choose from LOCAL, PEER, MODE,"));
	assert_null(strstr(output, "10.0.0.1"));
	assert_int_equal(output_end(EXIT_OK), EXIT_USAGE);
}

/* C0, DEL, C1 in UTF-8, what is no UTF-8, and quotes. */
static void test_hostile_bytes(void **state)
{
	static const char text[] =
		"connection\t\x1b]0;x\x07\t\xc2\x9b" "31m\x7f\t\xff\xfe\"\\\t0x00000000\t\t0x00000000\t\t4711\t0\t"
		"0x0000000000000001\n"
		"end\t1\n";
	char output[1024];

	(void)state;
	for (int json = 0; json <= 1; json++) {
		assert_int_equal(list(text, sizeof(text) - 1, json ? OPTION_JSON : OPTION_NONE,
				      output, sizeof(output)),
				 EXIT_OK);
		for (const char *c = output; *c; c++)
			assert_true(*c == '\n' || (*c >= ' ' && *c <= '~'));
	}
	assert_non_null(strstr(output, "\"mode\": \"??\\\"\\\\\""));
}

static void test_bad_rows(void **state)
{
	static const struct {
		const char *text, *words;
	} table[] = {
		{ "", "did not tell them all" },
		{ ROW, "did not tell them all" },
		{ ROW "connecti", "do not understand each other" },
		{ "connection\ta\tb\n", "do not understand each other" },
		{ "\n", "do not understand each other" },
		{ "error\n", "do not understand each other" },
		{ ROW "error\tNo buffer\x1b[2J\n", "reading the connections: No buffer?[2J" },
	};
	char output[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		assert_int_equal(list(table[i].text, strlen(table[i].text), 0, output,
				      sizeof(output)), EXIT_FAILED);
		assert_non_null(strstr(output, table[i].words));
		assert_null(strchr(output, '\x1b'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_device),
		cmocka_unit_test(test_style),
		cmocka_unit_test(test_hostile_bytes),
		cmocka_unit_test(test_bad_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
