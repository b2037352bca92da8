// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzzes what smcctl run sees in the beginning of a program. */
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../../smcctl/program.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char interpreter[PATH_MAX];
	/* A copy that ends where the bytes end. */
	void *data = malloc(size ? size : 1);

	if (!data)
		return 0;
	memcpy(data, bytes, size);
	program_judge(data, size, interpreter);
	free(data);
	return 0;
}
