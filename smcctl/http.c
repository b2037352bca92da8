// SPDX-License-Identifier: GPL-2.0-or-later
/* One answer to one request; see http.h. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>
#include "http.h"

/* Of the line "METHOD TARGET HTTP/1.x" */
static unsigned int parse_line(char *line, const char *path, struct http_request *ret)
{
	char *method = strsep(&line, " "), *target = strsep(&line, " ");

	if (!*method || !target || !*target || !line)
		return 400;
	if (strncmp(line, "HTTP/", 5))
		return 400;
	if (strcmp(line, "HTTP/1.1") && strcmp(line, "HTTP/1.0"))
		return 505;
	target[strcspn(target, "?")] = '\0';
	if (strcmp(target, path))
		return 404;
	ret->head = !strcmp(method, "HEAD");
	return ret->head || !strcmp(method, "GET") ? 200 : 405;
}

/* The end of the headers: an empty line, whose end may be LF alone, as RFC 9112, 2.2, advises. */
static bool is_complete(const char *bytes, size_t size)
{
	size_t i;

	for (i = 0; i + 1 < size; i++)
		if (bytes[i] == '\n' && (bytes[i + 1] == '\n' ||
		    (bytes[i + 1] == '\r' && i + 2 < size && bytes[i + 2] == '\n')))
			return true;
	return false;
}

bool http_parse(const char *bytes, size_t size, const char *path, struct http_request *ret)
{
	const char *end = memchr(bytes, '\n', size);
	char line[HTTP_REQUEST_MAX];
	size_t length;

	*ret = (struct http_request){ .status = 431 };
	if (!is_complete(bytes, size))
		return size >= HTTP_REQUEST_MAX;
	length = end - bytes;
	if (length && bytes[length - 1] == '\r')
		length--;
	if (length >= sizeof(line))
		return true;
	memcpy(line, bytes, length);
	line[length] = '\0';
	ret->status = strlen(line) == length ? parse_line(line, path, ret) : 400;
	return true;
}

static int ms_left(const struct timespec *end)
{
	struct timespec now;
	long ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (end->tv_sec - now.tv_sec) * 1000 + (end->tv_nsec - now.tv_nsec) / 1000000;
	return ms > 0 ? ms : 0;
}

void http_read(int fd, const char *path, int timeout, struct http_request *ret)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	char bytes[HTTP_REQUEST_MAX];
	struct timespec end;
	size_t size = 0;
	ssize_t n;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += timeout / 1000;
	end.tv_nsec += timeout % 1000 * 1000000L;
	*ret = (struct http_request){ .status = 408 };
	while (poll(&pollfd, 1, ms_left(&end)) > 0) {
		n = read(fd, bytes + size, sizeof(bytes) - size);
		if (n <= 0) {
			*ret = (struct http_request){ .status = 400 };
			return;
		}
		size += n;
		if (http_parse(bytes, size, path, ret))
			return;
		*ret = (struct http_request){ .status = 408 };
	}
}

static const char *phrase(unsigned int status)
{
	static const struct {
		unsigned int status;
		const char *phrase;
	} table[] = {
		{ 200, "OK" }, { 400, "Bad Request" }, { 404, "Not Found" },
		{ 405, "Method Not Allowed" }, { 408, "Request Timeout" },
		{ 431, "Request Header Fields Too Large" }, { 503, "Service Unavailable" },
		{ 505, "HTTP Version Not Supported" },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (table[i].status == status)
			return table[i].phrase;
	return "";
}

void http_answer(const struct http_request *request, const char *type, const char *text,
		 FILE *stream)
{
	fprintf(stream, "HTTP/1.1 %u %s\r\n", request->status, phrase(request->status));
	if (request->status == 405)
		fputs("Allow: GET, HEAD\r\n", stream);
	fprintf(stream, "Content-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
		type, strlen(text));
	if (!request->head)
		fputs(text, stream);
}
