// SPDX-License-Identifier: GPL-2.0-or-later
/* Judges what the SMC stack is set to, how programs get at it, and fallbacks; see judge.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "judge.h"
#include "output.h"
#include "reason.h"

#define BUFFER_GOOD (512 << 10)	/* bytes; streams are no faster with more, see smcd.yaml(5) */
#define BUFFER_SMALL (64 << 10)	/* the kernel's default */
#define BUFFER_MIN 16384	/* SMC_BUF_MIN_SIZE in net/smc/smc_core.h */

/* The kernel's buffers are powers of two (smc_compress_bufsize() in net/smc/smc_core.c). */
static uint64_t buffer_size(uint32_t bytes)
{
	uint64_t size = BUFFER_MIN;

	while (size < bytes)
		size *= 2;
	return size;
}

/* A connection takes a buffer of each side's device: the greatest one of which two fit. */
static uint64_t greatest_that_fits(uint64_t max_memory)
{
	uint64_t size = BUFFER_MIN;

	while (size * 4 <= max_memory)
		size *= 2;
	return size;
}

static void judge_memory(const struct facts_device *device, uint32_t rmem,
			 struct findings *findings)
{
	char command[CURE_SIZE], limit[OUTPUT_NUMBER_SIZE], size[OUTPUT_NUMBER_SIZE];

	if (!device->max_memory || buffer_size(rmem) * 2 <= device->max_memory)
		return;
	snprintf(command, sizeof(command), "sysctl -w net.smc.rmem=%" PRIu64,
		 greatest_that_fits(device->max_memory));
	finding_add(findings, FINDING_WARNING, command, "or give the device more: max-memory in "
		    "smcd.yaml(5)", "buffers of %s, by net.smc.rmem, do not fit twice into the %s "
		    "that %s may take: connections get smaller ones, or fall back to TCP",
		    output_size(buffer_size(rmem), size), output_size(device->max_memory, limit),
		    device->name);
}

static void judge_buffers(const struct facts *facts, struct findings *findings)
{
	const struct facts_tunable *wmem = &facts->stack.tuning[TUNABLE_WMEM];
	const struct facts_tunable *rmem = &facts->stack.tuning[TUNABLE_RMEM];
	char command[CURE_SIZE];
	size_t i;

	if (!wmem->known || !rmem->known) {
		finding_add(findings, FINDING_NOTE, NULL, NULL, "this kernel has no net.smc.wmem and "
			    "net.smc.rmem: programs set SO_SNDBUF and SO_RCVBUF");
		return;
	}
	for (i = 0; i < facts->devices.n; i++)
		judge_memory(&facts->devices.list[i], rmem->value, findings);
	snprintf(command, sizeof(command), "sysctl -w net.smc.wmem=%d net.smc.rmem=%d", BUFFER_GOOD,
		 BUFFER_GOOD);
	if (wmem->value <= BUFFER_SMALL || rmem->value <= BUFFER_SMALL)
		finding_add(findings, FINDING_NOTE, command, "for good, and by how much memory there "
			    "is: tuning: {wmem: auto, rmem: auto} in smcd.yaml",
			    "buffers are small, net.smc.wmem is %" PRIu32 " and net.smc.rmem %" PRIu32
			    ": bulk data goes faster with 512K, and slower than over TCP without",
			    wmem->value, rmem->value);
}

static void judge_limit(const struct facts_stack *stack, struct findings *findings)
{
	const struct facts_tunable *limit = &stack->tuning[TUNABLE_HANDSHAKE_LIMIT];

	if (!limit->known || !limit->value)
		return;
	finding_add(findings, FINDING_WARNING, stack->limit_sysctl ?
		    "sysctl -w net.smc.limit_smc_hs=0" : NULL, "tuning: {handshake-limit: off} in "
		    "/etc/smcd/smcd.yaml, then smcctl reload", "the handshake limit is on: where many "
		    "connections come at once, listeners leave some of them to TCP");
}

void judge_tuning(const struct facts *facts, struct findings *findings)
{
	const struct facts_stack *stack = &facts->stack;
	unsigned int before = findings->total;

	if (stack->error) {
		finding_add(findings, FINDING_NOTE, NULL, NULL, "not known: smc is not there");
		return;
	}
	judge_buffers(facts, findings);
	judge_limit(stack, findings);
	if (findings->total == before)
		finding_add(findings, FINDING_OK, NULL, NULL, "net.smc.wmem %" PRIu32
			    ", net.smc.rmem %" PRIu32 ", no handshake limit",
			    stack->tuning[TUNABLE_WMEM].value, stack->tuning[TUNABLE_RMEM].value);
}

void judge_sockets(const struct facts *facts, struct findings *findings)
{
	if (facts->stack.error)
		finding_add(findings, FINDING_NOTE, NULL, NULL, "not known: smc is not there");
	else if (facts->stack.ipproto)
		finding_add(findings, FINDING_OK, NULL, NULL, "programs can use IPPROTO_SMC and "
			    "AF_SMC; smcctl run starts others over SMC");
	else
		finding_add(findings, FINDING_OK, NULL, NULL, "programs can use AF_SMC, and smcctl "
			    "run starts others over SMC; IPPROTO_SMC is not in this kernel (since "
			    "Linux 6.11)");
}

static void judge_fallback(const struct facts_fallback *fallback, struct findings *findings)
{
	const struct reason *reason = reason_find(fallback->counted.code);
	char now[64] = "";

	if (fallback->now)
		snprintf(now, sizeof(now), "; %u connection%s of now", fallback->now,
			 fallback->now == 1 ? "" : "s");
	finding_add(findings, fallback->now ? FINDING_WARNING : FINDING_NOTE, NULL, reason->cure,
		    "%s (0x%08" PRIx32 "), %u as client and %u as server since smc was loaded%s: %s",
		    reason->name, fallback->counted.code, fallback->counted.client,
		    fallback->counted.server, now, reason->meaning);
}

void judge_fallbacks(const struct facts *facts, struct findings *findings)
{
	const struct facts_stack *stack = &facts->stack;
	size_t i;

	if (stack->error) {
		finding_add(findings, FINDING_NOTE, NULL, NULL, "not known: smc is not there");
		return;
	}
	if (stack->diag_error)
		finding_add(findings, FINDING_WARNING, NULL, "see what is said of the module "
			    "smc_diag", "connections that exist cannot be seen: %s",
			    stack->diag_error == -ENOENT ? "the kernel has no SMC_DIAG" :
			    strerror(-stack->diag_error));
	if (stack->fallbacks_error)
		finding_add(findings, FINDING_NOTE, NULL, NULL, "the kernel does not count them: %s",
			    strerror(-stack->fallbacks_error));
	else if (!stack->n_fallbacks)
		finding_add(findings, FINDING_OK, NULL, NULL, "no connection of this network "
			    "namespace has fallen back to TCP");
	for (i = 0; i < stack->n_fallbacks; i++)
		judge_fallback(&stack->fallbacks[i], findings);
}
