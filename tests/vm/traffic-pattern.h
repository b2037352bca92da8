/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The data that smc-traffic sends: 64-bit words that depend on a key and on
 * their position, so that lost, repeated, shifted or crossed data is noticed.
 */
#ifndef TESTS_VM_TRAFFIC_PATTERN_H
#define TESTS_VM_TRAFFIC_PATTERN_H

#include <stddef.h>
#include <stdint.h>

/* A piece of one stream, kept so that a partial send need not make it again. */
struct pattern_window {
	uint64_t *words;
	size_t size;		/* bytes that words has room for */
	uint64_t key;
	uint64_t start;		/* position in the stream, a multiple of 8 */
	size_t len;		/* bytes */
};

/* size is the longest piece wanted at once. Returns 0 or -ENOMEM. */
int pattern_window_init(struct pattern_window *w, size_t size);
void pattern_window_free(struct pattern_window *w);

/*
 * Points *ret_data at the stream's bytes from offset on, and returns how many
 * are there: between 1 and max. They are valid until the next call.
 */
size_t pattern_get(struct pattern_window *w, uint64_t key, uint64_t offset,
		   size_t max, const void **ret_data);

/* The byte that belongs at offset. */
uint8_t pattern_byte(uint64_t key, uint64_t offset);

/*
 * Returns how many of the len bytes at data are right, counted from the
 * first. Fast when data is as aligned to 8 as offset is.
 */
size_t pattern_check(uint64_t key, uint64_t offset, const void *data, size_t len);

/* The key of one direction of connection index in the run called nonce. */
uint64_t pattern_key(uint64_t nonce, unsigned int index, int from_server);

#endif
