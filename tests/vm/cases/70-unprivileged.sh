# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A user without privileges reads everything and changes nothing, over D-Bus and
# over netlink.
# timeout: 90
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

# fails_with WORDS COMMAND...: the user's command fails, with these words
fails_with() {
	local words=$1
	shift
	! as_user "$@" >/tmp/out 2>&1 && grep -F "$words" /tmp/out
}

policy 100 "$emulation_policy"
smcd_start
before=$(softism-genl dump)
device=/org/smcd1/device/loopback0

ok "reads: smcctl device list" as_user smcctl device list
ok "reads: smcctl device show" as_user smcctl device show loopback0
ok "reads: smcctl stats" as_user smcctl stats
ok "reads: smcctl status" as_user smcctl status
ok "reads: D-Bus properties" as_user busctl get-property org.smcd1 $device \
	org.smcd1.Device Priority
ok "reads: D-Bus objects" as_user busctl call org.smcd1 /org/smcd1 \
	org.freedesktop.DBus.ObjectManager GetManagedObjects
ok "reads: netlink dump" as_user softism-genl dump
ok "reads: netlink info" as_user softism-genl info

ok "smcctl device priority: refused" \
	fails_with "root" smcctl device priority loopback0 1
as_user smcctl device priority loopback0 1 2>/dev/null
is 4 $? "its exit code says that permission is missing"
ok "smcctl reload: refused" fails_with "root" smcctl reload
ok "D-Bus SetPriority: refused" fails_with "ccess" \
	busctl call org.smcd1 $device org.smcd1.Device SetPriority 'ua{sv}' 1 0
for method in Up Down Drain Delete; do
	ok "D-Bus $method: refused" fails_with "ccess" \
		busctl call org.smcd1 $device org.smcd1.Device $method 'a{sv}' 0
done
ok "D-Bus Reload: refused" fails_with "ccess" \
	busctl call org.smcd1 /org/smcd1 org.smcd1.Manager Reload
for request in "new kind=loopback name=mine" "del name=loopback0" \
	       "set name=loopback0 priority=1" "set name=loopback0 up=0"; do
	# shellcheck disable=SC2086 # a list of words
	ok "netlink $request: refused, and says why" \
		fails_with "CAP_NET_ADMIN" softism-genl $request
done
is "$before" "$(softism-genl dump)" "nothing has changed"
done_testing
