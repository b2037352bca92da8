// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What fails for test-manager-nomem: allocations of the daemon, and calls into its plugin.
 *
 * Link with -Wl,--wrap= of each function that has a __wrap_ here.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-event.h>
#include "log.h"
#include "manager-faults.h"
#include "smcd-plugin.h"

struct fault fault = { .failing_call = NO_CALL };

/* --- Allocations -------------------------------------------------------------- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_reallocarray(void *old, size_t n, size_t size);
char *__real_strdup(const char *text);
int __real_vasprintf(char **text, const char *format, va_list args);
FILE *__real_open_memstream(char **text, size_t *size);
void __real_free(void *memory);
int __real_sd_event_add_time(sd_event *event, sd_event_source **source, clockid_t clock,
			     uint64_t usec, uint64_t accuracy, sd_event_time_handler_t fn,
			     void *userdata);
void *__real_dlsym(void *handle, const char *name);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_reallocarray(void *old, size_t n, size_t size);
char *__wrap_strdup(const char *text);
int __wrap_asprintf(char **text, const char *format, ...);
int __wrap_vasprintf(char **text, const char *format, va_list args);
FILE *__wrap_open_memstream(char **text, size_t *size);
void __wrap_free(void *memory);
int __wrap_sd_event_add_time(sd_event *event, sd_event_source **source, clockid_t clock,
			     uint64_t usec, uint64_t accuracy, sd_event_time_handler_t fn,
			     void *userdata);
void *__wrap_dlsym(void *handle, const char *name);
int __wrap_fsync(int fd);
void __wrap_log_message(int level, const char *format, ...);
void __wrap_log_fields(int level, const char *const *fields, const char *format, ...);

bool fault_must_fail(enum fault_target target)
{
	return fault.target == target && fault.calls++ == fault.failing_call;
}

static bool no_memory(void)
{
	if (!fault_must_fail(ALLOCATIONS))
		return false;
	errno = ENOMEM;
	return true;
}

void *__wrap_malloc(size_t size)
{
	if (no_memory())
		return NULL;
	fault.balance++;
	return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	if (no_memory())
		return NULL;
	fault.balance++;
	return __real_calloc(n, size);
}

void *__wrap_reallocarray(void *old, size_t n, size_t size)
{
	if (no_memory())
		return NULL;
	fault.balance += !old;
	return __real_reallocarray(old, n, size);
}

char *__wrap_strdup(const char *text)
{
	if (no_memory())
		return NULL;
	fault.balance++;
	return __real_strdup(text);
}

int __wrap_vasprintf(char **text, const char *format, va_list args)
{
	if (no_memory()) {
		*text = (char *)1;	/* undefined, says asprintf(3) */
		return -1;
	}
	fault.balance++;
	return __real_vasprintf(text, format, args);
}

int __wrap_asprintf(char **text, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = __wrap_vasprintf(text, format, args);
	va_end(args);
	return n;
}

FILE *__wrap_open_memstream(char **text, size_t *size)
{
	if (no_memory())
		return NULL;
	fault.balance++;
	return __real_open_memstream(text, size);
}

void __wrap_free(void *memory)
{
	fault.balance -= memory != NULL;
	__real_free(memory);
}

int __wrap_sd_event_add_time(sd_event *event, sd_event_source **source, clockid_t clock,
			     uint64_t usec, uint64_t accuracy, sd_event_time_handler_t fn,
			     void *userdata)
{
	if (no_memory())
		return -ENOMEM;
	return __real_sd_event_add_time(event, source, clock, usec, accuracy, fn, userdata);
}

/* Thousands of files are written, and none has to outlive a crash. */
int __wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}

/* Printed nowhere, but read, as a sanitizer would like to see. */
static char logged[1024];

void __wrap_log_message(int level, const char *format, ...)
{
	va_list args;

	(void)level;
	va_start(args, format);
	vsnprintf(logged, sizeof(logged), format, args);
	va_end(args);
}

void __wrap_log_fields(int level, const char *const *fields, const char *format, ...)
{
	va_list args;

	(void)level, (void)fields;
	va_start(args, format);
	vsnprintf(logged, sizeof(logged), format, args);
	va_end(args);
}

/* --- The plugin: memory.so, behind functions that fail ------------------------- */

static const struct smcd_plugin *memory;

/* A plugin may fail before it has done anything, and when all is done. */
#define CALL(expression) do { \
	int r; \
	if (fault_must_fail(PLUGIN_BEFORE)) \
		return fault.error; \
	r = (expression); \
	return fault_must_fail(PLUGIN_AFTER) && r >= 0 ? fault.error : r; \
} while (0)

static int faulty_start(const struct smcd_host *host, void **ret_context)
{
	if (fault_must_fail(PLUGIN_BEFORE) || fault_must_fail(PLUGIN_AFTER))
		return fault.error;
	return memory->start(host, ret_context);
}

static int faulty_enumerate(void *context, smcd_device_fn fn, void *userdata)
{
	CALL(memory->enumerate(context, fn, userdata));
}

static int faulty_create(void *context, const struct smcd_wanted *wanted)
{
	CALL(memory->create(context, wanted));
}

static int faulty_delete(void *context, const char *name, bool force)
{
	CALL(memory->delete(context, name, force));
}

static int faulty_set_up(void *context, const char *name, bool up)
{
	CALL(memory->set_up(context, name, up));
}

static int faulty_set_priority(void *context, const char *name, uint32_t priority)
{
	CALL(memory->set_priority(context, name, priority));
}

static int faulty_drain(void *context, const char *name, uint32_t timeout)
{
	CALL(memory->drain(context, name, timeout));
}

static void *wrap_plugin(void *found)
{
	static struct smcd_plugin faulty;

	memory = found;
	faulty = *memory;
	faulty.start = faulty_start;
	faulty.enumerate = faulty_enumerate;
	faulty.create = faulty_create;
	faulty.delete = faulty_delete;
	faulty.set_up = faulty_set_up;
	faulty.set_priority = faulty_set_priority;
	faulty.drain = faulty_drain;
	return &faulty;
}

/* A sanitizer calls this as well, before its own functions and its shadow are there. */
__attribute__((no_sanitize("address", "undefined")))
void *__wrap_dlsym(void *handle, const char *name)
{
	static const char wanted[] = "smcd_plugin";
	void *found = __real_dlsym(handle, name);
	size_t i = 0;

	while (wanted[i] && name[i] == wanted[i])
		i++;
	return found && name[i] == wanted[i] ? wrap_plugin(found) : found;
}
