# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What SMC makes of each fault that softism can inject: connections fall back,
# go on, stall until the fault is taken away, or end with an error; and softism
# says what it has injected.
# kernel: dibs-debug
# full-kernel: stock debug dibs
# timeout: 120
# smp: 2
# shellcheck disable=SC2046 # lists of words
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"
# shellcheck source=../teardown.sh
. "${BED_LIB%/*}/teardown.sh"

# hits FAULT: how often it was injected, on all devices
hits() {
	softism-genl fault-get | tr ' ' '\n' | awk -F= -v key="hit_$1" \
		'$1 == key { sum += $2 } END { print sum + 0 }'
}

# everywhere FAULT...: on both devices, and on nothing else
everywhere() {
	softism-genl fault-set name=emu0 "$@" && softism-genl fault-set name=emu1 "$@"
}

# fabric: two new devices, without link groups, DMBs or faults
fabric() {
	local name
	for name in emu0 emu1; do
		wait_for 20 deleted $name || return
	done
	for name in emu0 emu1; do
		softism-genl new kind=ism-emu name=$name chid=0x42 >/dev/null || return
	done
}

deleted() { # DEVICE
	! softism-genl get name="$1" >/dev/null 2>&1 ||
		softism-genl del name="$1" >/dev/null 2>&1
}

# pair OPTION...: connections of these devices
pair() {
	smc-traffic pair --summary $(gids emu0 emu1) "$@"
}

falls_back() {
	smc-traffic pair --bytes 16K --expect fallback
}

# hold OPTION...: a connection that beats
hold() {
	rm -f /tmp/hold
	smc-traffic hold --interval 20 $(gids emu0 emu1) "$@" >/tmp/hold 2>&1 &
	hold=$!
	wait_for 10 grep -q ^ready /tmp/hold
}

# held NAME OPTION...: a test of that
held() {
	local name=$1
	shift
	hold "$@"
	is 0 $? "$name"
}

reports() { # NUMBER: of its ends
	[ "$(grep -c ^end= /tmp/hold)" -ge $((2 * $1)) ]
}

# shut_down: both ends of what is held
shut_down() {
	[ "$(smc-traffic diag | grep -c 'mode=smcd state=PEERCLOSEWAIT1')" = 2 ]
}

gone() { # PID
	! kill -0 "$1" 2>/dev/null
}

# sizes SEED: of the DMBs that a connection gets when 60 % of the registrations
# fail, and how many did; the stack tries smaller ones until one succeeds
sizes() {
	fabric && everywhere seed="$1" dmb_percent=60 || return
	smc-traffic pair --bytes 1K --expect any --summary >/dev/null
	softism-genl dmbs | grep -o ' size=[0-9]*' | sort | tr -d '\n'
	echo " $(hits dmbs)"
}

errors="12 22 28" # ENOMEM, EINVAL, ENOSPC
seeds="1 2 3 4 5"
if [ "${BED_PATIENCE:-1}" -gt 1 ] && [ "${BED_SCALE-}" != full ]; then
	errors=22
	seeds="1 4"
fi

modprobe -a smc smc_diag softism
smc-genl ueid-add TEST-UEID

diag "none"
fabric
is "" "$(softism-genl fault-get)" "no device has faults"
first_contact
ok "connections" pair
ok "too many per cent are refused" refused softism-genl fault-set name=emu0 move_percent=101
ok "a device that does not exist is, too" refused softism-genl fault-set name=none seed=1
ok "by its reason" grep -q 'no device of this name' /tmp/refused
is "" "$(softism-genl fault-get)" "neither has changed anything"

diag "registrations"
for error in $errors; do
	fabric
	everywhere dmb_percent=100 dmb_errno=$error
	ok "all fail with error $error: fallback" falls_back
	at_least "registrations refused" "$(hits dmbs)" 1
	is "$(hits dmbs)" "$(($(value dmbs_failed emu0) + $(value dmbs_failed emu1)))" \
		"they count as failed"
	is 0 "$(softism-genl dmbs | wc -l)" "no DMB is left over"
done
fabric
everywhere dmb_nth=1
ok "the first of each device fails: smaller DMBs" pair
is 2 "$(hits dmbs)" "two were refused"
fabric
everywhere dmb_left=1
held "one DMB for each device: one connection"
ok "the next one falls back" falls_back
at_least "registrations refused" "$(hits dmbs)" 1
kill -TERM $hold
wait $hold
is 0 $? "the first connection was not disturbed"
everywhere
held "when there are DMBs again, connections take them" --conns 3
kill -TERM $hold
wait $hold

diag "the same seed"
for seed in $seeds; do
	sizes $seed
done >/tmp/seeds1
for seed in $seeds; do
	sizes $seed
done >/tmp/seeds2
diag "$(cat /tmp/seeds1)"
is "$(cat /tmp/seeds1)" "$(cat /tmp/seeds2)" "gives the same faults"
at_least "different seeds give different ones:" "$(sort -u /tmp/seeds1 | wc -l)" 2

diag "a peer that cannot be reached"
fabric
softism-genl fault-set name=emu0 unreachable="$(value gid emu1)"
softism-genl fault-set name=emu1 unreachable="$(value gid emu0)"
ok "fallback" falls_back
at_least "queries refused" "$(hits unreachable)" 1
at_least "and counted as such" \
	"$(($(value queries_fault emu0) + $(value queries_fault emu1)))" 1
everywhere
ok "reachable again" pair

diag "moves"
everywhere move_delay=300
ok "late ones" pair --bytes 256K
at_least "moves that were late" "$(hits moves_delayed)" 8
everywhere move_percent=100
before=$(($(value tx_moves emu0) + $(value tx_moves emu1)))
ok "when all are refused, applications are told" refused pair --timeout 5
at_least "moves refused" "$(hits moves)" 1
is "$before" "$(($(value tx_moves emu0) + $(value tx_moves emu1)))" "none has been made"
everywhere
ok "afterwards connections are fine" pair
everywhere move_percent=20 seed=5
ok "refused now and then: the same" refused pair --timeout 5 --bytes 4M
at_least "moves refused" "$(hits moves)" 1
everywhere

diag "signals"
everywhere signal_duplicate=100
ok "twice: data stays intact" pair --conns 4
at_least "signals delivered twice" "$(hits signals_duplicated)" 8
everywhere signal_delay=20000
ok "late: data stays intact" pair --conns 4 --bytes 256K --block 1K
at_least "late ones" "$(hits signals_delayed)" 8
at_least "signals that became one" "$(hits signals_coalesced)" 1
everywhere
hold --stall 2
everywhere signal_drop=100
wait $hold
is 1 $? "lost: a connection stalls"
like "stall|no progress" "$(cat /tmp/hold)" "and the application notices"
at_least "signals lost" "$(hits signals_dropped)" 1
everywhere
ok "afterwards connections are fine" pair
# The stack may forget that a stream has ended, if its own shutdown() runs at that moment
held "a connection is held" --interval 3600000 --stall 60 --control /tmp/control
echo diag >/tmp/control
ok "its beat is over" wait_for 10 reports 2
everywhere signal_drop=100
kill -TERM $hold
ok "both ends shut down, and neither is told" wait_for 10 shut_down
sleep 1
ok "they wait" kill -0 $hold
everywhere
ok "the last signal is repeated" wait_for 10 gone $hold
wait $hold
is 0 $? "and the end of the stream comes after all"

diag "events"
held "a connection is held"
for name in emu0 emu1; do
	peer=$([ $name = emu0 ] && echo emu1 || echo emu0)
	ok "$name: of a stranger" softism-genl fault-event name=$name event=gid gid=0x77
	ok "$name: a DMB of the peer's is gone" softism-genl fault-event name=$name \
		event=dmb gid="$(value gid $peer)" gid_ext="$(value gid_ext $peer)"
	ok "$name: a message that the stack does not know" softism-genl fault-event \
		name=$name event=sw gid="$(value gid $peer)" code=0x55 info=0xffffffff
done
is 6 "$(hits events)" "they are counted"
sleep 0.5
kill -TERM $hold
wait $hold
is 0 $? "nothing of this disturbs the connection"
for event in gid sw; do
	held "a connection is held"
	for name in emu0 emu1; do
		peer=$([ $name = emu0 ] && echo emu1 || echo emu0)
		softism-genl fault-event name=$name event=$event code=0x80 info=0 \
			gid="$(value gid $peer)" gid_ext="$(value gid_ext $peer)"
	done
	wait $hold
	is 1 $? "$event: the peer is gone, the application is told"
	ok "$event: afterwards connections are fine" wait_for 10 pair
done
softism-genl set name=emu0 up=0
ok "emu0 is detached" wait_for 20 sh -c 'softism-genl get name=emu0 | grep -q attached=0'
ok "then it gets no events" refused softism-genl fault-event name=emu0 event=gid
ok "says softism" grep -q 'not attached' /tmp/refused

everywhere signal_delay=1000000 move_delay=1000 seed=3
ok "devices with faults are deleted" fabric
is "" "$(softism-genl fault-get)" "new ones of their names have none"
everywhere signal_delay=500000
held "signals are under way" --stall 60
kill -KILL $hold
for name in emu0 emu1; do
	ok "$name is deleted" wait_for 20 deleted $name
done
ok "the module can be unloaded" wait_for 20 rmmod softism
ok "the kernel has nothing to say" dmesg_clean
done_testing
