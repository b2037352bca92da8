/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of the C library, or of the next library that interposes them. */
#ifndef PRELOAD_REAL_H
#define PRELOAD_REAL_H

#include <sys/socket.h>

/* The kernel knows it since 6.11 (linux/in.h), the C library's headers do not. */
#ifndef IPPROTO_SMC
#define IPPROTO_SMC 256
#endif

struct real {
	int (*socket)(int domain, int type, int protocol);
	int (*getsockopt)(int fd, int level, int name, void *value, socklen_t *size);
	int (*connect)(int fd, const struct sockaddr *address, socklen_t size);
	int (*accept)(int fd, struct sockaddr *address, socklen_t *size);
	int (*accept4)(int fd, struct sockaddr *address, socklen_t *size, int flags);
	int (*close)(int fd);
};

/* May be called before the library's constructor has run. */
const struct real *real_functions(void);

/* An option of SOL_SOCKET as the kernel has it, or -1. */
int real_option(int fd, int name);

#endif
