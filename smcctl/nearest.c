// SPDX-License-Identifier: GPL-2.0-or-later
/* The nearest of some words; see nearest.h. */
#include <stdio.h>
#include <string.h>
#include "nearest.h"

#define NEAREST_LENGTH 32		/* words beyond are near to nothing */

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's distance; @b has at most NEAREST_LENGTH characters. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[NEAREST_LENGTH + 1], diagonal, above, i, j;
	unsigned int length = strlen(b);

	for (j = 0; j <= length; j++)
		row[j] = j;
	for (i = 1; a[i - 1]; i++) {
		diagonal = row[0];
		row[0] = i;
		for (j = 1; j <= length; j++) {
			above = row[j];
			row[j] = min3(above + 1, row[j - 1] + 1,
				      diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[length];
}

/* At most a third of a word's characters may differ, but two of a short one. */
void nearest_begin(struct nearest *nearest, const char *word)
{
	size_t length = strlen(word);

	*nearest = (struct nearest){ .word = word };
	nearest->distance = length > NEAREST_LENGTH ? 0 : length < 3 ? 2 : length < 6 ? 3 :
			    length / 3 + 1;
}

void nearest_try(struct nearest *nearest, const char *object, const char *name)
{
	unsigned int d;

	if (!nearest->distance)
		return;
	/* A word that was cut short is near, however much is missing. */
	if (*nearest->word && !strncmp(name, nearest->word, strlen(nearest->word)))
		d = 1;
	else
		d = distance(name, nearest->word);
	if (d >= nearest->distance)
		return;
	nearest->distance = d;
	snprintf(nearest->best, sizeof(nearest->best), "%s%s%s", object ? object : "",
		 object ? " " : "", name);
}
