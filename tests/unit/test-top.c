// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests what "smcctl top" works out and how it lays that out, without a terminal: screens of
 * several sizes are as the files layout-WIDTHxHEIGHT.txt of tests/unit/screens have them.
 */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "device.h"
#include "rates.h"
#include "top.h"

#define SECOND UINT64_C(1000000)

static void test_rate(void **state)
{
	static const struct {
		uint64_t before, now, usec, rate;
	} table[] = {
		{ 0, 0, 1, 0 },
		{ 100, 300, 2 * SECOND, 100 },
		{ 0, 1, 3 * SECOND, 0 },
		{ 5, 4, SECOND, RATE_UNKNOWN },		/* it was reset */
		{ 0, 1, 0, RATE_UNKNOWN },
		{ 0, UINT64_MAX, SECOND, RATE_UNKNOWN - 1 },
		{ 0, UINT64_MAX, 1, RATE_UNKNOWN - 1 },
		{ UINT64_MAX - 10, UINT64_MAX, SECOND, 10 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++)
		assert_int_equal(rate_per_second(&table[i].before, &table[i].now, table[i].usec),
				 table[i].rate);
	assert_int_equal(rate_per_second(NULL, &table[0].now, SECOND), RATE_UNKNOWN);
	assert_int_equal(rate_per_second(&table[0].now, NULL, SECOND), RATE_UNKNOWN);
}

static void add_device(struct devices *devices, const char *name, const char *kind,
		       const char *device_state, uint32_t rank, uint64_t tx, uint64_t rx)
{
	struct device *device;

	devices->list = reallocarray(devices->list, devices->n + 1, sizeof(*devices->list));
	assert_non_null(devices->list);
	device = &devices->list[devices->n++];
	*device = (struct device){
		.path = strdup("/"), .name = strdup(name), .kind = strdup(kind),
		.plugin = strdup(""), .reason = strdup(rank ? "" : "taken down by smcctl"),
		.state = strdup(device_state), .drain = strdup("none"), .pnetid = strdup(""),
		.function_id = strdup(""), .rank = rank, .priority = rank ? 300 / rank : 0,
		.connections = rank * 10,
	};
	if (tx == UINT64_MAX)
		return;
	assert_int_equal(counters_add(&device->counters, COUNTER_TX_BYTES, tx), 0);
	assert_int_equal(counters_add(&device->counters, COUNTER_RX_BYTES, rx), 0);
}

static void test_devices(void **state)
{
	top_cleanup struct top top = {};
	struct devices devices = {};

	(void)state;
	add_device(&devices, "a", "loopback", "up", 1, 1000, 2000);
	assert_int_equal(top_take_devices(&top, &devices, 5 * SECOND), 0);
	assert_int_equal(devices.n, 0);
	assert_int_equal(top.rates[0].tx, RATE_UNKNOWN);

	/* In another order, with one that is new, and one that does not tell */
	add_device(&devices, "b", "loopback", "up", 1, 7, 7);
	add_device(&devices, "a", "loopback", "up", 2, 4000, 3000);
	add_device(&devices, "c", "loopback", "up", 3, UINT64_MAX, 0);
	assert_int_equal(top_take_devices(&top, &devices, 7 * SECOND), 0);
	assert_int_equal(top.rates[0].tx, RATE_UNKNOWN);
	assert_int_equal(top.rates[1].tx, 1500);
	assert_int_equal(top.rates[1].rx, 500);
	assert_int_equal(top.rates[2].rx, RATE_UNKNOWN);

	/* Made anew: its counters begin again. */
	add_device(&devices, "a", "loopback", "up", 1, 10, 3500);
	assert_int_equal(top_take_devices(&top, &devices, 8 * SECOND), 0);
	assert_int_equal(top.rates[0].tx, RATE_UNKNOWN);
	assert_int_equal(top.rates[0].rx, 500);

	/* Made anew, but its counters are higher already. */
	add_device(&devices, "a", "loopback", "up", 1, 20, 3600);
	devices.list[0].gid = 2;
	assert_int_equal(top_take_devices(&top, &devices, 9 * SECOND), 0);
	assert_int_equal(top.rates[0].rx, RATE_UNKNOWN);

	top_forget(&top);
	add_device(&devices, "a", "loopback", "up", 1, 20, 3600);
	assert_int_equal(top_take_devices(&top, &devices, 10 * SECOND), 0);
	assert_int_equal(top.rates[0].tx, RATE_UNKNOWN);
}

static void add_fallback(struct fallbacks *fallbacks, uint32_t code, const char *name,
			 uint64_t client, uint64_t server)
{
	fallbacks->list = reallocarray(fallbacks->list, fallbacks->n + 1,
				       sizeof(*fallbacks->list));
	assert_non_null(fallbacks->list);
	fallbacks->list[fallbacks->n++] = (struct fallback){
		code, client, server, strdup(name),
		strdup("what it means, in more words than a small terminal has room for"),
		strdup("what is likely to help, in words enough to fill a wide one"),
	};
}

static void test_fallbacks(void **state)
{
	top_cleanup struct top top = {};
	struct fallbacks fallbacks = {};

	(void)state;
	add_fallback(&fallbacks, 0x03010000, "PEERNOSMC", 65530, 2);
	assert_int_equal(top_take_fallbacks(&top, &fallbacks), 0);
	assert_int_equal(top.counts[0].new, 0);
	/* The kernel's counters have gone on from 0; and a reason that is new is new altogether. */
	add_fallback(&fallbacks, 0x05000000, "PEERDECL", 3, 4);
	add_fallback(&fallbacks, 0x03010000, "PEERNOSMC", 4, 3);
	assert_int_equal(top_take_fallbacks(&top, &fallbacks), 0);
	assert_int_equal(top.counts[0].new, 7);
	assert_int_equal(top.counts[1].new, 11);
	add_fallback(&fallbacks, 0x03010000, "PEERNOSMC", 5, 3);
	assert_int_equal(top_take_fallbacks(&top, &fallbacks), 0);
	assert_int_equal(top.counts[0].new, 12);
}

static int add_row(struct top_connections *connections, struct failure *failure,
		   const char *format, ...) __attribute__((format(printf, 3, 4)));

static int add_row(struct top_connections *connections, struct failure *failure,
		   const char *format, ...)
{
	char row[256];
	va_list args;

	va_start(args, format);
	vsnprintf(row, sizeof(row), format, args);
	va_end(args);
	return top_add_connection(connections, row, failure);
}

#define NO_CODES "0x00000000\t\t0x00000000\t\t0\t0\t0x0000000000000000"

static void add_connections(struct top_connections *connections, int n)
{
	struct failure failure = {};
	int i;

	for (i = 0; i < n; i++)
		assert_int_equal(add_row(connections, &failure, "connection\t10.0.0.1:%d\t"
					 "10.0.0.2:443\tsmcd\t0x00000000\t\t0x00000000\t\t"
					 "%d\t0\t0x0000000000001001", 50000 + i, 4711 + i), 0);
	assert_int_equal(add_row(connections, &failure, "connection\t[2001:db8::1234:5678:9abc]:1\t"
				 "[2001:db8::2]:22\tfallback\t0x05000000\tPEERDECL\t0x03010000\t"
				 "NOSMCDEV\t0\t0\t0x0000000000000000"), 0);
	assert_int_equal(add_row(connections, &failure, "connection\t10.0.0.1:7\t10.0.0.2:80\t"
				 "fallback\t0x0badc0de\tUNKNOWN\t0x00000000\t\t0\t0\t"
				 "0x0000000000000000"), 0);
}

static void test_connections(void **state)
{
	top_connections_cleanup struct top_connections connections = {};
	struct failure failure = {};
	int i;

	(void)state;
	add_connections(&connections, 3);
	assert_int_equal(connections.n, 5);
	assert_int_equal(connections.smcd, 3);
	assert_int_equal(connections.fallback, 2);
	assert_string_equal(connections.list[0].local, "10.0.0.1:50000");
	assert_string_equal(connections.list[0].via, "SMC-D");
	assert_int_equal(connections.list[0].gid, 0x1001);
	assert_int_equal(connections.list[1].inode, 4712);
	assert_string_equal(connections.list[3].via, "TCP: PEERDECL (peer: NOSMCDEV)");
	assert_string_equal(connections.list[4].via, "TCP: 0x0badc0de");
	assert_int_equal(add_row(&connections, &failure, "end\t5"), 1);
	assert_int_equal(add_row(&connections, &failure, "error\tno luck\a"), -EBADMSG);
	assert_string_equal(failure.text, "reading the connections: no luck?");
	assert_int_equal(add_row(&connections, &failure, "connection\ta\tb"), -EBADMSG);
	assert_int_equal(add_row(&connections, &failure, "%s", ""), -EBADMSG);
	assert_int_equal(add_row(&connections, &failure, "connection\ta\033b\tc\tnone\t" NO_CODES), 0);
	assert_string_equal(connections.list[5].local, "a?b");
	assert_string_equal(connections.list[5].via, "-");
	assert_int_equal(connections.other, 1);

	/* What is too much for a list is counted all the same. */
	for (i = 0; i < TOP_CONNECTIONS_MAX; i++)
		assert_int_equal(add_row(&connections, &failure, "connection\ta\tb\tsmcr\t"
					 NO_CODES), 0);
	assert_int_equal(connections.n, TOP_CONNECTIONS_MAX);
	assert_int_equal(connections.smcr, TOP_CONNECTIONS_MAX);
}

static void test_processes(void **state)
{
	top_connections_cleanup struct top_connections connections = {};
	struct processes *processes;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char expected[TOP_PROCESS_SIZE];
	struct stat st;

	(void)state;
	add_connections(&connections, 2);
	assert_return_code(fstat(fd, &st), errno);
	connections.list[1].inode = st.st_ino;
	connections.list[0].inode = 0;
	assert_int_equal(processes_scan("/proc", getpid(), &processes), 0);
	top_name_processes(&connections, processes);
	processes_free(processes);
	close(fd);
	snprintf(expected, sizeof(expected), "test-top[%d]", (int)getpid());
	assert_string_equal(connections.list[0].process, "");
	assert_string_equal(connections.list[1].process, expected);
}

/* Three devices, of which two move something, many connections, two reasons */
static void make_world(struct top *top)
{
	struct devices devices = {};
	struct fallbacks fallbacks = {};
	struct top_connections connections = {};
	uint64_t second;
	size_t i;

	strcpy(top->host, "host");
	strcpy(top->clock, "12:34:56");
	top->interval = 2;
	for (second = 0; second <= 2; second += 2) {
		add_device(&devices, "ism0", "ism-emu", "up", 1, 1000 + second * 1500000, 5000);
		add_device(&devices, "loopback0", "loopback", "up", 2, 900, second * 2048);
		add_device(&devices, "a-name-of-32-characters-is-a-lot", "ism", "down", 0,
			   UINT64_MAX, 0);
		devices.list[0].gid = 0x1001;
		assert_int_equal(top_take_devices(top, &devices, 1 + second * SECOND), 0);
		add_fallback(&fallbacks, 0x05000000, "PEERDECL", 10 + second, 0);
		add_fallback(&fallbacks, 0x0badc0de, "UNKNOWN", 0, 3);
		assert_int_equal(top_take_fallbacks(top, &fallbacks), 0);
	}
	add_connections(&connections, 30);
	for (i = 0; i < 30; i++)
		sprintf(connections.list[i].process, "nginx[%zu]", 1000 + i % 4);
	top_take_connections(top, &connections);
}

static void lay_out(const struct top *top, struct top_view *view, unsigned int width,
		    unsigned int height, char *text, size_t size)
{
	canvas_cleanup struct canvas canvas = {};
	unsigned int i;
	size_t used = 0;

	assert_int_equal(canvas_init(&canvas, width, height), 0);
	assert_int_equal(top_layout(top, view, &canvas), 0);
	assert_true(canvas.used <= height);
	text[0] = '\0';
	for (i = 0; i < canvas.used; i++) {
		assert_true(strlen(canvas_line(&canvas, i)) <= width);
		used += snprintf(text + used, size - used, "%s\n", canvas_line(&canvas, i));
		assert_true(used < size);
	}
}

/* SCREENS_KEEP in the environment writes the files anew: look at the difference then. */
static void compare(const char *name, const char *text)
{
	const char *source = getenv("srcdir");
	char path[512], expected[65536];
	FILE *file;

	snprintf(path, sizeof(path), "%s/tests/unit/screens/%s.txt", source ?: ".", name);
	file = fopen(path, getenv("SCREENS_KEEP") ? "we" : "re");
	if (!file)
		fail_msg("%s: %s", path, strerror(errno));
	if (getenv("SCREENS_KEEP")) {
		fputs(text, file);
	} else {
		expected[fread(expected, 1, sizeof(expected) - 1, file)] = '\0';
		assert_string_equal(text, expected);
	}
	fclose(file);
}

static void test_layout(void **state)
{
	static const struct {
		unsigned int width, height;
	} sizes[] = { { 80, 24 }, { 200, 60 }, { 40, 10 }, { 1, 1 } };
	top_cleanup struct top top = {};
	char text[65536], name[32];
	size_t i;

	(void)state;
	make_world(&top);
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct top_view view = {};

		lay_out(&top, &view, sizes[i].width, sizes[i].height, text, sizeof(text));
		snprintf(name, sizeof(name), "layout-%ux%u", sizes[i].width, sizes[i].height);
		compare(name, text);
	}
}

/* Whatever the size: nothing is beyond it, and what is shown is the same the next time. */
static void test_sizes(void **state)
{
	static char text[1 << 20], again[1 << 20];
	top_cleanup struct top top = {}, empty = {};
	unsigned int width, height;

	(void)state;
	make_world(&top);
	for (width = 0; width < 220; width += width < 12 ? 1 : 13)
		for (height = 0; height < 70; height += height < 26 ? 1 : 11) {
			struct top_view view = { .help = (width + height) % 5 == 0 };

			lay_out(&empty, &view, width ?: 1, height ?: 1, text, sizeof(text));
			lay_out(&top, &view, width ?: 1, height ?: 1, text, sizeof(text));
			lay_out(&top, &view, width ?: 1, height ?: 1, again, sizeof(again));
			assert_string_equal(text, again);
		}
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in:\n%s", part, text);
}

static void has_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("'%s' in:\n%s", part, text);
}

static void press(struct top_view *view, enum top_key key, int times)
{
	while (times--)
		top_view_key(view, key);
}

static void test_keys(void **state)
{
	top_cleanup struct top top = {};
	struct top_view view = {};
	char text[65536];

	(void)state;
	make_world(&top);
	lay_out(&top, &view, 80, 24, text, sizeof(text));
	has(text, "> Devices 3");
	press(&view, TOP_KEY_NEXT, 1);
	lay_out(&top, &view, 80, 24, text, sizeof(text));
	has(text, "> Connections 1-");
	has(text, "50000");

	press(&view, TOP_KEY_PAGE_DOWN, 1);
	press(&view, TOP_KEY_DOWN, 1);
	lay_out(&top, &view, 80, 24, text, sizeof(text));
	has_not(text, "50000");
	press(&view, TOP_KEY_UP, 1);
	press(&view, TOP_KEY_PAGE_UP, 3);
	lay_out(&top, &view, 80, 24, text, sizeof(text));
	has(text, "> Connections 1-");
	press(&view, TOP_KEY_END, 1);
	lay_out(&top, &view, 80, 24, text, sizeof(text));
	has(text, "-32 of 32");
	press(&view, TOP_KEY_DOWN, 5);
	lay_out(&top, &view, 80, 24, text, sizeof(text));
	has(text, "-32 of 32");
	press(&view, TOP_KEY_HOME, 1);
	press(&view, TOP_KEY_SORT, 3);
	press(&view, TOP_KEY_REVERSE, 1);
	lay_out(&top, &view, 80, 24, text, sizeof(text));
	has(text, "by CARRIED BY, reversed");
	has(text, "TCP: PEERDECL (peer: NO");
	press(&view, TOP_KEY_SORT, 1);
	lay_out(&top, &view, 80, 24, text, sizeof(text));
	has(text, "by PROCESS, reversed");

	press(&view, TOP_KEY_PREVIOUS, 2);
	lay_out(&top, &view, 80, 24, text, sizeof(text));
	has(text, "> Fallbacks to TCP 2");
	press(&view, TOP_KEY_HELP, 1);
	lay_out(&top, &view, 80, 24, text, sizeof(text));
	has(text, "any key: back");
	press(&view, TOP_KEY_NEXT, 1);
	lay_out(&top, &view, 80, 24, text, sizeof(text));
	has(text, "> Fallbacks to TCP 2");
}

/* By each column: ranks and rates, known and not. */
static void test_sort(void **state)
{
	static const char *const first[] = {
		"1", "a-name-of-32", "ism ", "down", "300", "20", "1.4MiB", "2.0KiB", "2.9MiB", "4.9KiB",
	};
	top_cleanup struct top top = {};
	size_t order[3];
	struct grid_cell cell;
	struct grid grid;
	unsigned int i;

	(void)state;
	make_world(&top);
	grid = top_grid(&top, TOP_DEVICES);
	for (i = 0; i < sizeof(first) / sizeof(*first); i++) {
		assert_int_equal(grid_sort(&grid, i, false, order), 0);
		cell = (struct grid_cell){};
		grid.cell(grid.data, order[0], i, &cell);
		strcat(cell.text, " ");
		assert_true(!strncmp(cell.text, first[i], strlen(first[i])));
	}
	/* No rank, and no rate, are last. */
	assert_int_equal(grid_sort(&grid, 0, false, order), 0);
	assert_int_equal(order[2], 2);
	assert_int_equal(grid_sort(&grid, 6, false, order), 0);
	assert_int_equal(order[2], 2);
}

static void test_notices(void **state)
{
	top_cleanup struct top top = {};
	struct top_view view = {};
	char text[65536];

	(void)state;
	strcpy(top.notice, "smcd is not running\033[31m");
	strcpy(top.errors[TOP_CONNECTIONS], "no SMC");
	lay_out(&top, &view, 80, 24, text, sizeof(text));
	has(text, "\nsmcd is not running?[31m\n");
	has(text, "  Connections: no SMC\n");
	has(text, "tx -/s  rx -/s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_fallbacks),
		cmocka_unit_test(test_connections),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_notices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
