# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# SIGKILL of the client, of the server, or of both at once in the middle of a
# transfer, many times, beside a connection that must not notice: afterwards
# their DMBs are free again, and the devices can be drained and deleted.
# kernel: debug
# full-kernel: stock dibs dibs-debug
# timeout: 150
# full-timeout: 1500
# smp: 2
# shellcheck disable=SC2046 # lists of words
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

rounds=$((20 / ${BED_PATIENCE:-1}))
[ "${BED_SCALE-}" != full ] || rounds=200
conns=3

# sum KEY DEVICE...: of all the devices
sum() {
	local key=$1 total=0 device
	shift
	for device; do total=$((total + $(value "$key" "$device"))); done
	echo $total
}

# in_use DEVICE...: their DMBs by which connections receive
in_use() {
	local device
	for device; do softism-genl dmbs name="$device"; done | grep -c in_use=1
}

# idle_but N DEVICE...: no more than N ends of connections are there
idle_but() {
	local ends=$1
	shift
	[ "$(sum conns "$@")" = "$ends" ] && [ "$(in_use "$@")" = "$ends" ]
}

# moving DEVICE...: data is under way
moving() {
	local before=$moves
	moves=$(sum tx_moves "$@")
	[ -n "$before" ] && [ "$moves" -gt "$before" ]
}

established() { # ENDS DEVICE...
	local ends=$1
	shift
	[ "$(sum conns "$@")" = "$ends" ]
}

gone() { # PID...
	local pid
	for pid; do ! kill -0 "$pid" 2>/dev/null || return 1; done
}

# start DEVICE...: a transfer without an end; sets server and client
start() {
	rm -f /tmp/server
	smc-traffic server --bytes 1G --conns $conns --summary $(gids "$@") \
		>/tmp/server 2>/tmp/server.err &
	server=$!
	wait_for 10 grep -q port= /tmp/server || return
	smc-traffic client --bytes 1G --conns $conns --summary $(gids "$@") \
		--port "$(sed -n 's/.*port=//p' /tmp/server)" >/tmp/client 2>/tmp/client.err &
	client=$!
	wait_for 20 established $((held_ends + 2 * conns)) "$@" || return
	moves=
	wait_for 20 moving "$@"
}

# strike VICTIM...: after some time the victims are killed at once; whoever is
# left must notice
strike() {
	local status=0
	sleep 0.$((RANDOM % 3))$((RANDOM % 10))
	kill -KILL "$@"
	wait_for 20 gone "$server" "$client" || { kill -KILL "$server" "$client"; status=1; }
	wait "$server" 2>/dev/null
	codes=$?
	wait "$client" 2>/dev/null
	codes="$codes $?"
	return $status
}

# kill_rounds DEVICE...
kill_rounds() {
	local round victim expected
	for ((round = 0; round < rounds; round++)); do
		start "$@" || break
		case $((round % 3)) in
		0) victim=$client expected="1 137" ;;
		1) victim=$server expected="137 1" ;;
		2) victim="$client $server" expected="137 137" ;;
		esac
		# shellcheck disable=SC2086 # a list of words
		strike $victim || break
		[ "$codes" = "$expected" ] || break
		wait_for 10 idle_but "$held_ends" "$@" || break
	done
	is $rounds $round "rounds with SIGKILL over $*"
	[ $round -eq $rounds ] ||
		diag "server and client: ${codes-} of ${expected-}; $(in_use "$@") DMBs in use
$(cat /tmp/server* /tmp/client*)"
}

# victims KIND DEVICE...: kills beside a connection on the same devices
victims() {
	local kind=$1 device
	shift
	first_contact
	smc-traffic hold --interval 20 --bytes 64K --conns 2 $(gids "$@") >/tmp/hold 2>&1 &
	hold=$!
	held_ends=4
	ok "$kind: connections are held" wait_for 10 grep -q ^ready /tmp/hold
	kill_rounds "$@"
	is "$held_ends" "$(in_use "$@")" "$kind: DMBs in use are those of the connections held"
	ok "$kind: new connections are fine" smc-traffic pair --conns 3 --bytes 256K \
		--summary $(gids "$@")
	kill -TERM $hold
	wait $hold
	is 0 $? "$kind: the connections held were never disturbed"
	at_least "$kind: beats" "$(sed -n 's/.*beats=\([0-9]*\).*/\1/p' /tmp/hold)" $rounds
	ok "$kind: no DMB is in use" wait_for 10 idle_but 0 "$@"
	is 0 "$(sum refused "$@")" "$kind: no write was refused"
	for device; do
		ok "$kind: $device is drained" softism-genl drain name="$device"
	done
	for device; do
		ok "$kind: and detached" wait_for 15 sh -c \
			"softism-genl get name=$device | grep -q attached=0"
		is 0 "$(softism-genl dmbs name="$device" | grep -c .)" "$kind: no DMB is left"
		ok "$kind: $device is deleted" softism-genl del name="$device"
	done
}

modprobe -a smc smc_diag softism
smc-genl ueid-add TEST-UEID
softism-genl new kind=loopback name=lo0 >/dev/null
victims loopback lo0

softism-genl new kind=ism-emu name=emu0 chid=7 >/dev/null
softism-genl new kind=ism-emu name=emu1 chid=7 >/dev/null
victims emulation emu0 emu1
ok "the module can be unloaded" wait_for 15 rmmod softism
ok "the kernel has nothing to say" dmesg_clean
done_testing
