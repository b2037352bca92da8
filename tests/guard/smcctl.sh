#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Instructions of smcctl, with a daemon on a private bus that has the plugin "memory" with 60
# devices, and of the daemon's start with these. For tests/guard/run: callgrind's figures are left
# in files of the directory OUT, which are called as what was counted.
#
# Environment: OUT; and see tests/unit/daemon.sh.
set -euo pipefail
: "${OUT:?}"
# shellcheck source=tests/unit/daemon.sh
. "$(dirname "$0")/../unit/daemon.sh"
DEVICES=60

# counted NAME ARGUMENTS...: smcctl succeeds, and says something
counted() {
	local name=$1
	shift
	"${callgrind[@]}" --callgrind-out-file="$OUT/$name" "$SMCCTL" "$@" >"$work/output"
	[ -s "$work/output" ] || { echo "smcctl $* prints nothing" >&2; return 1; }
}

callgrind=(valgrind -q --tool=callgrind)
say 'plugins: [memory]' 'ueids: []' 'devices:'
for ((i = 0; i < DEVICES; i++)); do
	printf '  ism%d: {kind: ism-emu, chid: %d, gid: %d}\n' "$i" $((4096 + i)) $((i + 1))
done >>"$etc/smcd.yaml"
start
[ "$(names | wc -w)" -eq "$DEVICES" ] || { cat "$work/log" >&2; exit 1; }
counted smcctl-device-list device list
counted smcctl-device-list-json device list --json
counted smcctl-complete --complete device show ''
stop TERM
# Devices that it has to create would tell it that they have changed, sooner or later.
WRAPPER="${callgrind[*]} --callgrind-out-file=$OUT/smcd-start" slowness=10
start
stop TERM
