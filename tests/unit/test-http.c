// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests the one answer to one HTTP request that smcctl metrics --http gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "http.h"

#define MORE 0

static void test_parse(void **state)
{
	static const struct {
		const char *text;
		unsigned int status;
		bool head;
	} table[] = {
		{ "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 200, false },
		{ "GET /metrics HTTP/1.0\n\n", 200, false },
		{ "HEAD /metrics?a=b HTTP/1.1\r\n\r\n", 200, true },
		{ "POST /metrics HTTP/1.1\r\n\r\n", 405, false },
		{ "GET / HTTP/1.1\r\n\r\n", 404, false },
		{ "GET /metrics/ HTTP/1.1\r\n\r\n", 404, false },
		{ "GET /metrics HTTP/2.0\r\n\r\n", 505, false },
		{ "GET /metrics\r\n\r\n", 400, false },
		{ "GET  /metrics HTTP/1.1\r\n\r\n", 400, false },
		{ "GET /metrics HTTP/1.1 x\r\n\r\n", 505, false },
		{ " /metrics HTTP/1.1\r\n\r\n", 400, false },
		{ "\r\n\r\n", 400, false },
		{ "GET /metrics HTTP/1.1\r\nHost: x\r\n", MORE, false },
		{ "GET /metrics HTTP/1.1\r\n\r", MORE, false },
		{ "GET /metr", MORE, false }, { "", MORE, false },
	};
	struct http_request request;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		bool done = http_parse(table[i].text, strlen(table[i].text), "/metrics", &request);

		assert_int_equal(done, table[i].status != MORE);
		if (!done)
			continue;
		assert_int_equal(request.status, table[i].status);
		assert_int_equal(request.head, table[i].head);
	}
	/* A byte of 0 ends nothing. */
	assert_true(http_parse("GET /metrics\0 HTTP/1.1\r\n\r\n", 26, "/metrics", &request));
	assert_int_equal(request.status, 400);
}

static void test_size(void **state)
{
	static char text[HTTP_REQUEST_MAX];
	struct http_request request;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_false(http_parse(text, sizeof(text) - 1, "/metrics", &request));
	assert_true(http_parse(text, sizeof(text), "/metrics", &request));
	assert_int_equal(request.status, 431);
	memcpy(text + sizeof(text) - 2, "\n\n", 2);
	assert_true(http_parse(text, sizeof(text), "/metrics", &request));
	assert_int_equal(request.status, 400);
}

/* What comes of @text, after which the other side keeps quiet, or closes. */
static unsigned int read_status(const char *text, bool end)
{
	struct http_request request;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(write(pair[0], text, strlen(text)), strlen(text));
	if (end)
		shutdown(pair[0], SHUT_WR);
	http_read(pair[1], "/metrics", 50, &request);
	close(pair[0]);
	close(pair[1]);
	return request.status;
}

static void test_read(void **state)
{
	(void)state;
	assert_int_equal(read_status("GET /metrics HTTP/1.1\r\n\r\n", false), 200);
	assert_int_equal(read_status("GET /metrics HTTP/1.1\r\n", false), 408);
	assert_int_equal(read_status("GET /metrics HTTP/1.1\r\n", true), 400);
	assert_int_equal(read_status("", false), 408);
	assert_int_equal(read_status("", true), 400);
}

static void check_answer(unsigned int status, bool head, const char *expected)
{
	const struct http_request request = { status, head };
	FILE *stream;
	size_t size;
	char *text;

	stream = open_memstream(&text, &size);
	assert_non_null(stream);
	http_answer(&request, "text/plain", "words\n", stream);
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(text, expected);
	free(text);
}

#define REST "Content-Type: text/plain\r\nContent-Length: 6\r\nConnection: close\r\n\r\n"

static void test_answer(void **state)
{
	(void)state;
	check_answer(200, false, "HTTP/1.1 200 OK\r\n" REST "words\n");
	check_answer(200, true, "HTTP/1.1 200 OK\r\n" REST);
	check_answer(405, false, "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\n" REST
		     "words\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
