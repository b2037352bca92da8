// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The data that smc-traffic sends: 64-bit words that depend on a key and on
 * their position, so that lost, repeated, shifted or crossed data is noticed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "traffic-pattern.h"

#define WORD sizeof(uint64_t)

static uint64_t scramble(uint64_t x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93;
	return x ^ x >> 32;
}

static uint64_t word_at(uint64_t key, uint64_t index)
{
	return scramble(key + index * 0x9e3779b97f4a7c15);
}

uint64_t pattern_key(uint64_t nonce, unsigned int index, int from_server)
{
	return scramble(nonce + scramble((uint64_t)index * 2 + !!from_server + 1));
}

uint8_t pattern_byte(uint64_t key, uint64_t offset)
{
	uint64_t word = word_at(key, offset / WORD);

	return ((uint8_t *)&word)[offset % WORD];
}

int pattern_window_init(struct pattern_window *w, size_t size)
{
	/* Both ends of a piece may lie inside a word. */
	size += 2 * WORD;
	w->words = calloc(1, size);
	if (!w->words)
		return -ENOMEM;
	w->size = size;
	w->len = 0;
	return 0;
}

void pattern_window_free(struct pattern_window *w)
{
	free(w->words);
	w->words = NULL;
}

static void fill(struct pattern_window *w, uint64_t key, uint64_t offset, size_t max)
{
	uint64_t first = offset / WORD;
	size_t count = (offset % WORD + max + WORD - 1) / WORD;

	if (count > w->size / WORD)
		count = w->size / WORD;
	for (size_t i = 0; i < count; i++)
		w->words[i] = word_at(key, first + i);
	w->key = key;
	w->start = first * WORD;
	w->len = count * WORD;
}

size_t pattern_get(struct pattern_window *w, uint64_t key, uint64_t offset,
		   size_t max, const void **ret_data)
{
	size_t there;

	if (key != w->key || offset < w->start || offset >= w->start + w->len)
		fill(w, key, offset, max);
	there = w->start + w->len - offset;
	*ret_data = (const char *)w->words + (offset - w->start);
	return there < max ? there : max;
}

static size_t check_bytes(uint64_t key, uint64_t offset, const uint8_t *data, size_t len)
{
	size_t i = 0;

	while (i < len && data[i] == pattern_byte(key, offset + i))
		i++;
	return i;
}

/* offset is a multiple of 8. Returns how many whole words are right. */
static size_t check_words(uint64_t key, uint64_t offset, const uint8_t *data, size_t count)
{
	uint64_t first = offset / WORD, word;
	size_t i;

	for (i = 0; i < count; i++) {
		memcpy(&word, data + i * WORD, WORD);
		if (word != word_at(key, first + i))
			break;
	}
	return i;
}

size_t pattern_check(uint64_t key, uint64_t offset, const void *data, size_t len)
{
	const uint8_t *bytes = data;
	size_t head = -offset % WORD, done;

	if (head > len)
		head = len;
	done = check_bytes(key, offset, bytes, head);
	if (done < head)
		return done;
	done += WORD * check_words(key, offset + done, bytes + done, (len - done) / WORD);
	return done + check_bytes(key, offset + done, bytes + done,
				  len - done < WORD ? len - done : WORD);
}
