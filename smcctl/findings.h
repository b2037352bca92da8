/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What smcctl doctor has to say: findings, each with its cure. */
#ifndef SMCCTL_FINDINGS_H
#define SMCCTL_FINDINGS_H

#define FINDING_SIZE 768	/* of a text; longer ones are cut */
#define CURE_SIZE 512

enum finding_level {
	FINDING_OK,
	FINDING_NOTE,		/* it works, and could be better, or cannot be told */
	FINDING_WARNING,	/* something works less well than it should, or will stop working */
	FINDING_PROBLEM,	/* connections are not carried by SMC-D */
	FINDING_LEVELS,
};

struct finding {
	enum finding_level level;
	const char *check;	/* the name of the check that found it */
	const char *text;	/* one line */
	/* What helps; either may be NULL: a command line that does it, and what it takes in words. */
	const char *command, *advice;
};

typedef void (*finding_fn)(const struct finding *finding, void *userdata);

/* Where findings go. */
struct findings {
	finding_fn take;
	void *userdata;
	const char *check;			/* that runs */
	unsigned int total, counts[FINDING_LEVELS];	/* of those that were taken */
};

/* "ok", "note", "warning", "problem" */
const char *finding_level_name(enum finding_level level);

/* Hands a finding of the check that runs to @findings->take. */
void finding_add(struct findings *findings, enum finding_level level, const char *command,
		 const char *advice, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

#endif
