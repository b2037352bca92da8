// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tables of keys and attributes, after kmod/softism.h.
 */
#include <stddef.h>

#include "../../kmod/softism.h"
#include "softism-genl-fields.h"

#define STRING(key, type)		{ key, type, FIELD_STRING, 0, NULL, NULL }
#define DECIMAL(key, type, size)	{ key, type, FIELD_DECIMAL, size, NULL, NULL }
#define HEX(key, type, size)		{ key, type, FIELD_HEX, size, NULL, NULL }
#define WORD(key, type, words)		{ key, type, FIELD_DECIMAL, 4, words, NULL }
#define FLAG(key, type)			{ key, type, FIELD_FLAG, 0, NULL, NULL }
#define LIST(key, type)			{ key, type, FIELD_LIST, 0, NULL, NULL }
#define NEST(key, type, fields)		{ key, type, FIELD_NEST, 0, NULL, fields }
#define END				{ NULL, 0, FIELD_STRING, 0, NULL, NULL }

static const struct field_word kinds[] = {
	{ "loopback", SOFTISM_KIND_LOOPBACK },
	{ "ism-emu", SOFTISM_KIND_ISM_EMU },
	{ NULL, 0 }
};

static const struct field_word events[] = {
	{ "dmb", SOFTISM_EVENT_DMB },
	{ "gid", SOFTISM_EVENT_GID },
	{ "sw", SOFTISM_EVENT_SW },
	{ NULL, 0 }
};

const struct field info_fields[] = {
	STRING("version", SOFTISM_A_INFO_VERSION),
	DECIMAL("api", SOFTISM_A_INFO_API, 4),
	DECIMAL("caps", SOFTISM_A_INFO_CAPS, 4),
	DECIMAL("devices", SOFTISM_A_INFO_DEVICES, 4),
	DECIMAL("event", SOFTISM_A_INFO_EVENT, 4),
	END
};

/* No key here may be one of dev_fields, too: both are shown in one line */
static const struct field stats_fields[] = {
	DECIMAL("tx_moves", SOFTISM_A_STATS_TX_MOVES, 8),
	DECIMAL("tx_bytes", SOFTISM_A_STATS_TX_BYTES, 8),
	DECIMAL("rx_moves", SOFTISM_A_STATS_RX_MOVES, 8),
	DECIMAL("rx_bytes", SOFTISM_A_STATS_RX_BYTES, 8),
	DECIMAL("signals", SOFTISM_A_STATS_SIGNALS, 8),
	DECIMAL("refused", SOFTISM_A_STATS_REFUSED, 8),
	DECIMAL("dmbs_total", SOFTISM_A_STATS_DMBS, 8),
	DECIMAL("dmbs_failed", SOFTISM_A_STATS_DMBS_FAILED, 8),
	DECIMAL("dmbs_now", SOFTISM_A_STATS_DMBS_NOW, 8),
	DECIMAL("dmbs_peak", SOFTISM_A_STATS_DMBS_PEAK, 8),
	DECIMAL("attaches", SOFTISM_A_STATS_ATTACHES, 8),
	DECIMAL("queries_yes", SOFTISM_A_STATS_QUERIES_YES, 8),
	DECIMAL("queries_no", SOFTISM_A_STATS_QUERIES_NO, 8),
	DECIMAL("queries_unknown", SOFTISM_A_STATS_QUERIES_UNKNOWN, 8),
	DECIMAL("queries_down", SOFTISM_A_STATS_QUERIES_DOWN, 8),
	DECIMAL("queries_held", SOFTISM_A_STATS_QUERIES_HELD, 8),
	DECIMAL("queries_fault", SOFTISM_A_STATS_QUERIES_FAULT, 8),
	LIST("sizes", SOFTISM_A_STATS_SIZES),
	END
};

const struct field dev_fields[] = {
	STRING("name", SOFTISM_A_DEV_NAME),
	WORD("kind", SOFTISM_A_DEV_KIND, kinds),
	HEX("chid", SOFTISM_A_DEV_CHID, 2),
	HEX("gid", SOFTISM_A_DEV_GID, 8),
	HEX("gid_ext", SOFTISM_A_DEV_GID_EXT, 8),
	DECIMAL("priority", SOFTISM_A_DEV_PRIORITY, 4),
	DECIMAL("up", SOFTISM_A_DEV_UP, 1),
	DECIMAL("max-dmbs", SOFTISM_A_DEV_MAX_DMBS, 4),
	DECIMAL("max-memory", SOFTISM_A_DEV_MAX_MEMORY, 8),
	DECIMAL("attached", SOFTISM_A_DEV_ATTACHED, 1),
	DECIMAL("rank", SOFTISM_A_DEV_RANK, 4),
	DECIMAL("held", SOFTISM_A_DEV_HELD, 1),
	DECIMAL("conns", SOFTISM_A_DEV_CONNS, 4),
	DECIMAL("dmbs", SOFTISM_A_DEV_DMBS, 4),
	DECIMAL("memory", SOFTISM_A_DEV_MEMORY, 8),
	DECIMAL("number", SOFTISM_A_DEV_EVENT, 4),
	DECIMAL("drain", SOFTISM_A_DEV_DRAIN, 4),
	DECIMAL("timeout", SOFTISM_A_DEV_DRAIN_TIMEOUT, 4),
	FLAG("force", SOFTISM_A_DEV_FORCE),
	DECIMAL("closing", SOFTISM_A_DEV_CLOSING, 1),
	NEST("stats", SOFTISM_A_DEV_STATS, stats_fields),
	END
};

const struct field dmb_fields[] = {
	STRING("name", SOFTISM_A_DMB_NAME),
	DECIMAL("index", SOFTISM_A_DMB_INDEX, 4),
	HEX("peer", SOFTISM_A_DMB_PEER, 8),
	HEX("peer_ext", SOFTISM_A_DMB_PEER_EXT, 8),
	DECIMAL("size", SOFTISM_A_DMB_SIZE, 4),
	DECIMAL("moves", SOFTISM_A_DMB_MOVES, 8),
	DECIMAL("attached", SOFTISM_A_DMB_ATTACHED, 4),
	DECIMAL("in_use", SOFTISM_A_DMB_IN_USE, 1),
	HEX("token", SOFTISM_A_DMB_TOKEN, 8),
	END
};

static const struct field count_fields[] = {
	DECIMAL("hit_dmbs", SOFTISM_A_FAULT_COUNT_DMBS, 8),
	DECIMAL("hit_moves", SOFTISM_A_FAULT_COUNT_MOVES, 8),
	DECIMAL("hit_moves_delayed", SOFTISM_A_FAULT_COUNT_MOVES_DELAYED, 8),
	DECIMAL("hit_signals_dropped", SOFTISM_A_FAULT_COUNT_SIGNALS_DROPPED, 8),
	DECIMAL("hit_signals_duplicated", SOFTISM_A_FAULT_COUNT_SIGNALS_DUPLICATED, 8),
	DECIMAL("hit_signals_delayed", SOFTISM_A_FAULT_COUNT_SIGNALS_DELAYED, 8),
	DECIMAL("hit_signals_coalesced", SOFTISM_A_FAULT_COUNT_SIGNALS_COALESCED, 8),
	DECIMAL("hit_unreachable", SOFTISM_A_FAULT_COUNT_UNREACHABLE, 8),
	DECIMAL("hit_events", SOFTISM_A_FAULT_COUNT_EVENTS, 8),
	END
};

const struct field fault_fields[] = {
	STRING("name", SOFTISM_A_FAULT_NAME),
	DECIMAL("seed", SOFTISM_A_FAULT_SEED, 4),
	DECIMAL("dmb_nth", SOFTISM_A_FAULT_DMB_NTH, 4),
	DECIMAL("dmb_percent", SOFTISM_A_FAULT_DMB_PERCENT, 4),
	DECIMAL("dmb_errno", SOFTISM_A_FAULT_DMB_ERRNO, 4),
	DECIMAL("dmb_left", SOFTISM_A_FAULT_DMB_LEFT, 4),
	DECIMAL("move_percent", SOFTISM_A_FAULT_MOVE_PERCENT, 4),
	DECIMAL("move_delay", SOFTISM_A_FAULT_MOVE_DELAY, 4),
	DECIMAL("signal_drop", SOFTISM_A_FAULT_SIGNAL_DROP, 4),
	DECIMAL("signal_duplicate", SOFTISM_A_FAULT_SIGNAL_DUPLICATE, 4),
	DECIMAL("signal_delay", SOFTISM_A_FAULT_SIGNAL_DELAY, 4),
	HEX("unreachable", SOFTISM_A_FAULT_UNREACHABLE, 8),
	WORD("event", SOFTISM_A_FAULT_EVENT, events),
	HEX("gid", SOFTISM_A_FAULT_GID, 8),
	HEX("gid_ext", SOFTISM_A_FAULT_GID_EXT, 8),
	HEX("code", SOFTISM_A_FAULT_CODE, 4),
	HEX("info", SOFTISM_A_FAULT_INFO, 8),
	NEST("counts", SOFTISM_A_FAULT_COUNTS, count_fields),
	END
};
