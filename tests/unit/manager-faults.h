/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What fails for test-manager-nomem: allocations of the daemon, and calls into its plugin. */
#ifndef TESTS_MANAGER_FAULTS_H
#define TESTS_MANAGER_FAULTS_H

#include <stddef.h>
#include <stdint.h>

#define NO_CALL SIZE_MAX

enum fault_target {
	NOTHING,
	ALLOCATIONS,
	PLUGIN_BEFORE,			/* a call fails, and has done nothing */
	PLUGIN_AFTER,			/* likewise, but has done all */
};

struct fault {
	enum fault_target target;
	size_t calls, failing_call;	/* counted from 0; NO_CALL: none fails */
	int error;			/* of the plugin */
	long balance;			/* allocations that are not freed */
};

extern struct fault fault;

#endif
