/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Splits a line into words as sh does, but without its expansions, operators and lists: all
 * characters but blanks, quotes, backslash and '#' at the beginning of a word stand for themselves.
 * Pure.
 */
#ifndef SMCCTL_WORDS_H
#define SMCCTL_WORDS_H

#include <stddef.h>

#define WORDS_MAX 256
#define WORDS_LINE_MAX 4096	/* bytes of a line, with its NUL */
#define WORDS_ERROR_SIZE 128

struct words {
	char *list[WORDS_MAX + 1];	/* parts of the line, then NULL */
	int n;
};

/*
 * Splits @line in place. Returns 0, or -EINVAL with @error, of WORDS_ERROR_SIZE bytes, saying what
 * is wrong with it.
 */
int words_split(char *line, struct words *ret_words, char *error);

/*
 * Likewise for a line that ends where somebody is about to type: its last word, which may be empty,
 * is what has been typed so far, and quotes may be open. -EINVAL: there are too many, or a comment.
 */
int words_split_unfinished(char *line, struct words *ret_words);

#endif
