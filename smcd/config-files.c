// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the files of the policy and makes one configuration of them. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include "config-error.h"
#include "config-files.h"
#include "files.h"
#include "strings-list.h"
#include "log.h"

/* From the one that wins to the one that is masked. */
static const char *const directories[] = { "/etc/smcd", "/run/smcd", "/usr/lib/smcd" };
#define N_DIRECTORIES (sizeof(directories) / sizeof(directories[0]))

struct drop_in {
	char *path;
	const char *name;	/* in path */
};

struct drop_ins {
	struct drop_in *items;
	size_t count;
};

static void clear_drop_ins(struct drop_ins *drop_ins)
{
	for (size_t i = 0; i < drop_ins->count; i++)
		free(drop_ins->items[i].path);
	free(drop_ins->items);
}

static int fail(struct config_error *error, int r, const char *file, const char *what)
{
	const struct config_origin where = { file, 1, 1 };

	(void)config_fail(error, &where, "%s", what);
	return r;
}

static int fail_read(struct config_error *error, int r, const char *file)
{
	char what[128];

	if (r == -EISDIR)
		return fail(error, r, file, "is a directory, but a file is needed here");
	if (r == -ENOTSUP)
		return fail(error, r, file, "is not a regular file");
	snprintf(what, sizeof(what), "cannot be read: %s", strerror(-r));
	return fail(error, r, file, what);
}

static int no_memory(struct config_error *error)
{
	snprintf(error->text, sizeof(error->text), "out of memory while reading the configuration");
	return -ENOMEM;
}

static bool has_name(const char *file, const char *name)
{
	const char *slash = file ? strrchr(file, '/') : NULL;

	return slash && !strcmp(slash + 1, name);
}

bool config_files_is_override(const char *file)
{
	return has_name(file, CONFIG_OVERRIDE_SAVED) || has_name(file, CONFIG_OVERRIDE_RUNTIME);
}

bool config_files_is_runtime(const char *file)
{
	return has_name(file, CONFIG_OVERRIDE_RUNTIME);
}

static bool is_masked(const struct drop_ins *drop_ins, const char *name)
{
	for (size_t i = 0; i < drop_ins->count; i++)
		if (!strcmp(drop_ins->items[i].name, name))
			return true;
	return false;
}

static bool is_drop_in_name(const char *name)
{
	size_t length = strlen(name);

	return name[0] != '.' && length > 5 && !strcmp(name + length - 5, ".yaml");
}

static int add_drop_in(struct drop_ins *drop_ins, const char *directory, const char *name)
{
	struct drop_in *items;
	char *path;

	items = reallocarray(drop_ins->items, drop_ins->count + 1, sizeof(*items));
	if (!items)
		return -ENOMEM;
	drop_ins->items = items;
	if (asprintf(&path, "%s/%s", directory, name) < 0)
		return -ENOMEM;
	items[drop_ins->count].path = path;
	items[drop_ins->count++].name = path + strlen(directory) + 1;
	return 0;
}

static int scan_entries(DIR *dir, const char *directory, struct drop_ins *drop_ins)
{
	for (;;) {
		struct dirent *entry;
		int r;

		errno = 0;
		entry = readdir(dir);
		if (!entry)
			return -errno;
		if (!is_drop_in_name(entry->d_name) || is_masked(drop_ins, entry->d_name))
			continue;
		r = add_drop_in(drop_ins, directory, entry->d_name);
		if (r < 0)
			return r;
	}
}

static int scan_directory(const char *root, const char *directory, struct drop_ins *drop_ins,
			  struct config_error *error)
{
	__attribute__((cleanup(free_charp))) char *path = NULL;
	DIR *dir;
	int r;

	if (asprintf(&path, "%s%s/smcd.d", root, directory) < 0) {
		path = NULL;
		return no_memory(error);
	}
	dir = opendir(path);
	if (!dir && errno == ENOENT)
		return 0;
	if (!dir)
		return fail_read(error, -errno, path);
	r = scan_entries(dir, path, drop_ins);
	closedir(dir);
	if (r == -ENOMEM)
		return no_memory(error);
	return r < 0 ? fail_read(error, r, path) : 0;
}

static int by_name(const void *a, const void *b)
{
	const struct drop_in *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* /dev/null stands for a file that is not wanted. */
static bool is_null_device(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
}

static int find_main(const char *root, struct strings *files, bool *ret_main)
{
	*ret_main = false;
	for (size_t i = 0; i < N_DIRECTORIES; i++) {
		__attribute__((cleanup(free_charp))) char *path = NULL;
		struct stat st;

		if (asprintf(&path, "%s%s/smcd.yaml", root, directories[i]) < 0) {
			path = NULL;
			return -ENOMEM;
		}
		/* A dangling link is there, too: reading it will say what is wrong. */
		if (lstat(path, &st) < 0 && (errno == ENOENT || errno == ENOTDIR))
			continue;
		if (is_null_device(path))
			return 0;
		*ret_main = true;
		return strings_add(files, path);
	}
	return 0;
}

static int find_drop_ins(const char *root, struct strings *files, struct config_error *error)
{
	__attribute__((cleanup(clear_drop_ins))) struct drop_ins found = { 0 };
	int r = 0;

	for (size_t i = 0; i < N_DIRECTORIES && !r; i++)
		r = scan_directory(root, directories[i], &found, error);
	if (r < 0)
		return r;
	if (found.count)
		qsort(found.items, found.count, sizeof(*found.items), by_name);
	for (size_t i = 0; i < found.count; i++) {
		if (is_null_device(found.items[i].path))
			continue;
		if (strings_add(files, found.items[i].path) < 0)
			return no_memory(error);
	}
	return 0;
}

/*
 * Lists the files below @root, in the order in which they are laid upon each other. *@ret_main
 * tells whether the first is smcd.yaml.
 */
static int find_files(const char *root, struct strings *ret_files, bool *ret_main,
		      struct config_error *error)
{
	struct strings files = { 0 };
	bool has_main;
	int r;

	r = find_main(root, &files, &has_main);
	if (r < 0)
		r = no_memory(error);
	else
		r = find_drop_ins(root, &files, error);
	if (r < 0) {
		strings_clear(&files);
		return r;
	}
	*ret_files = files;
	*ret_main = has_main;
	return 0;
}

void config_sources_clear(struct config_sources *sources)
{
	for (size_t i = 0; i < sources->count; i++) {
		free(sources->items[i].path);
		free(sources->items[i].data);
	}
	free(sources->items);
	*sources = (struct config_sources){ 0 };
}

/* Takes over @data, also on failure. */
static int add_source(struct config_sources *sources, const char *path, char *data, size_t size)
{
	__attribute__((cleanup(free_charp))) char *kept = data;
	struct config_source *items;
	char *copy;

	items = reallocarray(sources->items, sources->count + 1, sizeof(*items));
	if (!items)
		return -ENOMEM;
	sources->items = items;
	copy = strdup(path);
	if (!copy)
		return -ENOMEM;
	items[sources->count++] = (struct config_source){ copy, kept, size };
	kept = NULL;
	return 0;
}

static int load_file(const char *path, struct config **ret_config,
		     struct config_sources *sources, struct config_error *error)
{
	__attribute__((cleanup(config_freep))) struct config *config = NULL;
	char *data;
	size_t size;
	int r;

	/* One byte more than is allowed, so that the parser sees a file that is too big. */
	r = file_read(path, CONFIG_SIZE_MAX + 1, &data, &size);
	if (r == -ENOMEM)
		return no_memory(error);
	if (r < 0)
		return fail_read(error, r, path);
	r = config_parse(path, data, size, &config, error);
	if (r < 0)
		free(data);
	else
		r = add_source(sources, path, data, size);
	if (r < 0)
		return r == -ENOMEM ? no_memory(error) : r;
	*ret_config = config;
	config = NULL;
	return 0;
}

static int load_all(const struct strings *files, struct config **ret_config,
		    struct config_sources *sources, struct config_error *error)
{
	__attribute__((cleanup(config_freep))) struct config *all = NULL;
	int r;

	for (size_t i = 0; i < files->count; i++) {
		struct config *one = NULL;

		r = load_file(files->items[i], &one, sources, error);
		if (r < 0)
			return r;
		if (!all)
			all = one;
		else if (config_merge(all, one) < 0)
			return no_memory(error);
	}
	if (!all)
		all = calloc(1, sizeof(*all));
	if (!all)
		return no_memory(error);
	*ret_config = all;
	all = NULL;
	return 0;
}

/*
 * A priority set over D-Bus lives in a file of its own. When the device leaves the other
 * files, its override must neither keep it alive nor spoil the configuration.
 */
static void drop_orphaned_overrides(struct config *config)
{
	size_t kept = 0;

	for (size_t i = 0; i < config->n_devices; i++) {
		const struct config_device *device = &config->devices[i];

		if (!device->kind[0] && config_files_is_override(device->origin.file)) {
			log_notice("%s:%u:%u: the priority of device %s is not used: no other file "
				   "names the device", device->origin.file, device->origin.line,
				   device->origin.column, device->name);
			continue;
		}
		config->devices[kept++] = config->devices[i];
	}
	config->n_devices = kept;
}

int config_files_load_sources(const char *root, struct config **ret_config,
			      struct config_sources *ret_sources, struct config_error *error)
{
	__attribute__((cleanup(config_freep))) struct config *config = NULL;
	__attribute__((cleanup(config_sources_clear))) struct config_sources sources = { 0 };
	__attribute__((cleanup(strings_clear))) struct strings files = { 0 };
	bool has_main;
	int r;

	r = find_files(root, &files, &has_main, error);
	if (r < 0)
		return r;
	if (!has_main)
		log_notice("no smcd.yaml in %s%s, %s%s or %s%s: %s", root, directories[0],
			   root, directories[1], root, directories[2],
			   files.count ? "only drop-ins are read" : "the policy is empty");
	r = load_all(&files, &config, &sources, error);
	if (r < 0)
		return r;
	drop_orphaned_overrides(config);
	r = config_complete(config, error);
	if (!r)
		r = config_check(config, error);
	if (r < 0)
		return r;
	*ret_config = config;
	config = NULL;
	*ret_sources = sources;
	sources = (struct config_sources){ 0 };
	return 0;
}

int config_files_load(const char *root, struct config **ret_config, struct config_error *error)
{
	__attribute__((cleanup(config_sources_clear))) struct config_sources sources = { 0 };

	return config_files_load_sources(root, ret_config, &sources, error);
}
