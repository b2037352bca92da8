// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The program smcd-modules: loads one kernel module for the daemon, which may not do so itself.
 * Its standard input and output are the connection of smcd-modules.socket, see modules.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <libkmod.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* MODULE_NAME_LEN of the kernel, with the NUL */
#define NAME_SIZE 56

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

static FILE *reply;

/* Answers, in one line: what failed, and the cure. */
__attribute__((format(printf, 2, 3)))
static int refuse(int error, const char *format, ...)
{
	va_list args;

	fprintf(reply, "%d ", error);
	va_start(args, format);
	vfprintf(reply, format, args);
	va_end(args);
	fputc('\n', reply);
	return error;
}

static int not_found(const char *name)
{
	struct utsname kernel;

	if (uname(&kernel) < 0)
		return refuse(-ENOENT, "module %s not found", name);
	if (strcmp(name, "softism") == 0)
		return refuse(-ENOENT, "module softism not found for kernel %s: build and install "
			      "it for this kernel (make install), then run depmod", kernel.release);
	return refuse(-ENOENT, "module %s not found for kernel %s: install the package with this "
		      "kernel's modules, or run a kernel that has it, then run depmod",
		      name, kernel.release);
}

static int not_inserted(const char *name, int error)
{
	switch (error) {
	case -EPERM:
		return refuse(-EPERM, "module %s not loaded: not permitted; this needs "
			      "CAP_SYS_MODULE, and kernel.modules_disabled off", name);
	case -ENOKEY:
	case -EKEYREJECTED:
		return refuse(error, "module %s not loaded: the kernel wants a signature that it "
			      "trusts (Secure Boot): sign the module and enrol the key "
			      "(mokutil --import)", name);
	case -ENOENT:	/* of a symbol: the module itself has been found */
	case -ENOEXEC:
		return refuse(-ENOEXEC, "module %s not loaded: it is built for another kernel (see "
			      "dmesg): build it anew for this one", name);
	default:
		return refuse(error, "module %s not loaded: %s; see dmesg", name, strerror(-error));
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

static int insert(struct kmod_module *module, const char *name)
{
	int r;

	r = kmod_module_probe_insert_module(module, KMOD_PROBE_APPLY_BLACKLIST, NULL, NULL, NULL,
					    NULL);
	if (r > 0)
		return refuse(-EPERM, "module %s not loaded: it is blacklisted; remove its "
			      "\"blacklist\" line from /etc/modprobe.d", name);
	/* -EEXIST: somebody else was faster. */
	return r == 0 || r == -EEXIST ? 0 : not_inserted(name, r);
}

static int load(const char *name)
{
	__attribute__((cleanup(unref_context))) struct kmod_ctx *context = NULL;
	__attribute__((cleanup(unref_list))) struct kmod_list *list = NULL;
	struct kmod_list *entry;
	int r;

	context = kmod_new(NULL, NULL);
	if (!context)
		return refuse(-ENOMEM, "module %s not loaded: no memory", name);
	kmod_set_log_fn(context, no_log, NULL);
	if (is_loaded(context, name))
		return 0;
	r = kmod_module_new_from_lookup(context, name, &list);
	if (r < 0 && r != -ENOENT && r != -ENOSYS)
		return refuse(r, "module %s cannot be looked up: %s", name, strerror(-r));
	if (r < 0 || !list)
		return not_found(name);
	kmod_list_foreach(entry, list) {
		struct kmod_module *module = kmod_module_get_module(entry);

		r = insert(module, name);
		kmod_module_unref(module);
		if (r < 0)
			return r;
	}
	return 0;
}

/* A name, not a path, an alias with wildcards, or an option. */
static bool is_name(const char *text)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "0123456789_-");

	return length && length < NAME_SIZE && !text[length] && text[0] != '-';
}

static int serve(void)
{
	char line[NAME_SIZE + 1];

	if (!fgets(line, sizeof(line), stdin))
		return refuse(-EBADMSG, "no name of a module was asked for");
	line[strcspn(line, "\n")] = '\0';
	if (!is_name(line))
		return refuse(-EINVAL, "what was asked for is no name of a module");
	return load(line);
}

/* Commands of modprobe.d may print: that is for the journal. */
static FILE *take_output(void)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);

	if (fd < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		return NULL;
	return fdopen(fd, "w");
}

int main(void)
{
	reply = take_output();
	if (!reply)
		return EXIT_FAILURE;
	if (!serve())
		fputs("0 \n", reply);
	/* A module that cannot be loaded is the daemon's problem, and told by it. */
	return fclose(reply) ? EXIT_FAILURE : EXIT_SUCCESS;
}
