// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether connections are many and short, see churn.h. */
#include "churn.h"

#define USEC_PER_SEC UINT64_C(1000000)
#define INTERVAL_MIN (4 * USEC_PER_SEC)
#define RATE 100			/* sockets a second */
#define BYTES (256u << 10)		/* of a socket */

static bool is_brief(const struct churn *churn, uint64_t sockets, uint64_t bytes, uint64_t usec)
{
	uint64_t rate = churn->brief ? RATE / 2 : RATE;
	uint64_t most = churn->brief ? 2 * BYTES : BYTES;

	return sockets >= usec / USEC_PER_SEC * rate && bytes / sockets < most;
}

bool churn_look(struct churn *churn, uint64_t sockets, uint64_t bytes, uint64_t now)
{
	/* Counters begin anew with the module. */
	bool first = !churn->when || sockets < churn->sockets || bytes < churn->bytes, brief;

	if (!first && now - churn->when < INTERVAL_MIN)
		return churn->brief;
	brief = !first && is_brief(churn, sockets - churn->sockets, bytes - churn->bytes,
				   now - churn->when);
	churn->brief = brief && churn->was_brief;
	churn->was_brief = brief;
	churn->sockets = sockets;
	churn->bytes = bytes;
	churn->when = now;
	return churn->brief;
}
