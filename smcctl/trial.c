// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl apply --confirm: asks whether to keep the policy, until the daemon ends its trial. */
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "device.h"
#include "trial.h"

#define USEC_PER_SEC UINT64_C(1000000)

/* What has been typed since the last newline. */
struct answer {
	char line[64];
	size_t length;
	bool closed;		/* nothing more will come */
	bool ask;		/* there is somebody to ask */
};

static volatile sig_atomic_t interrupted;
static sigset_t signals_before;

static void on_interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

void trial_catch_interrupts(void)
{
	struct sigaction action = { .sa_handler = on_interrupt };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, &signals_before);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

uint64_t trial_seconds_left(const struct manager *manager)
{
	struct timespec ts;
	uint64_t now;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	now = ts.tv_sec * USEC_PER_SEC + ts.tv_nsec / 1000;
	if (manager->confirm_deadline <= now)
		return 0;
	return (manager->confirm_deadline - now + USEC_PER_SEC - 1) / USEC_PER_SEC;
}

static void prompt(const struct answer *answer, const struct manager *manager)
{
	if (!answer->ask || !manager->confirm_deadline)
		return;
	fprintf(stderr, "\rKeep the new policy? %3" PRIu64 " s left to say yes or no: ",
		trial_seconds_left(manager));
	fflush(stderr);
}

/* Waits for a second or for input, which is added to the line; true if that is complete. */
static bool read_answer(struct answer *answer)
{
	struct timespec second = { .tv_sec = 1 };
	struct pollfd fd = { .fd = answer->closed ? -1 : STDIN_FILENO, .events = POLLIN };
	char byte;

	if (ppoll(&fd, 1, &second, &signals_before) <= 0 || !fd.revents)
		return false;
	do {
		if (read(STDIN_FILENO, &byte, 1) != 1) {
			answer->closed = true;
			return false;
		}
		if (byte != '\n' && answer->length < sizeof(answer->line) - 1)
			answer->line[answer->length++] = byte;
	} while (byte != '\n' && poll(&fd, 1, 0) > 0);
	if (byte != '\n')
		return false;
	answer->line[answer->length] = '\0';
	answer->length = 0;
	return true;
}

static bool is_word(const struct answer *answer, const char *word)
{
	return !strcmp(answer->line, word) ||
	       (answer->line[0] == word[0] && !answer->line[1]);
}

/* Does what was answered, if something was. */
static int obey(struct answer *answer, sd_bus *bus, uint64_t deadline, struct failure *failure)
{
	bool complete = read_answer(answer);

	if (interrupted || (complete && is_word(answer, "no")))
		return bus_client_rollback(bus, deadline, failure);
	if (!complete)
		return 0;
	if (is_word(answer, "yes"))
		return bus_client_confirm(bus, deadline, failure);
	output_error("'%s' is neither yes nor no", answer->line);
	return 0;
}

/* A restart of the daemon ends the trial; it is the next one that says so. */
static int read_manager(sd_bus *bus, struct manager *manager, struct failure *failure)
{
	unsigned int pauses = 0;
	int r;

	manager_clear(manager);
	do
		r = bus_client_manager(bus, manager, failure);
	while (r < 0 && bus_client_may_return(failure, &pauses));
	return r;
}

/* Until the trial has ended, whoever ended it: *@manager is how things are then. */
static int follow(sd_bus *bus, bool ask, struct manager *manager, bool *ret_late,
		  struct failure *failure)
{
	struct manager last = {};
	struct answer answer = { .ask = ask };
	int r;

	while ((r = read_manager(bus, manager, failure)) >= 0 && manager->confirm_deadline) {
		/* What is to be kept may have such. */
		if (!last.confirm_deadline)
			problems_print(manager->problems);
		last.confirm_deadline = manager->confirm_deadline;
		prompt(&answer, manager);
		r = obey(&answer, bus, manager->confirm_deadline, failure);
		if (r < 0)
			break;
	}
	*ret_late = last.confirm_deadline && !trial_seconds_left(&last);
	if (answer.ask)
		fputc('\n', stderr);
	return r;
}

static void print_json(const struct manager *manager, bool confirmed)
{
	json_cleanup struct json_object *object = output_json_new();

	output_json_bool(object, "confirmed", confirmed);
	output_json_text(object, "policy", manager->policy_state);
	output_json_text(object, "policy_reason", manager->policy_reason);
	output_json_list(object, "problems", manager->problems);
	output_json_print(object, stdout);
}

int trial_run(const struct command *command, sd_bus *bus)
{
	manager_cleanup struct manager manager = {};
	bool ask = isatty(STDIN_FILENO) && isatty(STDERR_FILENO), confirmed, late;
	struct failure failure;

	if (!command_has(command, OPTION_JSON) && !ask) {
		printf("applied for %s s: \"smcctl confirm\" keeps it\n",
		       command_text(command, OPTION_CONFIRM));
		fflush(stdout);
	}
	if (follow(bus, ask, &manager, &late, &failure) < 0)
		return device_failed(&failure);
	confirmed = !strcmp(manager.policy_state, "files");
	if (command_has(command, OPTION_JSON))
		print_json(&manager, confirmed);
	else if (confirmed)
		puts("confirmed");
	if (confirmed)
		return EXIT_OK;
	output_error("%s", manager.policy_reason);
	return late ? EXIT_TIMEOUT : EXIT_FAILED;
}
