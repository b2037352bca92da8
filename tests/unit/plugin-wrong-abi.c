// SPDX-License-Identifier: GPL-2.0-or-later
/* A sample for test-plugin.c: built for another ABI, of which only the first field is as here. */
#include <stdint.h>

struct other_plugin {
	uint32_t abi;
	uint32_t unlike_ours;
};

extern const struct other_plugin smcd_plugin __attribute__((visibility("default")));

const struct other_plugin smcd_plugin = { .abi = 99, .unlike_ours = 1 };
