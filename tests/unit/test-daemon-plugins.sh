#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2119 # stop's argument is another signal, not the script's
#
# Runs the daemon with plugins that are broken, that misbehave, or that somebody else has built.
#
# Environment: see daemon.sh; CC, and OUTSIDE, a directory with the source of a plugin. Says TAP.
set -euo pipefail
# shellcheck source=tests/unit/daemon.sh
. "$(dirname "$0")/daemon.sh"

test_plugins() {
	rm -f "$etc/smcd.d/"* "$work/root/run/smcd/smcd.d/"*
	say 'ueids: []'
	is "no plugins" "$(reload)" ""
	is "none runs" "$(property Plugins)" "a{sas} 0"
	touch "$devices/.broken"
	policy
	is "a plugin that does not start" "$(reload)" ""
	like "is a problem" "$(property Problems)" "broken on purpose"
	rm "$devices/.broken"
	is "until the next reload" "$(reload)$(property Problems)" "as 0"
	touch "$devices/.refuse"
	rm "$devices/ism0"
	until_true 5 sh -c "busctl get-property ${MANAGER[*]} Problems | grep -q 'says the test'"
	like "a step that fails" "$(property Problems)" "cannot create ism0"
	rm "$devices/.refuse"
	is "is done at the next reload" "$(reload)$(property Problems)" "as 0"
}

# Faults of plugins keep nobody else's devices from being there, nor the daemon from answering.
test_faults() {
	local fault words
	stop
	rm -f "$etc/smcd.d/"* "$work/root/run/smcd/smcd.d/"*
	say 'plugins: [memory, gone, plugin-wrong-abi, plugin-no-symbol, plugin-start-fails]' \
		'ueids: []' 'devices: {loopback0: {kind: loopback}, x0: {kind: of-gone}}'
	start
	for words in "plugin gone not found" "ABI 99" "no symbol smcd_plugin" "no such hardware" \
		"cannot create x0"; do
		like "plugins that cannot be had" "$(property Problems)" "$words"
	done
	is "a reload does not mind" "$(reload)" ""
	say 'plugins: [memory, plugin-wrong-abi, other]' 'ueids: []' \
		'devices: {loopback0: {kind: loopback}}'
	like "but one that is new" "$(reload)" "there is no plugin 'other'"
	while read -r fault words; do
		stop
		export SMCD_PLUGIN_FAULT=$fault
		say 'plugins: [memory, plugin-faults]' 'ueids: []' \
			'devices: {loopback0: {kind: loopback}, f0: {kind: faulty}}'
		start
		like "plugin with fault '$fault' is a problem" "$(property Problems)" "$words"
		is "others have their devices" "$(device_property loopback0 State)" 's "up"'
	done <<-'EOF'
	start cannot start
	enumerate Input/output error
	endless-name a bad name
	odd-name a bad name
	endless-reason a bad text
	stranger not its own
	twice two devices fault0
	many more than 4096 devices
	mute cannot create f0
	none refused on purpose
	EOF
	like "a step that fails, over D-Bus" "$(device Down fault0 0)" "refused on purpose"
	like "and another" "$(device Delete fault0 0)" "refused on purpose"
}

test_storm() {
	local count
	stop
	rm "$work/root/run/smcd/smcd.d/"*
	export SMCD_PLUGIN_FAULT=storm
	say 'plugins: [memory, plugin-faults]' 'ueids: []' 'devices: {loopback0: {kind: loopback}}'
	start
	: >"$devices/.steps"
	sleep 2
	count=$(grep -c enumerate "$devices/.steps" || true)
	if [ "$count" -ge 2 ] && [ "$count" -le 25 ]; then
		pass "a plugin that always calls changed() is asked ten times a second"
	else
		fail "asked $count times in 2 s"
	fi
	is "and the daemon answers" "$(device_property fault0 Name)" 's "fault0"'
	unset SMCD_PLUGIN_FAULT
}

# What fails once is asked again, though nothing has changed.
test_late() {
	stop
	export SMCD_PLUGIN_FAULT=late
	start
	like "a plugin that cannot tell its devices yet" "$(property Problems)" "Input/output error"
	: >"$devices/.steps"
	until_true 10 device_property fault0 Name
	is "is asked again" "$(device_property fault0 Name)" 's "fault0"'
	sleep 1.5
	is "and it is no problem any more" "$(property Problems | grep -c 'Input/output')" 0
	at_most "then nobody asks: enumerations" "$(grep -c enumerate "$devices/.steps")" 5
	unset SMCD_PLUGIN_FAULT
}

# A plugin that is built with nothing but what is installed
build_outside() {
	local stage=$work/stage
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s DESTDIR="$stage" \
		install-smcdincludeHEADERS install-pkgconfigDATA >"$work/log2" 2>&1 || return
	mkdir -p "$work/outside" "$work/plugins"
	cp "$OUTSIDE/sample.c" "$work/outside/"
	ln -sf "$(realpath "$PLUGINS")"/*.so "$work/plugins/"
	(
		cd "$work/outside"
		export PKG_CONFIG_SYSROOT_DIR=$stage
		PKG_CONFIG_PATH=$(dirname "$(find "$stage" -name smcd.pc)")
		export PKG_CONFIG_PATH
		# shellcheck disable=SC2046,SC2086 # lists of words
		${CC:-cc} -Wall -Wextra -Werror -shared -fPIC $(pkg-config --cflags smcd) \
			-o "$work/plugins/sample.so" sample.c $(pkg-config --libs libsystemd)
		pkg-config --variable=plugindir smcd >plugindir
	) >>"$work/log2" 2>&1
}

test_outside() {
	if ! build_outside; then
		fail "a plugin is built outside of the tree: $(cat "$work/log2")"
		return
	fi
	pass "a plugin is built outside of the tree, against the installed header"
	like "pkg-config says where it goes" "$(cat "$work/outside/plugindir")" "/smcd/plugins"
	stop
	say 'plugins: [sample]' 'ueids: []' \
		'devices: {s0: {kind: sample, chid: 0x42, gid: 0x99, priority: 7, max-dmbs: 5}}'
	PLUGINS=$work/plugins start
	is "it runs" "$(property Plugins)" 'a{sas} 1 "sample" 1 "sample"'
	is "its device is made" "$(device_property s0 Priority) $(device_property s0 CHID) $(
		device_property s0 GID) $(device_property s0 MaxDMBs) $(
		device_property s0 State)" 'u 7 q 66 t 153 u 5 s "up"'
	until_true 5 device_property fixed Name
	is "what it watches is noticed" "$(device_property fixed Managed)" "b false"
	is "a function ID" "$(device_property fixed FunctionID) $(device_property s0 FunctionID)" \
		's "0x0000002f" s ""'
	like "by smcctl" "$("$SMCCTL" device show fixed --json | tr -d ' \n')" \
		'"function_id":"0x0000002f"'
	like "what cannot be done is said in its words" "$(device Down fixed 0)" \
		"sample: the sample has it once and for all"
	is "a priority" "$(set_priority s0 9 0)$(device_property s0 Priority)" "u 9"
	like "its statistics" "$(device Statistics s0 0)" '"tx-bytes" 9'
	is "down" "$(device Down s0 0)$(device_property s0 State)" 's "down"'
	is "up" "$(device Up s0 0)$(device_property s0 State)" 's "up"'
	is "a drain" "$(device Drain s0 0)$(device_property s0 Drain)" 's "done"'
	is "a deletion" "$(device Delete s0 0)" ""
	rm "$work/root/run/smcd/smcd.d/"*
	is "leaves the other one" "$(busctl --list tree org.smcd1 | grep device/)" \
		"/org/smcd1/device/fixed"
	is "all is well" "$(property Problems)" "as 0"
}

policy
start
test_plugins
test_faults
test_storm
test_late
test_outside
finish
