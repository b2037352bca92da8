/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether and in which colours smcctl prints: NO_COLOR, and terminal-colors.d(5). */
#ifndef SMCCTL_COLOR_H
#define SMCCTL_COLOR_H

#include <stdbool.h>
#include <stdio.h>

#define COLOR_SIZE 32

enum color_when {
	COLOR_AUTO,	/* on a terminal, unless NO_COLOR or a file says no */
	COLOR_ALWAYS,
	COLOR_NEVER,
};

/* Escape sequences. */
struct color_scheme {
	char heading[COLOR_SIZE], good[COLOR_SIZE], warning[COLOR_SIZE], bad[COLOR_SIZE];
};

bool color_is_wanted(enum color_when when, FILE *stream);

/* Our colours, with those that the most specific file smcctl.scheme has in their place. */
void color_scheme_load(struct color_scheme *ret_scheme);

/* Takes lines "NAME COLOUR" into @scheme; others are passed over. */
void color_scheme_read(struct color_scheme *scheme, FILE *stream);

/*
 * How well the name @file of a file in terminal-colors.d suits us, on a terminal @term: 0: not
 * at all; *@ret_type is what follows then: "disable", "enable", "scheme".
 */
unsigned int color_file_score(const char *file, const char *term, const char **ret_type);

/* The colour of a word for a state, or of a "heading"; NULL if it has none. */
const char *color_of_word(const struct color_scheme *scheme, const char *word);

#endif
