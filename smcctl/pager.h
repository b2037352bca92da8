/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends the output through a pager, which ends at once if all of it is on the screen. */
#ifndef SMCCTL_PAGER_H
#define SMCCTL_PAGER_H

/*
 * If stdout is a terminal: from now on it is a pager's input. That is $SMCCTL_PAGER or $PAGER,
 * but for root, whom the environment may come to from elsewhere; else less(1), without its
 * commands that run others for root. Where it cannot run, output goes to the terminal as before.
 */
void pager_open(void);

/* Waits until the pager has ended, if there is one; stdout is the terminal again. */
void pager_close(void);

#endif
