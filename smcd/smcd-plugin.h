/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The contract between smcd and its device backends.
 *
 * A plugin is a shared object NAME.so in the plugin directory (pkg-config
 * --variable=plugindir smcd) that exports one symbol, smcd_plugin. It knows a kind
 * of device or several: it tells which of them exist (enumerate()), what can be
 * done with each (caps) and what each has done (stats), tells when any of this
 * changes (subsystems, changed()), and carries out single steps. It knows nothing of
 * D-Bus and nothing of YAML. It runs when the list "plugins" of smcd.yaml(5) names it.
 *
 * Functions return 0 or a negative errno. On failure they leave out-parameters
 * untouched and may call smcd_host.error() for a message in words before.
 *
 * All calls come from one thread, the one that runs the event loop. None may
 * block: while one waits, the daemon answers nobody, and after WatchdogSec= of
 * smcd.service(8) the service manager starts it anew.
 *
 * What a plugin reports is checked, and one that fails or reports nonsense is a
 * problem that users are told of, no more. But it is code in the daemon's own
 * address space, with the daemon's rights: against one that crashes, or writes
 * where it should not, there is no protection but a restart.
 */
#ifndef SMCD_PLUGIN_H
#define SMCD_PLUGIN_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

/* Raised with every change of this file that an older plugin would not survive. */
#define SMCD_PLUGIN_ABI 5

#define SMCD_NAME_SIZE 32	/* a device's name, with its NUL */
#define SMCD_KIND_SIZE 16	/* a device's kind, with its NUL */
#define SMCD_PNETID_SIZE 17	/* a PNETID, with its NUL */
#define SMCD_DEVICES_MAX 4096	/* devices of one plugin */

/* Counters of a device since it exists. A backend that cannot tell one says SMCD_UNKNOWN. */
#define SMCD_UNKNOWN UINT64_MAX

struct smcd_stats {
	uint64_t tx_moves, tx_bytes;
	uint64_t rx_moves, rx_bytes;
	uint64_t signals;
	uint64_t refused;		/* writes refused */
	uint64_t dmbs, dmbs_failed;	/* registrations */
	uint64_t queries_yes, queries_no;
};

/* What a struct smcd_stats is set to by a backend that cannot tell any. */
#define SMCD_STATS_UNKNOWN {						\
	.tx_moves = SMCD_UNKNOWN, .tx_bytes = SMCD_UNKNOWN,		\
	.rx_moves = SMCD_UNKNOWN, .rx_bytes = SMCD_UNKNOWN,		\
	.signals = SMCD_UNKNOWN, .refused = SMCD_UNKNOWN,		\
	.dmbs = SMCD_UNKNOWN, .dmbs_failed = SMCD_UNKNOWN,		\
	.queries_yes = SMCD_UNKNOWN, .queries_no = SMCD_UNKNOWN,	\
}

/* What can be done with a device. */
enum {
	SMCD_CAN_DELETE   = 1 << 0,
	SMCD_CAN_UPDOWN   = 1 << 1,
	SMCD_CAN_PRIORITY = 1 << 2,
	SMCD_CAN_DRAIN    = 1 << 3,
	SMCD_CAN_LIMIT_MEMORY = 1 << 4,	/* max_memory is known, and create() takes one */
};

/* How a drain stands. */
enum smcd_drain {
	SMCD_DRAIN_NONE,
	SMCD_DRAIN_ACTIVE,		/* connections are left */
	SMCD_DRAIN_DONE,		/* the device is detached */
	SMCD_DRAIN_TIMEOUT,		/* connections were left when the time was up */
};

#define SMCD_DRAIN_MAX 86400000		/* longest time of a drain, ms: a day */

/* One device as the kernel has it. */
struct smcd_device {
	char name[SMCD_NAME_SIZE];	/* of A-Z, a-z, 0-9 and . _ : - ; no two are alike */
	char kind[SMCD_KIND_SIZE];	/* one of the plugin's kinds */
	uint16_t chid;			/* 0: not known */
	uint64_t gid;			/* the first 64 bits of longer ones; 0: not known */
	bool has_fid;
	uint32_t fid;			/* function ID of PCI on IBM Z, if it has one */
	uint32_t priority;		/* as the kernel or the backend has it */
	uint32_t max_dmbs;		/* 0: not known */
	uint64_t max_memory;		/* bytes of all DMBs; 0: not limited, or not known */
	uint32_t rank;			/* effective place within this backend, 1 is best, 0: takes no connection */
	uint32_t connections;
	uint32_t dmbs;
	uint64_t memory;		/* bytes of these; 0: not known */
	bool no_copy;			/* sockets write into DMBs: they have no send buffers */
	bool tells_growth;		/* grew() is called when its memory has grown by a quarter */
	uint32_t caps;			/* SMCD_CAN_ bits */
	bool up;			/* wanted up by an administrator */
	bool attached;			/* known to the SMC stack */
	enum smcd_drain drain;
	bool held;			/* out of its place until connections end */
	char pnetid[SMCD_PNETID_SIZE];	/* empty: none */
	char reason[128];		/* why rank is not what the priority says, empty if it is */
	char instead[128];		/* what to do instead of steps that caps lacks; may be empty */
	struct smcd_stats stats;
};

/* A device that is wanted; what a plugin needs to create one. */
struct smcd_wanted {
	char name[SMCD_NAME_SIZE];
	char kind[SMCD_KIND_SIZE];
	uint16_t chid;			/* 0: the kind's default */
	uint64_t gid;			/* 0: random */
	uint32_t priority;
	uint32_t max_dmbs;		/* 0: default */
	uint64_t max_memory;		/* bytes of all DMBs; 0: not limited */
	bool up;
};

/*
 * What the daemon offers to a plugin; valid until stop() returns. A plugin that
 * watches the kernel adds its sources to @event and calls @changed whenever
 * something other than a counter may have changed: the daemon then enumerates
 * anew, soon, and at most ten times a second however often it is called. When many
 * connections come at once, it should call @grew as their buffers take more memory:
 * the daemon then gives smaller ones to the next, within milliseconds. @error
 * keeps a message in words for the call that is about to fail. @root goes before
 * the paths of all files, as "%s/sys/..."; it is empty but for tests.
 */
struct smcd_host {
	sd_event *event;
	const char *root;
	void (*changed)(const struct smcd_host *host);
	void (*grew)(const struct smcd_host *host);
	void (*error)(const struct smcd_host *host, const char *format, ...)
		__attribute__((format(printf, 2, 3)));
};

typedef int (*smcd_device_fn)(const struct smcd_device *device, void *userdata);

struct smcd_plugin {
	uint32_t abi;			/* SMCD_PLUGIN_ABI, the first field for ever */
	const char *name;
	const char *const *kinds;	/* NULL-terminated; no two plugins have the same */
	const char *const *modules;	/* kernel modules to load first, NULL-terminated, or NULL */
	const char *const *optional_modules;	/* likewise, but what fails is no problem; or NULL */
	/* Any uevent of these subsystems of the kernel counts as a changed(); NULL-terminated, or NULL. */
	const char *const *subsystems;

	/* @ret_context is the plugin's own, given back with every call. */
	int (*start)(const struct smcd_host *host, void **ret_context);
	void (*stop)(void *context);

	/*
	 * Calls @fn for each device of the plugin's kinds; stops at and returns its
	 * first error. -ENODEV when the kernel has no support at all.
	 */
	int (*enumerate)(void *context, smcd_device_fn fn, void *userdata);

	/*
	 * Steps; NULL when the backend has no such thing. @name is of one of its devices. -ENODEV
	 * means that the kernel has no support: the daemon then adds which module does not load.
	 */
	int (*create)(void *context, const struct smcd_wanted *wanted);
	/* -EBUSY while connections use it; with @force they are aborted, and it may go later. */
	int (*delete)(void *context, const char *name, bool force);
	int (*set_up)(void *context, const char *name, bool up);
	int (*set_priority)(void *context, const char *name, uint32_t priority);
	/*
	 * Takes the device down, and follows its connections, of which changed() is to tell, until
	 * it is detached or @timeout milliseconds, 0: no limit, are over. Does not wait.
	 */
	int (*drain)(void *context, const char *name, uint32_t timeout);
};

extern const struct smcd_plugin smcd_plugin __attribute__((visibility("default")));

#endif
