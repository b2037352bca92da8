// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel and its modules, for smcctl doctor. */
#include <errno.h>
#include <glob.h>
#include <libkmod.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "facts.h"

static void unref_context(struct kmod_ctx **context)
{
	kmod_unref(*context);
}

static void unref_module(struct kmod_module **module)
{
	kmod_module_unref(*module);
}

/* libkmod would say on stderr what becomes a finding. */
static void no_log(void *data, int priority, const char *file, int line, const char *fn,
		   const char *format, va_list args)
{
	(void)data, (void)priority, (void)file, (void)line, (void)fn, (void)format, (void)args;
}

/* What the last path of @pattern has between @before and the next '/'. */
static void take_part(const char *pattern, const char *before, char *part, size_t size)
{
	const char *found;
	glob_t paths;

	if (!glob(pattern, 0, NULL, &paths)) {
		found = strstr(paths.gl_pathv[paths.gl_pathc - 1], before);
		if (found)
			snprintf(part, size, "%.*s",
				 (int)strcspn(found + strlen(before), "/"), found + strlen(before));
		globfree(&paths);
	}
}

void facts_kernel(struct facts *facts)
{
	struct facts_kernel *kernel = &facts->kernel;
	struct utsname name;

	facts->root = geteuid() == 0;
	if (uname(&name) < 0)
		return;
	snprintf(kernel->release, sizeof(kernel->release), "%s", name.release);
	if (sscanf(name.release, "%u.%u", &kernel->major, &kernel->minor) != 2)
		kernel->major = kernel->minor = 0;
	kernel->s390 = !strncmp(name.machine, "s390", 4);
	kernel->dibs = !access("/sys/class/dibs", F_OK);
	take_part("/usr/src/softism-[0-9]*/dkms.conf", "softism-", kernel->dkms_softism,
		  sizeof(kernel->dkms_softism));
	take_part("/usr/src/softism-smc-lo-*/dkms.conf", "smc-lo-", kernel->dkms_smc_lo,
		  sizeof(kernel->dkms_smc_lo));
}

/* "vermagic" begins with the release of the kernel. */
static void take_vermagic(struct kmod_module *module, struct facts_module *facts)
{
	struct kmod_list *list = NULL, *entry;
	const char *value;

	if (kmod_module_get_info(module, &list) < 0)
		return;
	kmod_list_foreach(entry, list) {
		value = kmod_module_info_get_value(entry);
		if (!strcmp(kmod_module_info_get_key(entry), "vermagic"))
			snprintf(facts->built_for, sizeof(facts->built_for), "%.*s",
				 (int)strcspn(value, " "), value);
	}
	kmod_module_info_free_list(list);
}

/* Whether modprobe.d has a line about the module; frees @iter. */
static bool has_line(struct kmod_config_iter *iter, const char *name)
{
	bool found = false;

	while (iter && !found && kmod_config_iter_next(iter))
		found = !strcmp(kmod_config_iter_get_key(iter), name);
	kmod_config_iter_free_iter(iter);
	return found;
}

static void look_elsewhere(const char *name, struct facts_module *facts)
{
	char pattern[128];

	snprintf(pattern, sizeof(pattern), "/lib/modules/*/*/%s.ko*", name);
	take_part(pattern, "/modules/", facts->elsewhere, sizeof(facts->elsewhere));
	snprintf(pattern, sizeof(pattern), "/lib/modules/*/*/dkms/%s.ko*", name);
	take_part(pattern, "/modules/", facts->elsewhere, sizeof(facts->elsewhere));
}

static void look_at(struct kmod_ctx *context, const char *name, struct facts_module *facts)
{
	__attribute__((cleanup(unref_module))) struct kmod_module *module = NULL;
	char path[64];
	int state;

	snprintf(path, sizeof(path), "/sys/module/%s", name);
	facts->loaded = !access(path, F_OK);
	facts->installed = facts->loaded;
	facts->blacklisted = has_line(kmod_config_get_blacklists(context), name);
	facts->replaced = has_line(kmod_config_get_install_commands(context), name);
	if (kmod_module_new_from_name(context, name, &module) < 0)
		return;
	state = kmod_module_get_initstate(module);
	facts->loaded = facts->loaded || state == KMOD_MODULE_BUILTIN;
	facts->installed = facts->loaded || kmod_module_get_path(module);
	if (kmod_module_get_path(module))
		take_vermagic(module, facts);
	if (!facts->installed)
		look_elsewhere(name, facts);
}

void facts_modules(struct facts *facts)
{
	__attribute__((cleanup(unref_context))) struct kmod_ctx *context = kmod_new(NULL, NULL);

	if (!context)
		return;
	kmod_set_log_fn(context, no_log, NULL);
	look_at(context, "smc", &facts->smc);
	look_at(context, "smc_diag", &facts->smc_diag);
	look_at(context, "softism", &facts->softism);
}
