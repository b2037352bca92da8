/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole terminal as a canvas, by ncurses. There is one. */
#ifndef SMCCTL_SCREEN_H
#define SMCCTL_SCREEN_H

#include <stdbool.h>
#include "grid.h"
#include "top.h"

/* Takes the terminal over; false if ncurses does not know it. exit() gives it back as well. */
bool screen_open(void);

/* Give it back as it was: for good; and for a while, after which screen_again() takes it. */
void screen_close(void);
void screen_pause(void);
void screen_again(void);

/* Its size now, at least 1 by 1; what is drawn next has it. */
void screen_measure(unsigned int *ret_width, unsigned int *ret_height);

void screen_draw(const struct canvas *canvas);

/* What was typed next, TOP_KEY_NONE: something that is no key of ours; false: nothing. */
bool screen_key(enum top_key *ret_key);

#endif
