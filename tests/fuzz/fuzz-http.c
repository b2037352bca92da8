// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzzes what smcctl makes of HTTP requests, whole and cut: what it wants more of stays unfinished. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../../smcctl/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	/* A copy that ends where the bytes end */
	char *data = malloc(size ? size : 1);
	struct http_request request, cut;

	if (!data)
		return 0;
	memcpy(data, bytes, size);
	if (!http_parse(data, size, "/metrics", &request)) {
		if (size >= HTTP_REQUEST_MAX)
			abort();
		if (size && http_parse(data, size - 1, "/metrics", &cut))
			abort();
	} else if (request.status == 200 && strncmp(data, "GET ", 4) && strncmp(data, "HEAD ", 5)) {
		abort();
	}
	free(data);
	return 0;
}
