# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What must be refused as long as a connection lives. Source it after softism.sh.

refused() {
	! "$@" 2>/tmp/refused && cat /tmp/refused >&2
}

# busy NAME DEVICES OPTIONS...: what must be refused while a connection lives
busy() {
	local name=$1 devices=$2 device
	shift 2
	rm -f /tmp/hold
	# shellcheck disable=SC2046,SC2086 # lists of words
	smc-traffic hold --interval 50 $(gids $devices) "$@" >/tmp/hold 2>&1 &
	hold=$!
	ok "$name: a connection lives" wait_for 10 grep -q ^ready /tmp/hold ||
		diag "$(cat /tmp/hold)"
	for device in $devices; do
		ok "$name: $device is not deleted" \
			refused softism-genl del name="$device"
		ok "$name: the refusal says why" \
			grep -q 'in use by connections' /tmp/refused
	done
	ok "$name: the module is not unloaded" refused rmmod softism
	ok "$name: that refusal says why" grep -q 'in use' /tmp/refused
	sleep 1
	kill -TERM $hold
	wait $hold
	is 0 $? "$name: the connection went on, and ended well"
}
