// SPDX-License-Identifier: GPL-2.0-or-later
/* Compares the manual and the case of all verbs with the table; see verbs-manual.h. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "verbs-manual.h"
#include "verbs.h"

#define PAGE_MAX 200000

/* One that a verb has, on the page where it is described. */
struct name {
	const struct verb *verb;
	const char *object, *name;
};

static void file_path(char path[4096], const char *name)
{
	const char *srcdir = getenv("srcdir");

	snprintf(path, 4096, "%s/%s", srcdir ? srcdir : ".", name);
}

/* The caller frees the text. */
static char *read_file(const char *name)
{
	char path[4096], *text;
	FILE *stream;
	size_t size;

	file_path(path, name);
	stream = fopen(path, "r");
	if (!stream)
		fail_msg("%s: %s", path, strerror(errno));
	text = calloc(1, PAGE_MAX);
	assert_non_null(text);
	size = fread(text, 1, PAGE_MAX - 1, stream);
	fclose(stream);
	assert_true(size > 0 && size < PAGE_MAX - 1);
	return text;
}

/* "man/smcctl-device.1" */
static void page_path(char path[64], const char *page)
{
	snprintf(path, 64, "man/smcctl%s%s.1", page ? "-" : "", page ?: "");
}

/* The caller frees it. */
static char *read_page(const char *page)
{
	char path[64];

	page_path(path, page);
	return read_file(path);
}

/* As groff wants it: with a backslash before each dash. */
static void print_text(FILE *stream, const char *text)
{
	for (; *text; text++)
		fprintf(stream, "%s%c", *text == '-' ? "\\" : "", *text);
}

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* What is on @page, in the order of the table; returns how much. */
static int names_on(const char *page, struct name names[64])
{
	const struct verb *verb;
	int n = 0;

	for (verb = verbs; verb->name; verb++) {
		assert_true(n < 62);
		if (same(verbs_page(verb), page))
			names[n++] = (struct name){ verb, verb->object, verb->name };
		if (verb->also_name && same(verb->also_object, page))
			names[n++] = (struct name){ verb, verb->also_object, verb->also_name };
	}
	return n;
}

/* Calls @fn for each page that there has to be. */
static void for_pages(void (*fn)(const char *page))
{
	const struct object *object;
	const struct verb *verb;

	fn(NULL);
	for (object = verbs_objects; object->name; object++)
		fn(object->name);
	for (verb = verbs; verb->name; verb++)
		if (verb->own_page)
			fn(verb->name);
}

/* Cuts @page behind the section of that heading, which is returned without that; "" if none. */
static char *section(char *page, const char *heading)
{
	char line[64], *begin, *end;

	snprintf(line, sizeof(line), "\n.Sh %s\n", heading);
	begin = strstr(page, line);
	if (!begin)
		return page + strlen(page);
	begin += strlen(line);
	end = strstr(begin, "\n.Sh ");
	if (end)
		end[1] = '\0';
	return begin;
}

/* "Fl \-timeout Ar SECONDS" */
static void print_option(FILE *stream, enum verb_option_id id)
{
	const struct verb_option *option = &verbs_options[id];

	fputs("Fl ", stream);
	print_text(stream, option->name + 1);
	fprintf(stream, "%s%s", option->value ? " Ar " : "", option->value ?: "");
}

/* Optional ones are within each other, up to the end of the line. */
static void print_arguments(FILE *stream, const struct verb *verb)
{
	const struct verb_argument *a = verb->arguments;
	int i;

	for (i = 0; i < VERBS_ARGUMENTS_MAX && a[i].name; i++) {
		if (a[i].optional)
			fputs(i && a[i - 1].optional ? " Op" : ".Op", stream);
		else
			fputc('.', stream);
		fprintf(stream, "%sAr %s", a[i].optional ? " " : "", a[i].name);
		if (a[i].type.kind == VALUE_COMMAND)
			fputs(" Op Ar ARGUMENT ...", stream);
		if (!a[i].optional || i + 1 == VERBS_ARGUMENTS_MAX || !a[i + 1].name)
			fputc('\n', stream);
	}
}

static bool takes_command(const struct verb *verb)
{
	int i;

	for (i = 0; i < VERBS_ARGUMENTS_MAX && verb->arguments[i].name; i++)
		if (verb->arguments[i].type.kind == VALUE_COMMAND)
			return true;
	return false;
}

static void print_synopsis(FILE *stream, const struct name *name)
{
	const struct object *object = name->object ? verbs_find_object(name->object) : NULL;
	bool command = takes_command(name->verb);
	int i;

	fprintf(stream, ".Nm smcctl%s%s%s", object ? " " : "", object ? object->name : "",
		object && same(object->verb, name->name) ? "\n.Op Cm " : " ");
	print_text(stream, name->name);
	fputc('\n', stream);
	if (!command)
		print_arguments(stream, name->verb);
	for (i = 0; i < VERBS_OPTIONS_MAX && name->verb->options[i]; i++) {
		fputs(".Op ", stream);
		print_option(stream, name->verb->options[i]);
		fputc('\n', stream);
	}
	fputs(".Op Ar OPTION ...\n", stream);
	if (command)
		print_arguments(stream, name->verb);
}

static void check_synopsis(const char *page)
{
	char *text = read_page(page), *expected;
	struct name names[64];
	int i, n = names_on(page, names);
	FILE *stream;
	size_t size;

	stream = open_memstream(&expected, &size);
	assert_non_null(stream);
	if (!page)
		fputs(".Nm\n.Op Oo Ar OBJECT Oc Ar VERB Op Ar ARGUMENT ...\n"
		      ".Op Ar OPTION ...\n", stream);
	for (i = 0; i < n; i++)
		print_synopsis(stream, &names[i]);
	assert_int_equal(fclose(stream), 0);
	if (strcmp(section(text, "SYNOPSIS"), expected)) {
		page_path(text, page);
		fail_msg("%s: the synopsis has to be:\n%s", text, expected);
	}
	free(text);
	free(expected);
}

void test_manual_synopses(void **state)
{
	(void)state;
	for_pages(check_synopsis);
}

/* "\n.It Ic device priority Oo Ar NAME Oo Ar VALUE Oc Oc\n" */
static void print_heading(FILE *stream, const struct name *name)
{
	const struct verb_argument *a = name->verb->arguments;
	int i, n;

	fprintf(stream, "\n.It Ic %s%s", name->object ?: "", name->object ? " " : "");
	print_text(stream, name->name);
	for (n = 0; n < VERBS_ARGUMENTS_MAX && a[n].name; n++) {
		fprintf(stream, "%s Ar %s", a[n].optional ? " Oo" : "", a[n].name);
		if (a[n].type.kind == VALUE_COMMAND)
			fputs(" Oo Ar ARGUMENT ... Oc", stream);
	}
	for (i = 0; i < n; i++)
		fputs(a[i].optional ? " Oc" : "", stream);
	fputc('\n', stream);
}

/* That of the text between @begin and @end, or the end of all, which has the option. */
static void need_option(const char *path, const char *begin, const char *end,
			enum verb_option_id id)
{
	char *flag, *found;
	FILE *stream;
	size_t size;

	stream = open_memstream(&flag, &size);
	assert_non_null(stream);
	fputs("Fl ", stream);
	print_text(stream, verbs_options[id].name + 1);
	assert_int_equal(fclose(stream), 0);
	found = strstr(begin, flag);
	if (!found || (end && found > end))
		fail_msg("%s: %s is not described with its verb", path, flag);
	free(flag);
}

/*
 * @text is the section of a verb and all that follows, if not the @whole page describes it. By
 * another name it has no options.
 */
static void check_section(const char *path, const struct name *name, const char *text, bool whole)
{
	const char *end = whole ? NULL : strstr(text, "\n.It Ic ") ?: strstr(text, "\n.Sh ");
	int i;

	if (end && end - text < 40)
		fail_msg("%s: %s is not described", path, name->name);
	for (i = 0; i < VERBS_OPTIONS_MAX && name->verb->options[i]; i++)
		if (name->name == name->verb->name)
			need_option(path, text, end, name->verb->options[i]);
}

static void check_sections(const char *page)
{
	char *text = read_page(page), *heading, path[64], *found;
	struct name names[64];
	int i, n = names_on(page, names);
	FILE *stream;
	size_t size;
	bool whole;

	page_path(path, page);
	for (i = 0; i < n; i++) {
		whole = names[i].verb->own_page && same(page, names[i].name);
		stream = open_memstream(&heading, &size);
		assert_non_null(stream);
		if (whole)
			fputs("\n.Sh DESCRIPTION\n", stream);
		else
			print_heading(stream, &names[i]);
		assert_int_equal(fclose(stream), 0);
		found = strstr(text, heading);
		if (!found)
			fail_msg("%s does not have the line:%s", path, heading);
		check_section(path, &names[i], found + strlen(heading), whole);
		free(heading);
	}
	free(text);
}

void test_manual_sections(void **state)
{
	(void)state;
	for_pages(check_sections);
}

static void check_flags(const char *page)
{
	char *text = read_page(page), *flag = text, path[64], word[64];
	size_t length;

	page_path(path, page);
	while ((flag = strstr(flag, "Fl "))) {
		flag += strlen("Fl ");
		word[0] = '-';
		for (length = 1; *flag && !strchr(" \n", *flag); flag++)
			if (*flag != '\\' && length < sizeof(word) - 1)
				word[length++] = *flag;
		word[length] = '\0';
		/* That one is not for people. */
		if (!verbs_find_option(word) && strcmp(word, "--complete"))
			fail_msg("%s: there is no option %s", path, word);
	}
	free(text);
}

void test_manual_options(void **state)
{
	char *text = read_page(NULL), *options = section(text, "OPTIONS"), *expected;
	enum verb_option_id id;
	FILE *stream;
	size_t size;

	(void)state;
	for (id = OPTION_NONE + 1; id < OPTIONS; id++) {
		if (!verbs_options[id].global)
			continue;
		stream = open_memstream(&expected, &size);
		assert_non_null(stream);
		fputs("\n.It ", stream);
		if (verbs_options[id].letter)
			fprintf(stream, "Fl %s , ", verbs_options[id].letter + 1);
		print_option(stream, id);
		fputc('\n', stream);
		assert_int_equal(fclose(stream), 0);
		if (!strstr(options, expected))
			fail_msg("smcctl.1 does not have in OPTIONS:%s", expected);
		free(expected);
	}
	free(text);
	for_pages(check_flags);
}

static char *makefile, *main_verbs;
static int pages;

static void check_page(const char *page)
{
	char path[64];

	pages++;
	page_path(path, page);
	if (!strstr(makefile, path))
		fail_msg("%s is not in Makefile.am", path);
	free(read_page(page));
	snprintf(path, sizeof(path), ".Xr smcctl-%s 1", page ?: "device");
	if (!strstr(main_verbs, path))
		fail_msg("smcctl.1 does not have '%s' in VERBS", path);
}

void test_manual_pages(void **state)
{
	const struct dirent *entry;
	char path[4096], *main_page;
	DIR *directory;

	(void)state;
	makefile = read_file("Makefile.am");
	main_page = read_page(NULL);
	pages = 0;
	main_verbs = section(main_page, "VERBS");
	for_pages(check_page);
	free(makefile);
	free(main_page);
	file_path(path, "man");
	directory = opendir(path);
	assert_non_null(directory);
	while ((entry = readdir(directory)))
		if (!strncmp(entry->d_name, "smcctl", strlen("smcctl")) &&
		    strstr(entry->d_name, ".1"))
			pages--;
	closedir(directory);
	assert_int_equal(pages, 0);
}

static void check_command(const char *const names[2], const char *const options[4])
{
	const struct object *object = names[0] ? verbs_find_object(names[0]) : NULL;
	const char *name = names[object ? 1 : 0];
	const struct verb *verb = name ? verbs_find(object, name) : NULL;
	char text[64];

	if (name && !verb)
		fail_msg("there is no smcctl %s %s", object ? object->name : "", name);
	for (; *options; options++) {
		snprintf(text, sizeof(text), "-%s", *options);
		if (!verbs_find_option(text) || !verbs_takes(verb, verbs_find_option(text)))
			fail_msg("smcctl %s does not take %s", names[0] ?: "", text);
	}
}

/* @line is what follows ".Ic smcctl ": "device show Ar NAME Fl -json ," */
static void check_command_line(char *line)
{
	const char *names[3] = {}, *options[5] = {}, *macro = "", *word;
	int n = 0, n_options = 0;

	while ((word = strsep(&line, " "))) {
		if (!strcmp(word, "Fl") || !strcmp(word, "Ar")) {
			macro = word;
		} else if (strlen(word) > 1) {
			assert_true(n < 2 || *macro);
			assert_true(n_options < 4);
			if (!*macro)
				names[n++] = word;
			else if (*macro == 'F')
				options[n_options++] = word;
		}
	}
	check_command(names, options);
}

void test_manual_from_smc_tools(void **state)
{
	char *text = read_file("man/smcctl-from-smc-tools.7"), *rest = text, *line, *from, *to;
	int n = 0;

	(void)state;
	while ((line = strsep(&rest, "\n"))) {
		if (strncmp(line, ".Ic smcctl ", strlen(".Ic smcctl ")))
			continue;
		for (from = to = line; *from; from++)
			if (*from != '\\')
				*to++ = *from;
		*to = '\0';
		check_command_line(line + strlen(".Ic smcctl "));
		n++;
	}
	assert_true(n > 20);
	free(text);
}

void test_verbs_case(void **state)
{
	static const char path[] = "tests/vm/cases/95-verbs.sh";
	const struct verb *verb;
	char text[64], row[80], *file;

	(void)state;
	file = read_file(path);
	for (verb = verbs; verb->name; verb++) {
		verbs_text(verb, text, sizeof(text));
		snprintf(row, sizeof(row), "\n\t%s | ", text);
		if (!strstr(file, row))
			fail_msg("%s needs a row of '%s' in verbs()", path, text);
	}
	free(file);
}
