// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of who may have how many streams open, and for how long; bus and kernel are made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>
#include "bus-stream.h"
#include "smc-diag.h"

#define STREAMS_MAX 16
#define STREAMS_OF_USER 4
#define PATIENCE 30000000	/* us */
#define ROWS 100		/* of an answer of the kernel */

static uid_t sender;
static sd_event_source *expiry;	/* of the stream that was begun last */
static unsigned int renewed;	/* how often its time was */

int __wrap_sd_bus_query_sender_creds(sd_bus_message *message, uint64_t mask, sd_bus_creds **creds);
int __wrap_sd_bus_creds_get_euid(sd_bus_creds *creds, uid_t *ret_uid);
int __wrap_smc_diag_open(struct smc_diag **ret_diag);
void __wrap_smc_diag_close(struct smc_diag *diag);
int __wrap_smc_diag_read(struct smc_diag *diag, smc_diag_fn fn, void *userdata);
int __wrap_sd_event_add_time_relative(sd_event *event, sd_event_source **source, clockid_t clock,
				      uint64_t usec, uint64_t accuracy,
				      sd_event_time_handler_t callback, void *userdata);
int __real_sd_event_add_time_relative(sd_event *event, sd_event_source **source, clockid_t clock,
				      uint64_t usec, uint64_t accuracy,
				      sd_event_time_handler_t callback, void *userdata);
int __wrap_sd_event_source_set_time_relative(sd_event_source *source, uint64_t usec);
int __real_sd_event_source_set_time_relative(sd_event_source *source, uint64_t usec);

int __wrap_sd_bus_query_sender_creds(sd_bus_message *message, uint64_t mask, sd_bus_creds **creds)
{
	(void)message, (void)mask;
	*creds = NULL;
	return 0;
}

int __wrap_sd_bus_creds_get_euid(sd_bus_creds *creds, uid_t *ret_uid)
{
	(void)creds;
	*ret_uid = sender;
	return 0;
}

int __wrap_smc_diag_open(struct smc_diag **ret_diag)
{
	*ret_diag = malloc(1);
	return *ret_diag ? 0 : -1;
}

void __wrap_smc_diag_close(struct smc_diag *diag)
{
	free(diag);
}

/* A kernel with connections without end. */
int __wrap_smc_diag_read(struct smc_diag *diag, smc_diag_fn fn, void *userdata)
{
	const struct smc_connection connection = { .mode = SMC_MODE_SMCD };
	int r = 0;

	(void)diag;
	for (int i = 0; i < ROWS && !r; i++)
		r = fn(&connection, userdata);
	return r < 0 ? r : 1;
}

int __wrap_sd_event_add_time_relative(sd_event *event, sd_event_source **source, clockid_t clock,
				      uint64_t usec, uint64_t accuracy,
				      sd_event_time_handler_t callback, void *userdata)
{
	int r;

	assert_int_equal(usec, PATIENCE);
	r = __real_sd_event_add_time_relative(event, source, clock, usec, accuracy, callback,
					      userdata);
	expiry = *source;
	return r;
}

int __wrap_sd_event_source_set_time_relative(sd_event_source *source, uint64_t usec)
{
	assert_int_equal(usec, PATIENCE);
	renewed += source == expiry;
	return __real_sd_event_source_set_time_relative(source, usec);
}

/* Begins a stream for @uid, which keeps its end; false: it has to wait. */
static bool begin(struct bus_streams *streams, uid_t uid, int *ret_fd)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;

	sender = uid;
	*ret_fd = bus_stream_connections(streams, NULL, &error);
	if (*ret_fd < 0) {
		assert_true(sd_bus_error_has_name(&error, SD_BUS_ERROR_LIMITS_EXCEEDED));
		sd_bus_error_free(&error);
		return false;
	}
	assert_true(fcntl(*ret_fd, F_GETFD) & FD_CLOEXEC);
	return true;
}

static void test_limits(void **state)
{
	struct bus_streams *streams;
	int fds[STREAMS_MAX + STREAMS_OF_USER], n = 0, none;
	sd_event *event;

	(void)state;
	assert_true(sd_event_new(&event) >= 0);
	assert_int_equal(bus_streams_new(event, &streams), 0);
	for (uid_t uid = 1000; n < STREAMS_MAX; uid++) {
		for (int i = 0; i < STREAMS_OF_USER; i++)
			assert_true(begin(streams, uid, &fds[n++]));
		assert_false(begin(streams, uid, &none));
	}
	assert_false(begin(streams, 2000, &none));
	/* However many users somebody has, the administrator sees the list. */
	for (int i = 0; i < STREAMS_OF_USER; i++)
		assert_true(begin(streams, 0, &fds[n++]));
	assert_false(begin(streams, 0, &none));
	bus_streams_free(streams);
	while (n > 0)
		close(fds[--n]);
	sd_event_unref(event);
}

/* Until nothing more can be done at once. */
static void run(sd_event *event)
{
	int r;

	do
		r = sd_event_run(event, 0);
	while (r > 0);
	assert_int_equal(r, 0);
}

/* Reads until nothing is left; true: nothing will come either. */
static bool drain(int fd)
{
	char buffer[65536];
	ssize_t n;

	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	do
		n = read(fd, buffer, sizeof(buffer));
	while (n > 0);
	return n == 0;
}

/* Who reads has all the time; who does not, loses the stream, and makes room for others. */
static void test_expiry(void **state)
{
	struct bus_streams *streams;
	int fds[STREAMS_OF_USER], none;
	sd_event *event;

	(void)state;
	assert_true(sd_event_new(&event) >= 0);
	assert_int_equal(bus_streams_new(event, &streams), 0);
	for (int i = 0; i < STREAMS_OF_USER; i++)
		assert_true(begin(streams, 1000, &fds[i]));
	renewed = 0;
	run(event);
	assert_true(renewed > 0);
	for (int i = 0; i < 3; i++) {
		renewed = 0;
		run(event);
		assert_int_equal(renewed, 0);
		assert_false(drain(fds[STREAMS_OF_USER - 1]));
		run(event);
		assert_true(renewed > 0);
	}
	assert_false(begin(streams, 1000, &none));
	assert_true(__real_sd_event_source_set_time_relative(expiry, 0) >= 0);
	run(event);
	assert_true(drain(fds[STREAMS_OF_USER - 1]));
	close(fds[STREAMS_OF_USER - 1]);
	assert_true(begin(streams, 1000, &fds[STREAMS_OF_USER - 1]));
	bus_streams_free(streams);
	for (int i = 0; i < STREAMS_OF_USER; i++) {
		assert_true(drain(fds[i]));
		close(fds[i]);
	}
	sd_event_unref(event);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
