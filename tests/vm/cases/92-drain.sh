# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Devices are drained while connections are made all the time, and deleted by
# force: what goes on, what ends, and what listeners are told.
# kernel: stock dibs-debug
# full-kernel: debug dibs
# timeout: 150
# full-timeout: 900
# smp: 2
# shellcheck disable=SC2046,SC2086 # lists of words
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"
# shellcheck source=../teardown.sh
. "${BED_LIB%/*}/teardown.sh"

rounds=$((8 / ${BED_PATIENCE:-1}))
[ "${BED_SCALE-}" != full ] || rounds=60

# enum softism_drain
none=0 active=1 finished=2 timed_out=3

declare -A pids

# hold NAME DEVICES OPTIONS...: connections that live on, and beat, on DEVICES
hold() {
	local name=$1 devices=$2
	shift 2
	rm -f "/tmp/$name"
	smc-traffic hold --interval 50 $(gids $devices) "$@" >"/tmp/$name" 2>&1 &
	pids[$name]=$!
	ok "$name is held on $devices" wait_for 10 grep -q ^ready "/tmp/$name"
}

# release NAME: ends what is held; it must not have missed a beat
release() {
	kill -TERM "${pids[$1]}"
	wait "${pids[$1]}"
	is 0 $? "$1 was never disturbed"
}

# next NAME DEVICES: a new connection takes DEVICES
next() {
	ok "$1" smc-traffic pair --bytes 64K $(gids $2)
}

state() { # DEVICE KEY VALUE
	[ "$(value "$2" "$1")" = "$3" ]
}

absent() { # DEVICE
	! softism-genl get name="$1" >/dev/null 2>&1
}

present() { # DEVICE...: those that exist
	local device list=
	for device; do absent "$device" || list+=" $device"; done
	echo $list
}

with_connections() { # DEVICE...: those that have any
	local device list=
	for device; do state "$device" conns 0 || list+=" $device"; done
	echo $list
}

# told DEVICE EVENT [KEY]: all there was, or the values of KEY in it, in a line
told() {
	grep "event=$2 name=$1 " /tmp/events | sed "s/.* ${3:-event}=\([^ ]*\).*/\1/" | tr '\n' ' '
}

# told_last DEVICE KEY VALUE: of its drain
told_last() {
	[ "$(told "$1" draining "$2" | xargs -n 1 | tail -n 1)" = "$3" ]
}

# falls NUMBER...: none is larger than the one before
falls() {
	local last=$1 number
	for number; do
		[ "$number" -le "$last" ] || return
		last=$number
	done
}

# An event that was announced, but has not come yet, would look like a gap
all_told() {
	[ "$(sed -n 's/.* number=\([0-9]*\).*/\1/p' /tmp/events | tail -n 1)" = \
		"$(softism-genl info | sed -n 's/.*event=\([0-9]*\).*/\1/p')" ]
}

without_gaps() {
	sed -n 's/.* number=\([0-9]*\).*/\1/p' /tmp/events |
		awk 'NR > 1 && $1 != last + 1 { bad = 1 } { last = $1 } END { exit bad }'
}

# detached DEVICE: nothing is left of it in the stack
detached() {
	state "$1" attached 0 && state "$1" dmbs 0
}

modprobe -a smc smc_diag softism
smc-genl ueid-add TEST-UEID
softism-genl events seconds=600 >/tmp/events 2>&1 &
events=$!
wait_for 5 grep -q listening /tmp/events
softism-genl new kind=loopback name=first priority=500 chid=0x101 >/dev/null
softism-genl new kind=loopback name=second priority=100 chid=0x102 >/dev/null
first_contact

diag "a drain, and where connections go meanwhile"
hold one first
hold two first --conns 2
hold three first
ok "first is drained" softism-genl drain name=first
is "0 $active 1 8" "$(value up first) $(value drain first) $(value attached first) $(value conns first)" \
	"it is down, with its connections"
is 0 "$(value rank first)" "it has no rank"
next "a new connection goes elsewhere" second
ok "second is drained, too" softism-genl drain name=second
ok "idle as it is, that is done soon" wait_for 10 state second drain $finished
is 0 "$(value attached second)" "it is detached"
ok "a new connection falls back" smc-traffic pair --bytes 64K --expect fallback
release one
ok "the drain tells how many are left" wait_for 10 told_last first conns 6
release two
ok "and again" wait_for 10 told_last first conns 2
release three
ok "the drain of first is done" wait_for 10 told_last first drain $finished
ok "it is detached" wait_for 10 detached first
ok "the last event comes" wait_for 5 all_told
ok "the events' numbers of connections fall: $(told first draining conns)" \
	falls $(told first draining conns)
like "^8 .*6 .*2 .*0 $" "$(told first draining conns)" "from the first to the last"
like "^($active )+$finished $" "$(told first draining drain)" "the last of them says done"
ok "that of second, too" told_last second drain $finished

diag "a drain that takes too long, and one that ends"
softism-genl set name=first up=1
ok "first comes up again" wait_for 12 state first attached 1
is $none "$(value drain first)" "and is not drained any more"
hold one first
ok "first is drained, for a second" softism-genl drain name=first timeout=1000
ok "the time is up" wait_for 5 state first drain $timed_out
is "1 2" "$(value attached first) $(value conns first)" "the connection is still there"
ok "listeners are told" told_last first drain $timed_out
release one
ok "nevertheless it is detached" wait_for 10 detached first
is $timed_out "$(value drain first)" "the drain has ended by time"
softism-genl set name=first up=1
ok "first comes up again" wait_for 12 state first attached 1
hold one first
softism-genl drain name=first
is $active "$(value drain first)" "first is drained"
softism-genl set name=first up=1
is $none "$(value drain first)" "UP ends the drain"
next "and connections take first again" first
release one
is "1 $none" "$(value attached first) $(value drain first)" "it stays"

diag "drains and connections all the time"
softism-genl set name=second up=1
ok "second comes up again" wait_for 12 state second attached 1
ok "behind first" wait_for 20 state second rank 2
moves=$(dmesg | grep -c "removing smcd device second")
hold one first
softism-genl drain name=first
next "a drain makes connections take second" second
# It would be moved as soon as no handshake is under way
sleep 2
is "$moves" "$(dmesg | grep -c "removing smcd device second")" "which was not moved for that"
softism-genl set name=first up=1
release one
ok "first takes them again" wait_for 20 state first rank 1
before=$(told first draining drain | grep -o $finished | wc -l)
touch /tmp/go
while [ -e /tmp/go ]; do
	smc-traffic pair --conns 3 --parallel 1 --bytes 32K --summary --expect any || break
done >/tmp/pairs 2>&1 &
pairs=$!
for ((round = 0; round < rounds; round++)); do
	softism-genl drain name=first || break
	wait_for 10 state first drain $finished || break
	softism-genl set name=first up=1 || break
	wait_for 20 state first rank 1 || break
done
rm /tmp/go
wait $pairs
is $rounds $round "drains under load that were done"
ok "the last event comes" wait_for 5 all_told
is $rounds $(($(told first draining drain | grep -o $finished | wc -l) - before)) \
	"as many events said so"
at_least "rounds of connections meanwhile" "$(grep -c '^total' /tmp/pairs)" $rounds
is 0 "$(grep -cv ' smcd=6 fallback=0 .* wrong=0 ' /tmp/pairs)" "all were SMC-D, and intact"
diag "$(grep -v ' smcd=6 fallback=0 .* wrong=0 ' /tmp/pairs)"

diag "deletion by force"
softism-genl set name=second priority=900
hold other second
softism-genl set name=second priority=100
# It is stopped in the middle of a beat, for longer than one may stall
hold one first --interval 1 --bytes 4M --stall 2
ok "first is not deleted" refused softism-genl del name=first
ok "because it is in use by connections" grep -q 'in use by connections' /tmp/refused
kill -STOP "${pids[one]}"
ok "by force it is" sh -c 'softism-genl del name=first force=1 2>/tmp/ack'
ok "the ACK tells of the consequences" grep -q 'when their sockets have been closed' /tmp/ack
is "1 0" "$(value closing first) $(value up first)" "it is closing"
ok "it is not set up" refused softism-genl set name=first up=1
ok "because it is being deleted" grep -q 'is being deleted' /tmp/refused
ok "nor drained" refused softism-genl drain name=first
ok "nor deleted without force" refused softism-genl del name=first
ok "its name is taken" refused softism-genl new kind=loopback name=first
next "new connections go elsewhere" second
sleep 3
is 1 "$(value closing first)" "the application keeps it from going"
ok "the module is in use" refused rmmod softism
kill -CONT "${pids[one]}"
wait "${pids[one]}"
is 1 $? "the application gets an error"
like "closed by the peer|cannot (send|receive)|broke" "$(cat /tmp/one)" "of its connection"
ok "with its sockets the device goes" wait_for 10 absent first
ok "listeners are told" wait_for 5 grep -q 'event=delete name=first ' /tmp/events
release other

diag "several devices, of emulation"
for device in a b c; do
	softism-genl new kind=ism-emu name=$device chid=9 priority=900 >/dev/null
done
hold one "a b c"
busy=$(with_connections a b c)
is 2 "$(wc -w <<<"$busy")" "two of them are in use"
for device in a b c; do
	ok "$device is drained" softism-genl drain name=$device
done
for device in a b c; do
	case " $busy " in
	*" $device "*) is $active "$(value drain $device)" "$device has to wait" ;;
	*) ok "$device does not" wait_for 5 state $device drain $finished ;;
	esac
done
next "new connections go elsewhere" second
release one
for device in a b c; do
	ok "the drain of $device is done" wait_for 10 state $device drain $finished
	softism-genl set name=$device up=1
done
for device in a b c; do
	ok "$device comes up again" wait_for 12 state $device attached 1
done
hold one "a b c"
busy=$(with_connections a b c)
softism-genl del name="${busy%% *}" force=1 2>/tmp/ack
wait "${pids[one]}"
is 1 $? "deletion of one by force ends the connection"
ok "it goes" wait_for 10 absent "${busy%% *}"
next "the others are of use" "$(present a b c)"
for device in $(present a b c); do
	ok "$device is deleted by force" softism-genl del name="$device" force=1
	ok "it goes" wait_for 10 absent "$device"
done
ok "second can be deleted" wait_for 10 softism-genl del name=second
ok "the module is not in use any more" wait_for 15 grep -qx 0 /sys/module/softism/refcnt

ok "the last event comes" wait_for 5 all_told
ok "no event is missing" without_gaps
at_least "events" "$(grep -c number= /tmp/events)" $((3 * rounds + 30))
kill -TERM $events
wait $events
ok "unloaded" rmmod softism
ok "the kernel has nothing to say" dmesg_clean
done_testing
