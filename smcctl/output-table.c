// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints tables with libsmartcols, in the columns and colours that are wanted; see output.h. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <libsmartcols.h>
#include "color.h"
#include "columns.h"
#include "exit-status.h"
#include "output.h"
#include "pager.h"

struct output_table {
	struct libscols_table *scols;
	struct libscols_line *line;	/* the row that is filled */
	size_t next;			/* its next cell */
	const struct output_column *columns;	/* a copy, whose headings are the caller's */
	size_t *places;			/* where a column is shown, or SIZE_MAX: nowhere */
	size_t n_columns, n_shown;
};

/* What was said for the command that runs. */
static struct output_style style;
static struct color_scheme scheme;
static bool colors, bad_columns;

void output_begin(const struct output_style *new_style)
{
	style = *new_style;
	bad_columns = false;
	colors = color_is_wanted(style.color, stdout);
	if (colors)
		color_scheme_load(&scheme);
}

int output_end(int status)
{
	pager_close();
	style = (struct output_style){};
	colors = false;
	return bad_columns ? EXIT_USAGE : status;
}

bool output_has_failed(void)
{
	return bad_columns;
}

void output_page(void)
{
	if (style.pager)
		pager_open();
}

const char *output_color(const char *word)
{
	return colors ? color_of_word(&scheme, word) : NULL;
}

bool output_columns(const struct output_column *columns, size_t n_columns, size_t *ret_order,
		    size_t *ret_n)
{
	char error[COLUMNS_ERROR_SIZE];

	if (columns_choose(style.columns, columns, n_columns, ret_order, ret_n, error) >= 0)
		return true;
	/* A verb may have several tables. */
	if (!bad_columns)
		output_error("%s", error);
	bad_columns = true;
	*ret_n = 0;
	return false;
}

static void add_column(struct output_table *table, const struct output_column *column)
{
	struct libscols_column *added;
	char heading[COLUMNS_NAME_SIZE];

	columns_heading(column, heading);
	added = scols_table_new_column(table->scols, heading, 0,
				       column->flags & OUTPUT_RIGHT ? SCOLS_FL_RIGHT : 0);
	output_need(added);
	if (colors)
		scols_cell_set_color(scols_column_get_header(added), scheme.heading);
}

/* Makes the columns that are to be shown, and notes where each of all has gone. */
static void add_columns(struct output_table *table)
{
	size_t *order = calloc(table->n_columns + 1, sizeof(*order)), i;

	table->places = calloc(table->n_columns + 1, sizeof(*table->places));
	output_need(order && table->places);
	output_columns(table->columns, table->n_columns, order, &table->n_shown);
	for (i = 0; i < table->n_columns; i++)
		table->places[i] = SIZE_MAX;
	for (i = 0; i < table->n_shown; i++) {
		table->places[order[i]] = i;
		add_column(table, &table->columns[order[i]]);
	}
	free(order);
}

struct output_table *output_table_new(const struct output_column *columns, size_t n_columns,
				      bool headings)
{
	struct output_table *table = calloc(1, sizeof(*table));
	struct output_column *copy = calloc(n_columns + 1, sizeof(*copy));

	output_need(table && copy);
	memcpy(copy, columns, n_columns * sizeof(*copy));
	table->columns = copy;
	table->n_columns = n_columns;
	table->scols = scols_new_table();
	output_need(table->scols);
	/* Nothing is cut to the width of a terminal: half a reason or GID is of no use. */
	scols_table_set_termforce(table->scols, SCOLS_TERMFORCE_NEVER);
	scols_table_enable_noheadings(table->scols, !headings);
	scols_table_enable_colors(table->scols, colors);
	add_columns(table);
	return table;
}

void output_table_freep(struct output_table **table)
{
	if (!*table)
		return;
	scols_unref_table((*table)->scols);
	free((*table)->places);
	free((void *)(*table)->columns);
	free(*table);
	*table = NULL;
}

void output_row(struct output_table *table)
{
	table->line = scols_table_new_line(table->scols, NULL);
	output_need(table->line);
	table->next = 0;
}

/* Fills the next cell with @text, in the colour of @word, or in none if that is NULL. */
static void fill(struct output_table *table, const char *text, const char *word)
{
	size_t place = table->places[table->next++];
	const char *color = word ? output_color(word) : NULL;

	if (place == SIZE_MAX)
		return;
	output_need(!scols_line_set_data(table->line, place, text));
	if (color)
		scols_cell_set_color(scols_line_get_cell(table->line, place), color);
}

void output_text(struct output_table *table, const char *text)
{
	bool state = table->columns[table->next].flags & OUTPUT_STATE;

	if (!text || !*text)
		text = "-";
	fill(table, text, state ? text : NULL);
}

void output_cell(struct output_table *table, const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	output_need(length >= 0);
	fill(table, text, NULL);
	free(text);
}

void output_text_row(struct output_table *table, const char *name, const char *value)
{
	output_row(table);
	output_text(table, name);
	output_text(table, value);
}

void output_state_row(struct output_table *table, const char *name, const char *state)
{
	output_row(table);
	output_text(table, name);
	fill(table, state, state);
}

void output_number_row(struct output_table *table, const char *name, uint64_t value)
{
	output_row(table);
	output_text(table, name);
	output_cell(table, "%" PRIu64, value);
}

void output_table_print(struct output_table *table, FILE *stream)
{
	/* libsmartcols prints nothing at all for a table without lines. */
	if (!table->n_shown || !scols_table_get_nlines(table->scols))
		return;
	if (stream == stdout)
		output_page();
	else
		scols_table_enable_colors(table->scols,
					  colors && color_is_wanted(style.color, stream));
	scols_table_set_stream(table->scols, stream);
	output_need(!scols_print_table(table->scols));
}
