#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the daemon on a private bus with the plugin "memory", without a kernel: start, reload,
# priorities, drift, failures, and the bus going away.
#
# Environment: see daemon.sh. Says TAP.
set -euo pipefail
# shellcheck source=tests/unit/daemon.sh
. "$(dirname "$0")/daemon.sh"

test_check() {
	local status=0 out
	policy
	"$SMCD" --config-root="$work/root" --plugin-dir="$PLUGINS" --check
	pass "--check takes a good file"
	say 'plugins: [memory]' 'devices:' '  x:' '    kind: loopback' '    chid: 70000'
	out=$("$SMCD" --config-root="$work/root" --plugin-dir="$PLUGINS" --check 2>&1) || status=$?
	is "--check exits 1" "$status" 1
	like "--check names the place" "$out" "$etc/smcd.yaml:5:11: "
	say 'plugins: [memory, nothing]'
	out=$("$SMCD" --config-root="$work/root" --plugin-dir="$PLUGINS" --check 2>&1) || status=$?
	like "--check knows plugins" "$out" "$etc/smcd.yaml:1:19: there is no plugin 'nothing'"
	say 'plugins: [memory]' 'devices: {x: {kind: virtio-ism}}'
	out=$("$SMCD" --config-root="$work/root" --plugin-dir="$PLUGINS" --check 2>&1) || status=$?
	like "--check knows kinds" "$out" "$etc/smcd.yaml:2:21: no plugin of 'plugins' knows the kind"
}

test_bad_start() {
	local status=0
	say 'plugins: memory'
	"$SMCD" --config-root="$work/root" --plugin-dir="$PLUGINS" 2>"$work/log" || status=$?
	is "a bad file at start is fatal" "$status" 78
	like "and is told" "$(cat "$work/log")" "$etc/smcd.yaml:1:10: "
	say 'plugins: [memory]' 'devices:' '  x:' '    kind: token-ring'
	status=0
	"$SMCD" --config-root="$work/root" --plugin-dir="$PLUGINS" 2>"$work/log" || status=$?
	is "so is an unknown kind" "$status" 78
	like "which is told" "$(cat "$work/log")" "$etc/smcd.yaml:4:11: no plugin"
	policy
	mkdir -p "$kept/etc/smcd"
	echo nonsense >"$kept/etc/smcd/smcd.yaml"
	status=0
	"$SMCD" --config-root="$work/root" --plugin-dir="$PLUGINS" 2>"$work/log" || status=$?
	is "so is one of those that are kept" "$status" 78
	like "with the way out" "$(cat "$work/log")" "to start with the files instead, remove $kept"
	rm -r "$kept"
}

test_start() {
	policy
	echo "loopback ffff 77 100 4096 1 0" >"$devices/stranger"
	steps >/dev/null
	start
	is "devices are made" "$(names)" "ism0 loopback0 stranger "
	is "and no more is done" "$(steps)" "create loopback0;create ism0;"
	like "they are listed in order" "$(busctl call "${MANAGER[@]}" ListDevices)" \
		'a(so) 3 "ism0" "/org/smcd1/device/ism0" "loopback0"'
	is "a named device is managed" "$(device_property ism0 Managed)" "b true"
	is "another one is not" "$(device_property stranger Managed)" "b false"
	is "files are told" "$(property ConfigFiles)" "as 1 \"$etc/smcd.yaml\""
	is "plugins are told" "$(property Plugins)" 'a{sas} 1 "memory" 2 "loopback" "ism-emu"'
	is "no problems" "$(property Problems)" "as 0"
	like "GetDevice knows" "$(busctl call "${MANAGER[@]}" GetDevice s ism0)" /device/ism0
	like "and does not" "$(busctl call "${MANAGER[@]}" GetDevice s ism9 2>&1)" "no device 'ism9'"
	like "statistics" "$(busctl call org.smcd1 /org/smcd1/device/ism0 org.smcd1.Device \
		Statistics "a{sv}" 0)" 'a{st} 9 "tx-moves" 0'
	like "unknown options are refused" "$(busctl call org.smcd1 /org/smcd1/device/ism0 \
		org.smcd1.Device Statistics "a{sv}" 1 fast b true 2>&1)" "Unknown option 'fast'"
	# The daemon has its own look at what it has made.
	sleep 0.3
	grep -c enumerate "$devices/.steps" >"$work/before" || true
	busctl call org.smcd1 /org/smcd1 org.freedesktop.DBus.ObjectManager GetManagedObjects \
		>/dev/null
	grep -c enumerate "$devices/.steps" >"$work/after"
	is "one request asks the plugin once" "$(cat "$work/after")" "$(($(cat "$work/before") + 1))"
}

# Each object is as the file says, and the comparison is one that notices what is not.
test_introspection() {
	local path
	mkdir "$work/objects"
	for path in /org/smcd1 $(busctl --list tree org.smcd1 | grep '^/org/smcd1/.*/'); do
		busctl introspect --xml-interface org.smcd1 "$path" >"$work/objects/${path//\//_}"
	done
	"$PLUGINS/introspect-linkgroup" >"$work/objects/linkgroup"
	at_least "objects" "$(find "$work/objects" -type f | wc -l)" 5
	if "${XML%/smcd/*}/tests/introspection" "$XML" "$work/objects/"* >"$work/compared" 2>&1; then
		pass "introspection is what org.smcd1.xml says"
	else
		cat "$work/compared" >>"$work/log"
		fail "introspection is what org.smcd1.xml says"
	fi
}

test_reload() {
	steps >/dev/null
	is "Reload" "$(reload)" ""
	is "a reload without a change writes nothing" "$(steps)" ""
	policy
	echo '    nonsense: 1' >>"$etc/smcd.yaml"
	like "a bad file is refused" "$(reload)" "$etc/smcd.yaml:9:5: "
	like "and told" "$(property ConfigError)" "$etc/smcd.yaml:9:5: "
	kill -HUP "$pid"
	until_true 5 refused_twice
	is "the policy stays" "$(names)" "ism0 loopback0 stranger "
	say 'plugins: [memory]' 'ueids: []' 'devices: {loopback0: {kind: loopback}}'
	kill -HUP "$pid"
	until_true 5 test ! -e "$devices/ism0"
	is "SIGHUP reloads" "$(names)" "loopback0 stranger "
	is "the error is gone" "$(property ConfigError)" 's ""'
	policy
	is "Reload brings it back" "$(reload)$(names)" "ism0 loopback0 stranger "
	say 'plugins: [memory]' 'ueids: []' 'devices: {x: {kind: virtio-ism}}'
	like "an unknown kind is refused" "$(reload)" "$etc/smcd.yaml:3:21: no plugin"
	policy
	reload >/dev/null
}

test_preview() {
	local before
	steps >/dev/null
	is "Verify" "$(manager Verify 0)" ""
	is "DryRun of what runs" "$(manager DryRun 0)" 'a(sssa{sv})as 0 0'
	say 'plugins: [memory, plugin-good]' 'ueids: []' 'devices:' '  loopback0:' '    kind: loopback' \
		'    priority: 7' '  new:' '    kind: loopback'
	edit ism0 's/ 0$/ 3/'
	before=$(cd "$devices" && grep . [a-z]*)
	busctl --json=short call "${MANAGER[@]}" DryRun "a{sv}" 0 >"$work/plan"
	is "DryRun has all steps, in order" "$(grep -o '\["[a-z-]*","[a-z0-9-]*",' "$work/plan" |
		tr '\n' ' ')" '["start-plugin","plugin-good", ["delete","ism0", '$(
		)'["set-priority","loopback0", ["create","new", '
	like "of plugins" "$(cat "$work/plan")" \
		"start plugin plugin-good, which loads its modules and may find devices ("
	like "with the line that wants it" "$(cat "$work/plan")" "set priority of loopback0 to 7 $(
		)($etc/smcd.yaml:6)\",{\"file\":{\"type\":\"s\",\"data\":\"$etc/smcd.yaml\"},$(
		)\"line\":{\"type\":\"u\",\"data\":6},\"column\":{\"type\":\"u\",\"data\":15}}"
	like "and who is in the way" "$(cat "$work/plan")" "delete ism0, which no file wants any $(
		)longer\",{\"connections\":{\"type\":\"u\",\"data\":3}}"
	is "people see it" "$("$SMCCTL" apply --dry-run | sed -n 2p)" \
		"delete ism0, which no file wants any longer: 3 connections are in the way"
	is "programs, too" "$("$SMCCTL" apply --dry-run --json | grep -A6 '"create"' |
		tr -d ' \n')" "\"verb\":\"create\",\"target\":\"new\",\"text\":\"createnewofkind$(
		)loopback,priority100,up($etc/smcd.yaml:7)\",\"file\":\"$etc/smcd.yaml\",\"line\":7,$(
		)\"column\":3,\"connections\":0"
	is "nothing has been done" "$(steps)$(cd "$devices" && grep . [a-z]*)" "$before"
	is "no plugin has been started" "$(property Plugins)" \
		'a{sas} 1 "memory" 2 "loopback" "ism-emu"'
	is "and the policy is as it was" "$(device_property ism0 Managed)" "b true"
	edit ism0 's/ 3$/ 0/'
	echo '    nonsense: 1' >>"$etc/smcd.yaml"
	like "Verify finds mistakes" "$(manager Verify 0)" "$etc/smcd.yaml:9:5: "
	like "so does DryRun" "$(manager DryRun 0)" "$etc/smcd.yaml:9:5: "
	is "that is no error of the running policy" "$(property ConfigError)" 's ""'
	say 'plugins: [memory]' 'devices: {x: {kind: virtio-ism}}'
	like "Verify knows kinds" "$(manager Verify 0)" "$etc/smcd.yaml:2:21: no plugin"
	say 'plugins: [plugin-good]' 'devices: {x: {kind: loopback}}'
	like "those of plugins that do not run, too" "$(manager Verify 0)" "$etc/smcd.yaml:2:21: "
	like "an option" "$(manager Verify 1 fast b true)" "Unknown option 'fast'"
	like "an option of DryRun" "$(manager DryRun 1 fast b true)" "Unknown option 'fast'"
	policy
	is "a reload" "$(reload)$(steps)" ""
	is "nothing is to be done" "$("$SMCCTL" apply --dry-run)" "nothing to do"
}

test_priority() {
	steps >/dev/null
	is "SetPriority" "$(set_priority loopback0 400 0)" ""
	is "one step" "$(steps)" "priority loopback0 400;"
	is "the property follows" "$(device_property loopback0 Priority)" "u 400"
	is "so does the rank" "$(device_property loopback0 Rank)" "u 1"
	is "it is kept for now" "$(grep -c 'priority: 400' \
		"$work/root/run/smcd/smcd.d/95-smcctl.yaml")" 1
	is "a saved one" "$(set_priority loopback0 350 1 save b true)" ""
	is "is kept for good" "$(grep -c 'priority: 350' "$etc/smcd.d/90-smcctl.yaml")" 1
	is "and not for now" "$(ls "$work/root/run/smcd/smcd.d")" ""
	like "out of range" "$(set_priority loopback0 65536 0)" "0 to 65535"
	like "an unknown option" "$(set_priority loopback0 1 1 force b true)" "Unknown option 'force'"
	like "an option of another type" "$(set_priority loopback0 1 1 save s yes)" "is a boolean"
	printf 'devices: {loopback0: {priority: 7}}\n' >"$etc/smcd.d/99-mine.yaml"
	like "a later file wins" "$(set_priority loopback0 360 0)" "$etc/smcd.d/99-mine.yaml:1:33: "
	is "and nothing has changed" "$(ls "$work/root/run/smcd/smcd.d")" ""
	rm "$etc/smcd.d/99-mine.yaml"
	is "a stranger is adopted" "$(set_priority stranger 50 0)" ""
	is "with its priority" "$(device_property stranger Priority)" "u 50"
	is "from then on" "$(device_property stranger Managed)" "b true"
	stop
	start
	is "all of it outlives the daemon" \
		"$(device_property loopback0 Priority) $(device_property stranger Priority)" "u 350 u 50"
	say 'plugins: [memory]' 'ueids: []' 'devices: {ism0: {kind: ism-emu, chid: 0x1234}}'
	is "a device leaves the file" "$(reload)" ""
	is "and its override does not keep it" "$(names)" "ism0 stranger "
	policy
	reload >/dev/null
}

# Without the SMC stack nothing can be added, and nothing is left of that.
test_identities() {
	local drop_ins
	drop_ins=$(ls "$etc/smcd.d" "$work/root/run/smcd/smcd.d")
	say 'plugins: [memory]' 'ueids: [FILE]' 'more-ueids: [MORE]' \
		'pnetids: {NET1: {interfaces: [eth9]}}' 'seid: enable'
	reload >/dev/null
	busctl --json=short call "${MANAGER[@]}" Identities 'a{sv}' 0 >"$work/identities"
	is "Identities are those of the files" \
		"$(grep -o '\["[a-z.]*","[A-Za-z0-9]*","[A-Za-z0-9]*",""' "$work/identities" |
		tr '\n' ' ')" '["ueids","FILE","FILE","" ["ueids","MORE","MORE","" '$(
		)'["seid","","enable","" ["pnetids.interfaces","eth9","NET1","" '
	like "with their lines" "$(cat "$work/identities")" "\"file\":{\"type\":\"s\",\"data\":$(
		)\"$etc/smcd.yaml\"},\"line\":{\"type\":\"u\",\"data\":3}"
	is "people see them" "$("$SMCCTL" ueid list --noheadings | grep -o "^[A-Z]* *no *[^ ]*" |
		tr -s ' ' | tr '\n' ';')" "FILE no $etc/smcd.yaml:2;MORE no $etc/smcd.yaml:3;"
	is "so do programs" "$("$SMCCTL" pnet list --json | tr -d ' \n' | cut -c 1-108)" \
		"{\"schema\":1,\"pnetids\":[{\"pnetid\":\"NET1\",\"type\":\"interface\",$(
		)\"name\":\"eth9\",\"configured\":\"NET1\",\"effective\":nul"
	like "seid" "$("$SMCCTL" seid --json | tr -d ' \n')" '"configured":"enable","effective":null,'
	like "without SMC no UEID is added" "$("$SMCCTL" ueid add NEW 2>&1)" "modprobe smc"
	like "nor a PNETID" "$("$SMCCTL" pnet add N --interface lo 2>&1)" "modprobe smc"
	like "a bad UEID" "$(busctl call "${MANAGER[@]}" AddUEID 'sa{sv}' a..b 0 2>&1)" \
		"cannot be a UEID: it has a lower-case letter"
	like "a bad PNETID" "$(busctl call "${MANAGER[@]}" AddPNETID 'sa{sv}' 'a b' 1 interface s lo \
		2>&1)" "it has a character other than"
	like "of nobody" "$(busctl call "${MANAGER[@]}" AddPNETID 'sa{sv}' N 0 2>&1)" "is needed"
	like "of two" "$(busctl call "${MANAGER[@]}" AddPNETID 'sa{sv}' N 2 interface s lo \
		device s lo 2>&1)" "not both"
	like "an option" "$(busctl call "${MANAGER[@]}" DeleteUEID 'sa{sv}' FILE 1 force b true \
		2>&1)" "Unknown option 'force'"
	is "nothing was written" "$(ls "$etc/smcd.d" "$work/root/run/smcd/smcd.d")" "$drop_ins"
	# What may be in a kernel that does not tell is ours, and asked for from then on.
	policy
	stop
	sed -i '/^ueid /d' "$work/root/run/smcd/managed"
	start
}

# What is made by hand is there until the next boot or for good, and what cannot be is nowhere.
test_create() {
	local create=(busctl call "${MANAGER[@]}" CreateDevice "ssa{sv}") before
	steps >/dev/null
	is "CreateDevice" "$("${create[@]}" hand loopback 3 priority u 42 max-dmbs u 9 \
		gid t 4660 2>&1)" ""
	like "makes it" "$(steps)" "create hand;"
	is "as it was wanted" "$(device_property hand Priority) $(device_property hand GID) $(
		)$(device_property hand MaxDMBs)" "u 42 t 4660 u 9"
	is "for good" "$("${create[@]}" kept ism-emu 2 chid u 4660 save b true 2>&1)" ""
	like "in the other drop-in" "$(cat "$etc/smcd.d/90-smcctl.yaml")" "chid: 0x1234"
	stop
	start
	is "both outlive the daemon" "$(device_property hand Priority) $(
		)$(device_property kept CHID)" "u 42 q 4660"
	before=$(names; cat "$etc/smcd.d/"* "$work/root/run/smcd/smcd.d/"*)
	like "one that is there" "$("${create[@]}" hand loopback 0 2>&1)" "hand is there already, for"
	like "one that is not ours" "$("${create[@]}" stranger loopback 0 2>&1)" "is there already"
	like "of no kind" "$("${create[@]}" x teleport 0 2>&1)" "no plugin that runs knows devices"
	like "of a kind that is none" "$("${create[@]}" x $'a\nseid: auto' 0 2>&1)" \
		"cannot be a kind of device"
	like "of no name" "$("${create[@]}" 'x"y' loopback 0 2>&1)" "cannot be the name of a device"
	like "of a long one" "$("${create[@]}" abcdefghijklmnopqrstuvwxyz789012 loopback 0 2>&1)" \
		"at most 31 characters"
	like "with a GID of another" "$("${create[@]}" x loopback 1 gid t 4660 2>&1)" \
		"GID 0x1234 of 'x' is that of 'hand'"
	like "with a CHID of another kind" "$("${create[@]}" x loopback 1 chid u 4660 2>&1)" \
		"kinds cannot share one"
	like "with a priority that is none" "$("${create[@]}" x loopback 1 priority u 65536 2>&1)" \
		"65536"
	like "with too many buffers" "$("${create[@]}" x loopback 1 max-dmbs u 65537 2>&1)" \
		"must be 1 to 65536"
	like "of another type" "$("${create[@]}" x loopback 1 gid u 1 2>&1)" "of type t"
	touch "$devices/.refuse"
	like "one that the plugin refuses" "$("${create[@]}" x loopback 0 2>&1)" "nothing was changed: "
	rm "$devices/.refuse"
	is "nothing has changed" "$(names; cat "$etc/smcd.d/"* "$work/root/run/smcd/smcd.d/"*)" \
		"$before"
	is "Delete" "$(device Delete hand 0)$(device Delete kept 0)" ""
	is "undoes both" "$(names) $(grep -l '"hand"\|"kept"' "$etc/smcd.d/"* \
		"$work/root/run/smcd/smcd.d/"*)" "ism0 loopback0 stranger  "
	is "a reload" "$(reload)$(names)" "ism0 loopback0 stranger "
}

# Each line of the files is told, with what came of it.
test_settings() {
	say 'plugins: [memory]' 'priorities: {loopback: 55}' 'drift: report' \
		'tuning: {wmem: 1M, namespaces: {blue: {rmem: 2M}}}' 'devices:' '  loopback0:' \
		'    kind: loopback' '  ism0:' '    kind: ism-emu' '    chid: 0x1234' \
		'rules:' '- {match: {name: "wi*"}, set: {priority: 66}}'
	echo "loopback ffff 78 100 4096 1 0" >"$devices/wild"
	reload >/dev/null
	"$SMCCTL" config show --noheadings -o KEY,NAME,CONFIGURED,EFFECTIVE,ORIGIN |
		sed "s,$etc/,,; s/  */ /g; s/ *$//" >"$work/settings"
	local line
	for line in 'plugins memory run runs smcd.yaml:1' 'priorities loopback 55 55 smcd.yaml:2' \
		'drift - report report smcd.yaml:3' 'tuning.wmem - 1048576 - smcd.yaml:4' \
		'tuning.namespaces.rmem blue 2097152 - smcd.yaml:4' 'seid - auto - kernel' \
		'rules 1 name wi* -> priority 66 sets 1 device smcd.yaml:12' \
		'devices.kind loopback0 loopback loopback smcd.yaml:7' \
		'devices.chid ism0 0x1234 0x1234 smcd.yaml:10' \
		'devices.priority wild 66 66 smcd.yaml:12'; do
		is "config show: $line" "$(grep -xF -- "$line" "$work/settings")" "$line"
	done
	like "and why not" "$("$SMCCTL" config show | grep '^tuning.wmem')" "smc is not loaded"
	is "no difference but that" "$("$SMCCTL" config diff --noheadings | grep -c impossible)" 1
	rm "$devices/wild"
	policy
	reload >/dev/null
}

test_state() {
	steps >/dev/null
	is "Down" "$(device Down loopback0 0)" ""
	is "one step" "$(steps)" "set loopback0 down;"
	is "the state follows" "$(device_property loopback0 State)" 's "down"'
	is "a reload" "$(reload)" ""
	is "does not undo it" "$(steps)$(device_property loopback0 State)" 's "down"'
	is "a priority that is saved" "$(set_priority loopback0 351 1 save b true)" ""
	is "does not either" "$(device_property loopback0 State)" 's "down"'
	edit loopback0 's/ 0 0$/ 1 0/'
	is "who takes it up behind the daemon's back does not win" \
		"$(until_true 5 grep -q "set loopback0 down" "$devices/.steps"; steps)" \
		"priority loopback0 351;set loopback0 down;"
	stop
	start
	is "nor does a restart" "$(device_property loopback0 State)" 's "down"'
	like "an option" "$(device Down loopback0 1 save b true)" "Unknown option 'save'"
	printf 'devices: {loopback0: {state: down}}\n' >"$etc/smcd.d/99-mine.yaml"
	like "a later file wins" "$(device Up loopback0 0)" \
		"$etc/smcd.d/99-mine.yaml:1:30: the state of device 'loopback0'"
	is "and nothing has changed" "$(device_property loopback0 State)" 's "down"'
	rm "$etc/smcd.d/99-mine.yaml"
	steps >/dev/null
	is "Up" "$(device Up loopback0 0)" ""
	is "is one step" "$(steps)" "set loopback0 up;"
	is "the state follows again" "$(device_property loopback0 State)" 's "up"'
	like "no such device" "$(device Up nosuch 0)" "Unknown object"
	touch "$devices/.fixed"
	reload >/dev/null
	like "one that cannot be switched" "$(device Down ism0 0)" \
		"smcd cannot switch device ism0 of kind ism-emu"
	is "is as it was" "$(device_property ism0 State)" 's "up"'
	rm "$devices/.fixed"
	reload >/dev/null
}

test_drain() {
	edit loopback0 's/ 0$/ 3/'
	steps >/dev/null
	busctl monitor --json=short org.smcd1 >"$work/monitor" 2>/dev/null &
	local monitor=$!
	sleep 0.5
	like "Drain, timeout too large" "$(device Drain loopback0 1 timeout u 86400001)" \
		"0 to 86400000"
	like "of another type" "$(device Drain loopback0 1 timeout s x)" "is a number, of type u"
	is "nothing has changed" "$(steps)$(device_property loopback0 Drain)" 's "none"'
	"$SMCCTL" device drain loopback0 --timeout 30 >"$work/drain" 2>&1 &
	local drain=$! status=0
	until_true 5 grep -q "3 connections left" "$work/drain"
	is "down first, then the drain" "$(steps)" "set loopback0 down;drain loopback0 30000;"
	is "it is active" "$(device_property loopback0 Drain) $(device_property loopback0 State)" \
		's "active" s "draining"'
	edit loopback0 's/ 3$/ 1/'
	until_true 5 grep -q "1 connection left" "$work/drain"
	edit loopback0 's/ 1$/ 0/'
	wait "$drain" || status=$?
	is "it ends well" $status 0
	is "and told how many were left" "$(tr '\n' ';' <"$work/drain")" \
		"loopback0: 3 connections left;loopback0: 1 connection left;$(
		)loopback0: 0 connections left;loopback0: drained;"
	is "it is done" "$(device_property loopback0 Drain)" 's "done"'
	until_true 5 grep -q '"data":\[0,"done"\]' "$work/monitor"
	kill "$monitor"
	wait "$monitor" 2>/dev/null || true
	is "so said the signals" "$(grep DrainProgress "$work/monitor" |
		grep -o '"data":[^}]*' | tr '\n' ' ')" \
		'"data":[3,"active"] "data":[1,"active"] "data":[0,"done"] '
	is "Up ends it" "$(device Up loopback0 0)$(device_property loopback0 Drain)" 's "none"'
	edit loopback0 's/ 0$/ 2/'
	"$SMCCTL" device drain loopback0 >"$work/drain" 2>&1 &
	drain=$! status=0
	until_true 5 grep -q "2 connections left" "$work/drain"
	stop KILL || true
	sleep 1
	start
	edit loopback0 's/ 2$/ 1/'
	until_true 5 grep -q "1 connection left" "$work/drain"
	edit loopback0 's/ 1$/ 0/'
	wait "$drain" || status=$?
	is "a drain goes on over a restart of the daemon" "$status $(tail -n 1 "$work/drain")" \
		"0 loopback0: drained"
	edit loopback0 's/ 0$/ 2/'
	device Up loopback0 0
	touch "$devices/.late"
	status=0
	"$SMCCTL" device drain loopback0 --timeout 1 >"$work/drain" 2>&1 || status=$?
	is "the time is up" $status 6
	like "it says so" "$(cat "$work/drain")" "the time is up, and 2 connections are left"
	is "it stays down" "$(device_property loopback0 State)" 's "draining"'
	rm "$devices/.late"
	edit loopback0 's/ 2$/ 0/'
	device Up loopback0 0
}

test_delete() {
	edit ism0 's/ 0$/ 3/'
	reload >/dev/null
	steps >/dev/null
	like "a device in use" "$("$SMCCTL" device delete ism0 2>&1)" \
		"3 connections use it; drain it first, or use force"
	is "stays as it is" "$(steps)$(device_property ism0 State)" 'delete ism0;s "up"'
	touch "$devices/.garble"
	like "words of a plugin that are no UTF-8" "$(device Delete ism0 0)" \
		"3 connections use it??; drain it first"
	rm "$devices/.garble"
	steps >/dev/null
	like "unless by force" "$("$SMCCTL" device delete ism0 --force 2>&1)" \
		"ism0: the configuration names it: the next reload"
	is "one step" "$(steps)" "delete ism0 by force;"
	is "another device changes" "$(set_priority loopback0 352 0)" ""
	touch "$devices/loopback0"
	sleep 1.5
	is "it is not made again" "$(names)" "loopback0 stranger "
	like "config show says why" "$("$SMCCTL" config show | grep '^devices.kind *ism0')" \
		"it was deleted by hand: the next reload makes it again"
	no_problems || fail "that is no problem"
	like "it is not there" "$("$SMCCTL" device delete ism0 2>&1)" "no device 'ism0'"
	is "a reload" "$(reload)" ""
	is "makes it again" "$(names)" "ism0 loopback0 stranger "
	echo "loopback ffff 78 100 4096 1 0" >"$devices/.edited"
	mv "$devices/.edited" "$devices/other"
	until_true 5 device_property other Name
	is "one that no file names" "$("$SMCCTL" device delete other)" "other: deleted"
	is "is gone" "$(names)" "ism0 loopback0 stranger "
	echo "loopback ffff 78 100 4096 1 0" >"$devices/.edited"
	mv "$devices/.edited" "$devices/other"
	until_true 5 device_property other Name
	"$SMCCTL" device drain other >/dev/null
	like "one that was drained" "$(cat "$work/root/run/smcd/smcd.d/95-smcctl.yaml")" '"other":'
	is "is named by that only" "$("$SMCCTL" device delete other)" "other: deleted"
	is "which is forgotten" \
		"$(grep -c other "$work/root/run/smcd/smcd.d/95-smcctl.yaml" || true)" 0
	is "a reload" "$(reload)$(names)" "ism0 loopback0 stranger "
	"$SMCCTL" device drain ism0 >/dev/null
	like "one that the files name as well" "$("$SMCCTL" device delete ism0)" \
		"the configuration names it"
	is "is made again" "$(reload)$(names)" "ism0 loopback0 stranger "
	is "as it was" "$(device_property ism0 State)" 's "down"'
	device Up ism0 0
	like "an option" "$(device Delete ism0 1 forse b true)" "Unknown option 'forse'"
}

test_privileges() {
	local user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	if ! "${user[@]}" true 2>/dev/null; then
		echo "# no other user in this namespace: privileges are not tested"
		return
	fi
	like "a user may read" "$("${user[@]}" busctl call "${MANAGER[@]}" ListDevices)" ism0
	like "all properties" "$("${user[@]}" busctl get-property "${MANAGER[@]}" Version)" s
	like "but not reload" "$("${user[@]}" busctl call "${MANAGER[@]}" Reload 2>&1 || true)" enied
	like "nor set priorities" "$("${user[@]}" busctl call org.smcd1 /org/smcd1/device/ism0 \
		org.smcd1.Device SetPriority "ua{sv}" 1 0 2>&1 || true)" enied
	local method
	for method in Apply Confirm Rollback Verify DryRun; do
		like "nor $method" "$("${user[@]}" busctl call "${MANAGER[@]}" "$method" \
			"a{sv}" 0 2>&1 || true)" enied
	done
	for method in AddUEID DeleteUEID DeletePNETID; do
		like "nor $method" "$("${user[@]}" busctl call "${MANAGER[@]}" "$method" \
			"sa{sv}" N1 0 2>&1 || true)" enied
	done
	like "nor give PNETIDs" "$("${user[@]}" busctl call "${MANAGER[@]}" AddPNETID \
		"sa{sv}" N1 1 interface s lo 2>&1 || true)" enied
	like "nor set the SEID" "$("${user[@]}" busctl call "${MANAGER[@]}" SetSEID \
		"ba{sv}" true 0 2>&1 || true)" enied
	for method in Up Down Drain Delete; do
		like "nor $method a device" "$("${user[@]}" busctl call org.smcd1 \
			/org/smcd1/device/ism0 org.smcd1.Device "$method" "a{sv}" 0 \
			2>&1 || true)" enied
	done
	# The daemon does not rely on the policy of the bus.
	sed '/<deny/d; /context="default"/a <allow send_destination="org.smcd1"/>' \
		"$CONF/org.smcd1.conf" >"$work/open.conf"
	kill "$bus_pid"
	wait "$bus_pid" 2>/dev/null || true
	start_bus "$work/open.conf"
	until_true 10 property Version
	# busctl has words of its own for this error.
	local send=(dbus-send --system --print-reply --dest=org.smcd1)
	like "the daemon refuses by itself" "$("${user[@]}" "${send[@]}" /org/smcd1 \
		org.smcd1.Manager.Reload 2>&1 || true)" "Only root may reload"
	like "both" "$("${user[@]}" busctl call org.smcd1 /org/smcd1/device/ism0 org.smcd1.Device \
		SetPriority "ua{sv}" 1 0 2>&1 || true)" enied
	like "all of it" "$("${user[@]}" busctl call org.smcd1 /org/smcd1/device/ism0 \
		org.smcd1.Device Down "a{sv}" 0 2>&1 || true)" enied
}

# Handlers run anew when polkit has answered: with the same arguments, and once.
test_polkit() {
	local user=(setpriv --reuid=65534 --regid=65534 --clear-groups) polkit asked
	"${user[@]}" true 2>/dev/null || return 0
	sed '/context="default"/a <allow own="org.freedesktop.PolicyKit1"/>\
		<allow send_destination="org.freedesktop.PolicyKit1"/>' \
		"$CONF/org.smcd1.conf" >"$work/polkit.conf"
	kill "$bus_pid"
	wait "$bus_pid" 2>/dev/null || true
	start_bus "$work/polkit.conf"
	until_true 10 property Version
	"$PLUGINS/polkit-stub" >"$work/asked" &
	polkit=$!
	until_true 5 busctl status org.freedesktop.PolicyKit1
	asked=("${user[@]}" busctl call "${MANAGER[@]}")
	is "polkit allows Verify" "$("${asked[@]}" Verify "a{sv}" 0 2>&1)" ""
	is "DryRun" "$("${asked[@]}" DryRun "a{sv}" 0 2>&1)" "$(manager DryRun 0)"
	is "Apply" "$("${asked[@]}" Apply "a{sv}" 2 busy s refuse confirm u 60 2>&1)" ""
	is "with its options" "$(property PolicyState)" 's "unconfirmed"'
	is "Rollback" "$("${asked[@]}" Rollback "a{sv}" 0 2>&1)" ""
	is "which happens" "$(property PolicyState)" 's "rolled-back"'
	is "Apply again" "$("${asked[@]}" Apply "a{sv}" 1 confirm u 60 2>&1)" ""
	is "Confirm" "$("${asked[@]}" Confirm "a{sv}" 0 2>&1)" ""
	is "which keeps it" "$(property PolicyState)" 's "files"'
	is "Reload" "$("${asked[@]}" Reload 2>&1)" ""
	is "SetPriority" "$("${user[@]}" busctl call org.smcd1 /org/smcd1/device/ism0 \
		org.smcd1.Device SetPriority "ua{sv}" 301 0 2>&1)" ""
	is "with its argument" "$(device_property ism0 Priority)" "u 301"
	is "and back" "$(set_priority ism0 300 0)" ""
	like "what is wrong is no question" "$("${asked[@]}" Apply "a{sv}" 1 busy s x 2>&1)" \
		"must be 'defer'"
	is "each was asked about once" "$(sed 's/.*[.]//' "$work/asked" | tr '\n' ' ')" \
		"verify verify apply apply apply apply reload set-priority "
	kill $polkit
	wait $polkit 2>/dev/null || true
}

test_drift() {
	until_true 5 names_are "ism0 loopback0 stranger "
	sleep 1.2
	steps >/dev/null
	rm "$devices/loopback0"
	until_true 5 test -e "$devices/loopback0"
	is "a device that vanished comes back" "$(names)" "ism0 loopback0 stranger "
	edit ism0 's/ 300 / 5 /'
	until_true 5 grep -q " 300 " "$devices/ism0"
	like "a change by hand is undone" "$(cat "$devices/ism0")" " 300 "
	sleep 0.5
	: >"$devices/.steps"
	for _ in $(seq 1 100); do
		touch "$devices/stranger"
	done
	sleep 0.5
	is "a storm of changes is looked at a few times" \
		"$([ "$(grep -c enumerate "$devices/.steps")" -lt 30 ] && echo few)" few
}

test_signals() {
	busctl monitor --json=short org.smcd1 >"$work/monitor" 2>/dev/null &
	local monitor=$!
	sleep 0.5
	set_priority ism0 310 0
	echo "loopback ffff 78 100 4096 1 0" >"$devices/second"
	until_true 5 device_property second Name
	rm "$devices/second"
	until_true 5 grep -q InterfacesRemoved "$work/monitor"
	kill "$monitor"
	wait "$monitor" 2>/dev/null || true
	is "Priority is told" "$(grep -c '"Priority":{"type":"u","data":310}' "$work/monitor")" 1
	is "and nothing else of the device" "$(grep PropertiesChanged "$work/monitor" |
		grep device/ism0 | grep -c Kind)" 0
	is "InterfacesAdded" "$(grep -c '"member":"InterfacesAdded".*device/second' \
		"$work/monitor")" 1
	is "InterfacesRemoved" "$(grep -c '"member":"InterfacesRemoved".*device/second' \
		"$work/monitor")" 1
}

test_busy() {
	edit ism0 's/ 0$/ 3/'
	sleep 0.3
	is "connections are read when asked for" "$(device_property ism0 Connections)" "u 3"
	say 'plugins: [memory]' 'ueids: []' 'devices: {loopback0: {kind: loopback}}'
	is "Reload with a busy device" "$(reload)" ""
	like "is a problem" "$(property Problems)" "\"deferred: delete ism0, which no file $(
		)wants any longer: 3 connections use it\""
	is "the device drains" "$(device_property ism0 State)" 's "draining"'
	sleep 1.2
	steps >/dev/null
	sleep 1.5
	is "nothing is tried without a change" "$(steps)" ""
	edit ism0 's/ 3$/ 0/'
	until_true 5 test ! -e "$devices/ism0"
	is "it goes after the last connection" "$(names)" "loopback0 stranger "
	until_true 5 no_problems
	is "without problems" "$(property Problems)" "as 0"
}

test_kill() {
	policy
	reload >/dev/null
	stop KILL || true
	say 'plugins: [memory]' 'ueids: []' 'devices: {ism0: {kind: ism-emu, chid: 0x1234}}'
	start
	is "a killed daemon knows its devices" "$(names)" "ism0 stranger "
	stop KILL || true
	head -c 3 /dev/urandom >"$work/root/run/smcd/managed"
	start
	like "a garbled list is told" "$(cat "$work/log")" "not a list of smcd's devices"
	is "and nothing is lost" "$(names)" "ism0 stranger "
}

test_bus() {
	local status=0
	rm -f "$etc/smcd.d/"* "$work/root/run/smcd/smcd.d/"*
	policy
	reload
	"$SMCD" --config-root="$work/root" --plugin-dir="$PLUGINS" 2>"$work/log2" || status=$?
	is "a second daemon exits" "$status" 69
	like "and says why" "$(cat "$work/log2")" "another smcd runs"
	kill "$bus_pid"
	wait "$bus_pid" 2>/dev/null || true
	sleep 0.5
	rm "$devices/loopback0"
	until_true 5 test -e "$devices/loopback0"
	pass "it works on without a bus"
	start_bus
	until_true 10 property Version
	is "and is back with the bus" "$(property Problems)" "as 0"
	stop
	kill "$bus_pid"
	wait "$bus_pid" 2>/dev/null || true
	bus_pid=''
	rm -f "$work/bus"
	start
	pass "it starts without a bus"
	start_bus
	until_true 10 property Version
	is "and appears on it" "$(property Problems)" "as 0"
}

test_check
test_bad_start
test_start
test_introspection
test_reload
test_preview
test_priority
test_identities
test_create
test_settings
test_state
test_drain
test_delete
test_privileges
test_polkit
test_drift
test_signals
test_busy
test_kill
test_bus
finish
