// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzzes schemes of terminal-colors.d: whatever they have, a colour is an escape sequence. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../../smcctl/color.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check(const char color[COLOR_SIZE])
{
	size_t length = strnlen(color, COLOR_SIZE);

	if (length == COLOR_SIZE)
		abort();
	if (length && (strncmp(color, "\033[", 2) || color[length - 1] != 'm' ||
		       strspn(color + 2, "0123456789;") != length - 3))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct color_scheme scheme = {};
	const char *type;
	char name[64];
	FILE *stream;

	snprintf(name, sizeof(name), "%.*s", size < 63 ? (int)size : 63, (const char *)bytes);
	(void)color_file_score(name, "xterm", &type);
	stream = size ? fmemopen((void *)bytes, size, "r") : NULL;
	if (!stream)
		return 0;
	color_scheme_read(&scheme, stream);
	fclose(stream);
	check(scheme.heading);
	check(scheme.good);
	check(scheme.warning);
	check(scheme.bad);
	return 0;
}
