// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of who may have how many streams open; the bus and the kernel are made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>
#include "bus-stream.h"
#include "smc-diag.h"

#define STREAMS_MAX 16
#define STREAMS_OF_USER 4

static uid_t sender;

int __wrap_sd_bus_query_sender_creds(sd_bus_message *message, uint64_t mask, sd_bus_creds **creds);
int __wrap_sd_bus_creds_get_euid(sd_bus_creds *creds, uid_t *ret_uid);
int __wrap_smc_diag_open(struct smc_diag **ret_diag);

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
	*ret_diag = NULL;
	return 0;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
