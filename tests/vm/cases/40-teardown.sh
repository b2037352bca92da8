# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Nothing is taken away from under a connection, one that was never accepted
# included; when it has ended, it can be.
# timeout: 240
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

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
	ok "$name: a connection lives" wait_for 10 grep -q ^ready /tmp/hold
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

modprobe -a smc smc_diag softism
ueid=TEST-UEID
smc-genl ueid-add $ueid
softism-genl new kind=loopback name=lo0 priority=400 >/dev/null
busy loopback lo0
busy "not accepted" lo0 --no-accept
ok "now the device is deleted, within 5 seconds" \
	timeout 5 softism-genl del name=lo0

softism-genl new kind=ism-emu name=emu0 chid=7 >/dev/null
softism-genl new kind=ism-emu name=emu1 chid=7 >/dev/null
busy emulation "emu0 emu1"
busy "emulation, not accepted" "emu0 emu1" --no-accept
ok "one of the pair is deleted" timeout 5 softism-genl del name=emu0

softism-genl new kind=loopback name=lo1 >/dev/null
busy "loopback again" lo1
ok "the module can be unloaded soon, with devices and idle link groups" \
	wait_for 15 rmmod softism
ok "and loaded again" modprobe softism
is 0 "$(softism-genl dump | wc -l)" "no device is left"

for round in $(seq 20); do
	softism-genl new kind=loopback name="l$round" >/dev/null
	rmmod softism || break
	modprobe softism || break
done
is 20 "$round" "20 unloads with a device"
ok "20 rounds ended with a module" grep -q ^softism /proc/modules
done_testing
