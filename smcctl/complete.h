/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a shell may complete a command line of smcctl with. */
#ifndef SMCCTL_COMPLETE_H
#define SMCCTL_COMPLETE_H

#include <stdio.h>
#include "verbs.h"

/*
 * Calls @fn for each word that an argument of that kind can be, all of them plain enough for a
 * shell to take unquoted.
 */
typedef void (*complete_words_fn)(enum value_kind kind,
				  void (*fn)(const char *word, void *userdata), void *userdata);

/*
 * Prints the words, one a line, that can stand for the last of the @argc words
 * (the name of the program not among them); there are none for a line that makes no sense.
 * @words tells those that can be arguments.
 */
void complete(int argc, char *const *argv, complete_words_fn words, FILE *stream);

/* Asks the daemon; silent if it does not run. */
void complete_words(enum value_kind kind,
		    void (*fn)(const char *word, void *userdata), void *userdata);

#endif
