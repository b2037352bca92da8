/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows what the connections of smc-traffic really are, and compares that
 * with what was expected.
 */
#ifndef TESTS_VM_TRAFFIC_REPORT_H
#define TESTS_VM_TRAFFIC_REPORT_H

#include "traffic-diag.h"
#include "traffic-side.h"

struct report {
	unsigned int ends;
	unsigned int modes[SMC_MODE_FALLBACK + 1];
	unsigned int missing;	/* ends that SMC_DIAG does not have */
	unsigned int wrong;	/* things that are not as expected */
};

/*
 * Reads SMC_DIAG in both namespaces and prints a line for each end. Either
 * side may be NULL; a server that does not accept is found by the client's
 * ports. What is not as expected goes to stderr and into *ret. Returns 0, also
 * if something is wrong, or a negative errno.
 */
int report_ends(const struct side *server, const struct side *client, struct report *ret);

/* Prints the figures as key=value pairs without a newline. */
void report_print(const struct report *r);

#endif
