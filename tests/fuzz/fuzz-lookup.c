// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzzes how the preloaded library finds a socket: the bytes are those of one receive. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../../smcctl/preload/lookup.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct lookup lookup;
	/* A copy that ends where the bytes end. */
	void *data = malloc(size ? size : 1);

	if (!data)
		return 0;
	memcpy(data, bytes, size);
	lookup_parse(data, size, 1, &lookup);
	free(data);
	return 0;
}
