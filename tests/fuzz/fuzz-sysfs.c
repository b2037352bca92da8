// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzzes what is made of attributes in /sys: the bytes are what one read has returned. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../../plugins/ism-hardware.h"
#include "../../plugins/sysfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	/* A copy that ends where the bytes end */
	char *data = malloc(size ? size : 1), text[40], pnetid[SMCD_PNETID_SIZE];
	uint64_t number;

	if (!data)
		return 0;
	memcpy(data, bytes, size);
	if (sysfs_parse_text(data, size, text, sizeof(text)) >= 0) {
		if (memchr(text, 0, sizeof(text)) == NULL)
			abort();
		if (sysfs_parse_hex(text, UINT16_MAX, &number) >= 0 && number > UINT16_MAX)
			abort();
		(void)sysfs_parse_gid(text, &number);
	}
	if (ism_hardware_pnetid((unsigned char *)data, size, pnetid) &&
	    (!pnetid[0] || strlen(pnetid) >= sizeof(pnetid)))
		abort();
	free(data);
	return 0;
}
