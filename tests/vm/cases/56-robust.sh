# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the daemon needs goes away and comes back: the bus, the modules, room on
# the disk. It lives on, says what is wrong, and changes nothing by halves.
# timeout: 150
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

saved=/etc/smcd/smcd.d/90-smcctl.yaml
for_now=/run/smcd/smcd.d/95-smcctl.yaml

main_pid() {
	systemctl show -P MainPID smcd
}

problems() {
	busctl get-property org.smcd1 /org/smcd1 org.smcd1.Manager Problems
}

has_problem() { # WORDS
	problems | grep -F "$1"
}

well() {
	[ "$(problems)" = "as 0" ]
}

# fails_with WORDS COMMAND...
fails_with() {
	local words=$1
	shift
	! "$@" >/tmp/out 2>&1 && grep -F "$words" /tmp/out
}

# small_disk DIRECTORY: an empty file system there; the daemon is stopped
small_disk() {
	systemctl stop smcd
	mount -t tmpfs -o size=64k,mode=755 tmpfs "$1"
}

# fill DIRECTORY: to the last byte
fill() {
	! dd if=/dev/zero of="$1/ballast" bs=4k status=none 2>/dev/null
}

# unload MODULE...: those that are still there
unload() {
	local module
	for module; do
		! grep -q "^$module " /proc/modules || rmmod "$module" || return
	done
}

policy 100 "$emulation_policy"
smcd_start
pid=$(main_pid)

systemctl stop dbus.socket dbus.service
not_ok "there is no bus" busctl --timeout=2 call org.freedesktop.DBus /org/freedesktop/DBus \
	org.freedesktop.DBus.Peer Ping
ok "a device is deleted meanwhile" softism-genl del name=ismemu1
ok "the daemon makes it again" wait_for 10 softism-genl get name=ismemu1
sed -i 's/loopback: 100/loopback: 110/' /etc/smcd/smcd.yaml
kill -HUP "$pid"
ok "it reads its files" wait_for 10 sh -c 'softism-genl get name=loopback0 | grep -q priority=110'
systemctl start dbus.service
ok "the bus is back, and the daemon on it" wait_for 10 smcctl status
is "$pid" "$(main_pid)" "the same one"
is "u 110" "$(busctl get-property org.smcd1 /org/smcd1/device/loopback0 org.smcd1.Device \
	Priority)" "which tells what it did"

ok "traffic" smc-traffic pair --bytes 64K
ok "all modules go away" wait_for 15 unload softism smc_diag smc
ok "the daemon says so" wait_for 5 has_problem softism
ok "with the module" modprobe softism
ok "the devices are back by themselves" wait_for 10 softism-genl get name=loopback0
ok "a reload brings the rest" smcctl reload
ok "all is well" wait_for 5 well
ok "traffic again" smc-traffic pair --bytes 64K
is "$pid" "$(main_pid)" "still the same daemon"

small_disk /etc/smcd
policy 100 "$emulation_policy"
smcd_start
fill /etc/smcd
before=$(softism-genl dump)
ok "/etc/smcd is full: a priority cannot be saved" fails_with "No space left on device" \
	smcctl device priority loopback0 200 --save
ok "the message names the file" grep -F $saved /tmp/out
not_ok "no part of it is left" grep -r 200 /etc/smcd/smcd.d
is "" "$(find /etc/smcd/smcd.d -type f)" "nor an empty file"
is "$before" "$(softism-genl dump)" "nothing has changed"
ok "for now it can be set" smcctl device priority loopback0 201
is 201 "$(value priority loopback0)" "and is"
ok "a reload" smcctl reload
rm /etc/smcd/ballast
ok "with room, it is saved" smcctl device priority loopback0 200 --save
ok "on the disk" grep -q 200 $saved
not_ok "and no longer set for now" grep -q 201 $for_now
systemctl stop smcd
umount /etc/smcd

small_disk /run/smcd
policy 100 "$emulation_policy"
fill /run/smcd
ok "/run/smcd is full: the daemon starts" smcd_start
ok "and says so" has_problem "cannot write /run/smcd/managed: No space left on device"
before=$(softism-genl dump)
ok "a priority cannot be set" fails_with "No space left on device" \
	smcctl device priority loopback0 202
ok "the message names the file" grep -F $for_now /tmp/out
is "$before" "$(softism-genl dump)" "nothing has changed"
rm /run/smcd/ballast
ok "with room, a reload" smcctl reload
ok "is all it takes" well
ok "the list is written" grep -q 'device loopback0' /run/smcd/managed
systemctl stop smcd
umount /run/smcd
done_testing
