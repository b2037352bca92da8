#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What smcctl --json prints is as the schemas in smcctl/schema say: all that can be had from the
# daemon on a private bus with the plugin "memory", without a kernel.
#
# Environment: see daemon.sh. Says TAP.
set -euo pipefail
# shellcheck source=tests/unit/daemon.sh
. "$(dirname "$0")/daemon.sh"

if ! /usr/bin/python3 -c 'import jsonschema' 2>/dev/null; then
	echo "1..0 # SKIP python3-jsonschema is not installed"
	exit 0
fi
checker=${XML%/smcd/*}/tests/vm/schema.py

# prints KIND ARGUMENTS...: smcctl succeeds, and prints what the schema allows
prints() {
	local kind=$1
	shift
	if ! "$SMCCTL" --json "$@" >"$work/json" 2>"$work/errors"; then
		cat "$work/errors" >>"$work/log"
		fail "smcctl $* --json succeeds"
	elif "$checker" "$kind" <"$work/json" >>"$work/log" 2>&1; then
		pass "$kind: smcctl $* --json"
	else
		cat "$work/json" >>"$work/log"
		fail "$kind: smcctl $* --json"
	fi
}

# refuses KIND JSON: the checker notices what is wrong
refuses() {
	if "$checker" "$1" <<<"$2" >/dev/null 2>&1; then
		fail "$1: $2"
	else
		pass "the checker refuses, as $1, $2"
	fi
}

test_checker() {
	refuses reload '{"schema": 1, "reloaded": true}'
	refuses reload '{"schema": 2, "reloaded": true, "problems": []}'
	refuses reload '{"schema": 1, "reloaded": true, "problems": [], "more": 1}'
	refuses reload '{"schema": 1, "reloaded": true, "problems": [""]}'
	refuses reload '{"schema": 1'
	refuses nothing '{"schema": 1}'
}

test_reading() {
	prints device-list device list
	prints device-show device show ism0
	prints device-priority device priority
	prints linkgroup-list linkgroup list
	prints ueid-list ueid list
	prints config-show config show
	prints config-diff config diff
	prints device-stats device stats
	prints device-stats device stats ism0
	prints seid-show seid
	prints pnet-list pnet list
	prints status status
	prints status
	prints report report
}

test_watch() {
	local status=0
	if "$SMCCTL" stats watch --json --count 2 >"$work/json" 2>"$work/errors" &&
	   "$checker" stats-watch lines <"$work/json" >>"$work/log" 2>&1; then
		pass "stats-watch: two lines"
	else
		cat "$work/json" "$work/errors" >>"$work/log"
		fail "stats-watch: two lines"
	fi
	is "each device has two" "$(grep -c '"device":"ism0"' "$work/json") $(wc -l <"$work/json")" \
		"2 6"
	"$SMCCTL" stats watch --count 1 -o device,tx/s --noheadings >"$work/json"
	is "in columns" "$(grep '^ism0 ' "$work/json" | tr -s ' ')" "ism0 0B"
	"$SMCCTL" stats watch -o nothing >"$work/json" 2>"$work/errors" || status=$?
	is "a column that is not there ends it" "$status $(wc -c <"$work/json")" "2 0"
	like "and is told" "$(cat "$work/errors")" "no column 'nothing': choose from TIME, DEVICE"
}

# Not JSON, but how tables look
test_style() {
	local escape=$'\033' status=0
	is "no colours into a pipe" "$("$SMCCTL" device list | grep -c "$escape")" 0
	like "--color always" "$("$SMCCTL" device list --color always)" "${escape}[32mup"
	is "columns that are wanted" "$("$SMCCTL" device list -o state,name \
		--noheadings | grep 'ism0$' | tr -s ' ')" "up ism0"
	like "and more of them" "$("$SMCCTL" device list --output=+plugin | head -n 1)" "RX PLUGIN"
	"$SMCCTL" device list -o name,gidd >"$work/json" 2>"$work/errors" || status=$?
	is "one that is not there" "$status $(cat "$work/json" "$work/errors")" \
		"2 smcctl: there is no column 'gidd': choose from NAME, KIND, STATE, PRIORITY, $(
		)RANK, CHID, GID, CONNS, DMBS, TX, RX, PNETID, PLUGIN, MANAGED, MAX-DMBS, $(
		)FUNCTION-ID, REASON"
}

test_baseline() {
	local status=0
	export XDG_STATE_HOME=$work/state
	prints stats-reset-baseline stats reset-baseline
	is "it has a file" "$(stat -c %a "$work/state/smcctl/baseline.json")" 644
	like "stats show goes by it" "$("$SMCCTL" stats show 2>&1 >/dev/null)" "counted since 20"
	is "or does not" "$("$SMCCTL" stats show --absolute 2>&1 | grep -c 'counted since')" 0
	echo nonsense >"$work/state/smcctl/baseline.json"
	like "a bad file is told" "$("$SMCCTL" stats show 2>&1 >/dev/null)" \
		"baseline.json: not a baseline: \"smcctl stats reset-baseline\" makes one"
	unset XDG_STATE_HOME
	HOME='' "$SMCCTL" stats reset-baseline >/dev/null 2>"$work/errors" || status=$?
	like "without a place" "$status $(cat "$work/errors")" "1 smcctl: there is no place"
}

unconfirmed() {
	[ "$(property PolicyState)" = 's "unconfirmed"' ]
}

test_changing() {
	prints device-priority device priority ism0 7
	prints device-down device down ism0
	prints device-drain device drain ism0
	prints device-up device up ism0
	prints device-delete device delete ism0
	prints device-create device create made --kind loopback --priority 5
	prints device-delete device delete made
	prints reload reload
	prints apply apply
	say 'plugins: [memory]' 'ueids: []' 'devices:' '  loopback0:' '    kind: loopback' \
		'    priority: 7' '  new:' '    kind: loopback'
	prints apply apply --dry-run
	"$SMCCTL" --json apply --confirm 60 >"$work/trial" 2>/dev/null </dev/null &
	until_true 5 unconfirmed
	prints status status
	prints confirm confirm
	wait $!
	if "$checker" apply <"$work/trial" >>"$work/log"; then
		pass "apply: --confirm"
	else
		fail "apply: --confirm"
	fi
	policy
	prints apply apply
}

# happened EVENT WORDS: monitor has printed that, in both ways
happened() {
	if until_true 10 grep -q "\"event\":\"$1\".*$2" "$work/monitor" &&
	   until_true 5 grep -q "Z $1.*$3" "$work/monitor-text"; then
		pass "monitor: $1"
	else
		cat "$work/monitor" "$work/monitor-text" >>"$work/log"
		fail "monitor: $1: no $2 or $3"
	fi
}

test_monitor() {
	local monitor text status=0
	"$SMCCTL" monitor --json --interval 1 >"$work/monitor" 2>"$work/errors" &
	monitor=$!
	"$SMCCTL" monitor >"$work/monitor-text" 2>&1 &
	text=$!
	until_true 5 grep -q waiting "$work/errors" || true
	is "it waits for smcd" "$(grep -c waiting "$work/errors")" 1
	start
	happened smcd-started '' ''
	"$SMCCTL" device down ism0 >/dev/null
	happened device-changed '"device":"ism0".*"state":"down"' 'device=ism0 .*state=down'
	"$SMCCTL" device drain ism0 >/dev/null
	happened drain-progress '"connections":0,"drain":"done"' 'connections=0 drain=done'
	"$SMCCTL" device up ism0 >/dev/null
	rm "$devices/stranger"
	happened device-removed '"device":"stranger"' device=stranger
	echo "loopback ffff 77 100 4096 1 0" >"$devices/stranger"
	happened device-added '"device":"stranger","kind":"loopback".*"gid":"0x00000000' \
		'device=stranger kind=loopback'
	say 'plugins: [memory'
	"$SMCCTL" reload >/dev/null 2>&1 || true
	happened policy-changed '"config_error":"/.*: ' 'config_error="/.*: '
	policy
	"$SMCCTL" reload >/dev/null
	stop TERM
	happened smcd-stopped '' ''
	kill -INT "$monitor"
	wait "$monitor" || status=$?
	kill -TERM "$text"
	wait "$text" || status=$?
	is "signals end it well" "$status" 0
	sleep 2
	is "it has not started smcd" "$(busctl --list --no-legend list | grep -c org.smcd1)" 0
	if "$checker" monitor lines <"$work/monitor" >>"$work/log" 2>&1; then
		pass "monitor: all lines"
	else
		fail "monitor: all lines"
	fi
	start
}

policy
echo "loopback ffff 77 100 4096 1 0" >"$devices/stranger"
test_monitor
test_checker
test_reading
test_watch
test_style
test_baseline
test_changing
finish
