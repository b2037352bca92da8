# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# 64 MB each way over loopback, and over a pair of emulated devices: IPv4 and
# IPv6, in one network namespace and between two. SMC_DIAG says that it is
# SMC-D on that device, and the counters that it was no other.
# kernel: stock dibs
# timeout: 400
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

bytes=$((64 << 20))

# counted DEVICE...: what they must have counted for 64 MB each way. Each
# byte is sent by one device and received by one; without a copy there is no
# move, and each end attaches to a DMB of the other.
caps=
counted() {
	local device sum=0
	[ -n "$caps" ] || caps=$(softism-genl info | sed 's/.*caps=\([0-9]*\).*/\1/')
	for device; do
		if [ $((caps & 1)) -eq 1 ] && [ "$(value kind "$device")" = 1 ]; then
			sum=$((sum + $(value attaches "$device") * bytes * 2))
		else
			sum=$((sum + $(moved "$device")))
		fi
	done
	echo "$sum"
}

# transfer NAME USED UNUSED OPTIONS...: lists of devices, options of smc-traffic
transfer() {
	local name=$1 used=$2 unused=$3 before before_unused=0 after=0 device
	shift 3
	# shellcheck disable=SC2086 # a list of words
	before=$(counted $used)
	for device in $unused; do
		before_unused=$((before_unused + $(moved "$device")))
	done
	# shellcheck disable=SC2046,SC2086 # lists of words
	ok "$name: 64 MB each way, verified, SMC-D on $used" \
		smc-traffic pair --bytes 64M --block 64K $(gids $used) "$@"
	# shellcheck disable=SC2086 # a list of words
	at_least "$name: bytes counted by $used" $(($(counted $used) - before)) $((bytes * 4))
	for device in $unused; do after=$((after + $(moved "$device"))); done
	is "$before_unused" "$after" "$name: nothing counted by $unused"
}

# both NAME USED UNUSED: the four ways
both() {
	transfer "$1, IPv4" "$2" "$3"
	transfer "$1, IPv6" "$2" "$3" -6
	transfer "$1, two namespaces, IPv4" "$2" "$3" \
		--server-netns left --client-netns right --address 10.0.0.1
	transfer "$1, two namespaces, IPv6" "$2" "$3" -6 \
		--server-netns left --client-netns right --address fd00::1
}

last_in_rank() {
	[ "$(value rank "$1")" = 3 ]
}

policy 400 "$emulation_policy"
smcd_start
netns_pair left right
both loopback loopback0 "ismemu0 ismemu1"
is 1 "$(value rank loopback0)" "loopback is the first in rank"

ok "emulation is put first" smcctl device priority loopback0 200
both emulation "ismemu0 ismemu1" loopback0
# While it is moved, or waits for that, it has no rank
ok "loopback is the last in rank" wait_for 10 last_in_rank loopback0

v2=$(smc-genl stats | sed -n 's/^smcd_clnt_v2=//p')
at_least "connections of version 2 here, says the kernel" "$v2" 4
done_testing
