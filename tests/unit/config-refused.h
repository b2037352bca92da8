/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files as texts: those that parse, and those that are refused; include after cmocka.h. */
#ifndef TESTS_CONFIG_REFUSED_H
#define TESTS_CONFIG_REFUSED_H

#include <string.h>
#include "config.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define CONFIG __attribute__((cleanup(config_freep))) struct config

static inline struct config *parse_as(const char *file, const char *text)
{
	struct config_error error = { "" };
	struct config *config = NULL;

	if (config_parse(file, text, strlen(text), &config, &error) < 0)
		fail_msg("%s", error.text);
	return config;
}

static inline struct config *parse(const char *text)
{
	return parse_as("f", text);
}

/* Returns the message, which the next call overwrites. */
static inline const char *refusal(const char *text, size_t size, int expected)
{
	static struct config_error error;
	struct config *config = (struct config *)&error;

	error.text[0] = 0;
	assert_int_equal(config_parse("f", text, size, &config, &error), expected);
	assert_ptr_equal(config, &error);
	return error.text;
}

static inline void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' does not contain '%s'", text, part);
}

struct refused {
	const char *text, *where, *message;
};

static inline void assert_refused(const struct refused *cases, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const char *message = refusal(cases[i].text, strlen(cases[i].text), -EINVAL);

		if (strncmp(message, cases[i].where, strlen(cases[i].where)) != 0)
			fail_msg("'%s' is not at '%s'", message, cases[i].where);
		assert_contains(message, cases[i].message);
	}
}

#endif
