/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the programs whose instructions tests/guard/run counts have in common. One does a piece of
 * work of its table: callgrind counts what the function measured() does, nothing else.
 */
#ifndef TESTS_GUARD_WORK_H
#define TESTS_GUARD_WORK_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct work {
	const char *name;
	void (*prepare)(void);
	bool (*run)(void);	/* whether what came of it is right */
};

/* callgrind is told its name. */
__attribute__((noinline)) bool measured(const struct work *work, int times);

bool measured(const struct work *work, int times)
{
	bool good = true;

	while (times-- > 0)
		good = work->run() && good;
	return good;
}

/* PROGRAM NAME [TIMES]; twice is what a test of the guard takes for slow. */
static inline int work_main(const struct work *table, size_t size, int argc, char *argv[])
{
	int times = argc > 2 ? atoi(argv[2]) : 1;

	for (size_t i = 0; argc > 1 && i < size; i++) {
		if (strcmp(table[i].name, argv[1]) != 0)
			continue;
		table[i].prepare();
		if (measured(&table[i], times))
			return EXIT_SUCCESS;
		fprintf(stderr, "%s: what came of it is wrong\n", argv[1]);
		return EXIT_FAILURE;
	}
	fprintf(stderr, "usage: %s NAME [TIMES]\n", argv[0]);
	return EXIT_FAILURE;
}

/* For what has to work, or there is nothing to measure. */
static inline void need(bool good)
{
	if (good)
		return;
	fputs("the work cannot be prepared\n", stderr);
	exit(EXIT_FAILURE);
}

#endif
