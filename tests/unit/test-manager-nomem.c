// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the daemon's middle without memory, and with a plugin or an SMC stack that fails:
 * manager*.c and all that they call, with devices in memory.so, tables in fake-stack.c and without
 * a bus. What somebody asks for is done again and again from the same beginning, and each time
 * another allocation, call into the plugin or request to the stack fails. Whatever comes of that,
 * nothing is lost, each device is as one of the policies says, files are whole, and the next
 * reload makes all of it as the files are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include "fake-stack.h"
#include "kept.h"
#include "manager.h"
#include "manager-faults.h"
#include "memory-devices.h"
#include "override.h"
#include "temporary.h"

/* --- Devices, as policies want them --------------------------------------------- */

#define POLICY(devices) "plugins: [memory]\nueids: []\ndevices: {" devices "}\n"
#define A(priority) "a: {kind: loopback, priority: " #priority "}"
#define B(more) ", b: {kind: ism-emu, chid: 0x1234, priority: 50" more "}"
#define GONE ", gone: {kind: ism-emu, chid: 0x1235, priority: 3}"
#define COME ", come: {kind: ism-emu, chid: 0x1236, priority: 4}"

static const char old_policy[] = POLICY(A(10) B("") GONE);
static const struct devices old_devices = {
	{ { "a", 10, true }, { "b", 50, true }, { "gone", 3, true } }, 3
};
/* One comes, one goes, one gets another priority, one goes down. */
static const char new_policy[] = POLICY(A(20) B(", state: down") COME);
static const struct devices new_devices = {
	{ { "a", 20, true }, { "b", 50, false }, { "come", 4, true } }, 3
};

/* --- A manager, and what always holds of it ------------------------------------ */

static sd_event *event;
static struct manager *manager;
static struct config_error words;

static int new_manager(void)
{
	struct manager_options options = {
		.root = in_temporary("root"), .plugin_directory = TEST_PLUGIN_DIR,
	};
	static char root[PATH_MAX];
	int r;

	snprintf(root, sizeof(root), "%s", options.root);
	options.root = root;
	assert_int_equal(sd_event_new(&event), 0);
	r = manager_new(event, &options, &manager);
	if (r < 0)
		manager = NULL;
	return r < 0 ? r : manager_start(manager);
}

static void free_manager(void)
{
	manager_free(manager);
	manager = NULL;
	event = sd_event_unref(event);
}

static void start_well(void)
{
	assert_int_equal(new_manager(), 0);
	assert_int_equal(manager->problems.count, 0);
}

static void say(const char *policy)
{
	write_text("root/etc/smcd/smcd.yaml", policy);
}

static void empty_directory(const char *path)
{
	nftw(in_temporary(path), temporary_remove, 16, FTW_DEPTH | FTW_PHYS);
}

static void begin_anew(void)
{
	static const char *const directories[] = {
		"root", "root/etc", "root/etc/smcd", "root/run", "root/run/smcd", "devices",
		"root/sys", "root/sys/class", "root/sys/class/net",
		"root/sys/class/net/eth1", "root/sys/class/net/eth2",
	};

	empty_directory("root");
	empty_directory("devices");
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		assert_int_equal(mkdir(in_temporary(directories[i]), 0755), 0);
	say(old_policy);
}

static void expect_registry_of_plugin(void)
{
	struct devices devices;

	read_devices(&devices);
	assert_int_equal(registry_count(manager->registry), devices.count);
	for (size_t i = 0; i < devices.count; i++) {
		const struct registry_device *device =
			registry_find(manager->registry, devices.items[i].name);

		assert_non_null(device);
		assert_int_equal(device->device.priority, devices.items[i].priority);
		assert_int_equal(device->device.up, devices.items[i].up);
	}
}

static void expect_exactly(const struct devices *expected)
{
	struct devices devices;

	read_devices(&devices);
	assert_int_equal(devices.count, expected->count);
	for (size_t i = 0; i < devices.count; i++)
		if (!same(&devices.items[i], find(expected, devices.items[i].name)))
			fail_msg("%s is not as it should be", devices.items[i].name);
	expect_registry_of_plugin();
}

/*
 * Devices that come or go are there or not, and down if connections would keep them from going;
 * of those that stay each is as it was or as it is to be.
 */
static void expect_either(const struct devices *a, const struct devices *b)
{
	struct devices devices;

	read_devices(&devices);
	for (size_t i = 0; i < devices.count; i++) {
		const char *name = devices.items[i].name;
		const struct device *x = find(a, name), *y = find(b, name);

		if (!x && !y)
			fail_msg("%s is of nobody", name);
		if (x && y && !same(&devices.items[i], x) && !same(&devices.items[i], y))
			fail_msg("%s is as nobody has said", name);
	}
	for (size_t i = 0; i < a->count; i++)
		if (find(b, a->items[i].name) && !find(&devices, a->items[i].name))
			fail_msg("%s is not there", a->items[i].name);
}

static const char *root_of(const char *path)
{
	return in_temporary(path);
}

static void expect_loadable(const char *root)
{
	struct config *config;
	struct config_error error;

	if (config_files_load(root, &config, &error) < 0)
		fail_msg("%s", error.text);
	config_free(config);
}

/* No file is cut, nothing half-written is left, and what is kept is what runs if need be. */
static void expect_whole_files(void)
{
	static const char *const directories[] = {
		"root/etc/smcd", "root/etc/smcd/smcd.d", "root/run/smcd", "root/run/smcd/smcd.d",
		"root/run/smcd/kept/etc/smcd", "devices/.none",
	};
	struct state state = { 0 };
	int r = state_load(root_of("root/run/smcd/managed"), &state);

	assert_true(!r || r == -ENOENT);
	state_clear(&state);
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
		DIR *dir = opendir(in_temporary(directories[i]));
		struct dirent *entry;

		while (dir && (entry = readdir(dir)))
			if (entry->d_name[0] == '.' && strcmp(entry->d_name, ".") &&
			    strcmp(entry->d_name, ".."))
				fail_msg("%s is left", entry->d_name);
		if (dir)
			closedir(dir);
	}
	assert_false(path_exists("root/run/smcd/kept.new"));
	expect_loadable(root_of("root"));
	if (kept_exists(root_of("root")))
		expect_loadable(root_of("root/run/smcd/kept"));
	if (manager)
		assert_int_equal(manager->trial.active || manager->older[0],
				 kept_exists(root_of("root")));
}

/* As after a change in the kernel, which need not be waited for. */
static void look_again(void)
{
	manager->last_refresh = 0;
	manager_schedule(NULL, manager);
	for (uint64_t began = manager_now(); manager_now() < began + 15000; )
		assert_true(sd_event_run(event, 1000) >= 0);
}

/* The loop runs, and whoever asks is answered. */
static void expect_answers(void)
{
	const struct registry_device **ranked;
	size_t count;

	while (sd_event_run(event, 0) > 0)
		;
	manager_read_counters(manager);
	assert_int_equal(registry_ranked(manager->registry, &ranked, &count), 0);
	free(ranked);
	assert_int_equal(manager_verify(manager, &words), 0);
	assert_int_equal(manager_set_priority(manager, "stranger", 1, false, &words),
			 manager->trial.active ? -EBUSY : -ENODEV);
}

static void reload_well(const struct devices *expected)
{
	words.text[0] = '\0';
	if (manager_reload(manager, &words) < 0)
		fail_msg("%s", words.text);
	if (manager->problems.count)
		fail_msg("%s", manager->problems.items[0]);
	assert_string_equal(manager->config_error, "");
	expect_exactly(expected);
}

/* --- What is asked for, and what has to come of it ------------------------------- */

struct scenario {
	const char *name;
	void (*prepare)(void);		/* without faults */
	int (*ask)(void);
	void (*expect)(int r);		/* likewise; leaves all as the files say */
	size_t allocations;		/* that it makes at least, so that a wrong link is seen */
};

static int ask_start(void)
{
	return new_manager();
}

static void expect_start(int r)
{
	if (r < 0) {
		free_manager();
		expect_whole_files();
		assert_int_equal(new_manager(), 0);
	}
	reload_well(&old_devices);
}

static void prepare_change(void)
{
	start_well();
	say(new_policy);
}

static int ask_reload(void)
{
	return manager_reload(manager, &words);
}

static int ask_refusing(void)
{
	static const struct manager_apply_options options = { .busy = MANAGER_REFUSE };

	return manager_apply_files(manager, &options, &words);
}

static bool config_has(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->n_devices; i++)
		if (!strcmp(config->devices[i].name, name))
			return true;
	return false;
}

/* A policy that was taken, but not brought about, is not forgotten. */
static void expect_to_go_on(void)
{
	int enabled = SD_EVENT_OFF;

	if (manager->refresh)
		assert_int_equal(sd_event_source_get_enabled(manager->refresh, &enabled), 1);
	assert_int_equal(enabled, SD_EVENT_ONESHOT);
}

static void expect_change(int r)
{
	if (r < 0 && config_has(manager->config, "come"))
		expect_to_go_on();
	expect_either(&old_devices, &new_devices);
	expect_whole_files();
	reload_well(&new_devices);
}

static int ask_dry_run(void)
{
	struct manager_preview preview;
	int r = manager_preview(manager, &preview, &words);

	if (!r)
		manager_preview_clear(&preview);
	return r;
}

static int ask_verify(void)
{
	return manager_verify(manager, &words);
}

static void expect_no_change(int r)
{
	(void)r;
	expect_exactly(&old_devices);
	expect_whole_files();
	reload_well(&new_devices);
}

static void prepare_no_change(void)
{
	start_well();
}

static int ask_priority(void)
{
	return manager_set_priority(manager, "a", 77, false, &words);
}

static int ask_saved_priority(void)
{
	return manager_set_priority(manager, "a", 77, true, &words);
}

static int ask_down(void)
{
	return manager_set_up(manager, "a", false, &words);
}

static int ask_up(void)
{
	return manager_set_up(manager, "a", true, &words);
}

static int ask_drain(void)
{
	return manager_drain(manager, "a", 1000, &words);
}

static bool any_override(void)
{
	return path_exists("root/etc/smcd/smcd.d/" CONFIG_OVERRIDE_SAVED) ||
	       path_exists("root/run/smcd/smcd.d/" CONFIG_OVERRIDE_RUNTIME);
}

/* Either nothing was written, and all is as before, or the next reload brings it about. */
static void expect_override(int r, const struct devices *before, const struct devices *after,
			    bool written)
{
	expect_either(before, after);
	expect_whole_files();
	if (!r)
		expect_exactly(after);
	assert_true(written || r < 0);
	reload_well(written ? after : before);
}

static void expect_priority(int r)
{
	struct devices after = old_devices;

	after.items[0].priority = 77;
	expect_override(r, &old_devices, &after, any_override());
}

static int ask_create(void)
{
	static const struct config_device device = {
		.name = "made", .kind = "loopback", .priority = 7, .has_priority = true,
	};

	return manager_create(manager, &device, true, &words);
}

static void expect_created(int r)
{
	struct devices after = old_devices;

	after.items[after.count++] = (struct device){ .name = "made", .priority = 7, .up = true };
	expect_override(r, &old_devices, &after, any_override());
}

static void expect_down(int r)
{
	struct devices after = old_devices;

	after.items[0].up = false;
	expect_override(r, &old_devices, &after, any_override());
}

static void prepare_down(void)
{
	start_well();
	assert_int_equal(ask_down(), 0);
}

static bool is_said_up(void)
{
	char text[512];

	read_text("root/run/smcd/smcd.d/" CONFIG_OVERRIDE_RUNTIME, text, sizeof(text));
	return strstr(text, "state: up");
}

static void expect_up(int r)
{
	struct devices before = old_devices;

	before.items[0].up = false;
	expect_override(r, &before, &old_devices, is_said_up());
}

static int ask_delete(void)
{
	return manager_delete(manager, "gone", false, &words);
}

/* Gone for now, and not to come back by itself; but with a reload, as the files name it. */
static void expect_deleted(int r)
{
	struct devices without = old_devices;
	bool gone;

	without.count--;
	expect_either(&without, &old_devices);
	expect_whole_files();
	/* Neither without memory nor if the plugin does not tell does it come back by itself. */
	gone = !path_exists("devices/gone");
	manager->last_run = 0;
	look_again();
	if (!r || (gone && fault.target == ALLOCATIONS))
		expect_exactly(&without);
	else
		expect_registry_of_plugin();
	reload_well(&old_devices);
}

static int ask_trial(void)
{
	static const struct manager_apply_options options = { .confirm = 60 };

	return manager_apply_files(manager, &options, &words);
}

static void expect_trial(int r)
{
	struct devices after;

	expect_either(&old_devices, &new_devices);
	expect_whole_files();
	assert_int_equal(manager->trial.active, !r);
	if (!r)
		assert_int_equal(manager_rollback(manager, &words), 0);
	/* What was rolled back is not taken when something else changes; what is new else is. */
	after = manager->older[0] ? old_devices : new_devices;
	assert_int_equal(manager_set_priority(manager, "a", 77, false, &words), 0);
	after.items[0].priority = 77;
	expect_exactly(&after);
	expect_whole_files();
	assert_int_equal(manager_set_priority(manager, "a", 20, false, &words), 0);
	reload_well(&new_devices);
}

static void prepare_trial(void)
{
	prepare_change();
	assert_int_equal(ask_trial(), 0);
	expect_exactly(&new_devices);
}

static int ask_rollback(void)
{
	return manager_rollback(manager, &words);
}

static void expect_rollback(int r)
{
	(void)r;
	assert_false(manager->trial.active);
	assert_true(manager->older[0]);
	expect_trial(-1);
}

static int ask_confirm(void)
{
	return manager_confirm(manager, &words);
}

static void expect_confirmed(int r)
{
	assert_int_equal(manager->trial.active, r < 0);
	expect_whole_files();
	if (r < 0)
		assert_int_equal(manager_confirm(manager, &words), 0);
	assert_false(manager->older[0]);
	assert_false(kept_exists(root_of("root")));
	reload_well(&new_devices);
}

static void prepare_unconfirmed(void)
{
	prepare_trial();
	free_manager();
}

/* Files that were not confirmed must not be taken by a daemon that starts. */
static void expect_unconfirmed(int r)
{
	/* Without its devices nothing can be set. */
	if (r < 0 || manager->problems.count) {
		free_manager();
		assert_int_equal(new_manager(), 0);
	}
	expect_rollback(-1);
}

/* A device changes behind the daemon's back. */
static void prepare_drift(void)
{
	start_well();
	write_text("devices/a", "loopback ffff 1 99 4096 1 0\n");
}

static int ask_refresh(void)
{
	look_again();
	return 0;
}

static void expect_repaired(int r)
{
	struct devices drifted = old_devices;

	(void)r;
	drifted.items[0].priority = 99;
	expect_either(&old_devices, &drifted);
	expect_whole_files();
	reload_well(&old_devices);
}

/* --- The SMC stack ---------------------------------------------------------------- */

#define OLD_STACK "ueids: [OURS, BOTH]\npnetids: {NET1: {interfaces: [eth1]}}\n"
#define NEW_STACK "ueids: [BOTH, NEW]\npnetids: {NET2: {interfaces: [eth1, eth2]}}\n"

static void say_stack(const char *stack)
{
	char text[512];

	snprintf(text, sizeof(text), "plugins: [memory]\n%sdevices: {" A(10) B("") GONE "}\n",
		 stack);
	say(text);
}

static void prepare_stack(void)
{
	fake_stack_load();
	say_stack(OLD_STACK);
	start_well();
	say_stack(NEW_STACK);
}

/* What is nobody's and what both policies want is always there. */
static void expect_kept(void)
{
	assert_true(fake_stack_has_ueid("FOREIGN"));
	assert_true(fake_stack_has_ueid("BOTH"));
	assert_true(fake_stack_has_pnet("THEIRS", "eth9"));
}

/* Besides, there is @ueid, and @pnetid for as many interfaces, and no more. */
static void expect_tables(const char *ueid, const char *pnetid, size_t n_interfaces)
{
	expect_kept();
	assert_true(fake_stack_has_ueid(ueid));
	assert_int_equal(fake_stack.n_ueids, 3);
	assert_true(fake_stack_has_pnet(pnetid, "eth1"));
	assert_int_equal(fake_stack_has_pnet(pnetid, "eth2"), n_interfaces > 1);
	assert_int_equal(fake_stack.n_pnets, 1 + n_interfaces);
}

static void expect_stack(int r)
{
	(void)r;
	expect_kept();
	expect_whole_files();
	reload_well(&old_devices);
	expect_tables("NEW", "NET2", 2);
}

/* Either the trial runs, or it has left nothing; afterwards it has left nothing in any case. */
static void expect_stack_trial(int r)
{
	expect_kept();
	expect_whole_files();
	assert_int_equal(manager->trial.active, !r);
	if (!r)
		assert_int_equal(manager_rollback(manager, &words), 0);
	say_stack(OLD_STACK);
	reload_well(&old_devices);
	expect_tables("OURS", "NET1", 1);
}

static int ask_linkgroups(void)
{
	struct smc_netlink *netlink;
	int r = manager_netlink(manager, &netlink);

	return r < 0 ? r : linkgroups_read(&manager->linkgroups, netlink);
}

static void expect_linkgroups(int r)
{
	if (r < 0) {
		assert_int_equal(manager->linkgroups.count, 0);
		assert_int_equal(ask_linkgroups(), 0);
	}
	assert_int_equal(manager->linkgroups.count, STACK_LINKGROUPS + 1);
	assert_int_equal(linkgroups_find(&manager->linkgroups, 0x200)->connections, 2);
	assert_int_equal(linkgroups_find(&manager->linkgroups, 0x300)->connections, 1);
	expect_stack(0);
}

static const struct scenario scenarios[] = {
	{ "start", NULL, ask_start, expect_start, 20 },
	{ "reload", prepare_change, ask_reload, expect_change, 20 },
	{ "apply, refusing", prepare_change, ask_refusing, expect_change, 20 },
	{ "dry run", prepare_change, ask_dry_run, expect_no_change, 20 },
	{ "verify", prepare_change, ask_verify, expect_no_change, 20 },
	{ "priority", prepare_no_change, ask_priority, expect_priority, 20 },
	{ "saved priority", prepare_no_change, ask_saved_priority, expect_priority, 20 },
	{ "down", prepare_no_change, ask_down, expect_down, 20 },
	{ "up", prepare_down, ask_up, expect_up, 20 },
	{ "create", prepare_no_change, ask_create, expect_created, 20 },
	{ "drain", prepare_no_change, ask_drain, expect_down, 20 },
	{ "delete", prepare_no_change, ask_delete, expect_deleted, 20 },
	{ "apply on trial", prepare_change, ask_trial, expect_trial, 20 },
	{ "rollback", prepare_trial, ask_rollback, expect_rollback, 20 },
	{ "confirm", prepare_trial, ask_confirm, expect_confirmed, 2 },
	{ "start, unconfirmed", prepare_unconfirmed, ask_start, expect_unconfirmed, 20 },
	{ "drift", prepare_drift, ask_refresh, expect_repaired, 10 },
	{ "reload of UEIDs and PNETIDs", prepare_stack, ask_reload, expect_stack, 20 },
	{ "UEIDs and PNETIDs on trial", prepare_stack, ask_trial, expect_stack_trial, 20 },
	{ "link groups", prepare_stack, ask_linkgroups, expect_linkgroups, 3 },
};

/* True if the fault was met. */
static bool run_once(const struct scenario *scenario, enum fault_target target, size_t failing_call)
{
	bool met;
	int r;

	begin_anew();
	fake_stack.loaded = false;
	fault.balance = 0;
	if (scenario->prepare)
		scenario->prepare();
	snprintf(words.text, sizeof(words.text), "out of memory");
	fault.target = target;
	fault.calls = 0;
	fault.failing_call = failing_call;
	r = scenario->ask();
	met = fault.calls > failing_call;
	fault.failing_call = NO_CALL;
	if (!met && r < 0)
		fail_msg("%s: %s", scenario->name, words.text);
	scenario->expect(r);
	expect_whole_files();
	expect_answers();
	free_manager();
	if (fault.balance)
		fail_msg("%ld allocations are lost", fault.balance);
	return met;
}

static size_t fail_each(const struct scenario *scenario, enum fault_target target)
{
	size_t n = 0;

	while (run_once(scenario, target, n))
		n++;
	return n;
}

static void each_allocation_may_fail(void **state)
{
	const struct scenario *scenario = *state;
	size_t n = fail_each(scenario, ALLOCATIONS);

	print_message("# %s: %zu allocations\n", scenario->name, n);
	assert_true(n >= scenario->allocations);
}

/* One that cannot be tried again, one that can, and one that has a meaning. */
static void each_plugin_call_may_fail(void **state)
{
	static const int errors[] = { -EIO, -ENOMEM, -EBUSY };
	const struct scenario *scenario = *state;
	size_t n = 0;

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		fault.error = errors[i];
		n += fail_each(scenario, PLUGIN_BEFORE);
		n += fail_each(scenario, PLUGIN_AFTER);
		n += fail_each(scenario, STACK_BEFORE);
		n += fail_each(scenario, STACK_AFTER);
	}
	print_message("# %s: %zu calls of the plugin and the stack\n", scenario->name, n);
}

/* Tens of thousands of files come and go. */
static int setup_in_memory(void)
{
	strcpy(temporary, "/dev/shm/smcd-unit.XXXXXX");
	return mkdtemp(temporary) ? 0 : temporary_setup(NULL);
}

#define COUNT (sizeof(scenarios) / sizeof(scenarios[0]))

static char names[2 * COUNT][64];

int main(void)
{
	struct CMUnitTest tests[2 * COUNT];

	setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
	assert_int_equal(setup_in_memory(), 0);
	setenv("SMCD_MEMORY_DIR", in_temporary("devices"), 1);
	for (size_t i = 0; i < COUNT; i++) {
		void *scenario = (void *)&scenarios[i];

		tests[2 * i] = (struct CMUnitTest){
			names[2 * i], each_allocation_may_fail, NULL, NULL, scenario,
		};
		tests[2 * i + 1] = (struct CMUnitTest){
			names[2 * i + 1], each_plugin_call_may_fail, NULL, NULL, scenario,
		};
		snprintf(names[2 * i], sizeof(names[0]), "%s: allocations", scenarios[i].name);
		snprintf(names[2 * i + 1], sizeof(names[0]), "%s: plugin", scenarios[i].name);
	}
	return cmocka_run_group_tests(tests, NULL, temporary_teardown);
}
