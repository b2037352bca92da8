#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# smcctl top on a terminal, with a private bus and devices in memory: what it shows in several
# sizes, while it is resized, when smcd goes and comes back, and what it leaves behind.
#
# Environment: see daemon.sh. Says TAP.
set -euo pipefail
# shellcheck source=tests/unit/daemon.sh
. "$(dirname "$0")/daemon.sh"
# shellcheck source=tests/unit/terminal.sh
. "$(dirname "$0")/terminal.sh"

top=$(realpath "$SMCCTL")
top=$(realpath "$SMCCTL")
export top
start_top() { run_program "it shows devices" "> Devices 3" "$top" top; }

test_screens() {
	start_top
	same_screen "80x24" top-80x24
	resize 200 60
	same_screen "resized to 200x60" top-200x60
	resize 40 10
	same_screen "to 40x10" top-40x10
	resize 1 1
	sleep 0.5
	resize 80 24
	same_screen "to 1x1 and back" top-80x24
	press h
	see "help" "any key: back"
	press x
	see "and back" "q quit"
	press s s
	see "sorted by kind" "by KIND"
	press r
	see "reversed" "by KIND, reversed"
	press Tab
	see "another table" "> Connections"
	press BTab
	see "the one before" "> Devices"
	press q
	ended "q ends it" 0
}

# The plugin's devices have sent 1000 bytes for each of their connections.
test_changes() {
	start_top
	edit ism0 's/ 3$/ 900003/'
	see "a rate" "MiB/s  rx 0B/s"
	see "connections" "900005 connections"
	edit ism0 's/ 900003$/ 3/'
	echo "loopback ffff 78 100 4096 1 0" >"$devices/second"
	see "a device comes" "second"
	rm "$devices/second"
	see_not "and goes" "second"
	press Escape x
	stop TERM
	see "smcd has gone" "smcd is not running: systemctl start smcd (since "
	see "and all with it" "Devices 0"
	start
	see "smcd is back" "smcd is back"
	see "and its devices" "> Devices 3"
	kill "$bus_pid"
	wait "$bus_pid" 2>/dev/null || true
	see "the bus has gone" "cannot reach the D-Bus system bus"
	start_bus "$CONF/org.smcd1.conf"
	see "and is back" "smcd is back"
	see "with the devices" "> Devices 3"
	press C-c
	restored "Ctrl-C ends it"
	# The shell gave the rest of its line up.
	type_line ". $work/end"
	ended "as a signal does" 130
}

test_signals() {
	local name status
	for name in TERM HUP QUIT; do
		start_top
		kill "-$name" "$(cat "$work/program.pid")"
		status=$((128 + $(kill -l "$name")))
		ended "SIG$name ends it" "$status"
	done
	start_top
	press C-z
	see "Ctrl-Z stops it" "Stopped"
	restored "and the screen is back"
	type_line "stty cols 70; clear; fg"
	see "it goes on" "> Devices 3"
	stop TERM
	kill -CONT "$(cat "$work/program.pid")"
	see "and is not stuck" "smcd is not running"
	start
	press q
	restored "q ends it"
}

test_no_terminal() {
	local status=0
	is "without a terminal" "$("$SMCCTL" top 2>&1 </dev/null || echo $?)" \
		"smcctl: top needs a terminal: use smcctl stats watch
1"
	type_line "clear; TERM=nonsense \$top top"
	see "on a strange one" "top cannot use the terminal 'nonsense': set TERM, or use"
	type_line "clear; DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nowhere \$top top; echo status \$?"
	see "without a bus" "cannot reach the D-Bus system bus"
	see "which is told by the status" "status 3"
}

policy
echo "loopback ffff 77 100 4096 0 2" >"$devices/stranger"
start
edit ism0 's/ 0$/ 3/'
open_terminal 80 24
test_screens
test_changes
test_signals
test_no_terminal
close_terminal
finish
