# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What a user is told when the daemon, the module, a device or permission is
# missing; and that what smcctl shows is what the kernel says.
# timeout: 120
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

# exits CODE WORDS COMMAND...
exits() {
	local code=$1 words=$2 status=0
	shift 2
	"$@" >/tmp/out 2>&1 || status=$?
	is "$code" $status "exit code of $*"
	ok "it says: $words" grep -F -- "$words" /tmp/out || diag "$(cat /tmp/out)"
}

# json KEY: of the first device
json() {
	smcctl device list --json | sed -n "s/^ *\"$1\": *\"\\{0,1\\}\\([^\",]*\\).*/\\1/p" |
		head -n 1
}

exits 3 "systemctl start smcd" smcctl device list
exits 3 "systemctl start smcd" smcctl status
exits 2 "unknown" smcctl device lst
exits 2 "list" smcctl device lst
exits 2 "" smcctl device priority loopback0 high
exits 0 "priority" smcctl device priority --help

module=$(find /lib/modules -name softism.ko)
mv "$module" /tmp/softism.ko
depmod
policy 100
ok "without the module the daemon starts" smcd_start
exits 0 "softism" smcctl status
exits 0 "softism" smcctl device list
ok "and the journal says so" sh -c 'journalctl -u smcd | grep softism'
mv /tmp/softism.ko "$module"
depmod
ok "with the module, a reload is enough" smcctl reload
is "as 0" "$(busctl get-property org.smcd1 /org/smcd1 org.smcd1.Manager Problems)" "no problem is left"
like "virtio-ism" "$(smcctl status)" "the plugin for virtio-ism runs"
at_least "virtio devices of the VM" "$(find /sys/bus/virtio/devices/ -name 'virtio*' | wc -l)" 1
is 0 "$(smcctl device list | grep -c virtio-ism)" "none of them is taken for virtio-ism"
exits 0 "loopback0" smcctl device list
exits 5 "no" smcctl device show nosuch
exits 5 "no" smcctl device priority nosuch 5

ok "traffic" smc-traffic pair --bytes 1M
is "$(value tx_bytes loopback0)" "$(json tx_bytes)" "bytes sent, by smcctl"
is "$(value rx_moves loopback0)" "$(json rx_moves)" "moves received, by smcctl"
is "$(value priority loopback0)" "$(json priority)" "priority, by smcctl"
is "$(value rank loopback0)" "$(json rank)" "rank, by smcctl"
is "$(printf %d "$(value chid loopback0)")" "$(json chid)" "CHID, by smcctl"
is "$(printf 0x%016x "$(value gid loopback0)")" "$(json gid)" "GID, by smcctl"
is "$(smc-genl stats | sed -n 's/^smcd_clnt_v2=//p')" \
	"$(smcctl stats --json | sed -n 's/.*"smcd_client_v2": *\([0-9]*\).*/\1/p')" \
	"connections, by smcctl"

smc-genl ueid-flush
ok "without its UEID traffic falls back" \
	smc-traffic pair --bytes 64K --expect fallback
ok "a reload adds it again" smcctl reload
ok "and traffic is SMC-D" smc-traffic pair --bytes 64K
ok "the module goes away under the daemon" wait_for 15 rmmod softism
ok "the daemon lives, and says so" wait_for 10 sh -c 'smcctl status | grep -i softism'
ok "a reload brings all back" smcctl reload
ok "traffic again" smc-traffic pair --bytes 64K

diag "D-Bus starts what is enabled"
systemctl stop smcd
exits 3 "systemctl start smcd" smcctl device list
is inactive "$(systemctl is-active smcd)" "a unit that is not enabled stays as it is"
systemctl enable -q smcd
is "" "$(smcctl --complete device show '')" "completion of names finds none"
is inactive "$(systemctl is-active smcd)" "and starts nothing"
exits 0 "loopback0" as_user smcctl device list
is active "$(systemctl is-active smcd)" "a unit that is enabled has been started"
done_testing
