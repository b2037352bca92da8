// SPDX-License-Identifier: GPL-2.0-or-later
/* Colours of tables; see color.h. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "color.h"

#define PROGRAM "smcctl"
#define DIRECTORY "terminal-colors.d"

/* The best file of each type, by color_file_score(). */
struct files {
	unsigned int disable, enable, scheme;
	char path[4096];	/* of the scheme */
};

static bool matches(const char *part, size_t length, const char *wanted)
{
	return strlen(wanted) == length && !strncmp(part, wanted, length);
}

unsigned int color_file_score(const char *file, const char *term, const char **ret_type)
{
	const char *dot = strrchr(file, '.'), *at = strchr(file, '@');
	unsigned int score = 1;
	size_t name;

	*ret_type = dot ? dot + 1 : file;
	if (!dot)
		return at ? 0 : score;
	if (at && at > dot)
		return 0;
	name = (at ? at : dot) - file;
	if (name && !matches(file, name, PROGRAM))
		return 0;
	if (at && !matches(at + 1, dot - at - 1, term))
		return 0;
	/* A name counts for more than a terminal does, as in util-linux. */
	return score + (name ? 20 : 0) + (at ? 10 : 0);
}

static void take_file(struct files *files, const char *directory, const char *name)
{
	const char *term = getenv("TERM"), *type;
	unsigned int score = color_file_score(name, term ? term : "", &type);

	if (!strcmp(type, "disable") && score > files->disable) {
		files->disable = score;
	} else if (!strcmp(type, "enable") && score > files->enable) {
		files->enable = score;
	} else if (!strcmp(type, "scheme") && score > files->scheme) {
		files->scheme = score;
		snprintf(files->path, sizeof(files->path), "%s/%s", directory, name);
	}
}

static bool read_directory(struct files *files, const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;

	if (!directory)
		return false;
	while ((entry = readdir(directory)))
		take_file(files, path, entry->d_name);
	closedir(directory);
	return true;
}

/* The user's directory, where there is one, overrides the machine's. */
static void find_files(struct files *ret_files)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char path[2048] = "";

	*ret_files = (struct files){};
	if (config && *config)
		snprintf(path, sizeof(path), "%s/" DIRECTORY, config);
	else if (home)
		snprintf(path, sizeof(path), "%s/.config/" DIRECTORY, home);
	if (!read_directory(ret_files, path))
		read_directory(ret_files, "/etc/" DIRECTORY);
}

bool color_is_wanted(enum color_when when, FILE *stream)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	struct files files;

	if (when != COLOR_AUTO)
		return when == COLOR_ALWAYS;
	if ((no_color && *no_color) || !isatty(fileno(stream)) || !term || !strcmp(term, "dumb"))
		return false;
	find_files(&files);
	return files.enable || !files.disable;
}

static char *field(struct color_scheme *scheme, const char *name)
{
	const struct {
		const char *name;
		char *field;
	} fields[] = {
		{ "heading", scheme->heading }, { "good", scheme->good },
		{ "warning", scheme->warning }, { "bad", scheme->bad },
	};
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (!strcmp(fields[i].name, name))
			return fields[i].field;
	return NULL;
}

/* The number of a colour that has a name in terminal-colors.d(5), or NULL. */
static const char *number_of(const char *color)
{
	static const char *const names[][2] = {
		{ "black", "30" }, { "blink", "5" }, { "blue", "34" }, { "bold", "1" },
		{ "brown", "33" }, { "cyan", "36" }, { "darkgray", "1;30" }, { "gray", "37" },
		{ "green", "32" }, { "halfbright", "2" }, { "lightblue", "1;34" },
		{ "lightcyan", "1;36" }, { "lightgray", "37" }, { "lightgreen", "1;32" },
		{ "lightmagenta", "1;35" }, { "lightred", "1;31" }, { "magenta", "35" },
		{ "red", "31" }, { "reset", "0" }, { "reverse", "7" }, { "yellow", "1;33" },
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(names[i][0], color))
			return names[i][1];
	return NULL;
}

/* A name, or numbers between semicolons; nothing else gets to a terminal. */
static void set_color(char *to, const char *color)
{
	const char *number = number_of(color);

	if (!number && !color[strspn(color, "0123456789;")])
		number = color;
	if (number)
		snprintf(to, COLOR_SIZE, "\033[%sm", number);
}

void color_scheme_read(struct color_scheme *scheme, FILE *stream)
{
	char line[256], name[17], color[COLOR_SIZE - 4], *to;

	while (fgets(line, sizeof(line), stream)) {
		if (sscanf(line, "%16s %27s", name, color) != 2)
			continue;
		to = field(scheme, name);
		if (to)
			set_color(to, color);
	}
}

void color_scheme_load(struct color_scheme *ret_scheme)
{
	struct files files;
	FILE *stream;

	*ret_scheme = (struct color_scheme){
		"\033[1m", "\033[32m", "\033[33m", "\033[1;31m",
	};
	find_files(&files);
	stream = files.scheme ? fopen(files.path, "re") : NULL;
	if (!stream)
		return;
	color_scheme_read(ret_scheme, stream);
	fclose(stream);
}

const char *color_of_word(const struct color_scheme *scheme, const char *word)
{
	static const char *const good[] = { "up", "ok", "smcd", "smcr", "enabled", NULL };
	static const char *const warning[] = { "draining", "detached", "none", "warning", NULL };
	static const char *const bad[] = {
		"down", "degraded", "fallback", "failed", "problem", NULL
	};
	const struct {
		const char *const *words;
		const char *color;
	} kinds[] = { { good, scheme->good }, { warning, scheme->warning }, { bad, scheme->bad } };
	const char *const *p;
	size_t i;

	if (!strcmp(word, "heading"))
		return scheme->heading;
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		for (p = kinds[i].words; *p; p++)
			if (!strcmp(*p, word))
				return kinds[i].color;
	return NULL;
}
