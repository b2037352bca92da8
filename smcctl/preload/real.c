// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the functions that the library stands before, see real.h. */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include "real.h"

static struct real real;
static atomic_bool found;

/* Threads that come here at once store the same. */
static void find(void)
{
	*(void **)&real.socket = dlsym(RTLD_NEXT, "socket");
	*(void **)&real.getsockopt = dlsym(RTLD_NEXT, "getsockopt");
	*(void **)&real.connect = dlsym(RTLD_NEXT, "connect");
	*(void **)&real.accept = dlsym(RTLD_NEXT, "accept");
	*(void **)&real.accept4 = dlsym(RTLD_NEXT, "accept4");
	*(void **)&real.close = dlsym(RTLD_NEXT, "close");
	atomic_store(&found, true);
}

const struct real *real_functions(void)
{
	if (!atomic_load(&found))
		find();
	return &real;
}

int real_option(int fd, int name)
{
	socklen_t size = sizeof(int);
	int value;

	if (real_functions()->getsockopt(fd, SOL_SOCKET, name, &value, &size) < 0)
		return -1;
	return value;
}
