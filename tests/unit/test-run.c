// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests what smcctl run is made of: programs that can be preloaded, drop-ins, summaries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <limits.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "../../smcctl/preload/lookup.h"
#include "../../smcctl/preload/tally.h"
#include "bus-read.h"
#include "dropin.h"
#include "program.h"
#include "run-summary.h"
#include "temporary.h"

static void write_file(const char *name, const void *bytes, size_t size, mode_t mode)
{
	FILE *stream = fopen(in_temporary(name), "w");

	assert_non_null(stream);
	assert_int_equal(fwrite(bytes, 1, size, stream), size);
	assert_int_equal(fclose(stream), 0);
	assert_int_equal(chmod(in_temporary(name), mode), 0);
}

/* An ELF file with two program headers, the second of @type. */
struct elf {
	ElfW(Ehdr) header;
	ElfW(Phdr) programs[2];
};

static struct elf make_elf(uint32_t type)
{
	extern const ElfW(Ehdr) __ehdr_start;
	struct elf elf = { .header = __ehdr_start };

	elf.header.e_phoff = offsetof(struct elf, programs);
	elf.header.e_phnum = 2;
	elf.programs[0].p_type = PT_PHDR;
	elf.programs[1].p_type = type;
	return elf;
}

static void test_judge(void **state)
{
	struct elf elf = make_elf(PT_INTERP), other;
	char interpreter[PATH_MAX];

	(void)state;
	assert_int_equal(program_judge(&elf, sizeof(elf), interpreter), PROGRAM_DYNAMIC);
	assert_int_equal(program_judge(&elf, sizeof(elf) - 1, interpreter), PROGRAM_OTHER);
	assert_int_equal(program_judge(&elf, 10, interpreter), PROGRAM_OTHER);
	other = make_elf(PT_LOAD);
	assert_int_equal(program_judge(&other, sizeof(other), interpreter), PROGRAM_STATIC);
	other.header.e_phoff = UINT64_MAX - 8;
	assert_int_equal(program_judge(&other, sizeof(other), interpreter), PROGRAM_OTHER);
	other = elf;
	other.header.e_machine++;
	assert_int_equal(program_judge(&other, sizeof(other), interpreter), PROGRAM_FOREIGN);
	other = elf;
	other.header.e_ident[EI_CLASS] ^= ELFCLASS32 ^ ELFCLASS64;
	assert_int_equal(program_judge(&other, sizeof(other), interpreter), PROGRAM_FOREIGN);
	assert_int_equal(program_judge("", 0, interpreter), PROGRAM_OTHER);
}

static void judge_script(const char *text, const char *expected)
{
	char interpreter[PATH_MAX];

	assert_int_equal(program_judge(text, strlen(text), interpreter), PROGRAM_SCRIPT);
	assert_string_equal(interpreter, expected);
}

static void test_judge_script(void **state)
{
	char interpreter[PATH_MAX], *path;

	(void)state;
	judge_script("#!/bin/sh\n", "/bin/sh");
	judge_script("#! \t/usr/bin/env python3\nimport os\n", "/usr/bin/env");
	judge_script("#!/bin/sh", "/bin/sh");
	assert_int_equal(program_judge("#!", 2, interpreter), PROGRAM_OTHER);
	assert_int_equal(program_judge("#!  \n", 5, interpreter), PROGRAM_OTHER);
	path = malloc(PATH_MAX + 2);
	assert_non_null(path);
	memset(path, 'x', PATH_MAX + 2);
	memcpy(path, "#!", 2);
	assert_int_equal(program_judge(path, PATH_MAX + 2, interpreter), PROGRAM_OTHER);
	assert_int_equal(program_judge(path, PATH_MAX + 1, interpreter), PROGRAM_SCRIPT);
	free(path);
}

static void test_preloadable(void **state)
{
	const struct elf dynamic = make_elf(PT_INTERP), fixed = make_elf(PT_LOAD);
	char why[PROGRAM_WHY_SIZE], text[200];

	(void)state;
	write_file("dynamic", &dynamic, sizeof(dynamic), 0755);
	write_file("static", &fixed, sizeof(fixed), 0755);
	assert_int_equal(program_preloadable(in_temporary("dynamic"), why), 0);
	assert_int_equal(program_preloadable(in_temporary("static"), why), -EPERM);
	assert_non_null(strstr(why, "statically"));
	snprintf(text, sizeof(text), "#!%s -x\n", in_temporary("static"));
	write_file("script", text, strlen(text), 0755);
	assert_int_equal(program_preloadable(in_temporary("script"), why), -EPERM);
	snprintf(text, sizeof(text), "#!%s\n", in_temporary("script"));
	write_file("script-of-script", text, strlen(text), 0755);
	assert_int_equal(program_preloadable(in_temporary("script-of-script"), why), -EPERM);
	snprintf(text, sizeof(text), "#!%s\n", in_temporary("loop"));
	write_file("loop", text, strlen(text), 0755);
	assert_int_equal(program_preloadable(in_temporary("loop"), why), 0);
	assert_int_equal(program_preloadable(in_temporary("missing"), why), 0);
}

static void test_find(void **state)
{
	char path[PATH_MAX], value[200], *long_name;

	(void)state;
	write_file("program", "", 0, 0755);
	write_file("data", "", 0, 0644);
	assert_int_equal(mkdir(in_temporary("directory"), 0755), 0);
	snprintf(value, sizeof(value), "/nonexistent:%s", temporary);
	assert_int_equal(setenv("PATH", value, 1), 0);
	assert_int_equal(program_find("program", path), 0);
	assert_string_equal(path, in_temporary("program"));
	assert_int_equal(program_find(in_temporary("program"), path), 0);
	assert_int_equal(program_find("missing", path), -ENOENT);
	assert_int_equal(program_find("", path), -ENOENT);
	assert_int_equal(program_find("directory", path), -EACCES);
	assert_int_equal(program_find("data", path), -EACCES);
	long_name = calloc(1, PATH_MAX + 1);
	assert_non_null(long_name);
	memset(long_name, '/', PATH_MAX);
	assert_int_equal(program_find(long_name, path), -ENAMETOOLONG);
	free(long_name);
}

static void is_dropin(const struct service *service, const char *expected)
{
	char *text = dropin_text(service, "/lib/p.so"), *body;

	assert_non_null(text);
	body = strstr(text, "[Service]\n");
	assert_non_null(body);
	assert_string_equal(body + strlen("[Service]\n"), expected);
	free(text);
}

static void test_dropin(void **state)
{
	char *environment[] = { "A=b", "LD_PRELOAD=/x.so", "LD_PRELOAD=/y \"%.so", NULL };
	char *inet[] = { "AF_INET", NULL }, *smc[] = { "AF_SMC", NULL }, *paths[] = { "/", NULL };
	struct service service = {};

	(void)state;
	is_dropin(&service, "Environment=\"LD_PRELOAD=/lib/p.so\"\n");
	service.environment = environment;
	is_dropin(&service, "Environment=\"LD_PRELOAD=/lib/p.so:/y \\\"%%.so\"\n");
	service = (struct service){ .families = inet };
	is_dropin(&service, "Environment=\"LD_PRELOAD=/lib/p.so\"\n");
	service.families_allowed = true;
	is_dropin(&service, "Environment=\"LD_PRELOAD=/lib/p.so\"\nRestrictAddressFamilies=AF_SMC\n");
	service.families = NULL;
	is_dropin(&service, "Environment=\"LD_PRELOAD=/lib/p.so\"\nRestrictAddressFamilies=AF_SMC\n");
	service.families = smc;
	is_dropin(&service, "Environment=\"LD_PRELOAD=/lib/p.so\"\n");
	service.families_allowed = false;
	is_dropin(&service, "Environment=\"LD_PRELOAD=/lib/p.so\"\nRestrictAddressFamilies=AF_SMC\n");
	service = (struct service){ .no_exec_paths = paths };
	is_dropin(&service, "Environment=\"LD_PRELOAD=/lib/p.so\"\nExecPaths=/lib/p.so\n");
}

static void test_dropin_is_there(void **state)
{
	char *environment[] = { "LD_PRELOAD=/x.so:/lib/p.so", NULL };
	struct service service = { .environment = environment };

	(void)state;
	assert_true(dropin_is_there(&service, "/lib/p.so"));
	assert_true(dropin_is_there(&service, "/x.so"));
	assert_false(dropin_is_there(&service, "/lib/p"));
	assert_false(dropin_is_there(&(struct service){}, "/lib/p.so"));
}

static struct tally *make_tally(void)
{
	struct tally *tally;

	assert_int_equal(tally_create(in_temporary("tally"), &tally), 0);
	return tally;
}

static void drop_tally(struct tally *tally)
{
	tally_close(tally);
	assert_int_equal(unlink(in_temporary("tally")), 0);
}

static void count(struct tally *tally, int n, struct tally_kind kind)
{
	while (n--)
		tally_count(tally, &kind);
}

static void test_tally(void **state)
{
	struct tally *tally = make_tally(), *other;
	struct tally_kind kind;
	uint64_t n;
	size_t i = 0;

	(void)state;
	assert_int_equal(tally_create(in_temporary("tally"), &other), -EEXIST);
	assert_int_equal(tally_open(in_temporary("tally"), &other), 0);
	count(tally, 2, (struct tally_kind){ .path = TALLY_SMCD, .gid = 7 });
	count(other, 3, (struct tally_kind){ .path = TALLY_SMCD, .gid = 7 });
	count(other, 1, (struct tally_kind){ .path = TALLY_SMCD, .gid = 8 });
	tally_close(other);
	assert_true(tally_next(tally, &i, &kind, &n));
	assert_int_equal(kind.gid, 7);
	assert_int_equal(n, 5);
	assert_true(tally_next(tally, &i, &kind, &n));
	assert_int_equal(kind.gid, 8);
	assert_false(tally_next(tally, &i, &kind, &n));
	for (i = 0; i < TALLY_KINDS; i++)
		count(tally, 1, (struct tally_kind){ .path = TALLY_SMCD, .gid = 100 + i });
	assert_int_equal(tally->unknown, 2);
	drop_tally(tally);
	write_file("short", "x", 1, 0644);
	assert_int_equal(tally_open(in_temporary("short"), &other), -EINVAL);
	assert_int_equal(tally_open(in_temporary("missing"), &other), -ENOENT);
	assert_int_equal(tally_open(temporary, &other), -EISDIR);
}

static void test_pending(void **state)
{
	struct tally *tally = make_tally();
	uint64_t inode;
	bool abandoned;

	(void)state;
	assert_false(tally_settle(tally, 1));
	tally_pend(tally, 1);
	tally_pend(tally, 1);
	tally_pend(tally, 2);
	assert_int_equal(tally->n_pending, 2);
	assert_true(tally_is_pending(tally, 1));
	assert_false(tally_is_pending(tally, 0));
	assert_true(tally_settle(tally, 1));
	assert_false(tally_settle(tally, 1));
	tally_abandon(tally, 2);
	assert_true(tally_is_pending(tally, 2));
	for (inode = 3; inode < 2 + TALLY_PENDING; inode++)
		tally_pend(tally, inode);
	assert_int_equal(tally->n_pending, TALLY_PENDING);
	tally_pend(tally, 10000);	/* takes the place of what was abandoned */
	assert_false(tally_is_pending(tally, 2));
	assert_int_equal(tally->unknown, 0);
	tally_pend(tally, 10001);
	assert_int_equal(tally->unknown, 1);
	tally_abandon(tally, 10000);
	for (int i = 0; i < TALLY_PENDING; i++) {
		inode = tally_take(tally, &abandoned);
		assert_true(inode);
		assert_int_equal(abandoned, inode == 10000);
	}
	assert_int_equal(tally_take(tally, &abandoned), 0);
	drop_tally(tally);
}

static void fill(struct tally *tally)
{
	count(tally, 1, (struct tally_kind){ .path = TALLY_FALLBACK, .reason = 0x05000000,
					     .peer_reason = 0x03030008 });
	count(tally, 2, (struct tally_kind){ .path = TALLY_REFUSED, .reason = EAFNOSUPPORT });
	count(tally, 3, (struct tally_kind){ .path = TALLY_SMCD, .gid = 7 });
	count(tally, 4, (struct tally_kind){ .path = TALLY_SMCD, .gid = 7, .server = 1 });
	count(tally, 9, (struct tally_kind){ .path = TALLY_SMCD, .gid = 8 });
	count(tally, 5, (struct tally_kind){ .path = TALLY_TCP, .server = 1 });
	atomic_store(&tally->unknown, 6);
}

static void test_summary(void **state)
{
	struct tally *tally = make_tally();
	struct summary summary;

	(void)state;
	fill(tally);
	summary_read(tally, &summary);
	drop_tally(tally);
	assert_int_equal(summary.smc, 16);
	assert_int_equal(summary.tcp, 6);
	assert_int_equal(summary.unknown, 6);
	assert_int_equal(summary.n, 5);
	assert_int_equal(summary.lines[0].kind.gid, 8);
	assert_int_equal(summary.lines[1].client, 3);
	assert_int_equal(summary.lines[1].server, 4);
	assert_int_equal(summary.lines[2].kind.peer_reason, 0x03030008);
	assert_int_equal(summary.lines[3].server, 5);
	assert_int_equal(summary.lines[4].kind.path, TALLY_REFUSED);
}

/* The caller frees it. */
static char *printed(bool json)
{
	const struct device device = { .name = "loopback0", .gid = 8 };
	struct tally *tally = make_tally();
	struct summary summary;
	FILE *stream;
	size_t size;
	char *text;

	fill(tally);
	summary_read(tally, &summary);
	drop_tally(tally);
	stream = open_memstream(&text, &size);
	assert_non_null(stream);
	if (json)
		summary_print_json(&summary, &device, 1, stream);
	else
		summary_print(&summary, &device, 1, true, stream);
	assert_int_equal(fclose(stream), 0);
	return text;
}

static void test_summary_print(void **state)
{
	char *text = printed(false);
	const char *const expected[] = {
		"smcctl: 16 over SMC, 6 over TCP\n", "smcd", "loopback0", "0x0000000000000007",
		"PEERDECL", "NOUEID", "the peer sent no UEID", "not made over SMC",
		"2 sockets were made as TCP", strerror(EAFNOSUPPORT), "of 6 more",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		if (!strstr(text, expected[i]))
			fail_msg("'%s' is not in: %s", expected[i], text);
	free(text);
}

static void test_summary_json(void **state)
{
	char *text = printed(true);
	struct json_object *object = json_tokener_parse(text), *value, *line;

	(void)state;
	assert_non_null(object);
	assert_int_equal(json_object_get_int(json_object_object_get(object, "smc")), 16);
	value = json_object_object_get(object, "connections");
	assert_int_equal(json_object_array_length(value), 4);
	line = json_object_array_get_idx(value, 0);
	assert_string_equal(json_object_get_string(json_object_object_get(line, "device")),
			    "loopback0");
	line = json_object_array_get_idx(value, 2);
	assert_string_equal(json_object_get_string(json_object_object_get(line, "peer_code")),
			    "0x03030008");
	value = json_object_object_get(object, "refused");
	line = json_object_array_get_idx(value, 0);
	assert_int_equal(json_object_get_int(json_object_object_get(line, "sockets")), 2);
	json_object_put(object);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judge),
		cmocka_unit_test(test_judge_script),
		cmocka_unit_test(test_preloadable),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_dropin),
		cmocka_unit_test(test_dropin_is_there),
		cmocka_unit_test(test_tally),
		cmocka_unit_test(test_pending),
		cmocka_unit_test(test_summary),
		cmocka_unit_test(test_summary_print),
		cmocka_unit_test(test_summary_json),
	};

	return cmocka_run_group_tests(tests, temporary_setup, temporary_teardown);
}
