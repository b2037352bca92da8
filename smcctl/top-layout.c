// SPDX-License-Identifier: GPL-2.0-or-later
/* Lays out what "smcctl top" shows, for a terminal of any size; see top.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "output.h"
#include "rates.h"
#include "top.h"

#define HEIGHT_OF_KEYS 6	/* below, there is no line for the keys */
#define HEIGHT_OF_ALL 13	/* below, the panel that has the focus is the only one */
#define HEIGHT_OF_BLANKS 20	/* below, there are none between the panels */

static const char *const panel_names[TOP_PANELS] = { "Devices", "Connections", "Fallbacks to TCP" };

static const char *const help_lines[] = {
	"q               quit",
	"Tab, Shift-Tab  the next table, the one before: \"> \" stands before it",
	"s               sort it by the next column",
	"r               sort it the other way round",
	"arrows, PgUp, PgDn, Home, End",
	"                scroll it",
	"h, ?            this help",
	"",
	"TX/S and RX/S are what a device moved a second; NEW is how many connections",
	"fell back since top began. \"-\" is not known, or not known yet. '+' ends what was cut.",
};

static uint64_t sum_rates(const struct top *top, bool rx)
{
	uint64_t sum = RATE_UNKNOWN, rate;
	size_t i;

	for (i = 0; i < top->devices.n; i++) {
		rate = rx ? top->rates[i].rx : top->rates[i].tx;
		if (rate != RATE_UNKNOWN)
			sum = sum == RATE_UNKNOWN ? rate : sum + rate;
	}
	return sum;
}

static const char *rate_text(uint64_t rate, char ret[OUTPUT_NUMBER_SIZE])
{
	return rate == RATE_UNKNOWN ? "-" : output_size(rate, ret);
}

static void add_header(const struct top *top, struct canvas *canvas)
{
	char left[GRID_CELL_SIZE], right[GRID_CELL_SIZE];
	char tx[OUTPUT_NUMBER_SIZE], rx[OUTPUT_NUMBER_SIZE];
	uint64_t connections = 0;
	size_t i;

	for (i = 0; i < top->devices.n; i++)
		connections += top->devices.list[i].connections;
	snprintf(left, sizeof(left), "smcctl top - %s", top->host);
	snprintf(right, sizeof(right), "every %u s  %s", top->interval, top->clock);
	canvas_add_ends(canvas, GRID_STRONG, left, right);
	snprintf(left, sizeof(left), "%zu device%s, %" PRIu64 " connection%s on them",
		 top->devices.n, top->devices.n == 1 ? "" : "s", connections,
		 connections == 1 ? "" : "s");
	snprintf(right, sizeof(right), "tx %s/s  rx %s/s", rate_text(sum_rates(top, false), tx),
		 rate_text(sum_rates(top, true), rx));
	canvas_add_ends(canvas, GRID_PLAIN, left, right);
	if (*top->notice)
		canvas_add(canvas, GRID_WARNING, "%s", top->notice);
	else if (canvas->height >= HEIGHT_OF_BLANKS)
		canvas_add(canvas, GRID_PLAIN, "%s", "");
}

/* What a title says behind the number of rows. */
static void remark(const struct top *top, enum top_panel panel, char *text, size_t size)
{
	const struct top_connections *connections = &top->connections;

	*text = '\0';
	if (panel == TOP_CONNECTIONS)
		snprintf(text, size, ": %" PRIu64 " SMC-D, %" PRIu64 " SMC-R, %" PRIu64 " TCP",
			 connections->smcd, connections->smcr, connections->fallback);
}

static void add_title(const struct top *top, const struct top_view *view, enum top_panel panel,
		      const struct grid *grid, struct canvas *canvas)
{
	size_t first = view->first[panel], shown = view->page[panel], last = first + shown;
	enum grid_style style = view->focus == panel ? GRID_FOCUS : GRID_TITLE;
	const char *mark = view->focus == panel ? "> " : "  ";
	char left[GRID_CELL_SIZE], right[GRID_CELL_SIZE], text[64];

	if (*top->errors[panel]) {
		canvas_add(canvas, GRID_WARNING, "%s%s: %s", mark, panel_names[panel],
			   top->errors[panel]);
		return;
	}
	remark(top, panel, text, sizeof(text));
	if (shown && shown < grid->n_rows)
		snprintf(left, sizeof(left), "%s%s %zu-%zu of %zu%s", mark, panel_names[panel],
			 first + 1, last < grid->n_rows ? last : grid->n_rows, grid->n_rows, text);
	else
		snprintf(left, sizeof(left), "%s%s %zu%s", mark, panel_names[panel], grid->n_rows,
			 text);
	snprintf(right, sizeof(right), "by %s%s", grid->columns[view->sort[panel]].heading,
		 view->reverse[panel] ? ", reversed" : "");
	canvas_add_ends(canvas, style, left, right);
}

/* The part of the rows that is shown is a page that is full, if there are enough of them. */
static void clamp(struct top_view *view, enum top_panel panel, const struct grid *grid, size_t room)
{
	size_t most = grid->n_rows > room ? grid->n_rows - room : 0;

	view->page[panel] = room;
	if (view->first[panel] > most)
		view->first[panel] = most;
	if (view->sort[panel] >= grid->n_columns)
		view->sort[panel] = 0;
}

/* Title, heading and at most @room rows. */
static int add_panel(const struct top *top, struct top_view *view, enum top_panel panel,
		     size_t room, struct canvas *canvas)
{
	struct grid grid = top_grid(top, panel);
	unsigned int widths[GRID_COLUMNS_MAX];
	size_t *order, i;
	int r;

	clamp(view, panel, &grid, room);
	add_title(top, view, panel, &grid, canvas);
	if (!grid.n_rows)
		return 0;
	order = calloc(grid.n_rows, sizeof(*order));
	if (!order)
		return -ENOMEM;
	r = grid_sort(&grid, view->sort[panel], view->reverse[panel], order);
	if (r >= 0) {
		grid_fit(&grid, canvas->width, widths);
		grid_add_heading(&grid, widths, canvas);
		for (i = view->first[panel]; i < grid.n_rows && i < view->first[panel] + room; i++)
			grid_add_row(&grid, widths, order[i], canvas);
	}
	free(order);
	return r;
}

/* Gives each panel a row in turn, until there are no more, or none wants one. */
static void share(const struct top *top, size_t lines, size_t rooms[TOP_PANELS])
{
	size_t wanted[TOP_PANELS];
	bool given = true;
	int panel;

	for (panel = 0; panel < TOP_PANELS; panel++) {
		wanted[panel] = top_grid(top, panel).n_rows;
		rooms[panel] = 0;
	}
	while (given) {
		given = false;
		for (panel = 0; panel < TOP_PANELS; panel++) {
			if (!lines || rooms[panel] >= wanted[panel])
				continue;
			rooms[panel]++;
			lines--;
			given = true;
		}
	}
}

/* Titles, and headings where there are rows, take lines too. */
static size_t lines_for_rows(const struct top *top, unsigned int lines, bool blanks)
{
	unsigned int taken = TOP_PANELS + (blanks ? TOP_PANELS - 1 : 0);
	int panel;

	for (panel = 0; panel < TOP_PANELS; panel++)
		taken += top_grid(top, panel).n_rows ? 1 : 0;
	return lines > taken ? lines - taken : 0;
}

static int add_all(const struct top *top, struct top_view *view, unsigned int lines,
		   struct canvas *canvas)
{
	bool blanks = canvas->height >= HEIGHT_OF_BLANKS;
	size_t rooms[TOP_PANELS];
	int panel, r;

	share(top, lines_for_rows(top, lines, blanks), rooms);
	for (panel = 0; panel < TOP_PANELS; panel++) {
		if (panel && blanks)
			canvas_add(canvas, GRID_PLAIN, "%s", "");
		r = add_panel(top, view, panel, rooms[panel], canvas);
		if (r < 0)
			return r;
	}
	return 0;
}

static void add_help(struct canvas *canvas)
{
	size_t i;

	for (i = 0; i < sizeof(help_lines) / sizeof(*help_lines); i++)
		canvas_add(canvas, GRID_PLAIN, "%s", help_lines[i]);
}

/* At the bottom */
static void add_keys(const struct top_view *view, struct canvas *canvas)
{
	while (canvas->used < canvas->height - 1)
		canvas_add(canvas, GRID_PLAIN, "%s", "");
	canvas_add(canvas, GRID_STRONG, "%s", view->help ? "any key: back" :
		   "q quit  h help  Tab next table  s sort  r reverse  arrows scroll");
}

int top_layout(const struct top *top, struct top_view *view, struct canvas *canvas)
{
	bool keys = canvas->height >= HEIGHT_OF_KEYS;
	unsigned int lines;
	int r = 0;

	add_header(top, canvas);
	lines = canvas->height - canvas->used - keys;
	if (view->help)
		add_help(canvas);
	else if (canvas->height >= HEIGHT_OF_ALL)
		r = add_all(top, view, lines, canvas);
	else
		r = add_panel(top, view, view->focus, lines > 2 ? lines - 2 : 0, canvas);
	if (keys)
		add_keys(view, canvas);
	return r;
}

void top_view_key(struct top_view *view, enum top_key key)
{
	size_t *first = &view->first[view->focus], page = view->page[view->focus];

	if (view->help) {
		view->help = false;
		return;
	}
	switch (key) {
	case TOP_KEY_HELP:
		view->help = true;
		break;
	case TOP_KEY_NEXT:
		view->focus = (view->focus + 1) % TOP_PANELS;
		break;
	case TOP_KEY_PREVIOUS:
		view->focus = (view->focus + TOP_PANELS - 1) % TOP_PANELS;
		break;
	case TOP_KEY_SORT:
		view->sort[view->focus]++;
		break;
	case TOP_KEY_REVERSE:
		view->reverse[view->focus] = !view->reverse[view->focus];
		break;
	case TOP_KEY_UP:
		*first -= *first > 0;
		break;
	case TOP_KEY_DOWN:
		*first += 1;
		break;
	case TOP_KEY_PAGE_UP:
		*first -= *first < page ? *first : page;
		break;
	case TOP_KEY_PAGE_DOWN:
		*first += page;
		break;
	case TOP_KEY_HOME:
		*first = 0;
		break;
	case TOP_KEY_END:
		*first = SIZE_MAX;
		break;
	default:
		break;
	}
}
