/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of "smcctl shell". */
#ifndef SMCCTL_SHELL_H
#define SMCCTL_SHELL_H

#include <stdbool.h>
#include <sys/types.h>
#include <systemd/sd-event.h>
#include "words.h"

/* shell-run.c: what a line means. */

enum shell_action { SHELL_NOTHING, SHELL_RUN, SHELL_EXIT };

/*
 * Splits @line in place; "help" becomes the option. -EINVAL with @error, of WORDS_ERROR_SIZE bytes:
 * it makes no sense.
 */
int shell_parse(char *line, struct words *ret_words, enum shell_action *ret_action, char *error);

/*
 * Runs the verb in a child that ends with it, so that whatever happens there leaves the shell alone.
 * Returns its pid or a negative errno. With @own_input, it gets nothing to read.
 */
pid_t shell_start(const struct words *words, bool own_input);

/* The exit status, as that of sh, for what waitid() has told of a child. */
int shell_status(int code, int status);

/* Reads commands from stdin until one fails; returns the exit status of that. */
int shell_batch(void);

/* shell-line.c: the line that is edited, with completion. There is one. */

/* @take gets each line, NULL for the end of input, and frees it. */
void shell_line_init(void (*take)(char *line));

/* Show the prompt, and take it away; between them the terminal is readline's. */
void shell_line_open(void);
void shell_line_close(void);

/* Give the terminal back for a while, and show the line again as it was. */
void shell_line_pause(void);
void shell_line_resume(void);

/* Reads what has been typed; gives the line up, as Ctrl-C does; follows the terminal's size. */
void shell_line_read(void);
void shell_line_cancel(void);
void shell_line_resize(void);

/* Prints text above the line that is being edited. */
void shell_line_say(const char *text);

/* shell-history.c: what was typed, in a file of the user. */

void shell_history_load(void);
void shell_history_add(const char *line);

/* shell-events.c: what happens meanwhile. */

struct shell_events;

/* @say is called for each event with a line of text; the caller frees *@ret_events. 0 or -ENOMEM. */
int shell_events_new(sd_event *loop, void (*say)(const char *text),
		     struct shell_events **ret_events);
void shell_events_free(struct shell_events *events);

/* Listens anew if the bus was not there, or has gone; it is no error if it is not there now. */
void shell_events_listen(struct shell_events *events);

#endif
