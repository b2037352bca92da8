#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the daemon on a private bus with the plugin "memory", without a kernel: Apply, what it
# says of busy devices, and policies on trial.
#
# Environment: see daemon.sh. Says TAP.
set -euo pipefail
# shellcheck source=tests/unit/daemon.sh
. "$(dirname "$0")/daemon.sh"

apply() { manager Apply "$@"; }

test_apply() {
	policy
	is "Apply" "$(apply 0)$(names)" "ism0 loopback0 stranger "
	steps >/dev/null
	is "without a change" "$(apply 1 busy s refuse)$(steps)" ""
	edit ism0 's/ 0$/ 3/'
	edit loopback0 's/ 0$/ 1/'
	say 'plugins: [memory]' 'ueids: []' 'devices: {new: {kind: loopback}, ism0: {kind: '$(
		)'ism-emu, chid: 0x4321}}'
	like "busy devices, refused" "$(apply 1 busy s refuse)" \
		"ism0: 3 connections, loopback0: 1 connection; what is in use would have to go"
	is "nothing at all was done" "$(steps)$(names)" "ism0 loopback0 stranger "
	is "it is the old policy" "$(device_property ism0 CHID)$(device_property loopback0 Managed)" \
		"q 4660b true"
	touch "$devices/stranger"
	sleep 0.5
	is "and stays it" "$(steps)" ""
	is "deferred" "$(apply 1 busy s defer)" ""
	is "what can be done is" "$(steps)" "delete ism0;set ism0 down;delete loopback0;$(
		)set loopback0 down;create new;"
	like "the rest is told" "$(property Problems)" "deferred: delete ism0 of kind ism-emu, to $(
		)create it anew"
	like "by smcctl, too" "$("$SMCCTL" status)" "deferred: delete loopback0, which no file"
	is "by force" "$(apply 1 busy s force)" ""
	is "all is done" "$(steps)" \
		"delete ism0 by force;delete loopback0 by force;create ism0;"
	is "without problems" "$(property Problems)$(device_property ism0 CHID)" "as 0q 17185"
	like "no such way" "$(apply 1 busy s maybe)" "must be 'defer', 'refuse' or 'force'"
	like "of another type" "$(apply 1 busy b true)" "is a text"
	like "an option" "$(apply 1 forse b true)" "Unknown option 'forse'"
	echo 'nonsense: 1' >>"$etc/smcd.yaml"
	like "a mistake" "$(apply 1 busy s refuse)" "$etc/smcd.yaml:4:1: "
	like "is told" "$(property ConfigError)" "$etc/smcd.yaml:4:1: "
	edit new 's/ 0$/ 1/'
	policy
	like "smcctl, refused" "$("$SMCCTL" apply --busy=refuse 2>&1 || echo "status $?")" \
		"new: 1 connection; what is in use would have to go, so nothing was done
status 1"
	like "deferred" "$("$SMCCTL" apply 2>&1 && echo "status $?")" "status 0"
	is "by force, as JSON" "$("$SMCCTL" apply --busy force --json | tr -d ' \n')$(names)" \
		'{"schema":1,"applied":true,"problems":[]}ism0 loopback0 stranger '
}

state_is() { [ "$(property PolicyState)" = "s \"$1\"" ]; }

# The policy with priority 11, and files that say 22.
two_policies() {
	say 'plugins: [memory]' 'ueids: []' 'devices: {loopback0: {kind: loopback, priority: 11}}'
	is "the old policy" "$(apply 0)$(device_property loopback0 Priority)" "u 11"
	say 'plugins: [memory]' 'ueids: []' 'devices: {loopback0: {kind: loopback, priority: 22},' \
		'  extra: {kind: loopback}}'
}

test_confirm() {
	rm "$devices/stranger"
	two_policies
	is "nothing has to be confirmed" "$(property PolicyState) $(property PolicyReason) $(
		property ConfirmDeadline)" 's "files" s "" t 0'
	like "nor can be" "$(manager Confirm 0)" "no policy waits to be confirmed"
	like "nor rolled back" "$(manager Rollback 0)" "no policy waits to be confirmed"
	like "too long" "$(apply 1 confirm u 86401)" "0 to 86400 seconds"
	is "Apply, for a time" "$(apply 1 confirm u 60)$(device_property loopback0 Priority)" "u 22"
	is "it has to be confirmed" "$(property PolicyState)" 's "unconfirmed"'
	like "that is told" "$(property ConfirmDeadline)" "t "
	"$SMCD" --config-root="$work/root" --plugin-dir="$PLUGINS" 2>"$work/log2" || true
	is "a second daemon says what concerns it" "$(sed 's/another smcd runs.*/another/' \
		"$work/log2")" "smcd: the name org.smcd1 has an owner: another"
	like "a reload is refused" "$(reload)" "has to be confirmed or rolled back first"
	like "so is a second Apply" "$(apply 0)" "rolled back by itself in "
	like "and a priority" "$(set_priority loopback0 5 0)" "has to be confirmed"
	like "and a deletion" "$(device Delete loopback0 0)" "has to be confirmed"
	like "Confirm, of another trial" "$(manager Confirm 1 deadline t 77)" "another policy than"
	like "Rollback of another one" "$(manager Rollback 1 deadline t 77)" "another policy than"
	is "change nothing" "$(property PolicyState)" 's "unconfirmed"'
	# shellcheck disable=SC2046 # type and number
	is "Confirm" "$(manager Confirm 1 deadline $(property ConfirmDeadline))" ""
	is "and it stays" "$(property PolicyState)$(property ConfirmDeadline)$(
		device_property loopback0 Priority)" 's "files"t 0u 22'
	is "nothing is left of the one before" "$(test -e "$kept" || echo none)" none
	is "a reload" "$(reload)" ""

	two_policies
	mkdir "$kept"
	touch "$kept/full"
	like "the policy before cannot be kept" "$(apply 1 confirm u 60)" \
		"cannot keep the running policy in $kept: "
	rm -r "$kept"
	is "nothing has changed" "$(property PolicyState)$(device_property loopback0 Priority)" \
		's "files"u 11'
	busctl monitor --json=short org.smcd1 >"$work/monitor" 2>/dev/null &
	local monitor=$!
	sleep 0.5
	is "for a second only" "$(apply 1 confirm u 1)$(device_property loopback0 Priority)" "u 22"
	until_true 5 state_is rolled-back
	is "then it is rolled back" "$(device_property loopback0 Priority) $(names)" \
		"u 11 loopback0 "
	like "that is told" "$(property PolicyReason)" "not confirmed within 1 s"
	like "in the journal, too" "$(cat "$work/log")" "not confirmed within 1 s; the policy that"
	kill "$monitor"
	wait "$monitor" 2>/dev/null || true
	is "and signalled" "$(grep -o '"PolicyState":{"type":"s","data":"[a-z-]*"' "$work/monitor" |
		cut -d'"' -f10 | tr '\n' ' ')" "unconfirmed rolled-back "
	is "the files are as they were" "$(grep -c 22 "$etc/smcd.yaml")" 1
	is "SetPriority, while the files are not used" "$(set_priority loopback0 33 0)$(
		device_property loopback0 Priority) $(names)" "u 33 loopback0 "
	stop
	start
	is "nor are they after a restart" "$(device_property loopback0 Priority) $(names)$(
		property PolicyState)" 'u 33 loopback0 s "rolled-back"'
	rm "$work/root/run/smcd/smcd.d/95-smcctl.yaml"
	is "Apply for a time once more" "$(apply 1 confirm u 60)$(names)" "extra loopback0 "
	is "Rollback" "$(manager Rollback 0)$(device_property loopback0 Priority) $(names)" \
		"u 33 loopback0 "
	is "a reload takes the files" "$(reload)$(property PolicyState)$(
		device_property loopback0 Priority)" 's "files"u 22'
	is "for good" "$(test -e "$kept" || echo none)" none

	two_policies
	is "Apply for a time" "$(apply 1 confirm u 60)$(names)" "extra loopback0 "
	stop KILL || true
	start
	is "a daemon that was killed has not confirmed it" "$(property PolicyState)$(
		device_property loopback0 Priority) $(names)" \
		's "rolled-back"u 11 loopback0 '
	like "it says why" "$(property PolicyReason)" "not confirmed before smcd was started"
	is "the copies are its files" "$(property ConfigFiles)" "as 1 \"$kept/etc/smcd/smcd.yaml\""
	say 'plugins: [memory]' 'ueids: []'
	is "Apply without a time" "$(apply 0)$(property PolicyState)$(names)" 's "files"'
	echo "loopback ffff 77 100 4096 1 0" >"$devices/stranger"
	policy
	apply 0
}

# trial INPUT OPTIONS...: smcctl apply --confirm in the background, its output in $work/trial
trial() {
	local input=$1
	shift
	"$SMCCTL" apply --confirm "$@" <"$input" >"$work/trial" 2>&1 &
	trial=$!
	until_true 5 state_is unconfirmed
}

# trial_ends STATUS WORDS NAME
trial_ends() {
	local status=0
	wait "$trial" || status=$?
	is "$3" "$status $(grep -c "$2" "$work/trial")" "$1 1"
}

# What a trial only finds does not go with it, but is taken over when it is confirmed.
test_trial_stranger() {
	local stranger="loopback ffff 77 100 4096 1 0"
	echo "$stranger" >"$devices/stranger"
	policy
	is "a stranger" "$(apply 0)$(names)" "ism0 loopback0 stranger "
	echo '  stranger: {kind: loopback}' >>"$etc/smcd.yaml"
	is "in a trial" "$(apply 1 confirm u 60)$(device_property stranger Managed)" "b true"
	is "a rollback leaves it" "$(manager Rollback 0)$(names)" "ism0 loopback0 stranger "
	is "in another" "$(apply 1 confirm u 60)$(device_property stranger Managed)" "b true"
	stop KILL || true
	start
	is "so does a new start" "$(names)" "ism0 loopback0 stranger "
	is "confirmed" "$(apply 1 confirm u 60)$(manager Confirm 0)" ""
	until_true 5 grep -qx "device stranger" "$work/root/run/smcd/managed"
	policy
	is "it is ours" "$(apply 0)$(names)" "ism0 loopback0 "
	echo "$stranger" >"$devices/stranger"
}

# What no file names any longer stays as it is, but not after a trial.
test_trial_tuning() {
	local sysctls=$work/root/proc/sys/net/smc
	mkdir -p "$sysctls"
	echo 65536 | tee "$sysctls/wmem" >"$sysctls/rmem"
	policy
	is "no file tunes" "$(apply 0)" ""
	echo 'tuning: {wmem: 1M}' >>"$etc/smcd.yaml"
	is "in a trial" "$(apply 1 confirm u 60)$(cat "$sysctls/wmem")" 1048576
	is "a rollback undoes it" "$(manager Rollback 0)$(cat "$sysctls/wmem")" 65536
	is "and the files are told" "$(property ConfigFiles)" "as 2 \"$etc/smcd.yaml\" $(
		)\"$kept/run/smcd/smcd.d/99-before-trial.yaml\""
	echo 65537 >"$sysctls/rmem"
	sed -i 's/wmem: 1M/wmem: 2M, rmem: 2M/' "$etc/smcd.yaml"
	is "in another" "$(apply 1 confirm u 60)$(cat "$sysctls/wmem" "$sysctls/rmem")" \
		$'2097152\n2097152'
	stop KILL || true
	start
	is "so does a new start" "$(cat "$sysctls/wmem" "$sysctls/rmem")" $'65536\n65537'
	echo 1000 >"$sysctls/autocorking_size"
	sed -i 's/wmem: 2M/wmem: 2M, autocorking-size: 2000/' "$etc/smcd.yaml"
	is "in a third" "$(apply 1 confirm u 60)$(cat "$sysctls/autocorking_size")" 2000
	is "a rollback undoes that, too" "$(manager Rollback 0)$(cat "$sysctls/autocorking_size")" 1000
	is "and no file is told twice" "$(property ConfigFiles)" "as 2 \"$kept/etc/smcd/smcd.yaml\" $(
		)\"$kept/run/smcd/smcd.d/99-before-trial.yaml\""
	is "confirmed" "$(apply 1 confirm u 60)$(manager Confirm 0)" ""
	policy
	is "it stays" "$(apply 0)$(property ConfigFiles)$(cat "$sysctls/wmem")" \
		"as 1 \"$etc/smcd.yaml\"2097152"
	rm -r "$work/root/proc"
}

# What the new policy has no use for is closed, and opened again.
test_rollback_plugins() {
	two_policies
	say 'plugins: [plugin-good]' 'ueids: []' 'devices: {only: {kind: better}}'
	is "another plugin, for a time" "$(apply 1 confirm u 60)$(property Plugins)" \
		'a{sas} 1 "plugin-good" 2 "good" "better"'
	is "the devices of the first are gone" "$(names)" "stranger "
	is "Rollback" "$(manager Rollback 0)" ""
	like "starts the first again" "$(property Plugins)" '"memory" 2 "loopback" "ism-emu"'
	is "with its devices" "$(names)$(device_property loopback0 Priority)" "loopback0 stranger u 11"
	is "without problems" "$(property Problems)" "as 0"
	say 'plugins: [plugin-good]' 'ueids: []' 'devices: {only: {kind: better}}'
	edit loopback0 's/ 0$/ 2/'
	like "one that is in use" "$(apply 2 confirm u 60 busy s refuse)" "loopback0: 2 connections"
	is "is no trial" "$(property PolicyState)" 's "rolled-back"'
	edit loopback0 's/ 2$/ 0/'
	reload
	policy
	apply 0
}

# On a terminal, smcctl asks.
test_terminal() {
	type -P script >/dev/null || { echo "# script is not installed: no terminal"; return; }
	two_policies
	(until_true 10 grep -q "60 s left" "$work/terminal"; echo yes; sleep 1) |
		script -qefc "'$SMCCTL' apply --confirm 60" "$work/terminal" >/dev/null || true
	like "it asks on a terminal" "$(cat "$work/terminal")" \
		"Keep the new policy?  60 s left to say yes or no: "
	is "and takes the answer" "$(property PolicyState)$(grep -c '^confirmed' "$work/terminal")" \
		's "files"1'
	policy
	apply 0
}

test_smcctl_confirm() {
	local trial
	two_policies
	mkfifo "$work/answers"
	exec 3<>"$work/answers"
	trial "$work/answers" 60
	like "status shows the trial" "$("$SMCCTL" status)" "unconfirmed: goes again in "
	like "and that nothing is wrong" "$("$SMCCTL" status --json | tr -d ' \n')" \
		'"state":"ok","version":"'
	echo maybe >&3
	echo yes >&3
	trial_ends 0 "^confirmed" "yes is to confirm"
	is "what else is said is refused" "$(grep -c "'maybe' is neither yes nor no" "$work/trial")" 1
	is "it stays" "$(property PolicyState)$(device_property loopback0 Priority)" 's "files"u 22'
	two_policies
	trial "$work/answers" 60
	echo no >&3
	trial_ends 1 "somebody rolled them back" "no is to go back"
	like "status shows that, too" "$("$SMCCTL" status)" "rolled back: the files are not used"
	like "and that something is wrong" "$("$SMCCTL" status --json | tr -d ' \n')" \
		'"state":"degraded","version":"'
	trial "$work/answers" 60
	kill -INT "$trial"
	trial_ends 1 "somebody rolled them back" "so is Ctrl-C"
	trial /dev/null 1
	trial_ends 6 "not confirmed within 1 s" "so is to do nothing"
	trial /dev/null 60 --json
	is "smcctl confirm" "$("$SMCCTL" confirm)" ""
	trial_ends 0 '"confirmed": *true' "ends it from elsewhere"
	two_policies
	trial /dev/null 60
	is "so does smcctl rollback" "$("$SMCCTL" rollback --json | tr -d ' \n' |
		cut -d, -f1-2)" '{"schema":1,"policy":"rolled-back"'
	trial_ends 1 "somebody rolled them back" "which is told"
	trial /dev/null 60
	kill -KILL "$trial"
	wait "$trial" 2>/dev/null || true
	is "smcctl may be killed" "$(property PolicyState)" 's "unconfirmed"'
	"$SMCCTL" rollback
	trial /dev/null 60
	stop KILL || true
	sleep 0.5
	start
	trial_ends 1 "not confirmed before smcd was started" "a daemon that is killed goes back"
	exec 3>&-
	policy
	apply 0
}

policy
echo "loopback ffff 77 100 4096 1 0" >"$devices/stranger"
start
test_apply
test_confirm
test_trial_stranger
test_trial_tuning
test_rollback_plugins
test_terminal
test_smcctl_confirm
finish
