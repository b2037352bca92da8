// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests how smcctl prints numbers, tables, JSON, and text that came from elsewhere. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "bus-client.h"
#include "columns.h"
#include "counters.h"
#include "output.h"

static void test_sizes(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} table[] = {
		{ 0, "0B" }, { 1, "1B" }, { 1023, "1023B" }, { 1024, "1.0KiB" }, { 1536, "1.5KiB" },
		{ 1075, "1.0KiB" }, { 1076, "1.1KiB" },
		{ 1024 * 1024 - 1, "1.0MiB" },			/* not 1024.0KiB */
		{ 1023 * 1024 + 972, "1023.9KiB" },
		{ UINT64_C(64) << 20, "64.0MiB" }, { UINT64_C(5) << 29, "2.5GiB" },
		{ UINT64_C(1) << 40, "1.0TiB" }, { UINT64_C(1) << 50, "1.0PiB" },
		{ (UINT64_C(1) << 60) - 1, "1.0EiB" }, { UINT64_C(1) << 63, "8.0EiB" },
		{ UINT64_MAX, "16.0EiB" },
	};
	char text[OUTPUT_NUMBER_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++)
		assert_string_equal(output_size(table[i].bytes, text), table[i].text);
}

static void test_ids(void **state)
{
	char text[OUTPUT_NUMBER_SIZE];

	(void)state;
	assert_string_equal(output_chid(0, text), "0x0000");
	assert_string_equal(output_chid(0xff, text), "0x00ff");
	assert_string_equal(output_chid(0xffff, text), "0xffff");
	assert_string_equal(output_gid(1, text), "0x0000000000000001");
	assert_string_equal(output_gid(UINT64_MAX, text), "0xffffffffffffffff");
}

static void check_escape(const char *text, const char *escaped)
{
	char *result = output_escape(text);

	assert_string_equal(result, escaped);
	free(result);
}

static void test_escape(void **state)
{
	(void)state;
	check_escape("", "");
	check_escape("loopback0", "loopback0");
	check_escape("\033[31m\n\t", "\\x1b[31m\\x0a\\x09");
	check_escape("\177", "\\x7f");
	check_escape("\302\233", "\\xc2\\x9b");		/* U+009B, an escape sequence's start */
	check_escape("\302\240\303\244", "\302\240\303\244");
	check_escape("cut \302", "cut \302");
}

/* What @object prints as, without blanks and line breaks; the caller frees it. */
static char *json_text(struct json_object *object)
{
	char *text, *from, *to;
	FILE *stream;
	size_t size;

	stream = open_memstream(&text, &size);
	assert_non_null(stream);
	output_json_print(object, stream);
	assert_int_equal(fclose(stream), 0);
	assert_int_equal(text[size - 1], '\n');
	for (from = to = text; *from; from++)
		if (*from != ' ' && *from != '\n')
			*to++ = *from;
	*to = '\0';
	return text;
}

static void check_json(struct json_object *object, const char *expected)
{
	char *text = json_text(object);

	assert_string_equal(text, expected);
	free(text);
}

static void test_json_numbers(void **state)
{
	json_cleanup struct json_object *object = output_json_new();

	(void)state;
	output_json_number(object, "zero", 0);
	output_json_number(object, "half", UINT64_C(1) << 63);
	output_json_number(object, "most", UINT64_MAX);
	output_json_bool(object, "yes", true);
	check_json(object, "{\"schema\":1,\"zero\":0,\"half\":9223372036854775808,"
			   "\"most\":18446744073709551615,\"yes\":true}");
}

static void test_json_text(void **state)
{
	json_cleanup struct json_object *object = output_json_new();
	json_cleanup struct json_object *back = NULL;
	const char bad[] = "\"/\\\033\n\177\302\233\303\244";
	char *text;

	(void)state;
	output_json_text(object, "bad", bad);
	text = json_text(object);
	assert_string_equal(text, "{\"schema\":1,\"bad\":\"\\\"/\\\\\\u001b\\n\\u007f\\u009b"
				  "\303\244\"}");
	/* Whoever parses it gets what was put in. */
	back = json_tokener_parse(text);
	free(text);
	assert_string_equal(json_object_get_string(json_object_object_get(back, "bad")), bad);
}

static void test_json_unknown(void **state)
{
	json_cleanup struct json_object *object = output_json_new();

	(void)state;
	output_json_text(object, "none", NULL);
	output_json_text(object, "empty", "");
	output_json_gid(object, "gid0", 0);
	output_json_gid(object, "gid", 0xabc);
	check_json(object, "{\"schema\":1,\"none\":null,\"empty\":null,\"gid0\":null,"
			   "\"gid\":\"0x0000000000000abc\"}");
}

static void test_json_containers(void **state)
{
	json_cleanup struct json_object *object = output_json_new();
	char a[] = "a", b[] = "b", *list[] = { a, b, NULL };
	struct json_object *array;

	(void)state;
	output_json_list(object, "list", list);
	output_json_list(object, "none", NULL);
	output_json_object(object, "object");
	array = output_json_array(object, "array");
	output_json_number(output_json_element(array), "n", 1);
	output_json_element(array);
	check_json(object, "{\"schema\":1,\"list\":[\"a\",\"b\"],\"none\":[],\"object\":{},"
			   "\"array\":[{\"n\":1},{}]}");
}

/* The table of one or no row, as text that the caller frees. */
static char *table_text(bool headings, bool row)
{
	static const struct output_column columns[] = {
		{ "name", false }, { "COUNT", true }, { "LAST", false }
	};
	table_cleanup struct output_table *table = output_table_new(columns, 3, headings);
	FILE *stream;
	size_t size;
	char *text;

	if (row) {
		output_row(table);
		output_text(table, "bad\033\nname");
		output_cell(table, "%d", 7);
		output_text(table, "");
	}
	stream = open_memstream(&text, &size);
	assert_non_null(stream);
	output_table_print(table, stream);
	assert_int_equal(fclose(stream), 0);
	return text;
}

static void test_table(void **state)
{
	char *text;

	(void)state;
	text = table_text(true, true);
	assert_string_equal(text, "NAME            COUNT LAST\nbad\\x1b\\x0aname     7 -\n");
	free(text);
	text = table_text(false, true);
	assert_string_equal(text, "bad\\x1b\\x0aname     7 -\n");
	free(text);
	text = table_text(true, false);
	assert_string_equal(text, "");
	free(text);
}

static void check_choice(const char *choice, const char *expected)
{
	static const struct output_column columns[] = {
		{ "NAME", 0 }, { "peer gid", 0 }, { "REASON", OUTPUT_EXTRA },
	};
	char error[COLUMNS_ERROR_SIZE], heading[COLUMNS_NAME_SIZE], text[256] = "";
	size_t order[3], n, i;

	if (columns_choose(choice, columns, 3, order, &n, error) < 0) {
		assert_string_equal(error, expected);
		return;
	}
	for (i = 0; i < n; i++) {
		strcat(text, columns_heading(&columns[order[i]], heading));
		strcat(text, " ");
	}
	assert_string_equal(text, expected);
}

static void test_columns(void **state)
{
	(void)state;
	check_choice(NULL, "NAME PEER-GID ");
	check_choice("reason,Name", "REASON NAME ");
	check_choice("NAME,NAME", "NAME ");
	check_choice("+REASON", "NAME PEER-GID REASON ");
	check_choice("+peer-gid", "NAME PEER-GID ");
	check_choice("NAM", "there is no column 'NAM': choose from NAME, PEER-GID, REASON");
	check_choice("NAME,", "there is no column '': choose from NAME, PEER-GID, REASON");
	check_choice("", "there is no column '': choose from NAME, PEER-GID, REASON");
	check_choice("+", "there is no column '': choose from NAME, PEER-GID, REASON");
	check_choice("NAME,+REASON", "there is no column '+REASON': choose from NAME, PEER-GID, "
				     "REASON");
}

static void test_chosen(void **state)
{
	char *text;

	(void)state;
	output_begin(&(struct output_style){ .columns = "last,name", .color = COLOR_NEVER });
	text = table_text(true, true);
	assert_string_equal(text, "LAST NAME\n-    bad\\x1b\\x0aname\n");
	free(text);
	assert_int_equal(output_end(EXIT_FAILED), EXIT_FAILED);
	output_begin(&(struct output_style){ .columns = "nothing" });
	text = table_text(true, true);
	assert_string_equal(text, "");
	free(text);
	assert_int_equal(output_end(EXIT_OK), EXIT_USAGE);
	/* What one command wanted is not for the next. */
	output_begin(&(struct output_style){});
	text = table_text(false, true);
	assert_string_equal(text, "bad\\x1b\\x0aname     7 -\n");
	free(text);
	assert_int_equal(output_end(EXIT_OK), EXIT_OK);
}

static void test_counters(void **state)
{
	counters_cleanup struct counters totals = {}, one = {};

	(void)state;
	assert_null(counters_find(&totals, "tx-bytes"));
	assert_int_equal(counters_add(&one, "tx-bytes", UINT64_MAX - 1), 0);
	assert_int_equal(counters_add(&one, "rx-bytes", 3), 0);
	assert_int_equal(counters_sum(&totals, &one), 0);
	assert_true(*counters_find(&totals, "tx-bytes") == UINT64_MAX - 1);
	assert_int_equal(counters_sum(&totals, &one), 0);
	assert_true(*counters_find(&totals, "tx-bytes") == UINT64_MAX);
	assert_true(*counters_find(&totals, "rx-bytes") == 6);
	assert_int_equal(totals.n, 2);
	assert_string_equal(totals.list[0].name, "tx-bytes");
}

static void test_failures(void **state)
{
	static const struct {
		const char *name;
		enum exit_status status;
		const char *text;
	} table[] = {
		{ SD_BUS_ERROR_SERVICE_UNKNOWN, EXIT_NOT_RUNNING,
		  "smcd is not running: systemctl start smcd" },
		{ SD_BUS_ERROR_NAME_HAS_NO_OWNER, EXIT_NOT_RUNNING,
		  "smcd is not running: systemctl start smcd" },
		{ "org.freedesktop.DBus.Error.Spawn.Failed", EXIT_NOT_RUNNING,
		  "smcd is not running: systemctl start smcd" },
		{ SD_BUS_ERROR_ACCESS_DENIED, EXIT_PERMISSION,
		  "doing needs root: run with sudo (words)" },
		{ SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED, EXIT_PERMISSION,
		  "doing needs root: run with sudo (words)" },
		{ "org.smcd1.Error.NoSuchDevice", EXIT_NO_DEVICE, "words" },
		{ "org.smcd1.Error.InvalidConfig", EXIT_FAILED, "words" },
		{ "org.smcd1.Error.Busy", EXIT_FAILED, "doing: words" },
		{ SD_BUS_ERROR_NO_REPLY, EXIT_FAILED,
		  "doing: smcd did not answer (words): see journalctl -u smcd" },
	};
	struct failure failure;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		sd_bus_error error = SD_BUS_ERROR_MAKE_CONST(table[i].name, "words");

		failure_from_bus(&failure, -EIO, &error, "doing");
		assert_int_equal(failure.status, table[i].status);
		assert_string_equal(failure.text, table[i].text);
		assert_int_equal(failure.located,
				 !strcmp(table[i].name, "org.smcd1.Error.InvalidConfig"));
	}
	failure_from_bus(&failure, -ECONNRESET, &(sd_bus_error){}, "doing");
	assert_int_equal(failure.status, EXIT_FAILED);
	assert_string_equal(failure.text, "doing: Connection reset by peer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_json_numbers),
		cmocka_unit_test(test_json_text),
		cmocka_unit_test(test_json_unknown),
		cmocka_unit_test(test_json_containers),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_chosen),
		cmocka_unit_test(test_counters),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
