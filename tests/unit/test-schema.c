// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests that each verb of smcctl that prints JSON has a schema of it, and each schema a verb. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "verbs.h"

#define COMMON "common.json"	/* what others refer to */

static const char *directory(void)
{
	static char path[4096];
	const char *srcdir = getenv("srcdir");

	snprintf(path, sizeof(path), "%s/smcctl/schema", srcdir ? srcdir : ".");
	return path;
}

/* "device-list.json" */
static void file_name(const struct verb *verb, char ret[64])
{
	snprintf(ret, 64, "%s%s%s.json", verb->object ? verb->object : "", verb->object ? "-" : "",
		 verb->name);
}

static void test_verbs(void **state)
{
	struct json_object *schema, *title;
	char name[64], path[8192], text[80];
	const struct verb *verb;

	(void)state;
	for (verb = verbs; verb->name; verb++) {
		if (!verbs_takes(verb, OPTION_JSON))
			continue;
		file_name(verb, name);
		snprintf(path, sizeof(path), "%s/%s", directory(), name);
		schema = json_object_from_file(path);
		if (!schema)
			fail_msg("no schema of what the verb prints with --json: %s", path);
		verbs_text(verb, text, sizeof(text));
		assert_true(json_object_object_get_ex(schema, "title", &title));
		if (!strstr(json_object_get_string(title), text))
			fail_msg("%s: the title does not have '%s'", path, text);
		json_object_put(schema);
	}
}

static bool is_of_verb(const char *file)
{
	const struct verb *verb;
	char name[64];

	for (verb = verbs; verb->name; verb++) {
		file_name(verb, name);
		if (verbs_takes(verb, OPTION_JSON) && !strcmp(name, file))
			return true;
	}
	return false;
}

static void test_files(void **state)
{
	DIR *schemas = opendir(directory());
	struct dirent *entry;

	(void)state;
	assert_non_null(schemas);
	while ((entry = readdir(schemas)))
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, COMMON) &&
		    !is_of_verb(entry->d_name))
			fail_msg("%s: there is no such verb", entry->d_name);
	closedir(schemas);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verbs),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
