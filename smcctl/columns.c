// SPDX-License-Identifier: GPL-2.0-or-later
/* Chooses the columns of a table; see columns.h. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "columns.h"

size_t columns_count(const struct output_column *columns)
{
	size_t n = 0;

	while (columns[n].heading)
		n++;
	return n;
}

const char *columns_heading(const struct output_column *column, char ret[COLUMNS_NAME_SIZE])
{
	char *p;

	snprintf(ret, COLUMNS_NAME_SIZE, "%s", column->heading);
	for (p = ret; *p; p++)
		*p = *p == ' ' ? '-' : toupper((unsigned char)*p);
	return ret;
}

/* Returns its index, or @n_columns if there is none. */
static size_t find(const char *name, size_t length, const struct output_column *columns,
		   size_t n_columns)
{
	char heading[COLUMNS_NAME_SIZE];
	size_t i;

	for (i = 0; i < n_columns; i++) {
		columns_heading(&columns[i], heading);
		if (strlen(heading) == length && !strncasecmp(heading, name, length))
			return i;
	}
	return n_columns;
}

static int refuse(const char *name, size_t length, const struct output_column *columns,
		  size_t n_columns, char *error)
{
	char heading[COLUMNS_NAME_SIZE];
	size_t i;
	int n;

	n = snprintf(error, COLUMNS_ERROR_SIZE, "there is no column '%.*s': choose from",
		     length > 64 ? 64 : (int)length, name);
	for (i = 0; i < n_columns && n < COLUMNS_ERROR_SIZE; i++)
		n += snprintf(error + n, COLUMNS_ERROR_SIZE - n, "%s %s", i ? "," : "",
			      columns_heading(&columns[i], heading));
	return -EINVAL;
}

static bool is_chosen(const size_t *order, size_t n, size_t column)
{
	while (n)
		if (order[--n] == column)
			return true;
	return false;
}

int columns_choose(const char *choice, const struct output_column *columns, size_t n_columns,
		   size_t *ret_order, size_t *ret_n, char *error)
{
	size_t n = 0, i, length;

	for (i = 0; i < n_columns && (!choice || *choice == '+'); i++)
		if (!(columns[i].flags & OUTPUT_EXTRA))
			ret_order[n++] = i;
	if (choice && *choice == '+')
		choice++;
	for (; choice; choice = choice[length] ? choice + length + 1 : NULL) {
		length = strcspn(choice, ",");
		i = find(choice, length, columns, n_columns);
		if (i == n_columns)
			return refuse(choice, length, columns, n_columns, error);
		if (!is_chosen(ret_order, n, i))
			ret_order[n++] = i;
	}
	*ret_n = n;
	return 0;
}
