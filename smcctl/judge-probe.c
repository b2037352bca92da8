// SPDX-License-Identifier: GPL-2.0-or-later
/* Judges connections that were tried, to this machine or to a host; see judge.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "judge.h"
#include "reason.h"

#define PEERDECL 0x05000000	/* the other side declined, net/smc/smc_clc.h */
#define PEERNOSMC 0x03010000

/* What is said of one connection. */
struct verdict {
	const struct facts_probes *probes;
	const struct facts_probe *probe;
	char where[NI_MAXHOST + PROBE_PEER_SIZE + 8];	/* what it went to */
	bool other;			/* another address of the host has worked */
	struct findings *findings;
};

static bool is_self(const struct verdict *verdict)
{
	return !*verdict->probes->host;
}

/* The name of an end's device, or how else it can be told. */
static const char *device_of(const struct probe_view *view, char text[64])
{
	if (*view->device)
		snprintf(text, 64, "%s", view->device);
	else
		snprintf(text, 64, "a device of GID 0x%016" PRIx64, view->gid);
	return text;
}

static void carried(const struct verdict *verdict)
{
	const struct probe *probe = &verdict->probe->probe;
	char own[64], peer[64];

	device_of(&probe->own, own);
	device_of(&probe->peer, peer);
	if (is_self(verdict) && !strcmp(own, peer))
		finding_add(verdict->findings, FINDING_OK, NULL, NULL, "%s: SMC-D on %s, verified "
			    "both ways", verdict->where, own);
	else
		finding_add(verdict->findings, FINDING_OK, NULL, NULL, "%s: SMC-D, from %s here to "
			    "%s there, verified both ways", verdict->where, own, peer);
}

/* Which side would not, and why; the code is 0 if neither tells. */
struct decision {
	bool here;
	uint32_t code;
};

static struct decision decide(const struct probe *probe)
{
	const struct probe_view *own = &probe->own, *peer = &probe->peer;

	if (peer->diag == PROBE_DIAG_NO_SMC)
		return (struct decision){ false, PEERNOSMC };
	if (own->diag == PROBE_DIAG_NO_SMC)
		return (struct decision){ true, PEERNOSMC };
	/* Who says that the other declined has been told why. */
	if (own->reason == PEERDECL)
		return (struct decision){ false, peer->diag == PROBE_DIAG_KNOWN && peer->reason ?
			peer->reason : own->peer_diagnosis };
	if (peer->reason == PEERDECL)
		return (struct decision){ true, own->reason ? own->reason :
			peer->peer_diagnosis };
	if (own->reason)
		return (struct decision){ true, own->reason };
	return (struct decision){ false, peer->reason };
}

static void no_smc(const struct verdict *verdict, bool here)
{
	finding_add(verdict->findings, FINDING_PROBLEM, NULL, here ? "smcctl doctor says why" :
		    "on that host: smcctl doctor says why; then start smcctl doctor --serve anew",
		    "%s: TCP, as the kernel of %s has no SMC", verdict->where,
		    here ? "this machine" : "that host");
}

/* For a connection to itself: other checks have said more than a reason can. */
static const char *said_before(uint32_t code)
{
	switch (code) {
	case 0x03030006:	/* NOSEID */
	case 0x03030008:	/* NOUEID */
		return "see what is said of EIDs";
	case 0x03030000:	/* NOSMCDEV */
	case 0x03030001:	/* NOSMCDDEV */
	case 0x03030003:	/* NOISM2SUPP */
	case 0x03030005:	/* NOV2DEXT */
	case 0x03030007:	/* NOSMCD2DEV */
		return "see what is said of devices, EIDs and PNETIDs";
	default:
		return NULL;
	}
}

static void cure_of(const struct verdict *verdict, const struct decision *decision,
		    char advice[CURE_SIZE])
{
	const char *said = is_self(verdict) ? said_before(decision->code) : NULL;

	snprintf(advice, CURE_SIZE, "%s%s", is_self(verdict) || decision->here ? "" :
		 "on that host: ", said ? said : reason_find(decision->code)->cure);
}

static void fell_back(const struct verdict *verdict)
{
	const struct probe *probe = &verdict->probe->probe;
	struct decision decision = decide(probe);
	const struct reason *reason = reason_find(decision.code);
	const char *side = is_self(verdict) ? decision.here ? "the client" : "the server" :
			   decision.here ? "this side" : "the other side";
	char advice[CURE_SIZE];

	if (probe->peer.diag == PROBE_DIAG_NO_SMC || probe->own.diag == PROBE_DIAG_NO_SMC) {
		no_smc(verdict, probe->own.diag == PROBE_DIAG_NO_SMC);
		return;
	}
	cure_of(verdict, &decision, advice);
	finding_add(verdict->findings, FINDING_PROBLEM, NULL, advice, "%s: TCP instead of SMC-D: "
		    "%s would not, %s (0x%08" PRIx32 "): %s", verdict->where, side, reason->name,
		    decision.code, reason->meaning);
}

static void done(const struct verdict *verdict)
{
	const struct probe *probe = &verdict->probe->probe;
	const struct probe_view *own = &probe->own;

	if (own->diag == PROBE_DIAG_NO_SMC || (own->diag == PROBE_DIAG_KNOWN &&
					       own->mode == SMC_MODE_FALLBACK))
		fell_back(verdict);
	else if (own->diag == PROBE_DIAG_NONE && probe->peer.diag == PROBE_DIAG_KNOWN &&
		 probe->peer.mode == SMC_MODE_FALLBACK)
		fell_back(verdict);
	else if (own->diag == PROBE_DIAG_NONE)
		finding_add(verdict->findings, FINDING_WARNING, "modprobe smc_diag", NULL, "%s: "
			    "bytes go both ways, but SMC_DIAG does not tell by what", verdict->where);
	else if (own->mode == SMC_MODE_SMCD)
		carried(verdict);
	else
		finding_add(verdict->findings, FINDING_NOTE, NULL, NULL, "%s: %s, verified both ways",
			    verdict->where, own->mode == SMC_MODE_SMCR ? "SMC-R, i.e. RDMA" :
			    "carried by what SMC_DIAG does not name");
}

static void not_connected(const struct verdict *verdict)
{
	int error = verdict->probe->probe.error;
	enum finding_level level = verdict->other ? FINDING_WARNING : FINDING_PROBLEM;
	char advice[CURE_SIZE];

	snprintf(advice, sizeof(advice), "on that host: smcctl doctor --serve --port %u",
		 verdict->probes->port);
	if (is_self(verdict))
		finding_add(verdict->findings, FINDING_PROBLEM, NULL, "see that no firewall keeps off "
			    "what comes from 127.0.0.1", "%s: no connection: %s", verdict->where,
			    strerror(-error));
	else if (error == -ECONNREFUSED)
		finding_add(verdict->findings, level, NULL, advice, "%s: the host answers, but "
			    "nobody listens there", verdict->where);
	else
		finding_add(verdict->findings, level, NULL, "see that the host is up, that there is "
			    "a route to it, and that no firewall keeps off the port: ping, ip route",
			    "%s: the host does not answer: %s", verdict->where, strerror(-error));
}

static void not_understood(const struct verdict *verdict)
{
	int error = verdict->probe->probe.error;
	char advice[CURE_SIZE];

	snprintf(advice, sizeof(advice), "on that host: smcctl doctor --serve, with another --port "
		 "if %u is taken", verdict->probes->port);
	if (verdict->probe->probe.outcome == PROBE_STRANGER && !is_self(verdict))
		finding_add(verdict->findings, FINDING_PROBLEM, NULL, advice, "%s: connected, but "
			    "what listens there is not smcctl doctor --serve, or serves another",
			    verdict->where);
	else
		finding_add(verdict->findings, FINDING_PROBLEM, NULL, "see dmesg of both sides",
			    "%s: connected, but the connection failed: %s", verdict->where,
			    error == -EBADMSG ? "bytes came back wrong" : strerror(-error));
}

static void judge_probe(const struct verdict *verdict)
{
	switch (verdict->probe->probe.outcome) {
	case PROBE_DONE:
		done(verdict);
		break;
	case PROBE_NOT_CONNECTED:
		not_connected(verdict);
		break;
	case PROBE_STRANGER:
	case PROBE_BROKEN:
		not_understood(verdict);
		break;
	}
}

static bool any_done(const struct facts_probes *probes)
{
	size_t i;

	for (i = 0; i < probes->n; i++)
		if (probes->list[i].probe.outcome == PROBE_DONE)
			return true;
	return false;
}

static void not_tried(const struct facts_probes *probes, struct findings *findings)
{
	if (*probes->host)
		finding_add(findings, FINDING_PROBLEM, NULL, "give an address, or a name that "
			    "getent hosts knows", "%s: %s", probes->host, *probes->error ?
			    probes->error : "it has no address");
	else if (probes->lo_is_down)
		finding_add(findings, FINDING_PROBLEM, "ip link set lo up", NULL, "the interface lo is "
			    "down: this machine cannot connect to itself");
	else if (*probes->error)
		finding_add(findings, FINDING_PROBLEM, NULL, "see dmesg, and ulimit -a", "no "
			    "connection to this machine itself: %s", probes->error);
	else
		finding_add(findings, FINDING_NOTE, NULL, "see what is said of the modules",
			    "not tried, as smc is not loaded");
}

void judge_probes(const struct facts *facts, struct findings *findings)
{
	const struct facts_probes *probes = &facts->probes;
	struct verdict verdict = {
		.probes = probes, .other = any_done(probes), .findings = findings,
	};
	size_t i;

	if (*probes->error || !probes->n) {
		not_tried(probes, findings);
		return;
	}
	for (i = 0; i < probes->n; i++) {
		verdict.probe = &probes->list[i];
		snprintf(verdict.where, sizeof(verdict.where), "%s at %s", *probes->host ?
			 probes->host : "this machine", verdict.probe->address);
		judge_probe(&verdict);
	}
}
