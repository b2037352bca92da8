// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzzes the line by which a host answers smcctl doctor: the bytes are those of the line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../../smcctl/probe-message.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* What was taken is printed again, which must be taken as well, and be the same. */
static void check_again(const struct probe_view *view)
{
	char line[PROBE_LINE_SIZE], second[PROBE_LINE_SIZE];
	size_t size = probe_line_print(view, line);
	struct probe_view again;

	if (size >= sizeof(line) || probe_line_parse(line, size - 1, &again) < 0 ||
	    probe_line_print(&again, second) != size || memcmp(line, second, size))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	/* A copy that ends where the bytes end */
	char *data = malloc(size ? size : 1);
	struct probe_view view;

	if (!data)
		return 0;
	memcpy(data, bytes, size);
	if (!probe_line_parse(data, size, &view))
		check_again(&view);
	free(data);
	return 0;
}
