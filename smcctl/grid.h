/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text of a fixed size, line by line, and tables that are fitted into its width. Pure.
 *
 * All text is printable ASCII, one column a byte: what else comes is shown as '?'.
 */
#ifndef SMCCTL_GRID_H
#define SMCCTL_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GRID_CELL_SIZE 128		/* of a cell's text, with its NUL */
#define GRID_COLUMNS_MAX 12
#define GRID_SIDE_MAX 1000		/* more columns or lines are not used */

enum grid_style {
	GRID_PLAIN,
	GRID_STRONG,
	GRID_TITLE,		/* of a part of the screen */
	GRID_FOCUS,		/* of the part that keys act on */
	GRID_HEADING,		/* of a table */
	GRID_WARNING,
};

/* Lines of at most @width bytes; those from @used on are empty. */
struct canvas {
	unsigned int width, height, used;
	enum grid_style *styles;
	char *text;		/* @height strings, each in @width + 1 bytes */
};

#define canvas_cleanup __attribute__((cleanup(canvas_clear)))

/* Makes an empty one; at least 1 by 1, at most GRID_SIDE_MAX a side. 0 or -ENOMEM. */
int canvas_init(struct canvas *canvas, unsigned int width, unsigned int height);
void canvas_clear(struct canvas *canvas);

const char *canvas_line(const struct canvas *canvas, unsigned int line);

/* Appends a line, cut to the width; nothing if there is no room for it. */
void canvas_add(struct canvas *canvas, enum grid_style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Appends a line with @right at its end, if there is room for both. */
void canvas_add_ends(struct canvas *canvas, enum grid_style style, const char *left,
		     const char *right);

struct grid_cell {
	char text[GRID_CELL_SIZE];
	uint64_t key;		/* of a number: what it is sorted by, the greatest first */
};

struct grid_column {
	const char *heading;
	bool number;		/* aligned to the right, and never cut */
	unsigned int min;	/* width */
	unsigned int keep;	/* where not all have room, that of the least goes first */
};

struct grid {
	const struct grid_column *columns;
	unsigned int n_columns;
	size_t n_rows;
	/* Fills a cell of zeros. */
	void (*cell)(const void *data, size_t row, unsigned int column, struct grid_cell *cell);
	const void *data;
};

/* Copies @text with '?' for what is not printable ASCII, cut to the size of a cell. */
void grid_text(struct grid_cell *cell, const char *text);

/* Fills @ret_order with the rows, sorted by a column; equal ones stay in order. 0 or -ENOMEM. */
int grid_sort(const struct grid *grid, unsigned int column, bool reverse, size_t *ret_order);

/* Gives each column a width, 0: it is not shown, so that a line has at most @width bytes. */
void grid_fit(const struct grid *grid, unsigned int width, unsigned int widths[GRID_COLUMNS_MAX]);

/* Append a line of the table to @canvas. */
void grid_add_heading(const struct grid *grid, const unsigned int *widths, struct canvas *canvas);
void grid_add_row(const struct grid *grid, const unsigned int *widths, size_t row,
		  struct canvas *canvas);

#endif
