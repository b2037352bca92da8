// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * softism-genl: talks to the softism family without the daemon, message by
 * message, so that tests can ask for what the daemon never would.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../kmod/softism.h"
#include "softism-genl-fields.h"
#include "softism-genl-link.h"
#include "softism-genl-print.h"

#define REQUEST_SIZE	16384
#define RAW_SIZE_MAX	4096

static const char usage[] =
"Usage: softism-genl COMMAND [KEY=VALUE...]\n"
"Devices\n"
"  info         the module\n"
"  get, dump    one device by its name, all devices\n"
"  new          name, kind (loopback, ism-emu, or a number), chid, gid, gid_ext,\n"
"               priority, up, max-dmbs, max-memory\n"
"  set          name, priority, up\n"
"  del          name, force=1\n"
"  drain        name, timeout (milliseconds)\n"
"  events       notifications, until none comes for so many seconds (5; 0: never)\n"
"What they have counted, and their DMBs\n"
"  stats, dmbs  of the device of that name, or of all\n"
"  reset        name\n"
"Faults\n"
"  fault-set    name, seed, dmb_nth, dmb_percent, dmb_errno, dmb_left,\n"
"               move_percent, move_delay, signal_drop, signal_duplicate,\n"
"               signal_delay, unreachable (a GID)\n"
"  fault-get    of the device of that name, or of all\n"
"  fault-event  name, event (dmb, gid, sw, or a number), gid, gid_ext, code, info\n"
"Anything\n"
"  raw          cmd, type, size: an attribute of that type and of so many zero bytes\n"
"Numbers are decimal, or hexadecimal after 0x. Other keys of a device, DMB or\n"
"fault may be given as well, for the kernel to refuse.\n"
"Prints key=value lines, and the kernel's words on stderr. Exit code: 0; 1 refused,\n"
"interrupted (a dump) or lost (events); 2 usage.\n";

/* Whether a request is for one device, or for all */
enum scope {
	ONE,
	ALL,
	ALL_UNLESS_NAMED,
};

static const struct command {
	const char *name;
	uint8_t cmd;
	enum scope scope;
	const struct field *fields;	/* whose keys it takes, if any */
} commands[] = {
	{ "info", SOFTISM_CMD_INFO_GET, ONE, NULL },
	{ "get", SOFTISM_CMD_DEV_GET, ONE, dev_fields },
	{ "dump", SOFTISM_CMD_DEV_GET, ALL, dev_fields },
	{ "new", SOFTISM_CMD_DEV_NEW, ONE, dev_fields },
	{ "set", SOFTISM_CMD_DEV_SET, ONE, dev_fields },
	{ "del", SOFTISM_CMD_DEV_DEL, ONE, dev_fields },
	{ "drain", SOFTISM_CMD_DEV_DRAIN, ONE, dev_fields },
	{ "stats", SOFTISM_CMD_STATS_GET, ALL_UNLESS_NAMED, dev_fields },
	{ "reset", SOFTISM_CMD_STATS_RESET, ONE, dev_fields },
	{ "dmbs", SOFTISM_CMD_DMB_GET, ALL, dmb_fields },
	{ "fault-set", SOFTISM_CMD_FAULT_SET, ONE, fault_fields },
	{ "fault-get", SOFTISM_CMD_FAULT_GET, ALL_UNLESS_NAMED, fault_fields },
	{ "fault-event", SOFTISM_CMD_FAULT_EVENT, ONE, fault_fields },
};

/* A number that is for this program; a table of them ends without a key */
struct option {
	const char *key;
	uint64_t value, max;
};

__attribute__((noreturn, format(printf, 1, 2)))
static void bad(const char *format, ...)
{
	va_list args;

	fputs("softism-genl: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("; without arguments softism-genl shows its usage\n", stderr);
	exit(2);
}

/* Splits KEY=VALUE */
static const char *split(char *word)
{
	char *value = strchr(word, '=');

	if (!value)
		bad("'%s' is not KEY=VALUE", word);
	*value++ = '\0';
	return value;
}

static uint64_t parse_number(const char *key, const char *text, uint64_t max)
{
	bool hex = !strncmp(text, "0x", 2);
	const char *digits = hex ? text + 2 : text;
	uint64_t number;

	if (!*digits || digits[strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789")])
		bad("%s: '%s' is not a number", key, text);
	errno = 0;
	number = strtoull(digits, NULL, hex ? 16 : 10);
	if (errno || number > max)
		bad("%s: '%s' is too large", key, text);
	return number;
}

static uint64_t parse_value(const struct field *field, const char *text)
{
	const struct field_word *word;

	for (word = field->words; word && word->word; word++)
		if (!strcmp(word->word, text))
			return word->number;
	if (field->words && (*text < '0' || *text > '9'))
		bad("%s: '%s' is unknown", field->key, text);
	return parse_number(field->key, text, UINT64_MAX >> (64 - 8 * field->size));
}

static void put_field(struct nlmsghdr *nlh, const struct field *field, const char *text)
{
	uint64_t number = 0;
	bool fits = true;

	switch (field->form) {
	case FIELD_STRING:
		fits = mnl_attr_put_strz_check(nlh, REQUEST_SIZE, field->type, text);
		break;
	case FIELD_DECIMAL:
	case FIELD_HEX:
		number = parse_value(field, text);
		fits = mnl_attr_put_check(nlh, REQUEST_SIZE, field->type, field->size,
					  field_bytes(field, &number));
		break;
	case FIELD_FLAG:
		if (parse_number(field->key, text, 1))
			fits = mnl_attr_put_check(nlh, REQUEST_SIZE, field->type, 0, text);
		break;
	default:
		bad("%s cannot be given", field->key);
	}
	if (!fits)
		bad("%s: the request has no room for it", field->key);
}

static int request(const struct command *command, char **words)
{
	bool dump = command->scope != ONE;
	const struct field *field;
	char buffer[REQUEST_SIZE];
	struct nlmsghdr *nlh;
	const char *value;

	nlh = link_begin(buffer, command->cmd, 0);
	for (; *words; words++) {
		value = split(*words);
		for (field = command->fields; field && field->key; field++)
			if (!strcmp(field->key, *words))
				break;
		if (!field || !field->key)
			bad("unknown key '%s' of %s", *words, command->name);
		put_field(nlh, field, value);
		if (command->scope == ALL_UNLESS_NAMED && !strcmp(*words, "name"))
			dump = false;
	}
	if (dump)
		nlh->nlmsg_flags |= NLM_F_DUMP;
	link_open();
	return link_request(nlh, print_message);
}

static void parse_options(struct option *options, char **words)
{
	struct option *option;
	const char *value;

	for (; *words; words++) {
		value = split(*words);
		for (option = options; option->key; option++)
			if (!strcmp(option->key, *words))
				break;
		if (!option->key)
			bad("unknown key '%s'", *words);
		option->value = parse_number(*words, value, option->max);
	}
}

static int raw(char **words)
{
	struct option options[] = {
		{ "cmd", 0, UINT8_MAX },
		{ "type", 0, UINT16_MAX },
		{ "size", 0, RAW_SIZE_MAX },
		{ NULL, 0, 0 }
	};
	static const char zeros[RAW_SIZE_MAX];
	char buffer[REQUEST_SIZE];
	struct nlmsghdr *nlh;

	parse_options(options, words);
	nlh = link_begin(buffer, options[0].value, 0);
	mnl_attr_put(nlh, options[1].value, options[2].value, zeros);
	link_open();
	return link_request(nlh, print_message);
}

static int events(char **words)
{
	struct option options[] = {
		{ "seconds", 5, UINT32_MAX },
		{ NULL, 0, 0 }
	};

	parse_options(options, words);
	link_open();
	return link_listen(options[0].value, print_message);
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc < 2) {
		fputs(usage, stderr);
		return 2;
	}
	if (!strcmp(argv[1], "events"))
		return events(argv + 2);
	if (!strcmp(argv[1], "raw"))
		return raw(argv + 2);
	for (i = 0; i < MNL_ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, argv[1]))
			return request(&commands[i], argv + 2);
	bad("unknown command '%s'", argv[1]);
}
