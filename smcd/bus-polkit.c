// SPDX-License-Identifier: GPL-2.0-or-later
/* Questions to polkit, and the messages that wait for their answers; see bus-polkit.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bus-polkit.h"
#include "config-error.h"
#include "log.h"

/* polkit's D-Bus interface: org.freedesktop.PolicyKit1.Authority in its reference manual. */
#define POLKIT_NAME "org.freedesktop.PolicyKit1"
#define POLKIT_PATH "/org/freedesktop/PolicyKit1/Authority"
#define POLKIT_INTERFACE "org.freedesktop.PolicyKit1.Authority"
#define ALLOW_USER_INTERACTION 1

#define QUESTIONS_MAX 256	/* at a time, of all users */
#define QUESTIONS_OF_USER 16

struct question {
	struct question *next;
	struct bus_polkit *polkit;
	sd_bus_message *message;
	sd_bus_message *answer;		/* NULL as long as it is awaited */
	sd_bus_slot *slot;		/* of the call to polkit */
	sd_bus_track *caller;
	sd_event_source *end;		/* when the message has been dispatched anew */
	const struct bus_action *action;
	uid_t uid;
	char cancellation[32];
};

struct bus_polkit {
	struct question *questions;
	uint64_t asked;
};

int bus_polkit_new(struct bus_polkit **ret_polkit)
{
	*ret_polkit = calloc(1, sizeof(**ret_polkit));
	return *ret_polkit ? 0 : -ENOMEM;
}

static void question_free(struct question *question)
{
	sd_bus_slot_unref(question->slot);
	sd_bus_track_unref(question->caller);
	sd_event_source_disable_unref(question->end);
	sd_bus_message_unref(question->answer);
	sd_bus_message_unref(question->message);
	free(question);
}

static void question_freep(struct question **question)
{
	if (*question)
		question_free(*question);
}

static void forget(struct question *question)
{
	struct question **link = &question->polkit->questions;

	while (*link != question)
		link = &(*link)->next;
	*link = question->next;
	question_free(question);
}

void bus_polkit_forget(struct bus_polkit *polkit)
{
	while (polkit->questions)
		forget(polkit->questions);
}

void bus_polkit_free(struct bus_polkit *polkit)
{
	if (!polkit)
		return;
	bus_polkit_forget(polkit);
	free(polkit);
}

static struct question *find(const struct bus_polkit *polkit, const sd_bus_message *message)
{
	struct question *question = polkit->questions;

	while (question && question->message != message)
		question = question->next;
	return question;
}

/* Closes polkit's dialogue, if there is one; whether that works is no matter. */
static void cancel(const struct question *question)
{
	sd_bus *bus = sd_bus_message_get_bus(question->message);

	(void)sd_bus_call_method_async(bus, NULL, POLKIT_NAME, POLKIT_PATH, POLKIT_INTERFACE,
				       "CancelCheckAuthorization", NULL, NULL, "s",
				       question->cancellation);
}

static int on_caller_gone(sd_bus_track *track, void *userdata)
{
	struct question *question = userdata;

	(void)track;
	if (!question->answer)
		cancel(question);
	forget(question);
	return 1;
}

/* The handler has taken the answer, unless its object had gone. */
static int on_end(sd_event_source *source, void *userdata)
{
	(void)source;
	forget(userdata);
	return 0;
}

/* Puts the message at the end of what the bus has to dispatch. */
static int dispatch_anew(struct question *question)
{
	sd_bus *bus = sd_bus_message_get_bus(question->message);
	int r;

	r = sd_event_add_defer(sd_bus_get_event(bus), &question->end, on_end, question);
	if (r >= 0)
		r = sd_event_source_set_priority(question->end, SD_EVENT_PRIORITY_IDLE);
	if (r >= 0)
		r = sd_bus_message_rewind(question->message, true);
	if (r >= 0)
		r = sd_bus_enqueue_for_read(bus, question->message);
	return r;
}

static int on_answer(sd_bus_message *answer, void *userdata, sd_bus_error *error)
{
	struct question *question = userdata;
	int r;

	(void)error;
	question->answer = sd_bus_message_ref(answer);
	r = dispatch_anew(question);
	if (r < 0) {
		if (r != -ENOTCONN)
			log_error("cannot go on with a method that polkit was asked about: %s",
				  strerror(-r));
		(void)sd_bus_reply_method_errno(question->message, r, NULL);
		forget(question);
	}
	return 0;
}

static int refuse(const struct bus_action *action, const char *why, sd_bus_error *error)
{
	return sd_bus_error_setf(error, SD_BUS_ERROR_ACCESS_DENIED, "Only root may %s%s%s",
				 action->words, why ? ": " : "", why ?: "");
}

/* An error in place of an answer. */
static int fail(const struct question *question, sd_bus_error *error)
{
	const sd_bus_error *from = sd_bus_message_get_error(question->answer);
	char why[512];

	if (sd_bus_error_has_names(from, SD_BUS_ERROR_SERVICE_UNKNOWN,
				   SD_BUS_ERROR_NAME_HAS_NO_OWNER,
				   "org.freedesktop.systemd1.NoSuchUnit",
				   "org.freedesktop.systemd1.UnitMasked"))
		return refuse(question->action, "there is no polkit that could allow it to others",
			      error);
	snprintf(why, sizeof(why), "polkit does not answer: %s", from->message ?: from->name);
	config_make_printable(why);	/* it may have been cut within a character */
	return refuse(question->action, why, error);
}

/* 0 if polkit allows it, else an error that says why not. */
static int judge(const struct question *question, sd_bus_error *error)
{
	bool interactive =
		sd_bus_message_get_allow_interactive_authorization(question->message) > 0;
	int allowed, challenge, r;

	if (sd_bus_message_is_method_error(question->answer, NULL))
		return fail(question, error);
	r = sd_bus_message_enter_container(question->answer, 'r', "bba{ss}");
	if (r > 0)
		r = sd_bus_message_read(question->answer, "bb", &allowed, &challenge);
	if (r <= 0)
		return refuse(question->action, "polkit's answer makes no sense", error);
	if (allowed)
		return 0;
	if (!challenge)
		return refuse(question->action, "polkit does not allow it", error);
	if (!interactive)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED,
					 "Only root may %s: the caller does not let polkit ask "
					 "for a password", question->action->words);
	return refuse(question->action, "nobody has authenticated", error);
}

static int append_question(sd_bus_message *call, const struct question *question,
			   const char *device)
{
	bool interactive =
		sd_bus_message_get_allow_interactive_authorization(question->message) > 0;
	int r;

	r = sd_bus_message_append(call, "(sa{sv})s", "system-bus-name", 1, "name", "s",
				  sd_bus_message_get_sender(question->message),
				  question->action->id);
	if (r >= 0 && device)
		r = sd_bus_message_append(call, "a{ss}", 1, "device", device);
	else if (r >= 0)
		r = sd_bus_message_append(call, "a{ss}", 0);
	if (r >= 0)
		r = sd_bus_message_append(call, "us", interactive ? ALLOW_USER_INTERACTION : 0,
					  question->cancellation);
	return r;
}

/* Who types a password has all the time that the caller has. */
static int send_question(struct question *question, const char *device)
{
	__attribute__((cleanup(sd_bus_message_unrefp))) sd_bus_message *call = NULL;
	sd_bus *bus = sd_bus_message_get_bus(question->message);
	int r;

	r = sd_bus_track_new(bus, &question->caller, on_caller_gone, question);
	if (r >= 0)
		r = sd_bus_track_add_sender(question->caller, question->message);
	if (r >= 0)
		r = sd_bus_message_new_method_call(bus, &call, POLKIT_NAME, POLKIT_PATH,
						   POLKIT_INTERFACE, "CheckAuthorization");
	if (r >= 0)
		r = append_question(call, question, device);
	if (r >= 0)
		r = sd_bus_call_async(bus, &question->slot, call, on_answer, question, UINT64_MAX);
	return r;
}

static bool may_wait(const struct bus_polkit *polkit, uid_t uid)
{
	const struct question *question;
	unsigned int all = 0, of_user = 0;

	for (question = polkit->questions; question; question = question->next) {
		all++;
		if (question->uid == uid)
			of_user++;
	}
	return all < QUESTIONS_MAX && of_user < QUESTIONS_OF_USER;
}

/* The same without knowing the user, as the bus has to be asked for that. */
static bool sender_may_wait(const struct bus_polkit *polkit, sd_bus_message *message)
{
	const char *sender = sd_bus_message_get_sender(message);
	const struct question *question;
	unsigned int of_sender = 0;

	for (question = polkit->questions; question && sender; question = question->next)
		if (!strcmp(sd_bus_message_get_sender(question->message), sender))
			of_sender++;
	return of_sender < QUESTIONS_OF_USER;
}

static int too_many(sd_bus_error *error)
{
	return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
				 "polkit has yet to answer %d questions: try again later",
				 QUESTIONS_OF_USER);
}

static int ask(struct bus_polkit *polkit, sd_bus_message *message, uid_t uid,
	       const struct bus_action *action, const char *device)
{
	__attribute__((cleanup(question_freep))) struct question *question = NULL;
	int r;

	question = calloc(1, sizeof(*question));
	if (!question)
		return -ENOMEM;
	question->polkit = polkit;
	question->message = sd_bus_message_ref(message);
	question->action = action;
	question->uid = uid;
	snprintf(question->cancellation, sizeof(question->cancellation), "smcd-%" PRIu64,
		 ++polkit->asked);
	r = send_question(question, device);
	if (r < 0)
		return r;
	question->next = polkit->questions;
	polkit->questions = question;
	question = NULL;
	return 1;
}

/* 0 and *@ret_uid, or an error. */
static int sender_uid(sd_bus_message *message, const struct bus_action *action, uid_t *ret_uid,
		      sd_bus_error *error)
{
	__attribute__((cleanup(sd_bus_creds_unrefp))) sd_bus_creds *creds = NULL;
	int r;

	r = sd_bus_query_sender_creds(message, SD_BUS_CREDS_EUID, &creds);
	if (r >= 0)
		r = sd_bus_creds_get_euid(creds, ret_uid);
	if (r < 0)
		return sd_bus_error_setf(error, SD_BUS_ERROR_ACCESS_DENIED,
					 "Who asks to %s is not known: %s", action->words,
					 strerror(-r));
	return 0;
}

int bus_polkit_authorize(struct bus_polkit *polkit, sd_bus_message *message,
			 const struct bus_action *action, const char *device, sd_bus_error *error)
{
	struct question *question = find(polkit, message);
	uid_t uid;
	int r;

	if (question) {
		r = judge(question, error);
		forget(question);
		return r;
	}
	if (!sender_may_wait(polkit, message))
		return too_many(error);
	r = sender_uid(message, action, &uid, error);
	if (r < 0 || uid == 0)
		return r;
	if (!may_wait(polkit, uid))
		return too_many(error);
	r = ask(polkit, message, uid, action, device);
	if (r < 0)
		return sd_bus_error_setf(error, SD_BUS_ERROR_ACCESS_DENIED,
					 "Only root may %s: polkit cannot be asked: %s",
					 action->words, strerror(-r));
	return r;
}
