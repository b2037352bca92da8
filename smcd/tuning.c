// SPDX-License-Identifier: GPL-2.0-or-later
/* What can be tuned of the SMC stack in a network namespace. */

#include <limits.h>
#include <stddef.h>

#include "tuning.h"

#define BUFFER_MIN 16384	/* net/smc/smc_core.h, SMC_BUF_MIN_SIZE */
#define BUFFER_MAX (INT_MAX / 2)

static const struct {
	const char *key, *name, *sysctl;
	uint64_t min, max;
} tunables[TUNABLES] = {
	[TUNABLE_WMEM] = { "wmem", "net.smc.wmem", "net/smc/wmem", BUFFER_MIN, BUFFER_MAX },
	[TUNABLE_RMEM] = { "rmem", "net.smc.rmem", "net/smc/rmem", BUFFER_MIN, BUFFER_MAX },
	[TUNABLE_AUTOCORKING_SIZE] = {
		"autocorking-size", "net.smc.autocorking_size", "net/smc/autocorking_size",
		0, UINT_MAX,
	},
	[TUNABLE_HANDSHAKE_LIMIT] = { "handshake-limit", "the handshake limit", NULL, 0, 1 },
};

const char *tunable_key(enum tunable tunable)
{
	return tunables[tunable].key;
}

const char *tunable_name(enum tunable tunable)
{
	return tunables[tunable].name;
}

const char *tunable_sysctl(enum tunable tunable)
{
	return tunables[tunable].sysctl;
}

bool tunable_is_buffer(enum tunable tunable)
{
	return tunable == TUNABLE_WMEM || tunable == TUNABLE_RMEM;
}

void tunable_range(enum tunable tunable, uint64_t *ret_min, uint64_t *ret_max)
{
	*ret_min = tunables[tunable].min;
	*ret_max = tunables[tunable].max;
}
