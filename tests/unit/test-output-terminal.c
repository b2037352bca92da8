// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests colours and the pager of smcctl on a terminal of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pty.h>
#include <sys/wait.h>
#include "output.h"
#include "temporary.h"

#define PLAIN "NAME STATE\r\nx    up\r\ny    down\r\n"
#define SCREEN_LINES 10

/* What the process in the terminal does. */
struct scene {
	const char *variables[4];	/* NAME=VALUE, NULL ends them */
	struct output_style style;
	bool user;			/* not root */
};

static void print_table(void)
{
	static const struct output_column columns[] = { { "NAME", 0 }, { "STATE", OUTPUT_STATE } };
	table_cleanup struct output_table *table = output_table_new(columns, 2, true);

	output_text_row(table, "x", "up");
	output_text_row(table, "y", "down");
	output_table_print(table, stdout);
}

/* In the child: does not return. */
static void play(const struct scene *scene)
{
	const char *const *variable;

	clearenv();
	setenv("TERM", "xterm", 1);
	setenv("PATH", in_temporary("bin"), 1);
	setenv("XDG_CONFIG_HOME", in_temporary("config"), 1);
	for (variable = scene->variables; *variable; variable++)
		putenv((char *)*variable);
	if (scene->user && geteuid() == 0 && setuid(65534) < 0)
		_exit(77);
	output_begin(&scene->style);
	print_table();
	fflush(stdout);
	_exit(output_end(0));
}

/* Fills @ret with what the terminal got; returns the exit status. */
static int watch(const struct scene *scene, char ret[1024])
{
	struct winsize size = { .ws_row = SCREEN_LINES, .ws_col = 80 };
	int terminal, status;
	size_t length = 0;
	ssize_t n;
	pid_t pid;

	fflush(stdout);
	pid = forkpty(&terminal, NULL, NULL, &size);
	assert_true(pid >= 0);
	if (!pid)
		play(scene);
	/* EIO when the other side is closed */
	while (length < 1023 && (n = read(terminal, ret + length, 1023 - length)) > 0)
		length += n;
	ret[length] = '\0';
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(terminal);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void check(const struct scene *scene, const char *expected)
{
	char text[1024];
	int status = watch(scene, text);

	if (status == 77)
		skip();
	assert_int_equal(status, 0);
	assert_string_equal(text, expected);
}

static void write_file(const char *name, const char *text, mode_t mode)
{
	const char *path = in_temporary(name);
	FILE *stream;

	make_parents(path);
	stream = fopen(path, "w");
	assert_non_null(stream);
	fputs(text, stream);
	fchmod(fileno(stream), mode);
	assert_int_equal(fclose(stream), 0);
}

#define COLORED "\033[1mNAME\033[0m \033[1mSTATE\033[0m\r\n" \
		"x    \033[32mup\033[0m\r\ny    \033[1;31mdown\033[0m\r\n"

static void test_colors(void **state)
{
	(void)state;
	check(&(struct scene){}, COLORED);
	check(&(struct scene){ { "NO_COLOR=1" }, {}, false }, PLAIN);
	check(&(struct scene){ { "NO_COLOR=" }, {}, false }, COLORED);
	check(&(struct scene){ { "TERM=dumb" }, {}, false }, PLAIN);
	check(&(struct scene){ {}, { .color = COLOR_NEVER }, false }, PLAIN);
	check(&(struct scene){ { "NO_COLOR=1" }, { .color = COLOR_ALWAYS }, false }, COLORED);
}

static void test_color_files(void **state)
{
	(void)state;
	write_file("config/terminal-colors.d/smcctl.scheme",
		   "# ours\ngood lightblue\nbad 4;31\nwarning \\e[31m\nheading \033[7m\nother red\n"
		   "good\n", 0644);
	check(&(struct scene){}, "\033[1mNAME\033[0m \033[1mSTATE\033[0m\r\n"
	      "x    \033[1;34mup\033[0m\r\ny    \033[4;31mdown\033[0m\r\n");
	write_file("config/terminal-colors.d/disable", "", 0644);
	check(&(struct scene){}, PLAIN);
	write_file("config/terminal-colors.d/smcctl@xterm.enable", "", 0644);
	write_file("config/terminal-colors.d/smcctl@xterm.scheme", "good green\nheading 1\n", 0644);
	check(&(struct scene){}, COLORED);
	write_file("config/terminal-colors.d/lsblk.disable", "", 0644);
	check(&(struct scene){}, COLORED);
	check(&(struct scene){ { "TERM=vt100" }, {}, false }, PLAIN);
}

static void test_file_scores(void **state)
{
	static const struct {
		const char *name;
		unsigned int score;
		const char *type;
	} table[] = {
		{ "disable", 1, "disable" }, { "smcctl.enable", 21, "enable" },
		{ "@xterm.scheme", 11, "scheme" }, { "smcctl@xterm.scheme", 31, "scheme" },
		{ "@vt100.scheme", 0, "scheme" }, { "lsblk@xterm.scheme", 0, "scheme" },
		{ "smcctl@xterm", 0, "smcctl@xterm" }, { "smcctlx.disable", 0, "disable" },
		{ "smc.disable", 0, "disable" }, { "", 1, "" }, { ".", 1, "" },
		{ ".x@y", 0, "x@y" },
	};
	const char *type;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		assert_int_equal(color_file_score(table[i].name, "xterm", &type), table[i].score);
		assert_string_equal(type, table[i].type);
	}
}

static void test_pager(void **state)
{
	const struct output_style paged = { .color = COLOR_NEVER, .pager = true };
	const char less[] = "#!/bin/sh\necho \"LESS=$LESS $LESSSECURE\"\n"
			    "while read -r line; do echo \"$line\"; done\n";
	const bool root = geteuid() == 0;
	const char *secure = "LESS=FRX 1\r\nNAME STATE\r\nx    up\r\ny    down\r\n";
	const char *free_less = "LESS=FRX \r\nNAME STATE\r\nx    up\r\ny    down\r\n";

	(void)state;
	/* For somebody else, too. */
	assert_int_equal(chmod(temporary, 0755), 0);
	/* There is none. */
	check(&(struct scene){ {}, paged, false }, PLAIN);
	write_file("bin/less", less, 0755);
	check(&(struct scene){ {}, paged, false }, root ? secure : free_less);
	check(&(struct scene){ {}, { .color = COLOR_NEVER }, false }, PLAIN);
	check(&(struct scene){ { "SMCCTL_PAGER=", "PAGER=less" }, paged, false }, PLAIN);
	check(&(struct scene){ { "PAGER=cat" }, paged, false }, PLAIN);
	if (root)
		check(&(struct scene){ { "PAGER=echo own", "LESS=+!id" }, paged, false }, secure);
	check(&(struct scene){ { "PAGER=echo own" }, paged, true }, "own\r\n");
	check(&(struct scene){ { "PAGER=echo not", "SMCCTL_PAGER=echo own" }, paged, true },
	      "own\r\n");
	check(&(struct scene){ { "LESS=mine" }, paged, true },
	      "LESS=mine \r\nNAME STATE\r\nx    up\r\ny    down\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_colors),
		cmocka_unit_test(test_color_files),
		cmocka_unit_test(test_file_scores),
		cmocka_unit_test(test_pager),
	};

	return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}
