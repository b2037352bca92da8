// SPDX-License-Identifier: GPL-2.0-or-later
/* How fast a counter grows; see rates.h. */
#include <stddef.h>
#include "rates.h"

#define USEC_PER_SEC 1000000

uint64_t rate_per_second(const uint64_t *before, const uint64_t *now, uint64_t usec)
{
	unsigned __int128 rate;

	if (!before || !now || *now < *before || !usec)
		return RATE_UNKNOWN;
	rate = (unsigned __int128)(*now - *before) * USEC_PER_SEC / usec;
	return rate < RATE_UNKNOWN ? rate : RATE_UNKNOWN - 1;
}
