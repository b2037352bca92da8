// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of what is read from uevents. That the kernel's arrive is shown in a VM. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>
#include "../../smcd/uevent.h"
#include "exact-copy.h"

/* @wanted NULL: no subsystem. */
static void assert_subsystem(const char *wanted, const char *message, size_t size)
{
	char *copy = exact_copy(message, size);
	const char *found;

	found = uevent_subsystem(copy, size);
	if (wanted) {
		assert_non_null(found);
		assert_string_equal(found, wanted);
	} else {
		assert_null(found);
	}
	free(copy);
}

/* The NUL at the end of a literal is that of its last string. */
#define ASSERT_SUBSYSTEM(wanted, message) assert_subsystem(wanted, message, sizeof(message))

static void test_subsystems(void **state)
{
	(void)state;
	ASSERT_SUBSYSTEM("dibs", "add@/devices/virtual/dibs/lo\0ACTION=add\0SUBSYSTEM=dibs\0N=1");
	ASSERT_SUBSYSTEM("pci", "remove@/devices/x\0SUBSYSTEM=pci");
	ASSERT_SUBSYSTEM("", "add@/x\0SUBSYSTEM=");
	ASSERT_SUBSYSTEM("one", "add@/x\0SUBSYSTEM=one\0SUBSYSTEM=two");
	ASSERT_SUBSYSTEM(NULL, "add@/module/smc\0ACTION=add\0DEVPATH=/module/smc");
	ASSERT_SUBSYSTEM(NULL, "add@/x\0MYSUBSYSTEM=dibs\0SUBSYSTEM");
}

static void test_no_uevent(void **state)
{
	static const char cut[] = { 'a', '@', 'x', 0, 'S', 'U', 'B', 'S', 'Y', 'S', 'T', 'E', 'M',
				    '=', 'd', 'i', 'b', 's' };

	(void)state;
	assert_subsystem(NULL, "", 0);
	assert_subsystem(NULL, cut, sizeof(cut));
	ASSERT_SUBSYSTEM(NULL, "");
	ASSERT_SUBSYSTEM(NULL, "libudev\0SUBSYSTEM=dibs");
}

static void never(const char *subsystem, void *userdata)
{
	(void)subsystem, (void)userdata;
}

static void test_open(void **state)
{
	struct uevent *uevent = NULL;
	sd_event *event = NULL;

	(void)state;
	assert_return_code(sd_event_new(&event), 0);
	assert_int_equal(uevent_open(event, never, NULL, &uevent), 0);
	assert_non_null(uevent);
	assert_return_code(sd_event_run(event, 0), 0);
	uevent_close(uevent);
	uevent_close(NULL);
	sd_event_unref(event);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_subsystems),
		cmocka_unit_test(test_no_uevent),
		cmocka_unit_test(test_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
