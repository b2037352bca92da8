/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How smcctl prints: tables for people, JSON for programs, errors.
 *
 * Text that came over D-Bus reaches a terminal with its control characters
 * escaped, whichever way it is printed. Without memory these functions print
 * so and exit with EXIT_FAILED: there is nothing left to do for a command.
 */
#ifndef SMCCTL_OUTPUT_H
#define SMCCTL_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <json-c/json.h>
#include "color.h"

#define OUTPUT_SCHEMA 1		/* raised when a JSON key goes away or changes its meaning */
#define OUTPUT_NUMBER_SIZE 32	/* any formatted number, with its NUL */
#define OUTPUT_TIME_SIZE 25

/* Says that there is no memory, and exits, unless @have. */
void output_need(bool have);

/* "smcctl: ..." and a newline on stderr. */
void output_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A message that begins with a place in a file: as it is, for editors look for that. */
void output_error_at(const char *message);

/* @text with its control characters as \xNN; the caller frees it. */
char *output_escape(const char *text);

/* Fill and return @ret: 1.5MiB, 0xffff, 0x00000000deadbeef. */
const char *output_size(uint64_t bytes, char ret[OUTPUT_NUMBER_SIZE]);
const char *output_chid(uint16_t chid, char ret[OUTPUT_NUMBER_SIZE]);
const char *output_gid(uint64_t gid, char ret[OUTPUT_NUMBER_SIZE]);

/* How a command's tables are to look, as its options say. */
struct output_style {
	const char *columns;	/* NULL: those that each table has of itself; see columns.h */
	enum color_when color;
	bool pager;		/* on a terminal, what does not fit on it goes through one */
};

/*
 * Before and after each command, however many a process runs. @style's strings are not copied.
 * The end waits for the pager, and returns @status, or EXIT_USAGE if a column was not known.
 */
void output_begin(const struct output_style *style);
int output_end(int status);

/* Whether a column that is not known was wanted: then there is nothing to print. */
bool output_has_failed(void);

/* For what is not printed as a table: begins the pager, if one is wanted. */
void output_page(void);

/* The escape sequence that begins the colour of a state, or of a "heading"; NULL: none. */
const char *output_color(const char *word);

enum output_column_flag {
	OUTPUT_RIGHT = 1,	/* aligned to the right, as numbers are; so "true" says, too */
	OUTPUT_EXTRA = 2,	/* shown only if the option -o names it */
	OUTPUT_STATE = 4,	/* coloured by what its word means */
};

struct output_column {
	const char *heading;	/* printed in capitals, at most 63 of them */
	unsigned int flags;
};

/*
 * Fills @ret_order, which has room for @n_columns, with the indices of the *@ret_n columns to
 * show. False, after an error message, if one is wanted that is not there; then they are none.
 */
bool output_columns(const struct output_column *columns, size_t n_columns, size_t *ret_order,
		    size_t *ret_n);

/* Fills and returns @ret: now, 2026-01-31T12:00:00.000Z. */
const char *output_time(char ret[OUTPUT_TIME_SIZE]);

struct output_table;

#define json_cleanup __attribute__((cleanup(output_json_freep)))
#define table_cleanup __attribute__((cleanup(output_table_freep)))

/* The caller frees the table: table_cleanup. */
struct output_table *output_table_new(const struct output_column *columns, size_t n_columns,
				      bool headings);
void output_table_freep(struct output_table **table);

/* Begins a row; the cells that follow fill it from the left. Empty text prints as "-". */
void output_row(struct output_table *table);
void output_text(struct output_table *table, const char *text);
void output_cell(struct output_table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A whole row of a table of names and values. */
void output_text_row(struct output_table *table, const char *name, const char *value);
void output_state_row(struct output_table *table, const char *name, const char *state);
void output_number_row(struct output_table *table, const char *name, uint64_t value);

/* Failures to write stay in @stream's error flag. */
void output_table_print(struct output_table *table, FILE *stream);

/* A JSON object that has its "schema" member; the caller frees it: json_cleanup. */
struct json_object *output_json_new(void);
void output_json_freep(struct json_object **object);

/* Add a member. Empty text and an unknown GID, 0, are null. Numbers are unsigned. */
void output_json_text(struct json_object *object, const char *key, const char *text);
void output_json_number(struct json_object *object, const char *key, uint64_t number);
void output_json_bool(struct json_object *object, const char *key, bool value);
void output_json_gid(struct json_object *object, const char *key, uint64_t gid);

/* Add an empty container, which @object owns. */
struct json_object *output_json_object(struct json_object *object, const char *key);
struct json_object *output_json_array(struct json_object *object, const char *key);

/* Add the strings of a NULL-terminated list, which may be NULL, as an array. */
void output_json_list(struct json_object *object, const char *key, char *const *list);

/* Adds an empty object, which @array owns, to an array. */
struct json_object *output_json_element(struct json_object *array);

/* Failures to write stay in @stream's error flag. */
void output_json_print(struct json_object *object, FILE *stream);

/* Likewise, as one line, which whoever reads from a pipe has at once. */
void output_json_line(struct json_object *object, FILE *stream);

#endif
