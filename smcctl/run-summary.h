/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What smcctl run --summary says: how many connections went over what, and why. */
#ifndef SMCCTL_RUN_SUMMARY_H
#define SMCCTL_RUN_SUMMARY_H

#include <stdint.h>
#include <stdio.h>
#include "preload/tally.h"

struct device;

/* Connections of one kind, in either direction; @server of the kind is 0. */
struct summary_line {
	struct tally_kind kind;
	uint64_t client, server;
};

/* Zeros are an empty one. */
struct summary {
	struct summary_line lines[TALLY_KINDS];	/* SMC-D first, TCP last; then the most frequent */
	size_t n;
	uint64_t smc, tcp;	/* connections by SMC-D and SMC-R; those that became TCP, or were it */
	uint64_t unknown;	/* of which no more is known */
};

/* Reads what is counted, after taking out what is pending: of that, SMC_DIAG may still tell. */
void summary_read(struct tally *tally, struct summary *ret_summary);

/* Whether it has the columns that are wanted; else it says which one it has not. */
bool summary_has_columns(void);

/* @devices, @n of them, have the names for GIDs. */
void summary_print(const struct summary *summary, const struct device *devices, size_t n,
		   bool headings, FILE *stream);
void summary_print_json(const struct summary *summary, const struct device *devices, size_t n,
			FILE *stream);

#endif
