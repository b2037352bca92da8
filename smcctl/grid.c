// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of text, and tables that fit into them; see grid.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grid.h"

static unsigned int side(unsigned int length)
{
	return length < 1 ? 1 : length > GRID_SIDE_MAX ? GRID_SIDE_MAX : length;
}

int canvas_init(struct canvas *canvas, unsigned int width, unsigned int height)
{
	*canvas = (struct canvas){ .width = side(width), .height = side(height) };
	canvas->styles = calloc(canvas->height, sizeof(*canvas->styles));
	canvas->text = calloc(canvas->height, canvas->width + 1);
	if (canvas->styles && canvas->text)
		return 0;
	canvas_clear(canvas);
	return -ENOMEM;
}

void canvas_clear(struct canvas *canvas)
{
	free(canvas->styles);
	free(canvas->text);
	*canvas = (struct canvas){};
}

static char *line_at(const struct canvas *canvas, unsigned int line)
{
	return canvas->text + (size_t)line * (canvas->width + 1);
}

const char *canvas_line(const struct canvas *canvas, unsigned int line)
{
	return line_at(canvas, line);
}

static void make_printable(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

void canvas_add(struct canvas *canvas, enum grid_style style, const char *format, ...)
{
	char *text;
	va_list args;
	size_t end;

	if (canvas->used >= canvas->height)
		return;
	text = line_at(canvas, canvas->used);
	va_start(args, format);
	vsnprintf(text, canvas->width + 1, format, args);
	va_end(args);
	make_printable(text);
	for (end = strlen(text); end && text[end - 1] == ' '; end--)
		text[end - 1] = '\0';
	canvas->styles[canvas->used++] = style;
}

void canvas_add_ends(struct canvas *canvas, enum grid_style style, const char *left,
		     const char *right)
{
	size_t both = strlen(left) + strlen(right);

	if (both < canvas->width)
		canvas_add(canvas, style, "%s%*s%s", left, (int)(canvas->width - both), "", right);
	else
		canvas_add(canvas, style, "%s", left);
}

void grid_text(struct grid_cell *cell, const char *text)
{
	snprintf(cell->text, sizeof(cell->text), "%s", text);
	make_printable(cell->text);
}

static void get_cell(const struct grid *grid, size_t row, unsigned int column,
		     struct grid_cell *cell)
{
	cell->text[0] = '\0';
	cell->key = 0;
	grid->cell(grid->data, row, column, cell);
}

struct sorted {
	struct grid_cell cell;
	size_t row;
	bool number, reverse;
};

static int compare(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;
	int order;

	if (x->number)
		order = x->cell.key > y->cell.key ? -1 : x->cell.key < y->cell.key;
	else
		order = strcmp(x->cell.text, y->cell.text);
	if (x->reverse)
		order = -order;
	return order ? order : x->row < y->row ? -1 : 1;
}

int grid_sort(const struct grid *grid, unsigned int column, bool reverse, size_t *ret_order)
{
	struct sorted *rows;
	size_t i;

	if (!grid->n_rows)
		return 0;
	rows = calloc(grid->n_rows, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	for (i = 0; i < grid->n_rows; i++) {
		rows[i].row = i;
		rows[i].number = grid->columns[column].number;
		rows[i].reverse = reverse;
		get_cell(grid, i, column, &rows[i].cell);
	}
	qsort(rows, grid->n_rows, sizeof(*rows), compare);
	for (i = 0; i < grid->n_rows; i++)
		ret_order[i] = rows[i].row;
	free(rows);
	return 0;
}

/* What the widest cell, or the heading, takes. */
static unsigned int natural_width(const struct grid *grid, unsigned int column)
{
	unsigned int width = strlen(grid->columns[column].heading), length;
	struct grid_cell cell;
	size_t row;

	if (width < grid->columns[column].min)
		width = grid->columns[column].min;
	for (row = 0; row < grid->n_rows; row++) {
		get_cell(grid, row, column, &cell);
		length = strlen(cell.text);
		if (width < length)
			width = length;
	}
	return width;
}

static unsigned int line_width(const unsigned int *widths, unsigned int n)
{
	unsigned int sum = 0, i;

	for (i = 0; i < n; i++)
		sum += widths[i] ? widths[i] + 2 : 0;
	return sum ? sum - 2 : 0;
}

/* Narrows the widest of the columns that may be cut; false if none can be narrower. */
static bool narrow(const struct grid *grid, unsigned int *widths)
{
	unsigned int widest = GRID_COLUMNS_MAX, i;

	for (i = 0; i < grid->n_columns; i++)
		if (!grid->columns[i].number && widths[i] > grid->columns[i].min &&
		    (widest == GRID_COLUMNS_MAX || widths[i] > widths[widest]))
			widest = i;
	if (widest == GRID_COLUMNS_MAX)
		return false;
	widths[widest]--;
	return true;
}

/* Takes the least important column out of @natural; false if only one is left. */
static bool drop(const struct grid *grid, unsigned int *natural)
{
	unsigned int least = GRID_COLUMNS_MAX, left = 0, i;

	for (i = 0; i < grid->n_columns; i++) {
		if (!natural[i])
			continue;
		left++;
		if (least == GRID_COLUMNS_MAX || grid->columns[i].keep < grid->columns[least].keep)
			least = i;
	}
	if (left > 1)
		natural[least] = 0;
	return left > 1;
}

void grid_fit(const struct grid *grid, unsigned int width, unsigned int widths[GRID_COLUMNS_MAX])
{
	unsigned int natural[GRID_COLUMNS_MAX] = {}, i;

	for (i = 0; i < grid->n_columns; i++)
		natural[i] = natural_width(grid, i);
	do {
		memcpy(widths, natural, sizeof(natural));
		while (line_width(widths, grid->n_columns) > width && narrow(grid, widths))
			;
	} while (line_width(widths, grid->n_columns) > width && drop(grid, natural));
}

/* Appends a cell to a line of @size bytes; what is cut ends with '+'. */
static void append(char *line, size_t size, const char *text, unsigned int width, bool number)
{
	size_t used = strlen(line);

	snprintf(line + used, size - used, "%s%*.*s", used ? "  " : "",
		 number ? (int)width : -(int)width, (int)width, text);
	if (strlen(text) > width && strlen(line) == used + width + (used ? 2 : 0))
		line[strlen(line) - 1] = '+';
}

/* @row SIZE_MAX: the headings */
static void add_line(const struct grid *grid, const unsigned int *widths, size_t row,
		     struct canvas *canvas)
{
	char line[GRID_SIDE_MAX + 1] = "";
	struct grid_cell cell;
	unsigned int i;

	for (i = 0; i < grid->n_columns; i++) {
		if (!widths[i])
			continue;
		if (row == SIZE_MAX)
			grid_text(&cell, grid->columns[i].heading);
		else
			get_cell(grid, row, i, &cell);
		append(line, sizeof(line), cell.text, widths[i], grid->columns[i].number);
	}
	canvas_add(canvas, row == SIZE_MAX ? GRID_HEADING : GRID_PLAIN, "%s", line);
}

void grid_add_heading(const struct grid *grid, const unsigned int *widths, struct canvas *canvas)
{
	add_line(grid, widths, SIZE_MAX, canvas);
}

void grid_add_row(const struct grid *grid, const unsigned int *widths, size_t row,
		  struct canvas *canvas)
{
	add_line(grid, widths, row, canvas);
}
