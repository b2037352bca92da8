// SPDX-License-Identifier: GPL-2.0-or-later
/* The line that is edited in "smcctl shell", by readline, and its completion; see shell.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <readline/readline.h>
#include "complete.h"
#include "shell.h"

#define PROMPT "smcctl> "

static void (*take_line)(char *line);
static bool is_open;
static char *candidates, *next;		/* one a line; where the next one begins */

/* Gives the next of the candidates, which all begin with the text. */
static char *next_candidate(const char *text, int state)
{
	char *line;

	(void)text;
	if (!state)
		next = candidates;
	line = strsep(&next, "\n");
	if (!line || !*line)
		return NULL;
	line[strcspn(line, "\t")] = '\0';
	return strdup(line);
}

/* The shell's own words are verbs to who types them. */
static void add_own(const char *word, FILE *stream)
{
	static const char *const own[] = { "exit", "help" };
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (!strncmp(own[i], word, strlen(word)))
			fprintf(stream, "%s\n", own[i]);
}

/* All that can stand for the last of the words; NULL: nothing is known. The caller frees it. */
static char *find_candidates(const struct words *words)
{
	bool is_help = words->n > 1 && !strcmp(words->list[0], "help");
	char *text = NULL;
	FILE *stream;
	size_t size;

	stream = open_memstream(&text, &size);
	if (!stream)
		return NULL;
	if (words->n == 1)
		add_own(words->list[0], stream);
	complete(words->n - is_help, words->list + is_help, complete_words, stream);
	if (fclose(stream) == 0)
		return text;
	free(text);
	return NULL;
}

/* @start and @end are those of the word in readline's line. */
static char **complete_line(const char *text, int start, int end)
{
	char line[WORDS_LINE_MAX], **matches;
	struct words words;

	(void)start;
	rl_attempted_completion_over = 1;
	if ((size_t)end >= sizeof(line))
		return NULL;
	memcpy(line, rl_line_buffer, end);
	line[end] = '\0';
	if (words_split_unfinished(line, &words) < 0)
		return NULL;
	candidates = find_candidates(&words);
	if (!candidates)
		return NULL;
	if (!strcmp(candidates, "\tfiles\n"))
		matches = rl_completion_matches(text, rl_filename_completion_function);
	else if (*candidates == '\t')
		matches = NULL;
	else
		matches = rl_completion_matches(text, next_candidate);
	free(candidates);
	return matches;
}

void shell_line_init(void (*take)(char *line))
{
	take_line = take;
	rl_readline_name = "smcctl";
	rl_attempted_completion_function = complete_line;
	rl_completer_word_break_characters = " \t";
	rl_completer_quote_characters = "'\"";
	/* Signals are the event loop's; children find out the size of the terminal themselves. */
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	(void)rl_initialize();
}

void shell_line_open(void)
{
	if (is_open)
		return;
	is_open = true;
	rl_reset_screen_size();
	rl_callback_handler_install(PROMPT, take_line);
}

void shell_line_close(void)
{
	if (is_open)
		rl_callback_handler_remove();
	is_open = false;
}

void shell_line_pause(void)
{
	rl_deprep_term_function();
}

void shell_line_resume(void)
{
	rl_prep_term_function(1);
	rl_forced_update_display();
}

void shell_line_read(void)
{
	rl_callback_read_char();
}

void shell_line_cancel(void)
{
	rl_free_line_state();
	rl_callback_sigcleanup();
	rl_echo_signal_char(SIGINT);
	rl_replace_line("", 1);
	rl_crlf();
	rl_on_new_line();
	rl_redisplay();
}

void shell_line_resize(void)
{
	rl_resize_terminal();
}

void shell_line_say(const char *text)
{
	if (is_open)
		rl_clear_visible_line();
	printf("%s\n", text);
	fflush(stdout);
	if (is_open)
		rl_forced_update_display();
}
