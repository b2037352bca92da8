// SPDX-License-Identifier: GPL-2.0-or-later
/* What the SMC stack has besides devices: EIDs. It is read, told to the policy, and changed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include "manager.h"
#include "policy.h"

static const char *why(int r)
{
	return r == -ENOENT ? "module smc is not loaded" : strerror(-r);
}

static int read_seid(struct manager *manager)
{
	struct smc_netlink *netlink;
	int r;

	r = manager_netlink(manager, &netlink);
	if (r < 0)
		return r;
	return smc_netlink_seid(netlink, &manager->stack.seid_known, &manager->stack.seid_enabled);
}

void manager_refresh_stack(struct manager *manager)
{
	int r;

	manager->stack.seid_known = false;
	r = read_seid(manager);
	if (r < 0 && manager->config->seid != CONFIG_SEID_AUTO)
		(void)strings_addf(&manager->seen, "the kernel does not tell whether the SEID is "
				   "enabled: %s", why(r));
}

/* Only there SMC has a system EID (net/smc/smc_clc.c, CONFIG_S390). */
static bool is_s390(void)
{
	struct utsname system;

	return uname(&system) == 0 && strncmp(system.machine, "s390", 4) == 0;
}

void manager_describe_stack(const struct manager *manager, struct policy_state *state)
{
	const struct manager_stack *stack = &manager->stack;

	state->has_seid = is_s390();
	if (stack->seid_known)
		state->seid = stack->seid_enabled ? POLICY_SEID_ENABLED : POLICY_SEID_DISABLED;
	else
		state->seid = POLICY_SEID_UNKNOWN;
}

static int run_netlink_step(struct smc_netlink *netlink, const struct policy_step *step)
{
	switch (step->verb) {
	case POLICY_ADD_UEID:
		return smc_netlink_add_ueid(netlink, step->ueid);
	case POLICY_DELETE_UEID:
		return smc_netlink_delete_ueid(netlink, step->ueid);
	default:
		return smc_netlink_set_seid(netlink, step->verb == POLICY_ENABLE_SEID);
	}
}

int manager_run_stack_step(struct manager *manager, const struct policy_step *step,
			   char *words, size_t size)
{
	struct smc_netlink *netlink;
	int r;

	r = manager_netlink(manager, &netlink);
	if (r < 0) {
		snprintf(words, size, "%s", why(r));
		return r;
	}
	r = run_netlink_step(netlink, step);
	if (r < 0)
		snprintf(words, size, "%s", strerror(-r));
	return r;
}
