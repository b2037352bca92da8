/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What "smc-traffic hold" is told from outside, by signals and a FIFO.
 */
#ifndef TESTS_VM_TRAFFIC_HOLD_H
#define TESTS_VM_TRAFFIC_HOLD_H

#include <stddef.h>

enum order {
	ORDER_NONE,		/* time is up */
	ORDER_DIAG,
	ORDER_STOP,
};

struct orders {
	int signal_fd;
	int fifo_fd;		/* -1: none */
	char line[64];
	size_t len;
};

/*
 * From now on SIGTERM and SIGINT are an order to stop. path is that of a FIFO,
 * made if missing, or NULL. Returns 0 or a negative errno after saying on
 * stderr what is wrong.
 */
int orders_open(struct orders *o, const char *path);
void orders_close(struct orders *o);

/* Waits for an order, at most timeout_ms. Returns it or a negative errno. */
int orders_wait(struct orders *o, int timeout_ms);

#endif
