// SPDX-License-Identifier: GPL-2.0-or-later
/* Which size of buffers `tuning: auto` gives to new connections, see buffer-size.h. */
#include <inttypes.h>
#include <stdio.h>
#include "buffer-size.h"

#define BUDGET_SHARE 8		/* of memory: an eighth */
#define AVAILABLE_SHARE 2	/* of what is available: half, the rest is for others */
#define SOCKETS_TOLD 64		/* a burst until a device tells of it: milliseconds */
#define SOCKETS_UNTOLD 1024	/* until it is looked for: seconds */

#define ALL 4			/* quarters */
#define EASILY 3

uint64_t buffer_budget(const struct buffer_state *state)
{
	return state->total / BUDGET_SHARE;
}

static uint64_t foreseen(const struct buffer_state *state, uint32_t least)
{
	return state->sockets > least ? state->sockets : least;
}

/* Of all buffers of a socket */
static uint64_t each(const struct buffer_state *state, uint32_t size)
{
	return (uint64_t)size * (state->copied ? 2 : 1);
}

static bool is_within(uint64_t bytes, uint64_t room, unsigned int quarters)
{
	return bytes <= (quarters == ALL ? room : room / ALL * quarters);
}

static bool is_bearable(const struct buffer_state *state, uint32_t size, uint32_t least,
			unsigned int quarters)
{
	return is_within(each(state, size) * foreseen(state, least),
			 state->available / AVAILABLE_SHARE, quarters);
}

static bool is_in_limit(const struct buffer_state *state, uint32_t size, unsigned int quarters)
{
	return is_within(size * foreseen(state, SOCKETS_TOLD), state->limit, quarters);
}

static bool fits(const struct buffer_state *state, uint32_t size, unsigned int quarters)
{
	uint64_t budget = buffer_budget(state);
	uint64_t room = budget > state->used ? budget - state->used : 0;

	return is_within(each(state, size) * foreseen(state, SOCKETS_TOLD), room, quarters) &&
	       is_bearable(state, size, state->told ? SOCKETS_TOLD : SOCKETS_UNTOLD, quarters) &&
	       is_in_limit(state, size, quarters);
}

/* The largest there is up to @ceiling */
static uint32_t greatest(const struct buffer_state *state, uint32_t ceiling)
{
	uint32_t most = state->brief ? BUFFER_SIZE_BRIEF : BUFFER_SIZE_MAX, size = BUFFER_SIZE_MIN;

	while (size < most && size * 2 <= ceiling)
		size *= 2;
	return size;
}

uint32_t buffer_choose(const struct buffer_state *state, uint32_t ceiling, uint32_t present)
{
	uint32_t size = greatest(state, ceiling);

	for (; size > BUFFER_SIZE_MIN; size /= 2) {
		unsigned int quarters = present && size > present ? EASILY : ALL;

		if (fits(state, size, quarters) ||
		    (size <= BUFFER_SIZE_KERNEL &&
		     is_bearable(state, size, SOCKETS_TOLD, quarters)))
			break;
	}
	return size;
}

static const char *bound(const struct buffer_state *state, uint32_t ceiling, uint32_t size)
{
	if (size == greatest(state, ceiling))
		return state->brief && size * 2 <= ceiling ?
			", as connections are many and short" : ", the ceiling";
	if (!is_in_limit(state, size * 2, ALL))
		return ", as max-memory of a device is low";
	if (!is_bearable(state, size * 2, SOCKETS_TOLD, ALL))
		return ", as little memory is available";
	if (!state->told && !is_bearable(state, size * 2, SOCKETS_UNTOLD, ALL))
		return ", as a device does not tell when connections become many";
	return "";
}

void buffer_explain(const struct buffer_state *state, uint32_t ceiling, uint32_t size,
		    char text[static BUFFER_TEXT_SIZE])
{
	snprintf(text, BUFFER_TEXT_SIZE, "%uK%s: %" PRIu32 " socket%s use%s %" PRIu64 "M of %" PRIu64
		 "M for buffers, %" PRIu64 "M are available", size >> 10,
		 bound(state, ceiling, size), state->sockets, state->sockets == 1 ? "" : "s",
		 state->sockets == 1 ? "s" : "", state->used >> 20, buffer_budget(state) >> 20,
		 state->available >> 20);
}
