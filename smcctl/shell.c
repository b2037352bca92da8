// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * smcctl shell: verbs one by one, on a terminal with completion, history, and events above the
 * prompt; from a file or pipe one a line.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "exit-status.h"
#include "output.h"
#include "run.h"
#include "shell.h"
#include "terminal.h"

#define HELD_MAX 100		/* events while a verb runs; of more, it is said how many */

struct session {
	sd_event *event;
	sd_event_source *input;
	sd_event_source *child;		/* the verb that runs; NULL: none */
	pid_t pid;			/* its */
	struct shell_events *events;
	char *held[HELD_MAX];		/* events that have come meanwhile */
	size_t n_held;
	bool resumed;			/* the line is there again, before SIGCONT is told */
	int ended_by;			/* a signal; 0: none */
};

static struct session *session;		/* readline's callback has no argument */
static bool inside;			/* this process, or its parent, is a shell already */

static void say_held(void)
{
	size_t i, shown = session->n_held < HELD_MAX ? session->n_held : HELD_MAX;

	for (i = 0; i < shown; i++) {
		shell_line_say(session->held[i]);
		free(session->held[i]);
	}
	if (session->n_held > shown)
		printf("and %zu events more\n", session->n_held - shown);
	session->n_held = 0;
}

/* What a verb prints, or the whole screen that it has, is left alone. */
static void say(const char *text)
{
	if (!session->child) {
		shell_line_say(text);
		return;
	}
	if (session->n_held < HELD_MAX) {
		session->held[session->n_held] = strdup(text);
		if (!session->held[session->n_held])
			return;
	}
	session->n_held++;
}

static void prompt(void)
{
	shell_events_listen(session->events);
	shell_line_open();
	(void)sd_event_source_set_enabled(session->input, SD_EVENT_ON);
}

static int on_child(sd_event_source *source, const siginfo_t *info, void *userdata)
{
	(void)source, (void)userdata;
	session->child = sd_event_source_disable_unref(session->child);
	session->pid = 0;
	/* The cursor is behind the ^C of the terminal. */
	if (info->si_code != CLD_EXITED)
		putchar('\n');
	say_held();
	prompt();
	return 0;
}

static void run(const struct words *words)
{
	int r;

	session->pid = shell_start(words, false);
	r = session->pid;
	if (r >= 0)
		r = sd_event_add_child(session->event, &session->child, session->pid, WEXITED,
				       on_child, NULL);
	if (r >= 0)
		return;
	output_error("cannot start a process: %s", strerror(-r));
	if (session->pid > 0)
		(void)waitpid(session->pid, NULL, 0);
	session->pid = 0;
	prompt();
}

/* What is typed while a verb runs is for that. */
static void take_line(char *line)
{
	enum shell_action action = SHELL_NOTHING;
	char error[WORDS_ERROR_SIZE];
	struct words words;

	shell_line_close();
	(void)sd_event_source_set_enabled(session->input, SD_EVENT_OFF);
	if (line)
		shell_history_add(line);
	else
		putchar('\n');
	if (!line)
		action = SHELL_EXIT;
	else if (strlen(line) >= WORDS_LINE_MAX)
		output_error("a line has at most %d bytes", WORDS_LINE_MAX - 1);
	else if (shell_parse(line, &words, &action, error) < 0) {
		output_error("%s", error);
		action = SHELL_NOTHING;
	}
	if (action == SHELL_RUN)
		run(&words);
	else if (action == SHELL_EXIT)
		(void)sd_event_exit(session->event, 0);
	else
		prompt();
	free(line);
}

static int on_input(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	(void)source, (void)fd, (void)events, (void)userdata;
	shell_line_read();
	return 0;
}

static void end(int number)
{
	session->ended_by = number;
	if (session->child) {
		kill(session->pid, SIGTERM);
	} else {
		shell_line_close();
		putchar('\n');
	}
	(void)sd_event_exit(session->event, 0);
}

/* With what runs in it */
static void stop(void)
{
	if (!session->child)
		shell_line_pause();
	terminal_take_signal(SIGTSTP);
	if (!session->child)
		shell_line_resume();
	session->resumed = true;
}

/* Comes behind each stop, but also when somebody else has stopped the process. */
static void go_on(void)
{
	if (!session->child && !session->resumed) {
		shell_line_pause();
		shell_line_resume();
	}
	session->resumed = false;
}

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	(void)source, (void)userdata;
	switch (info->ssi_signo) {
	case SIGINT:
		/* The terminal has sent it to the verb, too. */
		if (!session->child)
			shell_line_cancel();
		break;
	case SIGWINCH:
		if (!session->child)
			shell_line_resize();
		break;
	case SIGTSTP:
		stop();
		break;
	case SIGCONT:
		go_on();
		break;
	case SIGTERM:
	case SIGHUP:
		end(info->ssi_signo);
		break;
	default:	/* SIGQUIT is for the verb. */
		break;
	}
	return 0;
}

static int prepare(void)
{
	sigset_t set;
	int r;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	r = sd_event_new(&session->event);
	if (r >= 0)
		r = terminal_watch_signals(session->event, on_signal, NULL);
	if (r >= 0)
		r = sd_event_add_io(session->event, &session->input, STDIN_FILENO, EPOLLIN, on_input,
				    NULL);
	if (r >= 0)
		r = shell_events_new(session->event, say, &session->events);
	return r < 0 ? r : 0;
}

static int interact(void)
{
	int r = prepare();

	if (r >= 0) {
		shell_history_load();
		shell_line_init(take_line);
		puts("help explains the commands, Tab completes them; exit or Ctrl-D ends the shell.");
		prompt();
		r = sd_event_loop(session->event);
		shell_line_close();
	}
	if (r < 0)
		output_error("shell: %s", strerror(-r));
	return r < 0 ? EXIT_FAILED : EXIT_OK;
}

static void session_clear(struct session *ended)
{
	while (ended->n_held)
		if (--ended->n_held < HELD_MAX)
			free(ended->held[ended->n_held]);
	shell_events_free(ended->events);
	sd_event_source_disable_unref(ended->child);
	sd_event_source_disable_unref(ended->input);
	sd_event_unref(ended->event);
}

int run_shell(const struct command *command)
{
	__attribute__((cleanup(session_clear))) struct session here = {};
	int status;

	(void)command;
	if (inside) {
		output_error("this is the shell already");
		return EXIT_USAGE;
	}
	inside = true;
	if (!terminal_is_there())
		return shell_batch();
	session = &here;
	status = interact();
	if (here.ended_by)
		terminal_take_signal(here.ended_by);
	return status;
}
