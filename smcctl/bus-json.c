// SPDX-License-Identifier: GPL-2.0-or-later
/* Properties of D-Bus as JSON; see bus-json.h. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include "bus-json.h"
#include "output.h"

static int read_value(sd_bus_message *message, struct json_object **ret_value);

const char *bus_json_name(const char *property, char ret[BUS_JSON_NAME_SIZE])
{
	size_t n = 0;

	for (; *property && n < BUS_JSON_NAME_SIZE - 2; property++) {
		if (n && isupper((unsigned char)*property) && islower((unsigned char)property[-1]))
			ret[n++] = '_';
		ret[n++] = *property == '-' ? '_' : tolower((unsigned char)*property);
	}
	ret[n] = '\0';
	return ret;
}

static int read_number(sd_bus_message *message, char type, struct json_object **ret_value)
{
	union {
		uint8_t y;
		uint16_t q;
		uint32_t u;
		uint64_t t;
		int b;
	} value = {};
	int r = sd_bus_message_read_basic(message, type, &value);

	if (r < 0)
		return r;
	if (type == 'b')
		*ret_value = json_object_new_boolean(value.b);
	else
		*ret_value = json_object_new_uint64(type == 'y' ? value.y : type == 'q' ? value.q :
						    type == 'u' ? value.u : value.t);
	output_need(*ret_value);
	return 0;
}

static int read_text(sd_bus_message *message, char type, struct json_object **ret_value)
{
	const char *text;
	int r = sd_bus_message_read_basic(message, type, &text);

	if (r < 0)
		return r;
	*ret_value = *text ? json_object_new_string(text) : NULL;
	output_need(!*text || *ret_value);
	return 0;
}

/* The elements of an array, or the fields of a structure. */
static int read_list(sd_bus_message *message, struct json_object *array)
{
	struct json_object *value;
	int r;

	while ((r = sd_bus_message_at_end(message, 0)) == 0) {
		r = read_value(message, &value);
		if (r < 0)
			return r;
		output_need(!json_object_array_add(array, value));
	}
	return r < 0 ? r : 0;
}

/* The entries of a dictionary whose keys are text. */
static int read_dictionary(sd_bus_message *message, struct json_object *object)
{
	struct json_object *value;
	const char *contents, *key;
	char type;
	int r;

	while ((r = sd_bus_message_at_end(message, 0)) == 0) {
		r = sd_bus_message_peek_type(message, &type, &contents);
		if (r >= 0)
			r = sd_bus_message_enter_container(message, type, contents);
		if (r >= 0)
			r = sd_bus_message_read_basic(message, 's', &key);
		if (r >= 0)
			r = read_value(message, &value);
		if (r < 0)
			return r;
		output_need(!json_object_object_add(object, key, value));
		r = sd_bus_message_exit_container(message);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : 0;
}

static int read_container(sd_bus_message *message, char type, const char *contents,
			  struct json_object **ret_value)
{
	bool dictionary = type == 'a' && *contents == '{';
	struct json_object *value = dictionary ? json_object_new_object() : json_object_new_array();
	int r;

	output_need(value);
	r = sd_bus_message_enter_container(message, type, contents);
	if (r >= 0)
		r = dictionary ? read_dictionary(message, value) : read_list(message, value);
	if (r >= 0)
		r = sd_bus_message_exit_container(message);
	if (r < 0) {
		json_object_put(value);
		return r;
	}
	*ret_value = value;
	return 0;
}

/* Types that org.smcd1 does not have are -EBADMSG. D-Bus itself limits how deep they nest. */
static int read_value(sd_bus_message *message, struct json_object **ret_value)
{
	const char *contents;
	char type;
	int r;

	r = sd_bus_message_peek_type(message, &type, &contents);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	switch (type) {
	case 's':
	case 'o':
		return read_text(message, type, ret_value);
	case 'a':
	case 'r':
		return read_container(message, type, contents, ret_value);
	case 'b':
	case 'y':
	case 'q':
	case 'u':
	case 't':
		return read_number(message, type, ret_value);
	default:
		return -EBADMSG;
	}
}

static void add_property(struct json_object *object, const char *property,
			 struct json_object *value)
{
	char name[BUS_JSON_NAME_SIZE];

	bus_json_name(property, name);
	if (strcmp(name, "gid")) {
		output_need(!json_object_object_add(object, name, value));
		return;
	}
	output_json_gid(object, name, json_object_get_uint64(value));
	json_object_put(value);
}

static int read_property(sd_bus_message *message, struct json_object *object)
{
	struct json_object *value;
	const char *property, *contents;
	char type;
	int r;

	r = sd_bus_message_read_basic(message, 's', &property);
	if (r >= 0)
		r = sd_bus_message_peek_type(message, &type, &contents);
	if (r >= 0)
		r = sd_bus_message_enter_container(message, type, contents);
	if (r >= 0)
		r = read_value(message, &value);
	if (r < 0)
		return r;
	add_property(object, property, value);
	return sd_bus_message_exit_container(message);
}

int bus_json_properties(sd_bus_message *message, struct json_object *object)
{
	int r;

	r = sd_bus_message_enter_container(message, 'a', "{sv}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
		r = read_property(message, object);
		if (r >= 0)
			r = sd_bus_message_exit_container(message);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}
