// SPDX-License-Identifier: GPL-2.0-or-later
/* What the SMC stack has besides devices: it is read, told to the policy, and changed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "bus.h"
#include "files.h"
#include "link-watch.h"
#include "manager.h"
#include "policy.h"
#include "sysctl.h"
#include "tune.h"

static const char *why(int r)
{
	return r == -ENOENT || r == -ENODEV ? "module smc is not loaded" : strerror(-r);
}

/* Tells what cannot be had, and, if there is one, the line that wants it. */
static void complain(struct manager *manager, const char *what, int r,
		     const struct config_origin *origin)
{
	if (origin)
		(void)strings_addf(&manager->seen, "%s: %s (%s:%u)", what, why(r), origin->file,
				   origin->line);
	else
		(void)strings_addf(&manager->seen, "%s: %s", what, why(r));
}

static int read_seid(struct manager *manager, struct smc_netlink *netlink, int error)
{
	struct manager_stack *stack = &manager->stack;
	int r = error;

	stack->seid_known = false;
	if (!r)
		r = smc_netlink_seid(netlink, &stack->seid_known, &stack->seid_enabled);
	if (r < 0 && manager->config->seid != CONFIG_SEID_AUTO)
		complain(manager, "the kernel does not tell whether the SEID is enabled", r,
			 &manager->config->seid_origin);
	return r;
}

static void read_tuning(struct manager *manager, struct smc_netlink *netlink)
{
	for (enum tunable i = 0; i < TUNABLES; i++)
		manager->stack.tuning[i].known =
			!tune_read(manager->options.root, netlink, i,
				   &manager->stack.tuning[i].value);
}

/* The first line that gives somebody a PNETID; NULL: none does. */
static const struct config_origin *wants_pnetid(const struct config *config)
{
	if (config->n_pnets)
		return &config->pnets[0].origin;
	for (size_t i = 0; i < config->n_devices; i++)
		if (config->devices[i].pnetid[0])
			return &config->devices[i].pnetid_origin;
	for (size_t i = 0; i < config->n_rules; i++)
		if (config->rules[i].set.pnetid[0])
			return &config->rules[i].set.pnetid_origin;
	return NULL;
}

static void read_pnets(struct manager *manager, struct smc_netlink *netlink, int error)
{
	const struct config_origin *origin = wants_pnetid(manager->config);
	struct manager_stack *stack = &manager->stack;
	int r = error;

	stack->pnets = NULL;
	stack->n_pnets = 0;
	if (!r)
		r = smc_netlink_pnets(netlink, &stack->pnets, &stack->n_pnets);
	stack->pnets_known = !r;
	if (r < 0 && (origin || manager->managed.n_pnets))
		complain(manager, "the PNET table of the kernel cannot be read", r, origin);
}

/* Of the interfaces that @config names, those that exist. */
static int list_interfaces(const struct manager *manager, const struct config *config,
			   struct strings *interfaces)
{
	int r = 0;

	for (size_t i = 0; i < config->n_pnets && !r; i++) {
		const struct pnet_entry *entry = &config->pnets[i].entry;
		__attribute__((cleanup(free_charp))) char *path = NULL;

		if (entry->port)
			continue;
		if (asprintf(&path, "%s/sys/class/net/%s", manager->options.root,
			     entry->name) < 0) {
			path = NULL;
			return -ENOMEM;
		}
		if (access(path, F_OK) == 0)
			r = strings_add(interfaces, entry->name);
	}
	return r;
}

static void on_links(void *userdata)
{
	struct manager *manager = userdata;
	struct strings interfaces = { 0 };

	if (list_interfaces(manager, manager->config, &interfaces) < 0 ||
	    !strings_equal(&interfaces, &manager->stack.interfaces))
		manager_schedule(NULL, manager);
	strings_clear(&interfaces);
}

/* They are watched only if the files name any. */
static void watch_links(struct manager *manager)
{
	const struct config *config = manager->config;
	struct manager_stack *stack = &manager->stack;
	const struct config_origin *origin = NULL;
	int r = 0;

	for (size_t i = 0; i < config->n_pnets && !origin; i++)
		if (!config->pnets[i].entry.port)
			origin = &config->pnets[i].origin;
	if (origin && !stack->links)
		r = link_watch_new(manager->event, on_links, manager, &stack->links);
	if (r < 0)
		complain(manager, "network interfaces cannot be watched", r, origin);
	if (!origin) {
		link_watch_free(stack->links);
		stack->links = NULL;
	}
}

/* The BUS_ bits of what is not as it was. */
static unsigned int compare(const struct manager_stack *a, const struct manager_stack *b)
{
	bool same = a->n_pnets == b->n_pnets;
	unsigned int what = 0;

	if (a->seid_known != b->seid_known ||
	    (a->seid_known && a->seid_enabled != b->seid_enabled))
		what |= BUS_SEID;
	for (size_t i = 0; i < a->n_pnets && same; i++)
		same = pnet_equal(&a->pnets[i], &b->pnets[i]);
	return same ? what : what | BUS_PNETIDS;
}

void manager_refresh_stack(struct manager *manager)
{
	struct manager_stack *stack = &manager->stack, before = *stack;
	struct smc_netlink *netlink = NULL;
	unsigned int what;
	int r = manager_netlink(manager, &netlink);

	stack->loaded = !read_seid(manager, netlink, r);
	read_tuning(manager, netlink);
	read_pnets(manager, netlink, r);
	what = compare(&before, stack);
	free(before.pnets);
	if (what)
		bus_manager_changed(manager->bus, what);
	watch_links(manager);
	strings_clear(&stack->interfaces);
	(void)list_interfaces(manager, manager->config, &stack->interfaces);
}

void manager_clear_stack(struct manager *manager)
{
	struct manager_stack *stack = &manager->stack;

	link_watch_free(stack->links);
	strings_clear(&stack->interfaces);
	free(stack->pnets);
	*stack = (struct manager_stack){ 0 };
}

bool manager_has_seid(void)
{
	struct utsname system;

	return uname(&system) == 0 && strncmp(system.machine, "s390", 4) == 0;
}

int manager_describe_stack(const struct manager *manager, const struct config *config,
			   struct strings *interfaces, struct policy_state *state)
{
	const struct manager_stack *stack = &manager->stack;
	int r = list_interfaces(manager, config, interfaces);

	state->has_seid = manager_has_seid();
	if (stack->seid_known)
		state->seid = stack->seid_enabled ? POLICY_SEID_ENABLED : POLICY_SEID_DISABLED;
	else
		state->seid = POLICY_SEID_UNKNOWN;
	state->has_stack = stack->loaded;
	state->has_sysctls = sysctl_visible(manager->options.root);
	for (enum tunable i = 0; i < TUNABLES; i++)
		state->tuning[i] = (struct policy_tunable){
			.known = stack->tuning[i].known, .value = stack->tuning[i].value,
			.ours = state_has_tuned(&manager->managed, i, stack->tuning[i].value),
		};
	state->buffer_size = manager_buffer_size(manager, config);
	state->pnets = stack->pnets;
	state->n_pnets = stack->n_pnets;
	state->pnets_known = stack->pnets_known;
	state->managed_pnets = manager->managed.pnets;
	state->n_managed_pnets = manager->managed.n_pnets;
	state->interfaces = (const char *const *)interfaces->items;
	state->n_interfaces = interfaces->count;
	return r;
}

int manager_note_pnets(struct manager *manager, const struct policy_plan *plan)
{
	int r = 0;

	for (size_t i = 0; i < plan->n_steps && !r; i++)
		if (plan->steps[i].verb == POLICY_ADD_PNET && !plan->steps[i].restores)
			r = state_add_pnet(&manager->managed, &plan->steps[i].pnet);
	return r;
}

int manager_keep_pnets(const struct manager *manager, bool existing, struct state *state)
{
	const struct manager_stack *stack = &manager->stack;
	const struct state *old = &manager->managed;
	int r = 0;

	for (size_t i = 0; i < old->n_pnets && !r; i++) {
		bool keep = !existing || !stack->pnets_known;

		for (size_t j = 0; j < stack->n_pnets && !keep; j++)
			keep = pnet_equal(&old->pnets[i], &stack->pnets[j]);
		if (keep)
			r = state_add_pnet(state, &old->pnets[i]);
	}
	return r;
}

static int run_pnet_step(struct smc_netlink *netlink, const struct policy_step *step,
			 char *words, size_t size)
{
	int r;

	if (step->verb == POLICY_DELETE_PNETID) {
		r = smc_netlink_delete_pnetid(netlink, step->pnet.pnetid);
		return r == -ENOENT ? 0 : r;
	}
	r = smc_netlink_add_pnet(netlink, &step->pnet);
	if (r == -EEXIST)
		snprintf(words, size, "it has another one, be it of its hardware or by somebody "
			 "else just now");
	return r;
}

static int run_seid_step(struct smc_netlink *netlink, const struct policy_step *step,
			 char *words, size_t size)
{
	int r = smc_netlink_set_seid(netlink, step->verb == POLICY_ENABLE_SEID);

	if (r == -EOPNOTSUPP)
		snprintf(words, size, "this kernel cannot do that");
	else if (r == -ENOENT)
		snprintf(words, size, "the kernel wants a UEID in its place, and there is none");
	return r;
}

static int run_netlink_step(struct smc_netlink *netlink, const struct policy_step *step,
			    char *words, size_t size)
{
	switch (step->verb) {
	case POLICY_ADD_UEID:
		return smc_netlink_add_ueid(netlink, step->ueid);
	case POLICY_DELETE_UEID:
		return smc_netlink_delete_ueid(netlink, step->ueid);
	case POLICY_ENABLE_SEID:
	case POLICY_DISABLE_SEID:
		return run_seid_step(netlink, step, words, size);
	default:
		return run_pnet_step(netlink, step, words, size);
	}
}

int manager_run_stack_step(struct manager *manager, const struct policy_step *step,
			   char *words, size_t size)
{
	struct smc_netlink *netlink = NULL;
	int r;

	r = manager_netlink(manager, &netlink);
	if (step->verb == POLICY_TUNE)
		return tune_write(manager->options.root, netlink, step->tunable, step->value,
				  words, size);
	if (r < 0) {
		snprintf(words, size, "%s", why(r));
		return r;
	}
	r = run_netlink_step(netlink, step, words, size);
	if (r < 0 && !words[0])
		snprintf(words, size, "%s", strerror(-r));
	return r;
}
