// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests what smcctl doctor makes of facts: each finding, its level, and its cure. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "judge.h"

#define NOUEID 0x03030008
#define PEERDECL 0x05000000

typedef void (*judge_fn)(const struct facts *facts, struct findings *findings);

/* All findings, one after the other as "level: text | command | advice\n". */
static char said[16384];

static void take(const struct finding *finding, void *userdata)
{
	size_t length = strlen(said);

	(void)userdata;
	assert_true(*finding->text != '\0');
	assert_null(strchr(finding->text, '\n'));
	/* Whoever is told of a problem is told what to do. */
	if (finding->level >= FINDING_WARNING)
		assert_true(finding->command || finding->advice);
	snprintf(said + length, sizeof(said) - length, "%s: %s | %s | %s\n",
		 finding_level_name(finding->level), finding->text, finding->command ?: "",
		 finding->advice ?: "");
}

static void judge(judge_fn fn, const struct facts *facts)
{
	struct findings findings = { .take = take, .check = "check" };

	*said = '\0';
	fn(facts, &findings);
	/* No check is silent. */
	assert_true(findings.total > 0);
}

/* There must be a finding that begins so and has the parts. */
static void expect(const char *level, const char *text, const char *command, const char *advice)
{
	char copy[sizeof(said)], *rest = copy, *line;
	char begin[512], cure[512];

	strcpy(copy, said);
	snprintf(begin, sizeof(begin), "%s: ", level);
	snprintf(cure, sizeof(cure), "| %s |", command);
	while ((line = strsep(&rest, "\n")))
		if (!strncmp(line, begin, strlen(begin)) && strstr(line, text) &&
		    strstr(line, cure) && strstr(line, advice))
			return;
	fail_msg("no %s that has '%s', '%s' and '%s' in:\n%s", level, text, command, advice, said);
}

static void expect_ok_only(const char *text)
{
	expect("ok", text, "", "");
	if (strchr(said, '\n')[1])
		fail_msg("there is more than one finding:\n%s", said);
}

static char *no_strings[] = { NULL };

/* All is well with these; the parts of the stack are static. */
static struct facts healthy(void)
{
	static struct facts_device device;
	static char ueids[2][UEID_SIZE];
	struct facts facts = {
		.root = true,
		.kernel = { .release = "6.1.0-56-amd64", .major = 6, .minor = 1 },
		.smc = { .loaded = true, .installed = true },
		.smc_diag = { .loaded = true, .installed = true },
		.softism = { .loaded = true, .installed = true, .built_for = "6.1.0-56-amd64" },
		.daemon = {
			.state = FACTS_DAEMON_UP, .systemd = true,
			.manager = {
				.version = PACKAGE_VERSION, .config_error = "",
				.kernel_release = "6.1.0-56-amd64", .policy_state = "files",
				.policy_reason = "", .problems = no_strings, .n_plugins = 1,
			},
		},
		.stack.tuning = { { true, 1 << 20 }, { true, 1 << 20 }, { true, 65536 }, { true, 0 } },
	};

	device = (struct facts_device){
		.name = "loopback0", .kind = "loopback", .chid = 0xffff, .gid = 7, .priority = 100,
		.rank = 1, .up = true,
	};
	strcpy(ueids[0], "SMCD-TEST");
	strcpy(ueids[1], "ANOTHER");
	facts.devices.list = &device;
	facts.devices.n = 1;
	facts.stack.ueids = ueids;
	facts.stack.n_ueids = 1;
	return facts;
}

static void set_kernel(struct facts *facts, unsigned int minor)
{
	facts->kernel.minor = minor;
	snprintf(facts->kernel.release, sizeof(facts->kernel.release), "6.%u.0-test", minor);
	facts->softism = (struct facts_module){ 0 };
	facts->devices.n = 0;
}

static void test_healthy(void **state)
{
	static const struct {
		judge_fn fn;
		const char *text;
	} table[] = {
		{ judge_kernel, "6.1.0-56-amd64 has SMC" },
		{ judge_modules, "loaded: smc, smc_diag, softism" },
		{ judge_daemon, "all is as the files say" },
		{ judge_devices, "1 device; the first to be proposed is loopback0 (loopback, CHID "
		  "0xffff)" },
		{ judge_eids, "UEID SMCD-TEST" },
		{ judge_pnetids, "devices are for all interfaces" },
		{ judge_tuning, "net.smc.rmem 1048576" },
		{ judge_sockets, "AF_SMC" },
		{ judge_fallbacks, "no connection of this network namespace has fallen back" },
	};
	struct facts facts = healthy();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		judge(table[i].fn, &facts);
		expect_ok_only(table[i].text);
	}
}

static void test_kernel(void **state)
{
	struct facts facts = healthy();

	(void)state;
	facts.smc = (struct facts_module){ 0 };
	judge(judge_kernel, &facts);
	expect("problem", "has no SMC", "", "CONFIG_SMC");
	judge(judge_modules, &facts);
	expect("note", "without smc", "", "");
	facts = healthy();
	set_kernel(&facts, 6);
	judge(judge_kernel, &facts);
	expect("problem", "no module can add devices, and it has none", "", "boot a kernel");
	judge(judge_modules, &facts);
	expect_ok_only("loaded: smc, smc_diag");
	facts.devices.n = 1;
	judge(judge_kernel, &facts);
	expect_ok_only("but it has one");
	set_kernel(&facts, 12);
	judge(judge_kernel, &facts);
	expect("problem", "CONFIG_SMC_LO", "", "make install-dkms");
	strcpy(facts.kernel.dkms_smc_lo, "0.1.0");
	judge(judge_kernel, &facts);
	expect("problem", "CONFIG_SMC_LO", "dkms install softism-smc-lo/0.1.0", "boot");
	facts.devices.n = 1;
	judge(judge_kernel, &facts);
	expect_ok_only("but it has one");
	set_kernel(&facts, 18);
	judge(judge_kernel, &facts);
	expect_ok_only("by dibs");
}

static void test_modules(void **state)
{
	struct facts facts = healthy();

	(void)state;
	facts.smc.loaded = false;
	judge(judge_modules, &facts);
	expect("problem", "smc is not loaded", "modprobe smc", "");
	facts.smc.blacklisted = true;
	judge(judge_modules, &facts);
	expect("problem", "smc is not loaded, and is blacklisted", "modprobe smc", "\"blacklist\"");
	facts.smc.blacklisted = false;
	facts.smc.replaced = true;
	judge(judge_modules, &facts);
	expect("problem", "smc is not loaded", "modprobe --ignore-install smc", "\"install\"");
	/* It is loaded when somebody asks for it. */
	facts = healthy();
	facts.smc_diag.loaded = false;
	judge(judge_modules, &facts);
	expect_ok_only("loaded: smc, softism");
	facts.smc_diag.blacklisted = true;
	judge(judge_modules, &facts);
	expect("warning", "cannot be seen", "modprobe smc_diag", "\"blacklist\"");
	facts.smc_diag.installed = false;
	judge(judge_modules, &facts);
	expect("warning", "there is no module smc_diag", "", "depmod");
}

static void test_softism(void **state)
{
	struct facts facts = healthy();

	(void)state;
	facts.devices.n = 0;
	facts.softism.loaded = false;
	judge(judge_modules, &facts);
	expect("problem", "softism is not loaded", "modprobe softism", "");
	facts.softism.blacklisted = true;
	judge(judge_modules, &facts);
	expect("problem", "and is blacklisted", "modprobe softism", "\"blacklist\"");
	facts.devices.n = 1;
	judge(judge_modules, &facts);
	expect("note", "and is blacklisted", "modprobe softism", "");
	strcpy(facts.softism.built_for, "5.10.0-1-amd64");
	judge(judge_modules, &facts);
	expect("note", "built for 5.10.0-1-amd64", "", "make install");
	facts.softism = (struct facts_module){ 0 };
	facts.devices.n = 0;
	judge(judge_modules, &facts);
	expect("problem", "not installed for this kernel |", "", "make install");
	strcpy(facts.softism.elsewhere, "6.1.0-55-amd64");
	strcpy(facts.kernel.dkms_softism, "0.1.0");
	judge(judge_modules, &facts);
	expect("problem", "but for 6.1.0-55-amd64", "dkms install softism/0.1.0", "");
}

static void test_daemon_down(void **state)
{
	struct facts facts = healthy();

	(void)state;
	facts.daemon.manager = (struct manager){ 0 };
	facts.daemon.state = FACTS_DAEMON_DOWN;
	judge(judge_daemon, &facts);
	expect("problem", "smcd does not run", "systemctl start smcd", "systemctl enable smcd");
	strcpy(facts.daemon.file_error, "/etc/smcd/smcd.yaml:1:1: no");
	judge(judge_daemon, &facts);
	expect("problem", "smcd.yaml:1:1: no", "smcctl verify", "");
	*facts.daemon.file_error = '\0';
	facts.daemon.systemd = false;
	judge(judge_daemon, &facts);
	expect("problem", "smcd does not run", DAEMON_PATH, "");
	facts.daemon.state = FACTS_DAEMON_NO_BUS;
	strcpy(facts.daemon.why, "no bus");
	judge(judge_daemon, &facts);
	expect("problem", "no bus", "", "dbus-daemon");
	facts.daemon.systemd = true;
	judge(judge_daemon, &facts);
	expect("problem", "no bus", "systemctl start dbus", "");
	facts.daemon.state = FACTS_DAEMON_MUTE;
	judge(judge_daemon, &facts);
	expect("problem", "smcd does not answer", "systemctl restart smcd", "journalctl");
}

static void test_daemon_up(void **state)
{
	char *problems[] = { "one thing", "another", NULL };
	struct facts facts = healthy();
	struct manager *manager = &facts.daemon.manager;

	(void)state;
	manager->problems = problems;
	judge(judge_daemon, &facts);
	expect("problem", "one thing", "smcctl reload", "");
	expect("problem", "another", "smcctl reload", "");
	facts = healthy();
	manager->config_error = "/etc/smcd/smcd.yaml:1:1: no";
	judge(judge_daemon, &facts);
	expect("problem", "smcd.yaml:1:1: no", "smcctl reload", "correct the file");
	facts = healthy();
	manager->policy_state = "unconfirmed";
	judge(judge_daemon, &facts);
	expect("note", "on trial", "smcctl confirm", "");
	manager->policy_state = "rolled-back";
	manager->policy_reason = "nobody confirmed";
	judge(judge_daemon, &facts);
	expect("warning", "nobody confirmed", "smcctl apply", "--dry-run");
	facts = healthy();
	manager->version = "0.0.1";
	judge(judge_daemon, &facts);
	expect("warning", "smcd is of version 0.0.1", "systemctl restart smcd", "");
}

static void test_devices(void **state)
{
	struct facts facts = healthy();
	struct facts_device *device = facts.devices.list;

	(void)state;
	strcpy(device->reason, "held");
	judge(judge_devices, &facts);
	expect("note", "loopback0, of priority 100, has rank 1: held", "", "smcctl device priority");
	device->rank = 0;
	judge(judge_devices, &facts);
	expect("problem", "no device takes new connections: loopback0: held", "", "mend");
	device->up = false;
	judge(judge_devices, &facts);
	expect("problem", "loopback0 is down", "smcctl device up loopback0", "");
	facts.devices.n = 0;
	judge(judge_devices, &facts);
	expect("problem", "the configuration names none",
	       "smcctl device create loopback0 --kind loopback --save", "");
	facts.softism.loaded = false;
	judge(judge_devices, &facts);
	expect("problem", "the configuration names none", "", "see what is said");
	facts.daemon.state = FACTS_DAEMON_DOWN;
	judge(judge_devices, &facts);
	expect("problem", "there is no SMC-D device |", "", "see what is said");
	strcpy(facts.devices.why, "no answer");
	judge(judge_devices, &facts);
	expect("warning", "not all devices could be seen: no answer", "", "see");
}

static void test_proposal(void **state)
{
	struct facts_device devices[10] = { 0 };
	struct facts facts = healthy();
	unsigned int i;

	(void)state;
	for (i = 0; i < 10; i++) {
		snprintf(devices[i].name, sizeof(devices[i].name), "emu%u", i);
		devices[i].chid = i + 1;
		devices[i].rank = i < 8 ? i + 1 : 0;
		devices[i].up = true;
	}
	facts.devices.list = devices;
	facts.devices.n = 8;
	judge(judge_devices, &facts);
	expect_ok_only("8 devices");
	facts.devices.n = 9;
	judge(judge_devices, &facts);
	expect("warning", "1 device is of CHIDs that are not proposed to peers, as emu8",
	       "smcctl device down emu8", "at most 8 CHIDs");
	facts.devices.n = 10;
	judge(judge_devices, &facts);
	expect("warning", "2 devices are", "smcctl device down emu9", "");
	/* The second of a CHID is none too many, and one that is down is no matter. */
	devices[8].chid = 1;
	devices[9].up = false;
	judge(judge_devices, &facts);
	assert_null(strstr(said, "warning"));
	expect("note", "emu9 is down", "smcctl device up emu9", "");
}

static void test_eids(void **state)
{
	struct facts facts = healthy();

	(void)state;
	facts.stack.n_ueids = 2;
	judge(judge_eids, &facts);
	expect_ok_only("UEID SMCD-TEST, ANOTHER |");
	facts.stack.n_ueids = 0;
	judge(judge_eids, &facts);
	expect("problem", "no UEID, and SEIDs are for IBM Z only", "smcctl ueid add auto --save",
	       "smcctl ueid add NAME");
	facts.daemon.wants_ueid = true;
	judge(judge_eids, &facts);
	expect("problem", "no UEID", "smcctl reload", "");
	facts.daemon.state = FACTS_DAEMON_DOWN;
	judge(judge_eids, &facts);
	expect("problem", "no UEID", "systemctl start smcd", "");
	facts.kernel.s390 = true;
	judge(judge_eids, &facts);
	expect("note", "when there is a device", "", "");
	facts.stack.seid_known = true;
	judge(judge_eids, &facts);
	expect("problem", "and the SEID is off", "systemctl start smcd", "");
	facts.stack.seid = true;
	judge(judge_eids, &facts);
	expect_ok_only("the SEID, and no UEID");
	facts.stack.ueids_error = -EPERM;
	judge(judge_eids, &facts);
	expect("warning", "does not tell its UEIDs", "", "dmesg");
}

static void test_no_stack(void **state)
{
	static const judge_fn fns[] = {
		judge_eids, judge_pnetids, judge_tuning, judge_sockets, judge_fallbacks,
		judge_probes,
	};
	struct facts facts = healthy();
	size_t i;

	(void)state;
	facts.stack.error = -ENOENT;
	for (i = 0; i < sizeof(fns) / sizeof(fns[0]); i++) {
		judge(fns[i], &facts);
		expect("note", "not ", "", "");
		assert_null(strstr(said, "problem"));
	}
	facts.stack.error = -ETIMEDOUT;
	judge(judge_eids, &facts);
	expect("warning", "does not answer", "", "dmesg");
}

static void test_pnetids(void **state)
{
	struct pnet_entry entries[] = { { "NET1", "eth0", 0 }, { "NET1", "loopback0", 1 } };
	struct facts facts = healthy();
	struct facts_device *device = facts.devices.list;

	(void)state;
	strcpy(facts.stack.route, "eth0");
	facts.stack.pnets = entries;
	facts.stack.n_pnets = 2;
	strcpy(device->pnetid, "NET1");
	judge(judge_pnetids, &facts);
	expect_ok_only("go together");
	strcpy(device->pnetid, "NET2");
	judge(judge_pnetids, &facts);
	expect("warning", "loopback0 has PNETID NET2", "smcctl pnet add NET2 --interface eth0",
	       "but none");
	expect("warning", "eth0, has PNETID NET1, and no device has", "", "--device NAME");
	device->rank = 0;
	judge(judge_pnetids, &facts);
	expect("note", "loopback0 has PNETID NET2", "smcctl pnet add NET2 --interface eth0", "");
	*device->pnetid = '\0';
	judge(judge_pnetids, &facts);
	expect("note", "eth0, has PNETID NET1", "", "version 2");
	facts.stack.pnets_error = -EPERM;
	judge(judge_pnetids, &facts);
	expect("warning", "does not tell its PNET table", "", "dmesg");
}

static void test_tuning(void **state)
{
	struct facts facts = healthy();
	struct facts_tunable *tuning = facts.stack.tuning;

	(void)state;
	tuning[TUNABLE_RMEM].value = 65536;
	judge(judge_tuning, &facts);
	expect("note", "net.smc.rmem 65536",
	       "sysctl -w net.smc.wmem=524288 net.smc.rmem=524288", "512K");
	tuning[TUNABLE_RMEM].value = 1000000;
	facts.devices.list[0].max_memory = 1 << 20;
	judge(judge_tuning, &facts);
	expect("warning", "buffers of 1.0MiB, by net.smc.rmem, do not fit twice into the 1.0MiB "
	       "that loopback0 may take", "sysctl -w net.smc.rmem=524288", "max-memory");
	facts.devices.list[0].max_memory = 2 << 20;
	judge(judge_tuning, &facts);
	expect_ok_only("net.smc.rmem 1000000");
	tuning[TUNABLE_AUTOCORKING_SIZE].value = 0;
	judge(judge_tuning, &facts);
	expect_ok_only("net.smc.rmem 1000000");
	tuning[TUNABLE_HANDSHAKE_LIMIT].value = 1;
	judge(judge_tuning, &facts);
	expect("warning", "the handshake limit is on", "", "handshake-limit: off");
	facts.stack.limit_sysctl = true;
	judge(judge_tuning, &facts);
	expect("warning", "the handshake limit is on", "sysctl -w net.smc.limit_smc_hs=0", "");
	tuning[TUNABLE_WMEM].known = false;
	judge(judge_tuning, &facts);
	expect("note", "has no net.smc.wmem", "", "");
}

static void test_sockets(void **state)
{
	struct facts facts = healthy();

	(void)state;
	judge(judge_sockets, &facts);
	expect_ok_only("IPPROTO_SMC is not in this kernel");
	facts.stack.ipproto = true;
	judge(judge_sockets, &facts);
	expect_ok_only("IPPROTO_SMC and AF_SMC");
}

static void test_fallbacks(void **state)
{
	struct facts_fallback fallbacks[] = {
		{ .counted = { .code = NOUEID, .client = 1, .server = 2 } },
		{ .counted = { .code = 0x12345678, .server = 1 }, .now = 3 },
	};
	struct facts facts = healthy();

	(void)state;
	facts.stack.fallbacks = fallbacks;
	facts.stack.n_fallbacks = 2;
	judge(judge_fallbacks, &facts);
	expect("note", "NOUEID (0x03030008), 1 as client and 2 as server", "", "smcctl ueid add UEID --save");
	expect("warning", "UNKNOWN (0x12345678), 0 as client and 1 as server since smc was loaded; "
	       "3 connections of now", "", "");
	facts.stack.diag_error = -ENOENT;
	judge(judge_fallbacks, &facts);
	expect("warning", "has no SMC_DIAG", "", "smc_diag");
	facts.stack.fallbacks_error = -EOPNOTSUPP;
	judge(judge_fallbacks, &facts);
	expect("note", "does not count", "", "");
}

/* Facts with one connection that was tried; of a host, unless that is empty. */
static struct facts probed(const char *host, struct probe **ret_probe)
{
	static struct facts facts;

	facts = healthy();
	facts.probes.n = 1;
	facts.probes.port = 11643;
	strcpy(facts.probes.host, host);
	strcpy(facts.probes.list[0].address, "10.0.0.1:11643");
	facts.probes.list[0].probe = (struct probe){
		.own = { .mode = SMC_MODE_SMCD, .gid = 7, .device = "loopback0" },
		.peer = { .mode = SMC_MODE_SMCD, .gid = 8, .device = "loopback0" },
	};
	*ret_probe = &facts.probes.list[0].probe;
	return facts;
}

static void set_fallback(struct probe *probe, uint32_t own, uint32_t own_peer, uint32_t peer,
			 uint32_t peer_peer)
{
	probe->own.mode = probe->peer.mode = SMC_MODE_FALLBACK;
	probe->own.reason = own;
	probe->own.peer_diagnosis = own_peer;
	probe->peer.reason = peer;
	probe->peer.peer_diagnosis = peer_peer;
}

static void test_carried(void **state)
{
	struct probe *probe;
	struct facts facts = probed("", &probe);

	(void)state;
	judge(judge_probes, &facts);
	expect_ok_only("this machine at 10.0.0.1:11643: SMC-D on loopback0");
	facts = probed("there", &probe);
	*facts.probes.list[0].probe.peer.device = '\0';
	judge(judge_probes, &facts);
	expect_ok_only("there at 10.0.0.1:11643: SMC-D, from loopback0 here to a device of GID "
		       "0x0000000000000008 there");
	facts.probes.list[0].probe.own.mode = SMC_MODE_SMCR;
	judge(judge_probes, &facts);
	expect("note", "SMC-R", "", "");
	facts.probes.list[0].probe.own.diag = PROBE_DIAG_NONE;
	judge(judge_probes, &facts);
	expect("warning", "does not tell by what", "modprobe smc_diag", "");
}

static void judge_fallback_of(const char *host, uint32_t own, uint32_t own_peer, uint32_t peer,
			      uint32_t peer_peer)
{
	struct probe *probe;
	struct facts facts = probed(host, &probe);

	set_fallback(&facts.probes.list[0].probe, own, own_peer, peer, peer_peer);
	judge(judge_probes, &facts);
}

static void test_fell_back(void **state)
{
	(void)state;
	judge_fallback_of("", PEERDECL, NOUEID, NOUEID, 0);
	expect("problem", "this machine at 10.0.0.1:11643: TCP instead of SMC-D: the server would "
	       "not, NOUEID (0x03030008)", "", "see what is said of EIDs");
	judge_fallback_of("", 0x03030000, 0, PEERDECL, 0x03030000);
	expect("problem", "the client would not, NOSMCDEV", "", "of devices");
	judge_fallback_of("there", PEERDECL, NOUEID, NOUEID, 0);
	expect("problem", "the other side would not, NOUEID", "", "on that host: give both sides");
	/* The other side may not have told, but the kernel was. */
	judge_fallback_of("there", PEERDECL, NOUEID, 0, 0);
	expect("problem", "the other side would not, NOUEID", "", "on that host");
	judge_fallback_of("there", 0x01010000, 0, PEERDECL, 0x01010000);
	expect("problem", "this side would not, MEM", "", "| free memory");
	judge_fallback_of("there", 0, 0, PEERDECL, 0x01010000);
	expect("problem", "this side would not, MEM", "", "");
	judge_fallback_of("there", 0, 0, 0x030d0000, 0);
	expect("problem", "the other side would not, MAX_DMB", "", "on that host");
	judge_fallback_of("there", 0, 0, 0, 0);
	expect("problem", "UNKNOWN", "", "");
}

static void test_no_smc(void **state)
{
	struct probe *probe;
	struct facts facts = probed("there", &probe);

	(void)state;
	set_fallback(&facts.probes.list[0].probe, 0x03010000, 0, 0, 0);
	facts.probes.list[0].probe.peer.diag = PROBE_DIAG_NO_SMC;
	judge(judge_probes, &facts);
	expect("problem", "the kernel of that host has no SMC", "", "on that host");
	facts.probes.list[0].probe.own.diag = PROBE_DIAG_NO_SMC;
	judge(judge_probes, &facts);
	expect("problem", "the kernel of this machine has no SMC", "", "smcctl doctor");
	/* Without SMC_DIAG here, that of the other side has to do. */
	facts.probes.list[0].probe.own.diag = PROBE_DIAG_NONE;
	facts.probes.list[0].probe.peer.diag = PROBE_DIAG_KNOWN;
	facts.probes.list[0].probe.own.reason = 0;
	facts.probes.list[0].probe.peer.reason = 0x03010000;
	judge(judge_probes, &facts);
	expect("problem", "the other side would not, PEERNOSMC", "", "on that host");
}

static void judge_failed(const char *host, enum probe_outcome outcome, int error)
{
	struct probe *probe;
	struct facts facts = probed(host, &probe);

	facts.probes.list[0].probe.outcome = outcome;
	facts.probes.list[0].probe.error = error;
	judge(judge_probes, &facts);
}

static void test_not_done(void **state)
{
	(void)state;
	judge_failed("there", PROBE_NOT_CONNECTED, -ECONNREFUSED);
	expect("problem", "nobody listens", "", "on that host: smcctl doctor --serve --port 11643");
	judge_failed("there", PROBE_NOT_CONNECTED, -ETIMEDOUT);
	expect("problem", "the host does not answer", "", "firewall");
	judge_failed("there", PROBE_STRANGER, -EBADMSG);
	expect("problem", "not smcctl doctor --serve", "", "another --port if 11643 is taken");
	judge_failed("there", PROBE_BROKEN, -EPIPE);
	expect("problem", "the connection failed: Broken pipe", "", "dmesg");
	judge_failed("", PROBE_NOT_CONNECTED, -ETIMEDOUT);
	expect("problem", "no connection: ", "", "firewall");
	judge_failed("", PROBE_STRANGER, -EBADMSG);
	expect("problem", "bytes came back wrong", "", "dmesg");
}

static void test_not_tried(void **state)
{
	struct facts facts = healthy();

	(void)state;
	judge(judge_probes, &facts);
	expect("note", "not tried, as smc is not loaded", "", "modules");
	facts.probes.lo_is_down = true;
	judge(judge_probes, &facts);
	expect("problem", "the interface lo is down", "ip link set lo up", "");
	facts.probes.lo_is_down = false;
	strcpy(facts.probes.error, "no such name");
	judge(judge_probes, &facts);
	expect("problem", "no connection to this machine itself: no such name", "", "dmesg");
	strcpy(facts.probes.host, "there");
	judge(judge_probes, &facts);
	expect("problem", "there: no such name", "", "getent hosts");
}

/* One address that works is enough. */
static void test_two_addresses(void **state)
{
	struct probe *probe;
	struct facts facts = probed("there", &probe);

	(void)state;
	facts.probes.n = 2;
	strcpy(facts.probes.list[1].address, "[fd00::1]:11643");
	facts.probes.list[1].probe.outcome = PROBE_NOT_CONNECTED;
	facts.probes.list[1].probe.error = -ECONNREFUSED;
	judge(judge_probes, &facts);
	expect("ok", "there at 10.0.0.1:11643", "", "");
	expect("warning", "there at [fd00::1]:11643: the host answers, but nobody listens", "",
	       "--serve");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_healthy),
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_modules),
		cmocka_unit_test(test_softism),
		cmocka_unit_test(test_daemon_down),
		cmocka_unit_test(test_daemon_up),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_proposal),
		cmocka_unit_test(test_eids),
		cmocka_unit_test(test_no_stack),
		cmocka_unit_test(test_pnetids),
		cmocka_unit_test(test_tuning),
		cmocka_unit_test(test_sockets),
		cmocka_unit_test(test_fallbacks),
		cmocka_unit_test(test_carried),
		cmocka_unit_test(test_fell_back),
		cmocka_unit_test(test_no_smc),
		cmocka_unit_test(test_not_done),
		cmocka_unit_test(test_not_tried),
		cmocka_unit_test(test_two_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
