// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * profile-mark MILLIS: what tests/bench/profile counts, begins, and ends when this ends. For
 * programs that have no marks, and run meanwhile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "profile-mark.h"

int main(int argc, char **argv)
{
	long millis = argc == 2 ? atol(argv[1]) : 0;
	struct timespec span = { .tv_sec = millis / 1000, .tv_nsec = millis % 1000 * 1000000 };

	if (millis <= 0) {
		fputs("Usage: profile-mark MILLIS\n", stderr);
		return 2;
	}
	mark_begin();
	nanosleep(&span, NULL);
	mark_end();
	return 0;
}
