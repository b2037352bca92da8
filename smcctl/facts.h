/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What smcctl doctor looks at: the kernel, its modules, the daemon, and the SMC stack, as the one
 * who asks can see them. Functions that gather facts are in facts-*.c, those that judge them in
 * judge-*.c; the latter look at nothing else.
 */
#ifndef SMCCTL_FACTS_H
#define SMCCTL_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bus-read.h"
#include "pnetid.h"
#include "probe.h"
#include "smc-netlink.h"
#include "tuning.h"

#define FACTS_TEXT_SIZE 512
#define FACTS_RELEASE_SIZE 65	/* as of struct utsname */
#define FACTS_INTERFACE_SIZE 16	/* IFNAMSIZ */
#define FACTS_PROBES_MAX 16	/* addresses of a host that are tried */

struct facts_kernel {
	char release[FACTS_RELEASE_SIZE];
	unsigned int major, minor;	/* 0.0: the release does not tell */
	bool s390;
	bool dibs;			/* it has devices of dibs: Linux 6.18 and newer */
	/* Versions of the recipes for DKMS in /usr/src; empty: there is none. */
	char dkms_softism[32], dkms_smc_lo[32];
};

struct facts_module {
	bool loaded;			/* or built in */
	bool installed;			/* for this kernel; also of what is built in */
	bool blacklisted;		/* nobody loads it on demand */
	bool replaced;			/* modprobe.d has a command to run in its place */
	char built_for[FACTS_RELEASE_SIZE];	/* the kernel that its file is for; empty: not known */
	char elsewhere[FACTS_RELEASE_SIZE];	/* not installed, but for this other kernel */
};

enum facts_daemon_state {
	FACTS_DAEMON_NO_BUS,
	FACTS_DAEMON_DOWN,
	FACTS_DAEMON_MUTE,		/* it is on the bus, but did not answer */
	FACTS_DAEMON_UP,
};

struct facts_daemon {
	enum facts_daemon_state state;
	bool systemd;			/* the machine runs it */
	char why[FACTS_TEXT_SIZE];	/* it is not up, in words */
	struct manager manager;		/* when it is up */
	char file_error[FACTS_TEXT_SIZE];	/* of the files, when it is not; empty: none */
	bool wants_ueid;		/* the files name one */
};

struct facts_device {
	char name[SMCD_NAME_SIZE], kind[SMCD_KIND_SIZE], pnetid[SMCD_PNETID_SIZE];
	char reason[FACTS_TEXT_SIZE];	/* why the rank is not what the priority says; or empty */
	uint16_t chid;			/* 0: not known */
	uint64_t gid;			/* likewise */
	uint32_t priority, rank, connections;	/* as of struct smcd_device */
	uint64_t max_memory;
	bool up;
};

struct facts_devices {
	struct facts_device *list;	/* the first that is proposed first */
	size_t n;
	char why[FACTS_TEXT_SIZE];	/* there may be more that could not be seen; or empty */
};

struct facts_tunable {
	bool known;
	uint32_t value;
};

/* A reason for fallback, and the connections that have fallen back for it. */
struct facts_fallback {
	struct smc_fallback counted;	/* by the kernel, in this network namespace */
	unsigned int now;		/* connections that exist */
};

/* The SMC stack; an error of 0 means that what it is about is known. */
struct facts_stack {
	int error;			/* -ENOENT: smc is not loaded */
	char (*ueids)[UEID_SIZE];
	size_t n_ueids;
	int ueids_error;
	bool seid_known, seid;		/* whether it is offered */
	struct pnet_entry *pnets;
	size_t n_pnets;
	int pnets_error;
	char route[FACTS_INTERFACE_SIZE];	/* interface of the default route; empty: there is none */
	struct facts_tunable tuning[TUNABLES];
	bool limit_sysctl;		/* the handshake limit is a sysctl, too */
	bool ipproto;			/* IPPROTO_SMC */
	struct facts_fallback *fallbacks;
	size_t n_fallbacks;
	int fallbacks_error;
	int diag_error;			/* of SMC_DIAG */
};

/* A connection that was tried. */
struct facts_probe {
	char address[PROBE_PEER_SIZE];
	struct probe probe;
};

struct facts_probes {
	char host[NI_MAXHOST];		/* as it was asked for; empty: this machine itself */
	uint16_t port;
	char error[FACTS_TEXT_SIZE];	/* nothing could be tried; empty: it could */
	bool lo_is_down;		/* so there was no connection to try */
	struct facts_probe list[FACTS_PROBES_MAX];
	size_t n;
};

struct facts {
	bool root;			/* the one who asks may see and do all */
	struct facts_kernel kernel;
	struct facts_module smc, smc_diag, softism;
	struct facts_daemon daemon;
	struct facts_devices devices;
	struct facts_stack stack;
	struct facts_probes probes;
};

/* Each fills its part of *@facts, which was zeros, and needs those before it. */
void facts_kernel(struct facts *facts);
void facts_modules(struct facts *facts);
void facts_daemon(struct facts *facts);
void facts_devices(struct facts *facts);
void facts_stack(struct facts *facts);

/* Connects this machine to itself; nothing where smc is not loaded, as that would load it. */
void facts_probe_self(struct facts *facts);

/* Connects to all addresses of @host. */
void facts_probe_host(struct facts *facts, const char *host, uint16_t port);

/* Puts the name of the device of @view's GID into it; a probe_name_fn of the facts. */
void facts_name_device(struct probe_view *view, void *facts);

void facts_clear(struct facts *facts);

#endif
