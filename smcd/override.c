// SPDX-License-Identifier: GPL-2.0-or-later
/* Priorities and states that were set over D-Bus, as drop-ins. */
#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "config-files.h"
#include "files.h"
#include "override.h"

struct file_change {
	char *path;
	char *before;		/* NULL: there was no file */
	size_t size_before;
	bool changed;
};

struct override_undo {
	struct file_change saved, runtime;
};

static void close_configp(struct config **config)
{
	config_free(*config);
}

void override_undo_free(struct override_undo *undo)
{
	if (!undo)
		return;
	free(undo->saved.path);
	free(undo->saved.before);
	free(undo->runtime.path);
	free(undo->runtime.before);
	free(undo);
}

static int put_back(const struct file_change *change)
{
	if (!change->changed)
		return 0;
	if (change->before)
		return file_write(change->path, change->before, change->size_before);
	return unlink(change->path) < 0 ? -errno : 0;
}

int override_undo(const struct override_undo *undo)
{
	int r = put_back(&undo->saved);
	int r2 = put_back(&undo->runtime);

	return r < 0 ? r : r2;
}

static void print_device(FILE *stream, const struct config_device *device)
{
	fprintf(stream, "  \"%s\":\n", device->name);
	if (device->kind[0])
		fprintf(stream, "    kind: %s\n", device->kind);
	if (device->chid)
		fprintf(stream, "    chid: 0x%04x\n", device->chid);
	if (device->gid)
		fprintf(stream, "    gid: 0x%016" PRIx64 "\n", device->gid);
	if (device->has_priority)
		fprintf(stream, "    priority: %" PRIu32 "\n", device->priority);
	if (device->has_max_dmbs)
		fprintf(stream, "    max-dmbs: %" PRIu32 "\n", device->max_dmbs);
	if (device->max_memory)
		fprintf(stream, "    max-memory: %" PRIu64 "\n", device->max_memory);
	if (device->pnetid[0])
		fprintf(stream, "    pnetid: \"%s\"\n", device->pnetid);
	if (device->has_up)
		fprintf(stream, "    state: %s\n", device->up ? "up" : "down");
}

static int print_file(const struct config_device *devices, size_t count,
		      char **ret_text, size_t *ret_size)
{
	FILE *stream = open_memstream(ret_text, ret_size);

	if (!stream)
		return -ENOMEM;
	fputs("# Written by smcd for smcctl device priority, up, down; delete to forget.\n"
	      "devices:\n", stream);
	for (size_t i = 0; i < count; i++)
		print_device(stream, &devices[i]);
	return fclose(stream) ? -ENOMEM : 0;
}

static int read_overrides(struct file_change *change, struct config **ret_config,
			  struct config_error *error)
{
	struct config *config;
	int r;

	r = file_read(change->path, CONFIG_SIZE_MAX + 1, &change->before, &change->size_before);
	if (r == -ENOENT)
		return 0;
	if (r < 0) {
		snprintf(error->text, sizeof(error->text), "cannot read %s: %s",
			 change->path, strerror(-r));
		return r;
	}
	r = config_parse(change->path, change->before, change->size_before, &config, error);
	if (r < 0)
		return r;
	if (!config_has_devices_only(config)) {
		config_free(config);
		snprintf(error->text, sizeof(error->text), "%s:1:1: has more than devices; smcd "
			 "rewrites this file, so move that to another drop-in", change->path);
		return -EINVAL;
	}
	*ret_config = config;
	return 0;
}

/* Something is said of the device, not only what it is. */
static bool says_something(const struct config_device *device)
{
	return device->has_priority || device->has_up || device->has_max_dmbs || device->chid ||
	       device->gid || device->max_memory || device->pnetid[0];
}

/* Changes a list of @count devices; returns the new count. */
typedef size_t (*edit_fn)(struct config_device *list, size_t count,
			  const struct override_request *request);

static size_t find_entry(const struct config_device *list, size_t count, const char *device)
{
	size_t i = 0;

	while (i < count && strcmp(list[i].name, device) != 0)
		i++;
	return i;
}

static size_t remove_entry(struct config_device *list, size_t count, size_t i)
{
	memmove(&list[i], &list[i + 1], (count - i - 1) * sizeof(*list));
	return count - 1;
}

/* Takes what is requested out of its entry. */
static size_t drop_setting(struct config_device *list, size_t count,
			   const struct override_request *request)
{
	size_t i = find_entry(list, count, request->device);

	if (i == count)
		return count;
	if (request->what == OVERRIDE_STATE)
		list[i].has_up = false;
	else
		list[i].has_priority = false;
	return says_something(&list[i]) ? count : remove_entry(list, count, i);
}

static size_t drop_device(struct config_device *list, size_t count,
			  const struct override_request *request)
{
	size_t i = find_entry(list, count, request->device);

	return i == count ? count : remove_entry(list, count, i);
}

/* @list has room for one more than @count. */
static size_t edit_list(struct config_device *list, size_t count,
			const struct override_request *request)
{
	size_t i = find_entry(list, count, request->device);

	if (i == count) {
		list[i] = (struct config_device){ 0 };
		snprintf(list[i].name, sizeof(list[i].name), "%s", request->device);
		count++;
	}
	if (request->kind[0])
		snprintf(list[i].kind, sizeof(list[i].kind), "%s", request->kind);
	if (request->what == OVERRIDE_STATE) {
		list[i].up = request->up;
		list[i].has_up = true;
	} else {
		list[i].priority = request->priority;
		list[i].has_priority = true;
	}
	return count;
}

static int make_directory_of(const char *path)
{
	__attribute__((cleanup(free_charp))) char *copy = strdup(path);

	return copy ? make_directories(dirname(copy)) : -ENOMEM;
}

static int replace(struct file_change *change, const struct config_device *list, size_t count)
{
	__attribute__((cleanup(free_charp))) char *text = NULL;
	size_t size;
	int r;

	if (!count) {
		if (change->before && unlink(change->path) < 0)
			return -errno;
		change->changed = change->before;
		return 0;
	}
	r = print_file(list, count, &text, &size);
	if (r < 0)
		return r;
	if (change->before && size == change->size_before && !memcmp(text, change->before, size))
		return 0;
	r = make_directory_of(change->path);
	if (!r)
		r = file_write(change->path, text, size);
	change->changed = !r;
	return r;
}

/* Replaces the file by what @edit makes of its list; that has room for one more. */
static int edit_file(struct file_change *change, const struct override_request *request,
		     edit_fn edit, struct config_error *error)
{
	__attribute__((cleanup(close_configp))) struct config *config = NULL;
	size_t count = 0;
	struct config_device *list;
	int r;

	r = read_overrides(change, &config, error);
	if (r < 0)
		return r;
	if (edit != edit_list && !change->before)
		return 0;
	if (config)
		count = config->n_devices;
	list = calloc(count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	if (count)
		memcpy(list, config->devices, count * sizeof(*list));
	count = edit(list, count, request);
	r = replace(change, list, count);
	free(list);
	if (r < 0)
		snprintf(error->text, sizeof(error->text), "cannot write %s: %s",
			 change->path, strerror(-r));
	return r;
}

static int new_undo(const char *root, struct override_undo **ret_undo)
{
	struct override_undo *undo = calloc(1, sizeof(*undo));

	if (!undo)
		return -ENOMEM;
	if (asprintf(&undo->saved.path, "%s/etc/smcd/smcd.d/" CONFIG_OVERRIDE_SAVED, root) < 0)
		undo->saved.path = NULL;
	if (asprintf(&undo->runtime.path, "%s/run/smcd/smcd.d/" CONFIG_OVERRIDE_RUNTIME, root) < 0)
		undo->runtime.path = NULL;
	if (!undo->saved.path || !undo->runtime.path) {
		override_undo_free(undo);
		return -ENOMEM;
	}
	*ret_undo = undo;
	return 0;
}

/* What stands between double quotes in YAML without any escape. */
static bool is_plain(const char *name)
{
	if (!*name || strlen(name) >= SMCD_NAME_SIZE)
		return false;
	for (; *name; name++)
		if (*name < ' ' || *name > '~' || *name == '"' || *name == '\\')
			return false;
	return true;
}

int override_set(const char *root, const struct override_request *request,
		 struct override_undo **ret_undo, struct config_error *error)
{
	struct override_undo *undo;
	int r;

	if (!is_plain(request->device)) {
		snprintf(error->text, sizeof(error->text),
			 "the device's name cannot be written into a file");
		return -EINVAL;
	}
	snprintf(error->text, sizeof(error->text), "out of memory");
	r = new_undo(root, &undo);
	if (r < 0)
		return r;
	if (request->save)
		r = edit_file(&undo->saved, request, edit_list, error);
	if (!r)
		r = edit_file(&undo->runtime, request, request->save ? drop_setting : edit_list,
			      error);
	if (r < 0) {
		override_undo(undo);
		override_undo_free(undo);
		return r;
	}
	*ret_undo = undo;
	return 0;
}

int override_forget(const char *root, const char *device, struct config_error *error)
{
	const struct override_request request = { .device = device };
	struct override_undo *undo;
	int r;

	snprintf(error->text, sizeof(error->text), "out of memory");
	r = new_undo(root, &undo);
	if (r < 0)
		return r;
	r = edit_file(&undo->runtime, &request, drop_device, error);
	if (!r)
		r = edit_file(&undo->saved, &request, drop_device, error);
	if (r < 0)
		(void)override_undo(undo);
	override_undo_free(undo);
	return r;
}
