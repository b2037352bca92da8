// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * loopback-list: the plugin loopback, which is linked to it, and what it says of this kernel, one
 * device a line, as key=value. For VMs in which the daemon is not installed.
 *
 * Exit status: 0 there are devices; 1 there are none.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "smcd-plugin.h"

static void ignore_change(const struct smcd_host *host)
{
	(void)host;
}

__attribute__((format(printf, 2, 3)))
static void print_error(const struct smcd_host *host, const char *format, ...)
{
	va_list args;

	(void)host;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static int print_device(const struct smcd_device *device, void *userdata)
{
	printf("name=%s rank=%" PRIu32 " chid=0x%04x gid=0x%016" PRIx64 " connections=%" PRIu32
	       " attached=%d pnetid=%s reason=%s\n", device->name, device->rank, device->chid,
	       device->gid, device->connections, device->attached, device->pnetid,
	       device->reason);
	(*(unsigned int *)userdata)++;
	return 0;
}

int main(void)
{
	struct smcd_host host = {
		.root = "", .changed = ignore_change, .error = print_error,
	};
	unsigned int count = 0;
	void *context;
	int r;

	r = sd_event_new(&host.event);
	if (r >= 0)
		r = smcd_plugin.start(&host, &context);
	if (r >= 0) {
		r = smcd_plugin.enumerate(context, print_device, &count);
		smcd_plugin.stop(context);
	}
	sd_event_unref(host.event);
	if (r < 0)
		fprintf(stderr, "loopback-list: %s\n", strerror(-r));
	return r < 0 || !count;
}
