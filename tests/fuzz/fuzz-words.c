// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzzes how smcctl shell splits lines: the bytes are those of one, without its NUL. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../../smcctl/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* A copy that ends where the line ends, behind which nothing may be touched */
static char *copy(const uint8_t *bytes, size_t size)
{
	char *line = malloc(size + 1);

	if (!line)
		exit(1);
	memcpy(line, bytes, size);
	line[size] = '\0';
	return line;
}

/* All words are in the line, one behind the other. */
static void check(const struct words *words, const char *line, size_t size)
{
	const char *end = line;
	int i;

	if (words->n > WORDS_MAX || words->list[words->n])
		abort();
	for (i = 0; i < words->n; i++) {
		if (words->list[i] < end || words->list[i] > line + size)
			abort();
		end = words->list[i] + strlen(words->list[i]) + 1;
	}
	if (end > line + size + 1)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char error[WORDS_ERROR_SIZE], *line = copy(bytes, size);
	struct words words;

	if (words_split(line, &words, error) == 0)
		check(&words, line, size);
	memcpy(line, bytes, size);
	line[size] = '\0';
	if (words_split_unfinished(line, &words) == 0)
		check(&words, line, size);
	free(line);
	return 0;
}
