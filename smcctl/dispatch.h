/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does what a command line says, from its words to its exit status. */
#ifndef SMCCTL_DISPATCH_H
#define SMCCTL_DISPATCH_H

/*
 * @argc words, the name of the program not among them. Closes stdout: a full disk may show only
 * then. Returns an enum exit_status, for exit().
 */
int dispatch(int argc, char *const *argv);

#endif
