/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies of bytes that end where they end, so that a sanitizer and valgrind notice who reads
 * beyond. Include after cmocka.h.
 */
#ifndef TESTS_EXACT_COPY_H
#define TESTS_EXACT_COPY_H

#include <stdlib.h>
#include <string.h>

/* @size bytes at @data, as aligned as malloc() does; the caller frees them. */
static inline void *exact_copy(const void *data, size_t size)
{
	void *copy = malloc(size ? size : 1);

	assert_non_null(copy);
	memcpy(copy, data, size);
	return copy;
}

#endif
