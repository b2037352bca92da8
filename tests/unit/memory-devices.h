/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices of memory.so, as it keeps them in files (plugin-memory.c), for test-manager-nomem. */
#ifndef TESTS_MEMORY_DEVICES_H
#define TESTS_MEMORY_DEVICES_H

#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "smcd-plugin.h"
#include "temporary.h"

#define DEVICES_MAX 8

struct device {
	char name[SMCD_NAME_SIZE];
	uint32_t priority;
	bool up;
};

struct devices {
	struct device items[DEVICES_MAX];
	size_t count;
};

static const struct device *find(const struct devices *devices, const char *name)
{
	for (size_t i = 0; i < devices->count; i++)
		if (!strcmp(devices->items[i].name, name))
			return &devices->items[i];
	return NULL;
}

static bool same(const struct device *a, const struct device *b)
{
	return a && b && a->priority == b->priority && a->up == b->up;
}

/* What the plugin keeps. */
static void read_devices(struct devices *ret)
{
	DIR *dir = opendir(in_temporary("devices"));
	struct dirent *entry;

	assert_non_null(dir);
	*ret = (struct devices){ 0 };
	while ((entry = readdir(dir))) {
		struct device *device = &ret->items[ret->count];
		char path[sizeof("devices/") + NAME_MAX], text[128];
		unsigned int up;

		if (entry->d_name[0] == '.')
			continue;
		assert_true(ret->count < DEVICES_MAX);
		snprintf(path, sizeof(path), "devices/%s", entry->d_name);
		read_text(path, text, sizeof(text));
		assert_int_equal(sscanf(text, "%*s %*x %*x %" SCNu32 " %*u %u", &device->priority,
					&up), 2);
		device->up = up;
		assert_true(strlen(entry->d_name) < sizeof(device->name));
		memcpy(device->name, entry->d_name, strlen(entry->d_name));
		ret->count++;
	}
	closedir(dir);
}

#endif
