/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a shell may complete a command line of smcctl with. */
#ifndef SMCCTL_COMPLETE_H
#define SMCCTL_COMPLETE_H

#include <stdio.h>
#include "verbs.h"

/*
 * Calls @fn for each word that a value of that kind can be, all of them plain enough for a
 * shell to take unquoted.
 */
typedef void (*complete_words_fn)(enum value_kind kind,
				  void (*fn)(const char *word, void *userdata), void *userdata);

/*
 * Prints what can stand for the last of the @argc words (the name of the program not among them),
 * one word a line, with a tab and a description behind it where there is one. Lines that begin
 * with a tab say what the shell itself knows better: "files", or "command N", a command line
 * that begins with word N, counted from 0. Nothing is printed for a line that makes no sense.
 * @words tells the words of values that only the machine knows.
 */
void complete(int argc, char *const *argv, complete_words_fn words, FILE *stream);

/* Asks the daemon, silent if it does not run, systemd or the kernel. */
void complete_words(enum value_kind kind,
		    void (*fn)(const char *word, void *userdata), void *userdata);

#endif
