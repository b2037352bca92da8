# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What tests/bench/move runs in the VM: the devices and the control in turns,
# one line for each measurement:
#   release KERNEL
#   move DEVICE THREADS SIGNAL SIZE ROUNDS NS
#   register DEVICE LIVE ROUNDS NS
# "plan", beside it, says how much: turns, threads, move_ms, register_ms; the
# machine can time moves without a signal only if register_ms is 0. If placed is 1,
# the modules of each turn are in a directory of its number.
set -euo pipefail
bin=/bed/bin
[ -d $bin ] || bin=/mnt
PATH=$bin:$PATH:/usr/sbin:/sbin
# shellcheck source=/dev/null
. $bin/plan
: "${turns:?}" "${threads:?}" "${move_ms:?}" "${register_ms:?}" "${placed:?}"
SIZES=(48 256 1024 4096 16384 65536)
LIVE=(0 3000)
DEVICE=softism0
RUN=/sys/kernel/debug/move-client/run
PEERS=lo MODULES="softism move-client"
[ "$placed" -eq 0 ] || PEERS="lo move-lo" MODULES="move-lo softism move-client"
signals="0 1"
[ "$register_ms" -gt 0 ] || signals=0

# measure PLAN...: ROUNDS and NS
measure() {
	local rounds ns
	echo "$*" > "$RUN" || { echo "move-client refuses: $*" >&2; return 1; }
	read -r rounds ns _ < "$RUN"
	echo "$rounds $ns"
}

move() { # DEVICE THREADS SIGNAL SIZE
	local result
	result=$(measure move "$1" "$move_ms" "$2" "$4" "$3")
	echo "move $* $result"
}

register() { # DEVICE LIVE
	local result
	result=$(measure register "$1" "$register_ms" "$2")
	echo "register $* $result"
}

# in_turns WHAT DEVICES ARGUMENT...: who begins is not always the same
in_turns() {
	local what=$1 devices=$2 device
	shift 2
	for device in $devices; do
		"$what" "$device" "$@"
	done
}

turn() { # DEVICES
	local count signal size live
	for size in "${SIZES[@]}"; do
		for signal in $signals; do
			for ((count = 1; count <= threads; count++)); do
				in_turns move "$1" "$count" "$signal" "$size"
			done
		done
	done
	[ "$register_ms" -gt 0 ] || return 0
	for live in "${LIVE[@]}"; do
		in_turns register "$1 memory-rcu" "$live"
	done
}

# at_place DIRECTORY COMMAND...: with the modules as they are there
at_place() {
	local place=$1 module
	shift
	for module in $MODULES; do
		insmod "$place/$module.ko"
	done
	softism-genl new name="$DEVICE" kind=loopback > /dev/null
	"$@"
	softism-genl del name="$DEVICE" > /dev/null
	# shellcheck disable=SC2086 # several
	rmmod $MODULES
}

mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
grep -q "^SMC " /proc/net/protocols || modprobe smc
echo "release $(uname -r)"
for ((i = 0; i < turns; i++)); do
	place=$bin
	[ "$placed" -eq 0 ] || place=$bin/$i
	if [ $((i % 2)) -eq 0 ]; then
		at_place "$place" turn "memory $PEERS $DEVICE"
	else
		at_place "$place" turn "$DEVICE $PEERS memory"
	fi
done
if dmesg --level=emerg,alert,crit,err,warn | grep -E 'BUG|WARNING|Oops|lockdep'; then
	echo "the kernel complains" >&2
	exit 1
fi
