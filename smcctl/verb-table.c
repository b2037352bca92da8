// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of what smcctl understands, and nothing else; verbs.h says how to add to it. */
#include "run.h"
#include "verbs.h"

const struct verb_option verbs_options[OPTIONS] = {
	[OPTION_SAVE] = {
		.name = "--save",
		.help = "keep the new value over reboots, in /etc/smcd/smcd.d",
	},
	[OPTION_INTERFACE] = {
		.name = "--interface", .value = "NAME", .type.kind = VALUE_INTERFACE,
		.help = "a network interface",
	},
	[OPTION_DEVICE] = {
		.name = "--device", .value = "NAME", .type.kind = VALUE_DEVICE,
		.help = "a device, or NAME/2 for its second port",
	},
	[OPTION_KIND] = {
		.name = "--kind", .value = "KIND", .type.kind = VALUE_KIND,
		.help = "loopback or ism-emu, or another of smcctl status",
	},
	[OPTION_CHID] = {
		.name = "--chid", .value = "CHID", .type.kind = VALUE_CHID,
		.help = "the fabric, 1 to 0xffff",
	},
	[OPTION_GID] = {
		.name = "--gid", .value = "GID", .type.kind = VALUE_GID,
		.help = "the address of the device, else random",
	},
	[OPTION_PNETID] = {
		.name = "--pnetid", .value = "PNETID", .type.kind = VALUE_PNETID,
		.help = "the physical network that it belongs to",
	},
	[OPTION_PRIORITY] = {
		.name = "--priority", .value = "VALUE", .type.kind = VALUE_PRIORITY,
		.help = "0 to 65535, higher is preferred",
	},
	[OPTION_MAX_DMBS] = {
		.name = "--max-dmbs", .value = "NUMBER",
		.type = { .kind = VALUE_NUMBER, .min = 1, .max = 65536 },
		.help = "how many buffers it has room for",
	},
	[OPTION_MAX_MEMORY] = {
		.name = "--max-memory", .value = "BYTES",
		.type = { .kind = VALUE_BYTES, .min = 16384, .max = UINT64_C(1) << 40 },
		.help = "of all its buffers, 16K to 1024G",
	},
	[OPTION_FALLBACK] = {
		.name = "--fallback",
		.help = "only those that fell back to TCP, and why",
	},
	[OPTION_PID] = {
		.name = "--pid", .value = "PID", .type.kind = VALUE_PID,
		.help = "only those of this process",
	},
	[OPTION_FORCE] = {
		.name = "--force",
		.help = "abort connections that are in the way",
	},
	[OPTION_TIMEOUT] = {
		.name = "--timeout", .value = "SECONDS", .type.kind = VALUE_SECONDS,
		.help = "wait no longer than that, 1 to 86400",
	},
	[OPTION_DRY_RUN] = {
		.name = "--dry-run",
		.help = "only print what would be done",
	},
	[OPTION_BUSY] = {
		.name = "--busy", .value = "defer|refuse|force", .type.kind = VALUE_WORD,
		.help = "what becomes of devices in use",
	},
	[OPTION_CONFIRM] = {
		.name = "--confirm", .value = "SECONDS", .type.kind = VALUE_SECONDS,
		.help = "go back unless confirmed, 1 to 86400",
	},
	[OPTION_ROOT] = {
		.name = "--root", .value = "DIR", .type.kind = VALUE_PATH,
		.help = "put DIR before the paths of all files",
	},
	[OPTION_SERVE] = {
		.name = "--serve",
		.help = "be the other end for smcctl doctor HOST",
	},
	[OPTION_PORT] = {
		.name = "--port", .value = "PORT", .type = { VALUE_NUMBER, 1, 65535 },
		.help = "listen there, instead of at 11643",
	},
	[OPTION_INTERVAL] = {
		.name = "--interval", .value = "SECONDS", .type.kind = VALUE_SECONDS,
		.help = "look so often, every 1 to 86400 seconds",
	},
	[OPTION_COUNT] = {
		.name = "--count", .value = "N", .type = { VALUE_NUMBER, 1, 1000000000 },
		.help = "end after that many times",
	},
	[OPTION_ABSOLUTE] = {
		.name = "--absolute",
		.help = "whatever reset-baseline was told",
	},
	[OPTION_TEXTFILE] = {
		.name = "--textfile", .value = "FILE", .type.kind = VALUE_PATH,
		.help = "write FILE, whole or not at all",
	},
	[OPTION_HTTP] = {
		.name = "--http",
		.help = "answer an HTTP request on standard input",
	},
	[OPTION_COLUMNS] = {
		.name = "--output", .letter = "-o", .value = "COLUMNS", .type.kind = VALUE_COLUMNS,
		.help = "show these, NAME,NAME...; +NAME: also this one",
	},
	[OPTION_SUMMARY] = {
		.name = "--summary",
		.help = "say at the end what carried the connections",
	},
	[OPTION_FILE] = {
		.name = "--file", .value = "FILE", .type.kind = VALUE_PATH,
		.help = "where that goes, instead of standard error",
	},
	[OPTION_UNIT] = {
		.name = "--unit", .value = "UNIT", .type.kind = VALUE_UNIT,
		.help = "a service of systemd, instead of a COMMAND",
	},
	[OPTION_REMOVE] = {
		.name = "--remove",
		.help = "take back what was done for that",
	},
	[OPTION_JSON] = {
		.name = "--json", .global = true, .of_output = true,
		.help = "print JSON, with all numbers in full",
	},
	[OPTION_NOHEADINGS] = {
		.name = "--noheadings", .global = true, .of_output = true,
		.help = "print tables without the line of headings",
	},
	[OPTION_COLOR] = {
		.name = "--color", .value = "auto|always|never", .type.kind = VALUE_WORD,
		.global = true, .of_output = true,
		.help = "whether to print in colours",
	},
	[OPTION_NO_PAGER] = {
		.name = "--no-pager", .global = true, .of_output = true,
		.help = "print long output to the terminal itself",
	},
	[OPTION_HELP] = {
		.name = "--help", .letter = "-h", .global = true,
		.help = "print this help",
	},
	[OPTION_VERSION] = {
		.name = "--version", .letter = "-V", .global = true,
		.help = "print the version of smcctl",
	},
};

const struct object verbs_objects[] = {
	{ "device", "devices that carry SMC-D connections", NULL },
	{ "linkgroup", "link groups, which connections of one device to one peer share", NULL },
	{ "connection", "connections of programs that asked for SMC", NULL },
	{ "stats", "counters of the devices and of the kernel", "show" },
	{ "ueid", "user-defined EIDs, of which two ends need one in common", NULL },
	{ "seid", "the system EID, which only IBM Z has", "show" },
	{ "config", "the files that say what is to be, and what came of them", NULL },
	{ "pnet", "PNETIDs, which tell what is of one physical network", NULL },
	{ NULL, NULL, NULL }
};

#define A_DEVICE { .name = "NAME", .type.kind = VALUE_DEVICE, \
		   .help = "a device of \"smcctl device list\"" }

const struct verb verbs[] = {
	{
		.object = "device", .name = "list",
		.summary = "list the devices",
		.details =
		"One line a device, in the order in which the kernel proposes them to peers.\n"
		"RANK 1 is proposed first, \"-\" takes no new connections. TX and RX are the\n"
		"bytes that the device moved.\n",
		.options = { OPTION_COLUMNS },
		.columns = device_list_columns,
		.run = run_device_list,
	}, {
		.object = "device", .name = "show",
		.summary = "show everything about one device",
		.details =
		"All properties and counters of a device.\n",
		.arguments = { A_DEVICE },
		.run = run_device_show,
	}, {
		.object = "device", .name = "priority",
		.summary = "show or set priorities",
		.details =
		"The device of the highest priority is preferred for new connections; those\n"
		"that exist live on. Without VALUE: shows the priority that is configured, the\n"
		"effective rank, and why it is another where that is so; without NAME: of all\n"
		"devices. With VALUE: sets the priority, until the next boot or, with --save,\n"
		"for good.\n",
		.options = { OPTION_SAVE },
		.arguments = {
			{ .name = "NAME", .type.kind = VALUE_DEVICE, .optional = true,
			  .help = "a device of \"smcctl device list\"" },
			{ .name = "VALUE", .type.kind = VALUE_PRIORITY, .optional = true,
			  .help = "0 to 65535, higher is preferred" },
		},
		.check = check_device_priority,
		.run = run_device_priority,
	}, {
		.object = "device", .name = "up",
		.summary = "let a device take new connections",
		.details =
		"The device takes new connections again. This holds until the next boot, whatever\n"
		"the configuration says.\n",
		.arguments = { A_DEVICE },
		.run = run_device_up,
	}, {
		.object = "device", .name = "down",
		.summary = "keep a device from taking new connections",
		.details =
		"The device takes no new connections; those that exist live on, and it is\n"
		"\"draining\" until the last one ends. This holds until the next boot, whatever the\n"
		"configuration says, or until \"smcctl device up\".\n",
		.arguments = { A_DEVICE },
		.run = run_device_down,
	}, {
		.object = "device", .name = "drain",
		.summary = "take a device down and wait for its connections",
		.details =
		"Does what \"device down\" does, and prints how many connections are left, until\n"
		"there are none. When the time is up, or on Ctrl-C, the device stays down.\n",
		.options = { OPTION_TIMEOUT },
		.arguments = { A_DEVICE },
		.run = run_device_drain,
	}, {
		.object = "device", .name = "delete",
		.summary = "delete a device",
		.details =
		"While connections use the device, it is refused; with --force they are\n"
		"aborted, and the device goes when the applications have closed their sockets.\n"
		"A device that the configuration names is made again at the next reload or\n"
		"start of smcd: take it out of the files, or use \"device down\".\n",
		.options = { OPTION_FORCE },
		.arguments = { A_DEVICE },
		.run = run_device_delete,
	}, {
		.object = "device", .name = "create",
		.summary = "create a software device",
		.details =
		"The device is there until the next boot or, with --save, for good. What no\n"
		"option says is as smcd.yaml(5) has it for the kind. \"device delete\" undoes it.\n",
		.options = { OPTION_KIND, OPTION_CHID, OPTION_GID, OPTION_PNETID, OPTION_PRIORITY,
			     OPTION_MAX_DMBS, OPTION_MAX_MEMORY, OPTION_SAVE },
		.arguments = {
			{ .name = "NAME", .type.kind = VALUE_DEVICE,
			  .help = "1 to 31 of A-Z, a-z, 0-9, \".\", \"_\", \":\", \"-\"" },
		},
		.check = check_device_create,
		.run = run_device_create,
	}, {
		.object = "device", .name = "stats",
		.summary = "show what devices count",
		.details =
		"All counters of a device since it exists; without NAME: those of all devices,\n"
		"and their totals.\n",
		.arguments = {
			{ .name = "NAME", .type.kind = VALUE_DEVICE, .optional = true,
			  .help = "a device of \"smcctl device list\"" },
		},
		.run = run_device_stats,
	}, {
		.object = "device", .name = "test",
		.summary = "send bytes over a device",
		.details =
		"Makes a connection of this machine with itself, compares what comes back, and\n"
		"looks whether it went over this device. If the kernel takes another one, it says\n"
		"which, and what to do; nothing is changed.\n",
		.arguments = { A_DEVICE },
		.run = run_device_test,
	}, {
		.object = "linkgroup", .name = "list",
		.summary = "list the link groups",
		.details =
		"One line for each link group of SMC-D: the device, the peer, and how many\n"
		"connections share it. VERSION and what follows are \"-\" where the kernel leaves\n"
		"a link group out of its list; such ones without connections are not shown.\n",
		.options = { OPTION_COLUMNS },
		.columns = linkgroup_list_columns,
		.run = run_linkgroup_list,
	}, {
		.object = "linkgroup", .name = "show",
		.summary = "show everything about one link group",
		.details =
		"All properties of a link group.\n",
		.arguments = {
			{ .name = "ID", .type.kind = VALUE_LINKGROUP,
			  .help = "a link group of \"smcctl linkgroup list\"" },
		},
		.run = run_linkgroup_show,
	}, {
		.object = "connection", .name = "list",
		.summary = "list the connections",
		.details =
		"One line for each connection of an SMC socket in smcd's network namespace: by\n"
		"what it is carried, and if that is TCP, why: the reason of this side and, where\n"
		"the peer declined, that of the peer; and the process that has it, as far as you\n"
		"may see it. With --fallback the reason comes in words, too.\n",
		.options = { OPTION_FALLBACK, OPTION_PID, OPTION_COLUMNS },
		.columns = connection_list_columns,
		.run = run_connection_list,
	}, {
		.object = "stats", .name = "show",
		.summary = "show all counters",
		.details =
		"The counters of each device and their totals, the kernel's statistics of SMC\n"
		"in smcd's network namespace, and why connections fell back to TCP. Statistics\n"
		"that are 0 are left out, but not of --json. This is what stats alone does.\n",
		.options = { OPTION_ABSOLUTE },
		.run = run_stats_show,
	}, {
		.object = "stats", .name = "watch",
		.summary = "print how fast counters of devices grow",
		.details =
		"One line for each device every second, until Ctrl-C: its connections, and what\n"
		"it has moved a second since the line before. With --json, an object a line has\n"
		"all counters: what was added, and how much that is a second.\n",
		.options = { OPTION_INTERVAL, OPTION_COUNT, OPTION_COLUMNS },
		.columns = stats_watch_columns,
		.run = run_stats_watch,
	}, {
		.object = "stats", .name = "reset-baseline",
		.summary = "have \"stats show\" count from now on",
		.details =
		"Notes, for you alone, what the counters are: \"smcctl stats show\" takes that off,\n"
		"until the next boot, and for a device until it is made anew. Counters themselves\n"
		"are not changed.\n",
		.run = run_stats_reset_baseline,
	}, {
		.object = "stats", .name = "fallback",
		.summary = "show why connections fell back to TCP",
		.details =
		"One line for each reason, in smcd's network namespace: how many connections of\n"
		"either side fell back for it, what it means, and what is likely to help.\n",
		.options = { OPTION_ABSOLUTE, OPTION_COLUMNS },
		.columns = stats_fallback_columns,
		.run = run_stats_fallback,
	}, {
		.object = "ueid", .name = "list",
		.summary = "list the UEIDs",
		.details =
		"One line for each UEID that the files want or the kernel has: whether the\n"
		"kernel has it, and who wants it: FILE:LINE, \"by hand\" (until the next boot) or\n"
		"others, whose UEIDs are left alone.\n",
		.options = { OPTION_COLUMNS },
		.columns = ueid_list_columns,
		.run = run_ueid_list,
	}, {
		.object = "ueid", .name = "add",
		.summary = "add a UEID",
		.details =
		"Two ends speak SMC-D version 2 only if they have an EID in common. \"auto\" is\n"
		"one made from the machine-id, for connections within this machine. The kernel\n"
		"takes four. This holds until the next boot or, with --save, for good.\n",
		.options = { OPTION_SAVE },
		.arguments = {
			{ .name = "UEID", .type.kind = VALUE_EID,
			  .help = "1 to 32 of A-Z, 0-9, \".\" and \"-\", or auto" },
		},
		.run = run_ueid_add,
	}, {
		.object = "ueid", .name = "delete",
		.summary = "delete a UEID that was added by hand",
		.details =
		"Takes back \"ueid add\"; with --save also one that was saved. What another file\n"
		"wants is to be taken out there: it is printed as FILE:LINE:COLUMN.\n",
		.options = { OPTION_SAVE },
		.arguments = {
			{ .name = "UEID", .type.kind = VALUE_EID,
			  .help = "a UEID of \"smcctl ueid list\"" },
		},
		.run = run_ueid_delete,
	}, {
		.object = "seid", .name = "show",
		.summary = "show whether the system EID is enabled",
		.details =
		"What is configured, what is in effect, and why, where that differs. Only\n"
		"kernels of IBM Z (s390) have a system EID; elsewhere UEIDs are used.\n",
		.run = run_seid_show,
	}, {
		.object = "seid", .name = "enable",
		.summary = "have the kernel offer the system EID",
		.details =
		"This holds until the next boot or, with --save, for good. Off IBM Z (s390) the\n"
		"kernel refuses it.\n",
		.options = { OPTION_SAVE },
		.run = run_seid_enable,
	}, {
		.object = "seid", .name = "disable",
		.summary = "keep the kernel from offering the system EID",
		.details =
		"This holds until the next boot or, with --save, for good. A UEID is needed in\n"
		"its place. Off IBM Z (s390) the kernel refuses it.\n",
		.options = { OPTION_SAVE },
		.run = run_seid_disable,
	}, {
		.object = "pnet", .name = "list",
		.summary = "list the PNETIDs",
		.details =
		"One line for each network interface and device that has a PNETID, or is to have\n"
		"one: whether the kernel has it so, and who wants it: FILE:LINE, \"by hand\"\n"
		"(until the next boot) or others, whose PNETIDs are left alone.\n",
		.options = { OPTION_COLUMNS },
		.columns = pnet_list_columns,
		.run = run_pnet_list,
	}, {
		.object = "pnet", .name = "add",
		.summary = "give an interface or a device a PNETID",
		.details =
		"A device that has a PNETID serves only connections through interfaces with the\n"
		"same one. It holds until the next boot or, with --save, for good.\n",
		.options = { OPTION_INTERFACE, OPTION_DEVICE, OPTION_SAVE },
		.arguments = {
			{ .name = "PNETID", .type.kind = VALUE_PNETID,
			  .help = "1 to 16 of A-Z and 0-9; letters become upper case" },
		},
		.check = check_pnet_add,
		.run = run_pnet_add,
	}, {
		.object = "pnet", .name = "delete",
		.summary = "delete a PNETID that was given by hand",
		.details =
		"Takes back \"pnet add\", of the interface or device or, without one, of all that\n"
		"got this PNETID so; with --save also what was saved. What another file wants is\n"
		"to be taken out there: it is printed as FILE:LINE:COLUMN.\n",
		.options = { OPTION_INTERFACE, OPTION_DEVICE, OPTION_SAVE },
		.arguments = {
			{ .name = "PNETID", .type.kind = VALUE_PNETID,
			  .help = "a PNETID of \"smcctl pnet list\"" },
		},
		.check = check_pnet_delete,
		.run = run_pnet_delete,
	}, {
		.object = "config", .name = "show",
		.summary = "show the running policy, line by line",
		.details =
		"For each setting: what the files say, what is in effect, which line wants it, or\n"
		"that it was set by hand, by others or is a default; and why the two differ. With\n"
		"all files merged, as they were last taken.\n",
		.options = { OPTION_COLUMNS },
		.columns = config_show_columns,
		.run = run_config_show,
	}, {
		.object = "config", .name = "diff",
		.summary = "show what the files and the kernel differ in",
		.details =
		"What an apply would change now, with the line that wants it, and connections in\n"
		"the way; and what the files want but cannot have, and why. Changes nothing.\n",
		.options = { OPTION_COLUMNS },
		.columns = config_diff_columns,
		.run = run_config_diff,
	}, {
		.name = "status",
		.summary = "show how smcd is",
		.details =
		"Version and state of the daemon, its files, plugins and problems, and how many\n"
		"devices and connections there are. This is what smcctl does without a verb.\n",
		.run = run_status,
	}, {
		.name = "doctor", .own_page = true,
		.summary = "find out why SMC-D does not work, and what cures it",
		.details =
		"Looks at the kernel, its modules, smcd, devices, EIDs, PNETIDs, tuning and\n"
		"fallbacks, and tries a connection of this machine to itself; smcd need not run.\n"
		"Each problem comes with its cure. With HOST: tries a connection to a host where\n"
		"\"smcctl doctor --serve\" runs. The exit status is 1 if there is a problem.\n",
		.options = { OPTION_SERVE, OPTION_PORT },
		.arguments = {
			{ .name = "HOST", .type.kind = VALUE_HOST, .optional = true,
			  .help = "HOST, HOST:PORT or [ADDRESS]:PORT" },
		},
		.check = check_doctor,
		.run = run_doctor,
	}, {
		.name = "report", .own_page = true,
		.summary = "print what belongs to a report of a bug",
		.details =
		"Versions, findings of doctor, state, files, modules, tuning, devices, link\n"
		"groups, counters, connections, and lines of the journal, in one text. Read it\n"
		"before you give it to others: it has addresses and what the files say.\n",
		.run = run_report,
	}, {
		.name = "monitor", .own_page = true,
		.summary = "print what happens, as it happens",
		.details =
		"One line for each event: devices that come, change or go, link groups, changes\n"
		"of the policy, connections that fall back to TCP, and smcd itself. Until Ctrl-C.\n",
		.options = { OPTION_INTERVAL },
		.run = run_monitor,
	}, {
		.name = "metrics", .own_page = true,
		.summary = "print metrics for Prometheus",
		.details =
		"What smcd knows of devices, connections and fallbacks as OpenMetrics text: to\n"
		"standard output, into a file for node_exporter, or as the answer to an HTTP\n"
		"request, for smcd-metrics.socket.\n",
		.no_output = true,
		.options = { OPTION_TEXTFILE, OPTION_HTTP },
		.check = check_metrics,
		.run = run_metrics,
	}, {
		.name = "verify", .also_object = "config", .also_name = "check",
		.summary = "check the configuration",
		.details =
		"Reads the files and checks them, also whether the plugins know the kinds of the\n"
		"devices. The first mistake is printed as FILE:LINE:COLUMN. smcd need not run.\n",
		.options = { OPTION_ROOT },
		.run = run_verify,
	}, {
		.name = "reload",
		.summary = "read the configuration anew",
		.details =
		"Makes the kernel match /etc/smcd/smcd.yaml and its drop-ins. When they have a\n"
		"mistake, it is printed as FILE:LINE:COLUMN, and all stays as it is.\n",
		.run = run_reload,
	}, {
		.name = "apply", .also_object = "config", .also_name = "apply",
		.summary = "make the kernel match the configuration",
		.details =
		"Does what reload does. A device that has to go while connections use it takes no\n"
		"new ones, and goes after the last: --busy=refuse has nothing done instead, and\n"
		"--busy=force aborts them. With --confirm, smcctl asks whether to keep the new\n"
		"policy: without a \"yes\" in time the one before runs again, also when smcctl or\n"
		"smcd ends meanwhile. \"no\" or Ctrl-C goes back at once. The files stay as they\n"
		"are.\n",
		.options = { OPTION_DRY_RUN, OPTION_BUSY, OPTION_CONFIRM },
		.check = check_apply,
		.run = run_apply,
	}, {
		.name = "confirm",
		.summary = "keep a policy that was applied on trial",
		.details =
		"Confirms what \"smcctl apply --confirm\" has applied, from another terminal.\n",
		.run = run_confirm,
	}, {
		.name = "rollback",
		.summary = "go back from a policy that was applied on trial",
		.details =
		"Ends what \"smcctl apply --confirm\" has begun: the policy before runs again.\n",
		.run = run_rollback,
	}, {
		.name = "shell",
		.summary = "take verbs one by one",
		.details =
		"On a terminal: verbs are typed with Tab completing them, and lines of before\n"
		"come back by the arrows; what happens to devices is printed above. From a file\n"
		"or pipe: one command a line; the first one that fails is the last one.\n",
		.own_page = true,
		.no_output = true,
		.run = run_shell,
	}, {
		.name = "top",
		.summary = "watch devices, connections and fallbacks live",
		.details =
		"Shows, until \"q\" is typed, the devices and what they move a second, the\n"
		"connections and by what they are carried, and why connections fell back to TCP.\n"
		"\"h\" explains the keys. Where there is no terminal, use stats watch.\n",
		.options = { OPTION_INTERVAL },
		.own_page = true,
		.no_output = true,
		.run = run_top,
	}, {
		.name = "run",
		.summary = "start a program over SMC",
		.details =
		"Starts COMMAND, whose TCP sockets become SMC sockets, also those of programs\n"
		"that it starts. Connections that SMC cannot carry are TCP. The exit status is\n"
		"that of the command; 125: it was not started, 126: it cannot be run, 127: it is\n"
		"not there. With --unit, a drop-in does the same for a service, from when it is\n"
		"restarted on.\n",
		.options = { OPTION_SUMMARY, OPTION_FILE, OPTION_UNIT, OPTION_REMOVE,
			     OPTION_DRY_RUN },
		.arguments = {
			{ .name = "COMMAND", .type.kind = VALUE_COMMAND, .optional = true,
			  .help = "a program, and behind it its arguments" },
		},
		.own_page = true,
		.check = check_run,
		.run = run_run,
	},
	{ .name = NULL }
};
