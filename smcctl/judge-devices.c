// SPDX-License-Identifier: GPL-2.0-or-later
/* Judges devices, EIDs and PNETIDs; see judge.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "judge.h"

#define SEE_KERNEL "see what is said of the kernel, its modules and smcd"

/* Whether smcd has what it takes, and only the files name no device. */
static bool names_none(const struct facts *facts)
{
	const struct manager *manager = &facts->daemon.manager;

	return facts->daemon.state == FACTS_DAEMON_UP && !*manager->config_error &&
	       (!manager->problems || !*manager->problems) && manager->n_plugins;
}

static void no_device(const struct facts *facts, struct findings *findings)
{
	bool none = names_none(facts);
	bool can_create = none && facts->softism.loaded;

	finding_add(findings, FINDING_PROBLEM, can_create ?
		    "smcctl device create loopback0 --kind loopback --save" : NULL, can_create ?
		    NULL : SEE_KERNEL, "there is no SMC-D device%s", none ?
		    ": the configuration names none" : "");
}

/* None takes connections: the first that is down is the one to take up. */
static void none_usable(const struct facts_devices *devices, struct findings *findings)
{
	const struct facts_device *device = NULL;
	char command[CURE_SIZE];
	size_t i;

	for (i = 0; i < devices->n && !device; i++)
		if (!devices->list[i].up)
			device = &devices->list[i];
	if (!device) {
		device = &devices->list[0];
		finding_add(findings, FINDING_PROBLEM, NULL, "mend what it says", "no device takes "
			    "new connections: %s: %s", device->name, device->reason);
		return;
	}
	snprintf(command, sizeof(command), "smcctl device up %s", device->name);
	finding_add(findings, FINDING_PROBLEM, command, NULL, "no device takes new connections: %s "
		    "is down", device->name);
}

static void judge_rank(const struct facts_device *device, struct findings *findings)
{
	char command[CURE_SIZE], rank[32] = "no rank";

	if (device->rank)
		snprintf(rank, sizeof(rank), "rank %" PRIu32, device->rank);
	snprintf(command, sizeof(command), "smcctl device up %s", device->name);
	if (!device->up)
		finding_add(findings, FINDING_NOTE, command, NULL, "%s is down", device->name);
	else if (*device->reason)
		finding_add(findings, FINDING_NOTE, NULL, "none if that is wanted; smcctl device "
			    "priority changes the order", "%s, of priority %" PRIu32 ", has %s: %s",
			    device->name, device->priority, rank, device->reason);
}

/* A client proposes one device of each CHID: whether there is one of this that is proposed. */
static bool is_proposed(const struct facts_devices *devices, uint16_t chid)
{
	size_t i;

	for (i = 0; i < devices->n; i++)
		if (devices->list[i].rank && devices->list[i].chid == chid)
			return true;
	return false;
}

/* A proposal has 8 entries (SMCD_CLC_MAX_V2_GID_ENTRIES in net/smc/smc_clc.h). */
static void judge_proposal(const struct facts_devices *devices, struct findings *findings)
{
	const struct facts_device *device, *left = NULL;
	char command[CURE_SIZE];
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < devices->n; i++) {
		device = &devices->list[i];
		if (!device->up || device->rank || is_proposed(devices, device->chid))
			continue;
		left = device;
		n++;
	}
	if (!n)
		return;
	snprintf(command, sizeof(command), "smcctl device down %s", left->name);
	finding_add(findings, FINDING_WARNING, command, "or take down others, that are needed less: "
		    "a client proposes at most 8 CHIDs",
		    "%u device%s of CHIDs that are not proposed to peers, as %s", n,
		    n == 1 ? " is" : "s are", left->name);
}

void judge_devices(const struct facts *facts, struct findings *findings)
{
	const struct facts_devices *devices = &facts->devices;
	const struct facts_device *first = devices->list;
	char chid[16] = "";
	size_t i;

	if (*devices->why)
		finding_add(findings, FINDING_WARNING, NULL, SEE_KERNEL, "not all devices could be "
			    "seen: %s", devices->why);
	if (!devices->n) {
		no_device(facts, findings);
		return;
	}
	if (!first->rank) {
		none_usable(devices, findings);
		return;
	}
	if (first->chid)
		snprintf(chid, sizeof(chid), ", CHID 0x%04" PRIx16, first->chid);
	finding_add(findings, FINDING_OK, NULL, NULL, "%zu device%s; the first to be proposed is %s "
		    "(%s%s)", devices->n, devices->n == 1 ? "" : "s", first->name, first->kind,
		    chid);
	for (i = 0; i < devices->n; i++)
		judge_rank(&devices->list[i], findings);
	judge_proposal(devices, findings);
}

/* Of the stack nothing is known without smc; returns whether it is. */
static bool has_stack(const struct facts *facts, struct findings *findings)
{
	if (facts->stack.error == -ENOENT)
		finding_add(findings, FINDING_NOTE, NULL, "see what is said of the modules",
			    "not known: smc is not loaded");
	else if (facts->stack.error < 0)
		finding_add(findings, FINDING_WARNING, NULL, "see dmesg", "not known: the SMC stack "
			    "does not answer: %s", strerror(-facts->stack.error));
	return !facts->stack.error;
}

static void no_eid(const struct facts *facts, struct findings *findings)
{
	const struct facts_daemon *daemon = &facts->daemon;
	const char *command = "smcctl ueid add auto --save";

	if (daemon->state != FACTS_DAEMON_UP)
		command = "systemctl start smcd";
	else if (daemon->wants_ueid)
		command = "smcctl reload";
	finding_add(findings, FINDING_PROBLEM, command, daemon->wants_ueid ? NULL :
		    "for other hosts, too: smcctl ueid add NAME --save, the same NAME on all",
		    "there is no UEID%s: SMC-D of version 2 needs one that both sides have, and "
		    "without it connections fall back to TCP", facts->kernel.s390 ?
		    ", and the SEID is off" : ", and SEIDs are for IBM Z only");
}

void judge_eids(const struct facts *facts, struct findings *findings)
{
	const struct facts_stack *stack = &facts->stack;
	char list[CONFIG_UEIDS_MAX * (UEID_SIZE + 2)] = "";
	size_t i, length = 0;

	if (!has_stack(facts, findings))
		return;
	if (stack->ueids_error < 0) {
		finding_add(findings, FINDING_WARNING, NULL, "see dmesg", "the kernel does not tell "
			    "its UEIDs: %s", strerror(-stack->ueids_error));
		return;
	}
	for (i = 0; i < stack->n_ueids && i < CONFIG_UEIDS_MAX; i++)
		length += snprintf(list + length, sizeof(list) - length, "%s%s", i ? ", " : "",
				   stack->ueids[i]);
	if (stack->n_ueids)
		finding_add(findings, FINDING_OK, NULL, NULL, "UEID %s%s", list,
			    stack->seid ? ", and the SEID" : "");
	else if (stack->seid)
		finding_add(findings, FINDING_OK, NULL, NULL, "the SEID, and no UEID");
	else if (facts->kernel.s390 && !stack->seid_known)
		finding_add(findings, FINDING_NOTE, NULL, NULL, "no UEID; the SEID is known when "
			    "there is a device");
	else
		no_eid(facts, findings);
}

static bool has_interface(const struct facts_stack *stack, const char *pnetid)
{
	size_t i;

	for (i = 0; i < stack->n_pnets; i++)
		if (!stack->pnets[i].port && !strcmp(stack->pnets[i].pnetid, pnetid))
			return true;
	return false;
}

/* The PNETID that the table gives to the interface of the default route; empty: none. */
static const char *route_pnetid(const struct facts_stack *stack)
{
	size_t i;

	for (i = 0; *stack->route && i < stack->n_pnets; i++)
		if (!stack->pnets[i].port && !strcmp(stack->pnets[i].name, stack->route))
			return stack->pnets[i].pnetid;
	return "";
}

/* A device whose PNETID no interface has serves nobody, which may be meant. */
static void judge_pnetid(const struct facts_stack *stack, const struct facts_device *device,
			 struct findings *findings)
{
	char command[CURE_SIZE];

	if (!*device->pnetid || has_interface(stack, device->pnetid))
		return;
	snprintf(command, sizeof(command), "smcctl pnet add %s --interface %s", device->pnetid,
		 *stack->route ? stack->route : "lo");
	finding_add(findings, device->rank ? FINDING_WARNING : FINDING_NOTE, command, "but none if "
		    "that is wanted", "%s has PNETID %s, which the PNET table gives to no interface: "
		    "if no hardware has it, connections keep off it", device->name, device->pnetid);
}

static void judge_route(const struct facts *facts, struct findings *findings)
{
	const char *pnetid = route_pnetid(&facts->stack);
	size_t i, same = 0, free = 0;

	for (i = 0; i < facts->devices.n; i++) {
		same += !strcmp(facts->devices.list[i].pnetid, pnetid);
		free += !*facts->devices.list[i].pnetid;
	}
	if (*pnetid && !same)
		finding_add(findings, free ? FINDING_NOTE : FINDING_WARNING, NULL, "none if peers "
			    "speak version 2; else: smcctl pnet add PNETID --device NAME",
			    "the interface of the default route, %s, has PNETID %s, and no device "
			    "has: SMC of version 1 cannot be used there", facts->stack.route,
			    pnetid);
}

void judge_pnetids(const struct facts *facts, struct findings *findings)
{
	const struct facts_stack *stack = &facts->stack;
	unsigned int before = findings->total;
	size_t i;

	if (!has_stack(facts, findings))
		return;
	if (stack->pnets_error < 0) {
		finding_add(findings, FINDING_WARNING, NULL, "see dmesg", "the kernel does not tell "
			    "its PNET table: %s", strerror(-stack->pnets_error));
		return;
	}
	for (i = 0; i < facts->devices.n; i++)
		judge_pnetid(stack, &facts->devices.list[i], findings);
	judge_route(facts, findings);
	if (findings->total == before)
		finding_add(findings, FINDING_OK, NULL, NULL, stack->n_pnets ?
			    "devices and interfaces go together" :
			    "none: devices are for all interfaces, by version 2 of SMC");
}
