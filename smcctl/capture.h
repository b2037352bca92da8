/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a verb prints, as text, for verbs that are made of others. */
#ifndef SMCCTL_CAPTURE_H
#define SMCCTL_CAPTURE_H

/* What was printed; the strings are NULL if there was no memory for them. */
struct capture {
	int status;		/* an enum exit_status */
	char *output, *errors;	/* of stdout and stderr */
};

/*
 * Runs smcctl with the words @argv, which make sense and end with NULL, in this process. The
 * caller clears *@ret_capture. 0, or a negative errno and nothing was run.
 */
int capture_run(char *const *argv, struct capture *ret_capture);
void capture_clear(struct capture *capture);

#endif
