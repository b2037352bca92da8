#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Sizes of buffers that the daemon chooses, on a private bus with the plugin "memory", without a
# kernel: what it sets and when, what it leaves alone, and what it says of it. As TAP.
set -euo pipefail
. "${srcdir:-.}/tests/unit/daemon.sh"

sysctls=$work/root/proc/sys/net/smc
mkdir -p "$sysctls"

# machine TOTAL AVAILABLE: so many MiB
machine() {
	printf 'MemTotal: %d kB\nMemFree: 0 kB\nMemAvailable: %d kB\n' $(($1 << 10)) $(($2 << 10)) \
		>"$work/root/proc/meminfo"
}

kernel() { echo "$1" >"$sysctls/wmem"; echo "$2" >"$sysctls/rmem"; }
sizes() { echo "$(cat "$sysctls/wmem") $(cat "$sysctls/rmem")"; }
are() { [ "$(sizes)" = "$1" ]; }

# tuned TEXT: all of the policy but devices
tuned() {
	say 'plugins: [memory]' "$@" 'devices:' '  loopback0:' '    kind: loopback'
}

# connections N: that loopback0 has
connections() {
	echo "loopback ffff 77 100 4096 1 $1" >"$devices/loopback0"
}

shows() {
	"$SMCCTL" config show --noheadings -o KEY,CONFIGURED,EFFECTIVE,REASON,ORIGIN |
		sed "s,$etc/,,; s/  */ /g; s/ *$//" | grep "^tuning.$1 "
}

touch "$devices/.tells"
kernel 65536 65536
machine 1024 900
tuned
start
is "chosen without a word in the files" "$(sizes)" "524288 524288"
like "the journal tells" "$(cat "$work/log")" "set net.smc.rmem to 524288, which was 65536"
is "and why" "$(shows rmem)" "tuning.rmem auto 524288 512K, the ceiling: 0 sockets use 0M of $(
	)128M for buffers, 900M are available default"
is "with the ceiling" "$(shows ceiling)" "tuning.ceiling 524288 524288 - default"
like "the kernel's is ours" "$(cat "$work/root/run/smcd/managed")" "tuned rmem 524288"

connections 100
until_true 5 are "131072 131072"
is "many connections make them smaller" "$(sizes)" "131072 131072"
like "which is told" "$(cat "$work/log")" \
	"new connections get other buffers, before 512K, now 128K: 100 sockets use 100M of 128M"
connections 0
until_true 5 are "524288 524288"
is "and larger when they have gone" "$(sizes)" "524288 524288"
machine 1024 90
: >"$devices/.grew"
until_true 5 are "262144 262144"
is "growth is looked at once" "$(sizes)" "262144 262144"
machine 1024 900
: >"$devices/.grew"
until_true 5 are "524288 524288"

stop TERM
machine 1024 100
start
is "a new start goes on" "$(sizes)" "262144 262144"
machine 1024 900
is "a reload" "$(reload)$(sizes)" "524288 524288"

# What others set
kernel 200000 524288
connections 100
until_true 5 are "200000 131072"
is "what others have set stays" "$(sizes)" "200000 131072"
like "and that is told" "$(shows wmem)" "auto 200000 somebody else set it: it stays"
is "a reload, too" "$(reload)$(sizes)" "200000 131072"
tuned 'tuning: {wmem: auto}'
is "but not where a file says auto" "$(reload)$(sizes)" "131072 131072"
like "which is shown" "$(shows wmem)" "auto 131072 128K: 100 sockets use 100M"
kernel 99999 131072
: >"$devices/.grew"
connections 101
until_true 5 are "131072 131072"
is "then it is repaired" "$(sizes)" "131072 131072"
tuned 'tuning: {wmem: auto}' 'drift: report'
reload >/dev/null
kernel 99999 131072
connections 0
until_true 5 are "99999 524288"
is "or reported" "$(sizes)" "99999 524288"
like "as a problem" "$(property Problems)" \
	"drift is only reported, not: set net.smc.wmem to 524288, which was 99999"
like "that is shown" "$(shows wmem)" "drift is only reported"

tuned 'tuning: {wmem: keep, rmem: 100000}'
is "kept, and fixed" "$(reload)$(sizes)" "99999 100000"
is "as shown" "$(shows wmem)" "tuning.wmem keep 99999 - smcd.yaml:2"
tuned 'tuning: {wmem: auto, ceiling: 256K}'
is "a dry run" "$("$SMCCTL" apply --dry-run | cut -d, -f1)$(sizes)" \
	$'set net.smc.wmem to 262144\nset net.smc.rmem to 26214499999 100000'
is "a ceiling" "$(reload)$(sizes)" "262144 262144"
is "as shown" "$(shows ceiling)" "tuning.ceiling 262144 262144 - smcd.yaml:2"
tuned 'tuning: {wmem: 1M}'
is "a trial" "$(manager Apply 1 confirm u 60)$(sizes)" "1048576 524288"
is "that is rolled back" "$(manager Rollback 0)$(sizes)" \
	"262144 262144"
is "a bad ceiling" "$(tuned 'tuning: {ceiling: 1}'; reload | grep -o "smcd.yaml:2:19: ceiling '1' is out")" \
	"smcd.yaml:2:19: ceiling '1' is out"
stop TERM

mkdir -p "$work/root/sys/class/infiniband/mlx5_0"
kernel 65536 65536
tuned
rm -rf "$work/root/run/smcd/kept" "$work/root/run/smcd/managed"
start
is "SMC-R does not tell either" "$(sizes)" "131072 131072"
stop TERM
rm -r "$work/root/sys/class/infiniband"
rm "$devices/.tells" "$work/root/run/smcd/managed"
rm -rf "$work/root/run/smcd/kept"
kernel 65536 65536
tuned
start
is "devices that do not tell get less" "$(sizes)" "131072 131072"
like "and that is why" "$(shows wmem)" "128K, as a device does not tell when connections become many"
stop TERM
rm "$work/root/proc/meminfo"
kernel 65536 65536
start
is "without /proc/meminfo nothing is chosen" "$(sizes)$(property Problems)" "65536 65536as 0"
tuned 'tuning: {rmem: auto}'
like "which is a problem where a file wants it" "$(reload; property Problems)" \
	"net.smc.rmem is not chosen: /proc/meminfo cannot be read ($etc/smcd.yaml:2)"
finish
