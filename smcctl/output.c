// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints JSON with json-c, numbers and errors; see output.h. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "exit-status.h"
#include "output.h"

void output_need(bool have)
{
	if (have)
		return;
	fputs("smcctl: not enough memory\n", stderr);
	exit(EXIT_FAILED);
}

/* Length of the control character that @text starts with, or 0: C0, DEL, and C1 in UTF-8. */
static size_t control_length(const char *text)
{
	unsigned char c = text[0], next;

	if (c < 0x20 || c == 0x7f)
		return c ? 1 : 0;
	if (c != 0xc2)
		return 0;
	next = text[1];
	return next >= 0x80 && next <= 0x9f ? 2 : 0;
}

char *output_escape(const char *text)
{
	char *escaped, *p;
	size_t length;

	p = escaped = malloc(4 * strlen(text) + 1);
	output_need(escaped);
	while (*text) {
		length = control_length(text);
		if (!length)
			*p++ = *text++;
		for (; length; length--)
			p += sprintf(p, "\\x%02x", (unsigned char)*text++);
	}
	*p = '\0';
	return escaped;
}

static void print_error(const char *prefix, const char *text)
{
	char *escaped = output_escape(text);

	/* Where both go to one file, what was printed before stands before. */
	fflush(stdout);
	fprintf(stderr, "%s%s\n", prefix, escaped);
	free(escaped);
}

void output_error_at(const char *message)
{
	print_error("", message);
}

void output_error(const char *format, ...)
{
	char *text;
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	output_need(length >= 0);
	print_error("smcctl: ", text);
	free(text);
}

const char *output_size(uint64_t bytes, char ret[OUTPUT_NUMBER_SIZE])
{
	static const char prefixes[] = "KMGTPE";
	uint64_t whole = bytes, tenths = 0;
	unsigned int i, shift = 0;

	for (i = 0; whole >= 1024 && i < strlen(prefixes); i++) {
		shift += 10;
		/* Rounded to the nearest tenth; 60 bits times ten still fit. */
		tenths = ((bytes & ((UINT64_C(1) << shift) - 1)) * 10 +
			  (UINT64_C(1) << (shift - 1))) >> shift;
		whole = (bytes >> shift) + tenths / 10;
	}
	if (!i)
		snprintf(ret, OUTPUT_NUMBER_SIZE, "%" PRIu64 "B", bytes);
	else
		snprintf(ret, OUTPUT_NUMBER_SIZE, "%" PRIu64 ".%" PRIu64 "%ciB", whole,
			 tenths % 10, prefixes[i - 1]);
	return ret;
}

const char *output_chid(uint16_t chid, char ret[OUTPUT_NUMBER_SIZE])
{
	snprintf(ret, OUTPUT_NUMBER_SIZE, "0x%04" PRIx16, chid);
	return ret;
}

const char *output_gid(uint64_t gid, char ret[OUTPUT_NUMBER_SIZE])
{
	snprintf(ret, OUTPUT_NUMBER_SIZE, "0x%016" PRIx64, gid);
	return ret;
}

const char *output_time(char ret[OUTPUT_TIME_SIZE])
{
	struct timespec now;
	struct tm tm;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	n = strftime(ret, OUTPUT_TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(ret + n, OUTPUT_TIME_SIZE - n, ".%03uZ", (unsigned int)(now.tv_nsec / 1000000));
	return ret;
}

static struct json_object *put(struct json_object *object, const char *key,
			       struct json_object *value)
{
	output_need(value && !json_object_object_add(object, key, value));
	return value;
}

static void put_null(struct json_object *object, const char *key)
{
	output_need(!json_object_object_add(object, key, NULL));
}

struct json_object *output_json_new(void)
{
	struct json_object *object = json_object_new_object();

	output_need(object);
	output_json_number(object, "schema", OUTPUT_SCHEMA);
	return object;
}

void output_json_freep(struct json_object **object)
{
	json_object_put(*object);
	*object = NULL;
}

void output_json_text(struct json_object *object, const char *key, const char *text)
{
	if (text && *text)
		put(object, key, json_object_new_string(text));
	else
		put_null(object, key);
}

void output_json_number(struct json_object *object, const char *key, uint64_t number)
{
	put(object, key, json_object_new_uint64(number));
}

void output_json_bool(struct json_object *object, const char *key, bool value)
{
	put(object, key, json_object_new_boolean(value));
}

void output_json_gid(struct json_object *object, const char *key, uint64_t gid)
{
	char text[OUTPUT_NUMBER_SIZE];

	output_json_text(object, key, gid ? output_gid(gid, text) : NULL);
}

struct json_object *output_json_object(struct json_object *object, const char *key)
{
	return put(object, key, json_object_new_object());
}

struct json_object *output_json_array(struct json_object *object, const char *key)
{
	return put(object, key, json_object_new_array());
}

void output_json_list(struct json_object *object, const char *key, char *const *list)
{
	struct json_object *array = output_json_array(object, key), *text;

	for (; list && *list; list++) {
		text = json_object_new_string(*list);
		output_need(text && !json_object_array_add(array, text));
	}
}

struct json_object *output_json_element(struct json_object *array)
{
	struct json_object *element = json_object_new_object();

	output_need(element && !json_object_array_add(array, element));
	return element;
}

static void print_json(struct json_object *object, int flags, FILE *stream)
{
	const char *p = json_object_to_json_string_ext(object, flags |
						       JSON_C_TO_STRING_NOSLASHESCAPE);
	unsigned char last;

	output_need(p);
	for (; *p; p++) {
		/* json-c escapes C0, and its line breaks stay. DEL and C1 are in strings. */
		if ((unsigned char)*p < 0x20 || !control_length(p)) {
			fputc(*p, stream);
			continue;
		}
		p += control_length(p) - 1;
		last = *p;
		fprintf(stream, "\\u%04x", last);
	}
	fputc('\n', stream);
}

void output_json_print(struct json_object *object, FILE *stream)
{
	print_json(object, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED, stream);
}

void output_json_line(struct json_object *object, FILE *stream)
{
	print_json(object, JSON_C_TO_STRING_PLAIN, stream);
	fflush(stream);
}
