// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The family as it should be: which attributes each command takes, and what
 * each attribute may hold.
 */
#include "softism-fuzz.h"

static const struct fuzz_attr info_attrs[] = {
	[SOFTISM_A_INFO_VERSION] = { .kind = FUZZ_STRING },
	[SOFTISM_A_INFO_API] = { .kind = FUZZ_U32 },
	[SOFTISM_A_INFO_CAPS] = { .kind = FUZZ_U32 },
	[SOFTISM_A_INFO_DEVICES] = { .kind = FUZZ_U32 },
	[SOFTISM_A_INFO_EVENT] = { .kind = FUZZ_U32 },
};

static const struct fuzz_attr stats_attrs[] = {
	[SOFTISM_A_STATS_PAD] = { .kind = FUZZ_PAD },
	[SOFTISM_A_STATS_TX_MOVES] = { .kind = FUZZ_U64 },
	[SOFTISM_A_STATS_TX_BYTES] = { .kind = FUZZ_U64 },
	[SOFTISM_A_STATS_RX_MOVES] = { .kind = FUZZ_U64 },
	[SOFTISM_A_STATS_RX_BYTES] = { .kind = FUZZ_U64 },
	[SOFTISM_A_STATS_SIGNALS] = { .kind = FUZZ_U64 },
	[SOFTISM_A_STATS_REFUSED] = { .kind = FUZZ_U64 },
	[SOFTISM_A_STATS_DMBS] = { .kind = FUZZ_U64 },
	[SOFTISM_A_STATS_DMBS_FAILED] = { .kind = FUZZ_U64 },
	[SOFTISM_A_STATS_QUERIES_YES] = { .kind = FUZZ_U64 },
	[SOFTISM_A_STATS_QUERIES_NO] = { .kind = FUZZ_U64 },
	[SOFTISM_A_STATS_QUERIES_UNKNOWN] = { .kind = FUZZ_U64 },
	[SOFTISM_A_STATS_QUERIES_DOWN] = { .kind = FUZZ_U64 },
	[SOFTISM_A_STATS_QUERIES_HELD] = { .kind = FUZZ_U64 },
	[SOFTISM_A_STATS_QUERIES_FAULT] = { .kind = FUZZ_U64 },
	[SOFTISM_A_STATS_DMBS_NOW] = { .kind = FUZZ_U64 },
	[SOFTISM_A_STATS_DMBS_PEAK] = { .kind = FUZZ_U64 },
	[SOFTISM_A_STATS_ATTACHES] = { .kind = FUZZ_U64 },
	[SOFTISM_A_STATS_SIZES] = { .kind = FUZZ_SIZES },
};

static const struct fuzz_attr count_attrs[] = {
	[SOFTISM_A_FAULT_COUNT_PAD] = { .kind = FUZZ_PAD },
	[SOFTISM_A_FAULT_COUNT_DMBS] = { .kind = FUZZ_U64 },
	[SOFTISM_A_FAULT_COUNT_MOVES] = { .kind = FUZZ_U64 },
	[SOFTISM_A_FAULT_COUNT_MOVES_DELAYED] = { .kind = FUZZ_U64 },
	[SOFTISM_A_FAULT_COUNT_SIGNALS_DROPPED] = { .kind = FUZZ_U64 },
	[SOFTISM_A_FAULT_COUNT_SIGNALS_DUPLICATED] = { .kind = FUZZ_U64 },
	[SOFTISM_A_FAULT_COUNT_SIGNALS_DELAYED] = { .kind = FUZZ_U64 },
	[SOFTISM_A_FAULT_COUNT_SIGNALS_COALESCED] = { .kind = FUZZ_U64 },
	[SOFTISM_A_FAULT_COUNT_UNREACHABLE] = { .kind = FUZZ_U64 },
	[SOFTISM_A_FAULT_COUNT_EVENTS] = { .kind = FUZZ_U64 },
};

#define SET(table, ...) { (table), ARRAY_SIZE(table), __VA_ARGS__ }

static const struct fuzz_set info_set = SET(info_attrs, 0);
static const struct fuzz_set stats_set = SET(stats_attrs, 0);
static const struct fuzz_set count_set = SET(count_attrs, 0);

static const struct fuzz_attr dev_attrs[] = {
	[SOFTISM_A_DEV_PAD] = { .kind = FUZZ_PAD },
	[SOFTISM_A_DEV_NAME] = { .kind = FUZZ_STRING },
	[SOFTISM_A_DEV_KIND] = { FUZZ_U32, 1, SOFTISM_KIND_MAX, NULL },
	[SOFTISM_A_DEV_CHID] = { FUZZ_U16, 1, 0, NULL },
	[SOFTISM_A_DEV_GID] = { FUZZ_U64, 1, 0, NULL },
	[SOFTISM_A_DEV_PRIORITY] = { FUZZ_U32, 0, SOFTISM_PRIORITY_MAX, NULL },
	[SOFTISM_A_DEV_UP] = { FUZZ_U8, 0, 1, NULL },
	[SOFTISM_A_DEV_MAX_DMBS] = { FUZZ_U32, 1, SOFTISM_DMBS_MAX, NULL },
	[SOFTISM_A_DEV_MAX_MEMORY] = { .kind = FUZZ_U64 },
	[SOFTISM_A_DEV_ATTACHED] = { FUZZ_U8, 0, 1, NULL },
	[SOFTISM_A_DEV_RANK] = { .kind = FUZZ_U32 },
	[SOFTISM_A_DEV_HELD] = { FUZZ_U8, 0, 1, NULL },
	[SOFTISM_A_DEV_CONNS] = { .kind = FUZZ_U32 },
	[SOFTISM_A_DEV_DMBS] = { .kind = FUZZ_U32 },
	[SOFTISM_A_DEV_MEMORY] = { .kind = FUZZ_U64 },
	[SOFTISM_A_DEV_STATS] = { FUZZ_NEST, 0, 0, &stats_set },
	[SOFTISM_A_DEV_GID_EXT] = { .kind = FUZZ_U64 },
	[SOFTISM_A_DEV_EVENT] = { .kind = FUZZ_U32 },
	[SOFTISM_A_DEV_DRAIN] = { FUZZ_U32, 0, SOFTISM_DRAIN_TIMEOUT, NULL },
	[SOFTISM_A_DEV_DRAIN_TIMEOUT] = { FUZZ_U32, 1, SOFTISM_DRAIN_MAX, NULL },
	[SOFTISM_A_DEV_FORCE] = { .kind = FUZZ_FLAG },
	[SOFTISM_A_DEV_CLOSING] = { FUZZ_U8, 0, 1, NULL },
};

static const struct fuzz_attr dmb_attrs[] = {
	[SOFTISM_A_DMB_PAD] = { .kind = FUZZ_PAD },
	[SOFTISM_A_DMB_NAME] = { .kind = FUZZ_STRING },
	[SOFTISM_A_DMB_INDEX] = { .kind = FUZZ_U32 },
	[SOFTISM_A_DMB_PEER] = { .kind = FUZZ_U64 },
	[SOFTISM_A_DMB_PEER_EXT] = { .kind = FUZZ_U64 },
	[SOFTISM_A_DMB_SIZE] = { .kind = FUZZ_U32 },
	[SOFTISM_A_DMB_MOVES] = { .kind = FUZZ_U64 },
	[SOFTISM_A_DMB_ATTACHED] = { .kind = FUZZ_U32 },
	[SOFTISM_A_DMB_IN_USE] = { FUZZ_U8, 0, 1, NULL },
	[SOFTISM_A_DMB_TOKEN] = { .kind = FUZZ_U64 },
};

static const struct fuzz_attr fault_attrs[] = {
	[SOFTISM_A_FAULT_PAD] = { .kind = FUZZ_PAD },
	[SOFTISM_A_FAULT_NAME] = { .kind = FUZZ_STRING },
	[SOFTISM_A_FAULT_SEED] = { .kind = FUZZ_U32 },
	[SOFTISM_A_FAULT_DMB_NTH] = { .kind = FUZZ_U32 },
	[SOFTISM_A_FAULT_DMB_PERCENT] = { FUZZ_U32, 0, 100, NULL },
	[SOFTISM_A_FAULT_DMB_ERRNO] = { FUZZ_U32, 1, 4095, NULL },
	[SOFTISM_A_FAULT_DMB_LEFT] = { .kind = FUZZ_U32 },
	[SOFTISM_A_FAULT_MOVE_PERCENT] = { FUZZ_U32, 0, 100, NULL },
	[SOFTISM_A_FAULT_MOVE_DELAY] = { FUZZ_U32, 0, SOFTISM_MOVE_DELAY_MAX, NULL },
	[SOFTISM_A_FAULT_SIGNAL_DROP] = { FUZZ_U32, 0, 100, NULL },
	[SOFTISM_A_FAULT_SIGNAL_DUPLICATE] = { FUZZ_U32, 0, 100, NULL },
	[SOFTISM_A_FAULT_SIGNAL_DELAY] = {
		FUZZ_U32, 0, SOFTISM_SIGNAL_DELAY_MAX, NULL
	},
	[SOFTISM_A_FAULT_UNREACHABLE] = { .kind = FUZZ_U64 },
	[SOFTISM_A_FAULT_EVENT] = { FUZZ_U32, 1, SOFTISM_EVENT_MAX, NULL },
	[SOFTISM_A_FAULT_GID] = { .kind = FUZZ_U64 },
	[SOFTISM_A_FAULT_GID_EXT] = { .kind = FUZZ_U64 },
	[SOFTISM_A_FAULT_CODE] = { .kind = FUZZ_U32 },
	[SOFTISM_A_FAULT_INFO] = { .kind = FUZZ_U64 },
	[SOFTISM_A_FAULT_COUNTS] = { FUZZ_NEST, 0, 0, &count_set },
};

static const struct fuzz_set dev_set = SET(dev_attrs, SOFTISM_A_DEV_NAME);
static const struct fuzz_set dmb_set = SET(dmb_attrs, SOFTISM_A_DMB_NAME);
static const struct fuzz_set fault_set = SET(fault_attrs, SOFTISM_A_FAULT_NAME);

/*
 * Those without a name do not exist, or are notifications. What changes devices
 * is rare, because the stack takes its time for that.
 */
const struct fuzz_command fuzz_commands[FUZZ_COMMANDS] = {
	[SOFTISM_CMD_INFO_GET] = {
		"info-get", &info_set, true, false, true, false, 2, { 0 }
	},
	[SOFTISM_CMD_DEV_GET] = {
		"dev-get", &dev_set, true, true, true, false, 8, { SOFTISM_A_DEV_NAME }
	},
	[SOFTISM_CMD_DEV_NEW] = {
		"dev-new", &dev_set, true, false, true, false, 3,
		{ SOFTISM_A_DEV_NAME, SOFTISM_A_DEV_KIND, SOFTISM_A_DEV_CHID,
		  SOFTISM_A_DEV_GID, SOFTISM_A_DEV_GID_EXT,
		  SOFTISM_A_DEV_PRIORITY, SOFTISM_A_DEV_UP,
		  SOFTISM_A_DEV_MAX_DMBS, SOFTISM_A_DEV_MAX_MEMORY }
	},
	[SOFTISM_CMD_DEV_DEL] = {
		"dev-del", &dev_set, true, false, false, true, 1,
		{ SOFTISM_A_DEV_NAME, SOFTISM_A_DEV_FORCE }
	},
	[SOFTISM_CMD_DEV_SET] = {
		"dev-set", &dev_set, true, false, false, true, 3,
		{ SOFTISM_A_DEV_NAME, SOFTISM_A_DEV_PRIORITY, SOFTISM_A_DEV_UP }
	},
	[SOFTISM_CMD_DEV_DRAIN] = {
		"dev-drain", &dev_set, true, false, false, true, 2,
		{ SOFTISM_A_DEV_NAME, SOFTISM_A_DEV_DRAIN_TIMEOUT }
	},
	[SOFTISM_CMD_STATS_GET] = {
		"stats-get", &dev_set, true, true, true, false, 8,
		{ SOFTISM_A_DEV_NAME }
	},
	[SOFTISM_CMD_STATS_RESET] = {
		"stats-reset", &dev_set, true, false, false, false, 8,
		{ SOFTISM_A_DEV_NAME }
	},
	[SOFTISM_CMD_DMB_GET] = {
		"dmb-get", &dmb_set, false, true, false, false, 6,
		{ SOFTISM_A_DMB_NAME }
	},
	[SOFTISM_CMD_FAULT_SET] = {
		"fault-set", &fault_set, true, false, false, true, 14,
		{ SOFTISM_A_FAULT_NAME, SOFTISM_A_FAULT_SEED,
		  SOFTISM_A_FAULT_DMB_NTH, SOFTISM_A_FAULT_DMB_PERCENT,
		  SOFTISM_A_FAULT_DMB_ERRNO, SOFTISM_A_FAULT_DMB_LEFT,
		  SOFTISM_A_FAULT_MOVE_PERCENT, SOFTISM_A_FAULT_MOVE_DELAY,
		  SOFTISM_A_FAULT_SIGNAL_DROP, SOFTISM_A_FAULT_SIGNAL_DUPLICATE,
		  SOFTISM_A_FAULT_SIGNAL_DELAY, SOFTISM_A_FAULT_UNREACHABLE }
	},
	[SOFTISM_CMD_FAULT_GET] = {
		"fault-get", &fault_set, true, true, true, false, 8,
		{ SOFTISM_A_FAULT_NAME }
	},
	[SOFTISM_CMD_FAULT_EVENT] = {
		"fault-event", &fault_set, true, false, false, true, 12,
		{ SOFTISM_A_FAULT_NAME, SOFTISM_A_FAULT_EVENT,
		  SOFTISM_A_FAULT_GID, SOFTISM_A_FAULT_GID_EXT,
		  SOFTISM_A_FAULT_CODE, SOFTISM_A_FAULT_INFO }
	},
	/* To check notifications by; as requests they are not supported */
	[SOFTISM_CMD_DEV_ADD_NTF] = { .set = &dev_set },
	[SOFTISM_CMD_DEV_DEL_NTF] = { .set = &dev_set },
	[SOFTISM_CMD_DEV_CHANGE_NTF] = { .set = &dev_set },
	[SOFTISM_CMD_DEV_DRAIN_NTF] = { .set = &dev_set },
	[SOFTISM_CMD_DEV_GROW_NTF] = { .set = &dev_set },
};

bool fuzz_accepts(const struct fuzz_command *command, unsigned int type)
{
	const unsigned char *accepted;

	for (accepted = command->accepts; *accepted; accepted++)
		if (*accepted == type)
			return true;
	return false;
}

size_t fuzz_size(enum fuzz_kind kind)
{
	switch (kind) {
	case FUZZ_U8:
		return 1;
	case FUZZ_U16:
		return 2;
	case FUZZ_U32:
		return 4;
	case FUZZ_U64:
		return 8;
	case FUZZ_SIZES:
		return SOFTISM_SIZES * sizeof(uint64_t);
	default:
		return 0;
	}
}

uint64_t fuzz_max(const struct fuzz_attr *attr)
{
	size_t size = fuzz_size(attr->kind);

	if (attr->max)
		return attr->max;
	return size < 8 ? ((uint64_t)1 << (8 * size)) - 1 : UINT64_MAX;
}
