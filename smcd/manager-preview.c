// SPDX-License-Identifier: GPL-2.0-or-later
/* What a reload would say and do, without doing it. */
#include <errno.h>
#include <string.h>
#include "manager.h"
#include "policy.h"

void manager_preview_clear(struct manager_preview *preview)
{
	policy_plan_free(preview->plan);
	strings_clear(&preview->plugins);
	manager_policy_clear(&preview->policy);
}

int manager_verify(struct manager *manager, struct config_error *error)
{
	__attribute__((cleanup(manager_policy_clear))) struct manager_policy policy = { 0 };
	int r;

	r = manager_read_files(manager, manager->options.root, &policy, error);
	if (!r) {
		r = backends_peek(&manager->backends, policy.config, error);
		backends_reject(&manager->backends);
	}
	return r < 0 && r != -ENOMEM ? -EBADMSG : r;
}

/* Those that were only peeked at. */
static int list_new_plugins(const struct backends *backends, struct strings *plugins)
{
	int r = 0;

	for (size_t i = 0; i < backends->count && !r; i++)
		if (backends->items[i].fresh)
			r = strings_add(plugins, backends->items[i].name);
	return r;
}

/* The plan counts with the kinds of plugins that do not run yet. */
static int plan(struct manager *manager, struct manager_preview *preview,
		struct config_error *error)
{
	static const struct strings none;	/* a reload forgets what was deleted */
	int r;

	r = backends_peek(&manager->backends, preview->policy.config, error);
	if (!r)
		r = list_new_plugins(&manager->backends, &preview->plugins);
	if (!r)
		r = manager_make_plan(manager, preview->policy.config, &none, &preview->plan);
	backends_reject(&manager->backends);
	return r;
}

int manager_preview(struct manager *manager, struct manager_preview *ret_preview,
		    struct config_error *error)
{
	struct manager_preview preview = { 0 };
	int r;

	r = manager_read_files(manager, manager->options.root, &preview.policy, error);
	/* Before plugins are peeked at, which cannot enumerate. */
	if (!r)
		r = manager_refresh(manager);
	if (!r)
		r = plan(manager, &preview, error);
	if (r < 0) {
		manager_preview_clear(&preview);
		return r == -ENOMEM ? r : -EBADMSG;
	}
	*ret_preview = preview;
	return 0;
}
