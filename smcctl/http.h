/* SPDX-License-Identifier: GPL-2.0-or-later */
/* As much of HTTP/1.1 (RFC 9112) as one answer to one request for one page takes. */
#ifndef SMCCTL_HTTP_H
#define SMCCTL_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define HTTP_REQUEST_MAX 8192

struct http_request {
	unsigned int status;	/* 200: the page is wanted; or why not: 400, 404, 405, 431, 505 */
	bool head;		/* without its text */
};

/*
 * What the first @size bytes of a request ask for, of which the page is @path. False if more has
 * to be read; HTTP_REQUEST_MAX bytes are always enough. Pure.
 */
bool http_parse(const char *bytes, size_t size, const char *path, struct http_request *ret);

/*
 * Reads a request from @fd and closes nothing. After @timeout ms, or if the request ends early, it
 * is a bad one: 408, 400.
 */
void http_read(int fd, const char *path, int timeout, struct http_request *ret);

/* Writes the whole answer; after it the connection is to be closed. @text is of type @type. */
void http_answer(const struct http_request *request, const char *type, const char *text,
		 FILE *stream);

#endif
