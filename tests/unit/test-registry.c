// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the registry: what it finds different, in which order it tells and lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "registry.h"

struct fixture {
	struct registry *registry;
	char told[512];
	unsigned int what;
};

static void tell(struct fixture *fixture, char sign, const char *name)
{
	size_t length = strlen(fixture->told);

	snprintf(fixture->told + length, sizeof(fixture->told) - length, "%c%s ", sign, name);
}

static void removed(const struct registry_device *device, void *userdata)
{
	struct fixture *fixture = userdata;

	assert_ptr_equal(registry_find(fixture->registry, device->device.name), device);
	tell(fixture, '-', device->device.name);
}

static void changed(const struct registry_device *device, unsigned int what, void *userdata)
{
	struct fixture *fixture = userdata;

	assert_ptr_equal(registry_find(fixture->registry, device->device.name), device);
	fixture->what = what;
	tell(fixture, '~', device->device.name);
}

static void added(const struct registry_device *device, void *userdata)
{
	struct fixture *fixture = userdata;

	assert_ptr_equal(registry_find(fixture->registry, device->device.name), device);
	tell(fixture, '+', device->device.name);
}

static void clash(const struct registry_device *kept, const struct registry_device *dropped,
		  void *userdata)
{
	assert_string_equal(kept->device.name, dropped->device.name);
	assert_string_not_equal(kept->plugin, dropped->plugin);
	tell(userdata, '!', kept->plugin);
}

static const struct registry_ops ops = {
	.removed = removed, .changed = changed, .added = added, .clash = clash,
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	if (!fixture || registry_new(&ops, fixture, &fixture->registry) < 0)
		return -1;
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	registry_free(fixture->registry);
	free(fixture);
	return 0;
}

static struct registry_device device(const char *name, uint32_t rank, uint32_t priority)
{
	struct registry_device result = {
		.device = { .kind = "loopback", .chid = 0xFFFF, .rank = rank, .up = true,
			    .attached = true },
		.plugin = "one", .priority = priority,
	};

	snprintf(result.device.name, sizeof(result.device.name), "%s", name);
	return result;
}

static void update(struct fixture *fixture, const struct registry_device *devices, size_t count,
		   const char *told)
{
	struct registry_device copy[8];

	assert_true(count <= 8);
	if (count)
		memcpy(copy, devices, count * sizeof(*devices));
	fixture->told[0] = '\0';
	fixture->what = 0;
	assert_int_equal(registry_update(fixture->registry, copy, count), 0);
	assert_string_equal(fixture->told, told);
}

static void test_difference(void **state)
{
	struct fixture *fixture = *state;
	struct registry_device devices[] = {
		device("c", 1, 1), device("a", 2, 1), device("b", 3, 1),
	};

	update(fixture, devices, 0, "");
	update(fixture, devices, 3, "+a +b +c ");
	update(fixture, devices, 3, "");
	devices[1].device.gid = 7;
	update(fixture, devices, 3, "~a ");
	assert_int_equal(fixture->what, REGISTRY_GID);
	assert_int_equal(registry_find(fixture->registry, "a")->device.gid, 7);
	update(fixture, devices + 1, 2, "-c ");
	devices[0].device.rank = 9;
	update(fixture, devices, 1, "-b -a +c ");
	assert_int_equal(registry_count(fixture->registry), 1);
	assert_null(registry_find(fixture->registry, "a"));
	update(fixture, devices, 0, "-c ");
}

static void test_each_property(void **state)
{
	struct fixture *fixture = *state;
	struct registry_device d = device("a", 1, 1);

#define CHANGE(statement, expected) do {			\
		statement;					\
		update(fixture, &d, 1, "~a ");			\
		assert_int_equal(fixture->what, expected);	\
	} while (0)
	update(fixture, &d, 1, "+a ");
	CHANGE(strcpy(d.device.kind, "ism"), REGISTRY_KIND);
	CHANGE(strcpy(d.plugin, "two"), REGISTRY_PLUGIN);
	CHANGE(d.device.chid = 1, REGISTRY_CHID);
	CHANGE(d.device.gid = 1, REGISTRY_GID);
	CHANGE(d.priority = 2, REGISTRY_PRIORITY);
	CHANGE(d.device.rank = 0, REGISTRY_RANK);
	CHANGE(strcpy(d.device.reason, "busy"), REGISTRY_REASON);
	CHANGE(d.device.up = false, REGISTRY_STATE);
	CHANGE(d.device.attached = false, REGISTRY_STATE);
	CHANGE(strcpy(d.device.pnetid, "NET1"), REGISTRY_PNETID);
	CHANGE(d.device.has_fid = true, REGISTRY_FUNCTION_ID);
	CHANGE((d.device.has_fid = true, d.device.fid = 1), REGISTRY_FUNCTION_ID);
	CHANGE(strcpy(d.device.instead, "wait"), REGISTRY_OTHER);
	CHANGE(d.device.max_dmbs = 1, REGISTRY_MAX_DMBS);
	CHANGE(d.managed = true, REGISTRY_MANAGED);
	CHANGE(d.device.drain = SMCD_DRAIN_DONE, REGISTRY_DRAIN);
	CHANGE((d.device.drain = SMCD_DRAIN_ACTIVE, d.device.connections = 9),
	       REGISTRY_DRAIN | REGISTRY_DRAINED);
	CHANGE(d.device.priority = 77, REGISTRY_OTHER);
	CHANGE((d.device.rank = 4, d.managed = false), REGISTRY_RANK | REGISTRY_MANAGED);
#undef CHANGE
}

static void test_counters(void **state)
{
	struct fixture *fixture = *state;
	struct registry_device d = device("a", 1, 1);

	update(fixture, &d, 1, "+a ");
	d.device.connections = 5;
	d.device.stats.tx_bytes = 6;
	update(fixture, &d, 1, "");
	d.device.dmbs = 7;
	d.device.rank = 8;
	registry_update_counters(fixture->registry, &d, 1);
	assert_int_equal(registry_find(fixture->registry, "a")->device.connections, 5);
	assert_int_equal(registry_find(fixture->registry, "a")->device.stats.tx_bytes, 6);
	assert_int_equal(registry_find(fixture->registry, "a")->device.dmbs, 7);
	assert_int_equal(registry_find(fixture->registry, "a")->device.rank, 1);
	strcpy(d.device.name, "unknown");
	registry_update_counters(fixture->registry, &d, 1);
}

static void test_clash(void **state)
{
	struct fixture *fixture = *state;
	struct registry_device devices[] = {
		device("a", 1, 1), device("b", 1, 1), device("a", 2, 1),
	};

	strcpy(devices[0].plugin, "two");
	update(fixture, devices, 3, "!one +a +b ");
	assert_string_equal(registry_find(fixture->registry, "a")->plugin, "one");
	update(fixture, devices, 3, "!one ");
	update(fixture, devices, 2, "~a ");
}

static void test_order(void **state)
{
	struct fixture *fixture = *state;
	struct registry_device devices[] = {
		device("none-a", 0, 10), device("third", 3, 500), device("none-b", 0, 20),
		device("first", 1, 1), device("same-b", 2, 5), device("same-a", 2, 5),
		device("same-0", 2, 6),
	};
	static const char *const expected[] = {
		"first", "same-0", "same-a", "same-b", "third", "none-b", "none-a",
	};
	const struct registry_device **ranked;
	size_t count;

	update(fixture, devices, 7, "+first +none-a +none-b +same-0 +same-a +same-b +third ");
	assert_int_equal(registry_ranked(fixture->registry, &ranked, &count), 0);
	assert_int_equal(count, 7);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(ranked[i]->device.name, expected[i]);
	free(ranked);
	assert_string_equal(registry_get(fixture->registry, 0)->device.name, "first");
}

static void test_stable(void **state)
{
	struct fixture *fixture = *state;
	struct registry_device devices[] = { device("a", 1, 1), device("b", 1, 1) };
	const struct registry_device *b;

	update(fixture, devices, 2, "+a +b ");
	b = registry_find(fixture->registry, "b");
	update(fixture, devices + 1, 1, "-a ");
	assert_ptr_equal(registry_find(fixture->registry, "b"), b);
}

static void test_states(void **state)
{
	struct smcd_device d = { .up = true, .attached = true };

	(void)state;
	assert_string_equal(registry_state(&d), "up");
	d.attached = false;
	assert_string_equal(registry_state(&d), "detached");
	d.up = false;
	assert_string_equal(registry_state(&d), "down");
	d.attached = true;
	assert_string_equal(registry_state(&d), "draining");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_difference),
		TEST(test_each_property),
		TEST(test_counters),
		TEST(test_clash),
		TEST(test_order),
		TEST(test_stable),
		cmocka_unit_test(test_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
