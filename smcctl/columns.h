/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which columns of a table are shown: what -o asks for, as lsblk(8) takes it. */
#ifndef SMCCTL_COLUMNS_H
#define SMCCTL_COLUMNS_H

#include <stddef.h>
#include "output.h"

#define COLUMNS_NAME_SIZE 64
#define COLUMNS_ERROR_SIZE 1024

/* How many there are before the one without a heading. */
size_t columns_count(const struct output_column *columns);

/* Fills and returns @ret: the heading in capitals, with a '-' for each blank. */
const char *columns_heading(const struct output_column *column, char ret[COLUMNS_NAME_SIZE]);

/*
 * Fills @ret_order, which has room for @n_columns, with the indices of *@ret_n columns that
 * @choice wants: names between commas, in whatever case; after a '+' in addition to those that
 * are shown without a choice, which NULL stands for. Returns 0, or -EINVAL with @error, of
 * COLUMNS_ERROR_SIZE bytes, naming the columns that there are.
 */
int columns_choose(const char *choice, const struct output_column *columns, size_t n_columns,
		   size_t *ret_order, size_t *ret_n, char *error);

#endif
