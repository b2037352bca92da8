/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What fails for test-manager-nomem: allocations of the daemon, calls into its plugin, and
 * requests to the SMC stack.
 */
#ifndef TESTS_MANAGER_FAULTS_H
#define TESTS_MANAGER_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NO_CALL SIZE_MAX

enum fault_target {
	NOTHING,
	ALLOCATIONS,
	PLUGIN_BEFORE,			/* a call fails, and has done nothing */
	PLUGIN_AFTER,			/* likewise, but has done all */
	STACK_BEFORE, STACK_AFTER,	/* the same of a request */
};

struct fault {
	enum fault_target target;
	size_t calls, failing_call;	/* counted from 0; NO_CALL: none fails */
	int error;			/* of the plugin or the stack */
	long balance;			/* allocations that are not freed */
};

extern struct fault fault;

/* Counts a call of something that @target stands for: whether it is the one to fail. */
bool fault_must_fail(enum fault_target target);

#endif
