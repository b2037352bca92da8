// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls all that org.smcd1 has, wrongly: other signatures, unknown options, options of other types,
 * huge values, what does not exist; and floods it. What it has is asked of the daemon itself.
 *
 * bus-hostile calls          each call has to be refused; exit status 1 if one is not
 * bus-hostile valid          each method with arguments that make sense, whatever the answer is
 * bus-hostile flood SECONDS  calls, of which no answer is read, on one connection after the other
 * bus-hostile honest FILE    an honest caller, who asks ten times a second until there is FILE;
 *                            says for how many milliseconds it waited at most
 * bus-hostile questions N    N times Down of a device at once; says how often each error came
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "bus-hostile.h"

#define PROPERTIES "org.freedesktop.DBus.Properties"
#define HUGE_TEXT (1 << 20)	/* three times in a message */
#define MANY 20000
#define ON_ONE_CONNECTION 500

static unsigned int calls, accepted;

static void need(int r, const char *what)
{
	if (r >= 0)
		return;
	fprintf(stderr, "%s: %s\n", what, strerror(-r));
	exit(1);
}

static sd_bus *connect_bus(void)
{
	sd_bus *bus;

	need(sd_bus_open_system(&bus), "the system bus");
	return bus;
}

static sd_bus_message *new_call(sd_bus *bus, const char *path, const char *interface,
				const char *member)
{
	sd_bus_message *message;

	need(sd_bus_message_new_method_call(bus, &message, SERVICE, path, interface, member),
	     "a message");
	return message;
}

/* Those of ours; libsystemd answers for the others, and takes a Ping with arguments, too. */
static bool is_ours(const char *interface)
{
	return !strncmp(interface, SERVICE ".", strlen(SERVICE) + 1);
}

/* Only an error that came from the other side is a refusal. */
static bool is_refusal(const sd_bus_error *error)
{
	return error->name && !sd_bus_error_has_names(error, SD_BUS_ERROR_NO_REPLY,
						      SD_BUS_ERROR_TIMEOUT,
						      SD_BUS_ERROR_DISCONNECTED,
						      SD_BUS_ERROR_SERVICE_UNKNOWN);
}

/* Sends @message, which it frees; if it is to an interface of ours, it has to be refused. */
static void refused(sd_bus *bus, sd_bus_message *message, const char *what)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int r = sd_bus_call(bus, message, 0, &error, NULL);

	calls++;
	if (r < 0 ? !is_refusal(&error) : is_ours(sd_bus_message_get_interface(message))) {
		accepted++;
		printf("not refused: %s of %s %s.%s: %s\n", what, sd_bus_message_get_path(message),
		       sd_bus_message_get_interface(message), sd_bus_message_get_member(message),
		       error.name ?: "no error");
	}
	sd_bus_error_free(&error);
	sd_bus_message_unref(message);
}

static void call_with(sd_bus *bus, const struct target *target, const char *signature,
		      const struct style *style, const char *what)
{
	sd_bus_message *message = new_call(bus, target->path, target->interface, target->member);

	need(values_append(message, signature, style), signature);
	refused(bus, message, what);
}

static void wrong_signatures(sd_bus *bus, const struct target *target)
{
	static const char *const signatures[] = {
		"", "s", "u", "t", "b", "y", "d", "o", "g", "v", "h", "as", "ay", "av", "a{sv}",
		"a{ss}", "a{sa{sv}}", "(sa{sv})", "sv", "us", "ua{ss}", "sss", "aaaaaaaas",
	};
	static const struct style style = { .text = 8 };
	char longer[256];

	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++)
		if (strcmp(signatures[i], target->signature) != 0)
			call_with(bus, target, signatures[i], &style, signatures[i]);
	snprintf(longer, sizeof(longer), "%su", target->signature);
	call_with(bus, target, longer, &style, "one argument too many");
}

/* Its own signature, but nothing in it makes sense. */
static void wrong_values(sd_bus *bus, const struct target *target)
{
	static const struct style huge = { .text = HUGE_TEXT };
	static const struct style many = { .text = 8, .elements = MANY };
	static const char *const options[] = {
		"", "save", "force", "timeout", "offset", "limit", "confirm", "hostile\n\x1b[2J",
	};

	call_with(bus, target, target->signature, &huge, "huge text");
	call_with(bus, target, target->signature, &many, "many elements");
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		const struct style style = { .text = 8, .option = options[i] };

		if (strstr(target->signature, "a{sv}"))
			call_with(bus, target, target->signature, &style, options[i]);
	}
}

static void set_property(sd_bus *bus, const struct target *target)
{
	static const struct style style = { .text = 8 };
	sd_bus_message *message = new_call(bus, target->path, PROPERTIES, "Set");

	need(sd_bus_message_append(message, "ss", target->interface, target->member), "Set");
	need(sd_bus_message_open_container(message, 'v', target->signature), "Set");
	need(values_append(message, target->signature, &style), "Set");
	need(sd_bus_message_close_container(message), "Set");
	refused(bus, message, target->member);
}

static void unknown(sd_bus *bus, const char *path, const char *interface, const char *member,
		    const char *signature)
{
	static const struct style style = { .text = 8 };
	sd_bus_message *message = new_call(bus, path, interface, member);

	need(values_append(message, signature, &style), signature);
	refused(bus, message, "unknown");
}

static void unknown_things(sd_bus *bus)
{
	static const char *const paths[] = {
		"/", "/org", "/org/smcd1/device", "/org/smcd1/device/nosuch",
		"/org/smcd1/device/a/b", "/org/smcd1/device/_", "/org/smcd1/device/_zz",
		"/org/smcd1/linkgroup", "/org/smcd1/linkgroup/ffffffff",
		"/org/smcd1/linkgroup/fffffffff", "/org/smcd1/linkgroup/x",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		unknown(bus, paths[i], "org.smcd1.Device", "Down", "a{sv}");
		unknown(bus, paths[i], "org.smcd1.Manager", "Reload", "");
		unknown(bus, paths[i], PROPERTIES, "Get", "ss");
	}
	unknown(bus, ROOT_PATH, "org.smcd1.Manager", "NoSuchMethod", "a{sv}");
	unknown(bus, ROOT_PATH, "org.smcd1.NoSuch", "Reload", "");
	unknown(bus, ROOT_PATH, "org.smcd1.Device", "Down", "a{sv}");
	unknown(bus, ROOT_PATH, PROPERTIES, "Get", "ss");
}

static int call_all(sd_bus *bus, const struct targets *targets)
{
	for (size_t i = 0; i < targets->n; i++) {
		const struct target *target = &targets->list[i];

		if (target->is_property) {
			set_property(bus, target);
			continue;
		}
		wrong_signatures(bus, target);
		if (is_ours(target->interface) && *target->signature)
			wrong_values(bus, target);
	}
	unknown_things(bus);
	printf("%u calls, %u not refused\n", calls, accepted);
	return accepted ? 1 : 0;
}

/*
 * An empty dictionary, a device that exists, numbers that are in range. As root, who might change
 * something by that, with an option that does not exist.
 */
static void append_sensible(sd_bus_message *message, const char *signature)
{
	static const struct style style = { .text = 8, .option = "hostile" };

	for (; *signature; signature++) {
		if (!strncmp(signature, "a{sv}", 5) && geteuid() != 0) {
			need(sd_bus_message_append(message, "a{sv}", 0), "options");
			signature += 4;
		} else if (*signature == 's') {
			need(sd_bus_message_append(message, "s", "loopback0"), "a string");
		} else if (!strchr("ybnqiuxtd", *signature)) {	/* and so is the rest */
			need(values_append(message, signature, &style), signature);
			return;
		} else {
			uint64_t one = 1;

			need(sd_bus_message_append_basic(message, *signature, &one), "a number");
		}
	}
}

static sd_bus_message *sensible_call(sd_bus *bus, const struct target *target)
{
	sd_bus_message *message = new_call(bus, target->path, target->interface, target->member);

	append_sensible(message, target->signature);
	return message;
}

static int call_validly(sd_bus *bus, const struct targets *targets)
{
	for (size_t i = 0; i < targets->n; i++) {
		const struct target *target = &targets->list[i];
		sd_bus_error error = SD_BUS_ERROR_NULL;
		sd_bus_message *message;

		if (target->is_property || !is_ours(target->interface))
			continue;
		message = sensible_call(bus, target);
		(void)sd_bus_call(bus, message, 0, &error, NULL);
		printf("%s.%s: %s\n", target->interface, target->member, error.name ?: "done");
		sd_bus_error_free(&error);
		sd_bus_message_unref(message);
	}
	return 0;
}

/* Puts one call into the socket; no answer is ever read. */
static void send_unread(sd_bus *bus, const struct targets *targets, unsigned int number)
{
	const struct target *target = &targets->list[number % targets->n];
	sd_bus_message *message;

	if (target->is_property || !is_ours(target->interface))
		message = new_call(bus, ROOT_PATH, "org.freedesktop.DBus.ObjectManager",
				   "GetManagedObjects");
	else
		message = sensible_call(bus, target);
	if (number % 3 == 0)
		need(sd_bus_message_set_expect_reply(message, false), "no reply");
	if (sd_bus_send(bus, message, number % 3 ? &(uint64_t){ 0 } : NULL) >= 0)
		calls++;
	sd_bus_message_unref(message);
}

static int flood(const struct targets *targets, time_t seconds)
{
	time_t end = time(NULL) + seconds;
	unsigned int number = 0;

	while (time(NULL) < end) {
		sd_bus *bus = connect_bus();

		for (int i = 0; i < ON_ONE_CONNECTION && time(NULL) < end; i++)
			send_unread(bus, targets, number++);
		/* What the bus does not take is lost: it would wait for us to read. */
		sd_bus_close_unref(bus);
	}
	printf("%u calls\n", calls);
	return 0;
}

static long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000L + now.tv_nsec / 1000000;
}

static int honest(sd_bus *bus, const char *file)
{
	long start, waited, slowest = 0;

	while (access(file, F_OK) != 0) {
		start = milliseconds();
		need(sd_bus_call_method(bus, SERVICE, ROOT_PATH, PROPERTIES, "Get", NULL, NULL, "ss",
					"org.smcd1.Manager", "Version"), "an honest call");
		waited = milliseconds() - start;
		if (waited > slowest)
			slowest = waited;
		usleep(100000);
	}
	printf("%ld\n", slowest);
	return 0;
}

/* How often each answer came. */
struct answers {
	unsigned int n, limits, denied, other;
};

static int on_answer(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);
	struct answers *answers = userdata;

	(void)error;
	answers->n++;
	if (sd_bus_error_has_name(e, SD_BUS_ERROR_LIMITS_EXCEEDED))
		answers->limits++;
	else if (sd_bus_error_has_names(e, SD_BUS_ERROR_ACCESS_DENIED,
					SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED))
		answers->denied++;
	else
		answers->other++;
	return 0;
}

static int questions(sd_bus *bus, unsigned int count)
{
	struct answers answers = { 0 };

	for (unsigned int i = 0; i < count; i++)
		need(sd_bus_call_method_async(bus, NULL, SERVICE, ROOT_PATH "/device/loopback0",
					      "org.smcd1.Device", "Down", on_answer, &answers,
					      "a{sv}", 0), "a question");
	while (answers.n < count) {
		int r = sd_bus_process(bus, NULL);

		if (!r)
			r = sd_bus_wait(bus, UINT64_MAX);
		need(r, "the system bus");
	}
	printf("limits=%u denied=%u other=%u\n", answers.limits, answers.denied, answers.other);
	return 0;
}

static int run(sd_bus *bus, const char *what, const char *argument)
{
	struct targets targets = { 0 };
	int number = atoi(argument);

	if (!strcmp(what, "honest"))
		return honest(bus, argument);
	if (!strcmp(what, "questions"))
		return questions(bus, number);
	targets_introspect(bus, ROOT_PATH, &targets);
	if (targets.n < 40) {
		printf("only %zu methods and properties\n", targets.n);
		return 1;
	}
	if (!strcmp(what, "calls"))
		return call_all(bus, &targets);
	if (!strcmp(what, "valid"))
		return call_validly(bus, &targets);
	if (!strcmp(what, "flood"))
		return flood(&targets, number);
	fprintf(stderr, "%s: unknown\n", what);
	return 2;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "Usage: bus-hostile calls | valid | flood SECONDS | honest FILE | "
			"questions N\n");
		return 2;
	}
	return run(connect_bus(), argv[1], argc > 2 ? argv[2] : "1");
}
