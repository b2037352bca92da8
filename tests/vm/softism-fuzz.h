/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of softism-fuzz have in common: the family as it should be,
 * and a batch of messages with what is known about each of them.
 */
#ifndef SOFTISM_FUZZ_H
#define SOFTISM_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "../../kmod/softism.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define FUZZ_BATCH_SIZE 65536
#define FUZZ_BATCH_MESSAGES 64
#define FUZZ_POOL 6

/* Numbers of commands that are tried: two that do not exist follow the last */
#define FUZZ_COMMANDS (SOFTISM_CMD_MAX + 3)

enum fuzz_kind {
	FUZZ_NONE,		/* no such attribute */
	FUZZ_PAD,
	FUZZ_STRING,
	FUZZ_U8,
	FUZZ_U16,
	FUZZ_U32,
	FUZZ_U64,
	FUZZ_FLAG,
	FUZZ_SIZES,
	FUZZ_NEST,
};

struct fuzz_attr {
	enum fuzz_kind kind;
	uint64_t min;
	uint64_t max;			/* 0: that of its type */
	const struct fuzz_set *nest;
};

struct fuzz_set {
	const struct fuzz_attr *attrs;
	unsigned int count;
	unsigned int name;		/* type of the device's name */
};

struct fuzz_command {
	const char *name;
	const struct fuzz_set *set;
	bool can_do;
	bool can_dump;
	bool replies;			/* a do has one reply */
	bool hurts;			/* connections of the device */
	unsigned int weight;		/* in random sequences */
	unsigned char accepts[16];	/* types, ended by 0 */
};

struct fuzz_message {
	size_t offset;
	uint32_t length;		/* as it would be right */
	bool must_refuse;
	/* What the kernel sees of it */
	bool seen;
	bool reached;			/* ... the family */
	bool dump;
	bool dump_before;		/* by this batch, maybe not yet over */
	bool supported;
	bool wants_ack;
	uint8_t cmd;
	/* What came back */
	unsigned int replies;
	bool answered;
};

struct fuzz_batch {
	unsigned char data[FUZZ_BATCH_SIZE];
	size_t size;
	struct fuzz_message messages[FUZZ_BATCH_MESSAGES];
	unsigned int count;
	uint32_t seq;			/* that of the first message */
	uint16_t family;
};

struct fuzz_options {
	uint64_t seed;
	unsigned long messages;
	unsigned long seconds;
	const char *prefix;
	unsigned int priority;
	unsigned long patience;		/* seconds */
	bool keep;
	bool gentle;
};

struct fuzz_results {
	unsigned long messages, reached, acks, replies, dumps, refused;
	unsigned long refused_by_core;	/* where no text can be */
	unsigned long refused_without_text;
	unsigned long wrongly_accepted;
	unsigned long unanswered;
	unsigned long garbage;
	unsigned long half_rounds;	/* of every attribute in every way */
	unsigned long half_dumps, events, events_lost;
	unsigned long done[FUZZ_COMMANDS];
	unsigned long errors[4096];
};

extern struct fuzz_options fuzz_options;
extern struct fuzz_results fuzz_results;

/* softism-fuzz-family.c */
extern const struct fuzz_command fuzz_commands[FUZZ_COMMANDS];
bool fuzz_accepts(const struct fuzz_command *command, unsigned int type);
uint64_t fuzz_max(const struct fuzz_attr *attr);
size_t fuzz_size(enum fuzz_kind kind);

/* softism-fuzz-draft.c */
void fuzz_seed(uint64_t seed);
uint64_t fuzz_random(void);
unsigned int fuzz_below(unsigned int limit);
bool one_in(unsigned int n);

/* softism-fuzz-make.c */
void fuzz_make(struct fuzz_batch *batch, size_t limit);

/* softism-fuzz-link.c; what fails there ends the program */
uint16_t fuzz_open(void);	/* returns the family's number */
void fuzz_quote(bool quote);	/* whether refusals are to quote messages */
void fuzz_exchange(struct fuzz_batch *batch);
void fuzz_half_dump(void);	/* read to somewhere, and given up */
unsigned int fuzz_clean_up(void);	/* returns how many devices are left */
unsigned long fuzz_now(void);	/* milliseconds */

/* softism-fuzz-check.c */
void fuzz_foresee(struct fuzz_batch *batch);
void fuzz_take(struct fuzz_batch *batch, const void *data, size_t size);
void fuzz_judge(struct fuzz_batch *batch);
void fuzz_take_events(struct fuzz_batch *batch, const void *data, size_t size);
void fuzz_expect_events(bool complete);	/* else some may be missing */
void fuzz_complain(const struct fuzz_batch *batch,
		   const struct fuzz_message *message, const char *what);

#endif
