// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is set by hand besides devices that exist: EIDs, PNETIDs, and new devices. Each is written
 * to a drop-in and brought about by the policy; what the kernel then does not have is taken back.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "config-error.h"
#include "config-files.h"
#include "files.h"
#include "log.h"
#include "manager.h"
#include "override-text.h"
#include "override.h"
#include "policy.h"
#include "settings.h"
#include "ueid.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define LOWER_DASH LOWER "0123456789-"
#define ALPHANUMERIC "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" LOWER

/* How to find out whether a request has come true; it may be to remove something. */
struct outcome {
	override_check_fn in_files;
	bool (*in_kernel)(const struct manager *manager, const struct override_request *request);
	const char *subject;		/* words of a step that fails have it */
};

static int fail(struct config_error *error, int r, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct config_error *error, int r, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(error->text, sizeof(error->text), format, ap);
	va_end(ap);
	config_make_printable(error->text);
	return r;
}

/* What was asked for may hold anything: it is printable in the journal. */
static int log_outcome(int r, const char *what, const char *name, bool save,
		       const struct config_error *error)
{
	char text[64];

	snprintf(text, sizeof(text), "%s", name);
	config_make_printable(text);
	log_message(r < 0 ? LOG_ERR : LOG_INFO, "by hand%s: %s %s: %s", save ? ", for good" : "",
		    what, text, r < 0 ? error->text : "done");
	return r;
}

static const char *why_not(const struct manager *manager, const char *subject)
{
	for (size_t i = 0; i < manager->failed.count; i++)
		if (strstr(manager->failed.items[i], subject))
			return manager->failed.items[i];
	return "the kernel does not tell why";
}

/* The kernel has not come to be so, and the drop-ins are not to say it. */
static int take_back(struct manager *manager, const struct outcome *outcome,
		     const struct override_undo *undo, struct config_error *error)
{
	int r, step_error = manager->step_error < 0 ? manager->step_error : -EIO;
	struct manager_policy policy;
	struct config_error again;

	fail(error, 0, "nothing was changed: %s", why_not(manager, outcome->subject));
	manager_undo_override(undo);
	r = manager_load_override(manager, NULL, NULL, &policy, &again);
	if (!r)
		r = manager_adopt_override(manager, &policy, &again);
	if (r < 0)
		log_error("cannot go back: %s", again.text);
	return step_error;
}

/* A mistake in what was written just now is one of the request: that line is gone already. */
static int blame(struct config_error *error)
{
	char *place = strstr(error->text, "-smcctl.yaml:"), *words = NULL;

	if (place && place < strchr(error->text, ' '))
		words = strstr(place, ": ");
	if (!words)
		return -EBADMSG;
	memmove(error->text, words + 2, strlen(words + 2) + 1);
	return -EINVAL;
}

static int change(struct manager *manager, const struct override_request *request,
		  const struct outcome *outcome, struct config_error *error)
{
	struct manager_policy policy;
	struct override_undo *undo;
	int r;

	r = override_set(manager->options.root, request, &undo, error);
	if (r < 0)
		return r == -EINVAL ? -EBADMSG : r;
	r = manager_load_override(manager, outcome->in_files, request, &policy, error);
	if (r < 0) {
		manager_undo_override(undo);
		r = r == -ENOMEM ? r : blame(error);
	} else {
		r = manager_adopt_override(manager, &policy, error);
		if (!r && !outcome->in_kernel(manager, request))
			r = take_back(manager, outcome, undo, error);
	}
	override_undo_free(undo);
	return r;
}

/* The kernel does not tell of changes of what is asked for here. */
static int look(struct manager *manager, bool known_after(const struct manager *manager),
		struct config_error *error)
{
	int r = manager_check_trial(manager, error);

	if (!r)
		r = manager_refresh(manager);
	if (r < 0)
		return r;
	return known_after(manager) ? 0 : fail(error, -EOPNOTSUPP, "module smc is not loaded: "
					       "modprobe smc");
}

/* @origin wants what is to go: 0 if that is a drop-in of ours that @save allows to change. */
static int may_remove(const struct config_origin *origin, const char *what, const char *name,
		      bool save, struct config_error *error)
{
	if (config_files_is_runtime(origin->file) ||
	    (save && config_files_is_override(origin->file)))
		return 0;
	(void)config_fail(error, origin, config_files_is_override(origin->file) ?
			  "%s %s was saved here: add --save to delete it for good" :
			  "%s %s is wanted here: take it out, and reload", what, name);
	return -EBADMSG;
}

/* What is there until the next boot may be kept for good; else it is there already. */
static int may_add(const struct config_origin *origin, const char *what, const char *name,
		   bool save, struct config_error *error)
{
	if (save && config_files_is_runtime(origin->file))
		return 0;
	return fail(error, -EEXIST, "%s %s is there already, for %s:%u wants it", what, name,
		    origin->file, origin->line);
}

static bool ueids_known(const struct manager *manager)
{
	return manager->ueids_known;
}

static int ueid_in_files(const struct config *config, const struct override_request *request,
			 struct config_error *error)
{
	for (size_t i = 0; i < config->n_ueids; i++) {
		if (strcmp(config->ueids[i].ueid, request->ueid) != 0)
			continue;
		if (!request->remove)
			return 0;
		return config_fail(error, &config->ueids[i].origin, "UEID %s is wanted here as "
				   "well: take it out, and reload", request->ueid);
	}
	return request->remove ? 0 : fail(error, -EINVAL, "the drop-in for UEID %s is masked by "
					  "another file", request->ueid);
}

static bool ueid_in_kernel(const struct manager *manager, const struct override_request *request)
{
	return strings_contain(&manager->ueids, manager_resolve_ueid(manager, request->ueid)) !=
	       request->remove;
}

static int check_new_ueid(const struct manager *manager, const char *ueid, bool save,
			  struct config_error *error)
{
	const struct config_ueid *wanted = settings_find_ueid(manager, ueid);

	if (wanted)
		return may_add(&wanted->origin, "UEID", ueid, save, error);
	if (manager->config->n_ueids >= CONFIG_UEIDS_MAX)
		return fail(error, -ENOSPC, "the files have %d UEIDs already, as many as the "
			    "kernel takes: delete one first", CONFIG_UEIDS_MAX);
	if (manager->ueids.count >= CONFIG_UEIDS_MAX &&
	    !strings_contain(&manager->ueids, manager_resolve_ueid(manager, ueid)))
		return fail(error, -ENOSPC, "the kernel has %d UEIDs already, as many as it takes: "
			    "delete one first", CONFIG_UEIDS_MAX);
	return 0;
}

static int change_ueid(struct manager *manager, const char *ueid, bool save, bool remove,
		       struct config_error *error)
{
	const struct override_request request = {
		.what = OVERRIDE_UEID, .ueid = ueid, .save = save, .remove = remove,
	};
	const struct outcome outcome = { ueid_in_files, ueid_in_kernel, ueid };

	return change(manager, &request, &outcome, error);
}

static int add_ueid(struct manager *manager, const char *ueid, bool save,
		    struct config_error *error)
{
	const char *problem = strcmp(ueid, CONFIG_UEID_AUTO) ? ueid_problem(ueid) : NULL;
	int r;

	if (problem)
		return fail(error, -EINVAL, "'%.40s' cannot be a UEID: %s", ueid, problem);
	r = look(manager, ueids_known, error);
	if (!r)
		r = check_new_ueid(manager, ueid, save, error);
	return r < 0 ? r : change_ueid(manager, ueid, save, false, error);
}

int manager_add_ueid(struct manager *manager, const char *ueid, bool save,
		     struct config_error *error)
{
	return log_outcome(add_ueid(manager, ueid, save, error), "add UEID", ueid, save, error);
}

static int delete_ueid(struct manager *manager, const char *ueid, bool save,
		       struct config_error *error)
{
	const struct config_ueid *wanted;
	char text[UEID_SIZE];
	int r = look(manager, ueids_known, error);

	if (r < 0)
		return r;
	wanted = settings_find_ueid(manager, ueid);
	if (!wanted && strings_contain(&manager->ueids, ueid))
		return fail(error, -ENOENT, "UEID %s was added by others, not by smcd, which "
			    "leaves it alone", ueid);
	if (!wanted)
		return fail(error, -ENOENT, "there is no UEID '%.40s'", ueid);
	r = may_remove(&wanted->origin, "UEID", ueid, save, error);
	/* As the file has it, which may be "auto"; a copy, for the policy is another one soon. */
	strcpy(text, wanted->ueid);
	return r < 0 ? r : change_ueid(manager, text, save, true, error);
}

int manager_delete_ueid(struct manager *manager, const char *ueid, bool save,
			struct config_error *error)
{
	return log_outcome(delete_ueid(manager, ueid, save, error), "delete UEID", ueid, save,
			   error);
}

static int seid_in_files(const struct config *config, const struct override_request *request,
			 struct config_error *error)
{
	if (config->seid == request->seid)
		return 0;
	return config_fail(error, &config->seid_origin, "the SEID is set here, after smcd's own "
			   "drop-ins: change it here");
}

static bool seid_in_kernel(const struct manager *manager, const struct override_request *request)
{
	const struct manager_stack *stack = &manager->stack;

	return stack->seid_known &&
	       stack->seid_enabled == (request->seid == CONFIG_SEID_ENABLE);
}

static int set_seid(struct manager *manager, bool enable, bool save, struct config_error *error)
{
	const struct override_request request = {
		.what = OVERRIDE_SEID, .save = save,
		.seid = enable ? CONFIG_SEID_ENABLE : CONFIG_SEID_DISABLE,
	};
	static const struct outcome outcome = { seid_in_files, seid_in_kernel, "SEID" };
	int r;

	if (!manager_has_seid())
		return fail(error, -EOPNOTSUPP, "this kernel has no system EID that could be "
			    "enabled or disabled: only those of IBM Z (s390) have; here UEIDs are "
			    "used: smcctl ueid list");
	r = look(manager, ueids_known, error);
	if (r < 0)
		return r;
	if (!enable && !manager->config->n_ueids)
		return fail(error, -EINVAL, "the kernel wants a UEID in place of the SEID: smcctl "
			    "ueid add");
	return change(manager, &request, &outcome, error);
}

int manager_set_seid(struct manager *manager, bool enable, bool save, struct config_error *error)
{
	return log_outcome(set_seid(manager, enable, save, error), enable ? "enable" : "disable",
			   "the SEID", save, error);
}

static bool pnets_known(const struct manager *manager)
{
	return manager->stack.pnets_known;
}

/* Whether @entry is what @request is about. */
static bool is_meant(const struct pnet_entry *entry, const struct pnet_entry *meant)
{
	return strcmp(entry->pnetid, meant->pnetid) == 0 &&
	       (!meant->name[0] || pnet_same_place(entry, meant));
}

static int pnet_in_files(const struct config *config, const struct override_request *request,
			 struct config_error *error)
{
	const struct pnet_entry *meant = request->pnet;

	for (size_t i = 0; i < config->n_pnets; i++) {
		const struct config_pnet *pnet = &config->pnets[i];

		if (request->remove && is_meant(&pnet->entry, meant))
			return config_fail(error, &pnet->origin, "%s is wanted here as well: take "
					   "it out, and reload", pnet->entry.name);
		if (request->remove || !pnet_same_place(&pnet->entry, meant))
			continue;
		if (pnet_equal(&pnet->entry, meant))
			return 0;
		return config_fail(error, &pnet->origin, "%s gets its PNETID here, after smcd's "
				   "own drop-ins: change it here", meant->name);
	}
	return request->remove ? 0 : fail(error, -EINVAL, "the drop-in for %s is masked by another "
					  "file", meant->name);
}

static bool pnet_in_kernel(const struct manager *manager, const struct override_request *request)
{
	const struct manager_stack *stack = &manager->stack;

	for (size_t i = 0; i < stack->n_pnets; i++) {
		const struct pnet_entry *entry = &stack->pnets[i];

		/* What others gave the same PNETID stays. */
		if (request->remove ? request->pnet->name[0] && is_meant(entry, request->pnet) :
				      pnet_equal(entry, request->pnet))
			return !request->remove;
	}
	return request->remove;
}

static bool exists_below(const struct manager *manager, const char *directory, const char *name)
{
	__attribute__((cleanup(free_charp))) char *path = NULL;

	if (asprintf(&path, "%s%s/%s", manager->options.root, directory, name) < 0) {
		path = NULL;
		return false;
	}
	return access(path, F_OK) == 0;
}

/* The kernel would take any name; whoever types one means something that is there. */
static int check_place(const struct manager *manager, const struct pnet_entry *entry,
		       struct config_error *error)
{
	if (!entry->port && !exists_below(manager, "/sys/class/net", entry->name))
		return fail(error, -ENOENT, "there is no interface '%s'", entry->name);
	if (entry->port && !registry_find(manager->registry, entry->name) &&
	    !exists_below(manager, "/sys/class/dibs", entry->name) &&
	    !exists_below(manager, "/sys/class/infiniband", entry->name) &&
	    !exists_below(manager, "/sys/bus/pci/devices", entry->name))
		return fail(error, -ENOENT, "there is no device '%s'; for one that is yet to come, "
			    "see smcd.yaml(5)", entry->name);
	return 0;
}

static int check_new_pnet(const struct manager *manager, const struct pnet_entry *entry,
			  bool save, struct config_error *error)
{
	const struct manager_stack *stack = &manager->stack;
	const struct config *config = manager->config;

	for (size_t i = 0; i < config->n_pnets; i++)
		if (pnet_same_place(&config->pnets[i].entry, entry))
			return may_add(&config->pnets[i].origin, "the PNETID of", entry->name,
				       save && pnet_equal(&config->pnets[i].entry, entry), error);
	for (size_t i = 0; i < stack->n_pnets; i++) {
		const struct pnet_entry *present = &stack->pnets[i];
		const struct config_origin origin = settings_pnet_origin(manager, present);

		if (!pnet_same_place(present, entry))
			continue;
		if (origin.file)
			return may_add(&origin, "the PNETID of", entry->name, false, error);
		if (!pnet_equal(present, entry))
			return fail(error, -EEXIST, "%s has PNETID %s, which others gave it, and "
				    "can have one only", present->name, present->pnetid);
	}
	return check_place(manager, entry, error);
}

static int change_pnet(struct manager *manager, const struct pnet_entry *entry, bool save,
		       bool remove, struct config_error *error)
{
	const struct override_request request = {
		.what = OVERRIDE_PNET, .pnet = entry, .save = save, .remove = remove,
	};
	const struct outcome outcome = {
		pnet_in_files, pnet_in_kernel, entry->name[0] ? entry->name : entry->pnetid,
	};

	return change(manager, &request, &outcome, error);
}

static int add_pnet(struct manager *manager, const struct pnet_entry *entry, bool save,
		    struct config_error *error)
{
	int r = look(manager, pnets_known, error);

	if (!r)
		r = check_new_pnet(manager, entry, save, error);
	return r < 0 ? r : change_pnet(manager, entry, save, false, error);
}

int manager_add_pnet(struct manager *manager, const struct pnet_entry *entry, bool save,
		     struct config_error *error)
{
	return log_outcome(add_pnet(manager, entry, save, error), "give a PNETID to", entry->name,
			   save, error);
}

/* All that the files want of it must be ours to delete, and something there must be. */
static int check_pnet_deletion(const struct manager *manager, const struct pnet_entry *meant,
			       bool save, struct config_error *error)
{
	const struct manager_stack *stack = &manager->stack;
	const struct config *config = manager->config;
	bool wanted = false, others = false;
	char what[64];
	int r = 0;

	snprintf(what, sizeof(what), "PNETID %s of", meant->pnetid);
	for (size_t i = 0; i < config->n_pnets && !r; i++) {
		const struct config_pnet *pnet = &config->pnets[i];

		if (!is_meant(&pnet->entry, meant))
			continue;
		wanted = true;
		r = may_remove(&pnet->origin, what, pnet->entry.name, save, error);
	}
	/* Of a device that has it by its own line, or by a rule */
	for (size_t i = 0; i < stack->n_pnets && !r; i++) {
		const struct config_origin origin = settings_pnet_origin(manager, &stack->pnets[i]);

		if (!is_meant(&stack->pnets[i], meant))
			continue;
		others = others || !origin.file;
		if (origin.file)
			r = may_remove(&origin, what, stack->pnets[i].name, save, error);
	}
	if (r < 0 || wanted)
		return r;
	return fail(error, -ENOENT, others ? "PNETID %s was given by others, not by smcd, which "
		    "leaves it alone" : "nothing like that has PNETID %s", meant->pnetid);
}

int manager_delete_pnet(struct manager *manager, const struct pnet_entry *entry, bool save,
			struct config_error *error)
{
	int r = look(manager, pnets_known, error);

	if (!r)
		r = check_pnet_deletion(manager, entry, save, error);
	if (!r)
		r = change_pnet(manager, entry, save, true, error);
	return log_outcome(r, "delete PNETID", entry->pnetid, save, error);
}

static const struct config_device *find_device(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->n_devices; i++)
		if (!strcmp(config->devices[i].name, name))
			return &config->devices[i];
	return NULL;
}

static int device_in_files(const struct config *config, const struct override_request *request,
			   struct config_error *error)
{
	return find_device(config, request->device) ? 0 :
	       fail(error, -EINVAL, "the drop-in for device %s is masked by another file",
		    request->device);
}

static bool device_in_kernel(const struct manager *manager, const struct override_request *request)
{
	return registry_find(manager->registry, request->device);
}

static int check_new_device(const struct manager *manager, const struct config_device *device,
			    struct config_error *error)
{
	const struct config_device *named = find_device(manager->config, device->name);

	if (!device->name[0] || device->name[strspn(device->name, ALPHANUMERIC "._:-")])
		return fail(error, -EINVAL, "'%s' cannot be the name of a device", device->name);
	/* It is written as it is, unlike the name. */
	if (!device->kind[0] || device->kind[strspn(device->kind, LOWER_DASH)])
		return fail(error, -EINVAL, "'%s' cannot be a kind of device", device->kind);
	if (named)
		return fail(error, -EEXIST, "device %s is there already, for %s:%u names it",
			    device->name, named->origin.file, named->origin.line);
	if (registry_find(manager->registry, device->name))
		return fail(error, -EEXIST, "there is a device %s already, which no file names",
			    device->name);
	if (!backends_of_kind(&manager->backends, device->kind))
		return fail(error, -EOPNOTSUPP, "no plugin that runs knows devices of kind %s: see "
			    "smcctl status, and 'plugins' in smcd.yaml(5)", device->kind);
	return 0;
}

static int create(struct manager *manager, const struct config_device *device, bool save,
		  struct config_error *error)
{
	const struct override_request request = {
		.what = OVERRIDE_DEVICE, .device = device->name, .wanted = device, .save = save,
	};
	const struct outcome outcome = { device_in_files, device_in_kernel, device->name };
	int r;

	r = manager_check_trial(manager, error);
	if (!r)
		r = manager_refresh(manager);
	if (!r)
		r = check_new_device(manager, device, error);
	if (r < 0)
		return r;
	strings_remove(&manager->deleted, device->name);
	return change(manager, &request, &outcome, error);
}

int manager_create(struct manager *manager, const struct config_device *device, bool save,
		   struct config_error *error)
{
	return log_outcome(create(manager, device, save, error), "create device", device->name,
			   save, error);
}
