# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# 1000 devices: all of them are shown, soon, at full size within a second, and the
# daemon does not swell.
# full-kernel: dibs
# timeout: 150
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

devices=1000
# An emulated CPU that other VMs and work share is several times slower.
limit=$((300 * ${BED_PATIENCE:-1}))
[ "${BED_SCALE-}" != full ] || limit=100

# centiseconds COMMAND...: how long it takes; its output is in /tmp/out
centiseconds() {
	local start end
	read -r start _ </proc/uptime
	"$@" >/tmp/out 2>&1 || return
	read -r end _ </proc/uptime
	echo $((${end/./} - ${start/./}))
}

# best COMMAND...: the shortest of five times, as the emulated CPU is not always ours
best() {
	local _
	for _ in 1 2 3 4 5; do
		centiseconds "$@" || break
	done | sort -n | head -n 1
}

# at_most WHAT ACTUAL MAXIMUM: one test
at_most() {
	ok "$1: ${2:-none} is at most $3" test "${2:-none}" -le "$3"
}

shown() {
	[ "$(smcctl device list --noheadings | grep -c '^many')" = "$devices" ]
}

policy 100 "$emulation_policy"
smcd_start
ok "$devices devices" softism-churn devices count=$devices live=$devices keep=1 \
	prefix=many chids=7 priority=1
ok "all are shown" wait_for 20 shown
is "as 0" "$(busctl get-property org.smcd1 /org/smcd1 org.smcd1.Manager Problems)" \
	"no problem"
at_most "smcctl device list, 1/100 s" "$(best smcctl device list)" $limit
is "$(softism-genl dump | sed -n 's/^name=\([^ ]*\) .*/\1/p' | sort)" \
	"$(smcctl device list --noheadings | sed 's/ .*//' | sort)" "those that the kernel has"
ok "traffic" smc-traffic pair --bytes 1M
is "$(value tx_bytes ismemu0)" "$(smcctl device show ismemu0 --json |
	sed -n 's/.*"tx_bytes": *\([0-9]*\).*/\1/p')" "counters are fresh"
before=$(softism-genl dump | grep -o '^name=[^ ]* \|rank=[0-9]*')
at_most "a reload, 1/100 s" "$(centiseconds smcctl reload)" $((2 * limit))
at_most "a restart, 1/100 s" "$(centiseconds systemctl restart smcd)" $((3 * limit))
is "$before" "$(softism-genl dump | grep -o '^name=[^ ]* \|rank=[0-9]*')" \
	"neither changes anything"
ok "one of them is given a priority" smcctl device priority many7 55
is 55 "$(value priority many7)" "it has it"
at_most "resident memory, kB" "$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' \
	"/proc/$(systemctl show -P MainPID smcd)/status")" 10240
done_testing
