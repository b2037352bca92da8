# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What cases about devices have in common. Counters are asked from softism
# itself, by another program than the one that is tested.

# Two emulated devices of one fabric beside loopback, as most cases want them
# shellcheck disable=SC2034 # for those who source this
emulation_policy='
  ismemu0:
    kind: ism-emu
    chid: 0x0042
  ismemu1:
    kind: ism-emu
    chid: 0x0042
'

# policy PRIORITY_OF_LOOPBACK [DEVICES]: writes smcd.yaml
policy() {
	mkdir -p /etc/smcd
	cat >/etc/smcd/smcd.yaml <<-POLICY
	plugins: [loopback, ism, virtio-ism]
	priorities: {ism-emu: 300, loopback: $1}
	ueids: [auto]
	devices:
	  loopback0:
	    kind: loopback
	${2-}
	POLICY
}

# value KEY DEVICE: of the device's message. It is asked for so often that a debug
# kernel notices each process.
value() {
	local device
	device=" $(softism-genl get name="$2")"
	[[ $device == *" $1="* ]] || return 0
	device=${device#*" $1="}
	echo "${device%%[[:space:]]*}"
}

# moved DEVICE: bytes that the device has sent and received
moved() {
	echo $(($(value tx_bytes "$1") + $(value rx_bytes "$1")))
}

# first_contact: makes the link groups. When several connections are the first
# at once, the stack of 6.1 may let one of them fall back (reason 0x04000000).
first_contact() {
	smc-traffic pair --bytes 1K --summary --expect any >/dev/null
}

# gids DEVICE...: as options for smc-traffic, which then wants these devices
gids() {
	local name
	for name; do
		echo "--gid $(value gid "$name")"
	done
}

# at_least WHAT ACTUAL MINIMUM: one test
at_least() {
	ok "$1: $2 is at least $3" test "$2" -ge "$3"
}

# hold DEVICES OPTIONS...: connections that live on, and beat, on DEVICES
hold() {
	local devices=$1
	shift
	rm -f /tmp/held
	# shellcheck disable=SC2046,SC2086 # lists of words
	smc-traffic hold --interval 50 $(gids $devices) "$@" >/tmp/held 2>&1 &
	held=$!
	ok "connections are held on $devices" wait_for 10 grep -q ^ready /tmp/held
}

# release: ends what is held; it must not have missed a beat
release() {
	kill -TERM "$held"
	wait "$held"
	is 0 $? "what was held was never disturbed"
}

# next NAME DEVICES: a new connection takes DEVICES
next() {
	# shellcheck disable=SC2046,SC2086 # lists of words
	ok "$1" smc-traffic pair --bytes 64K $(gids $2)
}

absent() { # DEVICE
	! softism-genl get name="$1" >/dev/null 2>&1
}

is_now() { # DEVICE KEY VALUE
	[ "$(value "$2" "$1")" = "$3" ]
}

# exits STATUS WORDS COMMAND...: the command ends so, and says WORDS
exits() {
	local status=$1 words=$2
	shift 2
	"$@" >/tmp/out 2>&1
	is "$status" $? "exit status of: $*"
	ok "it says '$words'" grep -F -- "$words" /tmp/out
}

# Cases are about devices of softism. Where the kernel brings a loopback device
# of its own, connections take that one first; a PNETID that no network device
# has keeps it out of their way.
if [ -e /sys/class/dibs/lo ]; then
	modprobe smc && smc-genl pnet-add lo UNUSED
fi
