/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of the daemon: to stderr, which is the journal when systemd started it. */
#ifndef SMCD_LOG_H
#define SMCD_LOG_H

#include <syslog.h>

/* @level is one of LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO; @format has no newline. */
void log_message(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_message(LOG_ERR, __VA_ARGS__)
#define log_warning(...) log_message(LOG_WARNING, __VA_ARGS__)
#define log_notice(...) log_message(LOG_NOTICE, __VA_ARGS__)
#define log_info(...) log_message(LOG_INFO, __VA_ARGS__)

/*
 * Likewise, for a message that programs look for: the journal gets @fields, too, a
 * NULL-terminated list of at most LOG_FIELDS_MAX texts FIELD=value.
 */
void log_fields(int level, const char *const *fields, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#define LOG_FIELDS_MAX 8

#endif
