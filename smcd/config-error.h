/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages about configuration files: where something stands, what is wrong, what to do. Pure. */
#ifndef SMCD_CONFIG_ERROR_H
#define SMCD_CONFIG_ERROR_H

#include "config.h"

/*
 * Fills @error->text with "FILE:LINE:COLUMN: " and the message, printable as
 * config_make_printable() makes it. Returns -EINVAL, for the caller to return.
 */
int config_fail(struct config_error *error, const struct config_origin *where,
		const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * Puts '?' for control characters and for what is not UTF-8, in place: messages
 * quote files, and go to terminals and over D-Bus, which takes only UTF-8.
 */
void config_make_printable(char *text);

/* The word of the NULL-terminated @known that @word is most likely a slip of, or NULL. */
const char *config_nearest(const char *word, const char *const *known);

#endif
