// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the loader of plugins, against the samples plugin-*.c in TEST_PLUGIN_DIR. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "../../smcd/modules.h"
#include "../../smcd/plugin.h"

static char modules_asked[256];		/* names in the order of the calls */

/* Stands for that of smcd/modules.c: one module is missing. */
int modules_load(const char *name, char **ret_problem)
{
	strncat(modules_asked, name, sizeof(modules_asked) - strlen(modules_asked) - 1);
	strncat(modules_asked, " ", sizeof(modules_asked) - strlen(modules_asked) - 1);
	if (strcmp(name, "no-such-module") != 0)
		return 0;
	*ret_problem = strdup("module no-such-module not found");
	return -ENOENT;
}

static void count_change(struct plugin *plugin, void *userdata)
{
	unsigned int *changes = userdata;

	assert_non_null(plugin);
	(*changes)++;
}

static int never(const struct smcd_device *device, void *userdata)
{
	(void)device, (void)userdata;
	fail_msg("called for a device that should not be there");
	return 0;
}

static int keep(const struct smcd_device *device, void *userdata)
{
	*(struct smcd_device *)userdata = *device;
	return 0;
}

static int refuse(const struct smcd_device *device, void *userdata)
{
	(void)device, (void)userdata;
	return -ECANCELED;
}

static sd_event *new_event(void)
{
	sd_event *event = NULL;

	assert_return_code(sd_event_new(&event), 0);
	return event;
}

/* Opens what must not open: @error comes of it, and a message with @words. */
static void assert_fails(const char *directory, const char *name, int error, const char *words)
{
	sd_event *event = new_event();
	unsigned int changes = 0;
	const struct plugin_site site = {
		.directory = directory, .root = "", .event = event,
		.changed = count_change, .userdata = &changes,
	};
	struct plugin *plugin = NULL;
	char *problem = NULL;

	assert_int_equal(plugin_open(&site, name, &plugin, &problem), error);
	assert_null(plugin);
	assert_non_null(problem);
	if (!strstr(problem, words))
		fail_msg("\"%s\" is not in: %s", words, problem);
	if (!strstr(problem, name) && error != -ENXIO)
		fail_msg("%s is not named in: %s", name, problem);
	free(problem);
	sd_event_unref(event);
}

static struct plugin *open_good(sd_event *event, const char *name, unsigned int *changes)
{
	const struct plugin_site site = {
		.directory = TEST_PLUGIN_DIR, .root = "", .event = event,
		.changed = count_change, .userdata = changes,
	};
	struct plugin *plugin = NULL;
	char *problem = NULL;

	if (plugin_open(&site, name, &plugin, &problem) < 0)
		fail_msg("%s: %s", name, problem);
	return plugin;
}

static void test_good(void **state)
{
	sd_event *event = new_event();
	unsigned int changes = 0;
	struct plugin *plugin;

	(void)state;
	modules_asked[0] = '\0';
	plugin = open_good(event, "plugin-good", &changes);
	assert_string_equal(modules_asked, "no-such-module ");
	assert_string_equal(plugin_name(plugin), "plugin-good");
	assert_string_equal(plugin_kinds(plugin)[1], "better");
	assert_true(plugin_has_kind(plugin, "good"));
	assert_false(plugin_has_kind(plugin, "goo"));
	assert_int_equal(plugin_enumerate(plugin, never, NULL), 0);
	assert_int_equal(changes, 0);
	plugin_close(plugin);
	sd_event_unref(event);
}

static void test_steps(void **state)
{
	const struct smcd_wanted wanted = { .name = "g0", .kind = "good", .priority = 7 };
	sd_event *event = new_event();
	struct smcd_device device;
	unsigned int changes = 0;
	struct plugin *plugin = open_good(event, "plugin-good", &changes);

	(void)state;
	assert_int_equal(plugin_create(plugin, &wanted), 0);
	assert_int_equal(changes, 1);
	assert_int_equal(plugin_set_priority(plugin, "g0", 9), 0);
	assert_int_equal(plugin_enumerate(plugin, keep, &device), 0);
	assert_string_equal(device.name, "g0");
	assert_int_equal(device.priority, 9);
	assert_int_equal(plugin_enumerate(plugin, refuse, NULL), -ECANCELED);
	assert_int_equal(plugin_delete(plugin, "g0", false), 0);
	assert_int_equal(changes, 2);
	plugin_close(plugin);
	sd_event_unref(event);
}

static void test_problems(void **state)
{
	const struct smcd_wanted wanted = { .name = "g0", .kind = "good" };
	sd_event *event = new_event();
	unsigned int changes = 0;
	struct plugin *plugin = open_good(event, "plugin-good", &changes);

	(void)state;
	assert_int_equal(plugin_create(plugin, &wanted), 0);
	assert_int_equal(plugin_create(plugin, &wanted), -EEXIST);
	assert_string_equal(plugin_problem(plugin, -EEXIST), "device g0: there is one already");
	/* Words are those of the last call only, and a plugin may have none. */
	assert_int_equal(plugin_delete(plugin, "other", false), -ENOENT);
	assert_string_equal(plugin_problem(plugin, -ENOENT), strerror(ENOENT));
	/* No support in the kernel: why an optional module is missing belongs to it. */
	assert_int_equal(plugin_drain(plugin, "g0", 0), -ENODEV);
	assert_string_equal(plugin_problem(plugin, -ENODEV), "module no-such-module not found");
	assert_int_equal(plugin_set_up(plugin, "g0", false), -EOPNOTSUPP);
	assert_string_equal(plugin_problem(plugin, -EOPNOTSUPP),
			    "plugin plugin-good cannot bring down device g0");
	plugin_close(plugin);
	sd_event_unref(event);
}

static void test_again(void **state)
{
	sd_event *event = new_event();
	unsigned int changes = 0;
	int i;

	(void)state;
	for (i = 0; i < 3; i++)
		plugin_close(open_good(event, "plugin-good", &changes));
	plugin_close(NULL);
	sd_event_unref(event);
}

static void test_stranger(void **state)
{
	sd_event *event = new_event();
	unsigned int changes = 0;
	struct plugin *plugin = open_good(event, "plugin-stranger", &changes);

	(void)state;
	assert_int_equal(plugin_enumerate(plugin, never, NULL), -EPROTO);
	assert_non_null(strstr(plugin_problem(plugin, -EPROTO), "x0 of kind of-others"));
	plugin_close(plugin);
	sd_event_unref(event);
}

static int count_device(const struct smcd_device *device, void *userdata)
{
	(void)device;
	(*(unsigned int *)userdata)++;
	return 0;
}

/* What a plugin reports is checked; whatever it is, it is said in words, and can end. */
static void test_nonsense(void **state)
{
	static const struct { const char *fault, *words; } cases[] = {
		{ "endless-name", "a bad name" }, { "no-name", "a bad name" },
		{ "odd-name", "a bad name" }, { "endless-kind", "fault0 with a bad text" },
		{ "stranger", "kind of-others, which is not its own" },
		{ "endless-pnetid", "fault0 with a bad text" },
		{ "endless-reason", "fault0 with a bad text" },
		{ "endless-instead", "fault0 with a bad text" },
		{ "twice", "two devices fault0" }, { "many", "more than 4096 devices" },
	};
	sd_event *event = new_event();
	unsigned int changes = 0, devices = 0;
	struct plugin *plugin = open_good(event, "plugin-faults", &changes);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(setenv("SMCD_PLUGIN_FAULT", cases[i].fault, 1), 0);
		assert_int_equal(plugin_enumerate(plugin, count_device, &devices), -EPROTO);
		if (!strstr(plugin_problem(plugin, -EPROTO), cases[i].words))
			fail_msg("%s: %s", cases[i].fault, plugin_problem(plugin, -EPROTO));
	}
	assert_int_equal(setenv("SMCD_PLUGIN_FAULT", "enumerate", 1), 0);
	assert_int_equal(plugin_enumerate(plugin, never, NULL), -EIO);
	assert_int_equal(setenv("SMCD_PLUGIN_FAULT", "deaf", 1), 0);
	assert_int_equal(plugin_enumerate(plugin, count_device, &devices), 0);
	assert_int_equal(changes, 0);
	assert_int_equal(setenv("SMCD_PLUGIN_FAULT", "storm", 1), 0);
	devices = 0;
	assert_int_equal(plugin_enumerate(plugin, count_device, &devices), 0);
	assert_int_equal(devices, 1);
	assert_int_equal(changes, 10000);
	assert_int_equal(unsetenv("SMCD_PLUGIN_FAULT"), 0);
	plugin_close(plugin);
	sd_event_unref(event);
}

/* Each step that fails has words, its own or those for the error. */
static void test_steps_fail(void **state)
{
	const struct smcd_wanted wanted = { .name = "f0", .kind = "faulty" };
	sd_event *event = new_event();
	unsigned int changes = 0, mute;
	struct plugin *plugin = open_good(event, "plugin-faults", &changes);

	(void)state;
	for (mute = 0; mute < 2; mute++) {
		const char *words = mute ? strerror(EIO) : "plugin faults: refused on purpose";

		assert_int_equal(setenv("SMCD_PLUGIN_FAULT", mute ? "mute" : "", 1), 0);
		assert_int_equal(plugin_create(plugin, &wanted), -EIO);
		assert_string_equal(plugin_problem(plugin, -EIO), words);
		assert_int_equal(plugin_delete(plugin, "fault0", true), -EIO);
		assert_string_equal(plugin_problem(plugin, -EIO), words);
		assert_int_equal(plugin_set_up(plugin, "fault0", true), -EIO);
		assert_string_equal(plugin_problem(plugin, -EIO), words);
		assert_int_equal(plugin_set_priority(plugin, "fault0", 1), -EIO);
		assert_string_equal(plugin_problem(plugin, -EIO), words);
		assert_int_equal(plugin_drain(plugin, "fault0", 1), -EIO);
		assert_string_equal(plugin_problem(plugin, -EIO), words);
	}
	assert_int_equal(unsetenv("SMCD_PLUGIN_FAULT"), 0);
	plugin_close(plugin);
	assert_int_equal(setenv("SMCD_PLUGIN_FAULT", "start", 1), 0);
	assert_fails(TEST_PLUGIN_DIR, "plugin-faults", -ENXIO, "cannot start: No such device");
	assert_int_equal(unsetenv("SMCD_PLUGIN_FAULT"), 0);
	sd_event_unref(event);
}

static void test_subsystems(void **state)
{
	sd_event *event = new_event();
	unsigned int changes = 0;
	struct plugin *with = open_good(event, "plugin-faults", &changes);
	struct plugin *without = open_good(event, "plugin-good", &changes);

	(void)state;
	assert_true(plugin_has_subsystem(with, "faulty-bus"));
	assert_true(plugin_has_subsystem(with, NULL));
	assert_false(plugin_has_subsystem(with, "faulty"));
	assert_false(plugin_has_subsystem(without, "faulty-bus"));
	assert_false(plugin_has_subsystem(without, NULL));
	plugin_close(with);
	plugin_close(without);
	sd_event_unref(event);
}

static void test_not_a_plugin(void **state)
{
	(void)state;
	assert_fails(TEST_PLUGIN_DIR, "plugin-wrong-abi", -ENOEXEC, "ABI 99");
	assert_fails(TEST_PLUGIN_DIR, "plugin-no-symbol", -ENOEXEC, "no symbol smcd_plugin");
	assert_fails(TEST_PLUGIN_DIR, "plugin-wrong-name", -ENOEXEC, "\"somebody-else\"");
	assert_fails(TEST_PLUGIN_DIR, "no-such-plugin", -ENOENT, "not found");
}

static void test_cannot_start(void **state)
{
	(void)state;
	assert_fails(TEST_PLUGIN_DIR, "plugin-start-fails", -ENXIO, "no such hardware");
	modules_asked[0] = '\0';
	assert_fails(TEST_PLUGIN_DIR, "plugin-needs-module", -ENOENT,
		     "module no-such-module not found");
	assert_string_equal(modules_asked, "smc no-such-module ");
}

static void test_names(void **state)
{
	(void)state;
	assert_fails(TEST_PLUGIN_DIR, "", -ENOENT, "a name has");
	assert_fails(TEST_PLUGIN_DIR, ".", -ENOENT, "a name has");
	assert_fails(TEST_PLUGIN_DIR, "-good", -ENOENT, "a name has");
	assert_fails(TEST_PLUGIN_DIR "/sub", "../plugin-good", -ENOENT, "a name has");
	assert_fails(TEST_PLUGIN_DIR, "a23456789012345678901234567890123", -ENOENT, "a name has");
	assert_true(plugin_exists(TEST_PLUGIN_DIR, "plugin-good"));
	assert_false(plugin_exists(TEST_PLUGIN_DIR, "no-such-plugin"));
	assert_false(plugin_exists(TEST_PLUGIN_DIR "/sub", "../plugin-good"));
}

/* Files that a directory of plugins should not have, in one of their own. */
static void test_bad_files(void **state)
{
	char directory[] = "/tmp/test-plugin.XXXXXX", path[64];
	int fd;

	(void)state;
	assert_non_null(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/text.so", directory);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_return_code(fd, 0);
	assert_int_equal(write(fd, "not ELF\n", 8), 8);
	close(fd);
	assert_fails(directory, "text", -ENOEXEC, path);
	assert_int_equal(truncate(path, 0), 0);
	assert_fails(directory, "text", -ENOEXEC, path);
	assert_int_equal(chmod(path, 0646), 0);
	assert_fails(directory, "text", -EPERM, "chmod o-w");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_fails(directory, "text", -ENOEXEC, "not a regular file");
	assert_false(plugin_exists(directory, "text"));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(directory), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_stranger),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_steps_fail),
		cmocka_unit_test(test_subsystems),
		cmocka_unit_test(test_not_a_plugin),
		cmocka_unit_test(test_cannot_start),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_bad_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
