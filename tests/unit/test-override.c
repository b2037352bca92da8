// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the drop-ins that SetPriority, Up and Down write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include "config-files.h"
#include "override.h"
#include "temporary.h"

#define SAVED "etc/smcd/smcd.d/90-smcctl.yaml"
#define RUNTIME "run/smcd/smcd.d/95-smcctl.yaml"

static int set(const char *device, const char *kind, uint32_t priority, bool save,
	       struct config_error *error)
{
	const struct override_request request = {
		.device = device, .kind = kind, .priority = priority, .save = save,
	};
	struct override_undo *undo;
	int r = override_set(temporary, &request, &undo, error);

	if (!r)
		override_undo_free(undo);
	return r;
}

/* The priority of @name that the files of @root add up to; -1 for none. */
static int64_t priority_of(const char *name)
{
	struct config *config;
	struct config_error error;
	int64_t priority = -1;

	if (config_files_load(temporary, &config, &error) < 0)
		fail_msg("%s", error.text);
	for (size_t i = 0; i < config->n_devices; i++)
		if (!strcmp(config->devices[i].name, name) && config->devices[i].has_priority)
			priority = config->devices[i].priority;
	config_free(config);
	return priority;
}

static void test_runtime(void **state)
{
	struct config_error error;
	struct stat st;

	(void)state;
	write_text("etc/smcd/smcd.yaml", "devices: {a: {kind: loopback}, b: {kind: loopback}}\n");
	assert_int_equal(set("a", "", 7, false, &error), 0);
	assert_int_equal(priority_of("a"), 7);
	assert_int_equal(stat(in_temporary(RUNTIME), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_false(path_exists(SAVED));
	assert_int_equal(set("b", "", 8, false, &error), 0);
	assert_int_equal(set("a", "", 9, false, &error), 0);
	assert_int_equal(priority_of("a"), 9);
	assert_int_equal(priority_of("b"), 8);
}

static void test_save(void **state)
{
	struct config_error error;

	(void)state;
	write_text("etc/smcd/smcd.yaml", "devices: {a: {kind: loopback}, b: {kind: loopback}}\n");
	assert_int_equal(set("a", "", 7, false, &error), 0);
	assert_int_equal(set("b", "", 8, false, &error), 0);
	assert_int_equal(set("a", "", 9, true, &error), 0);
	assert_int_equal(priority_of("a"), 9);
	assert_int_equal(priority_of("b"), 8);
	assert_int_equal(set("b", "", 10, true, &error), 0);
	assert_false(path_exists(RUNTIME));
	/* What is set for now wins over what is saved. */
	assert_int_equal(set("a", "", 11, false, &error), 0);
	assert_int_equal(priority_of("a"), 11);
	assert_int_equal(priority_of("b"), 10);
}

static int set_state(const char *device, bool up)
{
	const struct override_request request = {
		.device = device, .kind = "", .what = OVERRIDE_STATE, .up = up,
	};
	struct override_undo *undo;
	struct config_error error;
	int r = override_set(temporary, &request, &undo, &error);

	if (!r)
		override_undo_free(undo);
	return r;
}

/* Priority and state do not touch each other, even where one is saved and leaves the other file. */
static void test_state(void **state)
{
	struct config_error error;
	char text[1024];

	(void)state;
	write_text("etc/smcd/smcd.yaml", "devices: {a: {kind: loopback, state: up}}\n");
	assert_int_equal(set("a", "", 7, false, &error), 0);
	assert_int_equal(set_state("a", false), 0);
	read_text(RUNTIME, text, sizeof(text));
	assert_non_null(strstr(text, "priority: 7\n"));
	assert_non_null(strstr(text, "state: down\n"));
	assert_int_equal(set("a", "", 8, true, &error), 0);
	read_text(RUNTIME, text, sizeof(text));
	assert_null(strstr(text, "priority: "));
	assert_non_null(strstr(text, "state: down\n"));
	assert_int_equal(priority_of("a"), 8);
	assert_int_equal(set_state("a", true), 0);
	read_text(RUNTIME, text, sizeof(text));
	assert_non_null(strstr(text, "state: up\n"));
	assert_null(strstr(text, "state: down\n"));
}

static void test_other_settings_stay(void **state)
{
	struct config_error error;
	char text[1024];

	(void)state;
	write_text(SAVED, "devices:\n  a:\n    kind: ism-emu\n    chid: 0x1234\n    gid: 5\n"
		   "    max-dmbs: 9\n    max-memory: 1M\n    pnetid: 007\n    state: down\n");
	assert_int_equal(set("a", "", 7, true, &error), 0);
	read_text(SAVED, text, sizeof(text));
	assert_non_null(strstr(text, "kind: \"ism-emu\"\n"));
	assert_non_null(strstr(text, "chid: 0x1234\n"));
	assert_non_null(strstr(text, "gid: 0x0000000000000005\n"));
	assert_non_null(strstr(text, "max-dmbs: 9\n"));
	assert_non_null(strstr(text, "max-memory: 1048576\n"));
	assert_non_null(strstr(text, "pnetid: \"007\"\n"));
	assert_non_null(strstr(text, "state: down\n"));
	assert_int_equal(priority_of("a"), 7);
	assert_int_equal(set("b", "loopback", 3, true, &error), 0);
	assert_int_equal(priority_of("b"), 3);
}

static int request_of(struct override_request request)
{
	struct override_undo *undo;
	struct config_error error;
	int r = override_set(temporary, &request, &undo, &error);

	if (!r)
		override_undo_free(undo);
	return r;
}

static int change_ueid(const char *ueid, bool save, bool remove)
{
	return request_of((struct override_request){
		.what = OVERRIDE_UEID, .ueid = ueid, .save = save, .remove = remove,
	});
}

static int change_pnet(const char *pnetid, const char *name, uint8_t port, bool save, bool remove)
{
	struct pnet_entry entry = { .port = port };

	strcpy(entry.pnetid, pnetid);
	strcpy(entry.name, name);
	return request_of((struct override_request){
		.what = OVERRIDE_PNET, .pnet = &entry, .save = save, .remove = remove,
	});
}

/* "UEIDS; SEID; PNETIDS" of what the files of @root add up to. */
static const char *identities(void)
{
	static char text[1024];
	struct config *config;
	struct config_error error;
	size_t n = 0;

	if (config_files_load(temporary, &config, &error) < 0)
		fail_msg("%s", error.text);
	for (size_t i = 0; i < config->n_ueids; i++)
		n += sprintf(text + n, "%s ", config->ueids[i].ueid);
	n += sprintf(text + n, "; %d;", config->seid);
	for (size_t i = 0; i < config->n_pnets; i++)
		n += sprintf(text + n, " %s=%s/%u", config->pnets[i].entry.pnetid,
			     config->pnets[i].entry.name, config->pnets[i].entry.port);
	config_free(config);
	return text;
}

static void test_ueid(void **state)
{
	(void)state;
	write_text("etc/smcd/smcd.yaml", "ueids: [FILE]\n");
	assert_int_equal(change_ueid("A", false, false), 0);
	assert_int_equal(change_ueid("B.2-X", true, false), 0);
	assert_string_equal(identities(), "FILE B.2-X A ; 0;");
	/* What is there for now is kept for good, once. */
	assert_int_equal(change_ueid("A", true, false), 0);
	assert_false(path_exists(RUNTIME));
	assert_string_equal(identities(), "FILE B.2-X A ; 0;");
	assert_int_equal(change_ueid("A", false, true), 0);
	assert_string_equal(identities(), "FILE B.2-X A ; 0;");
	assert_int_equal(change_ueid("A", true, true), 0);
	assert_string_equal(identities(), "FILE B.2-X ; 0;");
	/* The list of a file that comes later does not take it away. */
	write_text("etc/smcd/smcd.d/95-later.yaml", "ueids: [LATER]\n");
	assert_string_equal(identities(), "LATER B.2-X ; 0;");
	assert_int_equal(change_ueid("B.2-X", true, true), 0);
	assert_false(path_exists(SAVED));
}

static void test_seid(void **state)
{
	(void)state;
	write_text("etc/smcd/smcd.yaml", "ueids: [FILE]\nseid: auto\n");
	assert_int_equal(request_of((struct override_request){
		.what = OVERRIDE_SEID, .seid = CONFIG_SEID_DISABLE }), 0);
	assert_string_equal(identities(), "FILE ; 2;");
	assert_int_equal(request_of((struct override_request){
		.what = OVERRIDE_SEID, .seid = CONFIG_SEID_ENABLE, .save = true }), 0);
	assert_false(path_exists(RUNTIME));
	assert_string_equal(identities(), "FILE ; 1;");
}

static void test_pnet(void **state)
{
	(void)state;
	assert_int_equal(change_pnet("NET1", "eth0", 0, false, false), 0);
	assert_int_equal(change_pnet("NET1", "mlx5_0", 2, false, false), 0);
	assert_int_equal(change_pnet("007", "e\"\\]", 0, false, false), 0);
	assert_int_equal(change_pnet("NET1", "lo", 1, false, false), 0);
	assert_string_equal(identities(), "; 0; NET1=eth0/0 NET1=mlx5_0/2 NET1=lo/1 007=e\"\\]/0");
	assert_int_equal(change_pnet("NET1", "lo", 1, true, false), 0);
	assert_string_equal(identities(), "; 0; NET1=lo/1 NET1=eth0/0 NET1=mlx5_0/2 007=e\"\\]/0");
	assert_int_equal(change_pnet("NET1", "eth0", 0, false, true), 0);
	assert_string_equal(identities(), "; 0; NET1=lo/1 NET1=mlx5_0/2 007=e\"\\]/0");
	/* Without a name all of them go, but not what was saved. */
	assert_int_equal(change_pnet("NET1", "", 0, false, true), 0);
	assert_string_equal(identities(), "; 0; NET1=lo/1 007=e\"\\]/0");
	assert_int_equal(change_pnet("NET1", "", 0, true, true), 0);
	assert_false(path_exists(SAVED));
	assert_string_equal(identities(), "; 0; 007=e\"\\]/0");
}

/* Each is left alone by what is done with the others. */
static void test_all_sorts(void **state)
{
	struct config_device wanted = {
		.name = "new", .kind = "ism-emu", .chid = 0x42, .gid = 7, .max_dmbs = 9,
		.has_max_dmbs = true, .max_memory = 65536, .pnetid = "NET2",
	};
	struct config_error error;
	char text[1024];

	(void)state;
	assert_int_equal(request_of((struct override_request){
		.what = OVERRIDE_DEVICE, .device = "new", .wanted = &wanted }), 0);
	assert_int_equal(change_ueid("A", false, false), 0);
	assert_int_equal(change_pnet("NET1", "eth0", 0, false, false), 0);
	assert_int_equal(set("new", "", 7, false, &error), 0);
	read_text(RUNTIME, text, sizeof(text));
	assert_non_null(strstr(text, "more-ueids: [A]\n"));
	assert_non_null(strstr(text, "pnetids:\n  \"NET1\":\n    interfaces: [\"eth0\"]\n"));
	assert_non_null(strstr(text, "  \"new\":\n    kind: \"ism-emu\"\n    chid: 0x0042\n"
			       "    gid: 0x0000000000000007\n    priority: 7\n    max-dmbs: 9\n"
			       "    max-memory: 65536\n    pnetid: \"NET2\"\n"));
	assert_int_equal(priority_of("new"), 7);
}

static void test_foreign_content(void **state)
{
	static const char *const foreign[] = {
		"plugins: []\n", "drift: repair\n", "tuning: {rmem: 1M}\n", "tuning: {namespaces: {a: {}}}\n",
		"ueids: []\n",
		"rules: [{match: {kind: k}, set: {priority: 1}}]\n",
		"priorities: {loopback: 5}\n",
	};
	struct config_error error;
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		write_text(SAVED, foreign[i]);
		assert_int_equal(set("a", "", 7, true, &error), -EINVAL);
		assert_non_null(strstr(error.text, SAVED ":1:1: has more than smcd writes"));
		read_text(SAVED, text, sizeof(text));
		assert_string_equal(text, foreign[i]);
	}
	write_text(SAVED, "devices: [\n");
	assert_int_equal(set("a", "", 7, true, &error), -EINVAL);
	assert_non_null(strstr(error.text, SAVED ":"));
	read_text(SAVED, text, sizeof(text));
	assert_string_equal(text, "devices: [\n");
}

/* Nobody writes below a file, not even root. */
static void test_unwritable(void **state)
{
	struct config_error error;

	(void)state;
	write_text("etc/smcd", "a file\n");
	assert_int_equal(set("a", "", 7, true, &error), -ENOTDIR);
	assert_non_null(strstr(error.text, "cannot read "));
	write_text("run/smcd/smcd.d/95-smcctl.yaml/file", "x\n");
	assert_int_equal(set("a", "", 7, false, &error), -EISDIR);
	assert_non_null(strstr(error.text, RUNTIME));
}

/* With RLIMIT_FSIZE a write fails half-way, as on a full disk. */
static void test_full_disk(void **state)
{
	struct rlimit old, limit;
	struct config_error error;
	char before[256], after[256];

	(void)state;
	write_text("etc/smcd/smcd.yaml", "devices: {a: {kind: loopback}}\n");
	assert_int_equal(set("a", "", 7, false, &error), 0);
	read_text(RUNTIME, before, sizeof(before));
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = old;
	limit.rlim_cur = 16;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(set("a", "", 8, false, &error), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_non_null(strstr(error.text, "cannot write "));
	read_text(RUNTIME, after, sizeof(after));
	assert_string_equal(before, after);
	assert_false(has_hidden_files("run/smcd/smcd.d"));
}

/* The second file fails: the first one is as before. */
static void test_half(void **state)
{
	struct config_error error;

	(void)state;
	write_text("run/smcd/smcd.d/95-smcctl.yaml/file", "x\n");
	assert_int_equal(set("a", "loopback", 7, true, &error), -EISDIR);
	assert_false(path_exists(SAVED));
}

static void test_undo(void **state)
{
	struct override_request request = {
		.device = "a", .kind = "", .priority = 8, .save = true,
	};
	struct override_undo *undo;
	struct config_error error;

	(void)state;
	write_text("etc/smcd/smcd.yaml", "devices: {a: {kind: loopback}}\n");
	assert_int_equal(set("a", "", 7, false, &error), 0);
	assert_int_equal(override_set(temporary, &request, &undo, &error), 0);
	assert_false(path_exists(RUNTIME));
	assert_int_equal(override_undo(undo), 0);
	override_undo_free(undo);
	assert_false(path_exists(SAVED));
	assert_int_equal(priority_of("a"), 7);
}

static void test_orphan(void **state)
{
	struct config_error error;

	(void)state;
	write_text("etc/smcd/smcd.yaml", "devices: {}\n");
	assert_int_equal(set("gone", "", 7, false, &error), 0);
	assert_int_equal(priority_of("gone"), -1);
	assert_int_equal(set("adopted", "loopback", 8, false, &error), 0);
	assert_int_equal(priority_of("adopted"), 8);
}

static void test_forget(void **state)
{
	struct config_error error;

	(void)state;
	assert_int_equal(override_forget(temporary, "a", &error), 0);
	write_text("etc/smcd/smcd.yaml", "devices: {a: {kind: loopback}, b: {kind: loopback}}\n");
	assert_int_equal(set("a", "", 7, true, &error), 0);
	assert_int_equal(set("a", "", 8, false, &error), 0);
	assert_int_equal(set("b", "", 9, false, &error), 0);
	assert_int_equal(override_forget(temporary, "c", &error), 0);
	assert_int_equal(priority_of("a"), 8);
	assert_int_equal(override_forget(temporary, "a", &error), 0);
	assert_int_equal(priority_of("a"), -1);
	assert_int_equal(priority_of("b"), 9);
	assert_false(path_exists(SAVED));
	assert_int_equal(override_forget(temporary, "b", &error), 0);
	assert_false(path_exists(RUNTIME));
	write_text(SAVED, "nonsense: 1\n");
	assert_true(override_forget(temporary, "b", &error) < 0);
	assert_non_null(strstr(error.text, SAVED ":1:1: "));
}

static void test_bad_name(void **state)
{
	struct config_error error;

	(void)state;
	assert_int_equal(set("a\": {kind: b}", "", 7, false, &error), -EINVAL);
	assert_int_equal(set("", "", 7, false, &error), -EINVAL);
	assert_int_equal(set("a\nb", "", 7, false, &error), -EINVAL);
	assert_false(path_exists("run"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, temporary_setup, temporary_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_runtime),
		TEST(test_save),
		TEST(test_state),
		TEST(test_other_settings_stay),
		TEST(test_ueid),
		TEST(test_seid),
		TEST(test_pnet),
		TEST(test_all_sorts),
		TEST(test_foreign_content),
		TEST(test_unwritable),
		TEST(test_full_disk),
		TEST(test_half),
		TEST(test_undo),
		TEST(test_orphan),
		TEST(test_forget),
		TEST(test_bad_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
