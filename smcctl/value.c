// SPDX-License-Identifier: GPL-2.0-or-later
/* Kinds of values on a command line, one a row; see value.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pnetid.h"
#include "ueid.h"
#include "value.h"

#define DIGITS "0123456789"
#define HEX_DIGITS DIGITS "abcdefABCDEF"
#define PID_MAX 4194304		/* include/linux/threads.h, PID_MAX_LIMIT on 64 bits */

/* Takes @word; returns NULL, or how it has to be. */
typedef const char *(*check_fn)(const char *word, uint64_t *ret_number);

/* C1 controls in UTF-8 are left to what prints. */
static bool is_printable(const char *word)
{
	for (; *word; word++)
		if ((unsigned char)*word < ' ' || *word == 0x7f)
			return false;
	return true;
}

static bool parse_number(const char *word, const char *digits, unsigned int base, uint64_t min,
			 uint64_t max, uint64_t *ret_number)
{
	/* strtoull() would also take blanks, signs and a second prefix. */
	if (!*word || word[strspn(word, digits)])
		return false;
	errno = 0;
	*ret_number = strtoull(word, NULL, base);
	return !errno && *ret_number >= min && *ret_number <= max;
}

static bool parse_decimal(const char *word, uint64_t min, uint64_t max, uint64_t *ret_number)
{
	return parse_number(word, DIGITS, 10, min, max, ret_number);
}

static bool parse_hex(const char *word, uint64_t max, uint64_t *ret_number)
{
	if (word[0] == '0' && (word[1] == 'x' || word[1] == 'X'))
		return parse_number(word + 2, HEX_DIGITS, 16, 1, max, ret_number);
	return parse_decimal(word, 1, max, ret_number);
}

static const char *check_text(const char *word, uint64_t *number)
{
	(void)number;
	if (!*word)
		return "must not be empty";
	return is_printable(word) ? NULL : "must not have control characters";
}

static const char *check_seconds(const char *word, uint64_t *number)
{
	return parse_decimal(word, 1, 86400, number) ? NULL :
		"must be a number of seconds from 1 to 86400";
}

static const char *check_columns(const char *word, uint64_t *number)
{
	size_t length = strlen(word);

	if (!length || *word == ',' || word[length - 1] == ',' || strstr(word, ",,"))
		return "must be names of columns, with a ',' between them";
	return check_text(word, number);
}

static const char *check_pid(const char *word, uint64_t *number)
{
	return parse_decimal(word, 1, PID_MAX, number) ? NULL : "must be the number of a process";
}

static const char *check_linkgroup(const char *word, uint64_t *number)
{
	return strlen(word) <= 8 && parse_number(word, HEX_DIGITS, 16, 0, UINT32_MAX, number) ?
		NULL : "must be an ID of smcctl linkgroup list, at most 8 hexadecimal digits";
}

static const char *check_priority(const char *word, uint64_t *number)
{
	return parse_decimal(word, 0, 65535, number) ? NULL : "must be a number from 0 to 65535";
}

static const char *check_chid(const char *word, uint64_t *number)
{
	return parse_hex(word, 0xffff, number) ? NULL : "must be a number from 1 to 0xffff";
}

static const char *check_gid(const char *word, uint64_t *number)
{
	return parse_hex(word, UINT64_MAX, number) ? NULL :
		"must be a number from 1 to 0xffffffffffffffff";
}

static const char *check_pnetid(const char *word, uint64_t *number)
{
	(void)number;
	return pnetid_problem(word);
}

static const char *check_eid(const char *word, uint64_t *number)
{
	(void)number;
	return strcmp(word, "auto") ? ueid_problem(word) : NULL;
}

static const char *check_interface(const char *word, uint64_t *number)
{
	struct pnet_entry entry;

	(void)number;
	return pnet_parse_interface(word, &entry);
}

/* The name is left to the resolver. */
static const char *check_host(const char *word, uint64_t *number)
{
	static const char *const problem = "must be HOST, HOST:PORT or [ADDRESS]:PORT";
	const char *end = *word == '[' ? strchr(word, ']') : word + strcspn(word, ":");

	if (!is_printable(word) || strchr(word, ' ') || !end || end == word + (*word == '['))
		return problem;
	if (*word == '[')
		end++;
	else if (*end && strchr(end + 1, ':'))		/* an IPv6 address */
		return NULL;
	if (!*end)
		return NULL;
	return *end == ':' && parse_decimal(end + 1, 1, 65535, number) ? NULL : problem;
}

static const char *check_unit(const char *word, uint64_t *number)
{
	(void)number;
	/* systemd.unit(5); without a suffix it is a service. */
	return !*word || strlen(word) > 255 || word[strspn(word, HEX_DIGITS "ghijklmnopqrstuvwxyz"
						 "GHIJKLMNOPQRSTUVWXYZ:-_.\\@")] ?
		"cannot be the name of a unit: see systemctl list-units" : NULL;
}

static const struct rule {
	const char *noun;
	check_fn check;
} rules[VALUE_KINDS] = {
	[VALUE_SECONDS] = { NULL, check_seconds },
	[VALUE_PATH] = { NULL, check_text },
	[VALUE_COLUMNS] = { NULL, check_columns },
	[VALUE_PID] = { "PID", check_pid },
	[VALUE_DEVICE] = { "device", check_text },
	[VALUE_LINKGROUP] = { "link group", check_linkgroup },
	[VALUE_PRIORITY] = { "priority", check_priority },
	[VALUE_CHID] = { "CHID", check_chid },
	[VALUE_GID] = { "GID", check_gid },
	[VALUE_KIND] = { "kind", check_text },
	[VALUE_PNETID] = { "PNETID", check_pnetid },
	[VALUE_EID] = { "EID", check_eid },
	[VALUE_INTERFACE] = { "interface", check_interface },
	[VALUE_HOST] = { "host", check_host },
	[VALUE_UNIT] = { "unit", check_unit },
	[VALUE_COMMAND] = { NULL, check_text },
};

const char *value_noun(enum value_kind kind)
{
	return rules[kind].noun;
}

/* Bytes: digits, and a unit of 1024, 1024^2 or 1024^3. */
static bool parse_bytes(const struct value_type *type, const char *word, uint64_t *ret_number)
{
	size_t length = strspn(word, DIGITS);
	static const char units[] = "KMG";
	const char *unit = word[length] ? strchr(units, word[length]) : NULL;
	unsigned int shift = unit ? 10 * (unit - units + 1) : 0;
	char digits[21];

	if (length >= sizeof(digits) || (unit ? word[length + 1] : word[length]))
		return false;
	memcpy(digits, word, length);
	digits[length] = '\0';
	if (!parse_decimal(digits, 0, type->max >> shift, ret_number))
		return false;
	*ret_number <<= shift;
	return *ret_number >= type->min;
}

/* One of @words, which are "a|b|c". */
static bool is_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (; words; words = strchr(words, '|')) {
		words += *words == '|';
		if (strcspn(words, "|") == length && !strncmp(words, word, length))
			return true;
	}
	return false;
}

/* The rules that depend on the row. */
static bool take_by_row(const struct value_type *type, const char *name, const char *word,
			uint64_t *number, char *problem, size_t size)
{
	if (type->kind == VALUE_WORD) {
		snprintf(problem, size, "must be one of %s", name);
		return is_word(name, word);
	}
	snprintf(problem, size, "must be a number from %" PRIu64 " to %" PRIu64 "%s", type->min,
		 type->max, type->kind == VALUE_BYTES ? ", of bytes, or with K, M or G" : "");
	if (type->kind == VALUE_BYTES)
		return parse_bytes(type, word, number);
	return parse_decimal(word, type->min, type->max, number);
}

int value_parse(const struct value_type *type, const char *what, const char *name,
		const char *word, struct value *ret_value, char *error)
{
	const struct rule *rule = &rules[type->kind];
	struct value value = { .text = word };
	const char *problem;
	char by_row[128];

	if (rule->check)
		problem = rule->check(word, &value.number);
	else
		problem = take_by_row(type, name, word, &value.number, by_row, sizeof(by_row)) ?
			NULL : by_row;
	if (problem) {
		snprintf(error, VALUE_ERROR_SIZE, "%s '%.64s': %s", what, word, problem);
		return -EINVAL;
	}
	*ret_value = value;
	return 0;
}
