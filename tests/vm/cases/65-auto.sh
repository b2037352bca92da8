# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sizes of buffers that smcd chooses: large at first, and smaller while many connections
# come as fast as they can; all of these are SMC-D, as they would be with the kernel's own size, in
# the same boot, and no allocation fails that would not have failed then.
# kernel: stock dibs
# timeout: 120
# full-timeout: 600
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

file=/etc/smcd/smcd.yaml
conns=300
[ "${BED_SCALE-}" != full ] || conns=2000

sizes() {
	echo "$(cat /proc/sys/net/smc/wmem) $(cat /proc/sys/net/smc/rmem)"
}

are() { # SIZES
	[ "$(sizes)" = "$1" ]
}

is_large() {
	[ "$(cat /proc/sys/net/smc/rmem)" -ge 131072 ]
}

# also TEXT...: the policy of all cases, and the lines TEXT, is reloaded
also() {
	policy 100
	printf '%s\n' "$@" >>$file
	smcctl reload
}

# fallen: connections that fell back so far, by the kernel's count
fallen() {
	smcctl stats --json | tr -d ' \n' | grep -oE '"fallback-(client|server)":[0-9]+' |
		awk -F : '{ n += $2 } END { print n + 0 }'
}

# downgraded: buffers of SMC-D for which the kernel had no memory in the size asked for
downgraded() {
	smcctl stats --json | tr -d ' \n' | grep -oE '"smcd-[rt]x-buffers-downgraded":[0-9]+' |
		awk -F : '{ n += $2 } END { print n + 0 }'
}

# fresh: loopback0 without DMBs or link groups of earlier connections
fresh() {
	softism-genl set name=loopback0 up=0
	wait_for 15 is_now loopback0 dmbs 0
	softism-genl set name=loopback0 up=1
	wait_for 15 is_now loopback0 attached 1
	first_contact
}

# burst NAME: $conns connections at once, held. Sets $failures and $memory (MiB of DMBs)
burst() {
	local before start milliseconds
	fresh
	before=$(($(fallen) + $(value dmbs_failed loopback0)))
	rm -f /tmp/held
	start=$(date +%s%N)
	# shellcheck disable=SC2046 # a list of words
	smc-traffic hold --conns "$conns" --parallel 16 --bytes 64 --interval 60000 --summary \
		$(gids loopback0) >/tmp/held 2>&1 &
	held=$!
	ok "$1: $conns connections at once, all SMC-D" wait_for 200 grep -q ^ready /tmp/held
	milliseconds=$((($(date +%s%N) - start) / 1000000))
	at_least "their ends" "$(value conns loopback0)" $((2 * conns))
	failures=$(($(fallen) + $(value dmbs_failed loopback0) - before))
	memory=$(($(value memory loopback0) >> 20))
	diag "$1: $milliseconds ms, $memory MiB in DMBs: $(softism-genl dmbs name=loopback0 |
		grep -o ' size=[0-9]*' | sort -V | uniq -c | xargs); $(
		)$(grep MemAvailable /proc/meminfo | xargs); downgraded: $(downgraded)"
}

budget=$(awk '$1 == "MemTotal:" { print int($2 / 1024 / 8) }' /proc/meminfo)
[ ! -e /sys/class/dibs ] || copies=1
policy 100
smcd_start
is "524288 524288" "$(sizes)" "new connections have large buffers, without a word in the files"
like "tuning.rmem +- +auto +524288 +default +512K, the ceiling: 0 sockets use 0M of 1[0-9]+M $(
	)for buffers, [0-9]+M are available" "$(smcctl config show)" "it is shown why"
first_contact
at_least "DMBs of that size" "$(softism-genl dmbs name=loopback0 | grep -c ' size=524288 ')" 2

also 'tuning: {wmem: 64K, rmem: 64K}'
burst "the kernel's size"
failures_before=$failures
release
also
is "524288 524288" "$(sizes)" "as large as before"
burst "auto"
is "$failures_before" "$failures" "no more fail than with the kernel's size"
ok "new ones have the kernel's size, or less" test "$(sizes | cut -d ' ' -f 1)" -le 65536
at_least "large ones that came first" \
	"$(softism-genl dmbs name=loopback0 | grep -c ' size=524288 ')" 16
# Half of it is for send buffers where data is copied. Handshakes under way have their sizes.
ok "all together are within the budget, the kernel's size, and 16 handshakes" test "$memory" -le \
	$((budget / ${copies:-2} + 2 * conns / 16 + 32))
like "new connections get other buffers, before 512K, now (256|128|64)K" \
	"$(journalctl -u smcd -o cat)" "the journal tells"
like "tuning.rmem +- +auto +[1-6][0-9]+ +default +(16|32|64)K.*: [0-9]+ sockets use" \
	"$(smcctl config show)" "it is shown why"
release
ok "larger again, when they have gone" wait_for 20 is_large
also 'tuning: {ceiling: 128K}'
is "131072 131072" "$(sizes)" "a ceiling is obeyed"
ok "the kernel has nothing to say" dmesg_clean
done_testing
