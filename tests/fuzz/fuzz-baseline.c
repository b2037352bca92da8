// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzzes the file of smcctl stats reset-baseline: what is taken for one can be subtracted. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../../smcctl/baseline.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void subtract(struct json_object *baseline)
{
	char name[] = "a", client[] = "client", tx[] = "tx-bytes";
	struct counter of_device = { tx, 5 }, of_kernel = { client, 4 };
	struct device device = { .name = name, .gid = 1, .counters = { &of_device, 1 } };
	struct devices devices = { &device, 1 };
	struct counters kernel = { &of_kernel, 1 };
	struct fallbacks fallbacks = {};

	baseline_subtract(baseline, &(struct baseline_counts){ &devices, &kernel, &fallbacks });
	if (of_device.value > 5 || of_kernel.value > 4)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct json_object *baseline;
	const char *problem;

	baseline = baseline_parse((const char *)bytes, size, "", &problem);
	if (baseline && problem)
		abort();
	if (baseline) {
		(void)strlen(baseline_time(baseline));
		subtract(baseline);
	}
	json_object_put(baseline);
	return 0;
}
