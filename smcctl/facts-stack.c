// SPDX-License-Identifier: GPL-2.0-or-later
/* The SMC stack and what it is set to, in this network namespace, for smcctl doctor. */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "facts.h"
#include "smc-diag.h"
#include "tune.h"

#ifndef IPPROTO_SMC
#define IPPROTO_SMC 256		/* linux/in.h, since Linux 6.11 */
#endif

/* The interface of the line of /proc/net/route that has destination and mask 0. */
static void find_route(char interface[FACTS_INTERFACE_SIZE])
{
	FILE *stream = fopen("/proc/net/route", "re");
	char line[256], name[FACTS_INTERFACE_SIZE];
	unsigned int destination, mask;

	*interface = '\0';
	while (stream && !*interface && fgets(line, sizeof(line), stream))
		if (sscanf(line, "%15s %x %*x %*x %*d %*d %*d %x", name, &destination, &mask) == 3 &&
		    !destination && !mask)
			snprintf(interface, FACTS_INTERFACE_SIZE, "%s", name);
	if (stream)
		fclose(stream);
}

/* The same of /proc/net/ipv6_route, where a default route over lo means that there is none. */
static void find_route6(char interface[FACTS_INTERFACE_SIZE])
{
	FILE *stream = fopen("/proc/net/ipv6_route", "re");
	char line[256], name[FACTS_INTERFACE_SIZE], zeros[33];
	unsigned int prefix;

	while (stream && !*interface && fgets(line, sizeof(line), stream))
		if (sscanf(line, "%32s %x %*s %*x %*s %*x %*x %*x %*x %15s", zeros, &prefix,
			   name) == 3 &&
		    !prefix && strspn(zeros, "0") == 32 && strcmp(name, "lo"))
			snprintf(interface, FACTS_INTERFACE_SIZE, "%s", name);
	if (stream)
		fclose(stream);
}

static void take_tuning(struct facts_stack *stack, struct smc_netlink *netlink)
{
	for (enum tunable i = 0; i < TUNABLES; i++)
		stack->tuning[i].known = tune_read("", netlink, i, &stack->tuning[i].value) >= 0;
	stack->limit_sysctl = !access("/proc/sys/net/smc/limit_smc_hs", F_OK);
}

/* A connection that fell back for a reason counts for it. */
static int count_fallback(const struct smc_connection *connection, void *userdata)
{
	struct facts_stack *stack = userdata;
	size_t i;

	for (i = 0; i < stack->n_fallbacks; i++)
		if (connection->mode == SMC_MODE_FALLBACK &&
		    connection->reason == stack->fallbacks[i].counted.code)
			stack->fallbacks[i].now++;
	return 0;
}

static void take_fallbacks(struct facts_stack *stack, struct smc_netlink *netlink)
{
	struct smc_fallback *counted;
	size_t i, n;

	stack->fallbacks_error = smc_netlink_fallbacks(netlink, &counted, &n);
	if (stack->fallbacks_error < 0)
		return;
	stack->fallbacks = calloc(n, sizeof(*stack->fallbacks));
	if (!stack->fallbacks && n)
		stack->fallbacks_error = -ENOMEM;
	else
		stack->n_fallbacks = n;
	for (i = 0; i < stack->n_fallbacks; i++)
		stack->fallbacks[i].counted = counted[i];
	free(counted);
}

void facts_stack(struct facts *facts)
{
	struct facts_stack *stack = &facts->stack;
	struct smc_netlink *netlink;
	int fd;

	find_route(stack->route);
	find_route6(stack->route);
	stack->error = smc_netlink_open(&netlink);
	if (stack->error < 0)
		return;
	stack->ueids_error = smc_netlink_ueids(netlink, &stack->ueids, &stack->n_ueids);
	if (smc_netlink_seid(netlink, &stack->seid_known, &stack->seid) < 0)
		stack->seid_known = false;
	stack->pnets_error = smc_netlink_pnets(netlink, &stack->pnets, &stack->n_pnets);
	take_tuning(stack, netlink);
	take_fallbacks(stack, netlink);
	smc_netlink_close(netlink);
	stack->diag_error = smc_diag_dump(count_fallback, stack);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_SMC);
	stack->ipproto = fd >= 0;
	if (fd >= 0)
		close(fd);
}

void facts_clear(struct facts *facts)
{
	manager_clear(&facts->daemon.manager);
	free(facts->devices.list);
	free(facts->stack.ueids);
	free(facts->stack.pnets);
	free(facts->stack.fallbacks);
	*facts = (struct facts){ 0 };
}
