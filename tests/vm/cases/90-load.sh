# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The module is loaded and unloaded many times: bare, with devices, with link
# groups that connections have left behind, and with 1000 devices. While a
# connection lives it stays.
# kernel: stock debug
# full-kernel: dibs dibs-debug
# timeout: 150
# full-timeout: 1800
# smp: 2
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"
# shellcheck source=../teardown.sh
. "${BED_LIB%/*}/teardown.sh"

cycles=$((60 / ${BED_PATIENCE:-1}))
devices=$((300 / ${BED_PATIENCE:-1}))
if [ "${BED_SCALE-}" = full ]; then
	cycles=1000
	devices=1000
fi

# Threads of the stack's that belong to devices (Linux 6.1 has one for each)
device_threads() {
	pgrep -c '^ism_evt_wq'
}

# The stack's list; that of dibs leaves out loopback devices
listed() {
	smc-genl devices | grep -c .
}

# in_sysfs PREFIX: devices of such names
in_sysfs() {
	find /sys/devices/softism /sys/class/dibs -name "$1*" 2>/dev/null | wc -l
}

# used_before: leaves a device with idle link groups
used_before() {
	softism-genl new kind=loopback name=used >/dev/null &&
		smc-traffic pair --bytes 16K --summary >/dev/null
}

# cycle N: loads and unloads; every third time with devices, every tenth with
# some that are down, and every 25th with one that has been used
cycle() {
	modprobe softism || return
	if [ $(($1 % 3)) -eq 0 ]; then
		softism-churn devices count=4 live=4 keep=1 prefix=load >/dev/null || return
	fi
	if [ $(($1 % 10)) -eq 0 ]; then
		softism-churn devices count=10 live=2 keep=1 prefix=down chid=0x200 \
			>/dev/null || return
	fi
	if [ $(($1 % 25)) -eq 0 ]; then
		used_before || return
		wait_for 15 rmmod softism
	else
		rmmod softism
	fi
}

modprobe -a smc smc_diag
smc-genl ueid-add TEST-UEID
before=$(device_threads)
for ((done = 0; done < cycles; done++)); do
	cycle $((done + 1)) >/tmp/cycle 2>&1 || break
done
is $cycles $done "$cycles times loaded and unloaded"
[ $done -eq $cycles ] || diag "$(cat /tmp/cycle)"
not_ok "the module is gone" grep -q ^softism /proc/modules
is "$before" "$(device_threads)" "no device has left a thread behind"
is 0 "$(listed)" "no device is in the stack's list"
is 0 "$(($(in_sysfs load) + $(in_sysfs used)))" "nor in sysfs"

modprobe softism
ok "$devices devices" softism-churn devices count=$devices live=$devices keep=1 \
	prefix=many chids=7 priority=1
like "devices=$devices( |$)" "$(softism-genl info)" "the module counts them"
is $devices "$(softism-genl dump | grep -c 'name=many')" "they are in one dump"
attached=$(softism-genl dump | grep -c attached=1)
at_least "devices in the stack's list" "$(listed)" $((attached * 3 / 7))
at_least "devices in sysfs" "$(in_sysfs many)" "$attached"
read -r start _ </proc/uptime
ok "the module is unloaded with all of them" rmmod softism
read -r end _ </proc/uptime
diag "unloading $devices devices took $((${end%.*} - ${start%.*})) s"
is 0 "$(($(listed) + $(in_sysfs many)))" "none is left in the stack's list or in sysfs"
is "$before" "$(device_threads)" "nor a thread"

modprobe softism
is 0 "$(cat /sys/module/softism/refcnt)" "without devices the module is not in use"
softism-genl new kind=loopback name=lo0 >/dev/null
is 0 "$(cat /sys/module/softism/refcnt)" "nor by a device without connections"
smc-traffic hold --interval 50 >/tmp/held 2>&1 &
held=$!
wait_for 10 grep -q ^ready /tmp/held
at_least "references with a connection" "$(cat /sys/module/softism/refcnt)" 1
ok "modprobe -r is refused" refused modprobe -r softism
ok "and says why" grep -qi 'in use' /tmp/refused
ok "the module is still there" softism-genl get name=lo0
kill -TERM $held
wait $held
is 0 $? "the connection went on, and ended well"

busy "two connections" lo0 --conns 2
ok "no reference is left when they have ended" \
	wait_for 15 grep -qx 0 /sys/module/softism/refcnt
ok "modprobe -r" modprobe -r softism
not_ok "the module is gone" grep -q ^softism /proc/modules
ok "the kernel has nothing to say" dmesg_clean
done_testing
