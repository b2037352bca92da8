/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables whose rows are printed when they come: columns have a fixed width. Otherwise as those of
 * output.h, by whose style they go.
 */
#ifndef SMCCTL_OUTPUT_LINES_H
#define SMCCTL_OUTPUT_LINES_H

#include "output.h"

struct output_lines {
	const struct output_column *columns;
	const int *widths;		/* what is longer moves the rest of its row */
	size_t *order;			/* columns that are shown */
	size_t n;
};

#define lines_cleanup __attribute__((cleanup(output_lines_clear)))

/* @columns and @widths have to outlive it. Prints the headings if they are wanted. */
void output_lines_begin(struct output_lines *lines, const struct output_column *columns,
			const int *widths, size_t n_columns, bool headings);

/* A cell for each column, whether it is shown or not; those that are NULL or empty print as "-". */
void output_lines_row(const struct output_lines *lines, const char *const *cells);

void output_lines_clear(struct output_lines *lines);

#endif
