// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages about configuration files. */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config-error.h"

#define WORD_MAX 32	/* longer words are near to nothing */
#define DISTANCE_MAX 3

int config_fail(struct config_error *error, const struct config_origin *where,
		const char *format, ...)
{
	size_t size = sizeof(error->text);
	va_list ap;
	int n;

	n = snprintf(error->text, size, "%s:%u:%u: ", where->file, where->line, where->column);
	if (n >= 0 && (size_t)n < size) {
		va_start(ap, format);
		vsnprintf(error->text + n, size - n, format, ap);
		va_end(ap);
	}
	config_make_printable(error->text);
	return -EINVAL;
}

/* Bytes of the character of two bytes or more that @lead begins, 0 if it can begin none. */
static unsigned int utf8_size(unsigned char lead)
{
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

/* False for C1 controls, overlong forms, surrogates, and what is beyond U+10FFFF. */
static bool utf8_second_allowed(unsigned char lead, unsigned char second)
{
	switch (lead) {
	case 0xc2:
	case 0xe0:
		return second >= 0xa0;
	case 0xed:
		return second < 0xa0;
	case 0xf0:
		return second >= 0x90;
	case 0xf4:
		return second < 0x90;
	default:
		return true;
	}
}

/* Bytes of the printable character at @text, which ends with a NUL; 0: there is none. */
static unsigned int printable_size(const unsigned char *text)
{
	unsigned int i, size;

	if (text[0] < 0x80)
		return text[0] >= 0x20 && text[0] != 0x7f;

	size = utf8_size(text[0]);
	for (i = 1; i < size; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	return size && utf8_second_allowed(text[0], text[1]) ? size : 0;
}

void config_make_printable(char *text)
{
	while (*text) {
		unsigned int size = printable_size((const unsigned char *)text);

		if (size == 0) {
			*text = '?';
			size = 1;
		}
		text += size;
	}
}

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Letters to insert, drop or replace between @a and @b (Levenshtein), both of at most WORD_MAX. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[WORD_MAX + 1];
	size_t i, j, n = strlen(b);

	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 1; a[i - 1]; i++) {
		unsigned int diagonal = row[0];

		row[0] = i;
		for (j = 1; j <= n; j++) {
			unsigned int above = row[j];

			row[j] = min3(above + 1, row[j - 1] + 1,
				      diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[n];
}

const char *config_nearest(const char *word, const char *const *known)
{
	unsigned int best = DISTANCE_MAX + 1;
	const char *nearest = NULL;

	if (strlen(word) > WORD_MAX)
		return NULL;
	for (; *known; known++) {
		unsigned int d = distance(word, *known);

		if (strlen(word) > 2 && strncmp(word, *known, strlen(word)) == 0)
			return *known;
		/* Changing most letters of a short word is no slip. */
		if (d < best && d <= strlen(*known) / 2) {
			best = d;
			nearest = *known;
		}
	}
	return nearest;
}
