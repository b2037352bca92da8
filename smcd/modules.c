// SPDX-License-Identifier: GPL-2.0-or-later
/* Loads kernel modules with libkmod; blacklists are honoured, nothing is ever unloaded. */
#include <errno.h>
#include <libkmod.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include "modules.h"

static void unref_context(struct kmod_ctx **context)
{
	kmod_unref(*context);
}

static void unref_list(struct kmod_list **list)
{
	kmod_module_unref_list(*list);
}

/* libkmod's own messages would only repeat on stderr what we report in full. */
static void no_log(void *data, int priority, const char *file, int line, const char *fn,
		   const char *format, va_list args)
{
	(void)data, (void)priority, (void)file, (void)line, (void)fn, (void)format, (void)args;
}

__attribute__((format(printf, 3, 4)))
static int problem(char **ret_problem, int error, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	*ret_problem = vasprintf(&text, format, args) < 0 ? NULL : text;
	va_end(args);
	return error;
}

static int not_found(const char *name, char **ret_problem)
{
	struct utsname kernel;

	if (uname(&kernel) < 0)
		return problem(ret_problem, -ENOENT, "module %s not found", name);
	if (strcmp(name, "softism") == 0)
		return problem(ret_problem, -ENOENT,
			       "module softism not found for kernel %s: build and install it for "
			       "this kernel (make install), then run depmod", kernel.release);
	return problem(ret_problem, -ENOENT,
		       "module %s not found for kernel %s: install the package with this kernel's "
		       "modules, or run a kernel that has it, then run depmod",
		       name, kernel.release);
}

static int not_inserted(const char *name, int error, char **ret_problem)
{
	switch (error) {
	case -EPERM:
		return problem(ret_problem, -EPERM, "module %s not loaded: not permitted; this "
			       "needs CAP_SYS_MODULE, and kernel.modules_disabled off", name);
	case -ENOKEY:
	case -EKEYREJECTED:
		return problem(ret_problem, error, "module %s not loaded: the kernel wants a "
			       "signature that it trusts (Secure Boot): sign the module and enrol "
			       "the key (mokutil --import)", name);
	case -ENOENT:	/* of a symbol: the module itself has been found */
	case -ENOEXEC:
		return problem(ret_problem, -ENOEXEC, "module %s not loaded: it is built for "
			       "another kernel (see dmesg): build it anew for this one", name);
	default:
		return problem(ret_problem, error, "module %s not loaded: %s; see dmesg",
			       name, strerror(-error));
	}
}

static bool is_loaded(struct kmod_ctx *context, const char *name)
{
	struct kmod_module *module;
	int state;

	if (kmod_module_new_from_name(context, name, &module) < 0)
		return false;
	state = kmod_module_get_initstate(module);
	kmod_module_unref(module);
	return state == KMOD_MODULE_BUILTIN || state == KMOD_MODULE_LIVE;
}

static int insert(struct kmod_module *module, const char *name, char **ret_problem)
{
	int r;

	r = kmod_module_probe_insert_module(module, KMOD_PROBE_APPLY_BLACKLIST, NULL, NULL, NULL,
					    NULL);
	if (r > 0)
		return problem(ret_problem, -EPERM, "module %s not loaded: it is blacklisted; "
			       "remove its \"blacklist\" line from /etc/modprobe.d", name);
	/* -EEXIST: somebody else was faster. */
	return r == 0 || r == -EEXIST ? 0 : not_inserted(name, r, ret_problem);
}

int modules_load(const char *name, char **ret_problem)
{
	__attribute__((cleanup(unref_context))) struct kmod_ctx *context = NULL;
	__attribute__((cleanup(unref_list))) struct kmod_list *list = NULL;
	struct kmod_list *entry;
	int r;

	context = kmod_new(NULL, NULL);
	if (!context)
		return problem(ret_problem, -ENOMEM, "module %s not loaded: no memory", name);
	kmod_set_log_fn(context, no_log, NULL);
	if (is_loaded(context, name))
		return 0;
	r = kmod_module_new_from_lookup(context, name, &list);
	if (r < 0 && r != -ENOENT && r != -ENOSYS)
		return problem(ret_problem, r, "module %s cannot be looked up: %s", name,
			       strerror(-r));
	if (r < 0 || !list)
		return not_found(name, ret_problem);
	kmod_list_foreach(entry, list) {
		struct kmod_module *module = kmod_module_get_module(entry);

		r = insert(module, name, ret_problem);
		kmod_module_unref(module);
		if (r < 0)
			return r;
	}
	return 0;
}
