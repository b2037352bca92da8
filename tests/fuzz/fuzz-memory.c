// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzzes how the daemon reads /proc/meminfo, and what sizes of buffers it chooses by that. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../../smcd/buffer-size.h"
#include "../../smcd/memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check(const struct buffer_state *state)
{
	char text[BUFFER_TEXT_SIZE];
	uint32_t size = buffer_choose(state, BUFFER_SIZE_CEILING, 0);

	if (size < BUFFER_SIZE_MIN || size > BUFFER_SIZE_CEILING || size & (size - 1))
		abort();
	buffer_explain(state, BUFFER_SIZE_CEILING, size, text);
	if (strlen(text) >= sizeof(text) - 1)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct buffer_state state = { .limit = UINT64_MAX, .copied = size & 1, .told = size & 2 };
	char *text = malloc(size + 1);

	if (!text)
		exit(1);
	memcpy(text, bytes, size);
	text[size] = '\0';
	if (memory_parse(text, &state.total, &state.available) == 0)
		check(&state);
	free(text);
	return 0;
}
