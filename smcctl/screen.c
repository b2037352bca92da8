// SPDX-License-Identifier: GPL-2.0-or-later
/* The terminal by ncurses; see screen.h. */
#include <curses.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "screen.h"

#define ESCAPE_DELAY 25		/* ms in which the rest of a key that begins with Escape comes */

static SCREEN *screen;

static const attr_t attributes[] = {
	[GRID_PLAIN] = A_NORMAL,
	[GRID_STRONG] = A_BOLD,
	[GRID_TITLE] = A_BOLD,
	[GRID_FOCUS] = A_REVERSE,
	[GRID_HEADING] = A_UNDERLINE,
	[GRID_WARNING] = A_BOLD | A_REVERSE,
};

void screen_close(void)
{
	if (!screen)
		return;
	endwin();
	delscreen(screen);
	screen = NULL;
}

/* Signals are the event loop's, not ncurses'. */
static void take_signals_back(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		signal(signals[i], SIG_DFL);
}

bool screen_open(void)
{
	static bool at_exit;

	screen = newterm(NULL, stdout, stdin);
	if (!screen)
		return false;
	if (!at_exit)
		at_exit = !atexit(screen_close);
	take_signals_back();
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(ESCAPE_DELAY);
	leaveok(stdscr, TRUE);
	curs_set(0);
	return true;
}

void screen_pause(void)
{
	endwin();
}

void screen_again(void)
{
	/* Whoever had it meanwhile may have changed its modes. */
	reset_prog_mode();
	clearok(curscr, TRUE);
	refresh();
	curs_set(0);
}

void screen_measure(unsigned int *ret_width, unsigned int *ret_height)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row &&
	    is_term_resized(size.ws_row, size.ws_col))
		resizeterm(size.ws_row, size.ws_col);
	*ret_width = COLS > 0 ? COLS : 1;
	*ret_height = LINES > 0 ? LINES : 1;
}

void screen_draw(const struct canvas *canvas)
{
	enum grid_style style;
	unsigned int i;

	erase();
	for (i = 0; i < canvas->used; i++) {
		style = canvas->styles[i];
		attrset(attributes[style]);
		/* A title is a bar as wide as the screen. */
		if (style == GRID_FOCUS || style == GRID_WARNING)
			mvhline(i, 0, ' ' | attributes[style], canvas->width);
		mvaddnstr(i, 0, canvas_line(canvas, i), canvas->width);
	}
	attrset(A_NORMAL);
	refresh();
}

static enum top_key translate(int key)
{
	static const struct {
		int key;
		enum top_key means;
	} keys[] = {
		{ 'q', TOP_KEY_QUIT }, { 'Q', TOP_KEY_QUIT }, { 'h', TOP_KEY_HELP },
		{ '?', TOP_KEY_HELP }, { KEY_F(1), TOP_KEY_HELP }, { '\t', TOP_KEY_NEXT },
		{ KEY_BTAB, TOP_KEY_PREVIOUS }, { 's', TOP_KEY_SORT }, { 'r', TOP_KEY_REVERSE },
		{ KEY_UP, TOP_KEY_UP }, { KEY_DOWN, TOP_KEY_DOWN }, { KEY_PPAGE, TOP_KEY_PAGE_UP },
		{ KEY_NPAGE, TOP_KEY_PAGE_DOWN }, { KEY_HOME, TOP_KEY_HOME },
		{ KEY_END, TOP_KEY_END },
	};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (keys[i].key == key)
			return keys[i].means;
	return TOP_KEY_NONE;
}

bool screen_key(enum top_key *ret_key)
{
	int key;

	do
		key = getch();
	while (key == KEY_RESIZE);
	if (key != ERR)
		*ret_key = translate(key);
	return key != ERR;
}
