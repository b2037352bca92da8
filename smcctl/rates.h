/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How fast a counter grows, from two readings of it. */
#ifndef SMCCTL_RATES_H
#define SMCCTL_RATES_H

#include <stdint.h>

#define RATE_UNKNOWN UINT64_MAX

/*
 * What was added a second, rounded down, when a counter was @before and, @usec later, is @now.
 * RATE_UNKNOWN if that cannot be told: it was reset, or no time has gone by. Either reading may be
 * NULL, and is not known then.
 */
uint64_t rate_per_second(const uint64_t *before, const uint64_t *now, uint64_t usec);

#endif
