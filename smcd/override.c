// SPDX-License-Identifier: GPL-2.0-or-later
/* What was set by hand, over D-Bus, as drop-ins. */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "config-files.h"
#include "files.h"
#include "override-text.h"
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

/* What @change->path says; an empty configuration if there is no such file. */
static int read_overrides(struct file_change *change, struct config **ret_config,
			  struct config_error *error)
{
	__attribute__((cleanup(config_freep))) struct config *config = NULL;
	int r;

	r = file_read(change->path, CONFIG_SIZE_MAX + 1, &change->before, &change->size_before);
	if (r == -ENOENT) {
		*ret_config = calloc(1, sizeof(**ret_config));
		return *ret_config ? 0 : -ENOMEM;
	}
	if (r < 0) {
		snprintf(error->text, sizeof(error->text), "cannot read %s: %s",
			 change->path, strerror(-r));
		return r;
	}
	r = config_parse(change->path, change->before, change->size_before, &config, error);
	if (r < 0)
		return r;
	if (!config_is_override(config)) {
		snprintf(error->text, sizeof(error->text), "%s:1:1: has more than smcd writes "
			 "there, and it rewrites this file: move that to another drop-in",
			 change->path);
		return -EINVAL;
	}
	*ret_config = config;
	config = NULL;
	return 0;
}

/* Something is said of the device, not only what it is. */
static bool says_something(const struct config_device *device)
{
	return device->has_priority || device->has_up || device->has_max_dmbs || device->chid ||
	       device->gid || device->max_memory || device->pnetid[0];
}

/* Room for one more in @array, which has @n. */
static int grow(void *array, size_t n, size_t size)
{
	void **pointer = array, *larger = reallocarray(*pointer, n + 1, size);

	if (!larger)
		return -ENOMEM;
	*pointer = larger;
	return 0;
}

static void cut(void *array, size_t *n, size_t i, size_t size)
{
	char *at = (char *)array + i * size;

	--*n;
	memmove(at, at + size, (*n - i) * size);
}

/* Changes what a file overrides. 0 or -ENOMEM. */
typedef int (*edit_fn)(struct config *config, const struct override_request *request);

static size_t find_device(const struct config *config, const char *device)
{
	size_t i = 0;

	while (i < config->n_devices && strcmp(config->devices[i].name, device) != 0)
		i++;
	return i;
}

static int drop_device(struct config *config, const struct override_request *request)
{
	size_t i = find_device(config, request->device);

	if (i < config->n_devices)
		cut(config->devices, &config->n_devices, i, sizeof(*config->devices));
	return 0;
}

/* Takes what is requested out of its entry. */
static int drop_setting(struct config *config, const struct override_request *request)
{
	size_t i = find_device(config, request->device);

	if (i == config->n_devices)
		return 0;
	if (request->what == OVERRIDE_STATE)
		config->devices[i].has_up = false;
	else
		config->devices[i].has_priority = false;
	return says_something(&config->devices[i]) ? 0 : drop_device(config, request);
}

static void set_device(struct config_device *device, const struct override_request *request)
{
	if (request->what == OVERRIDE_DEVICE) {
		*device = *request->wanted;
		return;
	}
	if (request->kind[0])
		snprintf(device->kind, sizeof(device->kind), "%s", request->kind);
	if (request->what == OVERRIDE_STATE) {
		device->up = request->up;
		device->has_up = true;
	} else {
		device->priority = request->priority;
		device->has_priority = true;
	}
}

static int add_device(struct config *config, const struct override_request *request)
{
	size_t i = find_device(config, request->device);

	if (i == config->n_devices) {
		if (grow(&config->devices, i, sizeof(*config->devices)) < 0)
			return -ENOMEM;
		config->devices[i] = (struct config_device){ 0 };
		snprintf(config->devices[i].name, sizeof(config->devices[i].name), "%s",
			 request->device);
		config->n_devices++;
	}
	set_device(&config->devices[i], request);
	return 0;
}

static int drop_ueid(struct config *config, const struct override_request *request)
{
	for (size_t i = config->n_more_ueids; i-- > 0; )
		if (!strcmp(config->more_ueids[i].ueid, request->ueid))
			cut(config->more_ueids, &config->n_more_ueids, i,
			    sizeof(*config->more_ueids));
	return 0;
}

static int add_ueid(struct config *config, const struct override_request *request)
{
	struct config_ueid *ueid;

	(void)drop_ueid(config, request);
	if (grow(&config->more_ueids, config->n_more_ueids, sizeof(*ueid)) < 0)
		return -ENOMEM;
	ueid = &config->more_ueids[config->n_more_ueids++];
	*ueid = (struct config_ueid){ 0 };
	snprintf(ueid->ueid, sizeof(ueid->ueid), "%s", request->ueid);
	return 0;
}

static int drop_seid(struct config *config, const struct override_request *request)
{
	(void)request;
	config->seid_origin.file = NULL;
	return 0;
}

static int set_seid(struct config *config, const struct override_request *request)
{
	config->seid = request->seid;
	config->seid_origin.file = "";
	return 0;
}

/* Without a name, all of the PNETID. */
static int drop_pnet(struct config *config, const struct override_request *request)
{
	const struct pnet_entry *meant = request->pnet;

	for (size_t i = config->n_pnets; i-- > 0; ) {
		const struct pnet_entry *entry = &config->pnets[i].entry;

		if (meant->name[0] ? pnet_same_place(entry, meant) :
				     !strcmp(entry->pnetid, meant->pnetid))
			cut(config->pnets, &config->n_pnets, i, sizeof(*config->pnets));
	}
	return 0;
}

static int add_pnet(struct config *config, const struct override_request *request)
{
	(void)drop_pnet(config, request);
	if (grow(&config->pnets, config->n_pnets, sizeof(*config->pnets)) < 0)
		return -ENOMEM;
	config->pnets[config->n_pnets++] = (struct config_pnet){ .entry = *request->pnet };
	return 0;
}

static const struct {
	edit_fn set, drop;
} edits[] = {
	[OVERRIDE_PRIORITY] = { add_device, drop_setting },
	[OVERRIDE_STATE] = { add_device, drop_setting },
	[OVERRIDE_DEVICE] = { add_device, drop_device },
	[OVERRIDE_UEID] = { add_ueid, drop_ueid },
	[OVERRIDE_SEID] = { set_seid, drop_seid },
	[OVERRIDE_PNET] = { add_pnet, drop_pnet },
};

static int make_directory_of(const char *path)
{
	__attribute__((cleanup(free_charp))) char *copy = strdup(path);

	return copy ? make_directories(dirname(copy)) : -ENOMEM;
}

static int replace(struct file_change *change, const struct config *config)
{
	__attribute__((cleanup(free_charp))) char *text = NULL;
	size_t size;
	int r;

	r = override_print(config, &text, &size);
	if (r < 0)
		return r;
	if (!size) {
		if (change->before && unlink(change->path) < 0)
			return -errno;
		change->changed = change->before;
		return 0;
	}
	if (change->before && size == change->size_before && !memcmp(text, change->before, size))
		return 0;
	r = make_directory_of(change->path);
	if (!r)
		r = file_write(change->path, text, size);
	change->changed = !r;
	return r;
}

/* Replaces the file by what @edit makes of it. */
static int edit_file(struct file_change *change, const struct override_request *request,
		     edit_fn edit, struct config_error *error)
{
	__attribute__((cleanup(config_freep))) struct config *config = NULL;
	int r;

	r = read_overrides(change, &config, error);
	if (r < 0)
		return r;
	r = edit(config, request);
	if (!r)
		r = replace(change, config);
	if (r < 0 && r != -ENOMEM)
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
	edit_fn set = edits[request->what].set, drop = edits[request->what].drop;
	struct override_undo *undo;
	int r;

	if (request->device && !is_plain(request->device)) {
		snprintf(error->text, sizeof(error->text),
			 "the device's name cannot be written into a file");
		return -EINVAL;
	}
	snprintf(error->text, sizeof(error->text), "out of memory");
	r = new_undo(root, &undo);
	if (r < 0)
		return r;
	if (request->save)
		r = edit_file(&undo->saved, request, request->remove ? drop : set, error);
	if (!r)
		r = edit_file(&undo->runtime, request,
			      request->remove || request->save ? drop : set, error);
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
