// SPDX-License-Identifier: GPL-2.0-or-later
/* Counters since a user's baseline; see baseline.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "baseline.h"
#include "files.h"
#include "output.h"
#include "state-file.h"

#define FILE_NAME "baseline.json"
#define SIZE_MAX_READ (1 << 20)		/* of devices there are some, not thousands */
#define BOOT_ID "/proc/sys/kernel/random/boot_id"

char *baseline_path(struct failure *failure)
{
	char *path = state_file_path(FILE_NAME);

	if (!path)
		failure_set(failure, EXIT_FAILED, "there is no place for a baseline: set HOME or "
			    "XDG_STATE_HOME");
	return path;
}

/* The kernel's ID of this boot, or an empty string. */
static void read_boot_id(char ret[64])
{
	FILE *stream = fopen(BOOT_ID, "re");

	if (!stream || !fgets(ret, 64, stream))
		*ret = '\0';
	ret[strcspn(ret, "\n")] = '\0';
	if (stream)
		fclose(stream);
}

static void add_counters(struct json_object *object, const char *key,
			 const struct counters *counters)
{
	struct json_object *member = output_json_object(object, key);
	size_t i;

	for (i = 0; i < counters->n; i++)
		output_json_number(member, counters->list[i].name, counters->list[i].value);
}

struct json_object *baseline_new(const struct baseline_counts *counts)
{
	struct json_object *baseline = output_json_new(), *array, *element;
	char text[OUTPUT_TIME_SIZE], boot_id[64];
	size_t i;

	read_boot_id(boot_id);
	output_json_text(baseline, "boot_id", boot_id);
	output_json_text(baseline, "time", output_time(text));
	array = output_json_array(baseline, "devices");
	for (i = 0; i < counts->devices->n; i++) {
		element = output_json_element(array);
		output_json_text(element, "name", counts->devices->list[i].name);
		output_json_gid(element, "gid", counts->devices->list[i].gid);
		add_counters(element, "counters", &counts->devices->list[i].counters);
	}
	add_counters(baseline, "kernel", counts->kernel);
	array = output_json_array(baseline, "fallback");
	for (i = 0; i < counts->fallbacks->n; i++) {
		element = output_json_element(array);
		output_json_number(element, "code", counts->fallbacks->list[i].code);
		output_json_number(element, "client", counts->fallbacks->list[i].client);
		output_json_number(element, "server", counts->fallbacks->list[i].server);
	}
	return baseline;
}

int baseline_write(struct json_object *baseline, const char *path, struct failure *failure)
{
	const char *text = json_object_to_json_string_ext(baseline, JSON_C_TO_STRING_PRETTY);
	int r;

	output_need(text);
	r = state_file_make_directories(path);
	if (r >= 0)
		r = file_write(path, text, strlen(text));
	if (r < 0)
		failure_set(failure, r == -EACCES ? EXIT_PERMISSION : EXIT_FAILED,
			    "cannot write %s: %s", path, strerror(-r));
	return r;
}

/* A member of that type; NULL: there is none. */
static struct json_object *member(struct json_object *object, const char *key,
				  enum json_type type)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, key, &value) || !json_object_is_type(value, type))
		return NULL;
	return value;
}

static bool is_text(struct json_object *object, const char *key, const char *text)
{
	struct json_object *value = member(object, key, json_type_string);

	return value && !strcmp(json_object_get_string(value), text);
}

/* Whether each element of the array @key is an object. */
static bool has_objects(struct json_object *object, const char *key)
{
	struct json_object *array = member(object, key, json_type_array);
	size_t i;

	if (!array)
		return false;
	for (i = 0; i < json_object_array_length(array); i++)
		if (!json_object_is_type(json_object_array_get_idx(array, i), json_type_object))
			return false;
	return true;
}

struct json_object *baseline_parse(const char *text, size_t size, const char *boot_id,
				   const char **ret_problem)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *baseline, *schema;

	output_need(tokener);
	*ret_problem = NULL;
	baseline = json_tokener_parse_ex(tokener, text, size > INT32_MAX ? INT32_MAX : size);
	json_tokener_free(tokener);
	schema = member(baseline, "schema", json_type_int);
	if (!schema || json_object_get_int64(schema) != OUTPUT_SCHEMA ||
	    !member(baseline, "time", json_type_string) ||
	    !member(baseline, "kernel", json_type_object) || !has_objects(baseline, "devices") ||
	    !has_objects(baseline, "fallback"))
		*ret_problem = "not a baseline";
	else if (is_text(baseline, "boot_id", boot_id))
		return baseline;
	json_object_put(baseline);
	return NULL;
}

struct json_object *baseline_read(void)
{
	__attribute__((cleanup(free_charp))) char *path = NULL, *text = NULL;
	struct json_object *baseline;
	struct failure failure;
	const char *problem;
	char boot_id[64];
	size_t size;
	int r;

	path = baseline_path(&failure);
	r = path ? file_read(path, SIZE_MAX_READ, &text, &size) : -ENOENT;
	if (r < 0) {
		if (r != -ENOENT)
			output_error("%s: %s", path, strerror(-r));
		return NULL;
	}
	read_boot_id(boot_id);
	baseline = baseline_parse(text, size, boot_id, &problem);
	if (problem)
		output_error("%s: %s: \"smcctl stats reset-baseline\" makes one", path, problem);
	return baseline;
}

const char *baseline_time(struct json_object *baseline)
{
	return json_object_get_string(member(baseline, "time", json_type_string));
}

/* A counter that is not in the baseline was 0. */
static uint64_t number(struct json_object *object, const char *key)
{
	struct json_object *value = member(object, key, json_type_int);

	return value ? json_object_get_uint64(value) : 0;
}

/* All of them, or none: one that is less than it was says that they began anew. */
static void subtract_counters(struct json_object *before, struct counters *counters)
{
	size_t i;

	for (i = 0; i < counters->n; i++)
		if (counters->list[i].value < number(before, counters->list[i].name))
			return;
	for (i = 0; i < counters->n; i++)
		counters->list[i].value -= number(before, counters->list[i].name);
}

static void subtract_device(struct json_object *baseline, struct device *device)
{
	struct json_object *array = member(baseline, "devices", json_type_array), *element;
	char gid[OUTPUT_NUMBER_SIZE];
	size_t i;

	output_gid(device->gid, gid);
	for (i = 0; i < json_object_array_length(array); i++) {
		element = json_object_array_get_idx(array, i);
		/* A device that was made anew has another GID. */
		if (is_text(element, "name", device->name) && is_text(element, "gid", gid))
			subtract_counters(member(element, "counters", json_type_object),
					  &device->counters);
	}
}

/* The kernel counts reasons modulo 65536. */
static void subtract_fallback(struct json_object *baseline, struct fallback *fallback)
{
	struct json_object *array = member(baseline, "fallback", json_type_array), *element;
	size_t i;

	for (i = 0; i < json_object_array_length(array); i++) {
		element = json_object_array_get_idx(array, i);
		if (number(element, "code") != fallback->code)
			continue;
		fallback->client = (uint16_t)(fallback->client - number(element, "client"));
		fallback->server = (uint16_t)(fallback->server - number(element, "server"));
		return;
	}
}

/* The totals tell whether the kernel has begun anew; the reasons could not. */
static bool has_begun_anew(struct json_object *baseline, const struct counters *kernel)
{
	struct json_object *before = member(baseline, "kernel", json_type_object);
	size_t i;

	for (i = 0; i < kernel->n; i++)
		if (kernel->list[i].value < number(before, kernel->list[i].name))
			return true;
	return false;
}

static void subtract_fallbacks(struct json_object *baseline, struct fallbacks *fallbacks)
{
	struct fallback *list = fallbacks->list;
	size_t i, left = 0;

	for (i = 0; i < fallbacks->n; i++) {
		subtract_fallback(baseline, &list[i]);
		if (list[i].client || list[i].server) {
			struct fallback kept = list[i];

			list[i] = list[left];
			list[left++] = kept;
		}
	}
	fallbacks_shorten(fallbacks, left);
}

void baseline_subtract(struct json_object *baseline, const struct baseline_counts *counts)
{
	size_t i;

	for (i = 0; i < counts->devices->n; i++)
		subtract_device(baseline, &counts->devices->list[i]);
	if (has_begun_anew(baseline, counts->kernel))
		return;
	subtract_counters(member(baseline, "kernel", json_type_object), counts->kernel);
	subtract_fallbacks(baseline, counts->fallbacks);
}
