/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a shell may complete a command line of smcctl with. */
#ifndef SMCCTL_COMPLETE_H
#define SMCCTL_COMPLETE_H

#include <stdio.h>

/* Calls @fn for each device; its name is plain enough for a shell to take unquoted. */
typedef void (*complete_devices_fn)(void (*fn)(const char *name, void *userdata), void *userdata);

/*
 * Prints the words, one a line, that can stand for the last of the @argc words
 * (the name of the program not among them); there are none for a line that makes no sense.
 * @devices tells the names of devices.
 */
void complete(int argc, char *const *argv, complete_devices_fn devices, FILE *stream);

/* Asks the daemon; silent if it does not run. */
void complete_devices(void (*fn)(const char *name, void *userdata), void *userdata);

#endif
