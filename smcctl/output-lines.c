// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables of lines that are printed when they come; see output-lines.h. */
#include <stdlib.h>
#include <string.h>
#include "columns.h"
#include "output-lines.h"

/* Pads but for the last cell of a line, on the side that its column says. */
static void print_cell(const struct output_lines *lines, size_t place, const char *text,
		       const char *color)
{
	size_t column = lines->order[place];
	bool right = lines->columns[column].flags & OUTPUT_RIGHT, last = place + 1 == lines->n;
	int padding = lines->widths[column] - (int)strlen(text);

	if (right && padding > 0)
		printf("%*s", padding, "");
	printf("%s%s%s", color ? color : "", text, color ? "\033[0m" : "");
	if (!right && !last && padding > 0)
		printf("%*s", padding, "");
	putchar(last ? '\n' : ' ');
}

static void print_headings(const struct output_lines *lines)
{
	char heading[COLUMNS_NAME_SIZE];
	size_t i;

	for (i = 0; i < lines->n; i++)
		print_cell(lines, i, columns_heading(&lines->columns[lines->order[i]], heading),
			   output_color("heading"));
}

void output_lines_begin(struct output_lines *lines, const struct output_column *columns,
			const int *widths, size_t n_columns, bool headings)
{
	*lines = (struct output_lines){ .columns = columns, .widths = widths };
	lines->order = calloc(n_columns, sizeof(*lines->order));
	output_need(lines->order);
	output_columns(columns, n_columns, lines->order, &lines->n);
	if (headings)
		print_headings(lines);
}

void output_lines_row(const struct output_lines *lines, const char *const *cells)
{
	const struct output_column *column;
	const char *text;
	char *escaped;
	size_t i;

	for (i = 0; i < lines->n; i++) {
		column = &lines->columns[lines->order[i]];
		text = cells[lines->order[i]];
		escaped = output_escape(text && *text ? text : "-");
		print_cell(lines, i, escaped,
			   column->flags & OUTPUT_STATE ? output_color(escaped) : NULL);
		free(escaped);
	}
}

void output_lines_clear(struct output_lines *lines)
{
	free(lines->order);
	*lines = (struct output_lines){};
}
