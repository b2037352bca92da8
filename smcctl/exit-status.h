/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exit statuses of smcctl; smcctl(1) documents them, scripts rely on them. */
#ifndef SMCCTL_EXIT_STATUS_H
#define SMCCTL_EXIT_STATUS_H

enum exit_status {
	EXIT_OK = 0,
	EXIT_FAILED = 1,	/* refused, or not possible */
	EXIT_USAGE = 2,		/* the command line makes no sense */
	EXIT_NOT_RUNNING = 3,	/* smcd does not run, or D-Bus does not */
	EXIT_PERMISSION = 4,	/* needs root, or polkit's consent */
	EXIT_NO_DEVICE = 5,	/* no device or link group of that name */
	EXIT_TIMEOUT = 6,	/* the time was up before it was done */
};

#endif
