// SPDX-License-Identifier: GPL-2.0-or-later
/* Splits lines into words; see words.h. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "words.h"

/* Where the line is read, and where its words are written, never in front of that. */
struct scan {
	const char *from;
	char *to;
	char open;		/* the quote that was not closed, '\\' for nothing behind one; 0 */
};

/* Up to the quote that closes it; in double ones, a backslash takes the meaning of some. */
static void take_quoted(struct scan *scan)
{
	scan->open = *scan->from++;
	while (*scan->from && *scan->from != scan->open) {
		if (scan->open == '"' && *scan->from == '\\' && scan->from[1] &&
		    strchr("\"\\$`", scan->from[1]))
			scan->from++;
		*scan->to++ = *scan->from++;
	}
	if (*scan->from) {
		scan->from++;
		scan->open = 0;
	}
}

static void take_word(struct scan *scan)
{
	while (*scan->from && !strchr(" \t", *scan->from) && !scan->open) {
		if (*scan->from == '\'' || *scan->from == '"') {
			take_quoted(scan);
			continue;
		}
		if (*scan->from == '\\' && !*++scan->from) {
			scan->open = '\\';
			break;
		}
		*scan->to++ = *scan->from++;
	}
}

/* Takes the words; true: the line ends behind a blank, or is empty. -EINVAL: too many. */
static int take_words(struct scan *scan, struct words *words, bool *ret_comment)
{
	bool more;

	*ret_comment = false;
	for (;;) {
		scan->from += strspn(scan->from, " \t");
		if (!*scan->from)
			return 1;
		if (*scan->from == '#') {
			*ret_comment = true;
			return 1;
		}
		if (words->n == WORDS_MAX)
			return -EINVAL;
		words->list[words->n++] = scan->to;
		take_word(scan);
		/* The end of the word may be written over the blank behind it. */
		more = *scan->from;
		scan->from += more;
		*scan->to++ = '\0';
		if (!more)
			return 0;
	}
}

int words_split(char *line, struct words *ret_words, char *error)
{
	struct scan scan = { .from = line, .to = line };
	bool comment;

	*ret_words = (struct words){};
	if (take_words(&scan, ret_words, &comment) < 0)
		snprintf(error, WORDS_ERROR_SIZE, "more than %d words", WORDS_MAX);
	else if (scan.open == '\\')
		snprintf(error, WORDS_ERROR_SIZE, "nothing behind the backslash: a command is one "
			 "line");
	else if (scan.open)
		snprintf(error, WORDS_ERROR_SIZE, "the quote %c is not closed", scan.open);
	else
		return 0;
	return -EINVAL;
}

int words_split_unfinished(char *line, struct words *ret_words)
{
	struct scan scan = { .from = line, .to = line };
	bool comment;
	int r;

	*ret_words = (struct words){};
	r = take_words(&scan, ret_words, &comment);
	if (r < 0 || comment || (r > 0 && ret_words->n == WORDS_MAX))
		return -EINVAL;
	if (r > 0) {
		*scan.to = '\0';
		ret_words->list[ret_words->n++] = scan.to;
	}
	return 0;
}
