// SPDX-License-Identifier: GPL-2.0-or-later
/* Judges the kernel, its modules, and the daemon; see judge.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "judge.h"
#include "trial.h"

#define ANOTHER_KERNEL "boot a kernel with SMC (CONFIG_SMC, and CONFIG_DIBS since Linux 6.18); " \
	"README of smcd says what works on which"

/* How the kernel can be given devices by software. */
enum interface {
	INTERFACE_SMCD,		/* up to 6.2: softism registers them */
	INTERFACE_NONE,		/* 6.3 to 6.9 */
	INTERFACE_SMC_LO,	/* 6.10 to 6.17: the kernel's own loopback device, if it is built */
	INTERFACE_DIBS,		/* since 6.18: softism again, by dibs */
};

static enum interface interface_of(const struct facts_kernel *kernel)
{
	unsigned int version = kernel->major * 1000 + kernel->minor;

	if (version <= 6002)
		return INTERFACE_SMCD;
	if (version <= 6009)
		return INTERFACE_NONE;
	return version <= 6017 ? INTERFACE_SMC_LO : INTERFACE_DIBS;
}

/* Whether softism has something to do on this kernel. */
static bool takes_softism(const struct facts_kernel *kernel)
{
	enum interface interface = interface_of(kernel);

	return interface == INTERFACE_SMCD || interface == INTERFACE_DIBS;
}

static void judge_smc_lo(const struct facts *facts, struct findings *findings)
{
	const struct facts_kernel *kernel = &facts->kernel;
	enum finding_level level = facts->devices.n ? FINDING_OK : FINDING_PROBLEM;
	char command[CURE_SIZE];

	snprintf(command, sizeof(command), "dkms install softism-smc-lo/%s", kernel->dkms_smc_lo);
	if (facts->devices.n)
		finding_add(findings, level, NULL, NULL, "Linux %s: no module can add devices, but "
			    "it has one", kernel->release);
	else
		finding_add(findings, level, *kernel->dkms_smc_lo ? command : NULL,
			    *kernel->dkms_smc_lo ? "then boot anew, or: rmmod smc_diag smc" :
			    "build the kernel's own loopback device: make install-dkms in smcd's "
			    "sources, then dkms install softism-smc-lo/VERSION",
			    "Linux %s: no module can add devices, and its own loopback device "
			    "(CONFIG_SMC_LO) is not there", kernel->release);
}

void judge_kernel(const struct facts *facts, struct findings *findings)
{
	const struct facts_kernel *kernel = &facts->kernel;

	if (!facts->smc.installed) {
		finding_add(findings, FINDING_PROBLEM, NULL, ANOTHER_KERNEL,
			    "Linux %s has no SMC: there is no module smc for it", kernel->release);
		return;
	}
	switch (interface_of(kernel)) {
	case INTERFACE_SMCD:
		finding_add(findings, FINDING_OK, NULL, NULL, "Linux %s has SMC, and softism adds "
			    "devices by smcd_register_dev()", kernel->release);
		break;
	case INTERFACE_NONE:
		finding_add(findings, facts->devices.n ? FINDING_OK : FINDING_PROBLEM, NULL,
			    facts->devices.n ? NULL : ANOTHER_KERNEL,
			    "Linux %s: no module can add devices%s", kernel->release,
			    facts->devices.n ? ", but it has one" : ", and it has none of its own");
		break;
	case INTERFACE_SMC_LO:
		judge_smc_lo(facts, findings);
		break;
	case INTERFACE_DIBS:
		finding_add(findings, FINDING_OK, NULL, NULL, "Linux %s has SMC, and softism adds "
			    "devices by dibs", kernel->release);
		break;
	}
}

/* "modprobe smc", past a command that modprobe.d has instead of it */
static const char *modprobe(const struct facts_module *module, const char *name,
			    char command[CURE_SIZE])
{
	snprintf(command, CURE_SIZE, "modprobe %s%s",
		 module->replaced ? "--ignore-install " : "", name);
	return command;
}

static const char *for_good(const struct facts_module *module)
{
	if (module->blacklisted)
		return "for good: take its \"blacklist\" line out of modprobe.d";
	return module->replaced ? "for good: take its \"install\" line out of modprobe.d" : NULL;
}

static bool is_for_another(const struct facts *facts, const struct facts_module *module)
{
	return *module->built_for && strcmp(module->built_for, facts->kernel.release);
}

static void judge_smc(const struct facts *facts, struct findings *findings)
{
	char command[CURE_SIZE];

	if (!facts->smc.installed || facts->smc.loaded)
		return;
	finding_add(findings, FINDING_PROBLEM, modprobe(&facts->smc, "smc", command),
		    for_good(&facts->smc), "the module smc is not loaded%s",
		    facts->smc.blacklisted ? ", and is blacklisted" : "");
}

/* The kernel has it loaded by whoever asks SMC_DIAG, unless something is in the way. */
static void judge_smc_diag(const struct facts *facts, struct findings *findings)
{
	const struct facts_module *module = &facts->smc_diag;
	char command[CURE_SIZE];

	if (module->loaded || !facts->smc.installed)
		return;
	if (!module->installed)
		finding_add(findings, FINDING_WARNING, NULL, "install all modules of this kernel "
			    "(CONFIG_SMC_DIAG), then run depmod",
			    "there is no module smc_diag for this kernel: by what connections are "
			    "carried, and why not by SMC-D, cannot be seen");
	else if (module->blacklisted || module->replaced)
		finding_add(findings, FINDING_WARNING, modprobe(module, "smc_diag", command),
			    for_good(module), "the module smc_diag is not loaded, and modprobe.d "
			    "keeps the kernel from it: by what connections are carried cannot be "
			    "seen");
}

static void softism_missing(const struct facts *facts, enum finding_level level,
			    struct findings *findings)
{
	const struct facts_module *module = &facts->softism;
	const char *version = facts->kernel.dkms_softism;
	char command[CURE_SIZE], other[FACTS_RELEASE_SIZE + 32] = "";

	snprintf(command, sizeof(command), "dkms install softism/%s", version);
	if (*module->elsewhere)
		snprintf(other, sizeof(other), ", but for %s", module->elsewhere);
	finding_add(findings, level, *version ? command : NULL, *version ? NULL :
		    "make install in smcd's sources, configured for this kernel, then depmod",
		    "the module softism is not installed for this kernel%s", other);
}

static void judge_softism(const struct facts *facts, struct findings *findings)
{
	const struct facts_module *module = &facts->softism;
	/* Whoever has another device may do without. */
	enum finding_level level = facts->devices.n ? FINDING_NOTE : FINDING_PROBLEM;
	char command[CURE_SIZE];

	if (module->loaded || !facts->smc.installed || !takes_softism(&facts->kernel))
		return;
	if (!module->installed)
		softism_missing(facts, level, findings);
	else if (is_for_another(facts, module))
		finding_add(findings, level, NULL, "build it for this kernel: make install in "
			    "smcd's sources, configured for this kernel, then depmod",
			    "the module softism is built for %s, not for this kernel",
			    module->built_for);
	else
		finding_add(findings, level, modprobe(module, "softism", command), for_good(module),
			    "the module softism is not loaded%s", module->blacklisted ?
			    ", and is blacklisted, so that smcd does not load it" : "");
}

void judge_modules(const struct facts *facts, struct findings *findings)
{
	unsigned int before = findings->total;

	judge_smc(facts, findings);
	judge_smc_diag(facts, findings);
	judge_softism(facts, findings);
	if (findings->total > before)
		return;
	if (facts->smc.installed)
		finding_add(findings, FINDING_OK, NULL, NULL, "loaded: smc%s%s",
			    facts->smc_diag.loaded ? ", smc_diag" : "",
			    facts->softism.loaded ? ", softism" : "");
	else
		finding_add(findings, FINDING_NOTE, NULL, NULL,
			    "without smc the others have nothing to do");
}

static void judge_policy(const struct manager *manager, struct findings *findings)
{
	if (!strcmp(manager->policy_state, "unconfirmed"))
		finding_add(findings, FINDING_NOTE, "smcctl confirm", NULL, "the policy is on trial: "
			    "the one before runs again in %" PRIu64 " s", trial_seconds_left(manager));
	else if (!strcmp(manager->policy_state, "rolled-back"))
		finding_add(findings, FINDING_WARNING, "smcctl apply", "correct the files before "
			    "that: smcctl apply --dry-run", "an older policy runs: %s",
			    manager->policy_reason);
}

static void judge_running(const struct manager *manager, struct findings *findings)
{
	char *const *problem;

	if (*manager->config_error)
		finding_add(findings, FINDING_PROBLEM, "smcctl reload", "correct the file before "
			    "that", "the files were refused, and the policy before them runs: %s",
			    manager->config_error);
	judge_policy(manager, findings);
	if (strcmp(manager->version, PACKAGE_VERSION))
		finding_add(findings, FINDING_WARNING, "systemctl restart smcd", NULL,
			    "smcd is of version %s, and smcctl of %s", manager->version,
			    PACKAGE_VERSION);
	for (problem = manager->problems; problem && *problem; problem++)
		finding_add(findings, FINDING_PROBLEM, "smcctl reload", "mend what it says before "
			    "that", "smcd could not do all that the files say: %s", *problem);
}

static void judge_not_running(const struct facts_daemon *daemon, struct findings *findings)
{
	if (*daemon->file_error)
		finding_add(findings, FINDING_PROBLEM, "smcctl verify", "correct the file until "
			    "this says no more", "smcd would not start: %s", daemon->file_error);
	if (daemon->state == FACTS_DAEMON_NO_BUS)
		finding_add(findings, FINDING_PROBLEM, daemon->systemd ? "systemctl start dbus" : NULL,
			    daemon->systemd ? NULL : "start dbus-daemon --system", "%s", daemon->why);
	else if (daemon->state == FACTS_DAEMON_DOWN)
		finding_add(findings, FINDING_PROBLEM, daemon->systemd ? "systemctl start smcd" :
			    DAEMON_PATH, daemon->systemd ? "for good: systemctl enable smcd" : NULL,
			    "smcd does not run: nothing makes devices, EIDs and PNETIDs as the "
			    "files say");
	else
		finding_add(findings, FINDING_PROBLEM, "systemctl restart smcd", "see before that: "
			    "journalctl -u smcd", "smcd does not answer: %s", daemon->why);
}

void judge_daemon(const struct facts *facts, struct findings *findings)
{
	unsigned int before = findings->total;

	if (facts->daemon.state != FACTS_DAEMON_UP)
		judge_not_running(&facts->daemon, findings);
	else
		judge_running(&facts->daemon.manager, findings);
	if (findings->total == before)
		finding_add(findings, FINDING_OK, NULL, NULL, "smcd %s runs, and all is as the files "
			    "say", facts->daemon.manager.version);
}
