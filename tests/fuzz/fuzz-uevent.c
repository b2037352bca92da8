// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzzes what is made of the kernel's uevents: the bytes are those of one message. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../../smcd/uevent.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	/* A copy that ends where the bytes end */
	char *data = malloc(size ? size : 1);
	const char *subsystem;

	if (!data)
		return 0;
	memcpy(data, bytes, size);
	subsystem = uevent_subsystem(data, size);
	if (subsystem && (subsystem < data || subsystem + strlen(subsystem) >= data + size))
		abort();
	free(data);
	return 0;
}
